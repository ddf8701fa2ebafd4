package op

import (
	"context"
	"net/http"
	"net/url"
	"reflect"
	"time"
)

// A Module is what a vendor hands to the host: its operations and how to
// connect.
type Module struct {
	Name       string // as Lua sees it: "alteryx"
	Title      string // as the vendor writes it: "Alteryx Server"
	Doc        string
	Operations []*Operation

	// Limit is the vendor's documented rate limit, or, where there is none, a
	// gentle one.
	Limit Limit

	settings reflect.Type
	connect  func(w World, settings []byte) (Client, error)
}

// A World is what connections need of the process they run in.
type World struct {
	Agent string                                // User-Agent
	Proxy func(*http.Request) (*url.URL, error) // which proxy to use; nil means none
	Now   func() time.Time                      // time.Now if nil

	// Through is what requests go through on their way to the network; nil for
	// nothing. Their contexts name their calls.
	Through func(http.RoundTripper) http.RoundTripper

	// Tokens keeps tokens that change when they are used; nil if nothing can be
	// kept, and then such a token must not be used up.
	Tokens TokenStore

	// Secrets puts secrets where they stay; nil if this process cannot.
	Secrets SecretStore
}

// A TokenStore keeps tokens that the vendor replaces whenever they are used,
// where losing the new one means signing in by hand.
type TokenStore interface {
	// Update replaces the token of a name, one process at a time: others wait,
	// until ctx is done. change gets the token that is kept, "" if there is none,
	// and answers the one to keep instead. It is safely on disk when Update
	// returns nil. What change returns as an error Update returns, and keeps the
	// token that was there. A crash leaves the one or the other.
	Update(ctx context.Context, name string, change func(kept string) (next string, err error)) error
}

// A SecretStore puts secrets where references point to.
type SecretStore interface {
	// Keep stores a secret at a place, so that it stays there when Keep returns
	// nil. The error is an *Error.
	Keep(ctx context.Context, at, value string) error
	// Look tells whether a secret is kept at a place, if that can be known, and
	// since when; zero if that cannot be known. The error is an *Error, also if
	// nothing could be stored there.
	Look(ctx context.Context, at string) (kept Opt[bool], since time.Time, err error)
}

// A Limit is a rate of requests that a connection keeps to.
type Limit struct {
	PerSecond float64
	Burst     int
	Share     float64 // of what answers say is left, 0 for all of it
	Scope     string  // what the vendor counts by, beside what Account tells; no secret
}

// A Quota is what an answer says of the vendor's limit: so many requests are
// left until it is reset. The zero value says nothing.
type Quota struct {
	Remaining float64
	Reset     time.Duration // from now; above 0, else nothing is said
}

// A Client is an opened connection, as the engine needs it.
type Client struct {
	Vendor  any                // what the operations of the module take
	Account string             // where it leads, and as whom; no secrets
	Limit   Limit              // what the connection keeps to
	Timeout time.Duration      // for one call with all its attempts
	Settle  Opt[time.Duration] // how long the vendor may be at work on a call without an answer, if not what its operation says
}

// NewModule completes a module with its settings type and its way to connect.
// S is a struct of settings; connect must not send anything.
func NewModule[S any](m Module, connect func(w World, settings S) (Client, error)) *Module {
	m.settings = reflect.TypeFor[S]()
	m.connect = func(w World, settings []byte) (Client, error) {
		s, err := decode[S](settings)
		if err != nil {
			return Client{}, err
		}
		return connect(w, s)
	}
	for _, o := range m.Operations {
		o.module = &m
	}
	return &m
}

// Settings is the shape of a connection's settings.
func (m *Module) Settings() *Type { return shapeOf(m.settings) }

// Connect opens a connection from its settings, a JSON object with secrets
// resolved and files read. It sends nothing.
func (m *Module) Connect(w World, settings []byte) (Client, error) {
	return m.connect(w, settings)
}

// Operation finds an operation by its verb.
func (m *Module) Operation(verb string) (*Operation, bool) {
	for _, o := range m.Operations {
		if o.Name[len(m.Name)+1:] == verb {
			return o, true
		}
	}
	return nil, false
}

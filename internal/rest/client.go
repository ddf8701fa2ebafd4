package rest

import (
	"bytes"
	"context"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/hashicorp/go-retryablehttp"

	"runner/internal/op"
)

// Options are what a vendor's client tells about its vendor.
type Options struct {
	// Auth adds credentials; nil means none.
	Auth Auth
	// Explain reads a vendor's error answer. It returns nil where the general
	// rules of classify.go are right, and may leave Kind empty to keep theirs.
	Explain func(*Answer) *op.Error
	// WaitHeaders are headers of the vendor's own that say how long to wait,
	// in seconds, looked at before Retry-After.
	WaitHeaders []string
	// Path stands between the settings' URL and the path of each request.
	// Where the URL ends in it already, it is not added again.
	Path string
}

// A Client sends requests to one server. It is safe for concurrent use.
type Client struct {
	base      *url.URL
	http      *http.Client
	auth      Auth
	o         Options
	agent     string
	allowHTTP bool
	timeout   time.Duration
	maxAnswer int64
	now       func() time.Time
}

// New makes a client. It sends nothing. An error is about a setting.
func New(s Settings, w op.World, o Options) (*Client, error) {
	base, err := s.base()
	if err != nil {
		return nil, err
	}
	base.Path = strings.TrimRight(base.Path, "/")
	if !strings.HasSuffix(base.Path, o.Path) {
		base.Path += o.Path
	}
	t, err := s.transport(w)
	if err != nil {
		return nil, err
	}
	c := &Client{
		base: base, auth: o.Auth, o: o, agent: w.Agent, allowHTTP: s.AllowHTTP,
		timeout: seconds(s.Timeout.Or(60)), maxAnswer: s.MaxAnswer.Or(64 << 20), now: w.Now,
	}
	if c.now == nil {
		c.now = time.Now
	}
	c.http = &http.Client{Transport: &attempts{c: c, next: t}, CheckRedirect: c.checkRedirect}
	if b, ok := o.Auth.(interface{ bind(*Client) }); ok {
		b.bind(c)
	}
	return c, nil
}

// Base is the address that paths are relative to.
func (c *Client) Base() string { return c.base.String() }

// A Request is one request. Path comes from Path or is a constant.
type Request struct {
	Method string
	Path   string
	Query  url.Values
	Body   any         // sent as JSON; nil sends none
	Form   *Form       // multipart/form-data instead of JSON
	Header http.Header // beside the usual ones
	Accept string      // application/json if empty
	Safe   bool        // may be sent again whatever happens: it only reads. GET and HEAD are.
	URL    *url.URL    // instead of Path and the client's base
}

// An Answer is what came back.
type Answer struct {
	Status    int
	Header    http.Header
	Body      []byte
	RequestID string
	Method    string
	URL       string
}

// Get reads path into out.
func (c *Client) Get(ctx context.Context, path string, query url.Values, out any) error {
	return c.JSON(ctx, Request{Method: http.MethodGet, Path: path, Query: query}, out)
}

// Post sends in as JSON and reads the answer into out, nil for none.
func (c *Client) Post(ctx context.Context, path string, in, out any) error {
	return c.JSON(ctx, Request{Method: http.MethodPost, Path: path, Body: in}, out)
}

// Put sends in as JSON and reads the answer into out, nil for none.
func (c *Client) Put(ctx context.Context, path string, in, out any) error {
	return c.JSON(ctx, Request{Method: http.MethodPut, Path: path, Body: in}, out)
}

// Patch sends in as JSON and reads the answer into out, nil for none.
func (c *Client) Patch(ctx context.Context, path string, in, out any) error {
	return c.JSON(ctx, Request{Method: http.MethodPatch, Path: path, Body: in}, out)
}

// Delete asks for a removal and reads the answer into out, nil for none.
func (c *Client) Delete(ctx context.Context, path string, query url.Values, out any) error {
	return c.JSON(ctx, Request{Method: http.MethodDelete, Path: path, Query: query}, out)
}

// JSON sends a request and reads the answer into out, nil for none. Names
// match without regard to case.
func (c *Client) JSON(ctx context.Context, r Request, out any) error {
	a, err := c.Do(ctx, r)
	if err != nil {
		return err
	}
	if out == nil {
		return nil
	}
	if e := c.notJSON(a); e != nil {
		return e
	}
	if err := json.Unmarshal(a.Body, out, json.MatchCaseInsensitiveNames(true)); err != nil {
		return garbled(a, "the answer has another shape than the manual says: "+shorten(err.Error()), "")
	}
	return nil
}

// Do sends a request, again if the rules of ctx say so, and returns the
// answer if it is a success.
func (c *Client) Do(ctx context.Context, r Request) (*Answer, error) {
	x := &exchange{c: c, rules: rulesOf(ctx), safe: r.Safe || r.Method == http.MethodGet || r.Method == http.MethodHead}
	req, err := c.request(context.WithValue(ctx, exchangeKey{}, x), r)
	if err != nil {
		return nil, err
	}
	loop := retryablehttp.Client{
		HTTPClient:   c.http,
		RetryMax:     1000, // the rules decide
		CheckRetry:   x.check,
		Backoff:      func(time.Duration, time.Duration, int, *http.Response) time.Duration { return x.wait },
		ErrorHandler: retryablehttp.PassthroughErrorHandler,
	}
	_, err = loop.Do(req)
	switch {
	case x.err != nil:
		x.err.Attempts = x.tries
		return nil, x.err
	case err != nil: // cancelled while waiting between attempts
		return nil, x.stopped(ctx, err)
	}
	return x.answer, nil
}

func (c *Client) request(ctx context.Context, r Request) (*retryablehttp.Request, error) {
	u := r.URL
	if u == nil {
		if e := refusedPath(r.Path); e != nil {
			return nil, e
		}
		u = c.base.JoinPath() // a copy
		u.RawPath = strings.TrimRight(u.EscapedPath(), "/") + r.Path
		u.Path, _ = url.PathUnescape(u.RawPath)
		u.RawQuery = r.Query.Encode()
	} else if e := mayGoPlain(u, c.allowHTTP); e != nil {
		return nil, e
	}
	var body []byte
	var contentType string
	switch {
	case r.Form != nil:
		var err error
		if body, contentType, err = r.Form.encode(); err != nil {
			return nil, err
		}
	case r.Body != nil:
		var err error
		if body, err = json.Marshal(r.Body, json.Deterministic(true)); err != nil {
			return nil, &op.Error{Kind: op.Invalid, Cause: "the arguments cannot be written as JSON: " + err.Error()}
		}
		contentType = "application/json"
	}
	var raw any
	if body != nil {
		raw = bytes.NewReader(body)
	}
	req, err := retryablehttp.NewRequestWithContext(ctx, r.Method, u.String(), raw)
	if err != nil {
		return nil, &op.Error{Kind: op.Invalid, Cause: err.Error()}
	}
	for name, values := range r.Header {
		req.Header[http.CanonicalHeaderKey(name)] = values
	}
	if contentType != "" {
		req.Header.Set("Content-Type", contentType)
	}
	accept := r.Accept
	if accept == "" {
		accept = "application/json"
	}
	if req.Header.Get("Accept") == "" {
		req.Header.Set("Accept", accept)
	}
	if c.agent != "" {
		req.Header.Set("User-Agent", c.agent)
	}
	return req, nil
}

package engine

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"runner/internal/journal"
	"runner/internal/op"
	"runner/internal/rest"
)

// Flow is the input and the answer of the operations below.
type Flow struct {
	ID    string `json:"id" lua:"id,required,key"`
	Name  string `json:"name" lua:"name"`
	Token string `json:"token" lua:"token,secret"`
}

// A client is a vendor: what it does with a flow.
type client func(ctx context.Context, in Flow) (Flow, error)

func operation(name string, e op.Effect, i op.Idempotency) *op.Operation {
	return op.New(op.Operation{Name: "acme." + name, Doc: "Does something.", Source: "made up", Effect: e, Idempotency: i, Object: "flow"},
		func(ctx context.Context, c client, in Flow) (Flow, error) { return c(ctx, in) })
}

var (
	getFlow    = operation("get_flow", op.Read, op.Once)
	createFlow = operation("create_flow", op.Write, op.Once)
	runFlow    = operation("run_flow", op.Write, op.Keyed)
	updateFlow = operation("update_flow", op.Write, op.Idempotent)
	deleteFlow = operation("delete_flow", op.Destructive, op.Once)
)

// The operations on the web send what they say to a site.
var (
	webGet    = onWeb("web.get_flow", op.Read, op.Once, http.MethodGet)
	webCreate = onWeb("web.create_flow", op.Write, op.Once, http.MethodPost)
	webRun    = onWeb("web.run_flow", op.Write, op.Keyed, http.MethodPost)
	webUpdate = onWeb("web.update_flow", op.Write, op.Idempotent, http.MethodPut)
	webModify = onWeb("web.modify_flow", op.Write, op.Once, http.MethodGet, http.MethodPut)
	webMove   = onWeb("web.move_flow", op.Write, op.Idempotent, http.MethodPut, http.MethodPost)
	webList   = onWeb("web.list_flows", op.Read, op.Once, slices.Repeat([]string{http.MethodGet}, 10)...)
)

func onWeb(name string, e op.Effect, i op.Idempotency, methods ...string) *op.Operation {
	return op.New(op.Operation{Name: name, Doc: "Does something.", Source: "made up", Effect: e, Idempotency: i, Object: "flow"},
		func(ctx context.Context, c *rest.Client, in Flow) (Flow, error) {
			out := in
			for _, m := range methods {
				if err := c.JSON(ctx, rest.Request{Method: m, Path: rest.Path("flows", in.ID)}, &out); err != nil {
					return Flow{}, err
				}
			}
			return out, nil
		})
}

// A site answers the nth request with the nth handler, the rest with the last.
// It closes each connection: one that is kept would hold up a bubble's clock.
type site struct {
	server *httptest.Server

	leaving func(n int) // called when the nth attempt is about to leave, by the sender; may be nil

	mu   sync.Mutex
	seen int
	left []time.Time // when the attempts were sent, by the sender's clock
}

func newSite(t testing.TB, handlers ...http.HandlerFunc) *site {
	t.Helper()
	s := &site{}
	s.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Connection", "close")
		s.mu.Lock()
		h := handlers[min(s.seen, len(handlers)-1)]
		s.seen++
		s.mu.Unlock()
		h(w, r)
	}))
	t.Cleanup(s.server.Close)
	return s
}

// connect opens a connection to the site; in a bubble it must be called there.
func (s *site) connect(t testing.TB, limit op.Limit, timeout time.Duration) *Connection {
	t.Helper()
	note := func(*http.Request) (*url.URL, error) {
		s.mu.Lock()
		s.left = append(s.left, time.Now())
		n := len(s.left)
		s.mu.Unlock()
		if s.leaving != nil {
			s.leaving(n)
		}
		return nil, nil
	}
	c, err := rest.New(rest.Settings{URL: s.server.URL}, op.World{Proxy: note}, rest.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return NewConnection("web", op.Client{Vendor: c, Limit: limit, Timeout: timeout})
}

func (s *site) requests() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.seen
}

func answers(status int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		if status == http.StatusOK {
			fmt.Fprint(w, `{"id":"7"}`)
		}
	}
}

func asksToWait(seconds int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", fmt.Sprint(seconds))
		w.WriteHeader(http.StatusTooManyRequests)
	}
}

func garbles(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, `{"id":`) }

func drops(w http.ResponseWriter, _ *http.Request) {
	if c, _, err := http.NewResponseController(w).Hijack(); err == nil {
		c.Close()
	}
}

// A memory is a journal in memory.
type memory struct {
	mu      sync.Mutex
	records []journal.Record
	synced  int64
	on      func(journal.Record) error // before a record is appended
	sync    func(n int64) error        // before Sync returns
	goesOn  *journal.Continuation      // how the run goes on: told before anything else is
}

func (m *memory) Append(r journal.Record) (int64, error) {
	if m.on != nil {
		if err := m.on(r); err != nil {
			return 0, err
		}
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.goesOn != nil {
		m.put(journal.Record{Kind: journal.Resume, T: r.T, B: body(m.goesOn)})
		m.goesOn = nil
	}
	return m.put(r), nil
}

func (m *memory) put(r journal.Record) int64 {
	r.N = int64(len(m.records)) + 1
	m.records = append(m.records, r)
	return r.N
}

func body(v any) json.RawMessage {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return b
}

func (m *memory) Flush(int64) {}

func (m *memory) Sync(n int64) error {
	if m.sync != nil {
		if err := m.sync(n); err != nil {
			return err
		}
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.synced = max(m.synced, n)
	return nil
}

// lines shows the records without their bodies, times and digests.
func (m *memory) lines() []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	lines := []string{}
	for _, r := range m.records {
		lines = append(lines, line(r))
	}
	return lines
}

func line(r journal.Record) string {
	words := []string{string(r.Kind), r.Key}
	switch r.Kind {
	case journal.Step:
		var s journal.StepEvent
		_ = json.Unmarshal(r.B, &s)
		words = append(words, s.Event, s.Status)
	case journal.Fail:
		words = append(words, string(failed(r).Kind), r.Via)
	}
	return strings.TrimSpace(strings.Join(words, " "))
}

func failed(r journal.Record) op.Error {
	var e op.Error
	_ = json.Unmarshal(r.E, &e)
	return e
}

func sameLines(t *testing.T, got, want []string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("got\n  %s\nwant\n  %s", strings.Join(got, "\n  "), strings.Join(want, "\n  "))
	}
}

func sameError(t *testing.T, got *op.Error, want op.Error) {
	t.Helper()
	if got == nil {
		t.Fatalf("no error, want %+v", want)
	}
	bare := *got
	if want.Call == "" { // most tests make one call
		bare.Call = ""
	}
	if !reflect.DeepEqual(*bare.Wrap(nil), want) {
		t.Errorf("got\n  %+v\nwant\n  %+v", bare, want)
	}
}

// doubtHint is what a person is told about a first call that is in doubt.
func doubtHint(o *op.Operation) string {
	if o.Idempotency != op.Once {
		return "runner resume test finds it out, or sends it again where that does no harm"
	}
	return "look at flow 7, then say what came of it\nrunner settle test ':" + o.Name + "#1' landed, or not-landed"
}

// start prepares a run over m on the local host.
func start(t testing.TB, m *memory, p Policy) *Run {
	return New(t.Context(), Options{Run: "test", Host: Local{}, Journal: m, Policy: p})
}

// to is an unlimited connection to a vendor.
func to(c client) *Connection { return NewConnection("acme", op.Client{Vendor: c}) }

func echo(_ context.Context, in Flow) (Flow, error) { return in, nil }

// takes answers after as many seconds as the name says.
func takes(_ context.Context, in Flow) (Flow, error) {
	d, err := time.ParseDuration(in.Name)
	time.Sleep(d)
	return in, err
}

func flow(id, name string) []byte { return fmt.Appendf(nil, `{"id":%q,"name":%q}`, id, name) }

func call(b *Branch, c *Connection, o *op.Operation, id, name string) (Answer, *op.Error) {
	return b.Call(Call{Op: o, Connection: c, Args: flow(id, name), At: "test.lua:1"})
}

// each runs f for every key; its error fails the branch.
func each(b *Branch, name string, width int, keys []string, f func(b *Branch, key string) *op.Error) (int, *op.Error) {
	return b.Each(FanOut{Name: name, Keys: keys, Width: width, Worker: func() func(*Branch, int) (Ended, bool) {
		return func(b *Branch, i int) (Ended, bool) {
			if e := f(b, keys[i]); e != nil {
				return Ended{Status: journal.StatusFailed, Reason: e.Error(), Call: e.Call}, true
			}
			return Ended{Status: journal.StatusDone}, false
		}
	}})
}

func numbers(n int) []string {
	keys := make([]string, n)
	for i := range keys {
		keys[i] = fmt.Sprint(i)
	}
	return keys
}

// goroutine is the number of the calling goroutine.
func goroutine() string {
	b := make([]byte, 64)
	return strings.Fields(string(b[:runtime.Stack(b, false)]))[1]
}

// firstRefused asks for a second of wait at the first request for each flow.
func firstRefused() http.HandlerFunc {
	var known sync.Map
	return func(w http.ResponseWriter, r *http.Request) {
		if _, again := known.LoadOrStore(r.URL.Path, true); again {
			answers(200)(w, r)
		} else {
			asksToWait(1)(w, r)
		}
	}
}

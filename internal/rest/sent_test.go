package rest

import (
	"context"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"runner/internal/op"
)

// This file is about Sent: whether a request may have reached the vendor. A
// false "no" sends a write twice; a false "yes" stops a branch for nothing.

func closedPort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return "http://" + l.Addr().String()
}

func TestNotSentWithoutConnection(t *testing.T) {
	secure := httptest.NewUnstartedServer(status(200))
	secure.Config.ErrorLog = log.New(io.Discard, "", 0) // it complains of the client
	secure.StartTLS()
	t.Cleanup(secure.Close)
	plain := httptest.NewServer(status(200))
	t.Cleanup(plain.Close)
	name := func(url string) string { return strings.TrimPrefix(strings.TrimPrefix(url, "http://"), "https://") }
	closed := closedPort(t)
	notFound := &net.OpError{Op: "dial", Net: "tcp", Err: &net.DNSError{Err: "no such host", Name: "alteryx.invalid", IsNotFound: true}}
	silent := &net.OpError{Op: "dial", Net: "tcp", Err: &net.DNSError{Err: "server misbehaving", Name: "alteryx.invalid", IsTemporary: true}}
	for name, tt := range map[string]struct {
		url  string
		dial error
		want op.Error
	}{
		"a closed port": {
			closed, nil,
			op.Error{Kind: op.Unavailable, Cause: "no connection to " + name(closed) + ": connection refused", Hint: "check the connection's url, the network and the proxy"},
		},
		"no such host": {
			"https://alteryx.invalid", notFound,
			op.Error{Kind: op.Unavailable, Cause: `there is no host "alteryx.invalid"`, Hint: "check the connection's url, and the network", Final: true},
		},
		"no name server": {
			"https://alteryx.invalid", silent,
			op.Error{Kind: op.Unavailable, Cause: `the address of "alteryx.invalid" cannot be found out: server misbehaving`, Hint: "check the network and its name server"},
		},
		"a certificate of nobody's": {
			secure.URL, nil,
			op.Error{Kind: op.Unavailable, Cause: "the certificate of " + name(secure.URL) + " is not trusted: signed by an unknown authority", Hint: "set ca_file on the connection to the authority's certificate", Final: true},
		},
		"https to a port that speaks http": {
			"https://" + name(plain.URL), nil,
			op.Error{Kind: op.Unavailable, Cause: name(plain.URL) + " speaks plain http on this port, not https", Hint: "check the port in the connection's url", Final: true},
		},
	} {
		t.Run(name, func(t *testing.T) {
			c := open(t, Settings{URL: tt.url}, Options{})
			if tt.dial != nil {
				transportOf(c).DialContext = func(context.Context, string, string) (net.Conn, error) { return nil, tt.dial }
			}
			want := tt.want
			want.Attempts, want.RetryAfter, want.Acts = 1, noWait, true
			sameError(t, errorOf(t, c.Post(t.Context(), "/x", map[string]int{"a": 1}, nil)), want)
		})
	}
}

func TestInvalidCredentialsAreNotSent(t *testing.T) {
	h, n := inTurn(status(200))
	c := serve(t, h, Settings{}, Options{Auth: Bearer("s3cret\nvalue")})
	got := errorOf(t, c.Get(t.Context(), "/x", nil, nil))
	sameError(t, got, op.Error{Kind: op.Invalid, Cause: `invalid header field value for "Authorization"`, Hint: "check that the credentials hold no line break", RetryAfter: noWait, Attempts: 1})
	if n.Load() != 0 {
		t.Errorf("the server saw %d requests", n.Load())
	}
}

// A write that the vendor carried out before the connection broke is never
// sent again by the transport, whose own rules know nothing of ours; neither
// on a new connection nor on one that was used before.
func TestNoSilentRepetition(t *testing.T) {
	for _, method := range []string{"POST", "PUT", "PATCH", "DELETE"} {
		for _, used := range []bool{false, true} {
			for _, body := range []any{nil, map[string]int{"a": 1}} {
				var applied atomic.Int64
				c := serve(t, func(w http.ResponseWriter, r *http.Request) {
					_, _ = io.Copy(io.Discard, r.Body)
					if r.Method == "GET" {
						return
					}
					applied.Add(1)
					drop(w)
				}, Settings{}, Options{})
				if used {
					if err := c.Get(t.Context(), "/warm", nil, nil); err != nil {
						t.Fatal(err)
					}
				}
				_, err := c.Do(t.Context(), Request{Method: method, Path: "/x", Body: body})
				got := errorOf(t, err)
				if n := applied.Load(); n != 1 || got.Kind != op.Unavailable || !got.Sent || !got.Acts || got.Attempts != 1 {
					t.Errorf("%s, used connection %v, body %v: carried out %d times; got %s, sent %v, acts %v, %d attempts", method, used, body, n, got.Kind, got.Sent, got.Acts, got.Attempts)
				}
			}
		}
	}
}

// brokenConn takes nothing once it is broken.
type brokenConn struct {
	net.Conn
	broken *atomic.Bool
}

func (c *brokenConn) Write(b []byte) (int, error) {
	if c.broken.Load() {
		return 0, errors.New("broken pipe")
	}
	return c.Conn.Write(b)
}

// A server that restarts leaves connections behind that look alive. Where
// nothing could be written, nothing was sent; the transport tries a new
// connection by itself, and if there is none the write is still unsent.
func TestDeadConnection(t *testing.T) {
	for name, tt := range map[string]struct {
		method, key string
		back        bool // the server is there again
		sent        bool
	}{
		"the server is back":        {method: "POST", back: true},
		"the server is away":        {method: "POST"},
		"the server is away, PUT":   {method: "PUT"},
		"the server is away, keyed": {method: "POST", key: "k", sent: true}, // the transport may have sent it on the first
	} {
		t.Run(name, func(t *testing.T) {
			h, n := inTurn(status(200))
			c := serve(t, h, Settings{}, Options{})
			var broken atomic.Bool
			var dials int
			var d net.Dialer
			transportOf(c).DialContext = func(ctx context.Context, network, addr string) (net.Conn, error) {
				dials++
				if dials > 1 && !tt.back {
					return nil, errors.New("connection refused")
				}
				conn, err := d.DialContext(ctx, network, addr)
				if dials > 1 {
					return conn, err
				}
				return &brokenConn{conn, &broken}, err
			}
			if err := c.Get(t.Context(), "/warm", nil, nil); err != nil {
				t.Fatal(err)
			}
			broken.Store(true)
			r := Request{Method: tt.method, Path: "/x", Body: map[string]int{"a": 1}, Header: http.Header{}}
			if tt.key != "" {
				r.Header.Set("Idempotency-Key", tt.key)
			}
			_, err := c.Do(t.Context(), r)
			if tt.back {
				if err != nil || n.Load() != 2 {
					t.Errorf("got %v, the server saw %d requests", err, n.Load())
				}
				return
			}
			got := errorOf(t, err)
			if got.Kind != op.Unavailable || got.Sent != tt.sent || dials != 2 || n.Load() != 1 {
				t.Errorf("got %s, sent %v after %d dials; the server saw %d", got.Kind, got.Sent, dials, n.Load())
			}
		})
	}
}

// Once an attempt got no clear answer, the call counts as sent, however the
// later ones end.
func TestSentStays(t *testing.T) {
	for name, tt := range map[string]struct {
		handlers []http.HandlerFunc
		away     bool // no connection for the second attempt
		kind     op.Kind
		sent     bool
		diary    string
	}{
		"dropped, then no connection": {
			[]http.HandlerFunc{dropping}, true, op.Unavailable, true,
			"before; after unavailable sent; before; after unavailable sent",
		},
		"500, then no connection": {
			[]http.HandlerFunc{status(500)}, true, op.Unavailable, true,
			"before; answered 500; after unavailable sent; before; after unavailable sent",
		},
		"refused clearly, then no connection": {
			[]http.HandlerFunc{status(429)}, true, op.Unavailable, false,
			"before; answered 429; after limited sent; before; after unavailable",
		},
		"dropped, then refused clearly": {
			[]http.HandlerFunc{dropping, status(409)}, false, op.Conflict, true,
			"before; after unavailable sent; before; answered 409; after conflict sent",
		},
	} {
		t.Run(name, func(t *testing.T) {
			h, _ := inTurn(tt.handlers...)
			c := serve(t, h, Settings{}, Options{})
			dial := transportOf(c).DialContext
			dials := 0
			transportOf(c).DisableKeepAlives = true
			transportOf(c).DialContext = func(ctx context.Context, network, addr string) (net.Conn, error) {
				if dials++; dials > 1 && tt.away {
					return nil, errors.New("connection refused")
				}
				return dial(ctx, network, addr)
			}
			d := &diary{waits: []time.Duration{0}}
			got := errorOf(t, c.Post(WithRules(t.Context(), d), "/x", nil, nil))
			if got.Kind != tt.kind || got.Sent != tt.sent || got.Attempts != 2 || d.text() != tt.diary {
				t.Errorf("got %s, sent %v, %d attempts; want %s, sent %v, 2; the rules saw\n%s\nwant\n%s", got.Kind, got.Sent, got.Attempts, tt.kind, tt.sent, d.text(), tt.diary)
			}
		})
	}
}

package rest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"runner/internal/op"
)

// serve starts a server on loopback and a client for it.
func serve(t *testing.T, h http.HandlerFunc, s Settings, o Options) *Client {
	t.Helper()
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	s.URL = server.URL
	return open(t, s, o)
}

func open(t *testing.T, s Settings, o Options) *Client {
	t.Helper()
	c, err := New(s, op.World{Agent: "runner/test"}, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(transportOf(c).CloseIdleConnections)
	return c
}

func transportOf(c *Client) *http.Transport {
	return c.http.Transport.(*attempts).next.(*http.Transport)
}

// bubble runs f where time passes only by waiting, with a client whose
// connections are pipes to a server in the same bubble. The options are made
// there too: to wait for a channel from outside is not to wait, for synctest.
func bubble(t *testing.T, h http.HandlerFunc, s Settings, o func() Options, f func(t *testing.T, c *Client)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		l := newPipes()
		server := &http.Server{Handler: h}
		go func() { _ = server.Serve(l) }()
		s.URL = "http://localhost"
		c := open(t, s, o())
		transportOf(c).DialContext = l.dial
		defer server.Close()
		defer transportOf(c).CloseIdleConnections()
		f(t, c)
	})
}

func bare() Options { return Options{} }

// pipes is a network in memory.
type pipes struct {
	conns chan net.Conn
	once  sync.Once
	done  chan struct{}
}

func newPipes() *pipes { return &pipes{conns: make(chan net.Conn), done: make(chan struct{})} }

func (p *pipes) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	ours, theirs := net.Pipe()
	select {
	case p.conns <- theirs:
		return ours, nil
	case <-p.done:
		return nil, errors.New("connection refused")
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.done:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error {
	p.once.Do(func() { close(p.done) })
	return nil
}

func (p *pipes) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 80} }

// drop ends the connection of a request without an answer.
func drop(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err == nil {
		conn.Close()
	}
}

// raw answers each connection with text that need not be HTTP, after the
// request has come.
func raw(t *testing.T, answer string) (url string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				_, _ = c.Read(make([]byte, 4096))
				_, _ = io.WriteString(c, answer)
			}()
		}
	}()
	return "http://" + l.Addr().String()
}

// diary is Rules that wait as often and as long as they are told, and write
// down what they are asked.
type diary struct {
	waits  []time.Duration
	before func(n int) error // may be nil; n counts from 1

	mu    sync.Mutex
	paid  int
	lines []string
}

func (d *diary) Before(context.Context) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.lines = append(d.lines, "before")
	d.paid++
	if d.before != nil {
		return d.before(d.paid)
	}
	return nil
}

func (d *diary) After(e *op.Error, safe bool) (time.Duration, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	line := "after " + string(e.Kind)
	if e.Sent {
		line += " sent"
	}
	if safe {
		line += " safe"
	}
	d.lines = append(d.lines, line)
	if len(d.waits) == 0 {
		return 0, false
	}
	wait := d.waits[0]
	d.waits = d.waits[1:]
	return wait, true
}

func (d *diary) Answered(status int, id string, said op.Quota) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.lines = append(d.lines, strings.TrimSpace(fmt.Sprintf("answered %d %s", status, id)))
}

func (d *diary) text() string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return strings.Join(d.lines, "; ")
}

// errorOf is the whole error, without the one behind it.
func errorOf(t *testing.T, err error) op.Error {
	t.Helper()
	e, ok := errors.AsType[*op.Error](err)
	if !ok {
		t.Fatalf("got %#v, want an *op.Error", err)
	}
	plain := *e
	plain.Wrap(nil)
	return plain
}

// sameError compares all fields. %v of an op.Error would show its text alone.
func sameError(t *testing.T, got, want op.Error) {
	t.Helper()
	type fields op.Error
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", fields(got), fields(want))
	}
}

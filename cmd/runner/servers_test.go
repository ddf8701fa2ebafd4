package main

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	alteryxemulator "runner/internal/vendors/alteryx/emulator"
)

// A turnstile stands before a server: it knows what came, and holds back what it
// is told to, so that a test can act while a call is under way.
type turnstile struct {
	next http.Handler

	mu   sync.Mutex
	came sync.Cond
	seen []string
	held string        // "METHOD /path", "" for none
	open chan struct{} // closed to let go what is held
}

func newTurnstile(next http.Handler) *turnstile {
	g := &turnstile{next: next, open: make(chan struct{})}
	g.came.L = &g.mu
	return g
}

func (g *turnstile) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	name := r.Method + " " + r.URL.Path
	g.mu.Lock()
	g.seen = append(g.seen, name)
	held, open := g.held, g.open
	g.came.Broadcast()
	g.mu.Unlock()
	if held != "" && strings.HasPrefix(name, held) {
		select {
		case <-open:
		case <-r.Context().Done():
		}
	}
	g.next.ServeHTTP(w, r)
}

// hold keeps requests from now on that begin with name: "POST /webapi/v3".
func (g *turnstile) hold(name string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.held = name
}

// release lets go what is held.
func (g *turnstile) release() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.held != "" {
		close(g.open)
		g.held, g.open = "", make(chan struct{})
	}
}

// await returns when a request that begins with name has come.
func (g *turnstile) await(name string) bool {
	late := time.AfterFunc(20*time.Second, func() {
		g.mu.Lock()
		defer g.mu.Unlock()
		g.seen = append(g.seen, "late")
		g.came.Broadcast()
	})
	defer late.Stop()
	g.mu.Lock()
	defer g.mu.Unlock()
	for {
		for _, s := range g.seen {
			if strings.HasPrefix(s, name) {
				return true
			}
		}
		if len(g.seen) > 0 && g.seen[len(g.seen)-1] == "late" {
			return false
		}
		g.came.Wait()
	}
}

// A standin is an emulator that is served, and the environment that leads
// to it.
type standin struct {
	*turnstile
	server *alteryxemulator.Server
	env    map[string]string
	stop   func()
}

func emulate() *standin {
	e := &standin{server: alteryxemulator.New(alteryxemulator.Options{})}
	e.turnstile = newTurnstile(e.server)
	s := httptest.NewServer(e.turnstile)
	e.stop = func() { e.release(); s.CloseClientConnections(); s.Close() }
	e.env = connectionTo(s.URL)
	return e
}

func startEmulator(t *testing.T) *standin {
	t.Helper()
	e := emulate()
	t.Cleanup(e.stop)
	return e
}

func connectionTo(url string) map[string]string {
	return map[string]string{
		"RUNNER_ALTERYX_URL": url, "RUNNER_ALTERYX_RATE": "100000",
		"RUNNER_ALTERYX_CLIENT_ID": alteryxemulator.ClientID, "RUNNER_ALTERYX_CLIENT_SECRET": alteryxemulator.ClientSecret,
	}
}

// misbehaving are servers that a wrong url, a proxy or a bad day leads to.
// All but the first give out tokens.
var misbehaving = map[string]http.HandlerFunc{
	"refuses": func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusUnauthorized)
		_, _ = w.Write([]byte(`{"error":"invalid_client"}`))
	},
	"html": func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		_, _ = w.Write([]byte("<!DOCTYPE html><html><head><title>Sign in</title></head><body><script>x()</script></body></html>"))
	},
	"badgateway": func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		w.WriteHeader(http.StatusBadGateway)
		_, _ = w.Write([]byte("<html><body><h1>502 Bad Gateway</h1></body></html>"))
	},
	"empty":  func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusOK) },
	"closes": func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
	"garbage": func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte("{\"id\": \x00\x1b[31m ::error title=x::y"))
	},
	"huge": func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		piece := bytes.Repeat([]byte(" "), 1<<20)
		for range 100 {
			if _, err := w.Write(piece); err != nil {
				return
			}
		}
	},
	"slow": func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() },
	"loop": func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, r.URL.Path, http.StatusFound) },
	"elsewhere": func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "http://elsewhere.invalid/", http.StatusFound)
	},
	"forbids": func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusForbidden)
		_, _ = w.Write([]byte(`{"message":"no\u001b[31m\r##vso[task.complete]\n::error::x \u202e"}`))
	},
}

func misbehave(kind string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/oauth2/token") && kind != "refuses" {
			w.Header().Set("Content-Type", "application/json")
			_, _ = w.Write([]byte(`{"access_token":"a-token-of-the-test","token_type":"bearer","expires_in":3600}`))
			return
		}
		misbehaving[kind](w, r)
	})
}

package rest

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"runner/internal/op"
)

func pemOf(c *x509.Certificate) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Raw})
}

func mustParse(t *testing.T, text string) *url.URL {
	t.Helper()
	u, err := url.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// counting starts a server that counts its connections.
func counting(t *testing.T, h http.HandlerFunc) (url string, opened *atomic.Int64) {
	t.Helper()
	opened = new(atomic.Int64)
	s := httptest.NewUnstartedServer(h)
	s.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			opened.Add(1)
		}
	}
	s.Start()
	t.Cleanup(s.Close)
	return s.URL, opened
}

// net/http may open a few more connections than there are requests under way:
// a request that waits for a new one takes one that becomes free before, and
// the new one is kept. So where there is room for all, the first requests wait for
// each other here; from then on every request must find a connection.
func TestConnectionsAreReused(t *testing.T) {
	const workers = 50
	for name, tt := range map[string]struct {
		connections op.Opt[int64]
		together    bool
		most        int64
	}{
		"the usual": {op.Opt[int64]{}, true, workers},
		"as many":   {op.Some[int64](workers), true, workers},
		"few":       {op.Some[int64](5), false, 5},
		"one":       {op.Some[int64](1), false, 1},
	} {
		t.Run(name, func(t *testing.T) {
			var first sync.WaitGroup
			first.Add(workers)
			var n atomic.Int64
			base, opened := counting(t, func(w http.ResponseWriter, r *http.Request) {
				if tt.together && n.Add(1) <= workers {
					first.Done()
					first.Wait()
				}
				fmt.Fprint(w, `{"id":7}`)
			})
			c := open(t, Settings{URL: base, Connections: tt.connections}, Options{Auth: Bearer("t")})
			var wg sync.WaitGroup
			for range workers {
				wg.Go(func() {
					for range 1000 / workers {
						var out thing
						if err := c.Get(t.Context(), "/x", nil, &out); err != nil || out.ID != 7 {
							t.Errorf("got %+v, %v", out, err)
						}
					}
				})
			}
			wg.Wait()
			if n := opened.Load(); n > tt.most {
				t.Errorf("1000 requests, %d at a time, opened %d connections, want %d at most", workers, n, tt.most)
			}
		})
	}
}

// Whatever comes back, the connection can be used again.
func TestConnectionSurvivesAnyAnswer(t *testing.T) {
	base, opened := counting(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/error":
			w.WriteHeader(500)
			fmt.Fprint(w, strings.Repeat("x", 900<<10))
		case "/empty":
			w.WriteHeader(204)
		case "/moved":
			http.Redirect(w, r, "/empty", http.StatusFound)
		case "/away":
			http.Redirect(w, r, "http://other.example/", http.StatusFound)
		case "/chunks":
			for range 100 {
				fmt.Fprint(w, strings.Repeat("x", 1000))
				_ = http.NewResponseController(w).Flush()
			}
		default:
			fmt.Fprint(w, strings.Repeat("x", 2<<20))
		}
	})
	c := open(t, Settings{URL: base}, Options{})
	for range 3 {
		for _, path := range []string{"/error", "/empty", "/moved", "/away", "/chunks", "/large"} {
			var out thing
			_ = c.Get(t.Context(), path, nil, &out) // most of them fail, each in its way
			_ = c.Post(t.Context(), path, map[string]string{"a": strings.Repeat("x", 1000)}, nil)
		}
	}
	if n := opened.Load(); n != 1 {
		t.Errorf("opened %d connections, want 1", n)
	}
}

func TestTrust(t *testing.T) {
	s := httptest.NewUnstartedServer(text(`{"id":7}`))
	s.Config.ErrorLog = log.New(io.Discard, "", 0) // it complains of clients that do not trust it
	s.StartTLS()
	t.Cleanup(s.Close)
	host := strings.TrimPrefix(s.URL, "https://")
	elsewhere := func(c *Client) { // the same server under a name its certificate does not know
		transportOf(c).DialContext = func(ctx context.Context, network, _ string) (net.Conn, error) {
			var d net.Dialer
			return d.DialContext(ctx, network, host)
		}
	}
	expired := func(c *Client) {
		transportOf(c).TLSClientConfig.Time = func() time.Time { return time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC) }
	}
	for name, tt := range map[string]struct {
		url         string
		ca          []byte
		change      func(*Client)
		cause, hint string
	}{
		"with its certificate":              {url: s.URL, ca: pemOf(s.Certificate())},
		"with it among others":              {url: s.URL, ca: append([]byte("# ours\n"), pemOf(s.Certificate())...)},
		"without":                           {url: s.URL, cause: "the certificate of " + host + " is not trusted: signed by an unknown authority", hint: "set ca_file on the connection to the authority's certificate"},
		"under another name":                {"https://other.invalid", pemOf(s.Certificate()), elsewhere, "the certificate of other.invalid is not trusted: certificate is valid for example.com, *.example.com, not other.invalid", "write the connection's url with a name that the certificate is for"},
		"under a name that it was made for": {url: "https://a.example.com", ca: pemOf(s.Certificate()), change: elsewhere},
		"out of date":                       {s.URL, pemOf(s.Certificate()), expired, "the certificate of " + host + " is not trusted: certificate has expired or is not yet valid: current time 2100-01-01T00:00:00Z is after 2084-01-29T16:00:00Z", "ask the server's administrator for a valid certificate"},
	} {
		t.Run(name, func(t *testing.T) {
			c := open(t, Settings{URL: tt.url, CA: tt.ca}, Options{})
			if tt.change != nil {
				tt.change(c)
			}
			err := c.Get(t.Context(), "/x", nil, nil)
			if tt.cause == "" {
				if err != nil {
					t.Error(err)
				}
				return
			}
			sameError(t, errorOf(t, err), op.Error{Kind: op.Unavailable, Cause: tt.cause, Hint: tt.hint, Attempts: 1, RetryAfter: noWait, Final: true})
		})
	}
}

func TestProxyForPlainHTTP(t *testing.T) {
	var seen []string
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		seen = append(seen, r.Method+" "+r.URL.String()+" "+r.Header.Get("Authorization")+" "+r.Header.Get("Proxy-Authorization"))
		fmt.Fprint(w, `{"id":7}`)
	}))
	t.Cleanup(proxy.Close)
	at := mustParse(t, proxy.URL)
	for name, tt := range map[string]struct {
		setting string
		world   func(*http.Request) (*url.URL, error)
		want    string
	}{
		"the setting":            {proxy.URL, nil, "GET http://target.invalid/x Bearer t "},
		"the world's":            {"", http.ProxyURL(at), "GET http://target.invalid/x Bearer t "},
		"the setting goes first": {proxy.URL, http.ProxyURL(mustParse(t, "http://wrong.invalid")), "GET http://target.invalid/x Bearer t "},
		"with a password":        {"http://ada:pw@" + at.Host, nil, "GET http://target.invalid/x Bearer t Basic YWRhOnB3"},
	} {
		t.Run(name, func(t *testing.T) {
			seen = nil
			c, err := New(Settings{URL: "http://target.invalid", AllowHTTP: true, Proxy: tt.setting}, op.World{Proxy: tt.world}, Options{Auth: Bearer("t")})
			if err != nil {
				t.Fatal(err)
			}
			defer transportOf(c).CloseIdleConnections()
			var out thing
			if err := c.Get(t.Context(), "/x", nil, &out); err != nil || out.ID != 7 || strings.Join(seen, "; ") != tt.want {
				t.Errorf("got %+v, %v; the proxy saw %q, want %q", out, err, seen, tt.want)
			}
		})
	}
}

func TestProxyForHTTPS(t *testing.T) {
	target := httptest.NewTLSServer(text(`{"id":7}`))
	t.Cleanup(target.Close)
	answer := http.StatusOK
	var seen []string
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		seen = append(seen, r.Method+" "+r.Host+" "+r.Header.Get("Authorization"))
		if answer != http.StatusOK {
			w.WriteHeader(answer)
			return
		}
		there, err := net.Dial("tcp", target.Listener.Addr().String())
		if err != nil {
			t.Error(err)
			return
		}
		here, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		_, _ = io.WriteString(here, "HTTP/1.1 200 OK\r\n\r\n")
		go func() { defer there.Close(); _, _ = io.Copy(there, here) }()
		go func() { defer here.Close(); _, _ = io.Copy(here, there) }()
	}))
	t.Cleanup(proxy.Close)
	s := Settings{URL: "https://example.com", Proxy: proxy.URL, CA: pemOf(target.Certificate())}
	var out thing
	if err := open(t, s, Options{Auth: Bearer("t")}).Get(t.Context(), "/x", nil, &out); err != nil || out.ID != 7 || strings.Join(seen, "; ") != "CONNECT example.com:443 " {
		t.Errorf("got %+v, %v; the proxy saw %q", out, err, seen)
	}
	answer = http.StatusProxyAuthRequired
	sameError(t, errorOf(t, open(t, s, Options{}).Post(t.Context(), "/x", nil, nil)), op.Error{
		Kind: op.Unavailable, Cause: "no connection to example.com: Proxy Authentication Required", Hint: "check the connection's url, the network and the proxy",
		Attempts: 1, Acts: true, RetryAfter: noWait,
	})
}

// frozen is a connection whose other end is gone without a word.
type frozen struct {
	net.Conn
	gone *atomic.Bool
}

func (f *frozen) Write(b []byte) (int, error) {
	if f.gone.Load() {
		return len(b), nil
	}
	return f.Conn.Write(b)
}

// All calls share one HTTP/2 connection. When its other end is gone, the
// call under way fails after the pings, and the next attempt gets another.
func TestDeadHTTP2Connection(t *testing.T) {
	pattern := httptest.NewTLSServer(nil) // for its certificate
	cert, ca := pattern.TLS.Certificates[0], pemOf(pattern.Certificate())
	pattern.Close()
	synctest.Test(t, func(t *testing.T) {
		l := newPipes()
		server := &http.Server{
			Handler:   http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprintf(w, "%q", r.Proto) }),
			TLSConfig: &tls.Config{Certificates: []tls.Certificate{cert}},
			ErrorLog:  log.New(new(bytes.Buffer), "", 0),
		}
		go func() { _ = server.ServeTLS(l, "", "") }()
		defer server.Close()
		c := open(t, Settings{URL: "https://example.com", CA: ca}, Options{})
		defer transportOf(c).CloseIdleConnections()
		var gone atomic.Bool
		dials := 0
		transportOf(c).DialContext = func(ctx context.Context, network, addr string) (net.Conn, error) {
			conn, err := l.dial(ctx, network, addr)
			if dials++; dials == 1 && err == nil {
				conn = &frozen{conn, &gone}
			}
			return conn, err
		}
		var out string
		if err := c.Get(t.Context(), "/x", nil, &out); err != nil || out != "HTTP/2.0" {
			t.Fatalf("got %q, %v", out, err)
		}
		gone.Store(true)
		began := time.Now()
		d := &diary{waits: []time.Duration{time.Second}}
		err := c.Get(WithRules(t.Context(), d), "/x", nil, &out)
		took := time.Since(began)
		if err != nil || took > 35*time.Second || dials != 2 {
			t.Errorf("got %v after %v and %d dials; want success on the second connection within 35s; the rules saw %q", err, took, dials, d.text())
		}
	})
}

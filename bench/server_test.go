package bench

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// This file is the vendor: a process of its own, as it is in life, so that
// its garbage and its goroutines are not those of the side that is measured.
// It answers as little as possible: the emulator's own work would blur what
// is measured.

// latencyVariable makes the test binary such a server.
const latencyVariable = "RUNNER_BENCH_LATENCY"

func TestMain(m *testing.M) {
	if latency, err := time.ParseDuration(os.Getenv(latencyVariable)); err == nil {
		answer(latency)
		return
	}
	os.Exit(m.Run())
}

// answer serves until standard input ends, with the process that started it.
func answer(latency time.Duration) {
	v := &vendor{latency: latency}
	s := httptest.NewUnstartedServer(v)
	s.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			v.connections.Add(1)
		}
	}
	s.Start()
	defer s.Close()
	fmt.Println(s.URL)
	_, _ = io.Copy(io.Discard, os.Stdin)
}

type vendor struct {
	latency     time.Duration
	requests    atomic.Int64 // answered, without those for tokens and counts
	connections atomic.Int64 // opened
}

const userJSON = `{"id":"` + id + `","firstName":"Ada","lastName":"Marsh","email":"` + email + `","role":"Artisan","isActive":true}`

func (v *vendor) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	switch {
	case r.URL.Path == "/counts":
		_ = json.NewEncoder(w).Encode(counts{v.requests.Load(), v.connections.Load()})
		return
	case strings.HasSuffix(r.URL.Path, "/oauth2/token"):
		_, _ = io.WriteString(w, `{"access_token":"`+token+`","token_type":"bearer","expires_in":3600}`)
		return
	case r.Header.Get("Authorization") != "Bearer "+token:
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	v.requests.Add(1)
	if v.latency > 0 {
		time.Sleep(v.latency)
	}
	answer := userJSON
	if r.Method != http.MethodGet {
		answer = `[]`
		_, _ = io.Copy(io.Discard, r.Body)
	}
	_, _ = io.WriteString(w, answer)
}

// A server is a running vendor.
type server struct {
	b   *testing.B
	url string
}

type counts struct{ Requests, Connections int64 }

func serve(b *testing.B, latency time.Duration) *server {
	c := exec.Command(os.Args[0])
	c.Env = append(os.Environ(), latencyVariable+"="+latency.String())
	c.Stderr = os.Stderr
	stdin, err := c.StdinPipe()
	if err != nil {
		b.Fatal(err)
	}
	stdout, err := c.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := c.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		_ = stdin.Close()
		_ = c.Wait()
	})
	url, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		b.Fatal(err)
	}
	return &server{b, strings.TrimSpace(url)}
}

func (s *server) counts() (c counts) {
	t := &http.Transport{DisableKeepAlives: true}
	resp, err := (&http.Client{Transport: t}).Get(s.url + "/counts")
	if err != nil {
		s.b.Fatal(err)
	}
	defer resp.Body.Close()
	if err := json.NewDecoder(resp.Body).Decode(&c); err != nil {
		s.b.Fatal(err)
	}
	return c
}

// warmUp runs every side once, and checks that each asks for exactly n
// things, on at most width connections.
func (s *server) warmUp(n, width int, sides ...*side) {
	s.b.Helper()
	for _, x := range sides {
		before := s.counts()
		x.run()
		after := s.counts()
		if got := after.Requests - before.Requests; got != int64(n) {
			s.b.Fatalf("%s sent %d requests, want %d", x.name, got, n)
		}
		if got := after.Connections - before.Connections - 1; got > int64(width) { // one is for the counts
			s.b.Fatalf("%s opened %d connections, want at most %d", x.name, got, width)
		}
	}
}

package torture

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

var base = time.Date(2027, 3, 1, 9, 0, 0, 0, time.UTC)

// A counter is an emulator of a vendor that counts.
type counter struct {
	mu sync.Mutex
	n  int
	at time.Time
	by func() time.Time
}

func (c *counter) Mutates(r *http.Request) bool { return r.Method == http.MethodPost }

func (c *counter) Dump() []byte {
	c.mu.Lock()
	defer c.mu.Unlock()
	return fmt.Appendf(nil, `{"count":%d,"touched":%q}`, c.n, c.at.Format(time.RFC3339Nano))
}

func (c *counter) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.by()
	if r.URL.Path == "/add" {
		c.n++
	}
	fmt.Fprintf(w, `{"count":%d}`, c.n)
}

// stand is one with a counter, and how it is asked on behalf of a call.
func stand(t *testing.T, impatient bool) (s *Stand, c *counter, ask func(call, method, path string) (int, string, error)) {
	t.Helper()
	c = &counter{}
	s = NewStand(Clock{Base: base, Began: time.Now(), Speed: 10}, time.Now)
	server := httptest.NewServer(s.Add("acme", func(now func() time.Time) Emulator {
		c.by = now
		return c
	}))
	t.Cleanup(server.Close)
	return s, c, func(call, method, path string) (int, string, error) {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		if impatient {
			time.AfterFunc(time.Second, cancel)
		}
		r, err := http.NewRequestWithContext(ctx, method, server.URL+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		Mark(r, call)
		resp, err := server.Client().Do(r)
		if err != nil {
			return 0, "", err
		}
		defer resp.Body.Close()
		body, err := io.ReadAll(resp.Body)
		return resp.StatusCode, string(body), err
	}
}

// What befalls a request: whether it is carried out, what is answered, and
// whether the process is killed.
func TestMoments(t *testing.T) {
	for _, m := range Moments {
		if m.Inside {
			continue
		}
		t.Run(m.Name, func(t *testing.T) {
			t.Parallel()
			s, _, ask := stand(t, m.Slow)
			var killed atomic.Bool
			s.Lay(&Ambush{Moment: m, Call: "/b:acme.add#1", Request: 1, Kill: func() { killed.Store(true) }})
			for _, call := range []string{"/a:acme.add#1", "/b:acme.add#1"} { // neither is the one
				if status, body, err := ask(call, http.MethodPost, "/add"); status != 200 || err != nil {
					t.Fatal(status, body, err)
				}
			}
			if s.Sprung() {
				t.Fatal("the ambush befell another request")
			}
			status, _, err := ask("/b:acme.add#1", http.MethodPost, "/add")
			s.Settle()
			if !s.Sprung() || killed.Load() != m.Kills {
				t.Errorf("sprung %v, killed %v", s.Sprung(), killed.Load())
			}
			answered := map[string]int{"limited": 429, "error-before": 500, "error-after": 500}[m.Kind()]
			if status != answered && m.Name != "half-answer" || (err == nil) != (answered > 0) {
				t.Errorf("answered %d, %v", status, err)
			}
			effects := len(Effects(s.Requests())["/b:acme.add#1"])
			after := slices.Contains([]string{"error-after", "drop-after", "half-answer", "timeout-after", "kill-late", "kill-after"}, m.Kind())
			if effects != 1 && !after || effects != 2 && after {
				t.Errorf("%d requests had an effect", effects)
			}
			if status, body, err := ask("/b:acme.add#1", http.MethodPost, "/add"); status != 200 || err != nil {
				t.Errorf("then: %d %s %v", status, body, err)
			}
		})
	}
}

// A request that only touches something has no effect: only times differ.
func TestEffects(t *testing.T) {
	s, _, ask := stand(t, false)
	for _, x := range [][2]string{{"POST", "/add"}, {"POST", "/touch"}, {"GET", "/add"}, {"POST", "/add?again"}} {
		if _, _, err := ask("/é [1]:acme.add#1", x[0], x[1]); err != nil {
			t.Fatal(err)
		}
	}
	got := Effects(s.Requests())["/é [1]:acme.add#1"]
	if want := []string{"POST /add", "POST /add?again"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// The emulator's time goes fast, from the base on, and stands still for a
// request.
func TestClock(t *testing.T) {
	began := time.Now()
	c := Clock{Base: base, Began: began, Speed: 10}
	if got := c.At(began.Add(time.Minute)); !got.Equal(base.Add(10 * time.Minute)) {
		t.Errorf("after a minute it is %v", got)
	}
	if got := c.Shorter(time.Minute); got != 6*time.Second {
		t.Errorf("a minute lasts %v", got)
	}
	var made time.Time
	s := NewStand(c, func() time.Time { return began.Add(time.Hour) })
	s.Add("acme", func(now func() time.Time) Emulator {
		made = now()
		return &counter{by: now}
	})
	if !made.Equal(base) {
		t.Errorf("it was made at %v", made)
	}
	if got := string(s.Dumps()["acme"]); !strings.Contains(got, `"count":0`) {
		t.Errorf("it is %s", got)
	}
}

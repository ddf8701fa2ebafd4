package conformance

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/gofrs/flock"

	"runner/internal/engine"
	"runner/internal/journal"
	"runner/internal/op"
	"runner/internal/quota"
	"runner/internal/vendors/web"
)

// This file lets processes of their own keep one limit against one server, and
// judges them by what the server saw.

// What such a process is told: the folder of the limits, the server, who it
// is, how many branches call at a time, and how long a call may take; or that
// it should take the lock and keep it.
const quotaDir, quotaURL, quotaName, quotaBranches, quotaTimeout, quotaLock = "RUNNER_TEST_LIMITS", "RUNNER_TEST_LIMITED",
	"RUNNER_TEST_NAME", "RUNNER_TEST_BRANCHES", "RUNNER_TEST_TIMEOUT", "RUNNER_TEST_LOCK"

var keptByAll = op.Limit{PerSecond: 100, Burst: 10}

// keepLimit is what it does: one call after the other in every branch, until
// one fails.
func keepLimit(dir string) error {
	if path := os.Getenv(quotaLock); path != "" {
		if ok, err := flock.New(path).TryLock(); !ok {
			return fmt.Errorf("the lock is not free: %w", err)
		}
		fmt.Println("locked")
		select {} // until it is killed
	}
	url, name := os.Getenv(quotaURL), os.Getenv(quotaName)
	branches, err := strconv.Atoi(os.Getenv(quotaBranches))
	if err != nil {
		return err
	}
	settings, err := json.Marshal(map[string]any{"url": url})
	if err != nil {
		return err
	}
	client, err := web.Module.Connect(op.World{Agent: name}, settings)
	if err != nil {
		return err
	}
	if client.Timeout, err = time.ParseDuration(os.Getenv(quotaTimeout)); err != nil {
		return err
	}
	conn := engine.NewConnection("http", client)
	conn.Quota = quota.Shared(dir, "http", client.Account, keptByAll, time.Now)
	get, _ := web.Module.Operation("get")
	run := engine.New(context.Background(), engine.Options{Run: name, Host: engine.Local{}, Journal: nothing{}})
	keys := make([]string, branches)
	for i := range keys {
		keys[i] = strconv.Itoa(i)
	}
	run.Do(func(b *engine.Branch) {
		_, _ = b.Each(engine.FanOut{Name: "each", Keys: keys, Width: branches, Worker: func() func(*engine.Branch, int) (engine.Ended, bool) {
			return func(b *engine.Branch, _ int) (engine.Ended, bool) {
				for {
					if _, e := b.Call(engine.Call{Op: get, Connection: conn, Args: []byte(`{"url":"/"}`)}); e != nil {
						return engine.Ended{Status: journal.StatusFailed, Reason: e.Error()}, true
					}
				}
			}
		}})
	})
	return nil
}

// A counter is a server that notes when it was asked, and by whom.
type counter struct {
	t   *testing.T
	url string
	dir string // of the limits

	answer func(n int, w http.ResponseWriter) // the nth request

	mu   sync.Mutex
	at   []time.Time
	by   []string
	done bool // nothing more is noted, and all are refused
}

func newCounter(t *testing.T, answer func(n int, w http.ResponseWriter)) *counter {
	c := &counter{t: t, dir: filepath.Join(t.TempDir(), "limits"), answer: answer}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		now := time.Now()
		c.mu.Lock()
		n := len(c.at)
		over := c.done
		if !over {
			c.at, c.by = append(c.at, now), append(c.by, r.UserAgent())
		}
		c.mu.Unlock()
		if over {
			w.WriteHeader(http.StatusGone)
			return
		}
		c.answer(n, w)
	}))
	t.Cleanup(server.Close)
	c.url = server.URL
	return c
}

func (c *counter) process(name string, branches int, timeout string, more ...string) *exec.Cmd {
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), quotaDir+"="+c.dir, quotaURL+"="+c.url, quotaName+"="+name, quotaBranches+"="+strconv.Itoa(branches), quotaTimeout+"="+timeout)
	cmd.Env = append(cmd.Env, more...)
	return cmd
}

// seen is what was noted from the moment on when so many had asked.
func (c *counter) seen(names int) (since time.Time, by map[string]int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	known := map[string]bool{}
	for i, name := range c.by {
		if known[name] = true; len(known) < names {
			continue
		}
		if by == nil {
			since, by = c.at[i], map[string]int{}
		}
		by[name]++
	}
	return since, by
}

// Eight processes keep one limit: no span of time has more requests than the
// limit allows and what may come late, each gets a fair part whether it has one
// branch or many, and together they use the limit.
func TestEightProcessesKeepOneLimit(t *testing.T) {
	const span, late, patience = 4 * time.Second, time.Second, time.Minute
	began := time.Now()
	var c *counter
	c = newCounter(t, func(int, http.ResponseWriter) {
		if since, by := c.seen(8); by != nil && time.Since(since) >= span || time.Since(began) > patience {
			c.mu.Lock()
			c.done = true
			c.mu.Unlock()
		}
	})
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			cmd := c.process(fmt.Sprint("process ", i), 1+15*(i%2), "1h")
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Errorf("%v: %s", err, out)
			}
		})
	}
	all.Wait()
	since, by := c.seen(8)
	if len(by) < 8 || !c.done {
		t.Fatalf("only %d processes made requests, or not for long enough", len(by))
	}
	n := 0
	for name, m := range by {
		n += m
		if fair := keptByAll.PerSecond * span.Seconds() / 8; float64(m) < fair/2 || float64(m) > fair*2 {
			t.Errorf("%s made %d requests, and a fair part is %.0f", name, m, fair)
		}
	}
	took := c.at[len(c.at)-1].Sub(since)
	if rate := float64(n) / took.Seconds(); rate < 0.8*keptByAll.PerSecond {
		t.Errorf("%.1f requests a second were made of %v", rate, keptByAll.PerSecond)
	}
	for i := range c.at {
		for j := i; j < len(c.at); j++ {
			between := c.at[j].Sub(c.at[i])
			if most := float64(keptByAll.Burst) + keptByAll.PerSecond*(between+late).Seconds(); float64(j-i+1) > most {
				t.Fatalf("%d requests in %v, want at most %.1f", j-i+1, between, most)
			}
		}
	}
	t.Logf("%d requests in %v: %v", n, took, by)
}

// What one process is told by a 429, the next one keeps to.
func TestA429HoldsUpOtherProcesses(t *testing.T) {
	const wait = 2
	var c *counter
	c = newCounter(t, func(n int, w http.ResponseWriter) {
		if n == 0 {
			w.Header().Set("Retry-After", strconv.Itoa(wait))
			w.WriteHeader(http.StatusTooManyRequests)
			return
		}
		c.mu.Lock()
		c.done = true
		c.mu.Unlock()
	})
	for _, p := range []*exec.Cmd{c.process("refused", 1, "1s"), c.process("next", 1, "1h")} { // the first gives up at once
		if out, err := p.CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
	}
	if len(c.at) != 2 || c.by[1] != "next" {
		t.Fatalf("%q made requests", c.by)
	}
	if gap := c.at[1].Sub(c.at[0]); gap < wait*time.Second {
		t.Errorf("the next process asked after %v", gap)
	}
}

// A process that is killed with the lock in its hands holds up nobody.
func TestLockOfAProcessThatIsKilled(t *testing.T) {
	c := newCounter(t, nil)
	mine := quota.Shared(c.dir, "http", c.url, keptByAll, time.Now)
	_ = mine.Reserve(time.Now(), time.Time{})
	locks, _ := filepath.Glob(filepath.Join(c.dir, "*.lock"))
	if len(locks) != 1 {
		t.Fatalf("there are %d locks", len(locks))
	}
	cmd := c.process("killed", 1, "1h", quotaLock+"="+locks[0])
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := out.Read(make([]byte, len("locked"))); err != nil {
		t.Fatal(err)
	}
	if ok, _ := flock.New(locks[0]).TryLock(); ok {
		t.Error("the lock is not held")
	}
	_ = cmd.Process.Kill()
	_ = cmd.Wait()
	before, err := os.ReadFile(locks[0][:len(locks[0])-len(".lock")])
	if err != nil {
		t.Fatal(err)
	}
	if turn := mine.Reserve(time.Now(), time.Time{}); !turn.Kept {
		t.Errorf("the turn is %+v", turn)
	}
	if after, err := os.ReadFile(locks[0][:len(locks[0])-len(".lock")]); err != nil || string(after) == string(before) {
		t.Errorf("the turn is not in the file: %v", err)
	}
}

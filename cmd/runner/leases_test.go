package main

import (
	"os"
	"strings"
	"syscall"
	"testing"
)

// A pair is two runs of a script on one account: the first holds the lease
// and waits for the answer to its first call.
type pair struct {
	*standin
	first, second *cmdline
	ended         func() int // of the first
}

const listing = `alteryx.list_users{} alteryx.update_user{ user_id = "` + ada + `", language = "de-de" }`

func newPair(t *testing.T) *pair {
	t.Helper()
	p := &pair{standin: startEmulator(t), first: &cmdline{}, second: &cmdline{}}
	p.first.with(p.env).with(map[string]string{"RUNNER_STATE_DIR": t.TempDir()})
	p.second.with(p.first.env)
	p.hold("GET /webapi/v3/users")
	p.ended = p.first.start(t, "eval", "--yes", listing)
	if !p.await("GET /webapi/v3/users") {
		t.Fatalf("no call was made\n%s", &p.first.stderr)
	}
	return p
}

// requests are how many came but for tokens.
func (p *pair) requests() (n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, s := range p.seen {
		if !strings.Contains(s, "token") {
			n++
		}
	}
	return n
}

// The second run waits for the first to end, and goes on. All branches wait for
// one lease.
func TestLockTimeout(t *testing.T) {
	p := newPair(t)
	wait := p.second.start(t, "eval", "--yes", "--lock-timeout", "1h", listing)
	p.second.stderr.await("waiting for run ")
	if n := p.requests(); n != 1 {
		t.Errorf("%d requests came, want the first run's", n)
	}
	p.release()
	if first, second := p.ended(), wait(); first != exitDone || second != exitDone {
		t.Errorf("exit %d and %d\n%s", first, second, &p.second.stderr)
	}
	if n := strings.Count(p.second.stderr.String(), "waiting for run "); n != 1 {
		t.Errorf("it was told %d times\n%s", n, &p.second.stderr)
	}
	if n := len(p.server.Mutations()); n != 2 {
		t.Errorf("%d changes, want 2", n)
	}
}

// Branches that open the connection wait for the one lease; one that does not
// need it goes on meanwhile.
func TestBranchesWaitForALease(t *testing.T) {
	p := newPair(t)
	p.with("RUNNER_ALTERYX_LEASE", "connection")
	wait := p.second.start(t, "eval", "--yes", "--lock-timeout", "1h",
		`parallel { a = function() alteryx.list_users{} end, b = function() alteryx.list_users{} end, c = function() sleep(0.1) print("meanwhile") end }`)
	p.second.stdout.await("meanwhile")
	if n := p.requests(); n != 1 {
		t.Errorf("%d requests came, want the first run's", n)
	}
	p.release()
	if first, second := p.ended(), wait(); first != exitDone || second != exitDone {
		t.Errorf("exit %d and %d\n%s", first, second, &p.second.stderr)
	}
	if n := strings.Count(p.second.stderr.String(), "waiting for run "); n != 1 {
		t.Errorf("it was told %d times\n%s", n, &p.second.stderr)
	}
}

func (p *pair) with(name, value string) { p.second.with(map[string]string{name: value}) }

// Ctrl-C ends the wait, and nothing was sent.
func TestInterruptWhileWaitingForALease(t *testing.T) {
	for name, tt := range map[string]struct {
		signal os.Signal
		code   int
	}{
		"Ctrl-C":  {os.Interrupt, exitInterrupted},
		"SIGTERM": {syscall.SIGTERM, exitTerminated},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPair(t)
			wait := p.second.start(t, "eval", "--json", "--yes", "--lock-timeout", "1h", listing)
			p.second.stderr.await("waiting for run ")
			p.second.signals <- tt.signal
			if code := wait(); code != tt.code {
				t.Errorf("exit %d, want %d\n%s", code, tt.code, &p.second.stderr)
			}
			if r := p.second.report(t); r.Counts.Reads+r.Counts.Writes > 0 || r.Error.State != "nothing was changed" {
				t.Errorf("%+v, error %+v", r.Counts, r.Error)
			}
			if n := p.requests(); n != 1 {
				t.Errorf("%d requests came, want the first run's", n)
			}
			p.release()
			if code := p.ended(); code != exitDone {
				t.Errorf("the first: exit %d\n%s", code, &p.first.stderr)
			}
		})
	}
}

// What waits to apply a plan can be interrupted too, and the plan applied
// later.
func TestInterruptAnApplyThatWaits(t *testing.T) {
	e := startEmulator(t)
	t.Chdir(t.TempDir())
	if err := os.WriteFile("change.lua", []byte(change), 0o600); err != nil {
		t.Fatal(err)
	}
	first, second := (&cmdline{}).with(e.env), (&cmdline{}).with(e.env)
	if code := second.run(t, "plan", "change.lua", "--out", "change.plan"); code != exitDone {
		t.Fatalf("plan: exit %d\n%s", code, &second.stderr)
	}
	first.with(second.env).with(map[string]string{"RUNNER_ALTERYX_LEASE": "connection"})
	e.hold("GET /webapi/v3/schedules")
	ended := first.start(t, "eval", "alteryx.list_schedules{}")
	if !e.await("GET /webapi/v3/schedules") {
		t.Fatalf("no call was made\n%s", &first.stderr)
	}
	wait := second.start(t, "apply", "change.plan", "--lock-timeout", "1h")
	second.stderr.await("waiting for run ")
	second.signals <- os.Interrupt
	if code := wait(); code != exitInterrupted {
		t.Errorf("exit %d, want %d\n%s", code, exitInterrupted, &second.stderr)
	}
	e.release()
	if code := ended(); code != exitDone {
		t.Errorf("the first: exit %d\n%s", code, &first.stderr)
	}
	if code := second.run(t, "apply", "change.plan"); code != exitDone || len(e.server.Mutations()) != 1 {
		t.Errorf("exit %d and %d changes\n%s", code, len(e.server.Mutations()), &second.stderr)
	}
}

package main

import (
	"encoding/json"
	"os"
	"strings"
	"syscall"
	"testing"
)

const (
	ada     = "61d57bea3c15317e1a48205b"
	twice   = `alteryx.update_user{ user_id = "` + ada + `", is_api_enabled = false } alteryx.list_users{}`
	creates = `alteryx.create_user{ email = "new@example.com", first_name = "N", last_name = "O" } alteryx.list_users{}`
)

// After one Ctrl-C the call under way comes to its end and is recorded, and
// none begins.
func TestInterruptOnce(t *testing.T) {
	for name, tt := range map[string]struct {
		signal os.Signal
		code   int
		why    string
	}{
		"Ctrl-C":  {os.Interrupt, exitInterrupted, "it was interrupted"},
		"SIGTERM": {syscall.SIGTERM, exitTerminated, "it was terminated"},
	} {
		t.Run(name, func(t *testing.T) {
			e := startEmulator(t)
			c := (&cmdline{}).with(e.env)
			e.hold("PUT /webapi/v3/users")
			wait := c.start(t, "eval", "--json", twice)
			if !e.await("PUT /webapi/v3/users") {
				t.Fatalf("no call was made\n%s", &c.stderr)
			}
			c.signals <- tt.signal
			c.stderr.await("stopping: calls under way come to their end")
			e.release()
			if code := wait(); code != tt.code {
				t.Errorf("exit %d, want %d", code, tt.code)
			}
			r := c.report(t)
			if r.Counts.Writes != 1 || r.Counts.Unanswered != 0 || r.Error.Why != tt.why || r.Exit.Code != tt.code {
				t.Errorf("%+v, error %+v, exit %+v", r.Counts, r.Error, r.Exit)
			}
			if r.Error.State != "1 change was made before this, and stays" || len(r.Next) == 0 {
				t.Errorf("state %q, next %q", r.Error.State, r.Next)
			}
			if n := len(e.server.Mutations()); n != 1 {
				t.Errorf("%d changes reached the vendor, want 1", n)
			}
			shown := c.shown(t)
			if shown.Exit == nil || shown.Exit.Code != tt.code || shown.Counts.Writes != 1 || shown.Counts.Reads > 1 {
				t.Errorf("the journal says %+v, exit %+v", shown.Counts, shown.Exit)
			}
		})
	}
}

// After the second Ctrl-C a call under way is given up: a write is in doubt.
func TestInterruptTwice(t *testing.T) {
	for name, tt := range map[string]struct {
		request, script string
		doubt           int
	}{
		"a write": {"POST /webapi/v3/users", creates, 1},
		"a read":  {"GET /webapi/v3/users", "alteryx.list_users{}", 0},
	} {
		t.Run(name, func(t *testing.T) {
			e := startEmulator(t)
			c := (&cmdline{}).with(e.env)
			e.hold(tt.request)
			wait := c.start(t, "eval", "--json", tt.script)
			if !e.await(tt.request) {
				t.Fatalf("no call was made\n%s", &c.stderr)
			}
			c.signals <- os.Interrupt
			c.signals <- os.Interrupt
			if code := wait(); code != exitInterrupted {
				t.Errorf("exit %d, want %d\n%s", code, exitInterrupted, &c.stderr)
			}
			if r := c.report(t); r.Counts.InDoubt != tt.doubt || r.Counts.Unanswered != 0 || r.Exit.Code != exitInterrupted {
				t.Errorf("%+v, exit %+v, want %d in doubt", r.Counts, r.Exit, tt.doubt)
			}
			if shown := c.shown(t); shown.Counts.InDoubt != tt.doubt {
				t.Errorf("the journal says %+v", shown.Counts)
			}
		})
	}
}

// SIGTERM is as the first Ctrl-C, and a Ctrl-C after it gives up; the first
// says how the run ended.
func TestTerminateAndInterrupt(t *testing.T) {
	for name, tt := range map[string]struct {
		first, second os.Signal
		code          int
	}{
		"SIGTERM, Ctrl-C":  {syscall.SIGTERM, os.Interrupt, exitTerminated},
		"Ctrl-C, SIGTERM":  {os.Interrupt, syscall.SIGTERM, exitInterrupted},
		"SIGTERM, SIGTERM": {syscall.SIGTERM, syscall.SIGTERM, exitTerminated},
	} {
		t.Run(name, func(t *testing.T) {
			e := startEmulator(t)
			c := (&cmdline{}).with(e.env)
			e.hold("POST /webapi/v3/users")
			wait := c.start(t, "eval", "--json", creates)
			if !e.await("POST /webapi/v3/users") {
				t.Fatalf("no call was made\n%s", &c.stderr)
			}
			c.signals <- tt.first
			c.stderr.await("stopping: calls under way come to their end")
			c.signals <- tt.second
			if code := wait(); code != tt.code {
				t.Errorf("exit %d, want %d\n%s", code, tt.code, &c.stderr)
			}
			if r := c.report(t); r.Counts.InDoubt != 1 || r.Exit.Code != tt.code {
				t.Errorf("%+v, exit %+v", r.Counts, r.Exit)
			}
		})
	}
}

// One signal ends whatever a script waits for.
func TestInterruptWaits(t *testing.T) {
	const marked = `print("waiting") `
	for name, source := range map[string]string{
		"a sleep":              marked + `pcall(sleep, 1000) print("caught")`,
		"wait_until":           marked + `pcall(wait_until, function() end) print("caught")`,
		"wait_until that asks": marked + `pcall(wait_until, { every = 1000, timeout = 2000 }, function() alteryx.list_users{} end) print("caught")`,
		"the limit":            marked + `for i = 1, 100 do pcall(alteryx.list_users) end print("caught")`,
		"a step with a time":   marked + `pcall(step, "s", { timeout = 500 }, function() sleep(1000) end) print("caught")`,
		"branches":             marked + `pcall(each, { 1, 2, 3 }, { concurrency = 2 }, function() sleep(1000) end) print("caught")`,
	} {
		t.Run(name, func(t *testing.T) {
			e := startEmulator(t)
			c := (&cmdline{}).with(e.env)
			if name == "the limit" {
				c.with(map[string]string{"RUNNER_ALTERYX_RATE": "0.01", "RUNNER_ALTERYX_CALL_TIMEOUT": "100000"})
			}
			wait := c.start(t, "eval", source)
			c.stdout.await("waiting")
			c.signals <- os.Interrupt
			if code := wait(); code != exitInterrupted || strings.Contains(c.stdout.String(), "caught") {
				t.Errorf("exit %d, want %d\n%s%s", code, exitInterrupted, &c.stdout, &c.stderr)
			}
		})
	}
}

// A summary is the part of a report that tests look at.
type summary struct {
	Exit   *struct{ Code int }
	Counts struct {
		Reads, Writes, Destructive, Planned, Failed, Unanswered int
		InDoubt                                                 int `json:"in_doubt"`
	}
	Error struct{ Kind, What, Why, State string }
	Next  []string
}

func (c *cmdline) report(t *testing.T) summary {
	t.Helper()
	var r summary
	if err := json.Unmarshal(c.stdout.Bytes(), &r); err != nil {
		t.Fatalf("standard output is not JSON: %v\n%s", err, &c.stdout)
	}
	return r
}

// shown is what the journal of the last run says.
func (c *cmdline) shown(t *testing.T) summary {
	t.Helper()
	if code := c.run(t, "show", "--json"); code != exitDone {
		t.Fatalf("show: exit %d\n%s", code, &c.stderr)
	}
	return c.report(t)
}

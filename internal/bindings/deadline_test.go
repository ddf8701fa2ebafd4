package bindings

import (
	"context"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"runner/internal/op"
)

// What goes on in a step after its time raises timeout, again and again; the
// failure says whose time it was. A dry run comes to the same.
func TestTimeouts(t *testing.T) {
	const late = `step "s": it took longer than it may (10 s)`
	for name, tt := range map[string]struct {
		source string
		want   string // what was printed
		took   time.Duration
	}{
		"a sleep": {
			`print(pcall(step, "s", { timeout = 10 }, function() sleep(60) end)) print(now() - began)`,
			"false " + late + "; 10", 10 * time.Second,
		},
		"a call": {
			`print(pcall(step, "s", { timeout = 10 }, function() sleep(10) desk.wait_ticket { id = 1 } end))`,
			"false desk.wait_ticket: " + late, 10 * time.Second,
		},
		"a step": {
			`step("s", { timeout = 10 }, function() sleep(10) print(pcall(step, "x", function() print("never") end)) end)`,
			"false " + late, 10 * time.Second,
		},
		"branches": {
			`step("s", { timeout = 10 }, function() sleep(10) print(pcall(each, {}, function() end)) print(pcall(parallel, {})) end)`,
			"false " + late + "; false " + late, 10 * time.Second,
		},
		"wait_until": {
			`step("s", { timeout = 10 }, function() sleep(10) print(pcall(wait_until, function() return true end)) end)`,
			"false " + late, 10 * time.Second,
		},
		"its fields": {
			`local _, e = pcall(step, "s", { timeout = 0.5 }, function() sleep(60) end) print(e.kind, e.subject, e.cause)`,
			`timeout step "s" it took longer than it may (0.5 s)`, 500 * time.Millisecond,
		},
		"what was caught comes again": {
			`print(pcall(step, "s", { timeout = 10 }, function() pcall(sleep, 60) pcall(step, "x", function() sleep(1) end) sleep(0) end))`,
			"false " + late, 10 * time.Second,
		},
		"the earliest of several": {
			`print(pcall(step, "s", { timeout = 10 }, function() step("x", { timeout = 20 }, function() sleep(60) end) end))`,
			"false " + late, 10 * time.Second,
		},
		"the inner one, and the outer goes on": {
			`step("outer", { timeout = 20 }, function() print(pcall(step, "s", { timeout = 10 }, function() sleep(60) end)) sleep(5) print("on") end)`,
			"false " + late + "; on", 15 * time.Second,
		},
		"a name with a sign of the path": {
			`print(pcall(step, "a/b", { timeout = 1 }, function() sleep(60) end))`,
			`false step "a/b": it took longer than it may (1 s)`, time.Second,
		},
		"in time": {
			`print(step("s", { timeout = 10 }, function() sleep(9) return 1, 2 end))`, "1 2", 9 * time.Second,
		},
		"what ends late without more is done": {
			`print(step("s", { timeout = 10 }, function() sleep(10) return 1 end))`, "1", 10 * time.Second,
		},
		"of branches, each from its start": {
			`print(pcall(each, { 6, 9, 12 }, { concurrency = 1, timeout = 10 }, function(s) sleep(s) print(s) end))`,
			`6; 9; false branch "each[12]": it took longer than it may (10 s)`, 25 * time.Second,
		},
		"of arms": {
			`print(pcall(parallel, { a = function() sleep(60) end }, { timeout = 3, name = "p" }))`,
			`false branch "p[a]": it took longer than it may (3 s)`, 3 * time.Second,
		},
	} {
		for _, dry := range []bool{false, true} {
			t.Run(name+map[bool]string{true: ", dry"}[dry], func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					began := time.Now()
					p := stage{dry: dry}.play(t, "local began = now() "+tt.source).mustWork()
					got := strings.ReplaceAll(strings.Join(p.printed(), "; "), "\t", " ")
					if took := time.Since(began); got != tt.want || !dry && took != tt.took || dry && took != 0 {
						t.Errorf("printed %s after %v, want %s after %v", got, took, tt.want, tt.took)
					}
				})
			})
		}
	}
}

// A call under way is given up at the deadline, and the step that failed is
// named.
func TestTimeoutsGiveUpCalls(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		d := &desk{hold: func(ctx context.Context) { <-ctx.Done() }}
		p := stage{desk: d}.play(t, `step("s", { timeout = 10 }, function() desk.wait_ticket { id = 1 } end)`)
		want := `script.lua:1: [timeout] desk.wait_ticket: step "s": it took longer than it may (10 s)`
		if p.said() != want || p.failure.Step != "/s" || time.Since(began) != 10*time.Second {
			t.Errorf("after %v in %s: %s, want %s", time.Since(began), p.failure.Step, p.said(), want)
		}
		if want := []string{"/s failed"}; !slices.Equal(p.ends(), want) {
			t.Errorf("ended %q, want %q", p.ends(), want)
		}
	})
}

func TestTimeoutsAreChecked(t *testing.T) {
	for source, want := range map[string]string{
		`step("s", { timout = 1 }, function() end)`:         `step has no option "timout" (did you mean "timeout"?)`,
		`step("s", { timeout = 0 }, function() end)`:        "timeout must be more than 0 seconds (leave it out for no limit)",
		`step("s", { timeout = -1 }, function() end)`:       "timeout cannot be -1 seconds",
		`step("s", { timeout = "10" }, function() end)`:     `timeout wants seconds, got`,
		`each({ 1 }, { timeout = 0 }, function() end)`:      "timeout must be more than 0 seconds",
		`each({ 1 }, { time_out = 1 }, function() end)`:     `each has no option "time_out" (did you mean "timeout"?)`,
		`parallel({ a = function() end }, { timeout = 0 })`: "timeout must be more than 0 seconds",
		`step("s", { timeout = 1 })`:                        "argument 3",
	} {
		fails(t, source, op.Script, want)
	}
}

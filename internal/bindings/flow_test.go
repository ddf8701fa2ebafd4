package bindings

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"runner/internal/engine"
	"runner/internal/journal"
	"runner/internal/op"
)

func TestBranchesRunAsWideAsTheyMay(t *testing.T) {
	for name, tt := range map[string]struct {
		source string
		most   int
	}{
		"one":              {`each({ 1, 2, 3, 4 }, { concurrency = 1 }, function(i) desk.wait_ticket { id = i } end)`, 1},
		"three":            {`each({ 1, 2, 3, 4, 5, 6, 7 }, { concurrency = 3 }, function(i) desk.wait_ticket { id = i } end)`, 3},
		"more than items":  {`each({ 1, 2 }, { concurrency = 100 }, function(i) desk.wait_ticket { id = i } end)`, 2},
		"without a word":   {`local t = {} for i = 1, 20 do t[i] = i end each(t, function(i) desk.wait_ticket { id = i } end)`, 8},
		"parallel":         {`local f = function() desk.wait_ticket { id = 1 } end parallel { f, f, f, f, f }`, 5},
		"parallel, bound":  {`local f = function() desk.wait_ticket { id = 1 } end parallel({ f, f, f, f, f }, { concurrency = 2 })`, 2},
		"each within each": {`each({ 1, 2 }, { concurrency = 2 }, function() each({ 1, 2, 3 }, { concurrency = 3 }, function(i) desk.wait_ticket { id = i } end) end)`, 6},
		"in one branch":    {`for i = 1, 3 do desk.wait_ticket { id = i } end`, 1},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				d := &desk{hold: func(context.Context) { time.Sleep(time.Second) }} // in the bubble's time
				stage{desk: d}.play(t, tt.source).mustWork()
				if d.most != tt.most {
					t.Errorf("%d calls were under way at the same time, want %d", d.most, tt.most)
				}
			})
		})
	}
}

// TestResultsAreInOrder: whatever ends first.
func TestResultsAreInOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := stage{}.play(t, `
local r = each({ 5, 1, 4, 2, 3 }, function(s, place) sleep(s) return s .. "@" .. place end)
print(table.concat(r, " "))
`).mustWork()
		if got, want := p.printed()[0], "5@1 1@2 4@3 2@4 3@5"; got != want {
			t.Errorf("printed %s, want %s", got, want)
		}
	})
}

// TestTheFirstFailureStands: those under way come to their end, no others
// begin, and the failure says in which branch it came up.
func TestTheFirstFailureStands(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := stage{}.play(t, `
step("all", function()
  each({ 1, 2, 3, 4, 5, 6 }, { concurrency = 3 }, function(i)
    sleep(i)
    if i == 2 then fail { cause = "second", kind = "conflict" } end
    if i == 3 then fail("third") end
    print("ended " .. i)
  end)
end)`)
		if p.failure == nil || p.failure.Cause != "second" || p.failure.Step != "/all/each[2]" || p.failure.At != "script.lua:5" || p.failure.Kind != op.Conflict {
			t.Errorf("failed with %s in %s", p.said(), p.failure.Step)
		}
		want := []string{"/all/each[1] done", "/all/each[2] failed", "/all/each[3] failed", "/all/each[4] done", "/all failed"}
		if got := p.ends(); !slices.Equal(got, want) {
			t.Errorf("ended %q, want %q", got, want)
		}
	})
}

func TestWhereFailuresComeUp(t *testing.T) {
	for source, want := range map[string]string{
		`step("a", function() step("b", function() fail("x") end) end)`: "/a/b",
		`step("a", function() step("b", function() end) fail("x") end)`: "/a",
		`fail("x")`: "",
		`step("a", function() pcall(step, "b", function() fail("x") end) fail("y") end)`:              "/a",
		`parallel { x = function() step("s", function() fail("x") end) end }`:                         "/parallel[x]/s",
		`step("a", function() local ok, e = pcall(step, "b", function() fail("x") end) error(e) end)`: "/a/b",
	} {
		p := stage{}.play(t, source)
		if p.failure == nil || p.failure.Step != want {
			t.Errorf("%s\nfailed in %q, want %q", source, p.failure.Step, want)
		}
	}
}

func TestSkipAtTheTopEndsTheScript(t *testing.T) {
	p := stage{}.play(t, `pcall(skip, "nothing to do") print("never")`).mustWork()
	if len(p.printed()) > 0 {
		t.Errorf("printed %q", p.printed())
	}
}

// A wait is told of after some seconds, and then less and less often; it is no
// part of the record.
func TestWaitsAreTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var told []string
		s := stage{still: func(what string, since time.Duration) { told = append(told, what+" "+since.String()) }}
		p := s.play(t, `pcall(wait_until, { every = 3, timeout = 60, what = "the moon" }, function() end) wait_until(function() return true end)`).mustWork()
		want := []string{"the moon 6s", "the moon 12s", "the moon 24s", "the moon 48s"}
		if !slices.Equal(told, want) {
			t.Errorf("told %q, want %q", told, want)
		}
		if slices.ContainsFunc(p.journal.records, func(r journal.Record) bool { return r.Kind == journal.Note }) {
			t.Error("it stands in the journal")
		}
	})
}

// TestTimeIsTheRuns: waiting takes the time it says, and a dry run puts its
// clock forward.
func TestTimeIsTheRuns(t *testing.T) {
	source := `
local began = now()
sleep(90)
print(now() - began)
print(pcall(wait_until, { every = 10, timeout = 60, what = "the moon" }, function() end))
print(now() - began)
`
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		p := stage{}.play(t, source).mustWork()
		want := []string{"90", "false\tthe moon: still not so after 1m0s", "150"}
		if got := p.printed(); !slices.Equal(got, want) || time.Since(began) != 150*time.Second {
			t.Errorf("printed %q after %v, want %q", got, time.Since(began), want)
		}
	})
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		p := stage{dry: true}.play(t, `local began = now() sleep(90) print(now() - began) local seen = wait_until({ what = "the moon" }, function() end) desk.send_value { value = seen } print(now() - began)`).mustWork()
		if got := p.printed(); !slices.Equal(got, []string{"90", "90"}) || time.Since(began) != 0 || !strings.Contains(p.calls()[0], `"the moon"`) {
			t.Errorf("printed %q after %v, planned %q", got, time.Since(began), p.calls())
		}
	})
}

// TestRandomNumbersAreTheRuns: the same seed, the same numbers, in each branch
// its own.
func TestRandomNumbersAreTheRuns(t *testing.T) {
	source := `
print(math.random(), math.random(10), math.random(5, 6))
each({ 1, 2 }, function(i) desk.wait_ticket { id = i } print(i, math.random(1000000)) coroutine.wrap(function() print(i, math.random(1000000)) end)() end)
`
	numbers := func(seed uint64) []string {
		lines := stage{options: Options{Seed: seed}}.play(t, source).mustWork().printed()
		slices.Sort(lines)
		return lines
	}
	one := numbers(1)
	for range 5 {
		if again := numbers(1); !slices.Equal(one, again) {
			t.Fatalf("the same seed gave %q and %q", one, again)
		}
	}
	if other := numbers(2); slices.Equal(one, other) {
		t.Errorf("another seed gave the same: %q", one)
	}
	seen := map[string]bool{}
	for _, line := range one[1:] {
		seen[line[2:]] = true
	}
	if len(seen) < 4 {
		t.Errorf("branches have the same numbers: %q", one)
	}
}

// TestTextsAreTheSameEveryTime: no text of a value has an address in it.
func TestTextsAreTheSameEveryTime(t *testing.T) {
	source := `print({ f = print, t = {}, c = coroutine.create(print), u = null, n = 1e100 }, print, desk, string, log, desk.get_ticket, { { { { { { { 1 } } } } } } }, ("x"):rep(3))
print(("x"):rep(10000):len(), #tostring({ ("y"):rep(10000) }) > 10000, tostring({ [{}] = 1, [print] = 2, [true] = 3 }))
log({ a = desk }) print(pcall(error, { f = print })) print(pcall(error, print)) fail(tostring({ print, {} }))`
	first := stage{}.play(t, source)
	for range 3 {
		if again := (stage{}).play(t, source); again.trace() != first.trace() {
			t.Fatalf("first\n%s\nthen\n%s", first.trace(), again.trace())
		}
	}
	if strings.Contains(first.trace(), "0x") {
		t.Errorf("an address: %s", first.trace())
	}
}

// TestManyBranchesAreCheap: a thread a worker, not one a branch, and nothing
// of a branch is left when it has ended.
func TestManyBranchesAreCheap(t *testing.T) {
	source := `
local list = {}
for i = 1, 1000 do list[i] = i end
local n = 0
for round = 1, 3 do
  each(list, { concurrency = 50 }, function(i)
    pcall(function() desk.wait_ticket { id = i } error("x") end)
    local co = coroutine.wrap(function() coroutine.yield(i) coroutine.yield() end)
    n = n + co()
    step("s", function() desk.wait_ticket { id = i } end)
  end)
end
print(n)
secret("heap")
`
	runtime.GC()
	before, after, goroutines := heap(), uint64(0), runtime.NumGoroutine()
	s := stage{desk: &desk{}}
	var p *play
	s.options.Secret = func(string) (string, *op.Error) {
		p.journal.records = nil // it is not the world's
		runtime.GC()
		after = heap()
		return "", nil
	}
	p = s.open(t)
	p.failure = p.world.Exec(Script{Name: "script.lua", Source: source})
	p.mustWork()
	if grown := int64(after) - int64(before); grown > 8<<20 {
		t.Errorf("3,000 branches left %d KiB", grown>>10)
	}
	if left := len(p.world.spare); left > 200 {
		t.Errorf("%d threads are kept", left)
	}
	for range 100 { // goroutines of workers may still be returning
		if runtime.NumGoroutine() <= goroutines+2 {
			return
		}
		runtime.Gosched()
	}
	t.Errorf("%d goroutines are left of %d", runtime.NumGoroutine(), goroutines)
}

func TestConnectionsAreOpenedOnce(t *testing.T) {
	opened := []string{}
	s := stage{}
	p := s.open(t)
	connect := p.world.o.Connect
	p.world.o.Connect = func(b *engine.Branch, at, m, name string) (c *engine.Connection, e *op.Error) {
		opened = append(opened, fmt.Sprintf("%s/%s", m, name))
		return connect(b, at, m, name)
	}
	p.failure = p.world.Exec(Script{Name: "script.lua", Source: `
desk.list_tickets() desk.list_tickets()
for i = 1, 3 do connect("desk", "other").list_tickets() end
print(pcall(connect, "desk", "nowhere"))`})
	p.mustWork()
	if want := []string{"desk/", "desk/other", "desk/nowhere"}; !slices.Equal(opened, want) {
		t.Errorf("opened %q, want %q", opened, want)
	}
}

package bindings

import (
	"fmt"
	"time"

	lua "github.com/yuin/gopher-lua"

	"runner/internal/engine"
	"runner/internal/journal"
	"runner/internal/op"
)

// This file holds the words that give a script its shape: step, each,
// parallel and wait_until.

func (w *World) openFlow() {
	w.set("step", w.step)
	w.set("each", w.each)
	w.set("parallel", w.parallel)
	w.set("wait_until", w.waitUntil)
}

// step is step(name, opts, fn) or step(name, fn): a named part of the script.
// It returns what fn returns; nothing if it was skipped, and an unknown if a
// dry run could not follow it.
func (w *World) step(L *lua.LState) int {
	name, opts, at := w.nameOf(L, "step"), L.NewTable(), 2
	if L.Get(2).Type() == lua.LTTable {
		opts, at = L.CheckTable(2), 3
	}
	w.known(L, L.Get(2), "step")
	fn := L.CheckFunction(at)
	w.optionsOf(L, opts, "step", "timeout")
	timeout := w.timeoutOf(L, opts)
	w.inTime(L)
	b := branchOf(L)
	var values []lua.LValue
	var raised lua.LValue
	goesOn := true
	b.StepWithin(name, timeout, func() (end engine.Ended) {
		values, raised = w.protect(L, fn)
		w.blame(b, raised)
		end, goesOn = w.ending(L, raised)
		if end.Status == journal.StatusOpen {
			for range returns(fn) {
				values = append(values, w.unknown("result of step "+name))
			}
		}
		return end
	})
	if !goesOn {
		L.Error(raised, 0)
	}
	return push(L, values)
}

// returns is how many values a function returns, by its text; 1 if it cannot
// be seen. A step that ended at an open point answers as many unknowns: with
// fewer, the script would take the others for nil.
func returns(fn *lua.LFunction) int {
	if fn.IsG {
		return 1
	}
	most := 0
	for _, inst := range fn.Proto.Code {
		if int(inst>>26) != lua.OP_RETURN {
			continue
		}
		if n := int(inst & 0x1ff); n == 0 {
			most = max(most, 1) // as many as a call returns
		} else {
			most = max(most, n-1)
		}
	}
	return most
}

// blame remembers where a failure came up: the innermost step or branch.
func (w *World) blame(b *engine.Branch, raised lua.LValue) {
	if raised == nil || raised == w.failedErr {
		return
	}
	if _, ok := signalOf(raised); !ok {
		w.failedErr, w.failedIn = raised, b.Path()
	}
}

// waitUntil is wait_until(opts, probe) or wait_until(probe): it calls probe
// until it returns a true value. A dry run looks once and goes on with an
// unknown if it did not see it.
func (w *World) waitUntil(L *lua.LState) int {
	opts, at := L.NewTable(), 1
	if L.Get(1).Type() == lua.LTTable {
		opts, at = L.CheckTable(1), 2
	}
	probe := L.CheckFunction(at)
	w.optionsOf(L, opts, "wait_until", "every", "timeout", "what")
	every, timeout := w.secondsOf(L, opts, "every", 5), w.secondsOf(L, opts, "timeout", 600)
	what := "what wait_until waits for"
	if v := opts.RawGetString("what"); v != lua.LNil {
		what = w.text(L, v)
	}
	w.inTime(L)
	b := branchOf(L)
	began := b.Now()
	deadline, tell := began.Add(timeout), firstWord
	for {
		results, raised := w.protect(L, probe)
		if raised != nil {
			L.Error(raised, 0)
		}
		v := lua.LValue(lua.LNil)
		if len(results) > 0 {
			v = results[0]
		}
		switch {
		case w.isUnknown(v) || lua.LVAsBool(v):
			L.Push(v)
			return 1
		case w.run.Dry() && !w.run.Rehearsing():
			L.Push(w.unknown(what))
			return 1
		case b.Now().Add(every).After(deadline):
			w.raise(L, &op.Error{Kind: op.Timeout, Subject: what, Cause: fmt.Sprintf("still not so after %v", timeout), RetryAfter: -1})
		}
		if since := b.Now().Sub(began); since >= tell {
			b.Still(what, since)
			tell = 2 * since
		}
		w.pause(L, every)
	}
}

// firstWord is when a wait is first told of; then less and less often.
const firstWord = 5 * time.Second

func (w *World) secondsOf(L *lua.LState, opts *lua.LTable, name string, otherwise float64) time.Duration {
	n := otherwise
	switch v := opts.RawGetString(name).(type) {
	case *lua.LNilType:
	case lua.LNumber:
		n = float64(v)
	default:
		w.known(L, v, name)
		w.mistake(L, "", "%s wants seconds, got %s", name, shown(v))
	}
	if !(n >= 0 && n <= 1e8) {
		w.mistake(L, "", "%s cannot be %v seconds", name, n)
	}
	return time.Duration(n * float64(time.Second))
}

// timeoutOf is how long a step or branch may take, 0 for as long as it likes.
func (w *World) timeoutOf(L *lua.LState, opts *lua.LTable) time.Duration {
	if opts.RawGetString("timeout") == lua.LNil {
		return 0
	}
	d := w.secondsOf(L, opts, "timeout", 0)
	if d <= 0 {
		w.mistake(L, "leave it out for no limit", "timeout must be more than 0 seconds")
	}
	return d
}

// inTime raises the failure of what begins after a deadline.
func (w *World) inTime(L *lua.LState) {
	if e := branchOf(L).Overdue(); e != nil {
		w.raise(L, e)
	}
}

func (w *World) pause(L *lua.LState, d time.Duration) {
	if e := branchOf(L).Sleep(d); e != nil {
		w.raise(L, e)
	}
}

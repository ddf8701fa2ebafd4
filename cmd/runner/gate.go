package main

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"runner/internal/engine"
	"runner/internal/guard"
	"runner/internal/journal"
	"runner/internal/op"
)

// A gate lets calls pass that change something, or stops the run. Its rules,
// in order:
//
//   - No limit is exceeded: not one of the command line, of the connection or
//     of the script.
//   - Of a plan that is applied, the call is in it, and its objects are as
//     they were.
//   - Otherwise, on a protected connection a person typed its name.
//   - A destructive call was confirmed: with --yes, by number with --confirm,
//     or by a person who saw what a dry run says.
//
// Emulators are nobody's production: nothing is asked there.
type gate struct {
	*session
	limits guard.Limits

	under   map[string]bool // calls that came and have no outcome yet, by their names
	refused *op.Error       // why no further call passes
	settled chan struct{}   // closed when none is under way after that

	foreseen  *engine.Latch            // open when the dry run before the first change has ended; nil before
	confirmed int                      // destructive calls that may be made
	asked     map[string]*engine.Latch // protected connections whose name was asked for; open when answered
	unlocked  map[string]bool          // those that a person named
	refusal   *op.Error
}

func newGate(s *session) *gate {
	return &gate{
		session: s, under: map[string]bool{}, settled: make(chan struct{}),
		asked: map[string]*engine.Latch{}, unlocked: map[string]bool{},
	}
}

// What a decision allows, beyond one call.
const (
	aboutConnection  = "connection "  // followed by the name of a protected one that may be used
	aboutDestructive = "destructive " // followed by how many such calls may be made
	aboutOneMore     = "one more"     // destructive call than was foreseen
)

// recall has a decision hold that was made before the run was resumed.
func (g *gate) recall(d journal.Decision) {
	open := func() *engine.Latch {
		l := &engine.Latch{}
		l.Open(nil)
		return l
	}
	if name, ok := strings.CutPrefix(d.About, aboutConnection); ok && strings.EqualFold(d.Answer, name) {
		g.asked[name], g.unlocked[name] = open(), true
	}
	if n, ok := strings.CutPrefix(d.About, aboutDestructive); ok && d.Answer == n {
		g.confirmed, _ = strconv.Atoi(n)
		g.foreseen = open()
	}
	if d.About == aboutOneMore && d.Answer == "1" {
		g.confirmed++
	}
}

// Recalled counts a call that passed before the run was resumed.
func (g *gate) Recalled(p *engine.Passing) {
	g.limits.Count(p.Call.Connection.Name, p.Call.Op)
	if g.plan != nil {
		g.plan.recalled(p.Key)
	}
}

// Pass is asked by the engine. Once a call was refused none passes any more.
// Those that came before it come to their end first: stopping the run would
// keep them from being sent, and how many are made would be chance.
func (g *gate) Pass(p *engine.Passing) *op.Error {
	if g.refused == nil {
		g.under[p.Key] = true
		e := g.decide(p)
		if e == nil {
			return nil
		}
		if g.refused == nil {
			g.refused = e
			g.halted = halt{e, p.Call.At, p.Branch().Path()}
		}
		g.settle(p.Key)
	}
	wait(p, g.settled)
	return g.refused
}

// settle takes note that a call came to its end, or was refused.
func (g *gate) settle(key string) {
	if !g.under[key] {
		return
	}
	if delete(g.under, key); g.refused != nil && len(g.under) == 0 {
		close(g.settled) // once: after a refusal none is added
	}
}

// wait lets others go on until something has happened, or the run is stopped.
func wait(p *engine.Passing, until <-chan struct{}) {
	p.Branch().Aside(func(ctx context.Context) {
		select {
		case <-until:
		case <-ctx.Done():
		}
	})
}

// decide decides about one call.
func (g *gate) decide(p *engine.Passing) *op.Error {
	c := p.Call
	if e := g.limits.Allow(c.Connection.Name, c.Op); e != nil {
		return aboutCall(e, c)
	}
	switch {
	case g.plan != nil:
		return g.applied(p)
	case g.f.emulate && g.accounts.emulated(c.Connection.Name):
		return nil
	case g.accounts.isProtected(c.Connection.Name):
		if e := g.unlock(p); e != nil {
			return aboutCall(e, c)
		}
	}
	if _, counted := g.f.confirmed[guard.Destructive]; g.f.yes && !counted { // with both, the number holds
		return nil
	}
	if e := g.foresee(p); e != nil {
		return e
	}
	if c.Op.Effect == op.Destructive && g.limits.Calls(guard.Destructive) > g.confirmed {
		return g.unforeseen(p)
	}
	return nil
}

// aboutCall names the call in an error.
func aboutCall(e *op.Error, c engine.Call) *op.Error {
	if e.Op = c.Op.Name; e.Subject == "" {
		e.Subject, _ = c.Op.Named(c.Args)
	}
	return e
}

// unlock wants a person to type the name of a protected connection. All
// branches wait for the one answer.
func (g *gate) unlock(p *engine.Passing) *op.Error {
	name := p.Call.Connection.Name
	const hint = "make a plan, and apply it: runner plan SCRIPT --out FILE, then runner apply FILE"
	if !g.a.terminal() {
		return refused("", fmt.Sprintf("connection %q is protected", name), hint)
	}
	if asked, ok := g.asked[name]; ok {
		asked.Wait(p)
	} else {
		answered := &engine.Latch{}
		g.asked[name] = answered
		question := fmt.Sprintf("Connection %q is protected, and %s is about to change something there.", name, g.script.Name)
		g.unlocked[name] = g.ask(p.Ask, question, name, aboutConnection+name)
		answered.Open(g.run)
	}
	if !g.unlocked[name] {
		return refused("", fmt.Sprintf("connection %q is protected, and its name was not typed", name), hint)
	}
	return nil
}

// foresee makes a dry run before the first change, and has a person confirm
// the destructive calls in it. All branches wait for it.
func (g *gate) foresee(p *engine.Passing) *op.Error {
	if g.foreseen != nil {
		g.foreseen.Wait(p)
		return g.refusal
	}
	g.foreseen = &engine.Latch{}
	defer func() { g.foreseen.Open(g.run) }()
	var dry *session
	p.Branch().Aside(func(ctx context.Context) { dry = g.preview(ctx) })
	g.refusal = g.approve(p, dry)
	return g.refusal
}

// approve has the destructive calls of a dry run confirmed. One that did not
// come to its end may have fewer than the run, which then stops at the first
// that nobody confirmed.
func (g *gate) approve(p *engine.Passing, dry *session) *op.Error {
	g.foresaw = dry.report.Folder != ""
	n := 0
	for _, c := range dry.report.Changes {
		if c.Effect == op.Destructive.String() {
			n++
		}
	}
	want, given := g.f.confirmed[guard.Destructive]
	decided := func(answer, by string) {
		p.Ask(func(context.Context) journal.Decision {
			return journal.Decision{Question: calls(n), Answer: answer, By: by, About: aboutDestructive + strconv.Itoa(n)}
		})
	}
	switch {
	case given && want != n:
		decided(strconv.Itoa(want), "--confirm")
		return refused("", fmt.Sprintf("%s confirmed, and %s foreseen", calls(want), calls(n)), fmt.Sprintf("look at --dry-run, then --confirm destructive=%d", n))
	case given:
		decided(strconv.Itoa(want), "--confirm")
	case n == 0:
	case !g.a.terminal():
		decided("", "nobody")
		return refused("", fmt.Sprintf("%s foreseen, and nobody confirmed them", calls(n)),
			fmt.Sprintf("look at --dry-run, then --confirm destructive=%d, or --yes for any number\nor make a plan, and apply it: runner plan SCRIPT --out FILE", n))
	default:
		g.err.text(dry.changes())
		if !g.ask(p.Ask, calls(n)+" foreseen.", strconv.Itoa(n), aboutDestructive+strconv.Itoa(n)) {
			return refused("", calls(n)+" not confirmed", "")
		}
	}
	g.confirmed = n
	return nil
}

func calls(n int) string {
	if n == 1 {
		return "1 destructive call"
	}
	return fmt.Sprintf("%d destructive calls", n)
}

// unforeseen is a destructive call more than the dry run foresaw.
func (g *gate) unforeseen(p *engine.Passing) *op.Error {
	cause := fmt.Sprintf("%s confirmed, and this is one more that was not foreseen", calls(g.confirmed))
	if g.a.terminal() {
		question := fmt.Sprintf("%s: %s: %s.", p.Call.Op.Name, p.Call.Op.Thing(p.Call.Args), cause)
		if g.ask(p.Ask, question, "1", aboutOneMore) {
			g.confirmed++
			return nil
		}
	}
	return aboutCall(refused("", cause, "look at what is left with --dry-run, and run it again; --yes for any number"), p.Call)
}

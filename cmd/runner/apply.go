package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"runner/internal/bindings"
	"runner/internal/engine"
	"runner/internal/guard"
	"runner/internal/journal"
	"runner/internal/op"
	"runner/internal/plan"
)

func (a *app) applyCommand() *cobra.Command {
	f := &flags{}
	c := &cobra.Command{
		Use:   "apply FILE",
		Short: "Do what a plan says, and nothing else",
		Long: `Runs the script of a plan again, with the plan's params and connections. A call that changes something is sent only if the plan has it, and only if its object is still as it was: it is read again just before. Otherwise the run stops before the call, as stale.

What was unknown when the plan was made may take its real value. Calls after an open point are not in the plan: they are asked for one by one, or allowed with --allow-after-open-points.

A plan is applied once.`,
		Example: `  runner plan scripts/offboard.lua --leaver ada@example.com \
      --heir lin@example.com --emulate --out ada.plan
  runner apply ada.plan`,
		Annotations: executeCodes,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return &usage{cause: "no plan is named", hint: "runner plan SCRIPT --out FILE makes one"}
			}
			return atMost(1)(nil, args)
		},
	}
	f.add(c.Flags())
	for _, name := range []string{"dry-run", "emulate", "connection", "confirm"} { // the plan says
		_ = c.Flags().MarkHidden(name)
	}
	c.Flags().BoolVar(&f.afterPoints, "allow-after-open-points", false, "make calls after open points, which the plan does not have")
	normalize(c.Flags())
	c.RunE = func(cmd *cobra.Command, args []string) error {
		if err := f.check(); err != nil {
			return err
		}
		for _, name := range []string{"dry-run", "emulate", "connection", "confirm"} {
			if cmd.Flags().Changed(name) {
				return &usage{cause: "--" + name + ": a plan is applied as it was made", hint: "make another with runner plan"}
			}
		}
		return a.apply(cmd, f, args[0])
	}
	return c
}

// keptPlan is what a run keeps its plan as.
const keptPlan = "runner:plan"

// applying is a plan on its way to be done.
type applying struct {
	*plan.Plan
	ids   plan.Bindings
	sent  map[string]*plan.Call // planned calls that have begun
	began bool                  // something was sent
	mark  string                // file that says that the plan was applied
}

func (a *app) readPlan(path string) (*plan.Plan, []byte, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		u := &usage{cause: fmt.Sprintf("plan %s: %s", path, reason(err))}
		if near := nearFile(path); near != "" && errors.Is(err, os.ErrNotExist) {
			u.hint = fmt.Sprintf("did you mean %s?", near)
		}
		return nil, nil, u
	}
	p, err := plan.Read(b)
	if broken, ok := errors.AsType[*plan.Broken](err); ok {
		return nil, nil, &usage{cause: fmt.Sprintf("plan %s: %s", path, broken.Cause), hint: broken.Hint}
	}
	return p, b, err
}

func (a *app) apply(cmd *cobra.Command, f *flags, path string) error {
	p, text, err := a.readPlan(path)
	if err != nil {
		return err
	}
	path = a.found(p.Script.Path)
	script, err := a.readScript(path)
	if err != nil {
		if u, ok := err.(*usage); ok && u.hint == "" {
			u.hint = "run it from the folder in which the plan was made"
		}
		return err
	}
	script.Name = p.Script.Path
	f.emulate, f.connections, f.paramTexts = p.Emulate, p.Chosen, p.Params
	s := &session{
		a: a, f: f, script: script, dir: filepath.Dir(absolute(path)), path: absolute(path),
		plan: &applying{Plan: p, ids: plan.Bindings{}, sent: map[string]*plan.Call{}},
	}
	s.open()
	if e := s.plan.fits(s); e != nil {
		return s.unfit(cmd.Context(), e)
	}
	params, failure := s.declared()
	if failure != nil {
		return exitError(s.invalid(nil, failure))
	}
	set := pflag.NewFlagSet("params", pflag.ContinueOnError)
	given, err := addParams(set, params)
	if err != nil {
		return err
	}
	for _, param := range params {
		if text, ok := p.Params[param.Name]; ok {
			if err := set.Set(flagOf(param), text); err != nil {
				return err
			}
		}
	}
	values, err := s.values(set, params, given)
	if err != nil {
		return err
	}
	for _, file := range sortedKeys(s.inputs) {
		if p.Inputs[file] != s.inputs[file] {
			return s.unfit(cmd.Context(), refused("file "+file, "it was changed since the plan was made", "make the plan again"))
		}
	}
	s.params = func([]bindings.Param) (map[string]any, *op.Error) { return values, nil }
	if s.given == nil {
		s.given = map[string][]byte{}
	}
	s.given[keptPlan] = text
	if e := s.plan.claim(s); e != nil {
		return s.unfit(cmd.Context(), e)
	}
	defer s.plan.release()
	return s.execute(cmd.Context())
}

// unfit shows why a plan cannot be applied. Nothing was sent.
func (s *session) unfit(ctx context.Context, e *op.Error) error {
	s.begin(ctx)
	return s.finish(&bindings.Failure{Error: e}, nil)
}

// fits refuses a plan that is over, or of another script.
func (p *applying) fits(s *session) *op.Error {
	again := "make it again with runner plan"
	switch now := s.a.now(); {
	case now.After(p.Expires):
		return refused("plan "+p.ID, fmt.Sprintf("it expired at %s", p.Expires.Local().Format("2006-01-02 15:04:05 -07:00")), again)
	case p.Made.After(now.Add(time.Hour)):
		return refused("plan "+p.ID, "it is from the future: clocks differ", "set the clock")
	case plan.Digest([]byte(s.script.Source)) != p.Script.SHA256:
		return refused("script "+p.Script.Path, "it was changed since the plan was made", again)
	}
	for _, m := range p.Modules {
		b, err := os.ReadFile(s.a.found(m.Path))
		if err != nil {
			return refused("module "+m.Path, reason(err), "put it back, or make the plan again")
		}
		if e := p.module(m.Path, b); e != nil {
			return e
		}
	}
	return p.bound(s.f)
}

// bound has the limits of the plan hold for what is done beyond it, too.
func (p *applying) bound(f *flags) *op.Error {
	for _, l := range p.Limits {
		limit, e := guard.Parse(l.What, l.Most, l.Source)
		if e != nil {
			return e
		}
		limit.Connection = l.Connection
		f.bounds = append(f.bounds, limit)
	}
	return nil
}

// module refuses a module that was changed.
func (p *applying) module(name string, source []byte) *op.Error {
	for _, m := range p.Modules {
		if m.Path == name && m.SHA256 == plan.Digest(source) {
			return nil
		}
	}
	return refused("module "+name, "it was changed since the plan was made", "make the plan again")
}

// reconnect opens the connections of the plan, and refuses one that leads
// elsewhere by now. Opening sends nothing.
func (p *applying) reconnect(s *session) *op.Error {
	for _, c := range p.Connections {
		conn, e := s.connect(nil, "", c.Module, c.Name)
		if e != nil {
			return e
		}
		if conn.Account != c.Account {
			return refused(fmt.Sprintf("connection %q", c.Name), fmt.Sprintf("the plan was made for %s, and this is %s", c.Account, conn.Account), "make the plan again for this connection, or mend the connection")
		}
	}
	return nil
}

// claim makes sure that a plan is applied once: it leaves a mark that only one
// can make.
func (p *applying) claim(s *session) *op.Error {
	dir := s.a.stateDir("applied")
	if dir == "" {
		return nil // then nothing can be changed: there is no journal either
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return refused("plan "+p.ID, reason(err), "make room on the disk, or mend it")
	}
	path := filepath.Join(dir, p.ID)
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, os.ErrExist) {
		return refused("plan "+p.ID, "it was applied before, or is being applied", "runner show tells what was done; make another plan for what is left")
	}
	if err == nil {
		err = file.Close()
	}
	if err != nil {
		return refused("plan "+p.ID, reason(err), "make room on the disk, or mend it")
	}
	p.mark = path
	return nil
}

// release takes the mark back if nothing was sent.
func (p *applying) release() {
	if p.mark != "" && !p.began {
		_ = os.Remove(p.mark) // else it cannot be applied, and says so
	}
}

// applied lets a call pass that the plan has, if its objects are as they were.
func (g *gate) applied(p *engine.Passing) *op.Error {
	c := p.Call
	planned := g.plan.Find(p.Key, g.plan.ids)
	if planned == nil {
		return g.afterPoint(p)
	}
	stale := func(cause string, diff []op.Comparison) *op.Error {
		return aboutCall(&op.Error{Kind: op.Stale, Cause: cause, Compared: diff, Hint: "make another plan for what is left", RetryAfter: -1}, c)
	}
	if diff := g.plan.ids.Arguments(planned, g.a.redactor.JSON(c.Args)); len(diff) > 0 {
		return stale("the plan has this call with other arguments", diff)
	}
	if planned.Connection != c.Connection.Name {
		return stale(fmt.Sprintf("the plan has this call on connection %q", planned.Connection), nil)
	}
	answers := map[string][]byte{}
	for _, t := range planned.Targets {
		args, known := g.plan.ids.Args(t)
		get, err := findOperation(t.Get)
		if t.Change == journal.Created || t.Before == nil || err != nil || !known {
			continue
		}
		k := t.Get + string(args)
		found, seen := answers[k]
		if !seen {
			var e *op.Error
			if found, e = p.Read(get, args); e != nil && e.Kind != op.NotFound {
				return e
			}
			if found != nil {
				found = op.AppendTree(nil, get.Out().Quiet(op.Tree(found)))
			}
			answers[k] = found
		}
		t.Fields = changed(planned, t)
		if diff := g.plan.Before(planned, t, g.a.redactor.JSON(found), g.plan.ids); len(diff) > 0 {
			return stale(fmt.Sprintf("%s %s is not as it was when the plan was made", t.Object, idText(t.ID)), diff)
		}
	}
	planned.Needed, g.plan.began = true, true
	g.plan.sent[p.Key] = planned
	return nil
}

// changed are the fields that a call changes of an object. The call may have
// the object twice: as what it is about, and as what it changes.
func changed(c *plan.Call, object journal.Target) (list []journal.FieldChange) {
	for _, t := range c.Targets {
		if t.Object == object.Object && bytes.Equal(t.ID, object.ID) {
			list = append(list, t.Fields...)
		}
	}
	return list
}

func idText(id json.RawMessage) string {
	var text string
	if json.Unmarshal(id, &text) == nil {
		return text
	}
	return string(id)
}

// afterPoint decides about a call that the plan does not have.
func (g *gate) afterPoint(p *engine.Passing) *op.Error {
	c := p.Call
	point, ok := g.plan.After(p.Key)
	if !ok {
		wanted := []op.Comparison{{Field: "call", Planned: `"none"`, Wanted: string(g.a.redactor.JSON(c.Args))}}
		return aboutCall(&op.Error{Kind: op.Stale, Cause: "the plan does not have this call", Compared: wanted, Hint: "make another plan for what is left", RetryAfter: -1}, c)
	}
	switch {
	case g.f.afterPoints:
	case !g.a.terminal():
		return aboutCall(refused("", fmt.Sprintf("it comes after the open point at %s, so the plan does not have it", point.At), "--allow-after-open-points makes such calls"), c)
	case !g.ask(p.Ask, fmt.Sprintf("%s: %s comes after the open point at %s, so the plan does not have it.", c.Op.Name, c.Op.Thing(c.Args), point.At), "yes", ""):
		return aboutCall(refused("", fmt.Sprintf("it comes after the open point at %s, and was not allowed", point.At), ""), c)
	}
	g.plan.began = true
	return nil
}

// recalled takes note of a planned call that was made before the run was
// resumed.
func (p *applying) recalled(key string) {
	p.began = true
	if c := p.Find(key, p.ids); c != nil {
		c.Needed = true
		p.sent[key] = c
	}
}

// learn finds out the ids of what was created.
func (p *applying) learn(r journal.Record) {
	if c := p.sent[r.Key]; c != nil && r.Kind == journal.Done {
		p.ids.Learn(c.Answer, bytes.Clone(r.B))
	}
}

// notNeeded tells which planned calls were not asked for.
func (s *session) notNeeded() {
	for _, c := range s.plan.Calls() {
		if !c.Needed {
			s.append(journal.Note, nil, journal.Line{Level: "info", Text: fmt.Sprintf("planned, and not needed: %s  %s", c.Op, c.Thing), At: c.At})
		}
	}
}

// planID is the plan that is applied, "" for none.
func (s *session) planID() string {
	if s.plan == nil {
		return ""
	}
	return s.plan.ID
}

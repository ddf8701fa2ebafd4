package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"runner/internal/bindings"
	"runner/internal/engine"
	"runner/internal/journal"
	"runner/internal/op"
	"runner/internal/plan"
	"runner/internal/secret"
)

func (a *app) resumeCommand() *cobra.Command {
	f := &flags{}
	r := &resuming{}
	c := &cobra.Command{
		Use:   "resume RUN [--PARAM VALUE …] [flags]",
		Short: "Go on with a run that broke off, failed or was stopped",
		Long: `Runs the script of a run again, as it was kept with the run. Calls whose outcome is on record are answered from there and not sent. A call in doubt is looked up where that is possible, then adopted or sent again; where it is not, a person says what came of it: runner settle. The rest is done.

A run that broke off goes on where it was. In one that ended with a failure, the calls that failed are tried again. RUN is the id of the run or the beginning of it.

With --with-script, or other values for params, it is first shown what the change means: which calls are answered from the record, which are new, which have other arguments, and which the script does not make any more. Nothing is sent before that is accepted.`,
		Example:            "  runner resume 20260301T174802-k3jq\n  runner resume 20260301T174802-k3jq --with-script scripts/offboard.lua",
		Annotations:        executeCodes,
		DisableFlagParsing: true, // the script's own flags are known only when it is read
	}
	f.add(c.Flags())
	for _, name := range []string{"dry-run", "emulate", "connection"} { // the run says
		_ = c.Flags().MarkHidden(name)
	}
	c.Flags().StringVar(&r.with, "with-script", "", "go on with a changed script, in `FILE`")
	c.Flags().BoolVar(&r.accept, "accept-changes", false, "go on though script or params were changed, without asking")
	c.Flags().BoolVar(&r.onlyFailed, "only-failed", false, "take up branches that failed, and nothing else")
	c.RunE = func(cmd *cobra.Command, args []string) error { return a.resume(cmd, f, r, args) }
	c.ValidArgsFunction = a.completeRuns
	return c
}

// early is the value of a flag that is needed before the others are read.
func early(args []string, name string) string {
	for i, x := range args {
		if v, ok := strings.CutPrefix(x, "--"+name+"="); ok {
			return v
		}
		if x == "--"+name && i+1 < len(args) {
			return args[i+1]
		}
	}
	return ""
}

// resuming is a run that goes on.
type resuming struct {
	with               string // --with-script
	accept, onlyFailed bool

	dir     string // of the run
	history *engine.History
	writer  *journal.Writer
	said    []journal.Decision
	fresh   bool            // script or params are others than those of the run
	given   map[string]bool // params that were given another value
}

func (a *app) resume(cmd *cobra.Command, f *flags, r *resuming, args []string) error {
	set := cmd.Flags()
	id, rest := findScript(set, args)
	if id == "" || wantsHelp(rest) {
		return unnamed(cmd, args, rest, &usage{cause: "no run is named", hint: "runner show tells the latest; runner resume RUN goes on with one"})
	}
	dir, err := a.findRun(id)
	if err != nil {
		return err
	}
	f.json, f.color = a.json, "auto" // until they are read
	r.dir, r.with = dir, early(rest, "with-script")
	s := &session{a: a, f: f, past: r}
	s.open()
	if err := r.read(s); err != nil {
		return err
	}
	defer func() { _ = r.writer.Close() }() // the session closes it first, and tells
	if err := r.goesOn(a); err != nil {
		return err
	}
	if err := r.settings(s, set, rest); err != nil {
		return err
	}
	if done, err := r.nothingLeft(s); done || err != nil {
		return err
	}
	if r.fresh || r.accept {
		if err := r.rehearse(cmd.Context(), s); err != nil {
			return err
		}
	}
	return s.execute(cmd.Context())
}

// read takes up the journal. From then on no other process can.
func (r *resuming) read(s *session) error {
	r.history = engine.NewHistory()
	w, err := journal.Reopen(r.dir, s.a.journalOptions(), func(rec journal.Record) error {
		s.report.Add(rec)
		if rec.Kind == journal.Decide {
			var d journal.Decision
			if err := json.Unmarshal(rec.B, &d); err != nil {
				return err
			}
			r.said = append(r.said, d)
		}
		return r.history.Add(rec)
	})
	var held *journal.Held
	var damaged *journal.Damaged
	switch id := filepath.Base(r.dir); {
	case errors.As(err, &held):
		return s.refuse(refused("run "+id, held.Error(), "wait until it has ended, or stop it"))
	case errors.As(err, &damaged):
		return s.refuse(refused("run "+id, damaged.Error(), "put the folder back from a backup if there is one\nrunner show "+id+" tells what is left; do the rest by hand"))
	case errors.Is(err, journal.ErrEmpty):
		return s.refuse(refused("run "+id, "it broke off before anything was on record, so nothing was changed", "run the script again"))
	case err != nil:
		return s.refuse(refused("run "+id, err.Error(), ""))
	}
	r.writer = w
	return nil
}

// refuse shows why a run does not go on. Its journal stays as it is.
func (s *session) refuse(e *op.Error) error {
	s.report.Refuse(e, exitOfKind(e.Kind))
	if s.f.json {
		s.a.writeJSON(s.report)
	}
	var b strings.Builder
	s.report.Error.Write(&b, s.err.style, nil)
	s.err.text(b.String())
	return exitError(s.report.Exit.Code)
}

// goesOn refuses runs that cannot.
func (r *resuming) goesOn(a *app) error {
	o := r.history.Opening
	again := "run it again: runner run " + o.Script
	switch {
	case o.Mode == "dry-run":
		return &usage{cause: "run " + o.Run + " was a dry run: there is nothing to go on with", hint: again}
	case o.Emulate:
		return &usage{cause: "run " + o.Run + " was made on emulators, which ended with it", hint: again + " --emulate; those of runner emulate outlive a run"}
	}
	return nil
}

// settings reads script, params and flags: those of the run, and those that
// were given now.
func (r *resuming) settings(s *session, set *pflag.FlagSet, rest []string) error {
	o := r.history.Opening
	s.dir, s.path = o.Dir, o.Path
	var err error
	if s.script, err = r.script(s); err != nil {
		return err
	}
	if o.Mode == "apply" {
		text, err := journal.Kept(r.dir, journal.KeptInputs, keptPlan)
		if err != nil {
			return s.refuse(refused("run "+o.Run, err.Error(), "make another plan for what is left"))
		}
		p, err := plan.Read(text)
		if err != nil {
			return s.refuse(refused("run "+o.Run, err.Error(), "make another plan for what is left"))
		}
		s.plan = &applying{Plan: p, ids: plan.Bindings{}, sent: map[string]*plan.Call{}}
	}
	params, failure := s.declared()
	if failure != nil {
		return exitError(s.invalid(nil, failure))
	}
	given, err := addParams(set, params)
	if err != nil {
		return err
	}
	if err := set.Parse(o.Flags); err != nil {
		return err
	}
	kept, err := r.setParams(set, params)
	if err != nil {
		return err
	}
	help := "runner resume " + o.Run
	if err := s.a.readFlags(s.f, set, rest, params, help); err != nil {
		return err
	}
	r.givenAgain(set, params, kept)
	for _, name := range []string{"dry-run", "emulate"} {
		if set.Changed(name) {
			return &usage{cause: "--" + name + ": a run goes on as it was begun", help: help}
		}
	}
	if err := s.f.check(); err != nil {
		return err
	}
	if s.plan != nil {
		if e := s.plan.bound(s.f); e != nil {
			return s.refuse(e)
		}
	}
	values, err := s.values(set, params, given)
	if err != nil {
		return inScript(help, params, err)
	}
	s.params = func([]bindings.Param) (map[string]any, *op.Error) { return values, nil }
	r.fresh = r.fresh || !maps.Equal(s.inputs, o.Inputs)
	return nil
}

// setParams gives params the values that the run has, and tells which.
func (r *resuming) setParams(set *pflag.FlagSet, params []bindings.Param) (kept map[string]string, err error) {
	kept = map[string]string{}
	for _, p := range params {
		text, ok := r.history.Opening.Params[p.Name]
		if !ok {
			continue
		}
		if strings.Contains(text, secret.Mask) { // it has to be given again
			continue
		}
		if err := set.Set(flagOf(p), text); err != nil {
			return nil, err
		}
		kept[p.Name] = text
		set.Lookup(flagOf(p)).Changed = false // so that it shows whether it is given again
	}
	return kept, nil
}

// givenAgain finds out which params have another value now.
func (r *resuming) givenAgain(set *pflag.FlagSet, params []bindings.Param, kept map[string]string) {
	r.given = map[string]bool{}
	for _, p := range params {
		flag := set.Lookup(flagOf(p))
		was, ok := kept[p.Name]
		if flag.Changed && (p.Type == "file" || !ok || flag.Value.String() != was) {
			r.given[flag.Value.String()] = true
			r.fresh = r.fresh || flag.Value.String() != was && !strings.Contains(r.history.Opening.Params[p.Name], secret.Mask)
		}
		flag.Changed = flag.Changed || ok
	}
}

// script is the script that the run goes on with.
func (r *resuming) script(s *session) (bindings.Script, error) {
	o := r.history.Opening
	if r.with != "" {
		r.fresh = true
		s.path = absolute(r.with)
		s.dir = filepath.Dir(s.path)
		return s.a.readScript(r.with)
	}
	kept, err := journal.Kept(r.dir, journal.KeptScript, keptScript(o.Script, o.SHA256))
	if err == nil && plan.Digest(kept) == o.SHA256 {
		return bindings.Script{Name: o.Script, Source: string(kept)}, nil
	}
	if o.Path != "" { // one with a secret in it is not kept as it is
		if script, err := s.a.readScript(o.Path); err == nil && plan.Digest([]byte(script.Source)) == o.SHA256 {
			script.Name = o.Script
			return script, nil
		}
	}
	cause := "the script is not there as it was run"
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		cause = err.Error()
	}
	return bindings.Script{}, s.refuse(refused("run "+o.Run, cause, "put "+o.Script+" back as it was, or go on with another: --with-script FILE"))
}

// module is a module of the project as the run loaded it.
func (r *resuming) module(name string) (chunk, source string, ok bool) {
	if r.with != "" {
		return "", "", false
	}
	b, err := journal.Kept(r.dir, journal.KeptScript, name)
	if err != nil {
		return "", "", false
	}
	head, source, ok := strings.Cut(string(b), "\n")
	chunk, isModule := strings.CutPrefix(head, "-- ")
	return chunk, source, ok && isModule
}

// input is a file that a param named, as the run read it.
func (r *resuming) input(path string) ([]byte, bool) {
	want, ok := r.history.Opening.Inputs[path]
	if !ok || r.given[path] {
		return nil, false
	}
	b, err := journal.Kept(r.dir, journal.KeptInputs, path)
	return b, err == nil && plan.Digest(b) == want
}

// keptScript is what a script is kept as: a run may come to have several.
func keptScript(name, sha256 string) string { return sha256[:min(12, len(sha256))] + ":" + name }

// nothingLeft tells that a run is done, if it is, or cannot come further.
func (r *resuming) nothingLeft(s *session) (done bool, err error) {
	end := r.history.Ending
	switch {
	case end == nil || r.fresh || r.accept:
		return false, nil
	case end.Code == exitDone:
		s.report.Close(r.dir)
		s.keep() // the run may have died before it did
		s.err.line("nothing to resume: the run came to its end")
		return true, nil
	case (end.Code == exitFailed || end.Code == exitScript) && !r.history.MayGoOn():
		e := refused("run "+r.history.Opening.Run, "no call is left to be tried again: "+end.Reason,
			"mend the script, then go on with it: runner resume "+r.history.Opening.Run+" --with-script FILE")
		return false, s.refuse(e)
	}
	return false, nil
}

// reconnect opens the connections of the run, and takes their leases.
func (r *resuming) reconnect(s *session) *op.Error {
	for _, was := range r.history.Accounts() {
		conn, e := s.connect(nil, "", was.Module, was.Connection)
		if e != nil {
			return e
		}
		if conn.Account != was.Account {
			return refused(fmt.Sprintf("connection %q", was.Connection),
				fmt.Sprintf("it leads to %s, and the run was made on %s", conn.Account, was.Account), "have it lead there again")
		}
	}
	return nil
}

// goOn has the engine begin where the run is.
func (r *resuming) goOn(s *session, o *engine.Options) {
	c := journal.Continuation{Tool: version, Away: max(0, s.a.now().Sub(r.history.Last()))}
	if !r.history.Exact() || r.onlyFailed || r.fresh || r.accept {
		c.Anew, c.Accept, c.OnlyFailed = true, r.accept, r.onlyFailed
	}
	if r.fresh {
		o := s.opening(r.history.Opening.Run, r.history.Opening.Mode)
		c.Opening = &o
		s.keepInputs()
	}
	r.history.Resume(c)
	for _, d := range r.said {
		s.gate.recall(d)
	}
	s.journal.writer, s.journal.goesOn = r.writer, &c
	o.History, o.Replayed, o.Lost = r.history, s.replayed, secret.Mask
}

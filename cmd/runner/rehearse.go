package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"runner/internal/bindings"
	"runner/internal/engine"
	"runner/internal/guard"
	"runner/internal/journal"
	"runner/internal/op"
	"runner/internal/report"
	"runner/internal/secret"
	"runner/internal/vendors"
)

// This file shows what changes of a script or of its params mean for a run
// that goes on, before anything is sent.

// rehearse shows what the change means, and has it accepted.
func (r *resuming) rehearse(ctx context.Context, s *session) error {
	x, failure, err := r.imagine(ctx, s)
	if err != nil {
		return err
	}
	if failure != nil && (failure.Kind == op.Script || failure.Kind == op.Bug) {
		return exitError(s.invalid(nil, failure))
	}
	s.err.text(told(x))
	id := r.history.Opening.Run
	switch {
	case x.Harmless() || r.accept:
		return nil
	case !s.a.terminal():
		return s.refuse(refused("run "+id, "the script does not only go on where the run ended, and nobody accepted that", "--accept-changes accepts it"))
	}
	s.err.question("Go on with it? Type yes: ")
	said, typed := s.a.asker.line(ctx, s.a.stdin.(*os.File))
	s.err.answered(typed)
	if !strings.EqualFold(said, "yes") {
		return s.refuse(refused("run "+id, "the change was not accepted", "the run is as it was"))
	}
	r.accept = true
	return nil
}

// imagine runs the script on the record alone.
func (r *resuming) imagine(ctx context.Context, s *session) (*engine.Rehearsal, *bindings.Failure, error) {
	var e *op.Error
	if s.config, e = s.a.loadConfig(s.dir); e == nil {
		s.sealing, e = s.a.sealing(s.config)
	}
	if e != nil {
		return nil, nil, s.refuse(e)
	}
	h := engine.NewHistory()
	for rec, err := range journal.ReadRun(r.dir) { // what Reopen has left of it
		if err == nil {
			err = h.Add(rec)
		}
		if err != nil {
			return nil, nil, err
		}
	}
	h.Resume(journal.Continuation{Anew: true, Accept: true})
	x := &engine.Rehearsal{}
	points := &points{}
	o := engine.Options{
		Run: h.Opening.Run, Host: engine.Local{}, Journal: points, Policy: engine.Rehearse, Rehearsal: x, History: h,
		Secret: s.a.redactor.Add, Redact: s.a.redactor.JSON, Lost: secret.Mask, Open: s.unseal,
		Blobs: &journal.Blobs{Dir: filepath.Join(r.dir, journal.BlobsName)},
	}
	run := engine.New(ctx, o)
	world := bindings.New(bindings.Options{
		Run: run, Modules: vendors.Modules(), Load: s.load, Seed: h.Opening.Seed, MaxCompute: s.f.maxCompute, MaxMemory: uint64(s.f.maxMemory) << 20,
		Connect: func(_ *engine.Branch, _, module, name string) (*engine.Connection, *op.Error) {
			if name == "" {
				if name = s.f.connections[module]; name == "" {
					name = module
				}
			}
			return engine.NewConnection(name, op.Client{}), nil
		},
		Secret: s.secret, Limits: func([]guard.Limit, int) {}, Confirm: func(*engine.Branch, string, string) *op.Error { return nil },
		Params: func(list []bindings.Param) (map[string]any, *op.Error) { return s.params(list) },
	})
	failure := world.Exec(s.script)
	x.Finish(h, points.n)
	return x, failure, nil
}

// points counts the open points of a rehearsal. The rest of what it would
// record is forgotten.
type points struct {
	nothing
	n int
}

func (p *points) Append(rec journal.Record) (int64, error) {
	if rec.Kind == journal.Point {
		p.n++
	}
	return 0, nil
}

// told lists what a rehearsal has found out.
func told(x *engine.Rehearsal) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s answered from the record\n", countOf(x.Answered, "call is", "calls are"))
	list := func(what string, of []engine.Finding, more func(engine.Finding) string) {
		for _, f := range of {
			line := fmt.Sprintf("  %-12s %s  %s", what, f.Op, f.Thing)
			if f.At != "" {
				line += "  " + f.At
			}
			fmt.Fprintln(&b, report.Line(line)+more(f))
		}
	}
	plain := func(engine.Finding) string { return "" }
	list("again", x.Again, plain)
	list("new", x.New, func(f engine.Finding) string {
		if f.Between {
			return "\n               before calls that were made"
		}
		return ""
	})
	list("moved", x.Moved, func(f engine.Finding) string { return "\n               it was " + report.Line(f.Was) })
	list("changed", x.Changed, func(f engine.Finding) string {
		return "\n               was " + report.Line(f.Was) + "\n               now " + report.Line(f.Now)
	})
	list("not made", x.Gone, func(engine.Finding) string { return "\n               it was made, and stays" })
	if x.Open > 0 {
		fmt.Fprintf(&b, "%s at something that only a new call can tell: what follows there is not known\n", countOf(x.Open, "place ends", "places end"))
	}
	return b.String()
}

func countOf(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

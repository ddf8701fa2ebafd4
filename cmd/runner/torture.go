package main

import (
	"context"
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"runner/internal/report"
	"runner/internal/torture"
)

// tortureFlags are the flags of torture.
type tortureFlags struct {
	sample     int
	seed       uint64
	point      string
	moments    []string
	list, json bool
	jobs       int
}

func (a *app) tortureCommand() *cobra.Command {
	f := &tortureFlags{}
	c := &cobra.Command{
		Use:   "torture SCRIPT [--PARAM VALUE …] [flags]",
		Short: "Crash a script at every moment, and see it recover",
		Long: `Runs a script on emulators, undisturbed at first. Then, for every call and at each moment around it, it is run again and disturbed: its process is killed (kill -9), an answer is dropped or cut in two, the vendor answers 429 or 500, before or after the effect, or not at all. It is resumed until it ends, and what it left is compared with the undisturbed run: the state of all vendors, the outputs, and that every effect came exactly once, or was reported in doubt.

No vendor is reached, whatever is configured, and secrets.store writes to a folder of its own. What is in doubt and cannot be looked up is told with runner settle, as a person would who looked.

It prints "crash-tested at N of N points", or the points that failed, and how each is repeated.`,
		Example: `  runner torture scripts/offboard.lua --leaver ada@example.com \
      --heir lin@example.com --sample 50`,
		Annotations:        exits(exitDone, exitFailed, exitUsage, exitScript, exitBug, exitInterrupted, exitTerminated),
		DisableFlagParsing: true, // the script's own flags are known only when it is read
	}
	f.add(c.Flags())
	c.RunE = func(cmd *cobra.Command, args []string) error { return a.torture(cmd, f, args) }
	c.ValidArgsFunction = a.completeRun
	return c
}

func (f *tortureFlags) add(set *pflag.FlagSet) {
	set.IntVar(&f.sample, "sample", 0, "only `N` points, of every kind of moment about as many; all if 0")
	set.Uint64Var(&f.seed, "seed", 1, "which points a sample takes")
	set.StringVar(&f.point, "point", "", "only the point of this `NUMBER` or name, and keep its folder")
	set.StringSliceVar(&f.moments, "moments", nil, "only points of these `MOMENTS`, like kill-after,drop-after")
	set.BoolVar(&f.list, "list", false, "list the points, and disturb nothing")
	set.BoolVar(&f.json, "json", false, "write the result as JSON to standard output")
	set.IntVar(&f.jobs, "jobs", 2, "how many points are tried at the same time")
}

// torture reads the command line: what is not torture's own is handed to run.
func (a *app) torture(cmd *cobra.Command, f *tortureFlags, args []string) error {
	own := cmd.Flags()
	path, rest := findScript(own, args)
	switch {
	case len(args) == 0:
		return cmd.Help()
	case path == "":
		return unnamed(cmd, args, rest, &usage{cause: "no script is named", hint: "runner torture SCRIPT [flags]"})
	}
	if path == "-" {
		return &usage{cause: "a script from standard input cannot be run again and again", hint: "keep the script in a file"}
	}
	script, err := a.readScript(path)
	if err != nil {
		return err
	}
	s := &session{a: a, f: &flags{color: "auto"}, script: script, dir: filepath.Dir(absolute(path))}
	s.open()
	params, failure := s.declared()
	if failure != nil {
		return exitError(s.invalid(nil, failure))
	}
	passed := passedOn(own, rest)
	given, err := addParams(own, params)
	if err != nil {
		return err
	}
	if wantsHelp(rest) {
		a.scriptHelp(script, params, own)
		return nil
	}
	help := cmd.CommandPath() + " " + path
	if err := inScript(help, params, parse(own, rest)); err != nil {
		return err
	}
	if own.NArg() > 0 {
		return &usage{cause: fmt.Sprintf("what is %q?", own.Arg(0)), hint: "params are flags: --name value", help: help}
	}
	if _, err := s.values(own, params, given); err != nil {
		return inScript(help, params, err)
	}
	for _, name := range f.moments {
		if _, ok := torture.MomentOf(name); !ok {
			return unknownOf("moment", name, torture.Names())
		}
	}
	if f.sample < 0 || f.jobs < 1 {
		return &usage{cause: "--sample and --jobs count points", hint: "--jobs 1 tries one after the other"}
	}
	a.json = f.json
	return a.tortured(cmd.Context(), f, path, passed)
}

// passedOn are the arguments without those that are torture's own.
func passedOn(own *pflag.FlagSet, args []string) (passed []string) {
	for i := 0; i < len(args); i++ {
		f := (*pflag.Flag)(nil)
		if strings.HasPrefix(args[i], "--") {
			f = lookup(own, args[i])
		}
		switch {
		case f == nil:
			passed = append(passed, args[i])
		case f.NoOptDefVal == "" && !strings.Contains(args[i], "="):
			i++
		}
	}
	return passed
}

// A verdict is what came of all points.
type verdict struct {
	Schema  string           `json:"schema"`
	Script  string           `json:"script"`
	Points  int              `json:"points"` // that were tried
	Passed  int              `json:"passed"`
	Missed  int              `json:"missed"` // reads that did not come again: a wait looks as often as it takes
	Moments []*momentVerdict `json:"moments"`
	Counts  recovered        `json:"counts"`
	Failed  []failedPoint    `json:"failed"`
}

// A momentVerdict counts the points of one kind of moment.
type momentVerdict struct {
	Name   string `json:"name"`
	Doc    string `json:"doc"`
	Points int    `json:"points"`
	Passed int    `json:"passed"`
}

// recovered counts how runs came to their end.
type recovered struct {
	Resumes int `json:"resumes"`  // runs that were resumed, each time counted
	Adopted int `json:"adopted"`  // calls without an answer that a probe found
	Again   int `json:"again"`    // requests for a change that were sent again, to one effect
	InDoubt int `json:"in_doubt"` // calls that were reported in doubt, and told by settle
}

type failedPoint struct {
	Point   string   `json:"point"`
	Differs []string `json:"differs"`
	Repeat  string   `json:"repeat"`
	Folder  string   `json:"folder,omitempty"`
}

// tortured does it.
func (a *app) tortured(ctx context.Context, f *tortureFlags, path string, passed []string) error {
	ctx, stop := a.untilSignal(ctx)
	defer stop()
	errs := newPrinter(a.stderr, &a.redactor, a.styleOf(a.stderr, "auto"))
	o := &ordeal{a: a, ctx: ctx, script: path, args: passed}
	points, err := o.rehearse()
	if err != nil {
		return interruptedOr(ctx, err)
	}
	if len(f.moments) > 0 {
		points = slices.DeleteFunc(points, func(p torture.Point) bool { return !slices.Contains(f.moments, p.Moment.Name) })
	}
	if f.list {
		var b strings.Builder
		for i, p := range points {
			fmt.Fprintf(&b, "%5d  %s\n", i+1, p.Name())
		}
		newPrinter(a.stdout, &a.redactor, report.Style{}).text(b.String())
		return nil
	}
	switch {
	case f.point != "":
		p, ok := torture.Find(points, f.point)
		if !ok {
			return &usage{cause: fmt.Sprintf("--point: there is no point %q", f.point), hint: "--list lists them"}
		}
		points, o.keep = []torture.Point{p}, true
	case f.sample > 0:
		points = torture.Sample(points, f.sample, f.seed)
	}
	errs.line(fmt.Sprintf("%s: %d calls, of them %d changes; %d points", path, len(o.calls), o.changes(), len(points)))
	v := o.tryAll(points, f.jobs, errs)
	if ctx.Err() != nil {
		return interruptedOr(ctx, nil)
	}
	a.tell(v, f.json)
	if len(v.Failed) > 0 {
		return exitError(exitFailed)
	}
	return nil
}

// tryAll tries points, a few at a time.
func (o *ordeal) tryAll(points []torture.Point, jobs int, errs *printer) *verdict {
	v := &verdict{Schema: "runner.torture/1", Script: o.script, Failed: []failedPoint{}}
	by := map[string]*momentVerdict{}
	for _, m := range torture.Moments {
		by[m.Name] = &momentVerdict{Name: m.Name, Doc: m.Doc}
	}
	var mu sync.Mutex
	var wg sync.WaitGroup
	next, told := make(chan torture.Point), o.a.now()
	for range jobs {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for p := range next {
				found := o.try(p)
				for range 2 { // its patience may have ended at another call
					if p.Moment.Slow && found.early {
						found = o.try(p)
					}
				}
				if o.ctx.Err() != nil {
					continue // it was not let come to its end
				}
				mu.Lock()
				if found.missed {
					v.Missed++
					mu.Unlock()
					continue
				}
				m := by[p.Moment.Name]
				m.Points++
				v.Points++
				v.Counts.add(found.recovered)
				if len(found.differs) == 0 {
					m.Passed++
					v.Passed++
				} else {
					v.Failed = append(v.Failed, failedPoint{p.Name(), found.differs, o.repeat(p), found.folder})
					errs.line(fmt.Sprintf("failed: %s: %s", p.Name(), found.differs[0]))
				}
				if now := o.a.now(); now.Sub(told) > 5*time.Second {
					told = now
					errs.line(fmt.Sprintf("%d of %d points", v.Points, len(points)))
				}
				mu.Unlock()
			}
		}()
	}
feed:
	for _, p := range points {
		select {
		case next <- p:
		case <-o.ctx.Done():
			break feed
		}
	}
	close(next)
	wg.Wait()
	for _, m := range torture.Moments {
		if by[m.Name].Points > 0 {
			v.Moments = append(v.Moments, by[m.Name])
		}
	}
	return v
}

func (r *recovered) add(more recovered) {
	r.Resumes += more.Resumes
	r.Adopted += more.Adopted
	r.Again += more.Again
	r.InDoubt += more.InDoubt
}

// repeat is the command that tries a point again.
func (o *ordeal) repeat(p torture.Point) string {
	words := append([]string{"runner", "torture", o.script}, o.args...)
	for i, w := range append(words, "--point", p.Name()) {
		if strings.ContainsAny(w, " \t\n'\"\\$`<>|&;()*?[]#~!{}") {
			w = "'" + strings.ReplaceAll(w, "'", `'\''`) + "'"
		}
		if i < len(words) {
			words[i] = w
		} else {
			words = append(words, w)
		}
	}
	return strings.Join(words, " ")
}

// tell writes what came of it to standard output.
func (a *app) tell(v *verdict, asJSON bool) {
	out := newPrinter(a.stdout, &a.redactor, report.Style{})
	if asJSON {
		b, err := json.MarshalIndent(v, "", "  ")
		if err != nil {
			panic(err) // our own structs
		}
		out.line(string(b))
		return
	}
	var b strings.Builder
	for _, p := range v.Failed {
		fmt.Fprintf(&b, "failed: %s\n", p.Point)
		for _, line := range p.Differs {
			fmt.Fprintf(&b, "  %s\n", line)
		}
		if p.Folder != "" {
			fmt.Fprintf(&b, "  its folder is %s\n", p.Folder)
		}
		fmt.Fprintf(&b, "  again: %s\n\n", p.Repeat)
	}
	for _, m := range v.Moments {
		fmt.Fprintf(&b, "%-18s %9s  %s\n", m.Name, strconv.Itoa(m.Passed)+"/"+strconv.Itoa(m.Points), m.Doc)
	}
	fmt.Fprintf(&b, "resumed %d times; calls adopted by a probe: %d; sent again: %d; reported in doubt: %d\n", v.Counts.Resumes, v.Counts.Adopted, v.Counts.Again, v.Counts.InDoubt)
	if v.Missed > 0 {
		fmt.Fprintf(&b, "of %d more the moment did not come: how often a wait looks depends on the time\n", v.Missed)
	}
	fmt.Fprintf(&b, "crash-tested at %d of %d points\n", v.Passed, v.Points)
	out.text(b.String())
}

package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"runner/internal/durable"
	"runner/internal/guard"
	"runner/internal/journal"
	"runner/internal/op"
	"runner/internal/plan"
	"runner/internal/report"
)

// planCodes are those that a plan can end with.
var planCodes = exits(exitDone, exitFailed, exitUsage, exitScript, exitCredentials, exitGuard, exitChanges, exitBug, exitInterrupted, exitTerminated)

func (a *app) planCommand() *cobra.Command {
	f := &flags{}
	c := &cobra.Command{
		Use:   "plan SCRIPT [--PARAM VALUE …] [flags]",
		Short: "Say what a script would do, and keep it to be applied",
		Long: `Runs a script dry: reads are real, and nothing else is sent. What would be changed is listed with the difference that it makes, as it would be when the planned calls before it were done.

With --out the plan is kept in a file, without secrets: runner show shows it, runner apply does exactly that and nothing else.`,
		Example: `  runner plan scripts/offboard.lua --leaver ada@example.com \
      --heir lin@example.com --emulate --out ada.plan
  runner show ada.plan
  runner apply ada.plan`,
		Annotations:        planCodes,
		DisableFlagParsing: true, // the script's own flags are known only when it is read
	}
	f.add(c.Flags())
	c.Flags().StringVar(&f.out, "out", "", "keep the plan in `FILE`")
	c.Flags().DurationVar(&f.expires, "expires", 24*time.Hour, "how long the plan may be applied, as a `SPAN` like 8h")
	c.Flags().BoolVar(&f.detailed, "detailed-exitcode", false, "exit with 10 if there is something to change")
	for _, name := range []string{"dry-run", "yes", "confirm", "lock-timeout"} { // a plan is dry, asks nothing, and keeps nobody out
		_ = c.Flags().MarkHidden(name)
	}
	f.planning = true
	c.RunE = func(cmd *cobra.Command, args []string) error {
		return a.run(cmd, f, args)
	}
	c.ValidArgsFunction = a.completeRun
	return c
}

// foresee takes notes in a dry run.
func (s *session) foresee(r journal.Record) {
	if s.f.planning && plan.Keeps(r) {
		r.B, r.E = bytes.Clone(r.B), bytes.Clone(r.E)
		s.records = append(s.records, r)
	}
	if r.Kind != journal.Begin && r.Kind != journal.Planned {
		return
	}
	var c journal.Call
	if json.Unmarshal(r.B, &c) != nil {
		return
	}
	s.tally[c.Connection]++
	if c.Effect == op.Read.String() {
		return
	}
	for _, t := range c.Targets { // apply reads them again
		if t.Get != "" && t.Change != journal.Created {
			s.tally[c.Connection]++
		}
	}
	if o, err := findOperation(r.Op); err == nil {
		s.limits.Count(c.Connection, o)
	}
}

// exceeded is the limit that a dry run goes beyond; nil if it keeps to all.
func (s *session) exceeded() *op.Error {
	list := s.limits.Exceeded()
	if len(list) == 0 {
		return nil
	}
	e := *list[0]
	for _, more := range list[1:] {
		e.Cause += "; " + strings.TrimPrefix(more.Error(), ": ")
	}
	return &e
}

// header is what the plan of a dry run rests on.
func (s *session) header() plan.Header {
	h := plan.Header{
		Schema: plan.Schema, ID: s.report.Run, Tool: version, Made: s.report.Started, Expires: s.report.Started.Add(s.f.expires),
		Script: plan.Script{Path: s.script.Name, SHA256: s.report.Script.SHA256}, Params: s.f.paramTexts, Inputs: s.inputs,
		Connections: s.accounts.order, Chosen: s.f.connections, Emulate: s.f.emulate, Seed: s.journal.seed, Asks: s.asks,
		Names: s.a.names(s.report),
	}
	for _, name := range slices.Sorted(maps.Keys(s.modules)) {
		h.Modules = append(h.Modules, plan.Script{Path: name, SHA256: plan.Digest([]byte(s.modules[name]))})
	}
	for _, l := range s.limits.List() {
		h.Limits = append(h.Limits, plan.Limit{What: l.What, Most: l.Amount(), Connection: l.Connection, Source: l.Source})
	}
	h.Population, _ = s.limits.Population()
	h.Forecast = s.forecast()
	return h
}

func (s *session) forecast() []plan.Forecast {
	var list []plan.Forecast
	rates := map[string]float64{}
	s.accounts.mu.Lock()
	for k, c := range s.accounts.open {
		rates[k[1]] = c.Rate
	}
	s.accounts.mu.Unlock()
	for _, name := range slices.Sorted(maps.Keys(s.tally)) {
		list = append(list, plan.Forecast{Connection: name, Calls: s.tally[name], PerSecond: rates[name]})
	}
	return list
}

// save keeps the plan, and has the report tell what it comes to.
func (s *session) save() error {
	h := s.header()
	s.report.Footing, s.report.Next = footing(h, s.limits.Counts()), s.planNext()
	if s.f.out == "" {
		return nil
	}
	p := plan.Plan{Header: h, Records: s.records}
	var file bytes.Buffer
	if err := p.Write(&file, s.a.redactor.JSON); err != nil {
		return err
	}
	if err := durable.Write(s.f.out, file.Bytes()); err != nil {
		s.report.Next = []string{}
		return &usage{cause: fmt.Sprintf("--out: %s: %s", s.f.out, reason(err))}
	}
	s.report.Footing = append(s.report.Footing, fmt.Sprintf("saved: %s, without secrets; it can be applied until %s", s.f.out, h.Expires.Local().Format("2006-01-02 15:04 -07:00")))
	return nil
}

// planNext says what to do with the plan.
func (s *session) planNext() []string {
	switch {
	case s.report.Counts.Planned == 0 && len(s.report.OpenPoints) == 0:
		return []string{}
	case s.f.out == "":
		return []string{"--out FILE keeps the plan, and runner apply FILE does it"}
	}
	return []string{"runner show " + s.f.out + " shows it again, runner apply " + s.f.out + " does it"}
}

// footing tells what bounds a plan, and what applying it will take.
func footing(h plan.Header, counts []guard.Count) (lines []string) {
	for i, l := range h.Limits {
		text := fmt.Sprintf("limit: %s = %s (%s)", l.What, l.Most, l.Source)
		if i < len(counts) && counts[i].Known {
			text = fmt.Sprintf("limit: %s: %d of %d (%s)", l.What, counts[i].Calls, counts[i].Most, l.Source)
		}
		lines = append(lines, text)
	}
	for _, q := range h.Asks {
		lines = append(lines, "asks:  "+q)
	}
	for _, f := range h.Forecast {
		text := fmt.Sprintf("takes: about %d calls on %s", f.Calls, f.Connection)
		if s := f.Seconds(); s >= 1 {
			text += fmt.Sprintf(", at least %s at %v a second", report.Duration(time.Duration(math.Ceil(s))*time.Second), f.PerSecond)
		}
		lines = append(lines, text)
	}
	return lines
}

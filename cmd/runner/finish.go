package main

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"runner/internal/bindings"
	"runner/internal/journal"
	"runner/internal/op"
	"runner/internal/report"
)

// finish ends the journal, and shows the report; the error is the exit code.
func (s *session) finish(f *bindings.Failure, interrupted os.Signal) error {
	s.conclude(f, interrupted)
	var unsaved error
	if s.f.planning && s.report.Error == nil {
		unsaved = s.save()
	}
	if s.f.dryRun {
		s.report.Track = s.a.track(s.report)
	}
	s.judge()
	s.show(f)
	s.keep()
	switch code := s.report.Exit.Code; {
	case code != exitDone:
		return exitError(code)
	case unsaved != nil:
		return unsaved
	case s.f.detailed && s.report.Promises():
		return exitError(exitChanges)
	}
	return nil
}

// conclude ends the journal and the report.
func (s *session) conclude(f *bindings.Failure, interrupted os.Signal) {
	if f == nil && s.f.dryRun {
		if e := s.exceeded(); e != nil {
			f = &bindings.Failure{Error: e}
		}
	}
	if f == nil && s.plan != nil {
		s.notNeeded()
	}
	code := exitOf(f, s.report, interrupted)
	end := journal.Ending{Code: code, Reason: "done"}
	var failed *op.Error
	if f != nil {
		if f.Error == s.halted.error { // a run that was stopped does not know where
			f.At, f.Step = s.halted.at, s.halted.step
		}
		failed, end.Reason = f.Error, f.Error.Error()
		end.Step = f.Step
		if s.oneCall == nil {
			end.At, end.Source = f.At, s.line(f.At)
		} else if code == exitScript { // the mistake is in what was given to the command
			code = exitUsage
			end.Code = code
		}
	}
	if f != nil {
		end.Call = f.Call
	}
	if s.run.Replaying() { // nothing was added to the journal, and nothing is
		s.report.Add(journal.Record{Kind: journal.End, T: s.a.now(), B: marshal(end), E: marshal(failed)})
	} else {
		s.append(journal.End, failed, end)
	}
	folder, err := s.journal.Close()
	s.report.Close(folder)
	if err != nil && code == exitDone {
		code = exitGuard
		e := &op.Error{Kind: op.Refused, Subject: "journal", Cause: err.Error(), Hint: "make room on the disk or mend it"}
		s.report.Exit = &report.Exit{Code: code, Reason: e.Error()}
		s.report.Error = report.NewCard(e, "", "", "")
		s.report.Error.State = s.report.State()
	}
}

// line is the line of the script at a place.
func (s *session) line(at string) string {
	name, number := "", ""
	if i := strings.LastIndexByte(at, ':'); i >= 0 {
		name, number = at[:i], at[i+1:]
	}
	source := s.modules[name]
	if name == s.script.Name {
		source = s.script.Source
	}
	if n, err := strconv.Atoi(number); err == nil && source != "" {
		if lines := strings.Split(source, "\n"); n >= 1 && n <= len(lines) {
			return strings.TrimRight(lines[n-1], " \t\r")
		}
	}
	return ""
}

// show writes the results to standard output and the rest beside it.
func (s *session) show(f *bindings.Failure) {
	r := s.report
	var b strings.Builder
	if s.f.json {
		s.a.writeJSON(r)
		if r.Error != nil {
			r.Error.Write(&b, s.err.style, nil)
			s.err.text(b.String())
		}
		return
	}
	if err := report.WriteOutputs(&b, r.Outputs, s.f.format, s.out.style); err != nil {
		s.err.line("outputs: " + err.Error())
	}
	s.out.text(b.String())
	b.Reset()
	if s.out.used || s.err.used {
		b.WriteByte('\n')
	}
	switch {
	case r.Called() && (!s.f.quiet || r.Exit.Code != exitDone):
		r.Text(&b, s.err.style, s.names())
	case r.Error != nil:
		r.Error.Write(&b, s.err.style, nil)
	default:
		return
	}
	if f != nil && s.f.debug {
		if p, ok := errors.AsType[*op.Panic](f.Error); ok {
			b.WriteString("\n" + p.Stack + "\n")
		}
	}
	s.err.text(b.String())
}

// names says what the ids in the report stand for.
func (s *session) names() report.Names {
	names := s.a.names(s.report)
	if s.plan != nil { // it knows what the dry run read
		all := report.Names{}
		maps.Copy(all, s.plan.Names)
		maps.Copy(all, names)
		return all
	}
	return names
}

// names says what the ids in a report stand for, as far as the run read it.
func (a *app) names(r *report.Report) report.Names {
	if r.Folder == "" {
		return nil
	}
	return r.Names(journal.ReadRun(r.Folder))
}

func (a *app) writeJSON(r *report.Report) {
	newPrinter(a.stdout, &a.redactor, report.Style{}).line(string(a.document(r)))
}

// document is the report as JSON without secrets.
func (a *app) document(r *report.Report) []byte {
	b, err := r.JSON()
	if err != nil {
		panic(err) // our own structs
	}
	return report.Escape(a.redactor.JSON(b))
}

// keep leaves the report beside the journal.
func (s *session) keep() {
	if s.report.Folder == "" {
		return
	}
	if err := os.WriteFile(filepath.Join(s.report.Folder, "report.json"), s.a.document(s.report), 0o600); err != nil {
		s.err.line("the report was not kept: " + reason(err))
	}
}

// unwritten tells that there is no journal.
func (s *session) unwritten(why error) {
	s.err.line(fmt.Sprintf("warn: this run is not recorded, and may only read: %v", why))
}

package bindings

import (
	"errors"
	"fmt"
	"strings"
	"time"

	lua "github.com/yuin/gopher-lua"
	"github.com/yuin/gopher-lua/ast"
	"github.com/yuin/gopher-lua/parse"

	"runner/internal/engine"
	"runner/internal/journal"
	"runner/internal/op"
)

// A Script is Lua source with the name that messages give it.
type Script struct {
	Name   string
	Source string
}

// A Failure is why a script did not come to its end.
type Failure struct {
	*op.Error
	At   string // script:line, as far as it is known
	Step string // path of the step or branch, "" at the top
}

// Parse reads a script. A #! line is passed over.
func (s Script) Parse() ([]ast.Stmt, *Failure) {
	source := s.Source
	if strings.HasPrefix(source, "#") {
		source = "--" + source
	}
	chunk, err := parse.Parse(strings.NewReader(source), s.Name)
	if err == nil {
		return chunk, nil
	}
	f := &Failure{Error: &op.Error{Kind: op.Script, Subject: "the script is not Lua", Cause: err.Error()}, At: s.Name}
	if e, ok := errors.AsType[*parse.Error](err); ok {
		f.Cause = strings.TrimSpace(e.Message)
		switch {
		case e.Pos.Line == parse.EOF:
			f.Cause += " at the end of the file"
			f.At = fmt.Sprintf("%s:%d", s.Name, strings.Count(strings.TrimRight(source, "\n"), "\n")+1)
			f.Hint = "an \"end\", a bracket or a quote is missing"
		default:
			if e.Token != "" {
				f.Cause += fmt.Sprintf(" near %q", e.Token)
			}
			f.At = fmt.Sprintf("%s:%d", s.Name, e.Pos.Line)
		}
	}
	return nil, f
}

func (w *World) compile(s Script) (*lua.FunctionProto, *Failure) {
	chunk, f := s.Parse()
	if f != nil {
		return nil, f
	}
	mendAssignments(chunk)
	if w.run.Dry() {
		guardUnknowns(chunk)
	}
	return s.compiled(chunk)
}

// compiled finds what parsing cannot see, such as a goto without its label.
func (s Script) compiled(chunk []ast.Stmt) (*lua.FunctionProto, *Failure) {
	proto, err := lua.Compile(chunk, s.Name)
	if err == nil {
		return proto, nil
	}
	f := &Failure{Error: &op.Error{Kind: op.Script, Subject: "the script is not Lua", Cause: err.Error(), RetryAfter: -1}, At: s.Name}
	if e, ok := errors.AsType[*lua.CompileError](err); ok {
		f.Cause, f.At = e.Message, fmt.Sprintf("%s:%d", s.Name, e.Line)
	}
	return nil, f
}

// grace is how long a stopped script may take to notice, after which it is
// left behind: a native function of Lua cannot be interrupted.
const grace = 2 * time.Second

// Exec runs a script to its end and returns why it failed, nil if it did not.
// It is called once.
func (w *World) Exec(s Script) *Failure {
	proto, f := w.compile(s)
	if f != nil {
		return f
	}
	ended := make(chan *Failure, 1)
	go w.run.Do(func(b *engine.Branch) { ended <- w.main(b, proto) })
	stuck, release := w.watch()
	defer release()
	select {
	case f = <-ended:
		return f
	case <-stuck:
		return &Failure{Error: w.run.Stopped()}
	}
}

func (w *World) main(b *engine.Branch, proto *lua.FunctionProto) *Failure {
	w.enter(w.state, b, nil)
	_, err, _ := w.callOn(w.state, w.state.NewFunctionFromProto(proto), nil)
	sig, signalled := signalOf(err)
	switch {
	case err == nil:
	case signalled && sig.kind == skipped:
		b.Note("info", "skipped: "+sig.reason, "")
	case signalled && sig.kind == openPoint: // it is in the journal
	default:
		return w.failure(err)
	}
	if e := b.Close(); e != nil && e.Kind == op.Mismatch {
		return w.failure(err)
	}
	return nil
}

// ending says how a step or branch ended, for the journal.
func (w *World) ending(L *lua.LState, err lua.LValue) (end engine.Ended, goesOn bool) {
	if err == nil {
		return engine.Ended{Status: journal.StatusDone}, true
	}
	if sig, ok := signalOf(err); ok {
		switch sig.kind {
		case skipped:
			return engine.Ended{Status: journal.StatusSkipped, Reason: sig.reason}, true
		case openPoint:
			return engine.Ended{Status: journal.StatusOpen, Reason: sig.reason}, true
		default:
			return engine.Ended{Status: journal.StatusStopped}, false
		}
	}
	e := w.errorOf(L, err)
	end = engine.Ended{Status: journal.StatusFailed, Reason: e.Error.Error(), Call: e.Call}
	if e.Kind == op.InDoubt {
		end.Status = journal.StatusInDoubt
	}
	return end, false
}

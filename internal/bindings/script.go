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
	if err == nil {
		return nil
	}
	switch sig, ok := signalOf(err); {
	case ok && sig.kind == skipped:
		b.Note("info", "skipped: "+sig.reason, "")
		return nil
	case ok && sig.kind == openPoint:
		return nil // it is in the journal
	}
	return w.failure(err)
}

// ending says how a step or branch ended, for the journal.
func (w *World) ending(L *lua.LState, err lua.LValue) (status, reason string, goesOn bool) {
	if err == nil {
		return journal.StatusDone, "", true
	}
	if sig, ok := signalOf(err); ok {
		switch sig.kind {
		case skipped:
			return journal.StatusSkipped, sig.reason, true
		case openPoint:
			return journal.StatusOpen, sig.reason, true
		default:
			return journal.StatusStopped, "", false
		}
	}
	e := w.errorOf(L, err)
	if e.Kind == op.InDoubt {
		return journal.StatusInDoubt, e.Error.Error(), false
	}
	return journal.StatusFailed, e.Error.Error(), false
}

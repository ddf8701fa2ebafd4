package main

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"

	"runner/internal/op"
	"runner/internal/report"
)

// crash is what a panic outside of a call or of Lua comes to: a card like any
// other, and the stack in a file, since nobody wants to read one.
func (a *app) crash(v any) int {
	stack := a.redactor.String(fmt.Sprintf("runner %s: panic: %v\n\n%s", version, v, debug.Stack()))
	e := &op.Error{Kind: op.Bug, Subject: "the runner made a mistake", Cause: fmt.Sprint(v), Hint: "report it, with what stands in "}
	if path, err := a.keepCrash(stack); err == nil {
		e.Hint += a.shown(path)
	} else {
		e.Hint = "report it, with what RUNNER_DEBUG=1 adds to this"
	}
	e.Hint += "\nrunner show tells what was done until then"
	card := report.NewCard(e, "", "", "")
	if a.json {
		r := report.New()
		r.Exit, r.Error, r.Next = &report.Exit{Code: exitBug, Reason: e.Error()}, card, card.Next
		a.writeJSON(r)
	}
	var b strings.Builder
	card.Write(&b, report.Style{}, nil)
	if debugging, _ := a.env("RUNNER_DEBUG"); debugging != "" {
		b.WriteString("\n" + stack)
	}
	newPrinter(a.stderr, &a.redactor, report.Style{}).text(b.String())
	return exitBug
}

func (a *app) keepCrash(stack string) (path string, err error) {
	dir := a.stateDir("crashes")
	if dir == "" {
		return "", os.ErrNotExist
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", err
	}
	f, err := os.CreateTemp(dir, "crash-*.txt")
	if err != nil {
		return "", err
	}
	_, err = f.WriteString(stack)
	if e := f.Close(); err == nil {
		err = e
	}
	return filepath.Clean(f.Name()), err
}

package main

import (
	"os"
	"syscall"

	"runner/internal/bindings"
	"runner/internal/op"
	"runner/internal/report"
)

// Exit codes. A pipeline decides by them.
const (
	exitDone        = 0
	exitFailed      = 1
	exitUsage       = 2
	exitScript      = 3
	exitCredentials = 4
	exitGuard       = 5
	exitInDoubt     = 6
	exitChanges     = 10
	exitBug         = 70
	exitInterrupted = 130
	exitTerminated  = 143
)

// An exitCode is a row of the table in the manual.
type exitCode struct {
	Code     int
	Name     string
	Meaning  string
	Pipeline string // what a pipeline should do
}

var exitCodes = []exitCode{
	{exitDone, "done", "done, or nothing to do", "go on"},
	{exitFailed, "failed", "a step failed", "look at the report"},
	{exitUsage, "usage", "bad flag, bad param, missing file", "fix the command"},
	{exitScript, "script", "invalid script", "fix the script"},
	{exitCredentials, "credentials", "credentials missing, refused or too weak", "fix the connection"},
	{exitGuard, "guard", "stopped by a guard: a stale plan, a limit, another run, a missing confirmation, or no journal", "a person decides"},
	{exitInDoubt, "in doubt", "a call's outcome could not be settled", "check, then resume"},
	{exitChanges, "changes", "plan --detailed-exitcode: there is something to change", "ask for approval"},
	{exitBug, "bug", "a bug of ours", "report it"},
	{exitInterrupted, "interrupted", "interrupted; what was done is in the journal", "resume"},
	{exitTerminated, "terminated", "terminated; what was done is in the journal", "resume"},
}

// executeCodes are those that a run can end with.
var executeCodes = exits(exitDone, exitFailed, exitUsage, exitScript, exitCredentials, exitGuard, exitInDoubt, exitBug, exitInterrupted, exitTerminated)

// exitOf is the code of a run: what its failure says, unless a call is left
// in doubt. interrupted is the signal that ended it, nil for none.
func exitOf(f *bindings.Failure, r *report.Report, interrupted os.Signal) int {
	code := exitDone
	if f != nil {
		code = exitOfKind(f.Kind)
	}
	switch {
	case code == exitBug:
		return code
	case code == exitInterrupted && interrupted == syscall.SIGTERM:
		return exitTerminated
	case code == exitInterrupted && interrupted != nil:
		return code
	case code == exitInterrupted: // a script's own failure of that kind
		code = exitFailed
	}
	if r.Counts.InDoubt+r.Counts.Unanswered > 0 {
		return exitInDoubt
	}
	return code
}

func exitOfKind(k op.Kind) int {
	switch k {
	case op.Bug:
		return exitBug
	case op.InDoubt:
		return exitInDoubt
	case op.Refused, op.Stale, op.Mismatch:
		return exitGuard
	case op.Unauthenticated, op.Denied:
		return exitCredentials
	case op.Script:
		return exitScript
	case op.Cancelled:
		return exitInterrupted
	}
	return exitFailed
}

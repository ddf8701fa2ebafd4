package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http/httptest"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"unicode"

	"github.com/rogpeppe/go-internal/testscript"

	"runner/internal/vendors/stage"
)

// This file holds the commands of the scripts beside those of testscript.

// cmdExits is exits CODE COMMAND…: it runs the command and checks its exit
// code.
func cmdExits(ts *testscript.TestScript, _ bool, args []string) {
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	err = ts.Exec(args[1], args[2:]...)
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		got = exit.ExitCode()
	} else {
		ts.Check(err)
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}

// cmdEmulator is emulator: it starts one of Alteryx, and sets the environment
// to it.
func cmdEmulator(ts *testscript.TestScript, _ bool, _ []string) {
	e := emulate()
	ts.Defer(e.stop)
	worldOf(ts).emulated = e
	setenv(ts, e.env)
}

func setenv(ts *testscript.TestScript, env map[string]string) {
	for name, value := range env {
		ts.Setenv(name, value)
	}
}

// cmdServer is server KIND: it starts one that misbehaves.
func cmdServer(ts *testscript.TestScript, _ bool, args []string) {
	if misbehaving[args[0]] == nil {
		ts.Fatalf("no server is called %q", args[0])
	}
	s := httptest.NewServer(misbehave(args[0]))
	ts.Defer(func() { s.CloseClientConnections(); s.Close() })
	setenv(ts, connectionTo(s.URL))
}

// cmdFault is fault KIND METHOD PATH [STATUS]: the next such request comes to
// grief.
func cmdFault(ts *testscript.TestScript, _ bool, args []string) {
	f := stage.Fault{Kind: stage.FaultKind(args[0]), Method: args[1], Path: args[2]}
	if len(args) > 3 {
		status, err := strconv.Atoi(args[3])
		ts.Check(err)
		f.Status = status
	}
	worldOf(ts).emulated.server.Inject(f)
}

// cmdMutations is mutations N: how many requests to change something came.
func cmdMutations(ts *testscript.TestScript, _ bool, args []string) {
	if got := worldOf(ts).emulated.server.Mutations(); strconv.Itoa(len(got)) != args[0] {
		ts.Fatalf("%d changes reached the vendor, want %s: %v", len(got), args[0], got)
	}
}

// cmdAwait is await METHOD PATH: it waits until such a request has come.
func cmdAwait(ts *testscript.TestScript, _ bool, args []string) {
	if !worldOf(ts).emulated.await(strings.Join(args, " ")) {
		ts.Fatalf("no such request came")
	}
}

// cmdSignal is signal INT|TERM|KILL: it sends the signal to the command in the
// background.
func cmdSignal(ts *testscript.TestScript, _ bool, args []string) {
	c := ts.BackgroundCmds()[0]
	worldOf(ts).signaled = c
	ts.Check(c.Process.Signal(map[string]os.Signal{"INT": syscall.SIGINT, "TERM": syscall.SIGTERM, "KILL": syscall.SIGKILL}[args[0]]))
}

// cmdEnded is ended CODE: the exit code of the command that got a signal.
func cmdEnded(ts *testscript.TestScript, _ bool, args []string) {
	if got := worldOf(ts).signaled.ProcessState.ExitCode(); strconv.Itoa(got) != args[0] {
		ts.Fatalf("exit code %d, want %s", got, args[0])
	}
}

// cmdJSON is json FILE [PATH VALUE]…: FILE is one JSON document with those
// values.
func cmdJSON(ts *testscript.TestScript, _ bool, args []string) {
	var doc any
	if err := json.Unmarshal([]byte(ts.ReadFile(args[0])), &doc); err != nil {
		ts.Fatalf("%s is not JSON: %v", args[0], err)
	}
	for rest := args[1:]; len(rest) > 1; rest = rest[2:] {
		if got := at(doc, rest[0]); got != rest[1] {
			ts.Fatalf("%s is %q, want %q", rest[0], got, rest[1])
		}
	}
}

func at(v any, path string) string {
	for name := range strings.SplitSeq(path, ".") {
		switch x := v.(type) {
		case map[string]any:
			v = x[name]
		case []any:
			i, err := strconv.Atoi(name)
			if name == "#" {
				v = len(x)
			} else if err != nil || i >= len(x) {
				return "missing"
			} else {
				v = x[i]
			}
		}
	}
	return fmt.Sprint(v)
}

// inner is what no person should read: Go's own words, and raw HTML.
var inner = regexp.MustCompile(`goroutine \d|\.go:\d|0x?c0[0-9a-f]{6}|map\[|%!|<html|<script|&\{|<nil>|PANIC|panic:`)

// cmdClean is clean: neither output holds what is not for people, or what a
// terminal would act on.
func cmdClean(ts *testscript.TestScript, _ bool, _ []string) {
	for _, name := range []string{"stdout", "stderr"} {
		text := ts.ReadFile(name)
		if found := inner.FindString(text); found != "" {
			ts.Fatalf("%s holds %q", name, found)
		}
		for line := range strings.Lines(text) {
			if bare := strings.TrimRight(line, "\n"); strings.TrimRight(bare, " \t") != bare {
				ts.Fatalf("%s has a line that ends in spaces: %q", name, bare)
			}
			if strings.HasPrefix(strings.TrimSpace(line), "::") || strings.Contains(line, "##[") || strings.Contains(line, "##vso[") {
				ts.Fatalf("%s has a line that a CI system acts on: %q", name, line)
			}
			for _, r := range strings.TrimRight(line, "\n") {
				if unicode.IsControl(r) && r != '\t' || unicode.Is(unicode.Cf, r) {
					ts.Fatalf("%s holds %U in %q", name, r, line)
				}
			}
		}
	}
}

// cmdWidth is width COLUMNS [LINES]: nothing of standard output goes beyond.
func cmdWidth(ts *testscript.TestScript, _ bool, args []string) {
	columns, err := strconv.Atoi(args[0])
	ts.Check(err)
	lines := strings.Split(strings.TrimRight(ts.ReadFile("stdout"), "\n"), "\n")
	for _, l := range lines {
		if n := len([]rune(l)); n > columns {
			ts.Fatalf("%d columns: %q", n, l)
		}
	}
	if len(args) > 1 && strconv.Itoa(len(lines)) > args[1] {
		ts.Fatalf("%d lines, want %s at most", len(lines), args[1])
	}
}

// cmdSilent is silent FOLDER…: none of the folders is there, or they are
// empty.
func cmdSilent(ts *testscript.TestScript, _ bool, args []string) {
	for _, dir := range args {
		if entries, err := os.ReadDir(ts.MkAbs(dir)); err == nil && len(entries) > 0 {
			ts.Fatalf("%s has %v", dir, entries)
		}
	}
}

// cmdCut is cut FILE NEW BYTES: a copy without what comes after so many bytes;
// fewer than none count from the end.
func cmdCut(ts *testscript.TestScript, _ bool, args []string) {
	text := ts.ReadFile(args[0])
	n, err := strconv.Atoi(args[2])
	ts.Check(err)
	if n < 0 {
		n += len(text)
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), []byte(text[:n]), 0o600))
}

// cmdEdit is edit FILE NEW OLD TEXT: a copy with TEXT where OLD first stood.
func cmdEdit(ts *testscript.TestScript, _ bool, args []string) {
	text := ts.ReadFile(args[0])
	if !strings.Contains(text, args[2]) {
		ts.Fatalf("%s does not hold %q", args[0], args[2])
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), []byte(strings.Replace(text, args[2], args[3], 1)), 0o600))
}

// cmdSecretless is secretless FILE SECRET…: none of them is in the file, nor
// in base64, JSON or an address.
func cmdSecretless(ts *testscript.TestScript, _ bool, args []string) {
	text := ts.ReadFile(args[0])
	for _, s := range args[1:] {
		for _, form := range forms(s) {
			if strings.Contains(text, form) {
				ts.Fatalf("%s holds %q", args[0], form)
			}
		}
	}
}

var changing = []struct {
	pattern *regexp.Regexp
	instead string
}{
	{regexp.MustCompile(`\d{8}T\d{6}-[a-z2-7]{4}`), "RUN"},
	{regexp.MustCompile(`\b(\d+ ms|\d+\.\d s)\b`), "TIME"},
	{regexp.MustCompile(`\d{4}-\d\d-\d\d \d\d:\d\d:\d\d [+-]\d\d:\d\d`), "NOW"},
	{regexp.MustCompile(`\d{4}-\d\d-\d\d \d\d:\d\d [+-]\d\d:\d\d`), "THEN"},
	{regexp.MustCompile(`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ`), "INSTANT"},
}

// cmdPlain is plain FILE NEW: a copy without what is different each time.
func cmdPlain(ts *testscript.TestScript, _ bool, args []string) {
	text := ts.ReadFile(args[0])
	for _, c := range changing {
		text = c.pattern.ReplaceAllString(text, c.instead)
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), []byte(text), 0o600))
}

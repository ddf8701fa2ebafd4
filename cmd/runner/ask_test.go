package main

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A talk is a person at a terminal.
type talk struct {
	*cmdline
	*standin
	master *os.File
	seen   safeBuffer
}

func newTalk(t *testing.T) *talk {
	t.Helper()
	master, tty := openTerminal(t, 200)
	k := &talk{standin: startEmulator(t), master: master}
	k.cmdline = (&cmdline{in: tty, out: tty}).with(k.standin.env).with(map[string]string{"TERM": "dumb"})
	go func() { _, _ = io.Copy(&k.seen, master) }() // ends with the test
	return k
}

// answer types a line when a text stands there.
func (k *talk) answer(t *testing.T, question, line string) {
	t.Helper()
	k.seen.await(question)
	if _, err := k.master.WriteString(line); err != nil {
		t.Fatal(err)
	}
}

// typed are the texts to wait for, each with what is typed then.
type typed [][2]string

const (
	change   = `alteryx.update_user{ user_id = "` + ada + `", language = "de-de" } `
	removal  = `alteryx.delete_user_group{ user_group_id = "62a0c1f73c15317e1a490005" } `
	removals = change + `alteryx.deactivate_user{ user_id = "61d57bea3c15317e1a482067" } ` + removal
	asking   = `pcall(confirm, "Go on?") ` + change
	branches = `each({ "b", "c", "d", "e", "f" }, function(x) alteryx.update_user{ user_id = "61d57bea3c15317e1a48205" .. x, language = "de-de" } end)`
	open     = `local a = alteryx.transfer_assets{ user_id = "` + ada + `", owner_id = "61d57bea3c15317e1a48205c" }
if a[1].affected_schedule_id == "x" then print("never") end `
)

// A person is asked in full, and only the answer that is asked for goes on.
func TestQuestions(t *testing.T) {
	const (
		number = "2 destructive calls foreseen. Type 2 to go on: "
		name   = "Connection \"alteryx\" is protected, and eval is about to change something there. Type alteryx to go on: "
		yes    = "Go on? Type yes to go on: "
		more   = "user group 62a0c1f73c15317e1a490005: 1 destructive call confirmed, and this is one more that was not foreseen. Type 1 to go on: "
		one    = "1 destructive call foreseen. Type 1 to go on: "
	)
	for phrase, tt := range map[string]struct {
		script    string
		protected bool
		typed     typed
		code      int
		mutations int
		want      string
	}{
		"the number":                     {removals, false, typed{{number, "2\n"}}, exitDone, 3, "- alteryx.delete_user_group  user group New Starters"},
		"another number":                 {removals, false, typed{{number, "3\n"}}, exitGuard, 0, "2 destructive calls not confirmed"},
		"yes instead of the number":      {removals, false, typed{{number, "yes\n"}}, exitGuard, 0, "state: nothing was changed"},
		"nothing":                        {removals, false, typed{{number, "\n"}}, exitGuard, 0, "state: nothing was changed"},
		"the end of the input":           {removals, false, typed{{number, "\x04"}}, exitGuard, 0, "state: nothing was changed"},
		"the name":                       {change, true, typed{{name, "alteryx\n"}}, exitDone, 1, "1 change made"},
		"another name":                   {change, true, typed{{name, "alteryxs\n"}}, exitGuard, 0, "its name was not typed"},
		"yes instead of the name":        {change, true, typed{{name, "yes\n"}}, exitGuard, 0, "its name was not typed"},
		"the name, once for all":         {branches, true, typed{{name, "alteryx\n"}}, exitDone, 5, "5 changes made"},
		"another name, once for all":     {branches, true, typed{{name, "x\n"}}, exitGuard, 0, "its name was not typed"},
		"the name and the number":        {removals, true, typed{{name, "alteryx\n"}, {number, "2\n"}}, exitDone, 3, "3 changes made"},
		"the name and another number":    {removals, true, typed{{name, "alteryx\n"}, {number, "0\n"}}, exitGuard, 0, "not confirmed"},
		"yes":                            {asking, false, typed{{yes, "yes\n"}}, exitDone, 1, "1 change made"},
		"no":                             {asking, false, typed{{yes, "no\n"}}, exitGuard, 0, "the answer was no"},
		"half a yes":                     {asking, false, typed{{yes, "y\n"}}, exitGuard, 0, "the answer was no"},
		"what comes after an open point": {open + removal, false, typed{{one, "1\n"}, {more, "1\n"}}, exitDone, 2, "2 changes made (2 destructive)"},
		"not what comes after it":        {open + removal, false, typed{{one, "1\n"}, {more, "no\n"}}, exitGuard, 1, "1 change was made before this, and stays"},
	} {
		t.Run(phrase, func(t *testing.T) {
			k := newTalk(t)
			if tt.protected {
				k.with(map[string]string{"RUNNER_ALTERYX_PROTECTED": "true"})
			}
			wait := k.start(t, "eval", tt.script)
			for _, x := range tt.typed {
				k.answer(t, x[0], x[1])
			}
			code := wait()
			k.seen.await(tt.want)
			if n := len(k.server.Mutations()); code != tt.code || n != tt.mutations {
				t.Errorf("exit %d and %d changes, want %d and %d\n%s", code, n, tt.code, tt.mutations, &k.seen)
			}
			if n := strings.Count(k.seen.String(), "to go on: "); n != len(tt.typed) {
				t.Errorf("%d questions, want %d\n%s", n, len(tt.typed), &k.seen)
			}
		})
	}
}

// At a terminal, calls after an open point of a plan are asked for one by one.
func TestQuestionsAfterOpenPoints(t *testing.T) {
	const question = "comes after the open point at open.lua:2, so the plan does not have it. Type yes to go on: "
	for phrase, tt := range map[string]struct {
		first, second   string
		code, mutations int
	}{
		"both":      {"yes", "yes", exitDone, 3},
		"the first": {"yes", "no", exitGuard, 2},
		"none":      {"no", "", exitGuard, 1},
	} {
		t.Run(phrase, func(t *testing.T) {
			k := newTalk(t)
			t.Chdir(t.TempDir())
			if err := os.WriteFile("open.lua", []byte(open+change+removal), 0o600); err != nil {
				t.Fatal(err)
			}
			if code := k.run(t, "plan", "open.lua", "--out", "open.plan"); code != exitDone {
				t.Fatalf("plan: exit %d\n%s", code, &k.seen)
			}
			wait := k.start(t, "apply", "open.plan")
			k.answer(t, "update_user: user "+ada+" "+question, tt.first+"\n")
			if tt.second != "" {
				k.answer(t, "delete_user_group: user group 62a0c1f73c15317e1a490005 "+question, tt.second+"\n")
			}
			code := wait()
			if n := len(k.server.Mutations()); code != tt.code || n != tt.mutations {
				t.Errorf("exit %d and %d changes, want %d and %d\n%s", code, n, tt.code, tt.mutations, &k.seen)
			}
		})
	}
}

// Ctrl-C while a question stands is an answer, too: nothing is sent.
func TestInterruptAtAQuestion(t *testing.T) {
	for phrase, tt := range map[string]struct {
		script, protected string
	}{
		"the number": {removals, ""},
		"the name":   {change, "true"},
		"branches":   {branches, "true"},
		"yes":        {asking, ""},
	} {
		t.Run(phrase, func(t *testing.T) {
			k := newTalk(t)
			k.with(map[string]string{"RUNNER_ALTERYX_PROTECTED": tt.protected})
			wait := k.start(t, "eval", tt.script)
			k.seen.await("to go on: ")
			k.signals <- os.Interrupt
			if code, n := wait(), len(k.server.Mutations()); code != exitInterrupted || n > 0 {
				t.Errorf("exit %d and %d changes, want %d and none\n%s", code, n, exitInterrupted, &k.seen)
			}
			k.seen.await("Interrupted: nothing was changed")
			if !strings.Contains(k.seen.String(), "to go on: \r\nstopping: ") {
				t.Errorf("what follows stands on the question's line\n%s", &k.seen)
			}
			if n := strings.Count(k.seen.String(), "to go on: "); n != 1 {
				t.Errorf("%d questions\n%s", n, &k.seen)
			}
		})
	}
}

// Nobody is asked where only one of the ends is a terminal.
func TestNobodyIsAskedInAPipe(t *testing.T) {
	for phrase, half := range map[string]func(k *talk){
		"standard error": func(k *talk) { k.out = nil },
		"standard input": func(k *talk) { k.in = nil },
	} {
		t.Run(phrase, func(t *testing.T) {
			k := newTalk(t)
			half(k)
			k.cmdline.env["RUNNER_STATE_DIR"] = filepath.Join(t.TempDir(), "state")
			if code, n := k.run(t, "eval", removals), len(k.server.Mutations()); code != exitGuard || n > 0 {
				t.Errorf("exit %d and %d changes\n%s%s", code, n, &k.stderr, &k.seen)
			}
		})
	}
}

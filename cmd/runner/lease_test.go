package main

import (
	"os"
	"path/filepath"
	"testing"
)

func lock(t *testing.T, p place) *lease {
	t.Helper()
	l, held, err := p.take(holder{Run: "run of " + p.script})
	if err != nil || held {
		t.Fatalf("the lease of %+v: held %v, %v", p, held, err)
	}
	return l
}

// A lease of a script keeps out the same script, one of the account all.
func TestLeases(t *testing.T) {
	for name, tt := range map[string]struct {
		first, second place
		held          bool
	}{
		"the same script":            {place{account: "a", script: "s"}, place{account: "a", script: "s"}, true},
		"another script":             {place{account: "a", script: "s"}, place{account: "a", script: "r"}, false},
		"another account":            {place{account: "a", script: "s"}, place{account: "b", script: "s"}, false},
		"the account, twice":         {place{account: "a"}, place{account: "a"}, true},
		"the account, then a script": {place{account: "a"}, place{account: "a", script: "s"}, true},
		"a script, then the account": {place{account: "a", script: "s"}, place{account: "a"}, true},
		"two accounts":               {place{account: "a"}, place{account: "b"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			tt.first.dir, tt.second.dir = dir, dir
			first := lock(t, tt.first)
			second, held, err := tt.second.take(holder{})
			if held != tt.held || err != nil || held == (second != nil) {
				t.Fatalf("held %v, %v, want %v", held, err, tt.held)
			}
			if who := tt.second.holder(); held && (who == nil || who.Run != "run of "+tt.first.script) {
				t.Errorf("it is held by %v", who)
			}
			if second != nil {
				second.release()
			}
			first.release()
			lock(t, tt.second).release()
		})
	}
}

// What is left when all have ended are the files of accounts, which are few.
func TestLeasesLeaveNothing(t *testing.T) {
	dir := t.TempDir()
	for _, script := range []string{"r", "s", "t"} {
		lock(t, place{dir, "a", script}).release()
	}
	left, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil || len(left) != 1 || filepath.Base(left[0]) != "a.lock" {
		t.Errorf("left: %v, %v", left, err)
	}
}

// Who locks a file that was taken away meanwhile holds nothing.
func TestALockThatWasTakenAway(t *testing.T) {
	p := place{t.TempDir(), "a", "s"}
	first := lock(t, p)
	if err := os.Remove(p.path() + ".lock"); err != nil {
		t.Fatal(err)
	}
	second := lock(t, p)
	defer second.release()
	_ = first.own.Close()
	if _, held, err := p.take(holder{}); !held || err != nil {
		t.Errorf("held %v, %v", held, err)
	}
}

// A folder that cannot hold it is no reason to go on without.
func TestALeaseThatCannotBeTaken(t *testing.T) {
	dir := t.TempDir()
	p := place{dir, "a", "s"}
	if err := os.Mkdir(filepath.Join(dir, "a.lock"), 0o700); err != nil {
		t.Fatal(err)
	}
	if l, held, err := p.take(holder{}); l != nil || held || err == nil {
		t.Errorf("lease %v, held %v, %v", l, held, err)
	}
}

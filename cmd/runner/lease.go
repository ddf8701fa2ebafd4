package main

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/gofrs/flock"

	"runner/internal/report"
)

// This file keeps two runs from changing the same account at once. Files in
// the state folder are locked while a run may change something:
//
//	leases/ACCOUNT.lock         by all runs on an account, together; alone by
//	                            one that shares it with nobody
//	leases/ACCOUNT-SCRIPT.lock  by the one run of a script on an account
//
// A lock dies with its process, so there is nothing to be unlocked by force.
// Who holds one stands beside it, in a file without .lock: not every system
// lets others read what is locked.

// A holder is who holds a lease.
type holder struct {
	Run    string    `json:"run"`
	Script string    `json:"script"`
	PID    int       `json:"pid"`
	Host   string    `json:"host,omitempty"`
	User   string    `json:"user,omitempty"`
	Since  time.Time `json:"since"`
}

// String names a run by its holder; it may not be known.
func (h *holder) String() string {
	if h == nil {
		return "another run"
	}
	text := fmt.Sprintf("run %s of %s (pid %d", h.Run, h.Script, h.PID)
	if h.Host != "" {
		text += " on " + h.Host
	}
	if h.User != "" {
		text += ", " + h.User
	}
	return report.Line(text + ", since " + h.Since.Local().Format("2006-01-02 15:04:05 -07:00") + ")")
}

// A place is what a lease is of.
type place struct {
	dir     string
	account string // digest of it
	script  string // digest of it; "" keeps out all other scripts too
}

func digestOf(parts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return fmt.Sprintf("%x", sum[:12])
}

// path is the file that says who holds the lease.
func (p place) path() string {
	if p.script == "" {
		return filepath.Join(p.dir, p.account)
	}
	return filepath.Join(p.dir, p.account+"-"+p.script)
}

// A lease is held until it is released, or its process ends.
type lease struct {
	place
	account, own *flock.Flock // own is nil where the account is held alone
}

// take takes a lease. It does not wait: held is true if others have it.
func (p place) take(me holder) (l *lease, held bool, err error) {
	l = &lease{place: p}
	if l.account, err = lockFile(filepath.Join(p.dir, p.account+".lock"), p.script != ""); l.account == nil {
		return nil, err == nil, err
	}
	if p.script != "" {
		if l.own, err = lockFile(p.path()+".lock", false); l.own == nil {
			_ = l.account.Close()
			return nil, err == nil, err
		}
	}
	return l, false, os.WriteFile(p.path(), marshal(me), 0o600)
}

// lockFile locks a file, and answers nil if somebody else has it.
func lockFile(path string, shared bool) (*flock.Flock, error) {
	for {
		f := flock.New(path)
		try := f.TryLock
		if shared {
			try = f.TryRLock
		}
		if ok, err := try(); !ok {
			_ = f.Close()
			return nil, err
		}
		mine, err := f.Stat()
		if err != nil {
			_ = f.Close()
			return nil, err
		}
		if there, err := os.Stat(path); err == nil && os.SameFile(mine, there) {
			return f, nil
		}
		_ = f.Close() // whoever had it took it away: another is there by now
	}
}

// release gives a lease back. The file of an account stays: others may have
// it too.
func (l *lease) release() {
	_ = os.Remove(l.path())
	if l.own != nil {
		_ = os.Remove(l.path() + ".lock") // while it is locked: see lockFile
		_ = l.own.Close()
	}
	_ = l.account.Close()
}

// holder finds out who has what take did not get, nil if it is not known. A
// run that holds the account alone stands above one of the same script.
func (p place) holder() *holder {
	paths := []string{filepath.Join(p.dir, p.account), p.path()}
	if p.script == "" {
		others, _ := filepath.Glob(paths[0] + "-*")
		paths = append(paths, others...)
	}
	var last *holder // one that was killed leaves its file, so the newest counts
	for _, path := range paths {
		b, err := os.ReadFile(path)
		var h holder
		if err == nil && json.Unmarshal(b, &h) == nil && (last == nil || h.Since.After(last.Since)) {
			last = &h
		}
	}
	return last
}

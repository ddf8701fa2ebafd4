package main

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"runner/internal/engine"
	"runner/internal/journal"
	"runner/internal/op"
	"runner/internal/secret"
	"runner/internal/torture"
	"runner/internal/vendors"
)

// This file is what a process does differently that is under torture: see
// torture.go for the other side. It speaks only to the emulators that it was
// told of, goes by a clock of its own, and kills itself at one moment of one
// call.

// tortureVariable tells a process that it is under torture.
const tortureVariable = "RUNNER_TORTURE"

// A victim is what a process under torture is told.
type victim struct {
	Clock   torture.Clock             `json:"clock"`
	Moment  string                    `json:"moment,omitempty"`
	Call    string                    `json:"call,omitempty"`
	Vendors map[string]map[string]any `json:"vendors"` // settings of the connections, by module
	Secrets string                    `json:"secrets"` // folder that stands in for the places of secrets
}

// suffer reads what the process is told, if it is under torture.
func (a *app) suffer() error {
	text, ok := a.env(tortureVariable)
	if !ok || text == "" {
		return nil
	}
	a.victim = &victim{}
	if err := json.Unmarshal([]byte(text), a.victim); err != nil {
		return &usage{cause: tortureVariable + ": " + err.Error(), hint: "it is set by runner torture alone"}
	}
	real := a.now
	a.now = func() time.Time { return a.victim.Clock.At(real()) }
	return nil
}

// settings are those of a connection. None leads anywhere but to the emulators.
func (t *victim) settings(v vendors.Vendor, now func() time.Time) (map[string]any, op.SecretStore, *op.Error) {
	if v.Local {
		return map[string]any{}, safe{t.Secrets, now}, nil
	}
	settings, ok := t.Vendors[v.Module.Name]
	if !ok {
		return nil, nil, configError("connection to "+v.Module.Title, "nothing stands in for it", "what is tortured may only call vendors that have an emulator")
	}
	return settings, safe{t.Secrets, now}, nil
}

// host is the world of a run.
func (a *app) host() engine.Host {
	if a.victim == nil {
		return engine.Local{}
	}
	return hurried{a.victim.Clock, a.now}
}

// hurried is a host whose time goes fast.
type hurried struct {
	clock torture.Clock
	now   func() time.Time
}

func (h hurried) Now() time.Time { return h.now() }
func (h hurried) Go(f func())    { engine.Local{}.Go(f) }
func (h hurried) Sleep(ctx context.Context, d time.Duration) error {
	return engine.Local{}.Sleep(ctx, h.clock.Shorter(d))
}

// watched is a journal that kills the process at the moment it is told.
func (a *app) watched(j engine.Journal) engine.Journal {
	if a.victim == nil || a.victim.Moment == "" {
		return j
	}
	return &fatal{j, a.victim}
}

type fatal struct {
	engine.Journal
	*victim
}

// Append takes a record, and dies before, or when it is on disk.
func (f *fatal) Append(rec journal.Record) (int64, error) {
	if rec.Key != f.Call {
		return f.Journal.Append(rec)
	}
	when := ""
	switch rec.Kind {
	case journal.Begin:
		when = "intent"
	case journal.Done, journal.Fail:
		when = "outcome"
	}
	if f.Moment == "before-"+when {
		die()
	}
	n, err := f.Journal.Append(rec)
	if err == nil && (f.Moment == "after-"+when || f.Moment == when+"-torn") {
		_ = f.Journal.Sync(n) // the one who watches will see
		die()
	}
	return n, err
}

// die is kill -9: nothing is flushed, and nobody is told.
func die() {
	if p, err := os.FindProcess(os.Getpid()); err == nil {
		_ = p.Kill()
	}
	select {} // it is a matter of moments
}

// marked is how requests say which call they are for.
type marked struct{ next http.RoundTripper }

func (m marked) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	torture.Mark(r, op.CallOf(r.Context()))
	return m.next.RoundTrip(r)
}

func mark(next http.RoundTripper) http.RoundTripper { return marked{next} }

// A safe is a folder that stands in for the places of secrets: what is put
// there outlives the process. The values are those of emulators.
type safe struct {
	dir string
	now func() time.Time
}

func (s safe) path(at string) (string, error) {
	if _, err := secret.Parse(at); err != nil {
		return "", explained(&op.Error{Kind: op.Invalid, RetryAfter: -1}, err)
	}
	return filepath.Join(s.dir, url.PathEscape(at)), nil
}

// Keep stores a secret.
func (s safe) Keep(_ context.Context, at, value string) error {
	path, err := s.path(at)
	if err != nil {
		return err
	}
	if err := os.WriteFile(path, []byte(value), 0o600); err != nil {
		return err
	}
	now := s.now()
	return os.Chtimes(path, now, now)
}

// Look tells what is known of a place.
func (s safe) Look(_ context.Context, at string) (kept op.Opt[bool], since time.Time, err error) {
	path, err := s.path(at)
	if err != nil {
		return kept, since, err
	}
	info, err := os.Stat(path)
	if err != nil {
		return op.Some(false), since, nil
	}
	return op.Some(true), info.ModTime(), nil
}

package main

import (
	"context"
	"errors"
	"strings"
	"sync"
	"time"

	"runner/internal/op"
	"runner/internal/secret"
)

// secretIn resolves a reference, whose path is relative to dir; the value is
// redacted from then on. What is no reference may be a secret itself, so it
// is not shown either.
func (a *app) secretIn(dir, ref string) (string, *op.Error) {
	parsed, err := a.place(ref)
	var value string
	if err == nil {
		value, err = a.source(dir).Resolve(context.Background(), parsed)
	}
	if err == nil {
		a.redactor.Add(value)
		return value, nil
	}
	return "", explained(configError("", err.Error(), ""), err)
}

func (a *app) source(dir string) secret.Source {
	return secret.Source{Env: a.env, Dir: dir, Environ: a.environ()}
}

// place reads a reference. What is none may be a secret itself.
func (a *app) place(ref string) (secret.Ref, error) {
	parsed, err := secret.Parse(ref)
	if err != nil {
		a.redactor.Add(ref)
	}
	return parsed, err
}

// explained is e with what is known of a secret that could not be had.
func explained(e *op.Error, err error) *op.Error {
	if x, ok := errors.AsType[*secret.Error](err); ok {
		e.Subject, e.Cause, e.Hint = strings.TrimSpace("secret "+x.Ref.String()), x.Cause, x.Hint
	}
	return e.Wrap(err)
}

// places are where secrets.store puts secrets: paths are relative to where the
// runner was started.
type places struct{ a *app }

// Keep stores a secret.
func (p places) Keep(ctx context.Context, at, value string) error {
	p.a.redactor.Add(value)
	ref, err := p.a.place(at)
	if err != nil {
		return explained(&op.Error{Kind: op.Invalid, RetryAfter: -1}, err)
	}
	if err := p.a.source(p.a.here()).Keep(ctx, ref, value); err != nil {
		return explained(&op.Error{Kind: op.Unavailable, Final: true, RetryAfter: -1}, err)
	}
	return nil
}

// Look tells what is known of a place.
func (p places) Look(ctx context.Context, at string) (kept op.Opt[bool], since time.Time, err error) {
	ref, err := p.a.place(at)
	if err != nil {
		return kept, since, explained(&op.Error{Kind: op.Invalid, RetryAfter: -1}, err)
	}
	found, err := p.a.source(p.a.here()).Look(ctx, ref)
	if err != nil {
		return kept, since, explained(&op.Error{Kind: op.Unavailable, Final: true, RetryAfter: -1}, err)
	}
	return op.Opt[bool]{Value: found.Kept, Given: found.Known}, found.At, nil
}

// forgetful stands in for these places beside emulators: what is stored there
// ends with the run.
type forgetful struct {
	mu   sync.Mutex
	kept map[string]time.Time
}

func (f *forgetful) Keep(_ context.Context, at, _ string) error {
	if _, err := secret.Parse(at); err != nil {
		return explained(&op.Error{Kind: op.Invalid, RetryAfter: -1}, err)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.kept == nil {
		f.kept = map[string]time.Time{}
	}
	f.kept[at] = time.Now()
	return nil
}

func (f *forgetful) Look(_ context.Context, at string) (kept op.Opt[bool], since time.Time, err error) {
	if _, err := secret.Parse(at); err != nil {
		return kept, since, explained(&op.Error{Kind: op.Invalid, RetryAfter: -1}, err)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	since, ok := f.kept[at]
	return op.Some(ok), since, nil
}

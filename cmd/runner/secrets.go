package main

import (
	"context"
	"errors"
	"strings"

	"runner/internal/op"
	"runner/internal/secret"
)

// secretIn resolves a reference, whose path is relative to dir; the value is
// redacted from then on. What is no reference may be a secret itself, so it
// is not shown either.
func (a *app) secretIn(dir, ref string) (string, *op.Error) {
	parsed, err := secret.Parse(ref)
	var value string
	if err == nil {
		value, err = secret.Source{Env: a.env, Dir: dir, Environ: a.environ()}.Resolve(context.Background(), parsed)
	} else {
		a.redactor.Add(ref)
	}
	if err == nil {
		a.redactor.Add(value)
		return value, nil
	}
	e := configError("", err.Error(), "")
	if x, ok := errors.AsType[*secret.Error](err); ok {
		e.Subject, e.Cause, e.Hint = strings.TrimSpace("secret "+x.Ref.String()), x.Cause, x.Hint
	}
	return "", e
}

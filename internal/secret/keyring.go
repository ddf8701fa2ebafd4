package secret

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"time"

	"github.com/zalando/go-keyring"
)

// keyringTimeout leaves a person the time to unlock the keyring.
const keyringTimeout = time.Minute

func fromKeyring(ctx context.Context, r Ref) (value string, e *Error) {
	service, user := r.entry()
	e, err := patient(ctx, func() (err error) {
		value, err = keyring.Get(service, user)
		return err
	})
	switch {
	case e != nil:
		return "", e
	case errors.Is(err, keyring.ErrNotFound):
		return "", &Error{Cause: "the keyring has no such entry", Hint: storeHint(service, user), err: err}
	case err != nil:
		return "", keyringError("read", err)
	}
	return value, nil
}

func toKeyring(ctx context.Context, r Ref, value string) *Error {
	service, user := r.entry()
	e, err := patient(ctx, func() error { return keyring.Set(service, user, value) })
	switch {
	case e != nil:
		return e
	case errors.Is(err, keyring.ErrSetDataTooBig):
		return &Error{Cause: "it is too long for the keyring", Hint: hintPlaces, err: err}
	case err != nil:
		return keyringError("written", err)
	}
	return nil
}

func keyringError(what string, err error) *Error {
	line, _, _ := strings.Cut(err.Error(), "\n")
	return &Error{
		Cause: "the keyring cannot be " + what + ": " + line,
		Hint:  "where there is no keyring, write env:, file: or exec:",
		err:   err,
	}
}

// patient asks the keyring, which knows no contexts. One that never answers
// keeps its goroutine.
func patient(ctx context.Context, ask func() error) (*Error, error) {
	limited, cancel := context.WithTimeout(ctx, keyringTimeout)
	defer cancel()
	done := make(chan error, 1)
	go func() { done <- ask() }()
	select {
	case err := <-done:
		return nil, err
	case <-limited.Done():
		if ctx.Err() != nil {
			return cancelled(ctx.Err()), nil
		}
		return &Error{
			Cause: fmt.Sprintf("the keyring gave no answer within %v", keyringTimeout),
			Hint:  "unlock it first",
			err:   limited.Err(),
		}, nil
	}
}

// storeHint says how an entry is made so that it is found again.
func storeHint(service, user string) string {
	switch runtime.GOOS {
	case "darwin":
		return fmt.Sprintf("store it: security add-generic-password -s %q -a %q -w", service, user)
	case "windows":
		return fmt.Sprintf("store it as the generic credential %q", service+":"+user)
	default:
		return fmt.Sprintf("store it: secret-tool store --label=%q service %q username %q", service, service, user)
	}
}

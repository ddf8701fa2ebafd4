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

func fromKeyring(ctx context.Context, r Ref) (string, *Error) {
	limited, cancel := context.WithTimeout(ctx, keyringTimeout)
	defer cancel()

	service, user := r.entry()
	type result struct {
		value string
		err   error
	}
	// The keyring knows no contexts. One that never answers keeps its goroutine.
	done := make(chan result, 1)
	go func() {
		value, err := keyring.Get(service, user)
		done <- result{value, err}
	}()
	select {
	case <-limited.Done():
		if ctx.Err() != nil {
			return "", cancelled(ctx.Err())
		}
		return "", &Error{
			Cause: fmt.Sprintf("the keyring gave no answer within %v", keyringTimeout),
			Hint:  "unlock it first",
			err:   limited.Err(),
		}
	case got := <-done:
		switch {
		case errors.Is(got.err, keyring.ErrNotFound):
			return "", &Error{Cause: "the keyring has no such entry", Hint: storeHint(service, user), err: got.err}
		case got.err != nil:
			line, _, _ := strings.Cut(got.err.Error(), "\n")
			return "", &Error{
				Cause: "the keyring cannot be read: " + line,
				Hint:  "where there is no keyring, write env:, file: or exec:",
				err:   got.err,
			}
		}
		return got.value, nil
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

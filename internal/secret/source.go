package secret

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"
	"unicode/utf8"
)

// Source is the world that references point to.
type Source struct {
	// Env looks up an environment variable; if it is nil, none is set.
	Env func(string) (string, bool)
	// Dir is the folder, as an absolute path, that the paths of files and commands are relative to,
	// and in which commands run.
	Dir string
	// Environ is the environment of commands, as in exec.Cmd: nil means that of the process.
	Environ []string
	// ExecTimeout is how long a command may take, 10 s if zero.
	ExecTimeout time.Duration
}

// maxSize is far more than any secret needs, and keeps a wrong path from filling the memory.
const maxSize = 1 << 20

// Resolve returns the secret that r points to.
//
// Of what a file holds or a command prints, one newline at the end is cut off. A command runs
// without a shell and must end with 0; if it prints an object on one line that has a text under
// "secret", or else under "value", that is the secret.
//
// Every error is an *Error; none holds the secret. It is an error if the secret is empty, or too
// short to be kept out of the output.
func (s Source) Resolve(ctx context.Context, r Ref) (string, error) {
	var value string
	var err *Error
	switch {
	case r == Ref{}:
		return "", &Error{Cause: "no reference is given", Hint: hintForms}
	case ctx.Err() != nil:
		err = cancelled(ctx.Err())
	case r.scheme == "env":
		value, err = s.env(r)
	case r.scheme == "file":
		value, err = s.file(r)
	case r.scheme == "keyring":
		value, err = fromKeyring(ctx, r)
	case r.scheme == "exec":
		value, err = s.exec(ctx, r)
	}
	if err == nil {
		err = check(value)
	}
	if err != nil {
		err.Ref = r
		return "", err
	}
	return value, nil
}

func check(value string) *Error {
	switch n := utf8.RuneCountInString(value); {
	case strings.TrimSpace(value) == "":
		return &Error{Cause: "it is empty", Hint: "store the secret there"}
	case n < minLength:
		return &Error{
			Cause: fmt.Sprintf("it has fewer than %d characters, too few to be kept out of the output", minLength),
			Hint:  "use a longer secret",
		}
	}
	return nil
}

func (s Source) env(r Ref) (string, *Error) {
	if s.Env != nil {
		if value, ok := s.Env(r.rest); ok {
			return value, nil
		}
	}
	return "", &Error{Cause: "it is not set", Hint: "set the environment variable " + r.rest}
}

func (s Source) file(r Ref) (string, *Error) {
	path := s.path(r.rest)
	// Opening a pipe would wait for its other end, so the kind is checked first.
	if info, err := os.Stat(path); err != nil {
		return "", fileError(err)
	} else if !info.Mode().IsRegular() {
		return "", &Error{Cause: "it is not a file", Hint: "give the path of a file"}
	}
	f, err := os.Open(path)
	if err != nil {
		return "", fileError(err)
	}
	defer func() { _ = f.Close() }()
	info, err := f.Stat()
	if err != nil {
		return "", fileError(err)
	}
	// Windows has no such modes; Go makes them up there.
	if mode := info.Mode().Perm(); mode&0o044 != 0 && runtime.GOOS != "windows" {
		return "", &Error{
			Cause: fmt.Sprintf("others may read the file: its mode is %04o", mode),
			Hint:  fmt.Sprintf("make it yours alone: chmod 600 %q", path),
		}
	}
	content, err := io.ReadAll(io.LimitReader(f, maxSize+1))
	switch {
	case err != nil:
		return "", fileError(err)
	case len(content) > maxSize:
		return "", tooLarge()
	}
	return cutNewline(string(content)), nil
}

func fileError(err error) *Error {
	e := &Error{Cause: "the file cannot be read", Hint: "check the path", err: err}
	var pathError *fs.PathError
	switch {
	case errors.Is(err, fs.ErrNotExist):
		e.Cause = "there is no such file"
	case errors.Is(err, fs.ErrPermission):
		e.Cause, e.Hint = "the file may not be read", "make it readable for the user who runs this"
	case errors.As(err, &pathError):
		e.Cause += ": " + pathError.Err.Error()
	}
	return e
}

// path makes a path absolute.
func (s Source) path(p string) string {
	if rest, ok := strings.CutPrefix(p, "~/"); ok && s.Env != nil {
		for _, name := range []string{"HOME", "USERPROFILE"} {
			if home, ok := s.Env(name); ok && home != "" {
				return filepath.Join(home, rest)
			}
		}
	}
	if filepath.IsAbs(p) {
		return p
	}
	return filepath.Join(s.Dir, p)
}

func cutNewline(s string) string {
	return strings.TrimSuffix(strings.TrimSuffix(s, "\n"), "\r")
}

// answer takes the secret out of what a command printed.
func answer(output string) string {
	output = cutNewline(output)
	if !strings.HasPrefix(output, "{") || strings.ContainsAny(output, "\r\n") {
		return output
	}
	var object map[string]any
	if json.Unmarshal([]byte(output), &object) != nil {
		return output
	}
	for _, key := range []string{"secret", "value"} {
		if text, ok := object[key].(string); ok {
			return text
		}
	}
	// The object itself may be the secret, such as the key of a service account.
	return output
}

func tooLarge() *Error {
	return &Error{Cause: fmt.Sprintf("it is larger than %d bytes", maxSize), Hint: "check that it is the secret"}
}

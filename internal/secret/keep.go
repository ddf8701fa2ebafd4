package secret

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/zalando/go-keyring"

	"runner/internal/durable"
)

// This file is about putting secrets where references point to.

const hintPlaces = "write file:PATH, keyring:SERVICE/USER or exec:COMMAND"

// Keep stores a secret where r points to. When it returns nil, the secret
// stays there also if the machine stops.
//
// A file is replaced as a whole, and only the user may read it; folders that
// are missing are made. A command gets the secret on its standard input, without
// a newline, and must end with 0.
//
// Every error is an *Error; none holds the secret. An environment variable
// cannot be kept, nor a value that Resolve would refuse.
func (s Source) Keep(ctx context.Context, r Ref, value string) error {
	err := check(value)
	switch {
	case err != nil:
	case ctx.Err() != nil:
		err = cancelled(ctx.Err())
	case r.scheme == "file":
		err = s.toFile(r, value)
	case r.scheme == "keyring":
		err = toKeyring(ctx, r, value)
	case r.scheme == "exec":
		_, err = s.command(ctx, r, value, "ends with 0; it gets the secret on standard input")
	default:
		err = noPlace(r)
	}
	if err != nil {
		err.Ref = r
		return err
	}
	return nil
}

func noPlace(r Ref) *Error {
	if r == (Ref{}) {
		return &Error{Cause: "no reference is given", Hint: hintPlaces}
	}
	return &Error{Cause: "no secret can be stored there", Hint: hintPlaces}
}

func (s Source) toFile(r Ref, value string) *Error {
	path, err := s.target(r)
	if err == nil {
		err = durable.MakeDir(filepath.Dir(path))
	}
	if err == nil {
		err = durable.Write(path, []byte(value))
	}
	if err != nil {
		return cannotWrite(err)
	}
	return nil
}

// target is the file that a reference leads to. What is there and is no file
// stays.
func (s Source) target(r Ref) (string, error) {
	path := s.path(r.rest)
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real
	}
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return path, nil
	case err == nil && !info.Mode().IsRegular():
		return "", errNoFile
	}
	return path, err
}

var errNoFile = errors.New("it is not a file")

func cannotWrite(err error) *Error {
	e := &Error{Cause: "the file cannot be written: " + err.Error(), Hint: "check the path and who may write there", err: err}
	if pathError, ok := errors.AsType[*fs.PathError](err); ok {
		e.Cause = fmt.Sprintf("the file cannot be written: %s: %v", pathError.Op, pathError.Err)
	}
	return e
}

// A Place is what is known of where a reference points to.
type Place struct {
	Known bool      // whether it can be told if there is a secret
	Kept  bool      // whether there is one
	At    time.Time // since when; zero if that cannot be told
}

// Look tells whether a secret can be stored where r points to, as far as that
// can be known without storing one, and whether there is one already. What a
// command keeps is not known. The secret itself is not read, except out of a
// keyring, and not returned.
func (s Source) Look(ctx context.Context, r Ref) (Place, error) {
	p, err := s.look(ctx, r)
	if err != nil {
		err.Ref = r
		return Place{}, err
	}
	return p, nil
}

func (s Source) look(ctx context.Context, r Ref) (Place, *Error) {
	switch r.scheme {
	case "file":
		return s.lookAtFile(r)
	case "keyring":
		_, err := fromKeyring(ctx, r)
		if err != nil && !errors.Is(err, keyring.ErrNotFound) {
			return Place{}, err
		}
		return Place{Known: true, Kept: err == nil}, nil
	case "exec":
		name, words := s.program(r)
		if _, err := exec.LookPath(name); err != nil {
			return Place{}, notStarted(words[0], err)
		}
		return Place{}, nil
	}
	return Place{}, noPlace(r)
}

// lookAtFile tries to write a file of another name beside the one that is
// meant, or in the nearest folder that is there.
func (s Source) lookAtFile(r Ref) (p Place, e *Error) {
	path, err := s.target(r)
	if err != nil {
		return p, cannotWrite(err)
	}
	p.Known = true
	if info, err := os.Stat(path); err == nil {
		p.Kept, p.At = true, info.ModTime()
	}
	dir := filepath.Dir(path)
	for {
		if _, err = os.Stat(dir); !errors.Is(err, fs.ErrNotExist) || dir == filepath.Dir(dir) {
			break
		}
		dir = filepath.Dir(dir)
	}
	trial, err := os.CreateTemp(dir, ".runner-*")
	if err != nil {
		return p, cannotWrite(err)
	}
	_ = trial.Close()
	if err := os.Remove(trial.Name()); err != nil {
		return p, cannotWrite(err)
	}
	return p, nil
}

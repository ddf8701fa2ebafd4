package secret

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

const (
	execTimeout = 10 * time.Second
	// graceAfterKill is how long the output of a command that was ended is waited for: what it
	// started itself may keep the pipes open.
	graceAfterKill = time.Second
	maxMessage     = 4 << 10
)

func (s Source) exec(ctx context.Context, r Ref) (string, *Error) {
	printed, err := s.command(ctx, r, "", "prints the secret")
	if err != nil {
		return "", err
	}
	return answer(printed), nil
}

// command runs the command of a reference, gives it a text to read, and
// returns what it printed.
func (s Source) command(ctx context.Context, r Ref, input, until string) (string, *Error) {
	timeout := cmp.Or(s.ExecTimeout, execTimeout)
	limited, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()

	name, words := s.program(r)
	cmd := exec.CommandContext(limited, name, words[1:]...)
	cmd.Dir = s.Dir
	cmd.Env = s.Environ
	cmd.Stdin = strings.NewReader(input)
	cmd.WaitDelay = graceAfterKill
	stdout, stderr := &capture{max: maxSize}, &capture{max: maxMessage}
	cmd.Stdout, cmd.Stderr = stdout, stderr

	err := cmd.Run()
	var exit *exec.ExitError
	switch {
	case ctx.Err() != nil:
		return "", cancelled(ctx.Err())
	case limited.Err() != nil:
		return "", &Error{
			Cause: fmt.Sprintf("the command gave no answer within %v", timeout),
			Hint:  "run it by hand: it may wait for somebody to type, whom there is not here",
			err:   limited.Err(),
		}
	case errors.As(err, &exit):
		return "", &Error{
			Cause: "the command ended with " + exit.ProcessState.String() + message(input, stdout.kept.String(), stderr.kept.String()),
			Hint:  "run it by hand until it " + until,
			err:   err,
		}
	case errors.Is(err, exec.ErrWaitDelay):
		return "", &Error{
			Cause: "the command left something running that keeps its output open",
			Hint:  "let what it starts in the background close its output",
			err:   err,
		}
	case err != nil:
		return "", notStarted(words[0], err)
	case stdout.more:
		return "", tooLarge()
	}
	return stdout.kept.String(), nil
}

// program is what to start for a reference, and the words that it was written
// with. Without a folder it is looked up in PATH.
func (s Source) program(r Ref) (name string, words []string) {
	words, _ = split(r.rest)
	if name = words[0]; filepath.Base(name) != name {
		name = s.path(name)
	}
	return name, words
}

func notStarted(name string, err error) *Error {
	e := &Error{
		Cause: fmt.Sprintf("the command %q cannot be started", name),
		Hint:  "check that it is installed; for pipes and variables write exec:sh -c '…'",
		err:   err,
	}
	if below := errors.Unwrap(err); below != nil {
		e.Cause += ": " + below.Error()
	}
	return e
}

func cancelled(err error) *Error {
	return &Error{Cause: "it was given up", Hint: "try again", err: err}
}

// message returns the first line that a failed command wrote about itself, without the secret that
// it was given, or may have printed before it failed.
func message(input, stdout, stderr string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(stderr), "\n")
	if line == "" {
		return ""
	}
	var r Redactor
	r.Add(input)
	r.Add(cutNewline(stdout))
	r.Add(answer(stdout))
	return ": " + r.String(strings.TrimSpace(line))
}

// capture keeps the first bytes of what is written to it. It does not embed the buffer, whose
// ReadFrom would pass it by.
type capture struct {
	kept bytes.Buffer
	max  int
	more bool
}

func (c *capture) Write(p []byte) (int, error) {
	room := c.max - c.kept.Len()
	c.more = c.more || len(p) > room
	c.kept.Write(p[:min(len(p), room)])
	return len(p), nil
}

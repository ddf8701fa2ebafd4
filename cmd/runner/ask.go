package main

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"strings"
	"sync"

	"golang.org/x/term"

	"runner/internal/engine"
	"runner/internal/journal"
	"runner/internal/op"
	"runner/internal/report"
)

// This file asks people. Nobody is asked where nobody can answer: then the
// run stops, and says which flag answers.

// An asker reads answers from the terminal, a line each.
type asker struct {
	once  sync.Once
	lines chan string
}

// terminal reports whether a person sits there: both ends must be terminals.
func (a *app) terminal() bool {
	in, isFile := a.stdin.(*os.File)
	if !isFile || !term.IsTerminal(int(in.Fd())) {
		return false
	}
	out, isFile := a.stderr.(*os.File)
	return isFile && term.IsTerminal(int(out.Fd()))
}

// line waits for a line. There is none when ctx is done or nothing comes any
// more. The read goes on then: it cannot be called back.
func (k *asker) line(ctx context.Context, from *os.File) (text string, typed bool) {
	k.once.Do(func() {
		k.lines = make(chan string)
		go func() {
			defer close(k.lines)
			r := bufio.NewReader(from)
			for {
				text, err := r.ReadString('\n')
				if err != nil {
					return
				}
				k.lines <- strings.TrimSpace(text)
			}
		}()
	})
	select {
	case text, typed = <-k.lines:
	case <-ctx.Done():
	}
	return text, typed
}

// ask asks a question whose answer is given word for word; any other is no.
// who has it recorded; about is what the answer allows.
func (s *session) ask(who func(func(context.Context) journal.Decision) journal.Decision, question, answer, about string) (yes bool) {
	d := who(func(ctx context.Context) journal.Decision {
		s.a.asking.Lock() // one question at a time
		defer s.a.asking.Unlock()
		if ctx.Err() != nil {
			return journal.Decision{}
		}
		s.err.question(report.Inert(question) + " Type " + answer + " to go on: ")
		said, typed := s.a.asker.line(ctx, s.a.stdin.(*os.File))
		s.err.answered(typed)
		return journal.Decision{Question: question, Answer: said, By: "terminal", About: about}
	})
	return strings.EqualFold(d.Answer, answer)
}

// confirm is the word confirm of a script.
func (s *session) confirm(b *engine.Branch, question, at string) *op.Error {
	yes := func(by string) {
		b.Ask(func(context.Context) journal.Decision {
			return journal.Decision{Question: question, Answer: "yes", By: by}
		})
	}
	switch {
	case s.f.dryRun:
		s.asks = append(s.asks, question)
		return nil
	case s.f.emulate && s.accounts.onlyEmulated():
		yes("--emulate")
		return nil
	case s.f.yes:
		yes("--yes")
		return nil
	case s.plan != nil && s.plan.Asked(question):
		yes("plan")
		return nil
	case !s.a.terminal():
		e := refused(fmt.Sprintf("the question %q", question), "nobody is there to answer it", "--yes answers yes to all questions")
		return s.stop(halt{e, at, b.Path()})
	case s.ask(b.Ask, question, "yes", ""):
		return nil
	}
	e := refused(fmt.Sprintf("the question %q", question), "the answer was no", "")
	return s.stop(halt{e, at, b.Path()})
}

// A halt is why a person or a guard ended the run, and where it was then.
type halt struct {
	error    *op.Error
	at, step string
}

// stop ends the run: what a person or a guard decided, no script can catch.
func (s *session) stop(h halt) *op.Error {
	s.halted = h
	s.run.Stop(h.error)
	return s.run.Stopped()
}

func refused(subject, cause, hint string) *op.Error {
	return &op.Error{Kind: op.Refused, Subject: subject, Cause: cause, Hint: hint, RetryAfter: -1}
}

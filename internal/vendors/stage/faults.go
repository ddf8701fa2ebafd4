package stage

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// A FaultKind says what goes wrong.
type FaultKind string

// The kinds of faults. Whether the request takes effect is the point of most of them.
const (
	DropBefore   FaultKind = "drop-before"   // close the connection without an answer; nothing is applied
	DropAfter    FaultKind = "drop-after"    // apply the request, then close the connection without an answer
	Status       FaultKind = "status"        // answer with Status, Header and Body; nothing is applied
	StatusAfter  FaultKind = "status-after"  // apply the request, then answer with Status, Header and Body
	Slow         FaultKind = "slow"          // apply the request, answer after Delay or when the client gives up
	ExpireTokens FaultKind = "expire-tokens" // all tokens issued so far become invalid, then go on as usual: 401
)

// A Fault befalls requests that match it. Only one fault befalls a request: the first injected of those that are due.
type Fault struct {
	Method string // any if empty
	// Path is any if empty. Otherwise it is matched segment by segment from the start, with or without the base path;
	// * matches one segment, and {$} at the end stands for the end of the path: /v3/users matches everything
	// beneath, /v3/users/{$} only the list, /v3/users/*/deactivate the deactivation of anyone.
	Path  string
	After int // how many matching requests pass first
	Times int // how many requests are befallen then; one if 0
	Kind  FaultKind

	Status int // of Status and StatusAfter; 500 if 0
	Header http.Header
	Body   string
	Delay  time.Duration // of Slow
}

// Inject adds a fault. It panics on an unknown kind, which is a mistake of the
// test that injects it.
func (s *Stage) Inject(f Fault) {
	switch f.Kind {
	case DropBefore, DropAfter, Status, StatusAfter, Slow, ExpireTokens:
	default:
		panic(fmt.Sprintf("stage: unknown kind of fault %q", f.Kind))
	}
	f.Times = max(f.Times, 1)
	f.Path = strings.TrimPrefix(f.Path, s.Base)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = append(s.faults, &f)
}

// Mend takes back all faults that are still to come.
func (s *Stage) Mend() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = nil
}

// nextFault returns the fault that befalls a request, or the zero Fault. Every matching fault counts the request.
func (s *Stage) nextFault(method, path string) (due Fault) {
	left := s.faults[:0]
	for _, f := range s.faults {
		switch {
		case !f.matches(method, strings.TrimPrefix(path, s.Base)):
		case f.After > 0:
			f.After--
		case due.Kind == "":
			due = *f
			f.Times--
		}
		if f.Times > 0 {
			left = append(left, f)
		}
	}
	s.faults = left
	return due
}

func (f *Fault) matches(method, path string) bool {
	if f.Method != "" && f.Method != method {
		return false
	}
	if f.Path == "" {
		return true
	}
	segments := strings.Split(strings.Trim(path, "/"), "/")
	wanted := strings.Split(strings.Trim(f.Path, "/"), "/")
	for i, want := range wanted {
		if want == "{$}" {
			return i == len(segments)
		}
		if i >= len(segments) || want != "*" && want != segments[i] {
			return false
		}
	}
	return true
}

// answer replaces what was to be answered.
func (f *Fault) answer(a *answer) {
	a.header, a.status = http.Header{}, f.Status
	if a.status == 0 {
		a.status = http.StatusInternalServerError
	}
	for name, values := range f.Header {
		a.header[name] = values
	}
	a.out.Reset()
	a.out.WriteString(f.Body)
}

// wait reports whether the client was still there at the end of the delay.
func (f *Fault) wait(ctx context.Context) bool {
	t := time.NewTimer(f.Delay)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}

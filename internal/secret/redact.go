// Package secret resolves references to secrets and keeps what they stand for out of every output.
package secret

import (
	"sync"
	"sync/atomic"
	"unsafe"
)

// Mask stands in the output where a secret was.
const Mask = "[secret]"

// Redactor replaces secrets, in every form in which they usually stand in texts, by [secret]. The
// zero Redactor knows none and is ready. It is safe for concurrent use.
type Redactor struct {
	built atomic.Pointer[matcher]

	mu sync.Mutex
	// values are the secrets as added, forms their forms, and whether those count only alone.
	values map[string]bool
	forms  map[string]bool
}

// Add makes a value known. Adding it again costs next to nothing. The empty text is ignored. A value
// of fewer than four characters is hidden only where no letter, digit or underscore touches it.
func (r *Redactor) Add(value string) {
	if value == "" {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.values[value] {
		return
	}
	if r.values == nil {
		r.values, r.forms = map[string]bool{}, map[string]bool{}
	}
	r.values[value] = true
	for _, part := range parts(value) {
		forms(part, func(form string, alone bool) {
			if known, ok := r.forms[form]; !ok || known {
				r.forms[form] = alone
			}
		})
	}
	r.built.Store(nil)
}

// String returns s without secrets.
func (r *Redactor) String(s string) string {
	if b := r.redact(s); b != nil {
		return string(b)
	}
	return s
}

// Bytes returns b without secrets: b itself if there are none in it, otherwise a copy.
func (r *Redactor) Bytes(b []byte) []byte {
	if redacted := r.redact(view(b)); redacted != nil {
		return redacted
	}
	return b
}

// redact returns nil if there is nothing to hide.
func (r *Redactor) redact(t string) []byte {
	m := r.matcher()
	start, end, _ := m.find(t, 0, 0, true)
	if start < 0 {
		return nil
	}
	out := make([]byte, 0, len(t)+len(Mask))
	last := 0
	for ; start >= 0; start, end, _ = m.find(t, last, 0, true) {
		out = append(append(out, t[last:start]...), Mask...)
		last = end
	}
	return append(out, t[last:]...)
}

// matcher is built when it is needed, so that many secrets can be added in a row.
func (r *Redactor) matcher() *matcher {
	if m := r.built.Load(); m != nil {
		return m
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	m := r.built.Load()
	if m == nil {
		m = newMatcher(r.forms)
		r.built.Store(m)
	}
	return m
}

// view is b as a string without a copy, for reading while b does not change.
func view(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }

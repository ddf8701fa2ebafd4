package emulator

import (
	"fmt"
	"time"
)

// state is everything a cluster remembers but its tokens.
type state struct {
	users      []*user
	groups     []*group
	pats       []*pat
	schemas    []*schema
	loads      []*load
	plans      []*plan
	executions []*execution
	folders    []*folder
	dashboards []*dashboard
	reports    []*report
	external   []*externalSchema
	files      map[string]bool // what extracted tables left or have on disk, by full name
	transfers  []transfer

	today time.Time // of the seed
}

func newState(o Options) *state {
	st := &state{files: map[string]bool{}, today: seedDay}
	if now := o.Now().UTC().Truncate(time.Millisecond); now.Before(st.today) {
		st.today = now // what is seeded lies in the past, however the clock goes
	}
	st.seed(o.Empty)
	return st
}

// guid makes an id that is the same in every run.
func guid(kind, n int) string { return fmt.Sprintf("1c0a7a00-%04x-4000-8000-%012x", kind, n) }

// first finds the first that is so, or nil.
func first[T any](rows []*T, is func(*T) bool) *T {
	for _, row := range rows {
		if is(row) {
			return row
		}
	}
	return nil
}

// page cuts a page out of a list. It is never nil: an empty list is [] on the wire.
func page[T any](rows []T, offset, limit int64) []T {
	n := int64(len(rows))
	from := min(offset, n)
	return append([]T{}, rows[from:from+min(limit, n-from)]...)
}

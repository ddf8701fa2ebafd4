package emulator

import (
	"fmt"
	"time"
)

// state is everything a Server remembers but its tokens.
type state struct {
	orgs         table[org]
	roles        table[role]
	users        table[user]
	groups       table[group]
	projects     table[project]
	published    table[published]
	snapshots    table[snapshot]
	aggregates   table[aggregate]
	batches      table[batch]
	jobs         table[job]
	creations    table[creation]
	warehouses   table[warehouse]
	engines      table[engineNode]
	environments table[environment]
	queries      table[query]
	repos        table[repo]

	settings map[string]any
	features map[string]bool
	restarts int
	engineUp time.Time // when it is, after a restart

	buildTime time.Duration
	made      int // how many ids were handed out
}

func newState(o Options) *state {
	st := &state{buildTime: o.BuildTime}
	st.seed(o)
	return st
}

// newID makes ids that are the same in every run, and unlike any of the seed.
func (st *state) newID() string {
	st.made++
	return fmt.Sprintf("6f000000-0000-4000-8000-%012x", st.made)
}

// settle does what was bound to happen by a moment.
func (st *state) settle(now time.Time) {
	for b := range st.batches.all() {
		st.settleBatch(b, now)
	}
}

package emulator

import (
	"encoding/json"
	"fmt"
	"iter"
	"slices"
	"time"
)

// state is everything a Server remembers but its tokens.
type state struct {
	users           table[user]
	groups          table[group]
	collections     table[collection]
	credentials     table[credential]
	schedules       table[schedule]
	jobs            table[job]
	workflows       table[workflow]
	subscriptions   table[subscription]
	dataConnections table[dataConnection]
	dcmConnections  table[dcmConnection]
	dcmSources      table[dcmSource]
	dcmCredentials  table[dcmCredential]
	dcmRules        table[dcmRule]
	directory       []adObject // Active Directory groups; none without Windows authentication
	usage           []usageEvent

	now     func() time.Time
	made    int // how many ids were handed out
	changes []change
	audit   []auditEntry
}

func newState(o Options) *state {
	st := &state{now: o.Now}
	st.users.entity, st.groups.entity, st.collections.entity = "User", "UserGroup", "Collection"
	st.credentials.entity, st.subscriptions.entity, st.workflows.entity = "Credential", "Subscription", "AppInfo"
	st.seed(o)
	return st
}

// newID and newGUID make ids that are the same in every run, and unlike any of the seed.
func (st *state) newID() string {
	st.made++
	return fmt.Sprintf("6f00000000000000%08x", st.made)
}

func (st *state) newGUID() string {
	st.made++
	return fmt.Sprintf("6f000000-0000-4000-8000-%012x", st.made)
}

// auditID makes the id of the nth entry of the audit log, which is not to shift the ids of records.
func auditID(n int) string { return fmt.Sprintf("6e00000000000000%08x", n) }

// A table holds records by id and in the order in which they were made.
type table[T any] struct {
	entity string // name in the audit log; "" if the vendor does not log such records
	rows   map[string]*T
	order  []string
}

func (t *table[T]) get(id string) *T { return t.rows[id] }

func (t *table[T]) put(id string, row *T) {
	if t.rows == nil {
		t.rows = map[string]*T{}
	}
	t.rows[id] = row
	t.order = append(t.order, id)
}

func (t *table[T]) drop(id string) {
	delete(t.rows, id)
	t.order = slices.DeleteFunc(t.order, func(o string) bool { return o == id })
}

func (t *table[T]) all() iter.Seq[*T] {
	return func(yield func(*T) bool) {
		for _, id := range slices.Clone(t.order) { // the caller may drop rows
			if row := t.rows[id]; row != nil && !yield(row) {
				return
			}
		}
	}
}

// find returns a record or a 404 that says what is missing.
func find[T any](t *table[T], id, what string) (*T, error) {
	if row := t.get(id); row != nil {
		return row, nil
	}
	return nil, notFound(what)
}

// views turns records into what is shown of them. It is never nil: an empty list is [] on the wire.
func views[T, V any](rows iter.Seq[*T], view func(*T) V) []V {
	out := []V{}
	for row := range rows {
		out = append(out, view(row))
	}
	return out
}

// where keeps the records that satisfy all conditions.
func where[T any](rows iter.Seq[*T], conditions ...func(*T) bool) iter.Seq[*T] {
	return func(yield func(*T) bool) {
		for row := range rows {
			if !slices.ContainsFunc(conditions, func(ok func(*T) bool) bool { return !ok(row) }) && !yield(row) {
				return
			}
		}
	}
}

// idSet is a sorted list of ids, so that states compare equal however they came about.
type idSet []string

func (s idSet) has(id string) bool { _, ok := slices.BinarySearch(s, id); return ok }

func (s *idSet) add(id string) {
	if i, ok := slices.BinarySearch(*s, id); !ok {
		*s = slices.Insert(*s, i, id)
	}
}

// remove reports whether the id was there.
func (s *idSet) remove(id string) bool {
	i, ok := slices.BinarySearch(*s, id)
	if ok {
		*s = slices.Delete(*s, i, i+1)
	}
	return ok
}

// MarshalJSON writes an empty set as [], never as null.
func (s idSet) MarshalJSON() ([]byte, error) { return json.Marshal(append([]string{}, s...)) }

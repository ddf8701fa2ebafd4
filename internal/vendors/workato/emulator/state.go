package emulator

import (
	"cmp"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strconv"
	"time"
)

// state is everything a workspace remembers.
type state struct {
	clients      table[int64, client]
	clientRoles  table[int64, clientRole]
	members      table[int64, member]
	invitations  table[int64, invitation]
	groups       table[string, group]
	envRoles     table[int64, newRole]
	projectRoles table[int64, newRole]
	roles        table[int64, role]
	grants       table[string, grant]
	folders      table[int64, folder]
	projects     table[int64, project]
	connections  table[int64, connection]
	recipes      table[int64, recipe]
	jobs         table[string, job]
	tags         table[string, tag]
	properties   table[string, property]
	tables       table[int64, lookupTable]
	manifests    table[int64, manifest]
	packs        table[int64, pack]
	builds       table[int64, build]
	deployments  table[int64, deployment]
	cacheCleared int

	collections     table[int64, collection]
	endpoints       table[int64, endpoint]
	platformClients table[int64, platformClient]
	keys            table[int64, apiKey]
	onPremGroups    table[int64, onPremGroup]
	agents          table[int64, onPremAgent]
	simple          map[string]*table[int64, record] // by path

	log    []event
	passed map[string][]time.Time // requests by bucket
	made   int64                  // how many ids were handed out
	tokens int                    // how many tokens were handed out
	time   time.Time              // of the request that is carried out
	opts   Options
}

func newState(o Options) *state {
	st := &state{passed: map[string][]time.Time{}, opts: o, simple: map[string]*table[int64, record]{}}
	for _, k := range []recordKind{topics, iamUsers, iamGroups, iamLinks, bundles} {
		st.simple[k.path] = &table[int64, record]{}
	}
	st.seed(o)
	return st
}

// firstID is greater than those of the seed, but one.
const firstID = 900000

// newID makes ids that are the same in every run.
func (st *state) newID() int64 {
	st.made++
	return firstID + st.made
}

// newHandle makes the ids that are texts, such as tag-Em00001-aaAAaa.
func (st *state) newHandle(prefix string) string {
	st.made++
	return fmt.Sprintf("%s-Em%06d-aaAAaa", prefix, st.made)
}

func decimal(n int64) string { return strconv.FormatInt(n, 10) }

func newUUID(n int64) string { return fmt.Sprintf("6f000000-0000-4000-8000-%012x", n) }

// A table holds records by id.
type table[K cmp.Ordered, T any] map[K]*T

func (t table[K, T]) get(id K) *T { return t[id] }

func (t *table[K, T]) put(id K, row *T) {
	if *t == nil {
		*t = table[K, T]{}
	}
	(*t)[id] = row
}

func (t table[K, T]) drop(id K) { delete(t, id) }

// rows are all records, sorted by id.
func (t table[K, T]) rows() []*T {
	out := make([]*T, 0, len(t))
	for _, id := range slices.Sorted(maps.Keys(t)) {
		out = append(out, t[id])
	}
	return out
}

// all are the records as they are now: the caller may drop some.
func (t table[K, T]) all() iter.Seq[*T] { return slices.Values(t.rows()) }

// where are the records that satisfy all conditions.
func (t table[K, T]) where(conditions ...func(*T) bool) []*T {
	return slices.DeleteFunc(t.rows(), func(row *T) bool {
		return slices.ContainsFunc(conditions, func(ok func(*T) bool) bool { return !ok(row) })
	})
}

// views turns records into what is shown of them. It is never nil: an empty list is [] on the wire.
func views[T, V any](rows []*T, view func(*T) V) []any {
	out := make([]any, 0, len(rows))
	for _, row := range rows {
		out = append(out, view(row))
	}
	return out
}

// sorted makes a set of a list: sorted, so that states compare equal however they came about.
func sorted[T cmp.Ordered](list []T) []T {
	out := append([]T{}, list...)
	slices.Sort(out)
	return slices.Compact(out)
}

func include[T cmp.Ordered](set []T, v ...T) []T { return sorted(append(slices.Clone(set), v...)) }

func exclude[T cmp.Ordered](set []T, v ...T) []T {
	return slices.DeleteFunc(sorted(set), func(e T) bool { return slices.Contains(v, e) })
}

// settle has everything happen that is due.
func (st *state) settle(now time.Time) {
	st.time = now
	for r := range st.recipes.all() {
		r.settle(now)
	}
	for j := range st.jobs.all() {
		j.settle(now)
	}
	for p := range st.packs.all() {
		p.settle(st, now)
	}
	for b := range st.builds.all() {
		b.settle(now)
	}
	for d := range st.deployments.all() {
		d.settle(st, now)
	}
}

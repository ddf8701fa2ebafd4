package scripts_test

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"

	"runner/internal/vendors/stage"
)

// All that is known here of what vendors call their fields. Of fields with one
// purpose the first that is there counts.
var (
	idFields   = []string{"id", "ID", "policyId", "tokenId", "sid", "eventId", "engine_id", "job_id", "query_id", "user_id"}
	nameFields = []string{"email", "name", "Name", "title", "tag", "userName"}
	// Together, the fields of one line tell the elements of a list apart.
	keyFields = [][]string{{"name"}, {"environment_type"}, {"userId"}, {"subjectId", "policy"}}
	// Fields and tables that say when something was changed, and by whom.
	traceFields = []string{"updatedAt", "updatedBy", "updated_at", "modified", "lastStateChange", "lastModifiedDate",
		"lastModifiedId", "ownershipTransfers"}
)

// A snapshot is the state of a vendor's emulator, with what people call things
// in place of ids: users by their addresses, all else by its name.
type snapshot struct {
	*called
	records map[string]any // "userGroups": "Operations": …
}

// snapshotOf leaves traceFields out, and brings lists of references in order.
// No two things go by one name, so nothing else is lost.
func (c *company) snapshotOf(t *testing.T, module string) snapshot {
	t.Helper()
	if c.called[module] == nil {
		c.called[module] = &called{map[string]string{}, map[string]bool{}}
	}
	s := snapshot{c.called[module], map[string]any{}}
	state := stage.State(c.vendors[module].Dump())
	for _, table := range slices.Sorted(maps.Keys(state)) {
		for _, row := range rowsOf(state[table]) {
			if id, name := first(row, idFields), first(row, nameFields); id != "" && name != "" {
				s.call("", id, name)
			}
		}
	}
	for table, v := range state {
		switch v.(type) {
		case []any, nil:
			records := map[string]any{}
			for i, row := range rowsOf(v) {
				id, name := first(row, idFields), first(row, nameFields)
				key := s.call(table+"/", cmp.Or(id, name, fmt.Sprint(i)), name)
				maps.DeleteFunc(row, func(k string, v any) bool { return slices.Contains(idFields, k) && fmt.Sprint(v) == id })
				one := key
				for n := 2; records[one] != nil; n++ {
					one = fmt.Sprintf("%s (%d)", key, n) // two without an id, or with the same
				}
				records[one] = s.named(row)
			}
			v = records
		default:
			v = s.named(v)
		}
		if !slices.Contains(traceFields, table) {
			s.records[table] = v
		}
	}
	return s
}

func rowsOf(v any) (rows []map[string]any) {
	list, _ := v.([]any)
	for _, x := range list {
		rows = append(rows, x.(map[string]any))
	}
	return rows
}

// first is the first of the fields that a record has.
func first(row map[string]any, fields []string) string {
	for _, field := range fields {
		switch v := row[field].(type) {
		case string, json.Number:
			if text := fmt.Sprint(v); text != "" {
				return text
			}
		}
	}
	return ""
}

// called is what things go by, also those that are gone by now.
type called struct {
	names map[string]string // by where and id
	taken map[string]bool   // by where and name
}

// call is what somebody or something goes by: the name it had at first, or its
// id if another has that name.
func (c *called) call(where, id, name string) string {
	if c.names[where+id] == "" {
		if name == "" || c.taken[where+name] {
			name = id
		}
		c.names[where+id], c.taken[where+name] = name, true
	}
	return c.names[where+id]
}

// name is what an id stands for. Short numbers are counts rather than ids.
func (c *called) name(id string) string {
	if _, err := strconv.Atoi(id); err == nil && len(id) < 4 {
		return id
	}
	return cmp.Or(c.names[id], id)
}

// named puts names in place of ids, throughout a value.
func (s snapshot) named(v any) any {
	switch v := v.(type) {
	case string:
		return s.name(v)
	case json.Number:
		if name := s.name(v.String()); name != v.String() {
			return name
		}
	case []any:
		out, references := make([]any, len(v)), false
		for i, x := range v {
			out[i] = s.named(x)
			if name, ok := out[i].(string); ok && name != fmt.Sprint(x) {
				references = true
			}
		}
		if references {
			slices.SortFunc(out, func(a, b any) int { return strings.Compare(text(a), text(b)) })
		}
		return out
	case map[string]any:
		out := map[string]any{}
		for k, x := range v {
			if !slices.Contains(traceFields, k) {
				out[s.name(k)] = s.named(x)
			}
		}
		return out
	}
	return v
}

// record is one record of a snapshot.
func (s snapshot) record(t *testing.T, table, name string) map[string]any {
	t.Helper()
	rows, _ := s.records[table].(map[string]any)
	r, ok := rows[name].(map[string]any)
	if !ok {
		t.Fatalf("no %q among %v of %s", name, slices.Sorted(maps.Keys(rows)), table)
	}
	return r
}

// diff tells what changed, one line for each place, in order.
func diff(before, after snapshot) []string {
	var lines []string
	differ("", before.records, after.records, &lines)
	slices.Sort(lines)
	return lines
}

func differ(path string, a, b any, lines *[]string) {
	x, y, n := text(a), text(b), len(*lines)
	if x == y {
		return
	}
	if ma, mb := byKey(a), byKey(b); ma != nil && mb != nil {
		for k := range ma {
			if _, ok := mb[k]; !ok {
				*lines = append(*lines, strings.TrimPrefix(path+"/"+k, "/")+": gone")
			}
		}
		for k := range mb {
			if _, ok := ma[k]; !ok {
				*lines = append(*lines, strings.TrimPrefix(path+"/"+k, "/")+": new")
				continue
			}
			differ(path+"/"+k, ma[k], mb[k], lines)
		}
	}
	if len(*lines) == n { // also lists in another order
		*lines = append(*lines, fmt.Sprintf("%s: %s → %s", strings.TrimPrefix(path, "/"), x, y))
	}
}

// byKey is a map, or a list whose elements keyFields tell apart; nil if v is
// neither.
func byKey(v any) map[string]any {
	list, ok := v.([]any)
	if !ok {
		m, _ := v.(map[string]any)
		return m
	}
	out := map[string]any{}
	for _, x := range list {
		m, _ := x.(map[string]any)
		key := keyOf(m)
		if _, taken := out[key]; key == "" || taken {
			return nil
		}
		out[key] = x
	}
	return out
}

func keyOf(m map[string]any) string {
	for _, fields := range keyFields {
		var parts []string
		for _, field := range fields {
			if text, ok := m[field].(string); ok {
				parts = append(parts, text)
			}
		}
		if len(parts) == len(fields) {
			return strings.Join(parts, " ")
		}
	}
	return ""
}

func text(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		return err.Error()
	}
	return string(b)
}

// wantChanges compares what changed with what should have, line by line.
func wantChanges(t *testing.T, before, after snapshot, want ...string) {
	t.Helper()
	got, want := diff(before, after), slices.Sorted(slices.Values(want))
	if !slices.Equal(got, want) {
		t.Errorf("changed:\n  %s\nwant:\n  %s", strings.Join(got, "\n  "), strings.Join(want, "\n  "))
	}
}

package scripts_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"testing"
)

// picture is the state of an emulator of any vendor, with what people call
// things in place of ids, for wantChanges. When something was changed is left
// out.
func (c *company) picture(t *testing.T, module string) snapshot {
	t.Helper()
	var state map[string]any
	dec := json.NewDecoder(bytes.NewReader(c.vendors[module].Dump()))
	dec.UseNumber()
	if err := dec.Decode(&state); err != nil {
		t.Fatalf("the state of %s: %v", module, err)
	}
	for _, row := range rowsOf(state["members"]) {
		c.names[fmt.Sprint(row["id"])] = fmt.Sprint(row["email"])
	}
	s := snapshot{c.names, map[string]any{}}
	for table, list := range state {
		records := map[string]any{}
		for i, row := range rowsOf(list) {
			key := fmt.Sprint(i)
			for _, field := range []string{"id", "name", "email"} {
				if v, ok := row[field].(string); ok {
					key = v
				}
			}
			if _, taken := records[key]; taken {
				key = fmt.Sprintf("%s %v", key, row["id"])
			}
			records[key] = s.pictured(row)
		}
		if table != "ownershipTransfers" { // the audit trail
			s.records[table] = records
		}
	}
	return s
}

func rowsOf(v any) (rows []map[string]any) {
	list, _ := v.([]any)
	for _, x := range list {
		if row, ok := x.(map[string]any); ok {
			rows = append(rows, row)
		}
	}
	return rows
}

// pictured puts names in place of ids of people, and roles under their
// environments.
func (s snapshot) pictured(v any) any {
	switch v := v.(type) {
	case []any:
		by := map[string]any{}
		var out []any
		for _, x := range v {
			x = s.pictured(x)
			out = append(out, x)
			if role, ok := x.(map[string]any); ok && role["environment_type"] != nil {
				by[fmt.Sprint(role["environment_type"])] = role["role_name"]
			}
		}
		if len(by) > 0 && len(by) == len(out) {
			return by
		}
		return out
	case map[string]any:
		out := map[string]any{}
		for k, x := range v {
			switch k {
			case "updated_at", "modified":
			case "user_ids":
				names := []string{}
				list, _ := x.([]any)
				for _, id := range list {
					names = append(names, s.name(fmt.Sprint(id)))
				}
				slices.Sort(names)
				out[k] = names
			default:
				out[k] = s.pictured(x)
			}
		}
		return out
	}
	return v
}

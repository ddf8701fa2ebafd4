package scripts_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"runner/internal/commandtest"
)

// stand puts another emulator of a vendor in place of the usual one.
func (c *company) stand(t *testing.T, module string, h emulated, settings map[string]any) {
	t.Helper()
	c.vendors[module] = h
	c.env = append(c.env, commandtest.Serve(t, module, h.(http.Handler), settings)...)
}

// snapshotOf is the state of a vendor's emulator with names in place of ids.
// When something was changed, and by whom, is left out.
func (c *company) snapshotOf(t *testing.T, module string) snapshot {
	t.Helper()
	var state map[string]any
	dec := json.NewDecoder(bytes.NewReader(c.vendors[module].Dump()))
	dec.UseNumber()
	if err := dec.Decode(&state); err != nil {
		t.Fatal(err)
	}
	s := snapshot{c.names, map[string]any{}}
	rows := map[string][]map[string]any{}
	for table, list := range state {
		list, _ := plainly(list).([]any)
		for _, x := range list {
			row, ok := x.(map[string]any)
			if !ok {
				continue
			}
			rows[table] = append(rows[table], row)
			for _, field := range []string{"email", "name", "Name", "title", "tag"} {
				if name, _ := row[field].(string); name != "" && s.names[idOf(row)] == "" {
					s.names[idOf(row)] = name
				}
			}
		}
	}
	for table, list := range rows {
		records := map[string]any{}
		for _, row := range list {
			name := s.name(idOf(row))
			for i := 2; records[name] != nil; i++ {
				name = fmt.Sprintf("%s (%d)", s.name(idOf(row)), i)
			}
			records[name] = byName(s.named(row))
		}
		s.records[table] = records
	}
	return s
}

func idOf(row map[string]any) string {
	for _, field := range []string{"id", "ID", "user_id", "policyId", "tokenId", "sid"} {
		if id, _ := row[field].(string); id != "" {
			return id
		}
	}
	return ""
}

// plainly writes numbers as texts and leaves out what changes by itself.
func plainly(v any) any {
	switch v := v.(type) {
	case json.Number:
		return v.String()
	case []any:
		for i, x := range v {
			v[i] = plainly(x)
		}
	case map[string]any:
		for _, k := range []string{"createdAt", "updatedAt", "updatedBy", "lastStateChange"} {
			delete(v, k)
		}
		for k, x := range v {
			v[k] = plainly(x)
		}
	}
	return v
}

// byName makes maps of lists whose elements have names, and texts of shares.
func byName(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for k, x := range v {
			v[k] = byName(x)
		}
		if subject, ok := v["subjectId"].(string); ok {
			return strings.TrimSpace(fmt.Sprint(subject, " ", v["policy"]))
		}
	case []any:
		named := map[string]any{}
		for i, x := range v {
			v[i] = byName(x)
			if m, ok := v[i].(map[string]any); ok {
				if name, ok := m["name"].(string); ok {
					named[name] = v[i]
				}
			}
		}
		if len(named) == len(v) && len(v) > 0 {
			return named
		}
	}
	return v
}

package report

import (
	"encoding/json"
	"iter"

	"runner/internal/journal"
)

// Names finds out what the ids in the report's changes stand for, from what
// the run read: an object with that id, and with an e-mail address or a name.
func (r *Report) Names(records iter.Seq2[journal.Record, error]) map[string]string {
	wanted := map[string]bool{}
	for i, c := range r.Changes {
		if i > 500 {
			break // more than are shown
		}
		eachString(c.Args, func(s string) { wanted[s] = true })
	}
	if r.Error != nil {
		wanted[r.Error.What] = true
	}
	names := map[string]string{}
	if len(wanted) == 0 {
		return names
	}
	for rec, err := range records {
		if err != nil {
			return names
		}
		if rec.Kind == journal.Done && len(rec.B) > 0 && (rec.B[0] == '{' || rec.B[0] == '[') {
			var v any
			if json.Unmarshal(rec.B, &v) == nil {
				collect(v, wanted, names)
			}
		}
	}
	return names
}

// eachString calls found for every string in a JSON value.
func eachString(b json.RawMessage, found func(string)) {
	var v any
	if json.Unmarshal(b, &v) != nil {
		return
	}
	var walk func(any)
	walk = func(v any) {
		switch v := v.(type) {
		case string:
			found(v)
		case []any:
			for _, x := range v {
				walk(x)
			}
		case map[string]any:
			for _, x := range v {
				walk(x)
			}
		}
	}
	walk(v)
}

func collect(v any, wanted map[string]bool, names map[string]string) {
	switch v := v.(type) {
	case []any:
		for _, x := range v {
			collect(x, wanted, names)
		}
	case map[string]any:
		if id, ok := v["id"].(string); ok && wanted[id] {
			for _, field := range []string{"email", "name", "user_name"} {
				if name, ok := v[field].(string); ok && name != "" {
					names[id] = name
					break
				}
			}
		}
		for _, x := range v {
			collect(x, wanted, names)
		}
	}
}

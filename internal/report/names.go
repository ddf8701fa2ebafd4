package report

import (
	"encoding/json"
	"iter"
	"slices"
	"strings"

	"runner/internal/journal"
)

// Names says what ids stand for: an e-mail address or a name.
type Names map[string]string

// nameFields are the fields that name an object, the best first.
var nameFields = []string{"email", "name", "username", "user_name", "title"}

// Names finds out what the ids in the report stand for, from what the run
// read: an object with that id, and with an e-mail address or a name.
func (r *Report) Names(records iter.Seq2[journal.Record, error]) Names {
	wanted := map[string]bool{}
	for _, c := range r.Changes[:min(500, len(r.Changes))] { // more are not shown
		eachString(c.Args, func(s string) { wanted[s] = true })
		for _, t := range c.Targets {
			eachString(t.ID, func(s string) { wanted[s] = true })
			for _, f := range t.Fields {
				for _, v := range slices.Concat([]json.RawMessage{f.From, f.To}, f.Gets, f.Loses) {
					eachString(v, func(s string) { wanted[s] = true })
				}
			}
		}
	}
	texts := make([]string, 0, 64)
	for _, s := range r.Steps[:min(500, len(r.Steps))] {
		texts = append(texts, s.Path)
	}
	if r.Error != nil {
		texts = append(texts, r.Error.What, r.Error.Step)
	}
	for _, text := range texts {
		for _, word := range words(text) {
			wanted[word] = true
		}
	}
	names := Names{}
	if len(wanted) == 0 {
		return names
	}
	ranks := map[string]int{}
	for rec, err := range records {
		if err != nil {
			return names
		}
		if rec.Kind == journal.Done && len(rec.B) > 0 && (rec.B[0] == '{' || rec.B[0] == '[') {
			var v any
			if json.Unmarshal(rec.B, &v) == nil {
				names.collect(v, wanted, ranks)
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

// collect takes the best name of each id, and of equally good ones the first.
func (n Names) collect(v any, wanted map[string]bool, ranks map[string]int) {
	switch v := v.(type) {
	case []any:
		for _, x := range v {
			n.collect(x, wanted, ranks)
		}
	case map[string]any:
		if id, ok := v["id"].(string); ok && wanted[id] {
			n.take(id, v, ranks)
		}
		for _, x := range v {
			n.collect(x, wanted, ranks)
		}
	}
}

func (n Names) take(id string, object map[string]any, ranks map[string]int) {
	for i, field := range nameFields {
		name, ok := object[field].(string)
		if !ok || strings.TrimSpace(name) == "" {
			continue
		}
		known, seen := ranks[id]
		if rank := i + 1; !seen || rank < known || rank == known && name < n[id] {
			n[id], ranks[id] = name, rank
		}
		return
	}
}

// in puts names before the ids in a text: "user ada@example.com (61d5…)".
func (n Names) in(text string) string {
	if len(n) == 0 {
		return text
	}
	list := words(text)
	slices.Sort(list)
	for _, word := range slices.Compact(list) {
		if name, ok := n[word]; ok {
			text = strings.ReplaceAll(text, word, name+" ("+word+")")
		}
	}
	return text
}

// words are the parts of a text that can be ids.
func words(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(" \t\n\"'<>()[],;/", r) })
}

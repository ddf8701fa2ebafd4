package plan

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"runner/internal/journal"
	"runner/internal/op"
	"runner/internal/overlay"
)

// This file compares what was planned with what is.

// Bindings are the ids that the objects which a plan creates turned out to
// have, by the labels of the new ids.
type Bindings map[string]any

// Learn finds out about new ids from the answer to a planned call.
func (b Bindings) Learn(planned, answer []byte) { b.learn(op.Tree(planned), op.Tree(answer)) }

func (b Bindings) learn(planned, answer any) {
	switch p := planned.(type) {
	case op.Unknown:
		if p.New && answer != nil {
			b[p.Label] = answer
		}
	case map[string]any:
		if a, ok := answer.(map[string]any); ok {
			for k, v := range p {
				b.learn(v, a[k])
			}
		}
	}
}

// unnamed is the name that a call had before these ids were known.
func (b Bindings) unnamed(key string) string {
	for label, id := range b {
		text, ok := id.(string)
		if !ok {
			text = string(op.AppendTree(nil, id))
		}
		key = renamed(key, text, "<"+strings.ReplaceAll(label, "/", "∕")+">")
	}
	return key
}

// renamed puts a label in place of an id in the path of a call, where the id
// stands by itself: between signs that are no letters, digits or ordinals.
func renamed(key, id, label string) string {
	end := strings.LastIndexByte(key, ':')
	if id == "" || end < 0 {
		return key
	}
	path, rest, out := key[:end], key[end:], ""
	for {
		i := strings.Index(path, id)
		if i < 0 {
			return out + path + rest
		}
		before, _ := utf8.DecodeLastRuneInString(path[:i])
		after, _ := utf8.DecodeRuneInString(path[i+len(id):])
		if out += path[:i]; wordy(before) || before == '#' || wordy(after) {
			out += id
		} else {
			out += label
		}
		path = path[i+len(id):]
	}
}

func wordy(r rune) bool { return r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsDigit(r)) }

// bound puts ids that are known by now in place of new ones. A new one that is
// not known yet can be anything.
func (b Bindings) bound(v any) any {
	switch v := v.(type) {
	case op.Unknown:
		if id, ok := b[v.Label]; ok && v.New {
			return id
		}
		return op.Unknown{Label: v.Label}
	case []any:
		out := make([]any, len(v))
		for i := range v {
			out[i] = b.bound(v[i])
		}
		return out
	case map[string]any:
		out := make(map[string]any, len(v))
		for k := range v {
			out[k] = b.bound(v[k])
		}
		return out
	}
	return v
}

// Arguments compares the arguments of a call with the planned ones.
func (b Bindings) Arguments(c *Call, args []byte) []op.Comparison {
	planned, _ := b.bound(op.Tree(c.Args)).(map[string]any)
	wanted, _ := op.Tree(args).(map[string]any)
	var diff []op.Comparison
	for _, name := range fields(planned, wanted) {
		if op.Same(planned[name], wanted[name]) == op.No {
			diff = append(diff, op.Comparison{Field: name, Planned: text(planned[name]), Wanted: text(wanted[name])})
		}
	}
	return diff
}

// Before compares an object that a call touches, as it was found, with how it
// was when the plan was made, or was to be by then. found is the answer to the
// target's read, nil if there is no such object.
func (p *Plan) Before(c *Call, t journal.Target, found []byte, b Bindings) []op.Comparison {
	object := b.pick(t, op.Tree(found))
	if object == nil {
		return []op.Comparison{{Field: t.Object, Planned: `"there"`, Found: `"gone"`}}
	}
	var diff, same []op.Comparison
	for _, name := range slices.Sorted(maps.Keys(t.Before)) {
		planned := b.bound(op.Tree(t.Before[name]))
		now := op.Tree(overlay.Fingerprint(object[name]))
		if op.Same(planned, now) == op.No && !p.explained(c, t, name, planned, object[name], b) {
			diff = append(diff, op.Comparison{Field: name, Planned: text(planned), Found: text(now), Wanted: wanted(t, name)})
		} else if w := wanted(t, name); w != "" {
			same = append(same, op.Comparison{Field: name, Planned: text(planned), Found: text(now), Wanted: w})
		}
	}
	if len(diff) > 0 { // what the call is about belongs beside what came in between
		diff = append(diff, same...)
	}
	return diff
}

// pick is the object in an answer that may be a list of them.
func (b Bindings) pick(t journal.Target, found any) map[string]any {
	if list, ok := found.([]any); ok {
		want := b.bound(op.Tree(t.ID))
		for _, item := range list {
			if object, ok := item.(map[string]any); ok && op.Same(object[t.In], want) == op.Yes {
				return object
			}
		}
		return nil
	}
	object, _ := found.(map[string]any)
	return object
}

// Args are the arguments of a target's read; ok is false while they hold an id
// that nobody knows.
func (b Bindings) Args(t journal.Target) (args []byte, ok bool) {
	args = op.AppendTree(nil, b.bound(op.Tree(t.Args)))
	return args, !op.HasUnknown(args)
}

// wanted is what a call makes of a field.
func wanted(t journal.Target, field string) string {
	for _, f := range t.Fields {
		switch {
		case f.Field != field:
		case f.To != nil:
			return text(op.Tree(f.To))
		case len(f.Loses) > 0:
			return fmt.Sprintf("without %s", join(f.Loses))
		case len(f.Gets) > 0:
			return fmt.Sprintf("with %s", join(f.Gets))
		}
	}
	return ""
}

func join(list []json.RawMessage) string {
	texts := make([]string, len(list))
	for i := range list {
		texts[i] = string(list[i])
	}
	return strings.Join(texts, ", ")
}

func fields(a, b map[string]any) []string {
	all := maps.Clone(a)
	if all == nil {
		all = map[string]any{}
	}
	maps.Copy(all, b)
	return slices.Sorted(maps.Keys(all))
}

// text is a value as JSON; nothing for what is not there.
func text(v any) string {
	if v == nil {
		return ""
	}
	return string(op.AppendTree(nil, v))
}

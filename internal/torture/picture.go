package torture

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"
)

// This file compares what two runs left behind. Of what differs by nature it
// sees only as much as must be the same:
//
//   - Of a time after the beginning, the day.
//   - Of an id that was made since, where else it stands; of a short one, which
//     could be any number, nothing.
//   - Of a list, what is in it.
//   - Of what only tells that a call came, nothing: what is idempotent may come
//     twice.

// traces are tables that grow with each call, whatever it does.
var traces = []string{"ownershipTransfers"}

// A picture is what is compared: objects, lists, texts and numbers.
type picture struct {
	base  time.Time
	known map[string]bool // ids that were there in the beginning
	names map[string]string
}

// Picture is the state of an emulator for comparison. seed is its state in the
// beginning.
func Picture(seed, dump []byte, base time.Time) any {
	p := &picture{base: base, known: map[string]bool{}, names: map[string]string{}}
	for _, id := range ids.FindAllString(string(seed), -1) {
		p.known[id] = true
	}
	before, after := parse(seed), parse(dump)
	eachID("", before, func(place string, _ map[string]any) { p.known[place] = true })
	eachID("", after, func(place string, of map[string]any) {
		if !p.known[place] {
			of["id"] = "<new>"
		}
	})
	return p.named(p.sorted(p.blurred(after)))
}

// eachID visits all objects with a short id, each with its place.
func eachID(path string, v any, visit func(place string, of map[string]any)) {
	switch v := v.(type) {
	case map[string]any:
		if id, ok := v["id"].(json.Number); ok && len(id) < 4 {
			visit(path+"#"+string(id), v)
		}
		for k, x := range v {
			eachID(path+"/"+k, x, visit)
		}
	case []any:
		for _, x := range v {
			eachID(path, x, visit)
		}
	}
}

// Same reports whether two dumps differ in nothing but times.
func Same(a, b []byte, base time.Time) bool {
	p := &picture{base: base}
	return bytes.Equal(a, b) || text(p.blurred(parse(a))) == text(p.blurred(parse(b)))
}

// parse reads a dump. Numbers stay as they are written: ids may be beyond what
// a float holds.
func parse(dump []byte) (v any) {
	dec := json.NewDecoder(bytes.NewReader(dump))
	dec.UseNumber()
	if err := dec.Decode(&v); err != nil {
		return err.Error()
	}
	return v
}

var (
	times = regexp.MustCompile(`(\d{4}-\d{2}-\d{2})[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?( ?(Z|UTC|[+-]\d{2}:?\d{2}))?`)
	ids   = regexp.MustCompile(`[0-9a-fA-F]{8}-[0-9a-fA-F-]{27}|[0-9a-fA-F]{16,}|\b\d{4,19}\b`)
)

// blurred leaves out of times after the beginning what is less than a day.
func (p *picture) blurred(v any) any {
	switch v := v.(type) {
	case map[string]any:
		maps.DeleteFunc(v, func(k string, _ any) bool { return slices.Contains(traces, k) })
		for k, x := range v {
			v[k] = p.blurred(x)
		}
	case []any:
		for i, x := range v {
			v[i] = p.blurred(x)
		}
	case string:
		return times.ReplaceAllStringFunc(v, func(t string) string {
			day, err := time.Parse(time.DateOnly, t[:len(time.DateOnly)])
			if err != nil || day.Before(p.day()) {
				return t
			}
			return p.shown(day)
		})
	case json.Number:
		return p.moment(v)
	}
	return v
}

// moment is a number, or the day that it stands for as seconds or milliseconds
// since 1970.
func (p *picture) moment(v json.Number) any {
	n, err := v.Int64()
	if err != nil {
		return v
	}
	for _, at := range []time.Time{time.Unix(n, 0), time.UnixMilli(n)} {
		if !at.Before(p.base) && at.Before(p.base.AddDate(10, 0, 0)) {
			return p.shown(at)
		}
	}
	return v
}

func (p *picture) day() time.Time { return p.base.Truncate(24 * time.Hour) }

// shown is a time after the beginning.
func (p *picture) shown(at time.Time) string {
	return fmt.Sprintf("<day %d>", at.Sub(p.day())/(24*time.Hour))
}

// sorted brings lists into an order that does not depend on new ids.
func (p *picture) sorted(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for k, x := range v {
			v[k] = p.sorted(x)
		}
	case []any:
		for i, x := range v {
			v[i] = p.sorted(x)
		}
		blank := func(x any) string {
			return p.replaced(text(x), func(string) string { return "" })
		}
		slices.SortStableFunc(v, func(a, b any) int { return strings.Compare(blank(a), blank(b)) })
	}
	return v
}

// replaced puts something else in place of the ids that are new.
func (p *picture) replaced(s string, by func(string) string) string {
	return ids.ReplaceAllStringFunc(s, func(id string) string {
		if p.known[id] {
			return id
		}
		return by(id)
	})
}

// named calls new ids by numbers, in the order in which they appear.
func (p *picture) named(v any) any {
	switch v := v.(type) {
	case map[string]any:
		out := map[string]any{}
		for _, k := range slices.Sorted(maps.Keys(v)) {
			out[p.replaced(k, p.name)] = p.named(v[k])
		}
		return out
	case []any:
		for i, x := range v {
			v[i] = p.named(x)
		}
	case string:
		return p.replaced(v, p.name)
	case json.Number:
		if s := p.replaced(v.String(), p.name); s != v.String() {
			return s
		}
	}
	return v
}

func (p *picture) name(id string) string {
	if p.names[id] == "" {
		p.names[id] = fmt.Sprintf("<new %d>", len(p.names)+1)
	}
	return p.names[id]
}

func text(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		return err.Error()
	}
	return string(b)
}

// Diff tells where a differs from b, one line for each place.
func Diff(path string, a, b any) (lines []string) {
	if text(a) == text(b) {
		return nil
	}
	ma, isA := a.(map[string]any)
	mb, isB := b.(map[string]any)
	if isA && isB {
		for _, k := range keys(ma, mb) {
			lines = append(lines, Diff(path+"/"+k, ma[k], mb[k])...)
		}
		return lines
	}
	la, isA := a.([]any)
	lb, isB := b.([]any)
	if isA && isB {
		return elements(path, la, lb)
	}
	return []string{fmt.Sprintf("%s: %s instead of %s", path, shown(b), shown(a))}
}

// elements tells what one list has that the other has not.
func elements(path string, a, b []any) (lines []string) {
	count := map[string]int{}
	for _, x := range a {
		count[text(x)]++
	}
	var only []any
	for _, x := range b {
		if t := text(x); count[t] > 0 {
			count[t]--
		} else {
			only = append(only, x)
		}
	}
	var lacks []any
	for _, x := range a {
		if t := text(x); count[t] > 0 {
			count[t]--
			lacks = append(lacks, x)
		}
	}
	if len(lacks) == len(only) {
		for i := range only {
			lines = append(lines, Diff(path+"/…", lacks[i], only[i])...)
		}
		return lines
	}
	for _, x := range lacks {
		lines = append(lines, path+": lacks "+shown(x))
	}
	for _, x := range only {
		lines = append(lines, path+": has also "+shown(x))
	}
	return lines
}

func keys(a, b map[string]any) []string {
	all := maps.Clone(a)
	maps.Copy(all, b)
	return slices.Sorted(maps.Keys(all))
}

// shown is a value, cut where nobody reads on.
func shown(v any) string {
	const most = 300
	s := text(v)
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}

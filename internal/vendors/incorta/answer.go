package incorta

import (
	"bytes"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"runner/internal/op"
	"runner/internal/rest"
)

// This file reads answers whose shape the vendor's pages do not show, or not to
// the end. A value is looked for under several names, without regard to
// capitals, and a number may be a text or a text a number. What is not asked for
// is kept as it came.

// Done is the answer of an operation whose answer is not documented.
type Done struct {
	Message op.Opt[string] `json:"message" lua:"message" doc:"What the cluster said; absent if it said nothing."`
	Extra   op.Extra       `json:",embed"`
}

// doneOf makes the best of an answer: an object, any other JSON, a text, or
// nothing. A web page is none of the cluster's: it may not have been asked.
func doneOf(a *rest.Answer) (d Done, err error) {
	v := jsontext.Value(bytes.TrimSpace(a.Body))
	switch {
	case len(v) == 0:
	case v[0] == '<':
		return d, &op.Error{
			Kind: op.Garbled, Status: a.Status, Sent: true, Acts: true, RetryAfter: -1,
			Cause: "it answered a web page instead of data", Hint: "check the connection's url; a login page or a proxy may be in the way",
		}
	case !v.IsValid():
		d.Message = op.Some(string(v))
	case v.Kind() == '{':
		o := objectOf(v)
		d.Message = o.text("message")
		d.Extra = o.rest()
	case v.Kind() == '"':
		d.Message = op.Some(textOf(v))
	case v.Kind() != 'n':
		d.Extra = op.Extra{"answer": v}
	}
	return d, nil
}

// An object is a JSON object that is read by trial.
type object struct {
	members map[string]jsontext.Value
	read    map[string]bool
}

func objectOf(v jsontext.Value) object {
	o := object{read: map[string]bool{}}
	_ = json.Unmarshal(v, &o.members) // or it is none, and empty
	return o
}

// find is the value under the first of the names that has one other than null.
func (o object) find(names ...string) jsontext.Value {
	for _, name := range names {
		if v, ok := o.members[name]; ok && v.Kind() != 'n' {
			o.read[name] = true
			return v
		}
		for _, own := range o.names() {
			if strings.EqualFold(own, name) && o.members[own].Kind() != 'n' {
				o.read[own] = true
				return o.members[own]
			}
		}
	}
	return nil
}

func (o object) names() []string {
	names := make([]string, 0, len(o.members))
	for name := range o.members {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

func (o object) text(names ...string) op.Opt[string] {
	v := o.find(names...)
	if v == nil {
		return op.Opt[string]{}
	}
	return op.Some(textOf(v))
}

func (o object) number(names ...string) op.Opt[int64] {
	v := o.find(names...)
	if v == nil {
		return op.Opt[int64]{}
	}
	n, err := strconv.ParseInt(textOf(v), 10, 64)
	if err != nil {
		return op.Opt[int64]{}
	}
	return op.Some(n)
}

func (o object) flag(names ...string) op.Opt[bool] {
	v := o.find(names...)
	if v == nil {
		return op.Opt[bool]{}
	}
	return op.Some(strings.EqualFold(textOf(v), "true"))
}

func (o object) moment(names ...string) op.Opt[op.RFC3339] {
	v := o.find(names...)
	if v == nil {
		return op.Opt[op.RFC3339]{}
	}
	return op.Some(momentOf(v))
}

func (o object) list(names ...string) (items []jsontext.Value) {
	_ = json.Unmarshal(o.find(names...), &items) // or it is none
	return items
}

// rest is what was not read.
func (o object) rest() op.Extra {
	extra := op.Extra{}
	for name, v := range o.members {
		if !o.read[name] {
			extra[name] = v
		}
	}
	return extra
}

// textOf is a scalar as text, and anything else as JSON.
func textOf(v jsontext.Value) string {
	var text string
	if v.Kind() == '"' && json.Unmarshal(v, &text) == nil {
		return text
	}
	return string(v)
}

// layouts are the forms of times that Java programs write.
var layouts = []string{time.RFC3339Nano, "2006-01-02T15:04:05.999-0700", "2006-01-02T15:04:05", "2006-01-02 15:04:05"}

// momentOf is a moment in RFC 3339 in UTC, so that moments can be compared as
// texts: the pages of v1 say milliseconds since 1970, those of v2 date-time. A
// text that is neither stays as it is.
func momentOf(v jsontext.Value) op.RFC3339 {
	text := textOf(v)
	at, ok := timeOf(text)
	if !ok {
		return op.RFC3339(text)
	}
	return op.RFC3339(at.UTC().Format("2006-01-02T15:04:05.000Z"))
}

// earliest tells milliseconds since 1970 from durations and sizes: none is so
// long, and there was no Incorta in 2001.
const earliest = 1e12

func timeOf(text string) (time.Time, bool) {
	if ms, err := strconv.ParseInt(text, 10, 64); err == nil {
		return time.UnixMilli(ms), ms >= earliest
	}
	for _, layout := range layouts {
		if at, err := time.Parse(layout, text); err == nil {
			return at, true
		}
	}
	return time.Time{}, false
}

// A leaf is a scalar somewhere in an object, by the names that lead to it, in
// small letters.
type leaf struct {
	path  string // "lastload.starttime"
	value jsontext.Value
}

func (l leaf) name() string { return l.path[strings.LastIndexByte(l.path, '.')+1:] }

// leaves are the scalars of an object and of the objects in it, the least deep
// first. Lists are left out.
func leaves(v jsontext.Value) (all []leaf) {
	collect(v, "", 0, &all)
	slices.SortStableFunc(all, func(a, b leaf) int {
		return strings.Count(a.path, ".") - strings.Count(b.path, ".")
	})
	return all
}

func collect(v jsontext.Value, path string, depth int, all *[]leaf) {
	switch v.Kind() {
	case '{':
		o := objectOf(v)
		for _, name := range o.names() {
			if depth < 6 {
				collect(o.members[name], strings.TrimPrefix(path+"."+strings.ToLower(name), "."), depth+1, all)
			}
		}
	case '"', '0', 't', 'f':
		*all = append(*all, leaf{path, v})
	}
}

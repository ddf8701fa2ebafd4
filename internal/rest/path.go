package rest

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"runner/internal/op"
)

// Path builds the path of a request from its segments, each escaped:
// Path("users", id, "deactivate") is "/users/7/deactivate". An empty segment,
// "." and ".." would address another object than the caller means, so a
// request with one is refused before it is sent.
func Path(segments ...any) string {
	var b strings.Builder
	for _, s := range segments {
		text, ok := s.(string)
		if !ok {
			text = fmt.Sprint(s)
		}
		b.WriteByte('/')
		if s == nil || text == "" || text == "." || climbs(text) {
			b.WriteString(badSegment)
			continue
		}
		b.WriteString(url.PathEscape(text))
	}
	return b.String()
}

// climbs reports an id with ".." in it. The slashes around it are escaped,
// but some servers take that back before they look for the object.
func climbs(id string) bool {
	return strings.Contains(id, "..") && slices.Contains(strings.FieldsFunc(id, func(r rune) bool { return r == '/' || r == '\\' }), "..")
}

// badSegment cannot come out of escaping.
const badSegment = "\x00"

func refusedPath(path string) *op.Error {
	if strings.Contains(path, badSegment) {
		return &op.Error{
			Kind: op.Invalid, Cause: "an id is empty, \".\" or \"..\"; the request would reach another object",
			Hint: "check where the id comes from",
		}
	}
	return nil
}

// Query turns a struct into query parameters, by its json tags. Fields that
// are empty, and options that are not given, are left out.
func Query(in any) url.Values {
	b, err := json.Marshal(in, json.OmitZeroStructFields(true))
	var members map[string]jsontext.Value
	if err != nil || json.Unmarshal(b, &members) != nil {
		panic(fmt.Sprintf("rest: %T cannot be a query: %v", in, err))
	}
	q := url.Values{}
	for name, v := range members {
		switch v.Kind() {
		case 'n':
		case '"':
			q.Set(name, plain(v))
		case '[':
			if items := listed(v); len(items) > 0 {
				q.Set(name, strings.Join(items, ","))
			}
		case '{':
			panic(fmt.Sprintf("rest: %T: the object %s cannot be a query", in, name))
		default:
			q.Set(name, string(v))
		}
	}
	return q
}

// listed is the items of a JSON array, as they stand in a query.
func listed(v jsontext.Value) []string {
	var items []jsontext.Value
	_ = json.Unmarshal(v, &items) // it is an array
	texts := make([]string, len(items))
	for i, item := range items {
		texts[i] = plain(item)
	}
	return texts
}

// plain is a JSON scalar without the quotes.
func plain(v jsontext.Value) string {
	var text string
	if v.Kind() == '"' && json.Unmarshal(v, &text) == nil {
		return text
	}
	return string(v)
}

// Filled refuses a text that is empty, or blank. Path does so for paths; in a
// query an empty filter would mean all, and in a body whatever the vendor makes
// of it.
func Filled(argument, text string) error {
	if strings.TrimSpace(text) != "" {
		return nil
	}
	return &op.Error{Kind: op.Invalid, Cause: argument + " is empty", Hint: "check where it comes from", RetryAfter: noWait}
}

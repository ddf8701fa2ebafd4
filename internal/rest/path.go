package rest

import (
	"fmt"
	"net/url"
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
		text := fmt.Sprint(s)
		b.WriteByte('/')
		if text == "" || text == "." || text == ".." {
			b.WriteString(badSegment)
			continue
		}
		b.WriteString(url.PathEscape(text))
	}
	return b.String()
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
			var text string
			_ = json.Unmarshal(v, &text) // it is a string
			q.Set(name, text)
		case '[':
			var items []string
			if json.Unmarshal(v, &items) != nil {
				panic(fmt.Sprintf("rest: %T.%s cannot be a query", in, name))
			}
			q.Set(name, strings.Join(items, ","))
		default:
			q.Set(name, string(v))
		}
	}
	return q
}

package workato

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"runner/internal/op"
	"runner/internal/rest"
)

// This file fetches lists page by page. Only some lists tell their total, so
// the first page that is not full is the last. A page that begins like the one
// before means that the vendor does not heed the page: then the list would
// never end.

// most is the longest page that the vendor hands out. What more would do is
// unconfirmed, so it is not asked for.
const most = 100

// A paging is how a list is asked for in pages.
type paging struct {
	number, size string // names of the parameters
	per          int
	whole        bool     // the vendor may ignore them and answer all at once
	names        []string // members that may hold the list, beside the usual
}

var (
	byPage    = paging{number: "page", size: "per_page", per: most}
	byBracket = paging{number: "page[number]", size: "page[size]", per: most}
	ifPaged   = paging{number: "page", size: "per_page", per: most, whole: true} // not documented, sent by the vendor's own client
)

// in makes a paging for a list in a member of this name.
func (p paging) in(name string) paging {
	p.names = append(slices.Clone(p.names), name)
	return p
}

// page fetches one page. A cursor is the number of the page and, after a
// colon, the id with which the page before began.
func page[T any](ctx context.Context, c *client, path string, q url.Values, p paging, cursor string) (items []T, next string, err error) {
	number, before := 1, ""
	if cursor != "" {
		text, id, _ := strings.Cut(cursor, ":")
		if number, err = strconv.Atoi(text); err != nil || number < 2 {
			return nil, "", invalid(fmt.Sprintf("%q is no cursor of this list", cursor), "take it from the page before")
		}
		before = id
	}
	if q == nil {
		q = url.Values{}
	}
	q.Set(p.number, strconv.Itoa(number))
	q.Set(p.size, strconv.Itoa(p.per))
	r := rest.Request{Method: "GET", Path: path, Query: q}
	var raw []jsontext.Value
	if err := c.listBy(ctx, r, &raw, p.names...); err != nil {
		return nil, "", err
	}
	first := ""
	if len(raw) > 0 {
		first = nameOf(raw[0])
	}
	if cursor != "" && first != "" && first == before {
		if p.whole {
			return nil, "", nil
		}
		return nil, "", garbled(r, fmt.Sprintf("page %d of the list is page %d again", number, number-1), nil)
	}
	items = make([]T, len(raw))
	for i, v := range raw {
		if err := read(r, v, &items[i]); err != nil {
			return nil, "", err
		}
	}
	if len(raw) == p.per || len(raw) > p.per && !p.whole {
		next = fmt.Sprintf("%d:%s", number+1, first)
	}
	return items, next, nil
}

// everything fetches all pages, for probes.
func everything[T any](ctx context.Context, c *client, path string, q url.Values, p paging) (all []T, err error) {
	for cursor := ""; ; {
		items, next, err := page[T](ctx, c, path, q, p, cursor)
		if err != nil {
			return nil, err
		}
		all = append(all, items...)
		if next == "" {
			return all, nil
		}
		cursor = next
	}
}

// nameOf is the id of an item; the item itself if it has none.
func nameOf(item jsontext.Value) string {
	m := members(item)
	for _, name := range []string{"id", "handle"} {
		if id := m[name]; id != nil {
			return strings.Trim(string(id), `"`)
		}
	}
	return string(item)
}

// with adds a repeated parameter, as in users_ids[]=1.
func with[T any](q url.Values, name string, values []T) url.Values {
	for _, v := range values {
		q.Add(name, fmt.Sprint(v))
	}
	return q
}

// query is rest.Query, never nil.
func query(in any) url.Values { return rest.Query(in) }

// truth is "true" or nothing, for parameters that only say true.
func truth(q url.Values, name string, v op.Opt[bool]) {
	if v.Or(false) {
		q.Set(name, "true")
	}
}

// ignorable is a paging that the vendor may ignore, where its pages do not say.
func ignorable(p paging) paging {
	p.whole = true
	return p
}

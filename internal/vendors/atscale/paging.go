package atscale

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"runner/internal/op"
	"runner/internal/rest"
)

// This file reads lists in pages. Lists of the engine take a limit, and answer
// limit, offset and mostly total; that they take an offset too is unconfirmed.
// One that ignores it answers its first page again: then more is asked for at
// once, and what came before is left out. Lists of the container edition count
// pages from 1.
//
// A cursor says where the page begins, and what the list, or the page before,
// begins with.

// perPage is how many items are asked for at a time: the vendor documents no
// largest page.
const perPage = 100

// PageSize is the argument of lists in pages.
type PageSize struct {
	PageSize op.Opt[int] `json:"-" lua:"page_size" default:"100" doc:"How many are asked for at a time."`
}

func (p PageSize) size() (int, error) {
	n := p.PageSize.Or(perPage)
	if n < 1 {
		return 0, &op.Error{Kind: op.Invalid, Cause: "page_size is less than 1", Hint: "leave it out for 100"}
	}
	return n, nil
}

func cursorOf(at int, first string) string { return strconv.Itoa(at) + " " + first }

func parseCursor(cursor string, start int) (at int, first string, err error) {
	if cursor == "" {
		return start, "", nil
	}
	number, first, _ := strings.Cut(cursor, " ")
	if at, err = strconv.Atoi(number); err != nil {
		return 0, "", &op.Error{Kind: op.Bug, Cause: fmt.Sprintf("%q is not a cursor", cursor)}
	}
	return at, first, nil
}

// enginePage is a page as the engine answers it.
type enginePage[T any] struct {
	Data   []T         `json:"data"`
	Total  op.Opt[int] `json:"total,omitzero"`
	Offset op.Opt[int] `json:"offset,omitzero"`
	Limit  op.Opt[int] `json:"limit,omitzero"`
}

// readEngine reads the page of a cursor from the engine's list at path.
func readEngine[T any](ctx context.Context, door *rest.Client, path string, q url.Values, size PageSize, cursor string, id func(T) string) (items []T, next string, err error) {
	limit, err := size.size()
	if err != nil {
		return nil, "", err
	}
	offset, first, err := parseCursor(cursor, 0)
	if err != nil {
		return nil, "", err
	}
	ask := func(limit, offset int) (page enginePage[T], err error) {
		q.Set("limit", strconv.Itoa(limit))
		q.Del("offset")
		if offset > 0 {
			q.Set("offset", strconv.Itoa(offset))
		}
		return page, door.Get(ctx, path, q, in(&page))
	}
	page, err := ask(limit, offset)
	if err != nil {
		return nil, "", err
	}
	if offset > 0 && len(page.Data) > 0 && (page.Offset.Or(offset) != offset || firstOf(page.Data, id) == first) {
		// It ignores the offset.
		if page, err = ask(offset+limit, 0); err != nil {
			return nil, "", err
		}
		got := len(page.Data)
		if got <= offset {
			if page.Total.Or(0) > offset || page.Limit.Or(offset+limit) < offset+limit {
				return nil, "", shortOf(max(page.Total.Value, got+1), got)
			}
			return nil, "", nil
		}
		page.Data = page.Data[offset:min(got, offset+limit)]
	}
	got := len(page.Data)
	if offset == 0 && got > 0 {
		first = firstOf(page.Data, id)
	}
	if n := page.Limit.Or(limit); n > 0 {
		limit = min(limit, n) // pages may be shorter than was asked for
	}
	switch total, known := page.Total.Value, page.Total.Given && !page.Total.Null; {
	case known && offset+got < total && got == 0:
		return nil, "", shortOf(total, offset)
	case known && offset+got < total, !known && got >= limit:
		next = cursorOf(offset+got, first)
	}
	return page.Data, next, nil
}

// numberedPage is a page of the container edition.
type numberedPage[T any] struct {
	Data    []T         `json:"data"`
	Results []T         `json:"results"` // the history of queries
	Total   op.Opt[int] `json:"total,omitzero"`
}

// readNumbered reads the page of a cursor from a list whose pages have numbers.
// Its cursors count what was read too: a server may make pages shorter than it
// was asked for. A list that is not sized takes no limit, so it ends with an
// empty page.
func readNumbered[T any](ctx context.Context, door *rest.Client, path string, q url.Values, size PageSize, sized bool, cursor string, id func(T) string) (items []T, next string, err error) {
	limit, err := size.size()
	if err != nil {
		return nil, "", err
	}
	number, tail, err := parseCursor(cursor, 1)
	if err != nil {
		return nil, "", err
	}
	before, last, err := parseCursor(tail, 0)
	if err != nil {
		return nil, "", err
	}
	q.Set("page", strconv.Itoa(number))
	if sized {
		q.Set("limit", strconv.Itoa(limit))
	}
	var page numberedPage[T]
	if err := door.Get(ctx, path, q, in(&page)); err != nil {
		return nil, "", err
	}
	items = page.Data
	if len(items) == 0 {
		items = page.Results
	}
	got, first := len(items), firstOf(items, id)
	if got > 0 && first == last {
		if number > 2 && !sized { // its last page again
			return nil, "", nil
		}
		return nil, "", &op.Error{Kind: op.Garbled, Cause: fmt.Sprintf("page %d is the one before again", number), Hint: fmt.Sprintf("ask for all at once with a page_size of more than %d", before)}
	}
	switch total, known := page.Total.Value, page.Total.Given && !page.Total.Null; {
	case known && got == 0 && before < total:
		return nil, "", shortOf(total, before)
	case known && before+got < total, !known && sized && got >= limit, !known && !sized && got > 0:
		next = cursorOf(number+1, cursorOf(before+got, first))
	}
	return items, next, nil
}

// firstOf tells what a page begins with: the id of its first item, or the whole
// of one without an id.
func firstOf[T any](items []T, id func(T) string) string {
	if len(items) == 0 {
		return ""
	}
	if id := id(items[0]); id != "" {
		return id
	}
	b, _ := op.Encode(items[0]) // it was just read
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:8])
}

func shortOf(total, got int) error {
	return &op.Error{Kind: op.Garbled, Cause: fmt.Sprintf("AtScale says that there are %d or more, and answers no more than %d", total, got)}
}

package alteryxcloud

import (
	"context"
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"runner/internal/op"
	"runner/internal/rest"
)

// This file fetches lists page by page, with limit and offset. A page that is
// not full is the last, unless the count says that there is more. After a full
// one another is asked for, whatever the count says: that it counts all, and
// not the page, is certain of some lists only. A page that begins like the one
// before means that the vendor does not heed offset.

// perPage is how much is asked for at a time. The vendor hands out 1000 at most.
const perPage = 100

// Selection is what most lists can be told. What the filter compares how is
// the vendor's: its words are passed on. Unknown parameters are ignored by the
// vendor, so a result should be checked.
type Selection struct {
	Filter       string `json:"filter" lua:"filter" doc:"Only what has this text in filter_fields."`
	FilterFields string `json:"filterFields" lua:"filter_fields" doc:"Fields that filter looks at, as the vendor writes them. The vendor's choice if omitted."`
	FilterType   string `json:"filterType" lua:"filter_type" enum:"fuzzy contains exact exactIgnoreCase" doc:"How filter compares. The vendor's choice if omitted."`
	Sort         string `json:"sort" lua:"sort" doc:"Field to sort by, as the vendor writes it, like createdAt; -createdAt for the last first."`
}

// page fetches one page of a list. A cursor is the offset and, after a colon,
// what the page before began with.
func page[T any](ctx context.Context, host *rest.Client, path string, q url.Values, cursor string) (items []T, next string, err error) {
	offset, before := 0, ""
	if cursor != "" {
		text, first, _ := strings.Cut(cursor, ":")
		if offset, err = strconv.Atoi(text); err != nil || offset < 1 {
			return nil, "", &op.Error{Kind: op.Invalid, Cause: fmt.Sprintf("%q is no cursor of this list", cursor), Hint: "take it from the page before"}
		}
		before = first
	}
	if q == nil {
		q = url.Values{}
	}
	q.Set("limit", strconv.Itoa(perPage))
	q.Set("offset", strconv.Itoa(offset))
	q.Set("includeCount", "true")
	var answer listOf[jsontext.Value]
	if err := host.Get(ctx, path, q, &answer); err != nil {
		return nil, "", err
	}
	got, first := len(answer.Items), ""
	if got > 0 {
		first = nameOf(answer.Items[0])
	}
	if cursor != "" && got > 0 && first == before {
		return nil, "", &op.Error{Kind: op.Garbled, RetryAfter: -1, Cause: fmt.Sprintf("the list from item %d on begins like the page before", offset+1)}
	}
	items = make([]T, got)
	for i, v := range answer.Items {
		if err := json.Unmarshal(v, &items[i], ignoringCase); err != nil {
			return nil, "", (&op.Error{Kind: op.Garbled, RetryAfter: -1, Cause: fmt.Sprintf("item %d of the list has another shape than the manual says", offset+i+1)}).Wrap(err)
		}
	}
	full := got == perPage || got > 0 && int64(offset+got) < answer.Count
	if got <= perPage && full { // more than asked for is the whole list
		next = fmt.Sprintf("%d:%s", offset+got, first)
	}
	return items, next, nil
}

// all fetches all pages, for probes.
func all[T any](ctx context.Context, host *rest.Client, path string, q url.Values) (list []T, err error) {
	for cursor := ""; ; {
		items, next, err := page[T](ctx, host, path, q, cursor)
		if err != nil {
			return nil, err
		}
		list = append(list, items...)
		if next == "" {
			return list, nil
		}
		cursor = next
	}
}

// whole fetches a list that the vendor does not page.
func whole[T any](ctx context.Context, host *rest.Client, path string, q url.Values) ([]T, error) {
	var answer listOf[T]
	if err := host.Get(ctx, path, q, &answer); err != nil {
		return nil, err
	}
	if answer.Items == nil {
		return []T{}, nil
	}
	return answer.Items, nil
}

// nameOf is the id of an item; the item itself if it has none.
func nameOf(item jsontext.Value) string {
	var members map[string]jsontext.Value
	_ = json.Unmarshal(item, &members) // or it is no object
	for _, name := range []string{"id", "policyId"} {
		if id := members[name]; id != nil {
			return strings.Trim(string(id), `"`)
		}
	}
	return string(item)
}

// repeat adds a parameter once for each value.
func repeat[T any](q url.Values, name string, values []T) url.Values {
	for _, v := range values {
		q.Add(name, fmt.Sprint(v))
	}
	return q
}

package workato

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"runner/internal/op"
	"runner/internal/rest"
)

// This file reads the answers of Workato. Each resource has an envelope of its
// own, and for some the vendor's pages do not agree or do not say. So:
//
//   - {"success": false} is a refusal, whatever the status.
//   - One object is read bare, in "result", in "data", or alone in a list.
//   - A list is read bare, or in the members that are known to hold lists. An
//     answer without a list is no empty list: it is garbled.
//   - A change may be answered by nothing at all.

// one reads an object. out is left as it is if a DELETE was repeated.
func (c *client) one(ctx context.Context, r rest.Request, out any) error {
	v, err := c.value(ctx, r)
	if err != nil || v == nil {
		return err
	}
	return read(r, bare(v), out)
}

// get reads an object by GET.
func (c *client) get(ctx context.Context, path string, q url.Values, out any) error {
	return c.one(ctx, rest.Request{Method: http.MethodGet, Path: path, Query: q}, out)
}

// list reads a list; names are members that may hold it, beside the usual.
func (c *client) list(ctx context.Context, path string, q url.Values, out any, names ...string) error {
	return c.listBy(ctx, rest.Request{Method: http.MethodGet, Path: path, Query: q}, out, names...)
}

func (c *client) listBy(ctx context.Context, r rest.Request, out any, names ...string) error {
	v, err := c.value(ctx, r)
	if err != nil || v == nil {
		return err
	}
	items, ok := listIn(v, append(names, "items", "result", "data"))
	if !ok {
		return garbled(r, "there is no list in the answer", nil)
	}
	return read(r, items, out)
}

// done makes a change whose answer says no more than that it was made.
func (c *client) done(ctx context.Context, r rest.Request) error {
	a, err := c.Do(ctx, r)
	if err != nil || a.Repeated {
		return err
	}
	return refusal(a.Status, trimmed(a.Body))
}

// value is an answer as JSON; nil after a repeated DELETE.
func (c *client) value(ctx context.Context, r rest.Request) (v jsontext.Value, err error) {
	if err := c.JSON(ctx, r, &v); err != nil || v == nil {
		return nil, err
	}
	if err := refusal(http.StatusOK, v); err != nil {
		return nil, err
	}
	return v, nil
}

func trimmed(body []byte) jsontext.Value { return jsontext.Value(bytes.TrimSpace(body)) }

func read(r rest.Request, v jsontext.Value, out any) error {
	if err := json.Unmarshal(v, out, json.MatchCaseInsensitiveNames(true)); err != nil {
		return garbled(r, "the answer has another shape than the manual says", err)
	}
	return nil
}

func garbled(r rest.Request, cause string, err error) error {
	e := &op.Error{Kind: op.Garbled, Cause: cause, Sent: true, RetryAfter: -1, Acts: !r.Safe && r.Method != http.MethodGet}
	return e.Wrap(err)
}

func members(v jsontext.Value) map[string]jsontext.Value {
	var m map[string]jsontext.Value
	if v.Kind() != '{' || json.Unmarshal(v, &m) != nil {
		return nil
	}
	return m
}

// bare takes one object out of its envelope. An object that has an id is none.
func bare(v jsontext.Value) jsontext.Value {
	for v.Kind() == '{' {
		m := members(v)
		inner := m["result"]
		if inner == nil {
			inner = m["data"]
		}
		if m["id"] != nil || inner.Kind() != '{' && inner.Kind() != '[' {
			return v
		}
		v = inner
	}
	// Samples show a list for one object, too.
	var items []jsontext.Value
	if v.Kind() == '[' && json.Unmarshal(v, &items) == nil && len(items) == 1 {
		return items[0]
	}
	return v
}

// listIn finds the list in an answer: at the top, or in a member that may hold
// it, at most three deep.
func listIn(v jsontext.Value, names []string) (items jsontext.Value, ok bool) {
	for range 4 {
		if v.Kind() == '[' {
			return v, true
		}
		m := members(v)
		i := slices.IndexFunc(names, func(name string) bool { k := m[name].Kind(); return k == '[' || k == '{' })
		if i < 0 {
			return nil, false
		}
		v = m[names[i]]
	}
	return nil, false
}

// refusal is the error in an answer that says success: false; nil if there is
// none. What a recipe that runs, or is not complete, forbids is a conflict.
func refusal(status int, v jsontext.Value) error {
	m := members(v)
	if m["success"].Kind() != 'f' {
		return nil
	}
	e := &op.Error{Kind: op.Invalid, Cause: reasons(v), Status: status, Sent: true, RetryAfter: -1}
	switch {
	case members(m["errors"])["running"] != nil:
		e.Kind, e.Hint = op.Conflict, "stop the recipe first: workato.stop_recipe"
	case filledList(m["code_errors"]) || filledList(m["config_errors"]):
		e.Kind, e.Hint = op.Conflict, "mend the recipe or authorise its connections in Workato, then start it again"
	case strings.EqualFold(e.Cause, "not found"):
		e.Kind = op.NotFound
	}
	if e.Cause == "" {
		e.Cause = "Workato answered that it was no success, without a reason"
	}
	return e
}

func filledList(v jsontext.Value) bool {
	var items []jsontext.Value
	return v.Kind() == '[' && json.Unmarshal(v, &items) == nil && len(items) > 0
}

// reasons is what Workato says went wrong: in message, error, errors (a list of
// titles, or texts by field), code_errors and config_errors.
func reasons(v jsontext.Value) string {
	m := members(v)
	var texts []string
	add := func(text string) {
		text = oneLine(text)
		if text != "" && !slices.Contains(texts, text) {
			texts = append(texts, text)
		}
	}
	for _, name := range []string{"message", "error"} {
		for _, text := range textsIn(m[name]) {
			add(text)
		}
	}
	for _, text := range textsIn(m["errors"]) {
		add(text)
	}
	for _, name := range []string{"code_errors", "config_errors"} {
		for _, text := range stepErrors(m[name]) {
			add(text)
		}
	}
	return shorten(strings.Join(texts, "; "))
}

// textsIn are the texts in an error: a text, titles in a list, or texts by
// field, which come with the field's name.
func textsIn(v jsontext.Value) (texts []string) {
	switch v.Kind() {
	case '"':
		var text string
		_ = json.Unmarshal(v, &text)
		return []string{text}
	case '[':
		var items []jsontext.Value
		_ = json.Unmarshal(v, &items)
		for _, item := range items {
			texts = append(texts, textsIn(item)...)
		}
	case '{':
		m := members(v)
		for _, name := range slices.Sorted(maps.Keys(m)) {
			for _, text := range textsIn(m[name]) {
				if name != "title" && name != "message" && name != "detail" && name != "base" {
					text = name + ": " + text
				}
				texts = append(texts, text)
			}
		}
	}
	return texts
}

// stepErrors are the errors that keep a recipe from starting: a list of
// [step, [[label, value, message, …], …]].
func stepErrors(v jsontext.Value) (texts []string) {
	var steps [][]jsontext.Value
	if v.Kind() != '[' || json.Unmarshal(v, &steps) != nil {
		return nil
	}
	for _, step := range steps {
		if len(step) < 2 {
			continue
		}
		var errors [][]jsontext.Value
		if json.Unmarshal(step[1], &errors) != nil {
			continue
		}
		where := strings.Trim(string(step[0]), `"`)
		if n, err := strconv.Atoi(where); err == nil {
			where = fmt.Sprintf("step %d", n)
		}
		for _, e := range errors {
			var label, text string
			if len(e) > 0 && e[0].Kind() == '"' {
				_ = json.Unmarshal(e[0], &label)
			}
			if len(e) > 2 && e[2].Kind() == '"' {
				_ = json.Unmarshal(e[2], &text)
			}
			texts = append(texts, strings.TrimSpace(fmt.Sprintf("%s: %s: %s", where, label, text)))
		}
	}
	return texts
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// shorten keeps a cause readable: the vendor may list an error for each step.
func shorten(s string) string {
	if r := []rune(s); len(r) > 300 {
		return string(r[:299]) + "…"
	}
	return s
}

// Int is a number that some answers give as text.
type Int int64

// UnmarshalJSONFrom reads a number, or a text that is one.
func (n *Int) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	if dec.PeekKind() == 'n' {
		return dec.SkipValue()
	}
	tok, err := dec.ReadToken()
	if err != nil {
		return err
	}
	if k := tok.Kind(); k != '0' && k != '"' {
		return fmt.Errorf("workato: %s where a number should be", k)
	}
	i, err := strconv.ParseInt(tok.String(), 10, 64)
	*n = Int(i)
	return err
}

// Quoted is a number that the vendor wants as text.
type Quoted int64

// MarshalJSONTo writes the number as text.
func (n Quoted) MarshalJSONTo(enc *jsontext.Encoder) error {
	return enc.WriteToken(jsontext.String(strconv.FormatInt(int64(n), 10)))
}

// UnmarshalJSONFrom reads what Int reads.
func (n *Quoted) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	return (*Int)(n).UnmarshalJSONFrom(dec)
}

// ID is an id that is a number here and a text there. In Lua it is a text; a
// number is sent as one.
type ID string

// UnmarshalJSONFrom reads a text or a number.
func (id *ID) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	if dec.PeekKind() == 'n' {
		return dec.SkipValue()
	}
	tok, err := dec.ReadToken()
	if err != nil {
		return err
	}
	if k := tok.Kind(); k != '0' && k != '"' {
		return fmt.Errorf("workato: %s where an id should be", k)
	}
	*id = ID(tok.String())
	return nil
}

// MarshalJSONTo writes a number if it is one.
func (id ID) MarshalJSONTo(enc *jsontext.Encoder) error {
	if n, err := strconv.ParseInt(string(id), 10, 64); err == nil && strconv.FormatInt(n, 10) == string(id) {
		return enc.WriteToken(jsontext.Int(n))
	}
	return enc.WriteToken(jsontext.String(string(id)))
}

// Joined is a text of parts with commas between, which some answers give as a
// list.
type Joined string

// UnmarshalJSONFrom reads a text or a list of texts.
func (j *Joined) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	if dec.PeekKind() != '[' {
		return json.UnmarshalDecode(dec, (*string)(j))
	}
	var parts []string
	err := json.UnmarshalDecode(dec, &parts)
	*j = Joined(strings.Join(parts, ","))
	return err
}

func invalid(cause, hint string) error {
	return &op.Error{Kind: op.Invalid, Cause: cause, Hint: hint}
}

// merge lays what is given over what stands, for a PUT that wants all fields:
// contract names them.
func merge(current, changes any, contract ...string) (map[string]jsontext.Value, error) {
	now, err := asMembers(current)
	if err != nil {
		return nil, err
	}
	wanted, err := asMembers(changes)
	if err != nil {
		return nil, err
	}
	body := map[string]jsontext.Value{}
	for _, name := range contract {
		if v := cmp.Or(string(wanted[name]), string(now[name])); v != "" && (v != "null" || wanted[name] != nil) {
			body[name] = jsontext.Value(v)
		}
	}
	return body, nil
}

func asMembers(v any) (map[string]jsontext.Value, error) {
	b, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	var m map[string]jsontext.Value
	return m, json.Unmarshal(b, &m)
}

// changing refuses a change that names nothing to change: it would be recorded
// as one all the same.
func changing(body any) error {
	fields, err := asMembers(body)
	if err != nil || len(fields) > 0 {
		return err
	}
	return invalid("there is nothing to change", "give a field that shall change")
}

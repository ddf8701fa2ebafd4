package alteryxcloud

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"runner/internal/op"
	"runner/internal/rest"
)

// This file reads the answers: ids, lists and errors have several forms.

// spec begins the source of an operation that the vendor's own OpenAPI document
// describes. A tenant serves it: see alteryx_cloud.get_open_api_spec.
const spec = "https://us1.alteryxcloud.com/v4/open-api-spec, "

// live begins the source of what the document lacks, and tenants answer: a
// ledger of answers from 2026.
const live = "https://github.com/RyanMerlin/ayx-rs/blob/main/docs/one-endpoint-matrix.md, "

// field begins the source of what the document lacks, and scripts of
// administrators use.
const field = "https://github.com/AkimasaKajitani/Alteyrx_Cloud_API, "

// An ID is a number, which some answers write as a text.
type ID int64

// UnmarshalJSONFrom reads 7, "7" and null.
func (n *ID) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	v, err := dec.ReadValue()
	if err != nil || v.Kind() == 'n' {
		return err
	}
	i, err := strconv.ParseInt(string(bytes.Trim(v, `"`)), 10, 64)
	if err != nil {
		return fmt.Errorf("an id is no number")
	}
	*n = ID(i)
	return nil
}

// A Ref is another object, as an object shows it.
type Ref struct {
	ID    ID       `json:"id" lua:"id" doc:"Its id."`
	Extra op.Extra `json:",embed"`
}

// ignoringCase is how all answers are read.
var ignoringCase = json.MatchCaseInsensitiveNames(true)

// listOf is a list: {"data": […]}, in places with another name, or a bare
// array. Count is how many there are in all, -1 if the answer does not say.
type listOf[T any] struct {
	Items []T
	Count int64
}

var listNames = []string{"data", "groups", "workspaces", "workflows", "items", "configuration"}

func (l *listOf[T]) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	l.Count = -1
	raw, err := dec.ReadValue()
	if err != nil {
		return err
	}
	if raw.Kind() == '[' {
		return json.Unmarshal(raw, &l.Items, ignoringCase)
	}
	var members map[string]jsontext.Value
	if err := json.Unmarshal(raw, &members); err != nil {
		return err
	}
	for _, name := range listNames {
		switch v := members[name]; {
		case v == nil || v.Kind() != '[' && v.Kind() != 'n':
			continue
		default:
			if n, err := strconv.ParseInt(string(bytes.Trim(members["count"], `"`)), 10, 64); err == nil {
				l.Count = n
			}
			return json.Unmarshal(v, &l.Items, ignoringCase)
		}
	}
	return fmt.Errorf("there is no list in it")
}

// dataOf is an object that may stand in {"data": …}.
type dataOf[T any] struct{ Value T }

func (d *dataOf[T]) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	raw, err := dec.ReadValue()
	if err != nil {
		return err
	}
	var wrapped struct {
		Data jsontext.Value `json:"data"`
	}
	if raw.Kind() == '{' && json.Unmarshal(raw, &wrapped) == nil && wrapped.Data.Kind() == '{' {
		raw = wrapped.Data
	}
	return json.Unmarshal(raw, &d.Value, ignoringCase)
}

// send sends a write whose answer may be empty: then out is left as it is.
func send(ctx context.Context, host *rest.Client, r rest.Request, out any) error {
	a, err := host.Do(ctx, r)
	if err != nil {
		return err
	}
	body := bytes.TrimSpace(a.Body)
	if out == nil || a.Repeated || len(body) == 0 {
		return nil
	}
	if err := json.Unmarshal(body, out, ignoringCase); err != nil {
		return (&op.Error{
			Kind: op.Garbled, Status: a.Status, RequestID: a.RequestID, Sent: true, Acts: true, RetryAfter: -1,
			Cause: fmt.Sprintf("HTTP %d: the answer has another shape than the manual says", a.Status),
		}).Wrap(err)
	}
	return nil
}

// some refuses an empty list: what the vendor would make of it is not known.
func some[T any](argument string, list []T) error {
	if len(list) > 0 {
		return nil
	}
	return &op.Error{Kind: op.Invalid, Cause: argument + " is an empty list", Hint: "leave the call out if there is nothing to do"}
}

// explain reads the error answers of both hosts.
//
//   - /v4 and the services behind the API host: {"exception": {name, message, details, code}}.
//   - the gateway of the API host: {"fault": {faultstring, …}}, {"msg": …}, or the text Unauthorized.
//   - /svc-workflow: {kind, message, errors}, and a web page for an unknown route.
func explain(a *rest.Answer) *op.Error {
	var body struct {
		Exception struct {
			Name    string         `json:"name"`
			Code    string         `json:"code"`
			Message string         `json:"message"`
			Details jsontext.Value `json:"details"`
		} `json:"exception"`
		Fault struct {
			Text string `json:"faultstring"`
		} `json:"fault"`
		Kind    string         `json:"kind"`
		Message string         `json:"message"`
		Errors  jsontext.Value `json:"errors"`
		Msg     string         `json:"msg"`
	}
	_ = json.Unmarshal(a.Body, &body, ignoringCase) // or it is no JSON
	x := body.Exception
	name := cmp.Or(x.Name, body.Kind)
	e := &op.Error{Cause: cmp.Or(x.Message, body.Fault.Text, body.Message, body.Msg)}
	if more := textOf(x.Details); more != "" && more != e.Cause {
		e.Cause = strings.TrimSuffix(cmp.Or(e.Cause, name), ".") + ": " + more
	}
	if more := textOf(body.Errors); body.Kind != "" && more != "" {
		e.Cause = strings.TrimSuffix(cmp.Or(e.Cause, name), ".") + ": " + more
	}
	if e.Cause == "" {
		e.Cause = name
	}
	if x.Code != "" && !strings.Contains(e.Cause, x.Code) {
		e.Cause += " (" + x.Code + ")"
	}
	switch {
	case a.Status == 401 && body.Fault.Text != "":
		e.Hint = "the API host may ask for a project: set project_id on the connection; or the token is wrong"
	case a.Status == 401:
		e.Hint = "the token is wrong, was deleted or has expired, or is of another region: check the connection's credentials and region"
	case a.Status == 403:
		e.Hint = "people, roles, groups and transfers need a Workspace Admin; a token acts in its own workspace only, and some reads refuse API access tokens of the older kind"
	case name == "RouteNotFoundException", a.Status == 404 && isPage(a):
		e.Kind = op.Unsupported
		e.Cause = cmp.Or(e.Cause, "there is no such route")
		e.Hint = "this host or release does not have the endpoint: check url and api_url of the connection"
	case name == "NotFoundError", name == "DataNotFoundException":
		e.Kind = op.NotFound
		if strings.Contains(e.Cause, "is not enabled") {
			e.Kind, e.Hint = op.Unsupported, "the feature is switched off in this workspace"
		}
	case a.Status == 410:
		e.Hint = "it was deleted before"
	case a.Status == 429:
		e.RetryAfter = 15 * time.Second // where no header tells: four of these are the minute that is counted
	case a.Status >= 500:
		if id := a.Header.Get("X-Trifacta-Request-Id"); id != "" {
			e.Hint = "tell Alteryx's support the request id " + id + " if it stays so"
		}
	}
	if e.Kind == "" && e.Cause == "" && e.Hint == "" && e.RetryAfter == 0 {
		return nil
	}
	return e
}

// textOf is the text in a part of an error answer; "" if it holds none.
func textOf(v jsontext.Value) string {
	switch v.Kind() {
	case '"':
		var text string
		_ = json.Unmarshal(v, &text)
		return oneLine(text)
	case '[', '{':
		if text := oneLine(string(v)); len(text) > 2 {
			return text
		}
	}
	return ""
}

func oneLine(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	if r := []rune(text); len(r) > 200 {
		return string(r[:199]) + "…"
	}
	return text
}

func isPage(a *rest.Answer) bool {
	start := strings.ToLower(string(bytes.TrimSpace(a.Body[:min(len(a.Body), 64)])))
	return strings.HasPrefix(start, "<!doctype html") || strings.HasPrefix(start, "<html")
}

// elements are those of a JSON array.
func elements(v jsontext.Value) (items []jsontext.Value, err error) {
	return items, json.Unmarshal(v, &items)
}

// texts is a JSON object with its values as texts; what is no object stands
// under "value".
func texts(v jsontext.Value) map[string]string {
	all := map[string]string{}
	var members map[string]jsontext.Value
	if v.Kind() != '{' || json.Unmarshal(v, &members) != nil {
		members = map[string]jsontext.Value{"value": v}
	}
	for name, m := range members {
		text := string(m)
		if m.Kind() == '"' {
			_ = json.Unmarshal(m, &text) // it is one
		}
		all[name] = text
	}
	return all
}

// plainOf is what the vendor answered, as it can be sent back; nil if it
// answered nothing.
func plainOf(v jsontext.Value) any {
	if v == nil || v.Kind() == 'n' {
		return nil
	}
	return v
}

// tasksOf are the tasks of a schedule as they can be sent back: answers say
// more of what is run than its id.
func tasksOf(v jsontext.Value) any {
	list, err := elements(v)
	if err != nil {
		return plainOf(v)
	}
	ids := map[string]bool{"flowId": true, "planId": true, "workflowId": true, "reportId": true, "datasetId": true, "projectId": true, "type": true}
	tasks := make([]any, len(list))
	for i, raw := range list {
		var task map[string]map[string]jsontext.Value
		if json.Unmarshal(raw, &task) != nil {
			return plainOf(v) // a form that is not known
		}
		for kind, of := range task {
			for name := range of {
				if !ids[name] || name == "type" && kind == "runWorkflow" {
					delete(of, name)
				}
			}
			if len(of) == 0 {
				return plainOf(v)
			}
		}
		tasks[i] = task
	}
	return tasks
}

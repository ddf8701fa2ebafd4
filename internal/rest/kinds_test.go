package rest

import (
	"context"
	"fmt"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"time"

	"runner/internal/op"
)

func TestKindOfStatus(t *testing.T) {
	for name, tt := range map[string]struct {
		status     int
		retryAfter string
		want       op.Error
	}{
		"bad request":            {status: 400, want: op.Error{Kind: op.Invalid, Cause: "HTTP 400 Bad Request"}},
		"unauthorized":           {status: 401, want: op.Error{Kind: op.Unauthenticated, Cause: "HTTP 401 Unauthorized", Hint: "check the connection's credentials and what its user may do"}},
		"payment required":       {status: 402, want: op.Error{Kind: op.Invalid, Cause: "HTTP 402 Payment Required"}},
		"forbidden":              {status: 403, want: op.Error{Kind: op.Denied, Cause: "HTTP 403 Forbidden", Hint: "ask an administrator of the server for the right that is missing"}},
		"not found":              {status: 404, want: op.Error{Kind: op.NotFound, Cause: "HTTP 404 Not Found"}},
		"method not allowed":     {status: 405, want: op.Error{Kind: op.Unsupported, Cause: "HTTP 405 Method Not Allowed"}},
		"request timeout":        {status: 408, want: op.Error{Kind: op.Timeout, Cause: "HTTP 408 Request Timeout"}},
		"conflict":               {status: 409, want: op.Error{Kind: op.Conflict, Cause: "HTTP 409 Conflict"}},
		"gone":                   {status: 410, want: op.Error{Kind: op.NotFound, Cause: "HTTP 410 Gone"}},
		"precondition failed":    {status: 412, want: op.Error{Kind: op.Conflict, Cause: "HTTP 412 Precondition Failed"}},
		"unprocessable":          {status: 422, want: op.Error{Kind: op.Invalid, Cause: "HTTP 422 Unprocessable Entity"}},
		"locked":                 {status: 423, want: op.Error{Kind: op.Conflict, Cause: "HTTP 423 Locked"}},
		"too many":               {status: 429, want: op.Error{Kind: op.Limited, Cause: "HTTP 429 Too Many Requests"}},
		"too many, wait named":   {status: 429, retryAfter: "7", want: op.Error{Kind: op.Limited, Cause: "HTTP 429 Too Many Requests", RetryAfter: 7 * time.Second}},
		"server error":           {status: 500, want: op.Error{Kind: op.Unavailable, Cause: "HTTP 500 Internal Server Error"}},
		"not implemented":        {status: 501, want: op.Error{Kind: op.Unsupported, Cause: "HTTP 501 Not Implemented"}},
		"bad gateway":            {status: 502, want: op.Error{Kind: op.Unavailable, Cause: "HTTP 502 Bad Gateway"}},
		"unavailable":            {status: 503, want: op.Error{Kind: op.Unavailable, Cause: "HTTP 503 Service Unavailable"}},
		"unavailable, wait":      {status: 503, retryAfter: "120", want: op.Error{Kind: op.Limited, Cause: "HTTP 503 Service Unavailable", RetryAfter: 2 * time.Minute}},
		"unavailable, no number": {status: 503, retryAfter: "soon", want: op.Error{Kind: op.Unavailable, Cause: "HTTP 503 Service Unavailable"}},
		"unavailable, 0 seconds": {status: 503, retryAfter: "0", want: op.Error{Kind: op.Limited, Cause: "HTTP 503 Service Unavailable"}},
		"gateway timeout":        {status: 504, want: op.Error{Kind: op.Timeout, Cause: "HTTP 504 Gateway Timeout"}},
		"a proxy's own":          {status: 520, want: op.Error{Kind: op.Unavailable, Cause: "HTTP 520"}},
		"not modified":           {status: 304, want: op.Error{Kind: op.Garbled, Cause: "HTTP 304 Not Modified"}},
		"a redirect to nowhere":  {status: 302, want: op.Error{Kind: op.Garbled, Cause: "HTTP 302 Found"}},
	} {
		t.Run(name, func(t *testing.T) {
			c := serve(t, func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("X-Request-Id", "r-1")
				if tt.retryAfter != "" {
					w.Header().Set("Retry-After", tt.retryAfter)
				}
				w.WriteHeader(tt.status)
			}, Settings{}, Options{})
			want := tt.want
			want.Status, want.RequestID, want.Attempts, want.Sent = tt.status, "r-1", 1, true
			if want.RetryAfter == 0 && tt.retryAfter != "0" {
				want.RetryAfter = noWait
			}
			sameError(t, errorOf(t, c.Get(t.Context(), "/x", nil, nil)), want)
			want.Acts = true
			sameError(t, errorOf(t, c.Post(t.Context(), "/x", nil, nil)), want)
		})
	}
}

func TestSafePostDoesNotAct(t *testing.T) {
	c := serve(t, func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(500) }, Settings{}, Options{})
	_, err := c.Do(t.Context(), Request{Method: http.MethodPost, Path: "/search", Safe: true})
	if e := errorOf(t, err); e.Acts || !e.Sent {
		t.Errorf("a POST that only reads: got Acts %v, Sent %v, want false, true", e.Acts, e.Sent)
	}
}

func TestVendorMessages(t *testing.T) {
	long := strings.Repeat("ab ", 100)
	for name, tt := range map[string]struct{ contentType, body, want string }{
		"a JSON string":            {"application/json", `"The user is locked."`, "The user is locked."},
		"message":                  {"application/json", `{"message":"no such flow"}`, "no such flow"},
		"upper-case keys":          {"application/json", `{"Message":"No HTTP resource","MessageDetail":"x"}`, "No HTTP resource"},
		"all upper case":           {"application/json", `{"ERROR":{"MESSAGE":"locked"}}`, "locked"},
		"a nested error object":    {"application/json", `{"error":{"code":17,"message":"quota used up"}}`, "quota used up"},
		"a list of errors":         {"application/json", `{"errors":[{"code":1},{"message":"name is taken"},{"message":"b"}]}`, "name is taken"},
		"a bare list":              {"application/json", `["first", "second"]`, "first"},
		"error and description":    {"application/json", `{"error":"invalid_grant","error_description":"the key has expired"}`, "the key has expired"},
		"problem details":          {"application/problem+json", `{"type":"about:blank","title":"Forbidden","status":403,"detail":"not an owner"}`, "not an owner"},
		"an empty message":         {"application/json", `{"message":"","error":"bad name"}`, "bad name"},
		"only a code":              {"application/json", `{"code":17}`, "HTTP 400 Bad Request"},
		"null":                     {"application/json", `null`, "HTTP 400 Bad Request"},
		"a number":                 {"application/json", `17`, "HTTP 400 Bad Request"},
		"two spellings":            {"application/json", `{"message":"b","Message":"a"}`, "a"},
		"very deep":                {"application/json", strings.Repeat(`{"error":`, 50) + `"x"` + strings.Repeat(`}`, 50), "HTTP 400 Bad Request"},
		"a byte order mark":        {"application/json", "\ufeff" + `{"message":"marked"}`, "marked"},
		"JSON called HTML":         {"text/html", `{"message":"mislabelled"}`, "mislabelled"},
		"a page":                   {"text/html; charset=utf-8", "<!DOCTYPE html><html><head><title>\n  502 &amp; more\n</title></head><body><h1>nginx</h1></body></html>", `HTTP 400 Bad Request, with a web page titled "502 & more" instead of an answer`},
		"a page without a title":   {"text/html", "<h1>Oops</h1>", "HTTP 400 Bad Request, with a web page instead of an answer"},
		"a page with an empty one": {"text/html", "<title> </title>", "HTTP 400 Bad Request, with a web page instead of an answer"},
		"a page called JSON":       {"application/json", "\r\n <HTML><Title class=x>Login</Title></HTML>", `HTTP 400 Bad Request, with a web page titled "Login" instead of an answer`},
		"empty":                    {"application/json", "", "HTTP 400 Bad Request"},
		"white space":              {"application/json", " \r\n\t", "HTTP 400 Bad Request"},
		"plain text":               {"text/plain", "the disk\n\tis full", "HTTP 400 Bad Request: the disk is full"},
		"broken JSON":              {"application/json", `{"message":"x`, `HTTP 400 Bad Request: {"message":"x`},
		"a terminal's commands":    {"application/json", `"\u001b[2Jcleared\u0007"`, "[2Jcleared"},
		"bytes":                    {"application/octet-stream", "\x00\x01\x02\x1b", "HTTP 400 Bad Request"},
		"too long":                 {"application/json", `"` + long + `"`, strings.Repeat("ab ", 66) + "a…"},
	} {
		t.Run(name, func(t *testing.T) {
			c := serve(t, func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Content-Type", tt.contentType)
				w.WriteHeader(400)
				fmt.Fprint(w, tt.body)
			}, Settings{}, Options{})
			want := op.Error{Kind: op.Invalid, Cause: tt.want, Status: 400, Attempts: 1, Sent: true, RetryAfter: noWait}
			sameError(t, errorOf(t, c.Get(t.Context(), "/x", nil, nil)), want)
		})
	}
}

func TestLargeErrorIsCut(t *testing.T) {
	c := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(500)
		fmt.Fprint(w, "oops ", strings.Repeat("x", 5<<20))
	}, Settings{}, Options{})
	got := errorOf(t, c.Get(t.Context(), "/x", nil, nil))
	if got.Kind != op.Unavailable || !strings.HasPrefix(got.Cause, "HTTP 500 Internal Server Error: oops xxx") || len([]rune(got.Cause)) > 250 {
		t.Errorf("5 MiB of error: got %s, %q", got.Kind, got.Cause)
	}
}

func TestExplain(t *testing.T) {
	shared := &op.Error{Kind: op.Conflict, Subject: "flow 7", Cause: "it is running", Hint: "stop it first"}
	general := op.Error{Kind: op.Denied, Cause: "not yours", Hint: "ask an administrator of the server for the right that is missing", Status: 403, Attempts: 1, Sent: true, RetryAfter: noWait}
	with := func(change func(*op.Error)) op.Error {
		e := general
		change(&e)
		return e
	}
	for name, tt := range map[string]struct {
		explain *op.Error
		want    op.Error
	}{
		"nothing to add": {nil, general},
		"all of it": {shared, with(func(e *op.Error) {
			e.Kind, e.Subject, e.Cause, e.Hint = op.Conflict, "flow 7", "it is running", "stop it first"
		})},
		"a cause alone": {&op.Error{Cause: "not Ada's"}, with(func(e *op.Error) { e.Cause = "not Ada's" })},
		"a hint alone":  {&op.Error{Hint: "ask Ada"}, with(func(e *op.Error) { e.Hint = "ask Ada" })},
		"a kind alone":  {&op.Error{Kind: op.Unsupported}, with(func(e *op.Error) { e.Kind, e.Hint = op.Unsupported, "" })},
		"a kind with own hint": {&op.Error{Kind: op.Unauthenticated}, with(func(e *op.Error) {
			e.Kind, e.Hint = op.Unauthenticated, "check the connection's credentials and what its user may do"
		})},
		"a wait from the body":   {&op.Error{Kind: op.Limited, RetryAfter: time.Second}, with(func(e *op.Error) { e.Kind, e.Hint, e.RetryAfter = op.Limited, "", time.Second })},
		"what it may not decide": {&op.Error{Status: 1, RequestID: "x"}, general},
	} {
		t.Run(name, func(t *testing.T) {
			c := serve(t, func(w http.ResponseWriter, r *http.Request) {
				w.WriteHeader(403)
				fmt.Fprint(w, `{"message":"not yours"}`)
			}, Settings{}, Options{Explain: func(a *Answer) *op.Error {
				if a.Status != 403 || string(a.Body) != `{"message":"not yours"}` || a.Method != "GET" {
					t.Errorf("Explain got %+v", a)
				}
				return tt.explain
			}})
			sameError(t, errorOf(t, c.Get(t.Context(), "/x", nil, nil)), tt.want)
		})
	}
	if want := (op.Error{Kind: op.Conflict, Subject: "flow 7", Cause: "it is running", Hint: "stop it first"}); !reflect.DeepEqual(*shared, want) {
		t.Errorf("the vendor's own error was changed: %+v", shared)
	}
}

func TestRequestIDs(t *testing.T) {
	for _, name := range []string{"X-Request-Id", "X-Correlation-Id", "Request-Id", "X-Amzn-Requestid", "X-Trace-Id"} {
		d := &diary{}
		c := serve(t, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set(name, "abc")
			w.WriteHeader(404)
		}, Settings{}, Options{})
		got := errorOf(t, c.Get(WithRules(context.Background(), d), "/x", nil, nil))
		if got.RequestID != "abc" || d.text() != "before; answered 404 abc; after not_found sent safe" {
			t.Errorf("%s: got %q; rules saw %q", name, got.RequestID, d.text())
		}
	}
}

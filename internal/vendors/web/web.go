// Package web is the module http: plain requests, for what no vendor's module
// covers. Its connection may name a server, whose token then goes with the
// requests to that server and to no other.
package web

import (
	"context"
	"encoding/base64"
	"net/http"
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"

	"runner/internal/op"
	"runner/internal/rest"
)

const source = "https://www.rfc-editor.org/rfc/rfc9110#section-9"

// Module is plain HTTP.
var Module = op.NewModule(op.Module{
	Name:       "http",
	Title:      "HTTP",
	Doc:        "Plain HTTP requests, for what no other module covers. get reads; all others count as writes.",
	Limit:      limit,
	Operations: []*op.Operation{get, post, put, patch, remove},
}, connect)

var limit = op.Limit{PerSecond: 10, Burst: 10}

// Settings of a connection. None is needed.
type Settings struct {
	URL   string `lua:"url" doc:"Server that a url without a host belongs to, and that the token is for."`
	Token string `lua:"token,secret" doc:"Sent as a bearer token to that server."`
	rest.Settings
}

type client struct {
	*rest.Client
	base *url.URL // nil if the connection names no server
}

func connect(w op.World, s Settings) (op.Client, error) {
	named := s.URL != ""
	if s.Settings.URL = s.URL; !named {
		s.Settings.URL = "https://localhost" // never sent to: every url is absolute then
	}
	o := rest.Options{}
	if s.Token != "" && named {
		o.Auth = rest.Bearer(s.Token)
	}
	c, err := rest.New(s.Settings, w, o)
	if err != nil {
		return op.Client{}, err
	}
	vendor := &client{Client: c}
	if named {
		if vendor.base, err = url.Parse(c.Base()); err != nil {
			return op.Client{}, err
		}
	}
	return op.Client{Vendor: vendor, Account: s.URL, Limit: s.Limit(limit), Timeout: s.CallDeadline(), Settle: s.SettleTime()}, nil
}

// Get is the input of http.get.
type Get struct {
	URL     string            `lua:"url,required,key" doc:"Address; without a host it belongs to the connection's server."`
	Query   map[string]string `lua:"query" doc:"Query parameters."`
	Headers map[string]string `lua:"headers" doc:"Headers."`
}

// Send is the input of the operations that send something.
type Send struct {
	Get
	JSON op.Raw `lua:"json" doc:"Body, sent as JSON."`
	Body []byte `lua:"body" doc:"Body, sent as it is. Give its Content-Type in headers."`
}

// Response is the answer to a request.
type Response struct {
	Status  int64             `lua:"status" doc:"HTTP status, from 200 to 299."`
	Headers map[string]string `lua:"headers" doc:"Headers, with names in lower case."`
	Text    string            `lua:"text" doc:"Body as text; empty if it is not UTF-8."`
	Base64  string            `lua:"base64" doc:"Body in base64, if it is not UTF-8; else empty."`
	JSON    op.Raw            `lua:"json" doc:"Body decoded; absent if it is not JSON."`
}

// resource is whatever stands at an address. What a request does to others,
// nobody can tell: after a planned one, what a later one gets is unknown.
var resource = &op.Entity{Name: "resource"}

const raises = "\n\nRaises a failure for any status but 200 to 299: not_found for 404, denied for 403, and so on."

var get = op.New(op.Operation{
	Name: "http.get", Doc: "Gets a resource." + raises, Source: source,
	Example: `print(http.get { url = "https://status.example.com/health" }.status)`,
	Effect:  op.Read, Idempotency: op.Idempotent, Object: "resource", Shows: op.Blind(resource),
}, func(ctx context.Context, c *client, in Get) (Response, error) {
	return c.send(ctx, http.MethodGet, Send{Get: in})
})

func sending(method string, o op.Operation) *op.Operation {
	o.Changes = []op.Change{op.Hides(resource, "url")}
	return op.New(o, func(ctx context.Context, c *client, in Send) (Response, error) { return c.send(ctx, method, in) })
}

var post = sending(http.MethodPost, op.Operation{
	Name: "http.post", Doc: "Posts to a resource." + raises, Source: source,
	Example: `http.post { url = "https://hooks.example.com/done", json = { text = "done" } }`,
	Effect:  op.Write, Object: "resource",
})

var put = sending(http.MethodPut, op.Operation{
	Name: "http.put", Doc: "Replaces a resource." + raises, Source: source,
	Example: `http.put { url = "https://api.example.com/things/7", json = { name = "x" } }`,
	Effect:  op.Write, Idempotency: op.Idempotent, Object: "resource",
})

var patch = sending(http.MethodPatch, op.Operation{
	Name: "http.patch", Doc: "Changes a resource." + raises, Source: source,
	Example: `http.patch { url = "https://api.example.com/things/7", json = { name = "x" } }`,
	Effect:  op.Write, Object: "resource",
})

var remove = sending(http.MethodDelete, op.Operation{
	Name: "http.delete", Doc: "Deletes a resource." + raises, Source: source,
	Example: `http.delete { url = "https://api.example.com/things/7" }`,
	Effect:  op.Destructive, Idempotency: op.Idempotent, Object: "resource",
})

func (c *client) send(ctx context.Context, method string, in Send) (r Response, err error) {
	target, err := c.target(in.URL)
	if err != nil {
		return r, err
	}
	if len(in.Query) > 0 {
		q := target.Query()
		for name, value := range in.Query {
			q.Set(name, value)
		}
		target.RawQuery = q.Encode()
	}
	req := rest.Request{Method: method, URL: target, Header: http.Header{}, Accept: "*/*"}
	for name, value := range in.Headers {
		req.Header.Set(name, value)
	}
	switch {
	case in.JSON != nil && in.Body != nil:
		return r, &op.Error{Kind: op.Script, Cause: "json and body cannot both be given"}
	case in.JSON != nil:
		req.Body = in.JSON
	case in.Body != nil:
		req.Raw = in.Body
	}
	a, err := c.Do(ctx, req)
	if err != nil {
		return r, err
	}
	r = Response{Status: int64(a.Status), Headers: map[string]string{}}
	for name := range a.Header {
		r.Headers[strings.ToLower(name)] = a.Header.Get(name)
	}
	if !utf8.Valid(a.Body) {
		r.Base64 = base64.StdEncoding.EncodeToString(a.Body)
		return r, nil
	}
	r.Text = string(a.Body)
	if v := jsontext.Value(a.Body); strings.Contains(a.Header.Get("Content-Type"), "json") && v.IsValid() {
		_ = v.Compact() // it is valid
		r.JSON = v
	}
	return r, nil
}

func (c *client) target(address string) (*url.URL, error) {
	u, err := url.Parse(address)
	bad := func(cause, hint string) (*url.URL, error) {
		return nil, &op.Error{Kind: op.Script, Subject: "url " + address, Cause: cause, Hint: hint}
	}
	switch {
	case err != nil:
		return bad("it is not an address", "")
	case u.Host != "" && (u.Scheme == "http" || u.Scheme == "https"):
		return u, nil
	case u.Host != "" || u.Scheme != "":
		return bad("only http and https can be requested", "")
	case c.base == nil:
		return bad("it names no host", "write it like https://server.example.com/path, or set url on the connection http")
	}
	path := u.EscapedPath()
	if !strings.HasPrefix(path, "/") {
		path = "/" + path
	}
	full := *c.base
	full.RawPath = strings.TrimRight(full.EscapedPath(), "/") + path
	if full.Path, err = url.PathUnescape(full.RawPath); err != nil {
		return bad("it is not an address", "")
	}
	full.RawQuery = u.RawQuery
	return &full, nil
}

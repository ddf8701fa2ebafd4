package rest

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"net/http"
	"net/url"

	"github.com/go-json-experiment/json"
	"github.com/hashicorp/go-retryablehttp"

	"runner/internal/op"
)

// A Request is one request. Path comes from Path or is a constant.
type Request struct {
	Method string
	Path   string
	Query  url.Values
	Body   any         // sent as JSON; nil sends none
	Form   *Form       // multipart/form-data instead of JSON
	Raw    []byte      // sent as it is instead of JSON
	Header http.Header // beside the usual ones
	Accept string      // application/json if empty
	Safe   bool        // may be sent again whatever happens: it only reads. GET and HEAD are.
	URL    *url.URL    // instead of Path and the client's base; credentials go to the base's host only
}

// safe reports a request that only reads.
func (r Request) safe() bool {
	return r.Safe || r.Method == http.MethodGet || r.Method == http.MethodHead
}

// request writes r as a request that can be sent any number of times.
func (c *Client) request(ctx context.Context, r Request) (*retryablehttp.Request, error) {
	u, err := c.address(r)
	if err != nil {
		return nil, err
	}
	body, contentType, err := r.body()
	if err != nil {
		return nil, err
	}
	// The address is put in afterwards: it is not parsed from text again.
	plain, err := http.NewRequestWithContext(ctx, r.Method, "", nil)
	if err != nil {
		return nil, &op.Error{Kind: op.Bug, Cause: err.Error()}
	}
	plain.URL, plain.Host = u, u.Host
	req := &retryablehttp.Request{Request: plain}
	if body != nil {
		if err := req.SetBody(bytes.NewReader(body)); err != nil {
			return nil, &op.Error{Kind: op.Bug, Cause: err.Error()}
		}
	}
	for name, values := range r.Header {
		req.Header[http.CanonicalHeaderKey(name)] = values
	}
	if contentType != "" {
		req.Header.Set("Content-Type", contentType)
	}
	if req.Header.Get("Accept") == "" {
		req.Header.Set("Accept", cmp.Or(r.Accept, "application/json"))
	}
	if c.agent != "" {
		req.Header.Set("User-Agent", c.agent)
	}
	return req, nil
}

func (c *Client) address(r Request) (*url.URL, error) {
	var u url.URL
	if r.URL != nil {
		if err := mayGoPlain(r.URL, c.allowHTTP); err != nil {
			return nil, err
		}
		u = *r.URL
	} else {
		if e := refusedPath(r.Path); e != nil {
			return nil, e
		}
		u = *c.base
		u.RawPath = c.under + r.Path
		var err error
		if u.Path, err = url.PathUnescape(u.RawPath); err != nil {
			return nil, &op.Error{Kind: op.Bug, Cause: fmt.Sprintf("the path %q is not escaped well", r.Path)}
		}
	}
	if len(r.Query) > 0 {
		if u.RawQuery != "" {
			u.RawQuery += "&"
		}
		u.RawQuery += r.Query.Encode()
	}
	return &u, nil
}

func (r Request) body() (body []byte, contentType string, err error) {
	switch {
	case r.Form != nil:
		return r.Form.encode()
	case r.Raw != nil:
		return r.Raw, "", nil
	case r.Body != nil:
		if body, err = json.Marshal(r.Body, json.Deterministic(true)); err != nil {
			return nil, "", &op.Error{Kind: op.Invalid, Cause: "the arguments cannot be written as JSON: " + err.Error()}
		}
		return body, "application/json", nil
	}
	return nil, "", nil
}

package rest

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/hashicorp/go-retryablehttp"

	"runner/internal/op"
)

// Options are what a vendor's client tells about its vendor.
type Options struct {
	// Auth adds credentials; nil means none.
	Auth Auth
	// Explain reads a vendor's error answer. It returns nil where the general
	// rules of classify.go are right, and may leave Kind empty to keep theirs.
	Explain func(*Answer) *op.Error
	// WaitHeaders are headers of the vendor's own that say how long to wait,
	// in seconds, looked at before Retry-After.
	WaitHeaders []string
	// Path stands between the settings' URL and the path of each request.
	// Where the URL ends in it already, it is not added again.
	Path string
}

// A Client sends requests to one server. It is safe for concurrent use.
type Client struct {
	base      *url.URL
	under     string // the path of base, escaped
	http      *http.Client
	auth      Auth
	o         Options
	agent     string
	allowHTTP bool
	timeout   time.Duration
	maxAnswer int64
	now       func() time.Time
}

// New makes a client. It sends nothing. An error is about a setting.
func New(s Settings, w op.World, o Options) (*Client, error) {
	if err := s.check(); err != nil {
		return nil, err
	}
	base, err := s.base()
	if err != nil {
		return nil, err
	}
	under := strings.TrimRight(base.EscapedPath(), "/")
	if !strings.HasSuffix(under, o.Path) {
		under += o.Path
	}
	base.RawPath = under
	if base.Path, err = url.PathUnescape(under); err != nil {
		return nil, &op.Error{Kind: op.Bug, Cause: fmt.Sprintf("the path %q is not escaped well", o.Path)}
	}
	t, err := s.transport(w)
	if err != nil {
		return nil, err
	}
	c := &Client{
		base: base, under: under, auth: o.Auth, o: o, agent: w.Agent, allowHTTP: s.AllowHTTP,
		timeout: seconds(s.Timeout.Or(60)), maxAnswer: s.MaxAnswer.Or(64 << 20), now: w.Now,
	}
	if c.now == nil {
		c.now = time.Now
	}
	var next http.RoundTripper = t
	if w.Through != nil {
		next = w.Through(t)
	}
	c.http = &http.Client{Transport: &attempts{c: c, next: next}, CheckRedirect: c.checkRedirect}
	if b, ok := o.Auth.(interface{ bind(*Client) }); ok {
		b.bind(c)
	}
	return c, nil
}

// Base is the address that paths are relative to.
func (c *Client) Base() string { return c.base.String() }

// An Answer is what came back.
type Answer struct {
	Status    int
	Header    http.Header
	Body      []byte
	RequestID string
	Method    string
	URL       string
	Repeated  bool // the object was gone when a DELETE whose first answer was lost was sent again
}

// Get reads path into out.
func (c *Client) Get(ctx context.Context, path string, query url.Values, out any) error {
	return c.JSON(ctx, Request{Method: http.MethodGet, Path: path, Query: query}, out)
}

// Post sends in as JSON and reads the answer into out, nil for none.
func (c *Client) Post(ctx context.Context, path string, in, out any) error {
	return c.JSON(ctx, Request{Method: http.MethodPost, Path: path, Body: in}, out)
}

// Put sends in as JSON and reads the answer into out, nil for none.
func (c *Client) Put(ctx context.Context, path string, in, out any) error {
	return c.JSON(ctx, Request{Method: http.MethodPut, Path: path, Body: in}, out)
}

// Patch sends in as JSON and reads the answer into out, nil for none.
func (c *Client) Patch(ctx context.Context, path string, in, out any) error {
	return c.JSON(ctx, Request{Method: http.MethodPatch, Path: path, Body: in}, out)
}

// Delete asks for a removal and reads the answer into out, nil for none.
func (c *Client) Delete(ctx context.Context, path string, query url.Values, out any) error {
	return c.JSON(ctx, Request{Method: http.MethodDelete, Path: path, Query: query}, out)
}

// JSON sends a request and reads the answer into out, nil for none. Names
// match without regard to case. After a repeated DELETE out is left as it is:
// the answer that would have filled it was lost.
func (c *Client) JSON(ctx context.Context, r Request, out any) error {
	a, err := c.Do(ctx, r)
	if err != nil {
		return err
	}
	if out == nil || a.Repeated {
		return nil
	}
	body := bytes.TrimPrefix(a.Body, byteOrderMark)
	err = json.Unmarshal(body, out, json.MatchCaseInsensitiveNames(true))
	if err == nil {
		return nil
	}
	e := c.notJSON(a)
	if e == nil {
		e = c.misshapen(a, err)
	}
	e.Acts = !r.safe()
	return e
}

// Do sends a request, again if the rules of ctx say so, and returns the
// answer if it is a success.
func (c *Client) Do(ctx context.Context, r Request) (*Answer, error) {
	x := &exchange{c: c, rules: rulesOf(ctx), method: r.Method, safe: r.safe()}
	req, err := c.request(context.WithValue(ctx, exchangeKey{}, x), r)
	if err != nil {
		return nil, err
	}
	x.host = req.URL.Host
	x.loop = retryablehttp.Client{
		HTTPClient:   c.http,
		RetryMax:     1000, // the rules decide
		CheckRetry:   x.check,
		Backoff:      x.backoff,
		ErrorHandler: retryablehttp.PassthroughErrorHandler,
	}
	_, err = x.loop.Do(req)
	switch {
	case err != nil && x.waiting && ctx.Err() != nil:
		return nil, x.stopped(ctx, err)
	case x.err != nil:
		x.err.Attempts = x.tries
		return nil, x.err
	case err != nil: // not even one attempt
		return nil, x.failure(ctx, err)
	}
	return x.answer, nil
}

package rest

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/url"
)

// This file makes one attempt: it pays the limit, adds credentials, sets the
// time-out, reads the whole answer, and renews credentials once if they are
// refused. The loop around it is retryablehttp's; exchange.go answers its
// questions.

// errAttempt is the cause of a context whose attempt took too long.
var errAttempt = errors.New("no answer in time")

// unsent is an error of Rules.Before: it ends the call, whatever its kind.
type unsent struct{ err error }

func (e *unsent) Error() string { return e.err.Error() }
func (e *unsent) Unwrap() error { return e.err }

// attempts is the RoundTripper behind all clients.
type attempts struct {
	c    *Client
	next http.RoundTripper
}

func (a *attempts) RoundTrip(req *http.Request) (*http.Response, error) {
	x, ok := req.Context().Value(exchangeKey{}).(*exchange)
	if !ok {
		return a.forToken(req)
	}
	ours := a.c.auth != nil && sameHost(req.URL, a.c.base)
	resp, err := a.try(req, x, ours)
	if err != nil || resp.StatusCode != http.StatusUnauthorized || !ours {
		return resp, err
	}
	// The request as it was sent, but its own context ended with the attempt.
	if !a.c.auth.Renew(resp.Request.WithContext(req.Context())) {
		return resp, nil
	}
	// A refused request was not acted on, so it can be sent again.
	again := *req
	if req.GetBody != nil {
		if again.Body, err = req.GetBody(); err != nil {
			return nil, err
		}
	}
	return a.try(&again, x, ours)
}

// try sends a request once. The limit comes before the credentials: a token
// might end while the request stands in the queue.
func (a *attempts) try(req *http.Request, x *exchange, credentials bool) (*http.Response, error) {
	x.sent.Store(false)
	if err := x.rules.Before(req.Context()); err != nil {
		return nil, &unsent{err}
	}
	if credentials {
		own := *req // a RoundTripper may not change its request
		own.Header = req.Header.Clone()
		if err := a.c.auth.Authorize(&own); err != nil {
			return nil, err
		}
		req = &own
	}
	return a.send(req, x)
}

// forToken sends a request for a token. It follows the rules of the call it
// is for, but its failures are its own: the call itself was not sent.
func (a *attempts) forToken(req *http.Request) (*http.Response, error) {
	x := &exchange{c: a.c, rules: rulesOf(req.Context()), method: req.Method, host: req.URL.Host}
	resp, err := a.try(req, x, false)
	if _, ok := errors.AsType[*unsent](err); ok {
		return nil, err
	}
	if err != nil {
		return nil, x.failure(req.Context(), err)
	}
	if answer := answerOf(resp); answer.Status < 300 && isHTML(answer) {
		return nil, a.c.notJSON(answer)
	}
	return resp, nil
}

// send makes one request and reads its answer to the end, so that the
// time-out covers the body too and the connection can be used again.
func (a *attempts) send(req *http.Request, x *exchange) (*http.Response, error) {
	ctx, cancel := context.WithTimeoutCause(req.Context(), a.c.timeout, errAttempt)
	defer cancel()
	resp, err := a.next.RoundTrip(req.WithContext(httptrace.WithClientTrace(ctx, x.trace(req))))
	if err == nil {
		err = a.read(resp, x)
	}
	if err != nil {
		// The time-out shows as one of several errors, depending on when it hit.
		if errors.Is(context.Cause(ctx), errAttempt) {
			return nil, errAttempt
		}
		return nil, err
	}
	return resp, nil
}

// read takes in the body of an answer.
func (a *attempts) read(resp *http.Response, x *exchange) error {
	x.rules.Answered(resp.StatusCode, requestID(resp.Header), a.c.quota(resp.StatusCode, resp.Header))
	limit := a.c.maxAnswer
	if resp.StatusCode >= 400 {
		limit = min(limit, 1<<20) // an error needs no more
	}
	read := resp.Body
	defer read.Close()
	if resp.ContentLength > limit && resp.StatusCode < 400 && resp.Request.Method != http.MethodHead {
		return &tooLarge{limit}
	}
	body, err := readAll(read, resp.ContentLength, limit)
	if err != nil {
		return err
	}
	if int64(len(body)) > limit {
		if resp.StatusCode < 400 {
			return &tooLarge{limit}
		}
		body = body[:limit]
	}
	if to := resp.Header.Get("Location"); to != "" && resp.StatusCode >= 300 && resp.StatusCode < 400 {
		if _, err := url.Parse(to); err != nil { // http.Client says no more than that it is wrong
			return &redirectError{"the server redirects to an address that cannot be read", "check the connection's url"}
		}
	}
	w := &whole{body: body}
	w.Reset(body)
	resp.Body = w
	return nil
}

// readAll reads at most one byte more than limit. A length that the server
// announces saves growing; it is not trusted beyond 1 MiB.
func readAll(r io.Reader, announced, limit int64) ([]byte, error) {
	r = io.LimitReader(r, limit+1)
	if announced < 0 || announced > 1<<20 {
		return io.ReadAll(r)
	}
	b := bytes.NewBuffer(make([]byte, 0, announced+bytes.MinRead))
	_, err := b.ReadFrom(r)
	return b.Bytes(), err
}

// whole is a body that was read already.
type whole struct {
	bytes.Reader
	body []byte
}

func (*whole) Close() error { return nil }

func answerOf(resp *http.Response) *Answer {
	a := &Answer{Status: resp.StatusCode, Header: resp.Header, RequestID: requestID(resp.Header), Method: resp.Request.Method, URL: resp.Request.URL.Redacted()}
	if w, ok := resp.Body.(*whole); ok {
		a.Body = w.body
	}
	return a
}

// requestID is the vendor's name for a request, under the header names in use.
func requestID(h http.Header) string {
	for _, name := range []string{"X-Request-Id", "X-Correlation-Id", "Request-Id", "X-Amzn-Requestid", "X-Trace-Id", "X-Trifacta-Request-Id"} {
		if id := h.Get(name); id != "" {
			return id
		}
	}
	return ""
}

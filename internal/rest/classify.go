package rest

import (
	"bytes"
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"regexp"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"runner/internal/op"
)

// This file turns what went wrong into an error with a kind.

var errAttempt = errors.New("no answer in time")

type tooLarge struct{ limit int64 }

func (e *tooLarge) Error() string {
	return fmt.Sprintf("the answer is larger than %d MiB", e.limit>>20)
}

// classify is nil for a success.
func (c *Client) classify(a *Answer) *op.Error {
	if a.Status >= 200 && a.Status < 300 {
		return nil
	}
	e := &op.Error{Status: a.Status, RequestID: a.RequestID, RetryAfter: c.retryAfter(a.Header), Sent: true}
	e.Kind = kindOf(a.Status, e.RetryAfter != noWait)
	e.Cause = message(a)
	switch e.Kind {
	case op.Unauthenticated:
		e.Hint = "check the connection's credentials and what its user may do"
	case op.Denied:
		e.Hint = "ask an administrator of the server for the right that is missing"
	}
	if c.o.Explain == nil {
		return e
	}
	better := c.o.Explain(a)
	if better == nil {
		return e
	}
	if better.Kind == "" {
		better.Kind = e.Kind
	}
	if better.Cause == "" {
		better.Cause = e.Cause
	}
	if better.Hint == "" {
		better.Hint = e.Hint
	}
	better.Status, better.RequestID, better.RetryAfter, better.Sent = e.Status, e.RequestID, e.RetryAfter, true
	return better
}

// kindOf is the general reading of a status. A 503 that names a time to wait
// is the vendor saying that it did not act; without one, nothing is known.
func kindOf(status int, waitNamed bool) op.Kind {
	switch {
	case status == 400 || status == 413 || status == 415 || status == 422:
		return op.Invalid
	case status == 401:
		return op.Unauthenticated
	case status == 403 || status == 407:
		return op.Denied
	case status == 404 || status == 410:
		return op.NotFound
	case status == 405 || status == 501:
		return op.Unsupported
	case status == 409 || status == 412 || status == 423:
		return op.Conflict
	case status == 429 || status == 503 && waitNamed:
		return op.Limited
	case status == 408 || status == 504:
		return op.Timeout
	case status >= 500:
		return op.Unavailable
	case status >= 300 && status < 400:
		return op.Garbled
	}
	return op.Invalid
}

// message is what the vendor says went wrong: a JSON string, or the member of
// a JSON object that usually holds it; never a page of HTML.
func message(a *Answer) string {
	status := fmt.Sprintf("HTTP %d %s", a.Status, http.StatusText(a.Status))
	body := bytes.TrimSpace(a.Body)
	if len(body) == 0 {
		return strings.TrimSpace(status)
	}
	if isHTML(a) {
		return fmt.Sprintf("%s, with a web page%s instead of an answer", status, title(body))
	}
	if text := messageIn(jsontext.Value(body)); text != "" {
		return shorten(text)
	}
	if !jsontext.Value(body).IsValid() {
		return status + ": " + shorten(string(body))
	}
	return strings.TrimSpace(status)
}

func messageIn(v jsontext.Value) string {
	var text string
	if json.Unmarshal(v, &text) == nil {
		return text
	}
	var members map[string]jsontext.Value
	if json.Unmarshal(v, &members) != nil {
		return ""
	}
	for _, name := range []string{"message", "error_description", "error_message", "detail", "details", "description", "error", "title", "reason"} {
		for member, v := range members {
			if strings.EqualFold(member, name) {
				if text := messageIn(v); text != "" {
					return text
				}
			}
		}
	}
	return ""
}

// notJSON finds out why an answer that should be JSON is not.
func (c *Client) notJSON(a *Answer) *op.Error {
	body := bytes.TrimSpace(a.Body)
	switch {
	case len(body) == 0:
		return garbled(a, "the answer is empty", "")
	case isHTML(a):
		return garbled(a, fmt.Sprintf("it answered a web page%s instead of data", title(body)),
			fmt.Sprintf("check the connection's url, now %s; a login page or a proxy may be in the way", c.base))
	case !jsontext.Value(body).IsValid():
		return garbled(a, "the answer is not JSON: "+shorten(string(body)), "check the connection's url")
	}
	return nil
}

func garbled(a *Answer, cause, hint string) *op.Error {
	return &op.Error{Kind: op.Garbled, Cause: fmt.Sprintf("HTTP %d: %s", a.Status, cause), Hint: hint, Status: a.Status, RequestID: a.RequestID, Sent: true, RetryAfter: noWait}
}

func isHTML(a *Answer) bool {
	if strings.HasPrefix(a.Header.Get("Content-Type"), "text/html") {
		return true
	}
	start := bytes.ToLower(bytes.TrimSpace(a.Body[:min(len(a.Body), 200)]))
	return bytes.HasPrefix(start, []byte("<!doctype html")) || bytes.HasPrefix(start, []byte("<html"))
}

func title(body []byte) string {
	m := regexp.MustCompile(`(?is)<title[^>]*>(.*?)</title>`).FindSubmatch(body)
	if m == nil {
		return ""
	}
	return fmt.Sprintf(" titled %q", shorten(strings.TrimSpace(string(m[1]))))
}

// shorten keeps a message to one line of at most 200 characters.
func shorten(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	if r := []rune(s); len(r) > 200 {
		return string(r[:199]) + "…"
	}
	return s
}

// failure reads the error of an attempt that got no answer.
func (x *exchange) failure(ctx context.Context, err error) *op.Error {
	if e, ok := errors.AsType[*op.Error](err); ok {
		return e
	}
	e := &op.Error{Kind: op.Unavailable, RetryAfter: noWait, Sent: x.sent.Load()}
	e.Wrap(err)
	host := x.c.base.Host
	redirect, isRedirect := errors.AsType[*redirectError](err)
	large, isLarge := errors.AsType[*tooLarge](err)
	dns, isDNS := errors.AsType[*net.DNSError](err)
	unknownCA, isUnknownCA := errors.AsType[x509.UnknownAuthorityError](err)
	_, isHostname := errors.AsType[x509.HostnameError](err)
	_, isCert := errors.AsType[x509.CertificateInvalidError](err)
	switch {
	case errors.Is(err, errAttempt):
		e.Kind, e.Cause = op.Timeout, fmt.Sprintf("no answer from %s in %v", host, x.c.timeout)
	case ctx.Err() != nil:
		if e, ok := errors.AsType[*op.Error](context.Cause(ctx)); ok {
			stop := *e // its own copy: Sent differs from call to call
			stop.Sent = x.sent.Load()
			return &stop
		}
		e.Kind, e.Cause = op.Cancelled, "the run was stopped"
		if errors.Is(ctx.Err(), context.DeadlineExceeded) {
			e.Kind, e.Cause = op.Timeout, "the call took longer than it may"
		}
	case isRedirect:
		e.Kind, e.Cause, e.Hint = op.Garbled, redirect.cause, redirect.hint
	case isLarge:
		e.Kind, e.Cause, e.Hint = op.Garbled, large.Error(), "ask for less with a filter, or raise max_answer on the connection"
	case isDNS:
		e.Cause, e.Hint = fmt.Sprintf("there is no host %q", dns.Name), "check the connection's url, and the network"
	case isUnknownCA, isHostname, isCert:
		e.Cause, e.Hint = fmt.Sprintf("the certificate of %s is not trusted: %s", host, certCause(unknownCA, err)), "set ca_file on the connection to the authority's certificate"
	case e.Sent:
		e.Cause = fmt.Sprintf("the connection to %s broke before an answer came: %s", host, innermost(err))
	default:
		e.Cause, e.Hint = fmt.Sprintf("no connection to %s: %s", host, innermost(err)), "check the connection's url, the network and the proxy"
	}
	return e
}

func certCause(ca x509.UnknownAuthorityError, err error) string {
	if ca.Cert != nil {
		return "signed by an unknown authority"
	}
	return innermost(err)
}

// innermost is the text of the cause without the layers that repeat the
// method and the address.
func innermost(err error) string {
	for {
		next := errors.Unwrap(err)
		if next == nil {
			return shorten(err.Error())
		}
		err = next
	}
}

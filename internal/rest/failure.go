package rest

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"

	"runner/internal/op"
)

// This file reads why an attempt got no answer that can be used.

type tooLarge struct{ limit int64 }

func (e *tooLarge) Error() string {
	if e.limit < 1<<20 || e.limit%(1<<20) != 0 {
		return fmt.Sprintf("the answer is larger than %d bytes", e.limit)
	}
	return fmt.Sprintf("the answer is larger than %d MiB", e.limit>>20)
}

// failure reads the error of an attempt that got no answer. What it returns
// may be changed: an error of ours behind err, which other calls may share,
// is copied, and told whether this call was sent.
func (x *exchange) failure(ctx context.Context, err error) *op.Error {
	ours, ok := errors.AsType[*op.Error](err)
	if !ok && ctx.Err() != nil && !errors.Is(err, errAttempt) {
		ours, ok = errors.AsType[*op.Error](context.Cause(ctx))
	}
	if ok {
		e := *ours
		e.Sent, e.Acts = x.sent.Load(), !x.safe
		return &e
	}
	e := &op.Error{Kind: op.Unavailable, RetryAfter: noWait, Sent: x.sent.Load(), Acts: !x.safe}
	e.Wrap(err)
	host := x.host
	redirect, isRedirect := errors.AsType[*redirectError](err)
	large, isLarge := errors.AsType[*tooLarge](err)
	before, isBefore := errors.AsType[*unsent](err)
	dns, isDNS := errors.AsType[*net.DNSError](err)
	inner := innermost(err)
	cert, certHint, isCert := certificate(err)
	switch {
	case errors.Is(err, errAttempt):
		e.Kind, e.Cause = op.Timeout, fmt.Sprintf("no answer from %s in %v", host, x.c.timeout)
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		e.Kind, e.Cause = op.Timeout, "the call took longer than it may"
	case ctx.Err() != nil:
		e.Kind, e.Cause = op.Cancelled, "the run was stopped"
	case isBefore:
		e.Kind, e.Cause = op.Bug, Shorten(before.Error())
	case isRedirect:
		e.Kind, e.Cause, e.Hint = op.Garbled, redirect.cause, redirect.hint
	case isLarge:
		e.Kind, e.Cause, e.Hint = op.Garbled, large.Error(), "ask for less with a filter, or raise max_answer on the connection"
	case isDNS && dns.IsNotFound:
		e.Final = true
		e.Cause, e.Hint = fmt.Sprintf("there is no host %q", dns.Name), "check the connection's url, and the network"
	case isDNS:
		e.Cause, e.Hint = fmt.Sprintf("the address of %q cannot be found out: %s", dns.Name, Shorten(dns.Err)), "check the network and its name server"
	case isCert:
		e.Final = true
		e.Cause, e.Hint = fmt.Sprintf("the certificate of %s is not trusted: %s", host, cert), certHint
	case errors.Is(err, http.ErrSchemeMismatch):
		e.Final = true
		e.Cause, e.Hint = fmt.Sprintf("%s speaks plain http on this port, not https", host), "check the port in the connection's url"
	case !e.Sent && strings.HasPrefix(inner, "net/http: invalid header field"):
		e.Kind, e.Cause, e.Hint = op.Invalid, strings.TrimPrefix(inner, "net/http: "), "check that the credentials hold no line break"
	case e.Sent && strings.HasPrefix(inner, "malformed ") && !torn(inner):
		e.Kind, e.Cause, e.Hint = op.Garbled, fmt.Sprintf("what %s answers is not HTTP: %s", host, inner), "check the connection's url: http or https, and the port"
	case e.Sent:
		e.Cause = fmt.Sprintf("the connection to %s broke before the answer was complete: %s", host, inner)
	default:
		e.Cause, e.Hint = fmt.Sprintf("no connection to %s: %s", host, inner), "check the connection's url, the network and the proxy"
	}
	return e
}

// torn reports whether what net/http calls malformed is how the head of an
// answer looks that broke off in the middle of a line: net/http takes what
// there is of the last one for all of it.
func torn(inner string) bool {
	if quoted, ok := strings.CutPrefix(inner, "malformed HTTP response "); ok {
		return strings.HasPrefix(`"HTTP/1.1"`, strings.TrimSuffix(quoted, `"`))
	}
	if quoted, ok := strings.CutPrefix(inner, "malformed HTTP status code "); ok {
		return len(quoted) < len(`"200"`) && strings.Trim(quoted, `"0123456789`) == ""
	}
	return strings.HasPrefix(inner, "malformed MIME header")
}

// certificate says why a certificate is not trusted. Only for an unknown
// authority a setting helps.
func certificate(err error) (why, hint string, ok bool) {
	if ca, ok := errors.AsType[x509.UnknownAuthorityError](err); ok && ca.Cert != nil {
		return "signed by an unknown authority", "set ca_file on the connection to the authority's certificate", true
	}
	if _, ok := errors.AsType[x509.HostnameError](err); ok {
		return strings.TrimPrefix(innermost(err), "x509: "), "write the connection's url with a name that the certificate is for", true
	}
	if _, ok := errors.AsType[x509.CertificateInvalidError](err); ok {
		return strings.TrimPrefix(innermost(err), "x509: "), "ask the server's administrator for a valid certificate", true
	}
	return "", "", false
}

// innermost is the text of the cause without the layers that repeat the
// method and the address.
func innermost(err error) string {
	for {
		next := errors.Unwrap(err)
		if next == nil {
			return Shorten(err.Error())
		}
		err = next
	}
}

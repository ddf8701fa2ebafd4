package rest

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
)

// A redirectError is a redirect that is not followed.
type redirectError struct{ cause, hint string }

func (e *redirectError) Error() string { return e.cause }

// checkRedirect follows redirects of reads on the same host, ten at most.
// Credentials never go to another host or from https to http; a write is
// never redirected, because the standard turns some of them into reads.
func (c *Client) checkRedirect(req *http.Request, via []*http.Request) error {
	from := via[len(via)-1]
	to := req.URL.Scheme + "://" + req.URL.Host
	switch {
	case from.Method != http.MethodGet && from.Method != http.MethodHead:
		return &redirectError{fmt.Sprintf("the server redirects the request to %s; a write is not redirected", to+req.URL.EscapedPath()), "set the connection's url to the address that it redirects to"}
	case !strings.EqualFold(req.URL.Hostname(), from.URL.Hostname()):
		return &redirectError{fmt.Sprintf("the server redirects to another host, %s; credentials do not go there", to), "set the connection's url to that host if it is right"}
	case from.URL.Scheme == "https" && req.URL.Scheme == "http":
		return &redirectError{"the server redirects from https to plain http", "ask the server's administrator"}
	case !sameHost(req.URL, from.URL):
		return &redirectError{fmt.Sprintf("the server redirects to another port or protocol, %s; credentials do not go there", to), "set the connection's url to that address if it is right"}
	case len(via) >= 10:
		return &redirectError{fmt.Sprintf("the server redirects in a loop: 10 times, last to %s", req.URL.EscapedPath()), "check the connection's url"}
	}
	return nil
}

// sameHost compares host names and ports. A server that moves from http to
// https has another port there, and is the same.
func sameHost(to, from *url.URL) bool {
	if !strings.EqualFold(to.Hostname(), from.Hostname()) {
		return false
	}
	if from.Scheme == "http" && to.Scheme == "https" {
		return true
	}
	return to.Scheme == from.Scheme && port(to) == port(from)
}

func port(u *url.URL) string {
	if p := u.Port(); p != "" {
		return p
	}
	return map[string]string{"http": "80", "https": "443"}[u.Scheme]
}

// Package rest is the one HTTP client of all vendors: connections, time-outs,
// retries under the engine's rules, credentials, and answers turned into
// values or errors with a kind.
package rest

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"time"

	"runner/internal/op"
)

// Settings are what every connection can be told. A vendor embeds them in its
// own settings.
type Settings struct {
	URL         string          `lua:"url,required" doc:"Address of the server."`
	AllowHTTP   bool            `lua:"allow_http" default:"false" doc:"Lets credentials travel over plain http:// to a host that is not this machine."`
	Proxy       string          `lua:"proxy" default:"HTTPS_PROXY, HTTP_PROXY and NO_PROXY of the environment" doc:"Proxy to reach the server through."`
	CA          []byte          `lua:"ca_file" default:"the system's" doc:"File with the certificates (PEM) to trust, beside the system's."`
	Timeout     op.Opt[float64] `lua:"timeout" default:"60" doc:"How long one attempt may take, in seconds."`
	CallTimeout op.Opt[float64] `lua:"call_timeout" default:"600" doc:"How long one call may take with all its attempts and waits, in seconds."`
	Settle      op.Opt[float64] `lua:"settle" default:"what the operation declares, mostly 60" doc:"How long the vendor may still be at work on a call that got no answer, in seconds. Then it is looked up whether it happened."`
	Rate        op.Opt[float64] `lua:"rate" default:"the vendor's documented limit" doc:"Requests a second at most."`
	Share       op.Opt[float64] `lua:"share" default:"1" doc:"Part of the rate, and of what the vendor says is left, that the runner takes; above 0, at most 1. The rest is for others."`
	Connections op.Opt[int64]   `lua:"connections" default:"256" doc:"Simultaneous TCP connections at most."`
	MaxAnswer   op.Opt[int64]   `lua:"max_answer" default:"67108864" doc:"Largest answer that is accepted, in bytes."`
}

// Limit is the share of the rate that the settings ask for, or else of the
// vendor's.
func (s Settings) Limit(vendor op.Limit) op.Limit {
	l := vendor
	if s.Rate.Given {
		l.PerSecond, l.Burst = s.Rate.Value, int(min(s.Rate.Value, 1e9))
	}
	if s.Share.Given {
		l.PerSecond *= s.Share.Value
		l.Burst = int(float64(l.Burst) * s.Share.Value)
		l.Share = s.Share.Value
	}
	l.Burst = max(1, l.Burst)
	return l
}

// CallDeadline is how long a call may take with all its attempts.
func (s Settings) CallDeadline() time.Duration { return seconds(s.CallTimeout.Or(600)) }

// SettleTime is how long the vendor may be at work on a call without an answer.
func (s Settings) SettleTime() (t op.Opt[time.Duration]) {
	if s.Settle.Given {
		t.Given, t.Value = true, seconds(s.Settle.Value)
	}
	return t
}

// seconds is n as a Duration, without overflow.
func seconds(n float64) time.Duration { return time.Duration(min(n, 1e9) * float64(time.Second)) }

// check refuses numbers that no call could be made with; also what is not a
// number at all.
func (s Settings) check() error {
	for _, n := range []struct {
		name  string
		value op.Opt[float64]
		usual string
	}{
		{"timeout", s.Timeout, "60"},
		{"call_timeout", s.CallTimeout, "600"},
		{"rate", s.Rate, "the vendor's limit"},
	} {
		if n.value.Given && !(n.value.Value > 0) {
			return invalid(n.name, fmt.Sprintf("%v is not above 0", n.value.Value), "leave it out for "+n.usual)
		}
	}
	if s.Settle.Given && !(s.Settle.Value >= 0) {
		return invalid("settle", fmt.Sprintf("%v is below 0", s.Settle.Value), "leave it out for what the operation declares")
	}
	if n := s.Share.Or(1); !(n > 0 && n <= 1) {
		return invalid("share", fmt.Sprintf("%v is not above 0 and at most 1", n), "write 0.5 for half of the limit, or leave it out for all of it")
	}
	if n := s.Connections.Or(1); n < 1 {
		return invalid("connections", fmt.Sprintf("%d is not above 0", n), "leave it out for 256")
	}
	if n := s.MaxAnswer.Or(1); n < 1 {
		return invalid("max_answer", fmt.Sprintf("%d is not above 0", n), "leave it out for 64 MiB")
	}
	return nil
}

func (s Settings) base() (*url.URL, error) {
	text := strings.TrimSpace(s.URL)
	u, err := url.Parse(text)
	if strings.Contains(text, "@") && (err != nil || u.User != nil || u.Host == "") { // it may hold a password: not shown
		return nil, invalid("url", "it holds a user or password", "take them out; credentials have settings of their own")
	}
	if err != nil || u.Hostname() == "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil, invalid("url", fmt.Sprintf("%q is not the address of a server", s.URL), "write it like https://server.example.com")
	}
	if err := mayGoPlain(u, s.AllowHTTP); err != nil {
		return nil, err
	}
	return &url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path, RawPath: u.RawPath}, nil
}

// mayGoPlain refuses http:// to anything but this machine, unless the
// connection allows it.
func mayGoPlain(u *url.URL, allowed bool) error {
	if u.Scheme == "https" || allowed || loopback(u.Hostname()) {
		return nil
	}
	return invalid("url", fmt.Sprintf("http://%s would send credentials unencrypted", u.Host),
		"use https://, or set allow_http = true on the connection if the network is trusted")
}

func loopback(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	a, err := netip.ParseAddr(host)
	return err == nil && a.IsLoopback()
}

func invalid(setting, cause, hint string) *op.Error {
	return &op.Error{Kind: op.Invalid, Subject: "setting " + setting, Cause: cause, Hint: hint}
}

// transport keeps as many idle connections as it may open: a connection that
// was closed because too many were idle would have to be made again.
func (s Settings) transport(w op.World) (*http.Transport, error) {
	n := int(s.Connections.Or(256))
	t := &http.Transport{
		DialContext:           (&net.Dialer{Timeout: 20 * time.Second, KeepAlive: 30 * time.Second}).DialContext,
		ForceAttemptHTTP2:     true,
		MaxConnsPerHost:       n,
		MaxIdleConnsPerHost:   n,
		IdleConnTimeout:       90 * time.Second,
		TLSHandshakeTimeout:   20 * time.Second,
		ExpectContinueTimeout: time.Second,
		Proxy:                 w.Proxy,
		// One HTTP/2 connection carries all calls. If its other end is gone
		// without a word, every new attempt would hang on it again.
		HTTP2: &http.HTTP2Config{SendPingTimeout: 15 * time.Second, PingTimeout: 15 * time.Second},
	}
	if s.Proxy != "" {
		p, err := url.Parse(s.Proxy)
		if err != nil || p.Hostname() == "" || !slices.Contains([]string{"http", "https", "socks5", "socks5h"}, p.Scheme) {
			return nil, invalid("proxy", "it is not an address", "write it like http://proxy.example.com:3128")
		}
		t.Proxy = http.ProxyURL(p)
	}
	if len(s.CA) > 0 {
		pool, err := x509.SystemCertPool()
		if err != nil {
			pool = x509.NewCertPool()
		}
		if !pool.AppendCertsFromPEM(s.CA) {
			return nil, invalid("ca_file", "there is no certificate in it", "give a PEM file")
		}
		t.TLSClientConfig = &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}
	}
	return t, nil
}

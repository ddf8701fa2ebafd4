package rest

import (
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"

	"runner/internal/op"
)

// This file reads what an answer says of the vendor's limit: how long to wait,
// and how many requests are left until when. Vendors agree on little:
//
//   - Retry-After, and vendors' own headers: seconds, also with a fraction, or
//     a date in one of HTTP's three forms. Of several the longest holds.
//   - X-RateLimit-Limit, -Remaining and -Reset, also RateLimit-, X-Rate-Limit-,
//     and with the name of what is counted before or behind the last word
//     (X-Rate-Limit-User-Reset, X-RateLimit-Remaining-Minute). A reset is a
//     number of seconds from now, an epoch in seconds or milliseconds, a date,
//     RFC 3339, or a duration like 6m0s.
//   - RateLimit and RateLimit-Policy of the IETF's drafts, older (limit=100,
//     remaining=50, reset=30) and newer ("default";r=50;t=30).
//
// Epochs are read by the clock of the answer, if it has one: clocks differ.
// What cannot be read, or makes no sense, says nothing.

// noWait says that the vendor named no time to wait.
const noWait time.Duration = -1

// longestWait is some decades: the rules cap it, and nothing may overflow.
const longestWait = 1e9 * time.Second

// wait is how long an answer asks to wait, noWait if it does not say. A 429
// that names no time, but a limit that is used up, means until its reset.
func (c *Client) wait(status int, h http.Header) time.Duration {
	wait := c.retryAfter(h)
	if wait == noWait && status == http.StatusTooManyRequests {
		if q := readQuota(h, c.now()); q.Reset > 0 && q.Remaining == 0 {
			return q.Reset
		}
	}
	return wait
}

// quota is what an answer says of the limit. Where it asks to wait, that
// stands above.
func (c *Client) quota(status int, h http.Header) op.Quota {
	if status >= 400 && c.retryAfter(h) != noWait {
		return op.Quota{}
	}
	return readQuota(h, c.now())
}

// retryAfter is how long the vendor asks to wait: its own headers first, then
// Retry-After. A date in the past and a negative number mean now. noWait if
// nothing usable is said.
func (c *Client) retryAfter(h http.Header) time.Duration {
	for _, name := range c.o.WaitHeaders {
		if d := longest(h.Values(name), c.now()); d != noWait {
			return d
		}
	}
	return longest(h.Values("Retry-After"), c.now())
}

// longest is the longest wait that is named. Proxies join two headers with a
// comma, which dates hold too.
func longest(values []string, now time.Time) time.Duration {
	wait := noWait
	for _, v := range values {
		d := parseWait(v, now)
		if d == noWait && strings.Contains(v, ",") {
			for part := range strings.SplitSeq(v, ",") {
				d = max(d, parseWait(part, now))
			}
		}
		wait = max(wait, d)
	}
	return wait
}

func parseWait(text string, now time.Time) time.Duration {
	text = strings.TrimSpace(text)
	if text == "" {
		return noWait
	}
	if n, err := strconv.ParseFloat(text, 64); err == nil {
		if math.IsNaN(n) {
			return noWait
		}
		return inSeconds(n)
	}
	if at, err := http.ParseTime(text); err == nil {
		return min(max(0, at.Sub(now)), longestWait)
	}
	return noWait
}

// inSeconds is a number of seconds, none below 0 or above longestWait.
func inSeconds(n float64) time.Duration {
	n = min(max(n, 0), longestWait.Seconds())
	return time.Duration(n * float64(time.Second)).Round(time.Millisecond)
}

// A window is one of the counts that an answer tells of.
type window struct {
	remaining float64
	reset     time.Duration
	counted   bool // remaining is known
}

// readQuota is the tightest of the windows that an answer tells of: one that
// is used up, and of those the last to be reset; or else the slowest.
func readQuota(h http.Header, now time.Time) (q op.Quota) {
	var windows map[string]window
	for name, values := range h {
		if len(values) == 0 || !strings.Contains(name, "Ratelimit") && !strings.Contains(name, "Rate-Limit") {
			continue
		}
		if windows == nil {
			windows = map[string]window{}
			if date, err := http.ParseTime(h.Get("Date")); err == nil {
				now = date
			}
		}
		switch name {
		case "Ratelimit":
			structured(windows, strings.Join(values, ","), strings.Join(h["Ratelimit-Policy"], ","))
		case "Ratelimit-Policy":
		default:
			single(windows, name, strings.TrimSpace(values[0]), now)
		}
	}
	for _, w := range windows {
		if !w.counted || w.reset <= 0 {
			continue
		}
		if q.Reset == 0 || tighter(w, q) {
			q = op.Quota{Remaining: w.remaining, Reset: w.reset}
		}
	}
	return q
}

func tighter(w window, q op.Quota) bool {
	if w.remaining == 0 || q.Remaining == 0 {
		return w.remaining == 0 && (q.Remaining > 0 || w.reset > q.Reset)
	}
	return float64(w.reset)/w.remaining > float64(q.Reset)/q.Remaining
}

// single reads a header of its own for one part of a window. The window is
// what the name says besides.
func single(windows map[string]window, name, value string, now time.Time) {
	for _, part := range [...]string{"Remaining", "Reset"} {
		before, after, ok := strings.Cut(name, part)
		if !ok {
			continue
		}
		w := windows[before+after]
		switch part {
		case "Remaining":
			w.remaining, w.counted = count(value)
		case "Reset":
			w.reset = parseReset(value, now)
		}
		windows[before+after] = w
		return
	}
}

// count reads a number of requests.
func count(text string) (n float64, ok bool) {
	n, err := strconv.ParseFloat(text, 64)
	return max(n, 0), err == nil && !math.IsNaN(n) && !math.IsInf(n, 0)
}

// parseReset is how long it is until a reset, 0 if that is not said or over.
func parseReset(text string, now time.Time) time.Duration {
	if n, err := strconv.ParseFloat(text, 64); err == nil {
		switch {
		case n > 0 && n < 1e8: // three years
			return inSeconds(n)
		case n >= 1e9 && n < 1e11:
			return until(time.UnixMilli(int64(n*1e3)), now)
		case n >= 1e12 && n < 1e14:
			return until(time.UnixMilli(int64(n)), now)
		}
		return 0
	}
	if at, err := http.ParseTime(text); err == nil {
		return until(at, now)
	}
	if at, err := time.Parse(time.RFC3339, text); err == nil {
		return until(at, now)
	}
	if d, err := time.ParseDuration(text); err == nil {
		return min(max(0, d), longestWait)
	}
	return 0
}

func until(at, now time.Time) time.Duration { return min(max(0, at.Sub(now)), longestWait) }

// structured reads the header of the drafts. In the newer ones an item is a
// window, and its policy may tell how long that is; the older ones have one.
func structured(windows map[string]window, limit, policy string) {
	for item := range strings.SplitSeq(limit, ",") {
		name, params, _ := strings.Cut(strings.TrimSpace(item), ";")
		if key, value, ok := strings.Cut(name, "="); ok { // older: a part of the one window
			w := windows["Ratelimit"]
			w.set(strings.TrimSpace(key), value, "remaining", "reset")
			windows["Ratelimit"] = w
			continue
		}
		var w window
		for p := range strings.SplitSeq(params, ";") {
			key, value, _ := strings.Cut(p, "=")
			w.set(strings.TrimSpace(key), value, "r", "t")
		}
		if w.reset == 0 {
			w.reset = windowOf(policy, name)
		}
		windows["Ratelimit "+name] = w
	}
}

func (w *window) set(key, value, remaining, reset string) {
	value = strings.TrimSpace(value)
	switch key {
	case remaining:
		w.remaining, w.counted = count(value)
	case reset:
		if n, ok := count(value); ok {
			w.reset = inSeconds(n)
		}
	}
}

// windowOf is how long the window of a policy is: at most so long is it until
// its reset.
func windowOf(policy, name string) time.Duration {
	for item := range strings.SplitSeq(policy, ",") {
		is, params, _ := strings.Cut(strings.TrimSpace(item), ";")
		if is != name {
			continue
		}
		for p := range strings.SplitSeq(params, ";") {
			if key, value, _ := strings.Cut(p, "="); strings.TrimSpace(key) == "w" {
				if n, ok := count(strings.TrimSpace(value)); ok {
					return inSeconds(n)
				}
			}
		}
	}
	return 0
}

package rest

import (
	"net/http"
	"strconv"
	"strings"
	"time"
)

// noWait says that the vendor named no time to wait.
const noWait time.Duration = -1

// longestWait is some decades: the rules cap it, and nothing may overflow.
const longestWait = 1e9 * time.Second

// retryAfter is how long the vendor asks to wait: its own headers first, then
// Retry-After, in seconds (a fraction is accepted) or as a date. A date in the
// past and a negative number mean now. noWait if nothing usable is said.
func (c *Client) retryAfter(h http.Header) time.Duration {
	for _, name := range c.o.WaitHeaders {
		if d := parseWait(h.Get(name), c.now()); d != noWait {
			return d
		}
	}
	return parseWait(h.Get("Retry-After"), c.now())
}

func parseWait(text string, now time.Time) time.Duration {
	text = strings.TrimSpace(text)
	if text == "" {
		return noWait
	}
	if n, err := strconv.ParseFloat(text, 64); err == nil {
		switch {
		case n != n: // NaN
			return noWait
		case n <= 0:
			return 0
		case n > longestWait.Seconds():
			return longestWait
		}
		return time.Duration(n * float64(time.Second)).Round(time.Millisecond)
	}
	if at, err := http.ParseTime(text); err == nil {
		return min(max(0, at.Sub(now)), longestWait)
	}
	return noWait
}

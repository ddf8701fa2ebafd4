package rest

import (
	"net/http"
	"strconv"
	"strings"
	"time"
)

// noWait says that the vendor named no time to wait.
const noWait time.Duration = -1

// retryAfter is how long the vendor asks to wait: its own headers first, then
// Retry-After, in seconds (a fraction is accepted) or as a date. A date in the
// past and a negative number mean now. noWait if nothing usable is said.
func (c *Client) retryAfter(h http.Header) time.Duration {
	for _, name := range append(c.o.WaitHeaders, "Retry-After") {
		if d := parseWait(h.Get(name), c.now()); d != noWait {
			return d
		}
	}
	return noWait
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
		case n > 1e9:
			n = 1e9 // some centuries, without overflow; the rules cap it
		}
		return time.Duration(n * float64(time.Second)).Round(time.Millisecond)
	}
	if at, err := http.ParseTime(text); err == nil {
		return max(0, at.Sub(now))
	}
	return noWait
}

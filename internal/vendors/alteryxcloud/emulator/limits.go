package emulator

import (
	"net/http"
	"strconv"
	"time"
)

// A quota is how many requests a person and a workspace may make in a window.
type quota struct{ user, workspace int }

// A window is a number of requests since a moment.
type window struct {
	since time.Time
	n     int
}

// count lets a request pass or refuses it. Refused requests are not counted (inf). Only documented endpoints have a
// quota, each of its own.
func (c *call) count(rt *route) error {
	if !c.opts.Limits || rt.quota.user == 0 {
		return nil
	}
	by := c.window(rt.on + " by " + strconv.FormatInt(c.by.ID, 10))
	in := c.window(rt.on + " in " + strconv.FormatInt(c.WorkspaceID, 10))
	refused := by.n >= rt.quota.user || in.n >= rt.quota.workspace
	if !refused {
		by.n++
		in.n++
	}
	c.showQuota("user", by, rt.quota.user)
	c.showQuota("workspace", in, rt.quota.workspace)
	if !refused {
		return nil
	}
	until := by.since
	if by.n < rt.quota.user {
		until = in.since
	}
	wait := until.Add(c.opts.Window).Sub(c.now)
	c.header.Set("X-Retry-After", strconv.Itoa(max(1, int((wait+time.Second-1)/time.Second))))
	return &failure{status: http.StatusTooManyRequests, name: "TooManyRequestsException", message: "Too many requests."}
}

// window is the one that a request falls into; windows follow each other (inf).
func (c *call) window(name string) *window {
	w := c.counted[name]
	if w == nil || !c.now.Before(w.since.Add(c.opts.Window)) {
		w = &window{since: c.now}
		c.counted[name] = w
	}
	return w
}

// showQuota tells the reset in epoch milliseconds, as the vendor's example does.
func (c *call) showQuota(of string, w *window, most int) {
	name := "X-Rate-Limit-" + of + "-"
	c.header.Set(name+"Limit", strconv.Itoa(most))
	c.header.Set(name+"Remaining", strconv.Itoa(max(0, most-w.n)))
	c.header.Set(name+"Reset", strconv.FormatInt(w.since.Add(c.opts.Window).UnixMilli(), 10))
}

package emulator

import (
	"slices"
	"time"
)

// The status of a run.
const (
	waiting  = "Created"
	running  = "InProgress"
	complete = "Complete"
	failed   = "Failed"
	canceled = "Canceled"
)

var runStatuses = []string{waiting, running, complete, failed, canceled}

// QueueTime and RunTime are how long a run waits, and how long it takes then (inf).
const (
	QueueTime = 2 * time.Second
	RunTime   = 8 * time.Second
)

// A run is something that takes time. How far it is follows from the clock.
type run struct {
	CreatedAt  time.Time `json:"createdAt"`
	CanceledAt time.Time `json:"canceledAt,omitzero"`
	Fails      bool      `json:"fails"`
	Hangs      bool      `json:"hangs"` // until it is canceled
	past       bool      // it has had its time, whatever the clock says
}

func (r *run) startsAt() time.Time { return r.CreatedAt.Add(QueueTime) }
func (r *run) endsAt() time.Time   { return r.startsAt().Add(RunTime) }

func (r *run) status(now time.Time) string {
	switch {
	case !r.CanceledAt.IsZero():
		return canceled
	case now.Before(r.startsAt()) && !r.past:
		return waiting
	case r.Hangs || now.Before(r.endsAt()) && !r.past:
		return running
	case r.Fails:
		return failed
	}
	return complete
}

func (r *run) over(now time.Time) bool {
	s := r.status(now)
	return s != waiting && s != running
}

// startedAt is zero before the start, and for what was canceled before it.
func (r *run) startedAt(now time.Time) time.Time {
	if now.Before(r.startsAt()) && !r.past || !r.CanceledAt.IsZero() && r.CanceledAt.Before(r.startsAt()) {
		return time.Time{}
	}
	return r.startsAt()
}

func (r *run) finishedAt(now time.Time) time.Time {
	switch {
	case !r.CanceledAt.IsZero():
		return r.CanceledAt
	case r.over(now):
		return r.endsAt()
	}
	return time.Time{}
}

// updatedAt is when it last changed.
func (r *run) updatedAt(now time.Time) time.Time {
	return slices.MaxFunc([]time.Time{r.CreatedAt, r.startedAt(now), r.finishedAt(now)}, time.Time.Compare)
}

// cancel does nothing to what is over.
func (r *run) cancel(now time.Time) {
	if !r.over(now) {
		r.CanceledAt = now
	}
}

// startedBefore reports whether a run of this kind was started by a request with the same x-execution-id in this
// workspace.
func (c *call) startedBefore(kind string) bool { return c.started[c.execution(kind)] }

func (c *call) noteStart(kind string) {
	if key := c.execution(kind); key != "" {
		c.started[key] = true
	}
}

func (c *call) execution(kind string) string {
	id := c.r.Header.Get("X-Execution-Id")
	if id == "" {
		return ""
	}
	return c.info.GID + " " + kind + " " + id
}

// period is what dateFilter asks for.
type period struct {
	from, to time.Time
}

func (p period) holds(t time.Time) bool {
	return (p.from.IsZero() || !t.Before(p.from)) && (p.to.IsZero() || t.Before(p.to))
}

// createdWithin reads dateFilter[createdAt][op], in epoch milliseconds. Other fields are ignored (inf).
func (c *call) createdWithin() (period, error) {
	var p period
	for op, set := range map[string]func(time.Time){
		"gte": func(t time.Time) { p.from = t },
		"gt":  func(t time.Time) { p.from = t.Add(time.Millisecond) },
		"lt":  func(t time.Time) { p.to = t },
		"lte": func(t time.Time) { p.to = t.Add(time.Millisecond) },
	} {
		s := c.param("dateFilter[createdAt][" + op + "]")
		if s == "" {
			continue
		}
		ms, ok := decimal(s)
		if !ok {
			return p, badInput("dateFilter must be epoch milliseconds")
		}
		set(time.UnixMilli(ms))
	}
	return p, nil
}

// newestFirst sorts runs that are shown.
func newestFirst(rows []object) []object {
	slices.SortStableFunc(rows, func(a, b object) int { return compare(b["createdAt"], a["createdAt"]) })
	return rows
}

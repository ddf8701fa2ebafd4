// Package quota is the limit of an account, as all runners of a machine keep
// it together: an even pace, what the vendor said of its limit, and a file in
// which the processes tell each other.
package quota

import (
	"math"
	"sync"
	"time"

	"runner/internal/op"
)

// This file is the arithmetic. The pace is kept by a theoretical arrival time
// (GCRA): each request moves it on by the time that one request takes at the
// rate, and may go when no more than the burst lies between now and then. To
// this come, in order of strength:
//
//   - A 429 that names a wait: nobody sends until then, an hour at most.
//   - A 429: the pace is halved, to a sixteenth of the rate at least, and comes
//     back by a sixteenth of the rate every 15 seconds. A lowered pace has no
//     bursts. What was let out before the pace was lowered does not lower it again.
//   - An answer that says that r requests are left for the time t: until then,
//     for five minutes at most, requests are t/r apart; with none left nobody
//     sends until then. What the next such answer says takes its place.
const (
	lowestPace   = 1.0 / 16
	recovery     = 16 * 15 * time.Second // from nothing to the whole rate
	longestAsked = time.Hour
	longestSaid  = 5 * time.Minute
	// A request that waited in line may take a slot that passed meanwhile, so
	// that timers that fire late cost no throughput.
	longestLate = 100 * time.Millisecond
	// longestStep and longestBurst keep sums from overflowing.
	longestStep  = 1e9 * time.Second / 256
	longestBurst = time.Hour
)

// A Quota is a limit. It is safe for concurrent use.
type Quota struct {
	step  time.Duration // between two requests, 0 without a rate
	burst time.Duration // by which requests may be ahead of the pace
	share float64       // of what the vendor says is left
	now   func() time.Time
	file  string // "" if this process keeps the limit by itself

	mu   sync.Mutex
	last state // as this process saw it last
}

// New is a limit that this process keeps by itself.
func New(l op.Limit, now func() time.Time) *Quota {
	q := &Quota{share: 1, now: now}
	if l.Share > 0 {
		q.share = l.Share
	}
	if l.PerSecond > 0 {
		q.step = span(1/l.PerSecond, longestStep)
		q.burst = span(float64(max(1, l.Burst)-1)/l.PerSecond, longestBurst)
	}
	return q
}

// span is a number of seconds, rounded up.
func span(seconds float64, most time.Duration) time.Duration {
	return time.Duration(math.Ceil(min(seconds*1e9, float64(most))))
}

// A Turn is when a request may be sent.
type Turn struct {
	At    time.Time
	Asked bool // the server asked to wait until then
	Kept  bool // it is the request's own; else At is when to ask again

	before, after slots // to give it back
}

// Reserve asks for a turn for a request that stands in line since arrived. It
// keeps none that is after deadline, unless that is zero. Of a turn to come
// Held tells, when it has come, whether it still holds.
func (q *Quota) Reserve(arrived, deadline time.Time) Turn {
	var t Turn
	q.update(q.step > 0, func(s *state, now int64) bool {
		t = Turn{}
		if hold := s.hold(); hold > now {
			t.At, t.Asked = time.Unix(0, hold), true
			return false
		}
		before := s.slots
		at := q.take(s, now, max(min(arrived.UnixNano(), now), now-int64(longestLate), s.hold()))
		t.At = time.Unix(0, max(at, now))
		if !deadline.IsZero() && !t.At.Before(deadline) && at > now {
			s.slots = before
			return false
		}
		t.Kept, t.before, t.after = true, before, s.slots
		return q.step > 0 || s.gap(now) > 0
	})
	return t
}

// take moves s on by one request that came at a moment, and answers its turn.
func (q *Quota) take(s *state, now, came int64) (at int64) {
	step, burst := q.pace(s, now)
	at = max(came, s.Next-burst)
	if gap := s.gap(now); gap > 0 {
		at = max(at, s.Last+gap)
	}
	s.Next, s.Last = max(s.Next, at)+step, at
	return at
}

// pace is what lies between two requests, and by how much they may be ahead.
func (q *Quota) pace(s *state, now int64) (step, burst int64) {
	share := s.share(now)
	if share == 1 {
		return int64(q.step), int64(q.burst)
	}
	return int64(math.Ceil(float64(q.step) / share)), 0
}

// Expect is when a request might have its turn that has so many before it
// that have none yet, as far as this process knows.
func (q *Quota) Expect(ahead int) (at time.Time, asked bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	s, now := q.last, q.now().UnixNano()
	step, burst := q.pace(&s, now)
	next := max(now, s.Next-burst+int64(min(float64(step)*float64(ahead), float64(longestStep))))
	if gap := s.gap(now); gap > 0 {
		next = max(next, s.Last+int64(min(float64(gap)*float64(ahead+1), float64(longestStep))))
	}
	hold := s.hold()
	return time.Unix(0, max(next, hold)), hold > next
}

// Held reports whether the server asked meanwhile that nothing be sent.
func (q *Quota) Held() (held bool) {
	q.update(false, func(s *state, now int64) bool {
		held = s.hold() > now
		return false
	})
	return held
}

// Return gives back a turn that is not used. It is lost if somebody else took
// one after it.
func (q *Quota) Return(t Turn) {
	q.update(false, func(s *state, _ int64) bool {
		if !t.Kept || s.slots != t.after {
			return false
		}
		s.slots = t.before
		return true
	})
}

// Limited is told of a request that was let out at a moment and refused
// because of a limit, with the wait that the server asks for, negative for none.
func (q *Quota) Limited(sent time.Time, wait time.Duration) {
	q.update(true, func(s *state, now int64) bool {
		if wait > 0 {
			s.Asked = max(s.Asked, now+int64(min(wait, longestAsked)))
		}
		if sent.UnixNano() > s.Lowered {
			s.Share = max(lowestPace, s.share(now)/2)
			s.Lowered = max(now, s.Asked)
		}
		return true
	})
}

// Heard is told what an answer says of the vendor's limit.
func (q *Quota) Heard(said op.Quota) {
	if said.Reset <= 0 {
		return
	}
	q.update(true, func(s *state, now int64) bool {
		until := now + int64(min(said.Reset, longestSaid))
		s.Said, s.Gap, s.GapUntil = 0, 0, 0
		left := math.Max(0, said.Remaining) * q.share
		if left == 0 {
			s.Said = until
			return true
		}
		s.Gap, s.GapUntil = int64(math.Min(float64(said.Reset)/left, float64(longestSaid))), until
		return true
	})
}

package quota

import (
	"testing"
	"time"

	"runner/internal/op"
)

// A clock is put forward by hand.
type clock struct{ at time.Time }

func (c *clock) now() time.Time { return c.at }

func newClock() *clock { return &clock{time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)} }

// turns takes so many turns at once and answers how long after now they are.
func turns(c *clock, q *Quota, n int) (after []time.Duration) {
	for range n {
		after = append(after, q.Reserve(c.at, time.Time{}).At.Sub(c.at))
	}
	return after
}

func sameTurns(t *testing.T, got, want []time.Duration) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("got %v, want %v", got, want)
	}
	for i := range got {
		if d := got[i] - want[i]; d < -time.Microsecond || d > time.Microsecond {
			t.Fatalf("got %v, want %v", got, want)
		}
	}
}

const s = time.Second

func TestPace(t *testing.T) {
	for name, tt := range map[string]struct {
		limit op.Limit
		idle  time.Duration // between the first turn and the rest
		want  []time.Duration
	}{
		"evenly":                    {op.Limit{PerSecond: 2, Burst: 1}, 0, []time.Duration{0, s / 2, s, 3 * s / 2}},
		"after a burst":             {op.Limit{PerSecond: 2, Burst: 3}, 0, []time.Duration{0, 0, 0, s / 2, s}},
		"a burst of zero is one":    {op.Limit{PerSecond: 2}, 0, []time.Duration{0, s / 2, s}},
		"no burst is saved up":      {op.Limit{PerSecond: 2, Burst: 2}, time.Hour, []time.Duration{0, 0, 0, s / 2}},
		"a million a second":        {op.Limit{PerSecond: 1e6, Burst: 1}, 0, []time.Duration{0, time.Microsecond, 2 * time.Microsecond}},
		"more than a billion":       {op.Limit{PerSecond: 1e300, Burst: 1e9}, 0, []time.Duration{0, 0, 0}},
		"hardly ever":               {op.Limit{PerSecond: 1e-300, Burst: 1}, 0, []time.Duration{0, longestStep, 2 * longestStep}},
		"without a rate":            {op.Limit{}, 0, []time.Duration{0, 0, 0}},
		"a burst of a slow rate":    {op.Limit{PerSecond: 1e-300, Burst: 1e9}, 0, []time.Duration{0, longestStep - longestBurst}},
		"a rate that does not fit":  {op.Limit{PerSecond: 3, Burst: 1}, 0, []time.Duration{0, s / 3, 2 * s / 3, s}},
		"a share does not count it": {op.Limit{PerSecond: 2, Burst: 1, Share: 0.5}, 0, []time.Duration{0, s / 2}},
	} {
		t.Run(name, func(t *testing.T) {
			c := newClock()
			q := New(tt.limit, c.now)
			got := turns(c, q, 1)
			c.at = c.at.Add(tt.idle)
			sameTurns(t, append(got, turns(c, q, len(tt.want)-1)...), tt.want)
		})
	}
}

// At a million a second the pace is exact over a long time.
func TestPaceIsExact(t *testing.T) {
	c := newClock()
	q := New(op.Limit{PerSecond: 1e6, Burst: 1}, c.now)
	var at time.Time
	for range 1_000_000 {
		at = q.Reserve(c.at, time.Time{}).At
	}
	if took := at.Sub(c.at); took != s-time.Microsecond {
		t.Errorf("a million turns take %v", took)
	}
}

// Who waits takes a slot that passed meanwhile, but none of long ago.
func TestLateness(t *testing.T) {
	for name, tt := range map[string]struct {
		late time.Duration
		want []time.Duration
	}{
		"a little": {3 * s / 100, []time.Duration{0, 0, 0, s / 100}},
		"a lot":    {s, []time.Duration{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, s / 100}},
	} {
		t.Run(name, func(t *testing.T) {
			c := newClock()
			q := New(op.Limit{PerSecond: 100, Burst: 1}, c.now)
			arrived := c.at
			_ = turns(c, q, 1)
			c.at = c.at.Add(tt.late)
			var got []time.Duration
			for range tt.want {
				got = append(got, q.Reserve(arrived, time.Time{}).At.Sub(c.at))
			}
			sameTurns(t, got, tt.want)
		})
	}
}

// While nobody may send no slots pass that could be taken.
func TestLatenessAfterAWait(t *testing.T) {
	c := newClock()
	q := New(op.Limit{PerSecond: 100, Burst: 1}, c.now)
	arrived := c.at
	q.Heard(op.Quota{Reset: s})
	c.at = c.at.Add(s)
	var got []time.Duration
	for range 3 {
		got = append(got, q.Reserve(arrived, time.Time{}).At.Sub(c.at))
	}
	sameTurns(t, got, []time.Duration{0, s / 100, s / 50})
}

func TestTurnsThatAreNotUsed(t *testing.T) {
	c := newClock()
	q := New(op.Limit{PerSecond: 1, Burst: 1}, c.now)
	_ = turns(c, q, 1)
	late := q.Reserve(c.at, c.at.Add(s))
	if late.Kept || !late.At.Equal(c.at.Add(s)) {
		t.Errorf("after the deadline there is a turn: %+v", late)
	}
	q.Return(late) // it was not kept
	second := q.Reserve(c.at, c.at.Add(2*s))
	q.Return(second)
	sameTurns(t, turns(c, q, 1), []time.Duration{s}) // the same again
	lost := q.Reserve(c.at, time.Time{})
	sameTurns(t, turns(c, q, 1), []time.Duration{3 * s})
	q.Return(lost) // somebody stands behind it
	sameTurns(t, turns(c, q, 1), []time.Duration{4 * s})
}

// A 429 holds up everybody, and halves the pace once for all requests that
// were under way; the pace comes back by a sixteenth every 15 seconds.
func TestLimited(t *testing.T) {
	c := newClock()
	q := New(op.Limit{PerSecond: 10, Burst: 10}, c.now)
	sent := c.at
	c.at = c.at.Add(s)
	for range 64 {
		q.Limited(sent, 42*s)
	}
	turn := q.Reserve(c.at, time.Time{})
	if turn.Kept || !turn.Asked || !turn.At.Equal(c.at.Add(42*s)) || !q.Held() {
		t.Errorf("the turn is %+v", turn)
	}
	c.at = turn.At
	if q.Held() {
		t.Error("it is held when the wait is over")
	}
	sameTurns(t, turns(c, q, 3), []time.Duration{0, s / 5, 2 * s / 5}) // half, and no burst
	c.at = c.at.Add(15 * s)
	sameTurns(t, turns(c, q, 2), []time.Duration{0, s * 16 / 90})
	c.at = c.at.Add(105 * s)
	sameTurns(t, turns(c, q, 11), append(make([]time.Duration, 10), s/10)) // all of it, with its burst
	for range 20 {
		c.at = c.at.Add(time.Millisecond)
		q.Limited(c.at, -1)
	}
	c.at = c.at.Add(2 * s)
	sameTurns(t, turns(c, q, 2), []time.Duration{0, s * 240 / 170}) // a sixteenth, and what came back in two seconds
}

func TestLongestHolds(t *testing.T) {
	c := newClock()
	q := New(op.Limit{PerSecond: 10, Burst: 10}, c.now)
	q.Limited(c.at, 1e9*s)
	if wait := q.Reserve(c.at, time.Time{}).At.Sub(c.at); wait != time.Hour {
		t.Errorf("a 429 holds for %v", wait)
	}
	q = New(op.Limit{PerSecond: 10, Burst: 10}, c.now)
	q.Heard(op.Quota{Reset: 1e9 * s})
	if wait := q.Reserve(c.at, time.Time{}).At.Sub(c.at); wait != 5*time.Minute {
		t.Errorf("a header holds for %v", wait)
	}
}

func TestHeard(t *testing.T) {
	for name, tt := range map[string]struct {
		limit op.Limit
		said  []op.Quota
		want  []time.Duration
	}{
		"nothing":                     {op.Limit{PerSecond: 2, Burst: 2}, []op.Quota{{}}, []time.Duration{0, 0, s / 2}},
		"slower than the pace":        {op.Limit{PerSecond: 2, Burst: 2}, []op.Quota{{Remaining: 10, Reset: 30 * s}}, []time.Duration{0, 3 * s, 6 * s}},
		"the pace is slower":          {op.Limit{PerSecond: 2, Burst: 2}, []op.Quota{{Remaining: 1000, Reset: 30 * s}}, []time.Duration{0, 3 * s / 100, s / 2}},
		"half of it is ours":          {op.Limit{PerSecond: 2, Burst: 2, Share: 0.5}, []op.Quota{{Remaining: 10, Reset: 30 * s}}, []time.Duration{0, 6 * s}},
		"without a rate":              {op.Limit{}, []op.Quota{{Remaining: 10, Reset: 30 * s}}, []time.Duration{0, 3 * s, 6 * s}},
		"none are left":               {op.Limit{PerSecond: 2, Burst: 2}, []op.Quota{{Reset: 30 * s}}, []time.Duration{30 * s}},
		"the last word counts":        {op.Limit{PerSecond: 2, Burst: 2}, []op.Quota{{Reset: 30 * s}, {Remaining: 1000, Reset: 30 * s}}, []time.Duration{0, 3 * s / 100, s / 2}},
		"but silence is none":         {op.Limit{PerSecond: 2, Burst: 2}, []op.Quota{{Remaining: 10, Reset: 30 * s}, {}}, []time.Duration{0, 3 * s}},
		"less than one a window":      {op.Limit{PerSecond: 2, Burst: 1}, []op.Quota{{Remaining: 1e-300, Reset: 30 * s}}, []time.Duration{0, 5 * time.Minute}},
		"more than can be counted to": {op.Limit{PerSecond: 2, Burst: 1}, []op.Quota{{Remaining: 1e300, Reset: 30 * s}}, []time.Duration{0, s / 2}},
	} {
		t.Run(name, func(t *testing.T) {
			c := newClock()
			q := New(tt.limit, c.now)
			for _, said := range tt.said {
				q.Heard(said)
			}
			sameTurns(t, turns(c, q, len(tt.want)), tt.want)
		})
	}
}

// What headers say ends with their reset, and what was given meanwhile does
// not hold up others after it.
func TestHeardEnds(t *testing.T) {
	c := newClock()
	q := New(op.Limit{PerSecond: 10, Burst: 1}, c.now)
	q.Heard(op.Quota{Remaining: 1, Reset: 60 * s})
	sameTurns(t, turns(c, q, 1), []time.Duration{0})
	q.Heard(op.Quota{Remaining: 1000, Reset: 60 * s}) // another resource
	sameTurns(t, turns(c, q, 2), []time.Duration{s / 10, s / 5})
	q.Heard(op.Quota{Remaining: 1, Reset: 60 * s})
	c.at = c.at.Add(60 * s)
	sameTurns(t, turns(c, q, 3), []time.Duration{0, s / 10, s / 5})
}

func TestExpect(t *testing.T) {
	c := newClock()
	q := New(op.Limit{PerSecond: 2, Burst: 2}, c.now)
	expect := func(ahead int, wait time.Duration, asked bool) {
		t.Helper()
		if at, is := q.Expect(ahead); at.Sub(c.at) != wait || is != asked {
			t.Errorf("with %d ahead: %v, %v, want %v, %v", ahead, at.Sub(c.at), is, wait, asked)
		}
	}
	_ = turns(c, q, 2)
	expect(0, s/2, false)
	expect(10, 11*s/2, false)
	q.Heard(op.Quota{Remaining: 10, Reset: 30 * s})
	expect(10, 33*s, false)
	q.Limited(c.at, 45*s)
	expect(0, 45*s, true)
}

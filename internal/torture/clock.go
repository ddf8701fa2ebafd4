package torture

import "time"

// A Clock goes fast from a fixed time on. Two processes that are given the same
// one agree on the time.
type Clock struct {
	Base  time.Time `json:"base"`  // what it shows in the beginning
	Began time.Time `json:"began"` // when that was by the machine's clock
	Speed int64     `json:"speed"` // how many times as fast it goes
}

// At is what it shows when the machine's clock shows t.
func (c Clock) At(t time.Time) time.Time {
	return c.Base.Add(time.Duration(c.Speed) * t.Round(0).Sub(c.Began))
}

// Shorter is how long d lasts by the machine's clock.
func (c Clock) Shorter(d time.Duration) time.Duration { return d / time.Duration(c.Speed) }

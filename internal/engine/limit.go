package engine

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"runner/internal/op"
	"runner/internal/quota"
)

// A Connection is an opened account at a vendor.
type Connection struct {
	Name    string
	Account string                // where it leads, and as whom
	Vendor  any                   // what the module's operations take
	Rate    float64               // requests a second that it keeps to, 0 for any
	Timeout time.Duration         // of a call with all its attempts
	Settle  op.Opt[time.Duration] // how long the vendor may be at work on a call without an answer, if not what its operation says
	Quota   *quota.Quota          // who pays for its requests

	front chan struct{} // holds the one whose turn is next
	line  atomic.Int64  // how many have no turn yet

	mu   sync.Mutex
	told time.Time // until when all waits are told of
}

// NewConnection makes a connection that keeps to the client's limit, by
// itself unless it is given another Quota.
func NewConnection(name string, c op.Client) *Connection {
	return &Connection{
		Name: name, Account: c.Account, Rate: c.Limit.PerSecond, Vendor: c.Vendor, Timeout: c.Timeout, Settle: c.Settle,
		Quota: quota.New(c.Limit, time.Now), front: make(chan struct{}, 1),
	}
}

// pay waits for the limit's leave to send one request. It gives up, and says
// so, when ctx or stop is done, or will be before it is the request's turn.
//
// Requests stand in line, and only the first takes a turn from the quota: so
// the turns of several processes alternate, however many branches each has,
// and what the server says meanwhile holds for the whole line.
func (c *Connection) pay(ctx context.Context, stop <-chan struct{}, tell func(why string, wait time.Duration)) *op.Error {
	arrived := time.Now()
	deadline, _ := ctx.Deadline()
	before := c.line.Add(1) - 1
	inLine := true
	leave := func() {
		if inLine {
			c.line.Add(-1)
		}
		inLine = false
	}
	defer leave()
	select {
	case c.front <- struct{}{}:
	default:
		at, asked := c.Quota.Expect(int(before))
		if !deadline.IsZero() && !at.Before(deadline) {
			return c.tooLate(asked, at.Sub(arrived))
		}
		c.tell(tell, asked, at)
		select {
		case c.front <- struct{}{}:
		case <-ctx.Done():
			return c.tooLate(asked, at.Sub(arrived))
		case <-stop:
			return c.tooLate(asked, at.Sub(arrived))
		}
	}
	defer func() { <-c.front }()
	for {
		turn := c.Quota.Reserve(arrived, deadline)
		now := time.Now()
		wait := turn.At.Sub(now)
		if turn.Kept {
			leave()
		}
		if wait <= 0 && turn.Kept {
			return nil
		}
		if !deadline.IsZero() && !turn.At.Before(deadline) {
			return c.tooLate(turn.Asked, wait)
		}
		c.tell(tell, turn.Asked, turn.At)
		t := time.NewTimer(wait)
		select {
		case <-t.C:
		case <-ctx.Done():
			t.Stop()
			c.Quota.Return(turn)
			return c.tooLate(turn.Asked, wait)
		case <-stop:
			t.Stop()
			c.Quota.Return(turn)
			return c.tooLate(turn.Asked, wait)
		}
		if turn.Kept && !c.Quota.Held() {
			return nil
		}
	}
}

// tell tells of a wait of more than two seconds: of one at a time, however
// many branches stand in line, unless the server asks for a longer one.
func (c *Connection) tell(tell func(why string, wait time.Duration), asked bool, at time.Time) {
	wait := time.Until(at)
	if wait <= announced || !c.news(at, asked) {
		return
	}
	why := fmt.Sprintf("the limit of connection %q", c.Name)
	if asked {
		why = fmt.Sprintf("the server's limit for connection %q is used up", c.Name)
	}
	tell(why, wait)
}

// news reports whether a wait until at has to be told of, and takes it for told.
func (c *Connection) news(at time.Time, asked bool) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if asked && at.Sub(c.told) <= announced || !asked && time.Now().Before(c.told) {
		return false
	}
	c.told = at
	return true
}

func (c *Connection) tooLate(asked bool, wait time.Duration) *op.Error {
	e := &op.Error{
		Kind: op.Timeout, Cause: fmt.Sprintf("the limit of connection %q left no room before the call's deadline", c.Name), RetryAfter: -1,
		Hint: "run fewer branches at a time, or raise call_timeout or rate of the connection",
	}
	if asked {
		e.Cause = fmt.Sprintf("the server asked connection %q to wait for %s, until after the call's deadline", c.Name, inSeconds(wait))
		e.Hint = "run it again later, or raise call_timeout of the connection"
	}
	return e
}

// inSeconds is a wait as people say it: "42 s", "1.5 s".
func inSeconds(d time.Duration) string {
	return fmt.Sprintf("%.4g s", d.Round(100*time.Millisecond).Seconds())
}

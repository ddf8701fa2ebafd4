package engine

import (
	"context"
	"fmt"
	"time"

	"golang.org/x/time/rate"

	"runner/internal/op"
)

// A Connection is an opened account at a vendor.
type Connection struct {
	Name    string
	Account string                // where it leads, and as whom
	Vendor  any                   // what the module's operations take
	Rate    float64               // requests a second that it keeps to, 0 for any
	Timeout time.Duration         // of a call with all its attempts
	Settle  op.Opt[time.Duration] // how long the vendor may be at work on a call without an answer, if not what its operation says
	limiter *rate.Limiter
}

// NewConnection makes a connection that keeps to the client's limit.
func NewConnection(name string, c op.Client) *Connection {
	limit := rate.Inf
	if c.Limit.PerSecond > 0 {
		limit = rate.Limit(c.Limit.PerSecond)
	}
	return &Connection{Name: name, Account: c.Account, Rate: c.Limit.PerSecond, Vendor: c.Vendor, Timeout: c.Timeout, Settle: c.Settle, limiter: rate.NewLimiter(limit, max(1, c.Limit.Burst))}
}

// pay waits for the limit's leave to send one request. It gives up, and says
// so, when ctx or stop is done, or will be before it is the request's turn.
func (c *Connection) pay(ctx context.Context, stop <-chan struct{}) *op.Error {
	now := time.Now()
	turn := c.limiter.ReserveN(now, 1)
	wait := turn.DelayFrom(now)
	if wait == 0 {
		return nil
	}
	if deadline, ok := ctx.Deadline(); !ok || now.Add(wait).Before(deadline) {
		t := time.NewTimer(wait)
		defer t.Stop()
		select {
		case <-t.C:
			return nil
		case <-ctx.Done():
		case <-stop:
		}
	}
	turn.Cancel()
	return &op.Error{
		Kind: op.Timeout, Cause: fmt.Sprintf("the limit of connection %q left no room before the call's deadline", c.Name), RetryAfter: -1,
		Hint: "run fewer branches at a time, or raise call_timeout or rate of the connection",
	}
}

package emulator

import (
	"math"
	"net/http"
	"slices"
	"strconv"
	"time"
)

// A bucket is a number of requests that a workspace may make in a time, with all its tokens together (inf).
type bucket struct {
	name    string
	most    int
	in      time.Duration
	perUser bool // each user has one of their own
}

func perMinute(name string) bucket { return bucket{name: name, most: 60, in: time.Minute} }
func perSecond(name string) bucket { return bucket{name: name, most: 1, in: time.Second} }

// count lets a request pass or refuses it. Refused requests are not counted (inf).
func (c *call) count(b bucket) error {
	if !c.opts.Limits || b.name == "" {
		return nil
	}
	name, since := b.name, c.now.Add(-b.in)
	if b.perUser {
		name += " " + decimal(c.by.UserID)
	}
	passed := slices.DeleteFunc(c.passed[name], func(t time.Time) bool { return !t.After(since) })
	c.passed[name] = passed
	if len(passed) < b.most {
		c.passed[name] = append(passed, c.now)
		return nil
	}
	f := &failure{status: http.StatusTooManyRequests, body: object{"message": "Too many requests"}} // (inf) the words
	if wait := passed[0].Sub(since); !c.opts.NoRetryAfter {
		f.retryAfter = strconv.Itoa(max(1, int(math.Ceil(wait.Seconds()))))
	}
	return f
}

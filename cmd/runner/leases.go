package main

import (
	"context"
	"fmt"
	"os"
	"time"

	"runner/internal/engine"
	"runner/internal/op"
	"runner/internal/vendors"
)

// This file says which runs take a lease of which account, and waits for it.
// It is taken when a connection is opened, before anything is read: what was
// read before another run changed it would be wrong.

// The values of a connection's setting lease.
const (
	leaseScript     = "script"     // one run of a script at a time
	leaseConnection = "connection" // one run at a time, whatever the script
	leaseNone       = "none"
)

var leaseKinds = []string{leaseScript, leaseConnection, leaseNone}

// leasePoll is how often a lease that another run holds is tried again.
const leasePoll = 100 * time.Millisecond

// A claim is a lease on its way to be taken.
type claim struct {
	s     *session
	place place
	name  string // of the connection
	lease *lease
	err   error
	ended chan struct{} // closed when it was taken, or given up
}

// claim takes the lease of a connection that this run may change something
// over. b is nil before the script begins. All branches wait for the one
// claim.
func (s *session) claim(b *engine.Branch, at, module string, conn *engine.Connection) *op.Error {
	kind := s.accounts.leaseOf(conn.Name)
	dir := s.a.stateDir("leases")
	if !s.mayChange(module, conn.Name) || kind == leaseNone || dir == "" || os.MkdirAll(dir, 0o700) != nil {
		return nil // without a folder nothing can be changed: there is no journal either
	}
	p := place{dir: dir, account: digestOf(module, conn.Account)}
	if kind == leaseScript {
		p.script = s.identity()
	}
	c, begun := s.claims[p]
	if !begun {
		c = &claim{s: s, place: p, name: conn.Name, ended: make(chan struct{})}
		s.claims[p] = c
	}
	wait := s.run.Stopped
	if b != nil && !begun {
		wait = func() *op.Error { return b.Wait("lease", c.take, c.wait) }
	} else if b != nil {
		wait = func() *op.Error { return b.Wait("lease", c.over, c.follow) }
	} else if !begun && !c.take() {
		c.wait(s.run.Stopping())
	}
	if e := wait(); e != nil {
		return e
	}
	if c.lease != nil {
		return nil
	}
	e := c.refusal()
	if b == nil {
		return e
	}
	return s.stop(halt{e, at, b.Path()})
}

// mayChange reports whether the run may change something over a connection.
func (s *session) mayChange(module, name string) bool {
	for _, v := range vendors.All {
		if v.Module.Name == module && v.Local {
			return false
		}
	}
	return !s.f.dryRun && !s.accounts.emulated(name) && (s.oneCall == nil || s.oneCall.Effect != op.Read)
}

// identity tells scripts apart: by their files, or by what they say.
func (s *session) identity() string {
	if s.path == "" {
		return digestOf("text", s.script.Source)
	}
	return digestOf("file", s.path)
}

// take tries once, and reports whether there is nothing to wait for.
func (c *claim) take() bool {
	var held bool
	if c.lease, held, c.err = c.place.take(c.s.self()); held && c.s.f.lockTimeout > 0 {
		return false
	}
	close(c.ended)
	return true
}

func (s *session) self() holder {
	host, _ := os.Hostname()
	user, _ := s.a.env("USER")
	return holder{Run: s.report.Run, Script: s.script.Name, PID: os.Getpid(), Host: host, User: user, Since: s.a.now().UTC()}
}

// wait tries again until --lock-timeout is over, or ctx is done.
func (c *claim) wait(ctx context.Context) {
	defer close(c.ended)
	ctx, cancel := context.WithTimeout(ctx, c.s.f.lockTimeout)
	defer cancel()
	every := time.NewTicker(leasePoll)
	defer every.Stop()
	who, began, tell := c.place.holder(), time.Now(), 10*time.Second
	c.s.err.line(fmt.Sprintf("waiting for %s, which may change %q; Ctrl-C ends that", who, c.name))
	for {
		select {
		case <-ctx.Done():
			return
		case <-every.C:
		}
		var held bool
		if c.lease, held, c.err = c.place.take(c.s.self()); !held {
			return
		}
		if since := time.Since(began); since >= tell {
			c.s.still(c.place.holder().String(), since)
			tell = 2 * since
		}
	}
}

// over reports whether the claim of another branch has ended.
func (c *claim) over() bool {
	select {
	case <-c.ended:
		return true
	default:
		return false
	}
}

// follow waits for the claim of another branch.
func (c *claim) follow(ctx context.Context) {
	select {
	case <-c.ended:
	case <-ctx.Done():
	}
}

// refusal is why the run does not go on without the lease.
func (c *claim) refusal() *op.Error {
	subject := fmt.Sprintf("connection %q", c.name)
	if c.err != nil {
		return refused(subject, "whether another run changes something there cannot be found out: "+reason(c.err), `mend the state folder, or set lease = "none" for the connection`)
	}
	who := c.place.holder()
	cause := fmt.Sprintf("%s may be changing something there", who)
	if c.s.f.lockTimeout > 0 {
		cause += ", also after " + spanText(c.s.f.lockTimeout)
	}
	hint := "wait for it to end, or have --lock-timeout 10m do so"
	if who != nil {
		hint += "; runner show " + who.Run + " tells how far it is"
	}
	return refused(subject, cause, hint)
}

// release gives all leases back.
func (s *session) release() {
	for _, c := range s.claims {
		if c.over() && c.lease != nil {
			c.lease.release()
		}
	}
}

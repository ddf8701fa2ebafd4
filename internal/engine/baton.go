package engine

import (
	"slices"
	"sync"
	"sync/atomic"
)

// This file is the scheduler. One strand at a time holds the baton and runs;
// the others wait for their turn, first in, first out. A strand passes the
// baton on exactly while a call, a sleep or a join waits. When no strand can
// run, one outcome that has arrived is delivered, and its strand runs. What
// happens between two deliveries is therefore decided by the script alone,
// and the same outcomes in the same order lead to the same run.
//
// In a run that goes on, outcomes that its record has are delivered in the
// order of the record. As long as the record has to be followed exactly, no
// other outcome is.
//
// There is no goroutine that schedules: whoever passes the baton, or arrives
// with an outcome while nobody holds it, does the work. A sequential script
// never leaves its goroutine.

// A strand is a goroutine that takes part.
type strand struct {
	run  *Run
	wake chan struct{} // capacity 1: the baton is handed over through it
}

func newStrand(r *Run) *strand { return &strand{run: r, wake: make(chan struct{}, 1)} }

// An arrival is an outcome on its way to a strand.
type arrival struct {
	to      *strand
	deliver func() // records the outcome; called with the baton held
	rank    int64  // its place in the record, unranked if it has none
	exact   bool   // the record that has to be followed exactly has it
}

type baton struct {
	turns atomic.Int64 // how often it was handed over, or a call was planned

	mu      sync.Mutex
	held    bool
	ready   []*strand
	arrived []arrival
	ranked  bool   // some arrivals have a rank
	exact   bool   // only arrivals that are exact may be delivered
	stalled func() // called with the baton held when exact leaves nothing to do; it ends exact
}

// hold takes the baton at the start of a run.
func (b *baton) hold() {
	b.mu.Lock()
	b.held = true
	b.mu.Unlock()
}

func (b *baton) idle() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return !b.held
}

// makeReady queues a strand. The caller holds the baton.
func (b *baton) makeReady(s *strand) {
	b.mu.Lock()
	b.ready = append(b.ready, s)
	b.mu.Unlock()
}

// pass gives the baton away: to the next strand that can run, else to the one
// whose outcome arrived first, else to nobody. While an outcome is delivered
// the baton is still held, so that nobody else goes on, but others may arrive.
func (b *baton) pass() {
	b.mu.Lock()
	for len(b.ready) == 0 {
		a, ok := b.take()
		if !ok && b.exact {
			b.mu.Unlock()
			b.stalled()
			b.mu.Lock()
			continue
		}
		if !ok {
			b.held = false
			b.mu.Unlock()
			return
		}
		b.mu.Unlock()
		a.deliver()
		b.mu.Lock()
		b.ready = append(b.ready, a.to)
	}
	s := b.ready[0]
	b.ready[0] = nil
	b.ready = b.ready[1:]
	b.mu.Unlock()
	b.turns.Add(1)
	s.wake <- struct{}{}
}

// take takes the outcome that is delivered next.
func (b *baton) take() (a arrival, ok bool) {
	best := -1
	for i, x := range b.arrived {
		if b.exact && !x.exact {
			continue
		}
		if best < 0 || x.rank < b.arrived[best].rank {
			best = i
		}
		if !b.ranked {
			break
		}
	}
	if best < 0 {
		return a, false
	}
	a = b.arrived[best]
	if best == 0 {
		b.arrived[0] = arrival{}
		b.arrived = b.arrived[1:]
	} else {
		b.arrived = slices.Delete(b.arrived, best, best+1)
	}
	return a, true
}

// follow has outcomes delivered as the record has them; exactly, until free
// is called.
func (b *baton) follow(exact bool, stalled func()) {
	b.ranked, b.exact, b.stalled = true, exact, stalled
}

func (b *baton) free() {
	b.mu.Lock()
	b.exact = false
	b.mu.Unlock()
}

// recall passes the baton until an outcome of the record is delivered.
func (b *baton) recall(a arrival) {
	b.mu.Lock()
	b.arrived = append(b.arrived, a)
	b.mu.Unlock()
	b.pass()
	<-a.to.wake
}

// wait passes the baton, does work without it, and comes back with it when
// the outcome has been delivered.
func (b *baton) wait(s *strand, work func() (deliver func())) {
	b.pass()
	deliver := work()
	b.mu.Lock()
	b.arrived = append(b.arrived, arrival{to: s, deliver: deliver, rank: unranked})
	free := !b.held
	b.held = true
	b.mu.Unlock()
	if free {
		b.pass()
	}
	<-s.wake
}

// park passes the baton until another strand makes s ready.
func (b *baton) park(s *strand) {
	b.pass()
	<-s.wake
}

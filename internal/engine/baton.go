package engine

import (
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
}

type baton struct {
	turns atomic.Int64 // how often it was handed over, or a call was planned

	mu      sync.Mutex
	held    bool
	ready   []*strand
	arrived []arrival
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
		if len(b.arrived) == 0 {
			b.held = false
			b.mu.Unlock()
			return
		}
		a := b.arrived[0]
		b.arrived[0] = arrival{}
		b.arrived = b.arrived[1:]
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

// wait passes the baton, does work without it, and comes back with it when
// the outcome has been delivered.
func (b *baton) wait(s *strand, work func() (deliver func())) {
	b.pass()
	deliver := work()
	b.mu.Lock()
	b.arrived = append(b.arrived, arrival{s, deliver})
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

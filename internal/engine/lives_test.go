package engine

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"os"
	"reflect"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"runner/internal/journal"
	"runner/internal/op"
)

// This file kills random runs at random records, as often as it takes until
// they come to their end. RUNNER_LIVES is how many runs there are of each kind.

func seeds(t *testing.T, otherwise uint64) uint64 {
	if n, err := strconv.ParseUint(os.Getenv("RUNNER_LIVES"), 10, 64); err == nil {
		return n
	}
	if testing.Short() {
		return otherwise / 10
	}
	return otherwise
}

var errDied = errors.New("the process died")

// dies has a process die before it writes one of the next records. What is
// under way then comes to its end at the vendor, and nobody hears of it.
func (p *process) dies(random *rand.Rand) {
	last := p.was + 2 + random.IntN(25)
	p.m.on = func(journal.Record) error {
		if len(p.m.records) >= last {
			return errDied
		}
		return nil
	}
}

// left is what is on disk of the journal: at least what a call waited for.
func (p *process) left(random *rand.Rand) []journal.Record {
	n := len(p.m.records)
	if least := max(p.was, int(p.m.synced)); random.IntN(3) == 0 && n > least {
		n -= random.IntN(n - least + 1)
	}
	return p.m.records[:n]
}

// ended reports whether a run came to its end.
func (p *process) ended() bool { return p.m.records[len(p.m.records)-1].Kind == journal.End }

// outcomes are the calls of which a journal has one, by key.
func outcomes(records []journal.Record) map[string]journal.Record {
	list := map[string]journal.Record{}
	for _, rec := range records {
		if rec.Kind == journal.Done || rec.Kind == journal.Fail {
			list[rec.Key] = rec
		}
	}
	return list
}

// A run that died goes on as if it had not: no call with an outcome on record
// is sent again, none that may have acted is, the outcomes stay, and the whole
// journal is that of a run that nothing happened to.
func TestRunsThatDieGoOn(t *testing.T) {
	lives, inDoubt := 0, 0
	for seed := range seeds(t, 200) {
		synctest.Test(t, func(t *testing.T) {
			random := rand.New(rand.NewPCG(seed, 2))
			w := newWorld(seed, nil)
			sent := map[string]int{}
			vendor := to(func(ctx context.Context, in Flow) (Flow, error) {
				w.Lock()
				sent[in.ID]++
				w.Unlock()
				return w.perform(ctx, in)
			})
			live := func(p *process) {
				lives++
				play := &play{w: w, conn: vendor, seed: seed, uses: map[string]int{}}
				_ = p.exec(vendor, func(b *Branch, _ *Connection) *op.Error { play.top(b); return nil })
				if e := p.run.Stopped(); e != nil && !errors.Is(e, errDied) {
					t.Fatalf("seed %d, life %d: %v", seed, lives, e)
				}
			}
			p := begin(t)
			p.dies(random)
			live(p)
			for !p.ended() {
				records := p.left(random)
				time.Sleep(time.Duration(random.IntN(1000)) * time.Millisecond)
				known := outcomes(records)
				clear(sent)
				before := records
				p = goOn(t, records, journal.Continuation{})
				p.dies(random)
				live(p)
				for key := range sent {
					if _, ok := known[key]; ok {
						t.Errorf("seed %d: %s has an outcome, and is sent again", seed, key)
					}
				}
				for _, rec := range before {
					if _, ok := known[rec.Key]; !ok && rec.Kind == journal.Begin && rec.Op == createFlow.Name {
						inDoubt++
						if sent[rec.Key] > 0 {
							t.Errorf("seed %d: %s may have happened, and is sent again", seed, rec.Key)
						}
					}
				}
				now := outcomes(p.m.records)
				for key, was := range known {
					if !reflect.DeepEqual(now[key], was) {
						t.Errorf("seed %d: the outcome of %s was %s%s, and is %s%s", seed, key, was.B, was.E, now[key].B, now[key].E)
					}
				}
			}
			clear(sent)
			records := p.m.records[:len(p.m.records)-1]
			p = goOn(t, records, journal.Continuation{})
			live(p)
			same(t, fmt.Sprintf("seed %d: added to a whole journal", seed), p.added(), []string{"resume", "end"})
			if len(sent) > 0 {
				t.Errorf("seed %d: sent again: %v", seed, sent)
			}
		})
		if t.Failed() {
			return
		}
	}
	t.Logf("%d lives, %d calls in doubt", lives, inDoubt)
	if !testing.Short() && (os.Getenv("RUNNER_LIVES") == "" && (lives < 1500 || inDoubt < 1000)) {
		t.Errorf("only %d lives, %d calls in doubt", lives, inDoubt)
	}
}

// A saga is a random script whose failures end it, or what is around them.
// What it asks for depends on its place alone.
type saga struct {
	seed uint64
	uses map[string]int
	conn *Connection
}

func (s *saga) act(b *Branch, depth int) *op.Error {
	h := fnv.New64a()
	h.Write([]byte(b.Path()))
	random := rand.New(rand.NewPCG(s.seed, h.Sum64()))
	for range 1 + random.IntN(4) {
		var e *op.Error
		switch n := random.IntN(10); {
		case n < 5:
			o := []*op.Operation{shopGet, shopAdd, shopRun, shopPut}[random.IntN(4)]
			s.uses[b.Path()+o.Name]++
			e = ask(o, fmt.Sprint(b.Path(), ":", o.Name, "#", s.uses[b.Path()+o.Name]))(b, s.conn)
			if e != nil && random.IntN(5) == 0 { // caught
				e = nil
			}
		case n < 6:
			e = b.Sleep(time.Duration(random.IntN(20)) * time.Second)
		case n < 8 && depth < 3:
			e = inStep("part", func(b *Branch, _ *Connection) *op.Error { return s.act(b, depth+1) })(b, s.conn)
		case depth < 3:
			part := func(b *Branch, _ *Connection) *op.Error { return s.act(b, depth+1) }
			e = branches(1+random.IntN(3), part, part, part)(b, s.conn)
		}
		if e != nil {
			return e
		}
	}
	return nil
}

// A market is a vendor that fails, loses answers, and knows what landed.
type market struct {
	shop
	random *rand.Rand
	landed map[string]int // effects, by what was asked for
	keys   map[string]bool
}

func newMarket(seed uint64) *market {
	m := &market{random: rand.New(rand.NewPCG(seed, 3)), landed: map[string]int{}, keys: map[string]bool{}}
	m.answer = func(ctx context.Context, verb string, in Flow) (Flow, error) {
		m.mu.Lock()
		fate, latency := m.random.IntN(20), time.Duration(m.random.IntN(5000))*time.Millisecond
		lands := fate > 3 || fate == 0
		m.mu.Unlock()
		time.Sleep(latency)
		m.mu.Lock()
		defer m.mu.Unlock()
		repeated := verb == "run" && m.keys[op.Key(ctx)] || verb == "put" && m.landed[in.ID] > 0
		if lands && verb != "get" && !repeated {
			m.landed[in.ID]++
			m.keys[op.Key(ctx)] = true
		}
		switch {
		case fate < 2: // nobody hears of it; the first of them landed
			return Flow{}, lostAnswer()
		case fate < 4:
			return Flow{}, refusal()
		}
		in.Name = "of " + in.ID
		return in, nil
	}
	m.look = func(in Flow) (Flow, bool, error) { // with the lock
		in.Name = "of " + in.ID
		return in, m.landed[in.ID] > 0, nil
	}
	return m
}

// A run that fails, is stopped or dies, and is taken up until it comes to its
// end, has done everything once.
func TestRunsThatFailComeToTheirEnd(t *testing.T) {
	lives, anew, again := 0, 0, 0
	for seed := range seeds(t, 120) {
		synctest.Test(t, func(t *testing.T) {
			random := rand.New(rand.NewPCG(seed, 4))
			m := newMarket(seed)
			conn := NewConnection("shop", op.Client{Vendor: &m.shop, Timeout: time.Minute})
			live := func(p *process, nth int) *op.Error {
				lives++
				switch n := random.IntN(4); {
				case nth > 20: // a large one would take too many
				case n < 2:
					p.dies(random)
				case n < 3:
					stop := time.AfterFunc(time.Duration(random.IntN(60))*time.Second, func() { p.run.Stop(&op.Error{Kind: op.Cancelled}) })
					defer stop.Stop()
				}
				s := &saga{seed: seed, uses: map[string]int{}, conn: conn}
				e := p.exec(conn, func(b *Branch, _ *Connection) *op.Error { return s.act(b, 0) })
				if e != nil && e.Kind == op.Mismatch {
					t.Fatalf("seed %d, life %d: %v", seed, lives, e)
				}
				return e
			}
			p := begin(t)
			e := live(p, 0)
			for n := 1; e != nil || !p.ended(); n++ {
				if n > 300 {
					t.Fatalf("seed %d: it comes to no end: %v", seed, e)
				}
				records := p.left(random)
				if p.ended() {
					anew++
					records = p.m.records
				}
				time.Sleep(time.Duration(random.IntN(300)) * time.Second)
				p = goOn(t, records, journal.Continuation{})
				e = live(p, n)
			}
			for id, n := range m.landed {
				if n > 1 {
					t.Errorf("seed %d: %s happened %d times", seed, id, n)
				}
			}
			h := historyOf(t, p.m.records)
			for key, k := range h.calls {
				if k.changes() && k.outcome.Kind == journal.Done && m.landed[key] != 1 {
					t.Errorf("seed %d: %s is done, and happened %d times", seed, key, m.landed[key])
				}
				var out Flow
				if k.outcome.Kind == journal.Done && (json.Unmarshal(k.outcome.B, &out) != nil || out.Name != "of "+key) {
					t.Errorf("seed %d: the outcome of %s is %s", seed, key, k.outcome.B)
				}
			}
			for _, sent := range m.sent {
				if sent[:3] == "add" {
					again++
				}
			}
		})
		if t.Failed() {
			return
		}
	}
	t.Logf("%d lives, %d times begun anew, %d calls sent that happen once each", lives, anew, again)
	if !testing.Short() && os.Getenv("RUNNER_LIVES") == "" && anew < 200 {
		t.Errorf("begun anew only %d times", anew)
	}
}

package engine

import (
	"context"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"reflect"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"runner/internal/journal"
	"runner/internal/op"
)

// This file checks the promise behind replay: the same outcomes in the same
// order lead to the same run. Random scripts run once against a vendor with
// random latencies; then again against one that lets each outcome go when the
// journal of the first run says so. Both journals must be equal to the byte.

// A world is what a script sees of a run, first or second.
type world struct {
	memory
	sync.Mutex
	changed sync.Cond
	latency *rand.Rand        // of the first run
	model   []journal.Record  // of the second run: the records to come
	sleeps  map[string]string // which timer a duration stands for
	answers int
}

func newWorld(seed uint64, model []journal.Record) *world {
	w := &world{latency: rand.New(rand.NewPCG(seed, 1)), model: model, sleeps: map[string]string{}}
	w.changed.L = w
	return w
}

// Append makes it the journal of the run.
func (w *world) Append(r journal.Record) (int64, error) {
	w.Lock()
	defer w.Unlock()
	defer w.changed.Broadcast()
	return w.memory.Append(r)
}

// wait returns when it is time for the outcome of a call or timer to arrive;
// in the second run with what it was.
func (w *world) wait(key string) *journal.Record {
	w.Lock()
	if w.model == nil {
		d := time.Duration(w.latency.IntN(50)) * time.Millisecond
		w.Unlock()
		time.Sleep(d)
		return nil
	}
	defer w.Unlock()
	for {
		next := &w.model[min(w.appended(), len(w.model)-1)]
		if outcome := next.Kind == journal.Done || next.Kind == journal.Fail || next.Kind == journal.Timer; outcome && next.Key == key {
			return next
		}
		w.changed.Wait()
	}
}

func (w *world) appended() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(w.records)
}

// Now, Sleep and Go make it the host of the run.
func (w *world) Now() time.Time {
	if w.model == nil {
		return time.Now()
	}
	return w.model[min(w.appended(), len(w.model)-1)].T
}

func (w *world) Sleep(_ context.Context, d time.Duration) error {
	w.Lock()
	key := w.sleeps[d.String()]
	w.Unlock()
	if w.wait(key) == nil {
		time.Sleep(d)
	}
	return nil
}

func (w *world) Go(f func()) { go f() }

// perform is the vendor. What it answers depends on the moment, so a script
// that goes by the answers comes out the same only if they are replayed.
func (w *world) perform(_ context.Context, in Flow) (Flow, error) {
	if r := w.wait(in.ID); r != nil {
		if r.Kind == journal.Fail {
			e := failed(*r)
			return Flow{}, &op.Error{Kind: e.Kind, Cause: e.Cause, RetryAfter: -1}
		}
		var out Flow
		err := json.Unmarshal(r.B, &out)
		return out, err
	}
	w.Lock()
	defer w.Unlock()
	w.answers++
	if w.answers%7 == 0 {
		return Flow{}, &op.Error{Kind: op.Conflict, Cause: fmt.Sprint("it is the turn of ", w.answers), RetryAfter: -1}
	}
	return Flow{ID: in.ID, Name: fmt.Sprint(w.answers)}, nil
}

// A play is a random script: what it does depends on its seed, on answers,
// on the clock and on what other branches did, but not on timing.
type play struct {
	w     *world
	conn  *Connection
	seed  uint64
	queue []string // shared by all branches
	uses  map[string]int
}

// ident is the key that the next call or sleep of b must get.
func (p *play) ident(b *Branch, name string) string {
	p.uses[b.Path()+":"+name]++
	return fmt.Sprintf("%s:%s#%d", b.Path(), name, p.uses[b.Path()+":"+name])
}

func (p *play) act(b *Branch, depth int) {
	h := fnv.New64a()
	h.Write([]byte(b.Path()))
	random := rand.New(rand.NewPCG(p.seed, h.Sum64()))
	for range 1 + random.IntN(4) {
		switch n := random.IntN(10); {
		case n < 4:
			o := []*op.Operation{getFlow, createFlow, updateFlow}[random.IntN(3)]
			p.call(b, o, "")
		case n < 5:
			key := p.ident(b, "sleep")
			h.Write([]byte(key))
			d := time.Duration(h.Sum64() % 50e6)
			p.w.Lock()
			p.w.sleeps[d.String()] = key
			p.w.Unlock()
			_ = b.Sleep(d)
		case n < 7: // the branches that share the queue take what they find
			for i := range random.IntN(4) {
				p.queue = append(p.queue, fmt.Sprint(b.Path(), i))
			}
			for len(p.queue) > 0 && random.IntN(4) > 0 {
				item := p.queue[0]
				p.queue = p.queue[1:]
				p.call(b, createFlow, item)
			}
		case n < 8 && depth < 3:
			b.Step("part", func() Ended {
				p.act(b, depth+1)
				return Ended{Status: journal.StatusDone}
			})
		case n < 9 && depth < 3:
			_, _ = each(b, "each", 1+random.IntN(4), numbers(random.IntN(6)), func(b *Branch, _ string) *op.Error {
				p.act(b, depth+1)
				if random.IntN(12) == 0 {
					return &op.Error{Kind: op.Failed}
				}
				return nil
			})
		default:
			b.Note("info", fmt.Sprint(len(p.queue), " at ", b.Now().UnixNano()), "")
		}
	}
}

func (p *play) top(b *Branch) {
	_, _ = each(b, "top", 4, numbers(5), func(b *Branch, _ string) *op.Error {
		p.act(b, 0)
		return nil
	})
}

// call asks with what the script has seen so far, and acts on the answer.
func (p *play) call(b *Branch, o *op.Operation, item string) {
	name := fmt.Sprint(item, len(p.queue), b.Now().UnixNano())
	answer, e := call(b, p.conn, o, p.ident(b, o.Name), name)
	var out Flow
	if e == nil && json.Unmarshal(answer.Result, &out) == nil && strings.HasSuffix(out.Name, "3") {
		p.queue = append(p.queue, out.Name)
	}
}

func (w *world) run(t *testing.T, seed uint64) []journal.Record {
	r := New(t.Context(), Options{Host: w, Journal: w})
	p := &play{w: w, conn: to(w.perform), seed: seed, uses: map[string]int{}}
	r.Do(p.top)
	if e := r.Stopped(); e != nil {
		t.Errorf("seed %d: %v", seed, e)
	}
	return w.records
}

func TestSameOutcomesInTheSameOrderMakeTheSameRun(t *testing.T) {
	records, overtaken := 0, 0
	for seed := range uint64(150) {
		var first, second []journal.Record
		synctest.Test(t, func(t *testing.T) {
			first = newWorld(seed, nil).run(t, seed)
		})
		synctest.Test(t, func(t *testing.T) {
			second = newWorld(0, first).run(t, seed)
		})
		for i := range max(len(first), len(second)) {
			if i >= len(first) || i >= len(second) || !reflect.DeepEqual(first[i], second[i]) {
				t.Fatalf("seed %d: record %d differs:\n  %s\n  %s", seed, i+1, at(first, i), at(second, i))
			}
		}
		records += len(first)
		overtaken += overtakes(first)
	}
	// The scripts must be worth it: outcomes have to come in another order
	// than their calls began.
	if records < 5000 || overtaken < 500 {
		t.Errorf("only %d records, %d outcomes that overtook another", records, overtaken)
	}
}

func at(records []journal.Record, i int) string {
	if i >= len(records) {
		return "nothing"
	}
	return fmt.Sprintf("%s %s %s at %v", line(records[i]), records[i].H, records[i].B, records[i].T)
}

// overtakes counts outcomes that were delivered before one whose call began
// earlier.
func overtakes(records []journal.Record) int {
	n := 0
	var open []string
	for _, r := range records {
		switch r.Kind {
		case journal.Begin:
			open = append(open, r.Key)
		case journal.Done, journal.Fail:
			for i, key := range open {
				if key == r.Key {
					open = append(open[:i], open[i+1:]...)
					if i > 0 {
						n++
					}
					break
				}
			}
		}
	}
	return n
}

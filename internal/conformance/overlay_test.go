package conformance

import (
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"testing"

	"runner/internal/op"
	"runner/internal/vendors"
)

// trials is how many random sequences of calls are planned and made for each
// vendor.
func trials() int {
	if n, err := strconv.Atoi(os.Getenv("RUNNER_TRIALS")); err == nil {
		return n
	}
	if testing.Short() {
		return 20
	}
	return 150
}

// What a later read of a dry run answers is what the vendor answers once the
// calls were made.
func TestOverlay(t *testing.T) {
	for _, v := range vendors.All {
		if v.Emulate == nil {
			continue
		}
		t.Run(v.Module.Name, func(t *testing.T) {
			x := &comparison{t: t, vendor: v, made: map[string]int{}, refused: map[string]string{}, unknown: map[string]int{}}
			for seed := range trials() {
				x.trial(uint64(seed))
				if t.Failed() {
					t.Fatalf("seed %d", seed)
				}
			}
			x.report()
		})
	}
}

// A comparison runs trials, and counts.
type comparison struct {
	t      *testing.T
	vendor vendors.Vendor

	made               map[string]int    // calls that the emulator carried out, by operation
	refused            map[string]string // what it said to the last that it refused
	reads, known, part int
	unknown            map[string]int // answers with something unknown, by operation
}

// A planned is a call that was made for real, to be planned.
type planned struct {
	op   *op.Operation
	args map[string]any // with new ids in place of the real ones
	real []byte         // what was answered
}

func (x *comparison) trial(seed uint64) {
	rng := rand.New(rand.NewPCG(seed, 1))
	before, after := newWorld(x.t, x.vendor, unwatched), newWorld(x.t, x.vendor, unwatched)
	s := &sampler{rng: rng, module: x.vendor.Module, refs: refs[x.vendor.Module.Name]}
	s.fill(after)

	var writes []*op.Operation
	for _, o := range x.vendor.Module.Operations {
		if o.Effect != op.Read {
			writes = append(writes, o)
		}
	}
	// What cannot be done is not planned: the overlay does not know the rules
	// by which a vendor refuses.
	var calls []planned
	ids := map[string]any{} // real ids, by the labels of new ones
	before.dry(func(call func(*op.Operation, []byte) ([]byte, *op.Error)) {
		for tries := 0; len(calls) < 1+rng.IntN(4) && tries < 12; tries++ {
			o := writes[rng.IntN(len(writes))]
			if tries == 0 {
				o = writes[int(seed)%len(writes)] // each has its turn
			}
			args, ok := s.args(o, 0.4)
			if !ok {
				x.refused[o.Verb()] = "there is nothing that its arguments could refer to"
				continue
			}
			real, err := after.do(o, op.AppendTree(nil, real(args, ids)))
			if err != nil {
				x.refused[o.Verb()] = err.Error()
				continue
			}
			x.made[o.Verb()]++
			answer, e := call(o, op.AppendTree(nil, args))
			c := planned{o, args, real}
			calls = append(calls, c)
			if e != nil {
				x.t.Errorf("%s: planned, it failed: %v", c, e)
				return
			}
			x.learn(s, o, answer, real, ids)
			if x.differ(o, answer, real, ids) == op.No {
				x.t.Errorf("%v\nplanned: %s\nreal:    %s", calls, answer, real)
				return
			}
		}
		x.look(s, call, after, calls, ids)
	})
}

func (p planned) String() string {
	return p.op.Name + " " + string(op.AppendTree(nil, p.args))
}

// learn finds out which real id a new one stands for.
func (x *comparison) learn(s *sampler, o *op.Operation, answer, real []byte, ids map[string]any) {
	if o.Shows == nil || o.Shows.Entity == nil || o.Shows.By != "" {
		return
	}
	field := o.Shows.IDField()
	u, ok := op.Element(op.Tree(answer), field).(op.Unknown)
	if !ok || !u.New {
		x.t.Errorf("%s creates an object whose id is not new: %s", o.Name, answer)
		return
	}
	ids[u.Label] = op.Element(op.Tree(real), field)
	s.add(o.Shows.Entity, u)
}

// real puts real ids in place of new ones.
func real(v any, ids map[string]any) any {
	switch v := v.(type) {
	case op.Unknown:
		if id, ok := ids[v.Label]; ok && v.New {
			return id
		}
	case []any:
		out := make([]any, len(v))
		for i := range v {
			out[i] = real(v[i], ids)
		}
		return out
	case map[string]any:
		out := map[string]any{}
		for k := range v {
			out[k] = real(v[k], ids)
		}
		return out
	}
	return v
}

// differ compares an answer that was foreseen with the real one. Unknowns can
// be anything, and noise does not count.
func (x *comparison) differ(o *op.Operation, foreseen, answer []byte, ids map[string]any) op.Verdict {
	t := o.Out()
	return op.Same(t.Quiet(real(op.Tree(foreseen), ids)), t.Quiet(op.Tree(answer)))
}

// look makes all reads, through the overlay and for real.
func (x *comparison) look(s *sampler, call func(*op.Operation, []byte) ([]byte, *op.Error), after *world, calls []planned, ids map[string]any) {
	for _, o := range x.vendor.Module.Operations {
		if o.Effect != op.Read || o.Shows == nil {
			continue
		}
		asked := []map[string]any{}
		for range 3 {
			if args, ok := s.args(o, []float64{0, 0.3, 0.3}[len(asked)%3]); ok {
				asked = append(asked, args)
			}
		}
		if v := o.Shows; v.Entity != nil && !v.Many && v.Field == "" {
			for _, c := range calls { // the objects that the calls were about
				for _, name := range slices.Sorted(maps.Keys(c.args)) {
					if e := s.entityOf(c.op, name); e == v.Entity {
						for _, id := range each(c.args[name]) {
							asked = append(asked, map[string]any{v.By: id})
						}
					}
				}
			}
		}
		for _, args := range asked {
			foreseen, failed := call(o, op.AppendTree(nil, args))
			answer, err := after.do(o, op.AppendTree(nil, real(args, ids)))
			x.reads++
			switch {
			case op.KindOf(err) == op.Unauthenticated || op.KindOf(err) == op.Denied:
				return // a call took the rights of the connection's own user
			case failed != nil && err != nil:
				if failed.Kind != op.KindOf(err) {
					x.t.Errorf("%v\nthen %s %s\nforeseen: %v\nreal:     %v", calls, o.Name, op.AppendTree(nil, args), failed, err)
					return
				}
				continue
			case err != nil && isUnknown(foreseen):
				x.part++
				continue
			case failed != nil || err != nil:
				x.t.Errorf("%v\nthen %s %s\nforeseen: %s %v\nreal:     %s %v", calls, o.Name, op.AppendTree(nil, args), foreseen, failed, answer, err)
			case x.differ(o, foreseen, answer, ids) == op.No:
				x.t.Errorf("%v\nthen %s %s\nforeseen: %s\nreal:     %s", calls, o.Name, op.AppendTree(nil, args), foreseen, answer)
			default:
				if x.differ(o, foreseen, answer, ids) == op.Yes {
					x.known++
				} else {
					x.part++
					x.unknown[o.Verb()]++
				}
				continue
			}
			return
		}
	}
}

// isUnknown reports whether nothing of an answer was foreseen.
func isUnknown(b []byte) bool { _, ok := op.UnknownLabel(b); return ok }

func each(v any) []any {
	if list, ok := v.([]any); ok {
		return list
	}
	return []any{v}
}

func (x *comparison) report() {
	total := 0
	for _, n := range x.made {
		total += n
	}
	x.t.Logf("%d calls planned and made; %d reads after them: %d foreseen in full, %d in part, 0 wrong", total, x.reads, x.known, x.part)
	for _, verb := range slices.Sorted(maps.Keys(x.unknown)) {
		x.t.Logf("  in part: %d of %s", x.unknown[verb], verb)
	}
	for _, o := range x.vendor.Module.Operations {
		if o.Effect == op.Read || x.made[o.Verb()] > 0 {
			continue
		}
		if why, ok := untried[o.Name]; !ok {
			x.t.Errorf("%s was never carried out: %s", o.Name, x.refused[o.Verb()])
		} else {
			x.t.Logf("  untried: %s: %s", o.Name, why)
		}
	}
}

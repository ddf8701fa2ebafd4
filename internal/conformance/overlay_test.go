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

	made    map[string]int    // calls that the emulator carried out, by operation
	refused map[string]string // what it said to the last that it refused
	unknown map[string]int    // answers with something unknown, by operation

	reads, known, part, failed int
}

// A planned is a call that was made for real, to be planned.
type planned struct {
	op   *op.Operation
	args map[string]any // with new ids in place of the real ones
}

// patience is how many times an operation is tried with other arguments, until
// the emulator accepts it.
const patience = 30

// A trial is one sequence of calls.
type trial struct {
	*comparison
	s             *sampler // of objects after the calls
	before, after *world
	call          func(o *op.Operation, args []byte) ([]byte, *op.Error) // plans
	calls         []planned
}

func (x *comparison) trial(seed uint64) {
	var writes []*op.Operation
	for _, o := range x.vendor.Module.Operations {
		if o.Effect != op.Read {
			writes = append(writes, o)
		}
	}
	rng := rand.New(rand.NewPCG(seed, 1))
	o := writes[int(seed)%len(writes)] // each has its turn
	h, v := known[x.vendor.Module.Name], x.vendor
	if list := h.emulators[o.Verb()]; len(list) > 0 {
		if e := pick(rng, list...); e != nil {
			v.Emulate = e
		}
	}
	t := &trial{comparison: x, before: newWorld(x.t, v, unwatched), after: newWorld(x.t, v, unwatched)}
	defer t.before.stop()
	defer t.after.stop()
	first, planned := v.Module.Operation(h.first[o.Verb()])
	if planned && rng.IntN(2) == 0 { // it is there before the dry run
		for _, w := range []*world{t.before, t.after} {
			prepare(w, first, seed)
		}
		planned = false
	}
	t.s = newSampler(rng, t.after)
	t.before.dry(func(call func(*op.Operation, []byte) ([]byte, *op.Error)) {
		t.call = call
		if planned {
			t.step(first, patience)
		}
		t.step(o, patience)
		for range rng.IntN(4) {
			t.step(writes[rng.IntN(len(writes))], 3)
		}
		if !x.t.Failed() {
			t.look()
		}
	})
}

// prepare makes a call for real. The same seed makes the same call.
func prepare(w *world, o *op.Operation, seed uint64) {
	s := newSampler(rand.New(rand.NewPCG(seed, 4)), w)
	for range patience {
		if args, ok := s.args(o, 0.4); ok {
			if _, err := w.do(o, op.AppendTree(nil, args)); err == nil {
				return
			}
		}
	}
}

// step makes a call for real, and plans it. What cannot be done is not planned:
// the overlay does not know the rules by which a vendor refuses.
func (t *trial) step(o *op.Operation, tries int) {
	for range tries {
		args, ok := t.s.args(o, 0.4)
		if !ok {
			t.refuse(o, "there is nothing that its arguments could refer to")
			continue
		}
		made, err := t.after.do(o, op.AppendTree(nil, real(args, t.s.ids)))
		if err != nil {
			t.refuse(o, err.Error())
			continue
		}
		t.made[o.Verb()]++
		answer, e := t.call(o, op.AppendTree(nil, args))
		t.calls = append(t.calls, planned{o, args})
		if e != nil {
			t.t.Errorf("%v: planned, the last failed: %v", t.calls, e)
			return
		}
		t.learn(o, args, answer, made)
		if t.differ(o, answer, made) == op.No {
			t.t.Errorf("%v\nplanned: %s\nreal:    %s", t.calls, answer, made)
		}
		return
	}
}

func (x *comparison) refuse(o *op.Operation, why string) { x.refused[o.Verb()] = why }

func (p planned) String() string {
	return p.op.Name + " " + string(op.AppendTree(nil, p.args))
}

// learn finds out which real id a new one stands for.
func (t *trial) learn(o *op.Operation, args map[string]any, answer, made []byte) {
	if o.Shows == nil {
		t.learnMany(o, args, answer, made)
		return
	}
	if o.Shows.Entity == nil || o.Shows.By != "" {
		return
	}
	field := o.Shows.IDField()
	u, ok := op.Element(op.Tree(answer), field).(op.Unknown)
	if !ok || !u.New {
		t.t.Errorf("%s creates an object whose id is not new: %s", o.Name, answer)
		return
	}
	t.s.ids[u.Label] = op.Element(op.Tree(made), field)
	fields, _ := op.Tree(answer).(map[string]any) // an object may be two: a project and its folder
	for name, v := range fields {
		if u, ok := v.(op.Unknown); ok && u.New && name != field {
			t.s.ids[u.Label] = op.Element(op.Tree(made), name)
		}
	}
	t.s.add(o.Shows.Entity, u)
}

// learnMany does so for a call that creates several and answers them in its
// own way: in the order of its arguments.
func (t *trial) learnMany(o *op.Operation, args map[string]any, answer, made []byte) {
	foreseen, _ := op.Tree(answer).([]any)
	list, _ := op.Tree(made).([]any)
	for i, x := range foreseen {
		if u, ok := op.Element(x, "id").(op.Unknown); ok && u.New && len(list) == len(foreseen) {
			t.s.ids[u.Label] = op.Element(list[i], "id")
		}
	}
	unread := func(*op.Entity, any) (map[string]any, bool) { return nil, false }
	for _, m := range o.Planning(args, op.Unknown{}, unread) {
		u, ok := m.ID.(op.Unknown)
		if _, learnt := t.s.ids[u.Label]; m.Act == op.ActCreate && ok && learnt {
			t.s.add(m.Entity, u)
		}
	}
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
func (t *trial) differ(o *op.Operation, foreseen, answer []byte) op.Verdict {
	out := o.Out()
	return op.Same(out.Quiet(real(op.Tree(foreseen), t.s.ids)), out.Quiet(op.Tree(answer)))
}

// look makes all reads, through the overlay and for real.
func (t *trial) look() {
	for _, o := range t.vendor.Module.Operations {
		if o.Effect != op.Read || o.Shows == nil {
			continue
		}
		made := map[string]bool{}
		for _, args := range t.asked(o) {
			if text := string(op.AppendTree(nil, args)); made[text] {
				continue
			} else {
				made[text] = true
			}
			if t.compare(o, args); t.t.Failed() {
				return
			}
		}
	}
}

// asked are arguments for a read: random ones, and the objects that the calls
// were about.
func (t *trial) asked(o *op.Operation) (asked []map[string]any) {
	for i := range 3 {
		if args, ok := t.s.args(o, []float64{0, 0.3, 0.3}[i]); ok {
			asked = append(asked, args)
		}
	}
	v := o.Shows
	if v.Entity == nil || v.Many || v.Field != "" {
		return asked
	}
	for _, c := range t.calls {
		for _, name := range slices.Sorted(maps.Keys(c.args)) {
			if t.s.entityOf(c.op, name) == v.Entity {
				for _, id := range each(c.args[name]) {
					asked = append(asked, map[string]any{v.By: id})
				}
			}
		}
	}
	return asked
}

func (t *trial) compare(o *op.Operation, args map[string]any) {
	foreseen, failed := t.call(o, op.AppendTree(nil, args))
	answer, err := t.after.do(o, op.AppendTree(nil, real(args, t.s.ids)))
	t.reads++
	switch {
	case failed != nil && err != nil:
		if failed.Kind != op.KindOf(err) {
			t.t.Errorf("%v\nthen %s %s\nforeseen: %v\nreal:     %v", t.calls, o.Name, op.AppendTree(nil, args), failed, err)
		}
		t.failed++
	case err != nil && isUnknown(foreseen):
		t.vague(o)
	case op.KindOf(err) == op.Invalid && op.HasUnknown(op.AppendTree(nil, args)):
		t.refuse(o, err.Error()) // it was not sent, and the rules of the vendor are not known
	case failed != nil || err != nil:
		t.t.Errorf("%v\nthen %s %s\nforeseen: %s %v\nreal:     %s %v", t.calls, o.Name, op.AppendTree(nil, args), foreseen, failed, answer, err)
	default:
		switch t.differ(o, foreseen, answer) {
		case op.No:
			t.t.Errorf("%v\nthen %s %s\nforeseen: %s\nreal:     %s", t.calls, o.Name, op.AppendTree(nil, args), foreseen, answer)
		case op.Maybe:
			t.vague(o)
		default:
			t.known++
		}
	}
}

func (x *comparison) vague(o *op.Operation) {
	x.part++
	x.unknown[o.Verb()]++
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
	x.t.Logf("%d calls planned and made; %d reads after them: %d foreseen in full, %d in part, %d refused as foreseen, 0 wrong",
		total, x.reads, x.known, x.part, x.failed)
	for _, verb := range sortedKeys(x.unknown) {
		x.t.Logf("  in part: %d of %s", x.unknown[verb], verb)
	}
	for _, o := range x.vendor.Module.Operations {
		if o.Effect == op.Read {
			continue
		}
		why, excused := untried[o.Name]
		switch n := x.made[o.Verb()]; {
		case n > 0 && excused:
			x.t.Errorf("%s was carried out, and is said to be untried: %s", o.Name, why)
		case n == 0 && excused:
			x.t.Logf("  untried: %s: %s", o.Name, why)
		case n == 0:
			x.t.Errorf("%s was never carried out: %s", o.Name, x.refused[o.Verb()])
		case n == 1:
			x.t.Logf("  carried out once: %s", o.Name)
		}
	}
}

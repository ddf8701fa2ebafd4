package conformance

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"runner/internal/op"
	"runner/internal/vendors"
)

// This file makes calls one at a time and asks two things of what operations
// declare: does the probe find what landed, and only that; and does the inverse
// bring back what was there.

// A solo is one operation on an emulator of its own.
type solo struct {
	t     *testing.T
	o     *op.Operation
	world *world
	s     *sampler
	was   map[string]any // answers to all reads, as long as no call was carried out
}

// turns is how many emulators an operation gets, each with other arguments.
const turns = 6

// solos calls f for an operation on emulators in different states, until it
// says that it has seen enough.
func solos(t *testing.T, v vendors.Vendor, o *op.Operation, f func(s *solo, args []byte) (seen bool)) (seen int) {
	h := known[v.Module.Name]
	for turn := range turns {
		rng := rand.New(rand.NewPCG(uint64(turn), 5))
		v := v
		if list := h.emulators[o.Verb()]; len(list) > 0 {
			if e := list[turn%len(list)]; e != nil {
				v.Emulate = e
			}
		}
		w := newWorld(t, v, unwatched)
		if first, ok := v.Module.Operation(h.first[o.Verb()]); ok {
			prepare(w, first, uint64(turn))
		}
		x := &solo{t: t, o: o, world: w, s: newSampler(rng, w)}
		for range patience {
			args, ok := x.s.args(o, 0.4)
			if ok && f(x, op.AppendTree(nil, args)) {
				seen++
				break
			}
		}
		w.stop()
		if t.Failed() {
			return seen
		}
	}
	return seen
}

// A probe finds a call that landed, with its answer, and none that did not.
func TestProbes(t *testing.T) {
	for _, v := range vendors.All {
		if v.Emulate == nil {
			continue
		}
		for _, o := range v.Module.Operations {
			if _, ok := o.CanProbe(); !ok {
				continue
			}
			t.Run(o.Name, func(t *testing.T) {
				seen := solos(t, v, o, func(x *solo, args []byte) bool { return x.probe(args) })
				if why, ok := untried[o.Name]; seen == 0 && !ok {
					t.Error("the emulator never carried it out")
				} else if seen == 0 {
					t.Skip(why)
				}
			})
		}
	}
}

func (x *solo) probe(args []byte) (seen bool) {
	ctx, vendor, since := context.Background(), x.world.conn.Vendor, x.world.now()
	_, early, errEarly := x.o.Look(ctx, vendor, args, since)
	was, answer, err := x.carryOut(args)
	if err != nil {
		return false
	}
	x.was = nil
	if early && errEarly == nil && len(x.changed(was)) > 0 {
		x.t.Errorf("%s: the probe found it before it was sent", args)
	}
	found, landed, err := x.o.Look(ctx, vendor, args, since)
	switch {
	case slices.Contains(x.s.lost, x.o.Verb()):
		if op.KindOf(err) != op.InDoubt {
			x.t.Errorf("%s: the probe does not say that the answer is lost: %v", args, err)
		}
	case err != nil || !landed:
		x.t.Errorf("%s: the probe did not find it: %v", args, err)
	case !x.told(op.Tree(found), op.Tree(answer)):
		x.t.Errorf("%s: the probe found\n%s\nand the answer was\n%s", args, found, answer)
	}
	return true
}

// carryOut makes the call, and tells what the reads answered before it. Calls
// that are refused change nothing, so one look is enough for many of them.
func (x *solo) carryOut(args []byte) (was map[string]any, answer []byte, err error) {
	if x.was == nil {
		x.was = x.reads()
	}
	if answer, err = x.world.do(x.o, args); err != nil {
		return nil, nil, err
	}
	was, x.was = x.was, nil
	return was, answer, nil
}

// told reports whether a probe tells what the answer told. It may know less,
// also of the objects within; and some things move on by themselves.
func (x *solo) told(found, answer any) bool {
	t := x.o.Out()
	found, answer = t.Quiet(found), t.Quiet(answer)
	list, isList := found.([]any)
	other, wasList := answer.([]any)
	if !isList || !wasList {
		return x.agree(found, answer)
	}
	for i := range list {
		if len(list) != len(other) || !x.agree(list[i], other[i]) {
			return false
		}
	}
	return len(list) == len(other)
}

func (x *solo) agree(found, answer any) bool {
	f, isObject := found.(map[string]any)
	a, wasObject := answer.(map[string]any)
	if !isObject || !wasObject {
		return op.Same(found, answer) != op.No
	}
	for field, v := range f {
		if !slices.Contains(x.s.moving, field) && !x.agree(v, a[field]) {
			return false
		}
	}
	return true
}

// changed are the reads that are answered otherwise than they were.
func (x *solo) changed(was map[string]any) (reads []string) {
	for read, is := range x.reads() {
		if op.Same(was[read], is) == op.No {
			reads = append(reads, fmt.Sprintf("%s\nwas %s\nis  %s", read, op.AppendTree(nil, was[read]), op.AppendTree(nil, is)))
		}
	}
	return reads
}

// An inverse brings back what was there before the call.
func TestInverses(t *testing.T) {
	for _, v := range vendors.All {
		if v.Emulate == nil {
			continue
		}
		for _, o := range v.Module.Operations {
			if o.Inverse == nil {
				continue
			}
			t.Run(o.Name, func(t *testing.T) {
				seen := solos(t, v, o, func(x *solo, args []byte) bool { return x.takeBack(args) })
				if why, ok := untried[o.Name]; seen == 0 && !ok {
					t.Error("it was never taken back")
				} else if seen == 0 {
					t.Skip(why)
				}
			})
		}
	}
}

func (x *solo) takeBack(args []byte) (seen bool) {
	given := op.ArgsOf(args)
	undo := op.Undo{Args: given, Before: x.before(given)}
	was, answer, err := x.carryOut(args)
	if err != nil {
		return false
	}
	x.was = nil
	undo.Answer = op.Tree(answer)
	verb, back, ok := x.o.Inverse(undo)
	if !ok {
		return false
	}
	inverse, ok := x.world.vendor.Module.Operation(verb)
	if !ok {
		x.t.Errorf("there is no operation %s", verb)
		return true
	}
	call := op.AppendTree(nil, map[string]any(back))
	if _, err := x.world.do(inverse, call); err != nil {
		x.t.Errorf("%s: %s %s: %v", args, verb, call, err)
		return true
	}
	for _, what := range x.changed(was) {
		x.t.Errorf("%s: after %s %s, %s", args, verb, call, what)
	}
	return true
}

// before is the object that a call touches first, as it is.
func (x *solo) before(given op.Args) map[string]any {
	mutations := x.o.Planning(given, op.Unknown{Label: "id", New: true}, func(e *op.Entity, id any) (map[string]any, bool) {
		object := x.get(e, id)
		return object, object != nil
	})
	for _, m := range op.Touched(mutations) {
		return x.get(m.Entity, m.ID)
	}
	return nil
}

func (x *solo) get(e *op.Entity, id any) map[string]any {
	get, ok := x.o.Sibling(e.Get)
	if !ok {
		return nil
	}
	args := map[string]any{}
	if get.Out().Form != op.List {
		args[e.Argument()] = id
	}
	answer, err := x.world.do(get, op.AppendTree(nil, args))
	if err != nil {
		return nil
	}
	if get.Out().Form != op.List {
		object, _ := op.Tree(answer).(map[string]any)
		return object
	}
	for _, item := range each(op.Tree(answer)) {
		if object, ok := item.(map[string]any); ok && op.Same(object[e.IDField()], id) == op.Yes {
			return object
		}
	}
	return nil
}

// reads are the answers to all reads that need no choice, or have one in the
// hints: lists, and each object that they list.
func (x *solo) reads() map[string]any {
	all, ids := map[string]any{}, map[*op.Entity][]any{}
	for _, o := range x.world.vendor.Module.Operations {
		v := o.Shows
		if o.Effect != op.Read || v == nil || v.Any || v.Entity == nil || !v.Many {
			continue
		}
		src, more := x.s.sources[o.Verb()]
		if required(o) && !more {
			continue
		}
		items := each(x.read(all, o, op.ArgsOf([]byte(src.args))))
		if more || len(ids[v.Entity]) == 0 {
			ids[v.Entity] = append(ids[v.Entity], elements(items, v.IDField())...)
		}
	}
	for _, o := range x.world.vendor.Module.Operations {
		v := o.Shows
		if o.Effect != op.Read || v == nil || v.Any || v.Entity == nil || v.Many || v.Field != "" || !one(o) {
			continue
		}
		for _, id := range ids[v.Entity] {
			x.read(all, o, map[string]any{v.By: id})
		}
	}
	return all
}

// elements are a field of each of some objects.
func elements(items []any, field string) (list []any) {
	for _, item := range items {
		if v := op.Element(item, field); v != nil {
			list = append(list, v)
		}
	}
	return list
}

func (x *solo) read(all map[string]any, o *op.Operation, args map[string]any) any {
	b := op.AppendTree(nil, args)
	name := fmt.Sprintf("%s %s", o.Name, b)
	answer, err := x.world.do(o, b)
	if err != nil {
		all[name] = string(op.KindOf(err))
		return nil
	}
	all[name] = o.Out().Quiet(op.Tree(answer))
	return all[name]
}

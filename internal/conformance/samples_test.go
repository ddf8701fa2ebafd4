package conformance

import (
	"encoding/base64"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"

	"runner/internal/op"
)

// This file makes up arguments: ids of objects that there are, values of
// enums, and made-up texts.

// A sampler makes arguments for the operations of a module.
type sampler struct {
	hints
	rng   *rand.Rand
	world *world               // whose objects they refer to
	pool  map[*op.Entity][]any // ids of the objects that there are
	ids   map[string]any       // real ids of new objects, by their labels
	made  int
}

func newSampler(rng *rand.Rand, w *world) *sampler {
	s := &sampler{hints: known[w.vendor.Module.Name], rng: rng, world: w, pool: map[*op.Entity][]any{}, ids: map[string]any{}}
	s.fill()
	return s
}

// entities are the types of objects that the module's operations show.
func entities(m *op.Module) []*op.Entity {
	var list []*op.Entity
	add := func(e *op.Entity) {
		if e != nil && !slices.Contains(list, e) {
			list = append(list, e)
		}
	}
	for _, o := range m.Operations {
		if v := o.Shows; v != nil {
			add(v.Entity)
			for _, name := range slices.Sorted(maps.Keys(v.Lists)) {
				add(v.Lists[name].Entity)
			}
		}
	}
	return list
}

// entityOf is the type of object that an argument refers to; nil if it is not
// an id.
func (s *sampler) entityOf(o *op.Operation, arg string) *op.Entity {
	if name, ok := s.refs[o.Verb()+"."+arg]; ok {
		return s.named(name)
	}
	if name, ok := s.refs[arg]; ok {
		return s.named(name)
	}
	one := strings.TrimSuffix(arg, "s")
	for _, e := range entities(s.world.vendor.Module) {
		if e.By == "" && e.Argument() == one {
			return e
		}
	}
	for _, e := range entities(s.world.vendor.Module) {
		if e.Name == o.Object && e.Argument() == arg {
			return e
		}
	}
	for _, e := range entities(s.world.vendor.Module) {
		if e.Argument() == one && one != "id" {
			return e
		}
	}
	return nil
}

func (s *sampler) named(name string) *op.Entity {
	for _, e := range entities(s.world.vendor.Module) {
		if e.Name == name {
			return e
		}
	}
	return nil
}

// fill reads which objects there are.
func (s *sampler) fill() {
	for _, o := range s.world.vendor.Module.Operations {
		if v := o.Shows; v != nil && o.Effect == op.Read && v.Many && !required(o) {
			s.gather(o, "{}", v.IDField(), v.Entity)
		} else if p, ok := s.sources[o.Verb()]; ok {
			s.gather(o, p.args, p.field, s.named(p.entity))
		}
	}
}

func (s *sampler) gather(o *op.Operation, args, field string, e *op.Entity) {
	answer, err := s.world.do(o, []byte(args))
	if err != nil {
		return
	}
	items, _ := op.Tree(answer).([]any)
	for _, item := range items {
		s.add(e, op.Element(item, field))
	}
}

func (s *sampler) add(e *op.Entity, id any) {
	if id != nil && id != s.own && !slices.ContainsFunc(s.pool[e], func(x any) bool { return op.Same(x, id) == op.Yes }) {
		s.pool[e] = append(s.pool[e], id)
	}
}

// some is the id of an object of a type, newest of the one that was made last;
// nil if there is none.
func (s *sampler) some(entity string) any {
	ids := s.pool[s.named(entity)]
	if len(ids) == 0 {
		return nil
	}
	return pick(s.rng, ids...)
}

func (s *sampler) newest(entity string) any {
	ids := s.pool[s.named(entity)]
	if len(ids) == 0 {
		return nil
	}
	return ids[len(ids)-1]
}

// args makes arguments for an operation; ok is false if there is nothing that
// one of them could refer to.
func (s *sampler) args(o *op.Operation, often float64) (args map[string]any, ok bool) {
	var given map[string]any
	if sample, ok := s.samples[o.Verb()]; ok {
		if given = sample(s); given == nil {
			return nil, false
		}
	}
	if args, ok = s.object(o, o.In(), given, often); !ok {
		return nil, false
	}
	if given == nil && s.rng.IntN(4) > 0 {
		s.inside(o, args)
	}
	return args, s.own == "" || !strings.Contains(string(op.AppendTree(nil, args)), s.own)
}

// object makes the fields of an object that are not given.
func (s *sampler) object(o *op.Operation, t *op.Type, given map[string]any, often float64) (map[string]any, bool) {
	args := map[string]any{}
	for i := range t.Fields {
		f := &t.Fields[i]
		if v, ok := given[f.Name]; ok {
			if v == nil {
				return nil, false
			}
			args[f.Name] = v
			continue
		}
		if !f.Required && s.rng.Float64() >= often {
			continue
		}
		v, ok := s.value(o, f, f.Type, often)
		if !ok {
			if f.Required {
				return nil, false
			}
			continue
		}
		args[f.Name] = v
	}
	return args, true
}

func (s *sampler) value(o *op.Operation, f *op.Field, t *op.Type, often float64) (any, bool) {
	switch t.Form {
	case op.List:
		var list []any
		for range 1 + s.rng.IntN(2) {
			v, ok := s.value(o, f, t.Elem, often)
			if !ok {
				return nil, false
			}
			if !slices.ContainsFunc(list, func(x any) bool { return op.Same(x, v) == op.Yes }) {
				list = append(list, v)
			}
		}
		return list, true
	case op.Object:
		return s.object(o, t, nil, often)
	case op.Map:
		v, ok := s.value(o, f, t.Elem, often)
		return map[string]any{"main": v}, ok
	case op.Bool:
		return s.rng.IntN(2) == 0, true
	case op.Int:
		if e := s.entityOf(o, f.Name); e != nil {
			id := s.some(e.Name)
			return id, id != nil
		}
		return op.Tree(fmt.Append(nil, 1+s.rng.IntN(9))), true
	case op.Number:
		return op.Tree(fmt.Append(nil, 1+s.rng.IntN(9))), true
	case op.Time:
		return fmt.Sprintf("2027-0%d-01T00:00:00Z", 1+s.rng.IntN(9)), true
	case op.Date:
		return fmt.Sprintf("2027-0%d-01", 1+s.rng.IntN(9)), true
	case op.Bytes:
		s.made++
		return base64.StdEncoding.EncodeToString(fmt.Append(nil, "PK made up ", s.made)), true
	case op.String, op.Any:
		return s.text(o, f)
	}
	return nil, false
}

func (s *sampler) text(o *op.Operation, f *op.Field) (any, bool) {
	if len(f.Enum) > 0 {
		return f.Enum[s.rng.IntN(len(f.Enum))], true
	}
	if e := s.entityOf(o, f.Name); e != nil {
		id := s.some(e.Name)
		return id, id != nil
	}
	s.made++
	switch {
	case strings.Contains(f.Name, "email"):
		return fmt.Sprintf("new%d@example.com", s.made), true
	case strings.Contains(f.Name, "time_zone"):
		return "UTC", true
	}
	return fmt.Sprintf("%s %d", strings.ReplaceAll(f.Name, "_", " "), s.made), true
}

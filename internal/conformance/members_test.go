package conformance

import (
	"encoding/json"

	"runner/internal/op"
)

// This file finds out what is in objects: who is taken out of a list has to be
// in it.

// read is an object as it is; nil if there is none. Ids of new objects stand
// for themselves in it.
func (s *sampler) read(entity string, id any) map[string]any {
	e := s.named(entity)
	get, ok := s.world.vendor.Module.Operation(e.Get)
	if !ok || id == nil {
		return nil
	}
	answer, err := s.world.do(get, op.AppendTree(nil, real(map[string]any{e.Argument(): id}, s.ids)))
	if err != nil {
		return nil
	}
	object, _ := s.labelled(op.Tree(answer)).(map[string]any)
	return object
}

// labelled puts new ids in place of the real ones.
func (s *sampler) labelled(v any) any {
	switch v := v.(type) {
	case []any:
		for i := range v {
			v[i] = s.labelled(v[i])
		}
	case map[string]any:
		for k := range v {
			v[k] = s.labelled(v[k])
		}
	case string, json.Number:
		for label, id := range s.ids {
			if op.Same(id, v) == op.Yes {
				return op.Unknown{Label: label, New: true}
			}
		}
	}
	return v
}

// member is an element of a list of an object; nil if there is none.
func (s *sampler) member(entity string, id any, field string) any {
	list, _ := s.read(entity, id)[field].([]any)
	if len(list) == 0 {
		return nil
	}
	return pick(s.rng, list...)
}

// having are arguments that name an object and an element of a list of it.
func (s *sampler) having(entity, field, arg string) map[string]any {
	id := s.some(entity)
	m := s.member(entity, id, field)
	if m == nil {
		return nil
	}
	return map[string]any{s.named(entity).Argument(): id, arg: m}
}

// inside changes arguments by which a call takes something out of a list: so
// that it is in there.
func (s *sampler) inside(o *op.Operation, args map[string]any) {
	unread := func(*op.Entity, any) (map[string]any, bool) { return nil, false }
	for _, m := range o.Planning(args, op.Unknown{}, unread) {
		if m.Act != op.ActDrop || m.ID == nil {
			continue
		}
		member := op.Element(s.member(m.Entity.Name, m.ID, m.Field), m.Elem)
		for name, v := range args {
			if member != nil && op.Same(v, m.Value) == op.Yes {
				args[name] = member
			}
		}
	}
}

// listed is what a list answers; none if it fails.
func listed(s *sampler, verb string, args map[string]any) []any {
	o, _ := s.world.vendor.Module.Operation(verb)
	answer, err := s.world.do(o, op.AppendTree(nil, real(anyMap(args), s.ids)))
	if err != nil {
		return nil
	}
	list, _ := s.labelled(op.Tree(answer)).([]any)
	return list
}

func anyMap(m map[string]any) map[string]any {
	if m == nil {
		return map[string]any{}
	}
	return m
}

// anyOf is a field of something that a list has; nil if it is empty.
func anyOf(s *sampler, verb string, args map[string]any, field string) any {
	list := listed(s, verb, args)
	if len(list) == 0 {
		return nil
	}
	return op.Element(pick(s.rng, list...), field)
}

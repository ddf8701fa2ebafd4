package op

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// This file says what an operation that is no read does to the objects of its
// vendor.

// A Change is one thing that a call does to objects. It tells a scene what
// that is, and may be asked again when more is known.
type Change func(s *Scene)

// An Act is what happens to an object.
type Act uint8

// The acts.
const (
	ActCreate Act = iota
	ActSet        // a field gets a value; nil takes it away
	ActPut        // a list gets an element
	ActDrop       // a list loses elements
	ActEdit       // elements of a list get other fields
	ActRemove     // the object is gone
	ActHide       // something changes that no read shows
)

// A Mutation is one act on one object, or on all of a type.
type Mutation struct {
	Entity *Entity
	ID     any // nil: all objects of the type
	Act    Act
	Field  string
	Elem   string         // of Put, Drop and Edit: by which field elements are told apart; themselves if empty
	Value  any            // of Set; of Put: the element; of Drop and Edit: what Elem is
	Fields map[string]any // of Create, and of Edit
}

// A Scene is a call that is planned, for the changes that it makes.
type Scene struct {
	Args   Args
	Object func(entity *Entity, id any) (map[string]any, bool) // as it is before the call; false if it is not known
	New    Unknown                                             // id of what the call creates

	op        *Operation
	mutations []Mutation
}

// Planning asks the operation what a call does. look tells objects as they are
// before it, and newID is the id of what it creates.
func (o *Operation) Planning(args Args, newID Unknown, look func(entity *Entity, id any) (map[string]any, bool)) []Mutation {
	s := &Scene{Args: args, Object: look, New: newID, op: o}
	for _, change := range o.Changes {
		change(s)
	}
	return s.mutations
}

// Do adds a mutation.
func (s *Scene) Do(m Mutation) { s.mutations = append(s.mutations, m) }

// Vague is a value of the object that cannot be foreseen.
func (s *Scene) Vague(field string) Unknown {
	args, _ := json.Marshal(plain(s.Args))
	return Unknown{Label: field + " of " + s.op.Thing(args)}
}

// plain is the arguments for a JSON encoder.
func plain(a Args) map[string]json.RawMessage {
	m := map[string]json.RawMessage{}
	for k, v := range a {
		m[k] = AppendTree(nil, v)
	}
	return m
}

// A Source is where the value of a field comes from; ok is false if the call
// leaves the field as it is.
type Source func(s *Scene, field string) (value any, ok bool)

// Arg takes the value of an argument, if it is given.
func Arg(name string) Source {
	return func(s *Scene, _ string) (any, bool) {
		v, ok := s.Args[name]
		return v, ok
	}
}

// Is is a value that does not depend on the call. Is(nil) takes the field away.
func Is(v any) Source { return func(*Scene, string) (any, bool) { return Copy(v), true } }

// Empty is an empty list.
func Empty() Source { return Is([]any{}) }

// Vague is a value that cannot be foreseen.
func Vague() Source {
	return func(s *Scene, field string) (any, bool) { return s.Vague(field), true }
}

// Old is a value that cannot be foreseen, but is no id of what planned calls
// create.
func Old() Source {
	return func(s *Scene, field string) (any, bool) {
		u := s.Vague(field)
		u.Old = true
		return u, true
	}
}

// If takes a value from elsewhere only if one of the arguments is given.
func If(source Source, args ...string) Source {
	return func(s *Scene, field string) (any, bool) {
		for _, a := range args {
			if _, ok := s.Args[a]; ok {
				return source(s, field)
			}
		}
		return nil, false
	}
}

// First takes the first value that there is.
func First(sources ...Source) Source {
	return func(s *Scene, field string) (any, bool) {
		for _, source := range sources {
			if v, ok := source(s, field); ok {
				return v, true
			}
		}
		return nil, false
	}
}

// Keep leaves a field as it is, although an argument has its name.
func Keep() Source { return func(*Scene, string) (any, bool) { return nil, false } }

// With are fields whose values do not come from the arguments of the same
// names.
type With map[string]Source

// Creates says that the call creates an object. Its fields get the arguments
// of the same names, or their defaults, and what with says; the rest is
// unknown.
func Creates(entity *Entity, with With) Change {
	return func(s *Scene) {
		fields := map[string]any{}
		for _, f := range s.op.FieldsOf(entity) {
			if source, ok := with[f]; ok {
				if v, ok := source(s, f); ok && v != nil {
					fields[f] = v
				}
				continue
			}
			switch v, ok := s.argument(f); {
			case f == entity.IDField():
				fields[f] = s.New
			case entity.Lists[f].Entity != nil:
				fields[f] = []any{} // nothing refers to it yet
			case ok && v != nil:
				fields[f] = v
			case !ok:
				fields[f] = s.Vague(f)
			}
		}
		s.Do(Mutation{Entity: entity, ID: fields[entity.IDField()], Act: ActCreate, Fields: fields})
	}
}

// argument is the value of an argument, or its default.
func (s *Scene) argument(name string) (any, bool) {
	if v, ok := s.Args[name]; ok {
		return v, true
	}
	f, ok := s.op.In().Field(name)
	if !ok || f.Default == "" {
		return nil, false
	}
	switch f.Type.Form {
	case Bool:
		return f.Default == "true", true
	case Int, Number:
		if _, ok := number(f.Default); ok {
			return json.Number(f.Default), true
		}
		return nil, false
	}
	return f.Default, true
}

// Sets says that the call changes the object that an argument names: its
// fields get the arguments of the same names, and what with says.
func Sets(entity *Entity, by string, with With) Change {
	return func(s *Scene) {
		id, ok := s.Args[by]
		if !ok {
			return
		}
		for _, f := range s.op.FieldsOf(entity) {
			v, ok := s.Args[f]
			if source, told := with[f]; told {
				v, ok = source(s, f)
			}
			if ok && f != by && f != entity.IDField() {
				s.Do(Mutation{Entity: entity, ID: id, Act: ActSet, Field: f, Value: v})
			}
		}
	}
}

// SetsOnly is Sets with nothing but what with says.
func SetsOnly(entity *Entity, by string, with With) Change {
	return func(s *Scene) {
		id, ok := s.Args[by]
		if !ok {
			return
		}
		for _, f := range slices.Sorted(maps.Keys(with)) {
			if v, ok := with[f](s, f); ok {
				s.Do(Mutation{Entity: entity, ID: id, Act: ActSet, Field: f, Value: v})
			}
		}
	}
}

// Removes says that the object which an argument names is gone afterwards.
func Removes(entity *Entity, by string) Change {
	return func(s *Scene) {
		if id, ok := s.Args[by]; ok {
			s.Do(Mutation{Entity: entity, ID: id, Act: ActRemove})
		}
	}
}

// Hides says that the call changes something that no read shows about the
// object, or each object, that an argument names, so that nobody can tell
// whether it is already as wanted.
func Hides(entity *Entity, by string) Change {
	return func(s *Scene) {
		for _, id := range s.each(by) {
			s.Do(Mutation{Entity: entity, ID: id, Act: ActHide})
		}
	}
}

// Stirs makes unknown what is blind to changes of these entities.
func Stirs(entities ...*Entity) Change {
	return func(s *Scene) {
		for _, e := range entities {
			s.Do(Mutation{Entity: e, Act: ActHide})
		}
	}
}

// Blurs makes fields of all objects of a type unknown: some of them change, and
// the arguments do not say which.
func Blurs(entity *Entity, fields ...string) Change {
	return func(s *Scene) {
		for _, f := range fields {
			s.Do(Mutation{Entity: entity, Act: ActSet, Field: f, Value: s.Vague(f)})
		}
	}
}

// Unsettles makes fields of the object, or each object, that an argument names
// unknown.
func Unsettles(entity *Entity, by string, fields ...string) Change {
	return func(s *Scene) {
		for _, id := range s.each(by) {
			for _, f := range fields {
				s.Do(Mutation{Entity: entity, ID: id, Act: ActSet, Field: f, Value: s.Vague(f)})
			}
		}
	}
}

// Puts says that a list of the object gets the value of an argument, or each
// of its values, unless it has it.
func Puts(entity *Entity, by, field, arg string) Change {
	return PutsWith(entity, by, field, "", arg, nil)
}

// PutsWith is Puts for a list of objects: elem is the field that gets the
// value, and with says what else an element has.
func PutsWith(entity *Entity, by, field, elem, arg string, with With) Change {
	return func(s *Scene) {
		id, ok := s.Args[by]
		if !ok {
			return
		}
		for _, v := range s.each(arg) {
			element := v
			if elem != "" {
				fields := map[string]any{elem: v}
				for f, source := range with {
					if x, ok := source(s, f); ok && x != nil {
						fields[f] = x
					}
				}
				element = fields
			}
			s.Do(Mutation{Entity: entity, ID: id, Act: ActPut, Field: field, Elem: elem, Value: element})
		}
	}
}

// Drops says that a list of the object loses the value of an argument, or each
// of its values. by is empty for the lists of all objects of that type; elem
// is the field of the elements that is compared, or empty.
func Drops(entity *Entity, by, field, elem, arg string) Change {
	return func(s *Scene) {
		var id any
		if by != "" {
			var ok bool
			if id, ok = s.Args[by]; !ok {
				return
			}
		}
		for _, v := range s.each(arg) {
			s.Do(Mutation{Entity: entity, ID: id, Act: ActDrop, Field: field, Elem: elem, Value: v})
		}
	}
}

// Edits says that elements of a list show the object which an argument names,
// and get other fields: as with says, in the lists of all objects of the type.
func Edits(entity *Entity, field, elem, arg string, with With) Change {
	return func(s *Scene) {
		fields := map[string]any{}
		for f, source := range with {
			if v, ok := source(s, f); ok {
				fields[f] = v
			}
		}
		if v, ok := s.Args[arg]; ok && len(fields) > 0 {
			s.Do(Mutation{Entity: entity, Act: ActEdit, Field: field, Elem: elem, Value: v, Fields: fields})
		}
	}
}

// each are the values of an argument that may be a list.
func (s *Scene) each(arg string) []any { return Values(s.Args[arg]) }

// Values are those of a list, or the one that v is.
func Values(v any) []any {
	switch v := v.(type) {
	case nil:
		return nil
	case []any:
		return v
	default:
		return []any{v}
	}
}

// When makes a change depend on the arguments.
func When(ok func(a Args) bool, changes ...Change) Change {
	return func(s *Scene) {
		if ok(s.Args) {
			for _, c := range changes {
				c(s)
			}
		}
	}
}

// FieldsOf are the fields of an object of the operation's module, by its read
// in full.
func (o *Operation) FieldsOf(entity *Entity) []string {
	t := o.ShapeOf(entity)
	if t == nil {
		return nil
	}
	return t.Names()
}

// ShapeOf is the shape of an object of the operation's module, nil if no read
// answers it in full.
func (o *Operation) ShapeOf(entity *Entity) *Type {
	get, ok := o.Sibling(entity.Get)
	if !ok {
		return nil
	}
	t := get.Out()
	if t.Form == List {
		t = t.Elem
	}
	return t
}

// Sibling is an operation of the same module.
func (o *Operation) Sibling(verb string) (*Operation, bool) {
	if o.module == nil || verb == "" {
		return nil, false
	}
	return o.module.Operation(verb)
}

func number(s string) (float64, bool) {
	x, err := strconv.ParseFloat(strings.TrimSpace(s), 64)
	return x, err == nil
}

// Noise are the fields of an object that change by themselves, or with every
// change: when it was changed last, how often it ran.
func (o *Operation) Noise(entity *Entity) map[string]bool {
	noise := map[string]bool{}
	if t := o.ShapeOf(entity); t != nil {
		for i := range t.Fields {
			if t.Fields[i].Noise {
				noise[t.Fields[i].Name] = true
			}
		}
	}
	return noise
}

// Touched are the objects that a call touches by their ids, in the order of
// the mutations.
func Touched(mutations []Mutation) []Mutation {
	var list []Mutation
	for _, m := range mutations {
		if m.ID != nil && !slices.ContainsFunc(list, func(x Mutation) bool { return x.Entity == m.Entity && Same(x.ID, m.ID) == Yes }) {
			list = append(list, m)
		}
	}
	return list
}

package op

import (
	"maps"
	"slices"
	"strings"
	"time"
)

// This file says how a vendor's reads hang together: which objects there are,
// and which of them an answer shows. From this and from what the other
// operations say they change, a dry run knows what later reads will answer.

// An Entity is a type of object that a vendor keeps.
type Entity struct {
	Name string // as a person says it: "user group"
	Get  string // verb of the read that answers one in full, or a list of them
	By   string // argument of Get that names one; "user_group_id" if empty, none if Get lists
	ID   string // field that tells which one it is; "id" if empty

	// Lists are the fields that list other objects, or their ids. They follow
	// from those objects, so no operation says that it changes them.
	Lists map[string]Listing
	// Counts are the fields that tell how long another field's list is.
	Counts map[string]string
}

// A Listing says which objects a list shows: those with a field that fits the
// value of an argument, or the id of the object that the list is a field of.
type Listing struct {
	Entity *Entity
	Where  Match
	Arg    string            // argument with the value; the object's own id if empty
	If     func(a Args) bool // whether the list is filled; always if nil
}

// IDField is the field that tells which object it is.
func (o *Entity) IDField() string {
	if o.ID == "" {
		return "id"
	}
	return o.ID
}

// Argument is the argument of Get that names an object.
func (o *Entity) Argument() string {
	if o.By == "" {
		return strings.ToLower(strings.ReplaceAll(o.Name, " ", "_")) + "_id"
	}
	return o.By
}

// Args are the arguments of a call as trees.
type Args map[string]any

// ArgsOf reads the arguments of a call. What is null counts as not given. An
// empty text is a value: in a change it may clear a field.
func ArgsOf(b []byte) Args {
	all, _ := Tree(b).(map[string]any)
	args := Args{}
	for k, v := range all {
		if v != nil {
			args[k] = v
		}
	}
	return args
}

// A Match compares a field of an object with a value.
type Match struct {
	Field string
	Elem  string // of the elements of a list: the field to compare; themselves if empty
	how   how
}

type how uint8

const (
	equals how = iota
	equalsFold
	contains
	has
	isIn
	atLeast
	atMost
	below
)

// Equal wants the field to be the value.
func Equal(field string) Match { return Match{Field: field} }

// EqualFold wants the field to be the text, without regard to capitals.
func EqualFold(field string) Match { return Match{Field: field, how: equalsFold} }

// Contains wants the field to contain the text, without regard to capitals.
func Contains(field string) Match { return Match{Field: field, how: contains} }

// Has wants the field, a list, to have the value as an element.
func Has(field string) Match { return Match{Field: field, how: has} }

// HasWith wants the field, a list of objects, to have one whose field elem is
// the value.
func HasWith(field, elem string) Match { return Match{Field: field, Elem: elem, how: has} }

// In wants the field to be one of the values, which are a list.
func In(field string) Match { return Match{Field: field, how: isIn} }

// AtLeast, AtMost and Below compare numbers and moments.
func AtLeast(field string) Match { return Match{Field: field, how: atLeast} }

// AtMost wants the field to be the value or less.
func AtMost(field string) Match { return Match{Field: field, how: atMost} }

// Below wants the field to be less than the value.
func Below(field string) Match { return Match{Field: field, how: below} }

// Fits compares an object with a value.
func (m Match) Fits(object map[string]any, value any) Verdict {
	v := object[m.Field]
	if m.how == equals {
		return Same(v, value)
	}
	if u, ok := v.(Unknown); ok && !u.New {
		return Maybe
	}
	switch m.how {
	case has:
		return among(v, m.Elem, value)
	case isIn:
		return among(value, "", v)
	}
	if v == nil {
		return No
	}
	_, newID := v.(Unknown)
	if _, unknown := value.(Unknown); unknown || newID {
		return Maybe
	}
	switch m.how {
	case equalsFold:
		return verdict(strings.EqualFold(scalar(v), scalar(value)))
	case contains:
		return verdict(strings.Contains(strings.ToLower(scalar(v)), strings.ToLower(scalar(value))))
	}
	order, ok := compare(scalar(v), scalar(value))
	if !ok {
		return Maybe
	}
	return verdict(m.how == atLeast && order >= 0 || m.how == atMost && order <= 0 || m.how == below && order < 0)
}

func among(list any, elem string, value any) Verdict {
	if u, ok := list.(Unknown); ok && !u.New {
		return Maybe
	}
	items, _ := list.([]any)
	best := No
	for _, item := range items {
		best = max(best, Same(Element(item, elem), value))
	}
	return best
}

// Element is what an element of a list is compared by: a field of it, or
// itself if field is empty.
func Element(item any, field string) any {
	if object, ok := item.(map[string]any); ok && field != "" {
		return object[field]
	}
	return item
}

// compare orders two numbers or two moments; ok is false for anything else.
func compare(a, b string) (order int, ok bool) {
	if x, err := time.Parse(time.RFC3339, a); err == nil {
		y, err := time.Parse(time.RFC3339, b)
		return x.Compare(y), err == nil
	}
	x, okX := number(a)
	y, okY := number(b)
	switch {
	case !okX || !okY:
		return 0, false
	case x < y:
		return -1, true
	case x > y:
		return 1, true
	}
	return 0, true
}

// A View says which objects the answer of an operation shows.
type View struct {
	Entity *Entity // nil if the answer is no object, but has lists of them
	Many   bool    // a list of objects; else one
	By     string  // of one: the argument that names it; empty for the object that the call creates
	Field  string  // of one: the field that the argument is compared with; its id if empty
	ID     string  // field of the answer that tells which object it is, if it has another name there

	// Filters say what arguments select. An argument that has the name of a
	// field needs none: the field equals it.
	Filters map[string]Match
	// Free are the arguments that select nothing: how long a page is, in which
	// order, how much of each object is shown.
	Free []string
	// Fields says what of each object is shown; all that the answer can have if nil.
	Fields func(a Args) []string
	// Lists are the lists of objects in an answer that is none itself.
	Lists map[string]Listing

	// Within is what has to be there for the read to be answered: the user whose
	// assets are asked for.
	Within *Entity
	Parent string // the argument that names it

	// Lingers says that what was removed may still be answered for a while: then
	// the answer is unknown.
	Lingers bool

	// Blind says that what the answer shows depends on other objects in a way
	// that nobody worked out: after a planned change of one of these the answer
	// is unknown. Any change counts if Any is true.
	Blind []*Entity
	Any   bool
}

// One shows the object that an argument names.
func One(entity *Entity, by string) *View { return &View{Entity: entity, By: by} }

// Created shows the object that the call creates.
func Created(entity *Entity) *View { return &View{Entity: entity} }

// Many shows the objects that fit the arguments.
func Many(entity *Entity, filters map[string]Match, free ...string) *View {
	return &View{Entity: entity, Many: true, Filters: filters, Free: free}
}

// Apart shows nothing that any operation changes.
func Apart() *View { return &View{} }

// Blind shows what depends on these objects, on any if none is given, in a way
// that nobody worked out.
func Blind(entities ...*Entity) *View { return &View{Blind: entities, Any: len(entities) == 0} }

// IDField is the field of the answer that tells which object it is.
func (v *View) IDField() string {
	if v.ID != "" {
		return v.ID
	}
	return v.Entity.IDField()
}

// Wanted are the matches that a call asks for, by argument. ok is false if an
// argument selects in a way that nobody said.
func (v *View) Wanted(a Args, fields *Type) (matches map[string]Match, ok bool) {
	matches = map[string]Match{}
	for _, arg := range slices.Sorted(maps.Keys(a)) {
		if slices.Contains(v.Free, arg) || a[arg] == "" { // an empty filter is none
			continue
		}
		m, known := v.Filters[arg]
		if !known {
			if _, known = fields.Field(arg); !known {
				return nil, false
			}
			m = Equal(arg)
		}
		matches[arg] = m
	}
	return matches, true
}

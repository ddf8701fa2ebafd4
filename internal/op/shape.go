package op

import (
	"fmt"
	"reflect"
	"strings"
	"sync"
)

// This file derives the shape of a value from a Go type. Tags say what the
// type cannot:
//
//	Role string `json:"role" lua:"role,required" enum:"Viewer Artisan" doc:"…"`
//
//   - json: the name on the wire, as encoding/json reads it
//   - lua: the name in Lua, then any of required, secret, nullable, key, noise.
//     key marks the field that names the object to a person; noise one that
//     changes by itself, or with every change, like the time of the last one.
//   - enum: the accepted values, separated by spaces
//   - default: what holds when the field is left out, for the manual
//   - doc: what it is, with its unit
//
// Fields without a lua tag are not part of the shape. Embedded structs are
// flattened.

// Form is the form of a value.
type Form uint8

// The forms. Any is decoded as it comes.
const (
	Any Form = iota
	String
	Time  // RFC 3339
	Date  // yyyy-mm-dd
	Bytes // any bytes: a string in Lua, base64 in JSON
	Bool
	Int
	Number
	List
	Map
	Object
	Nothing
)

func (f Form) String() string {
	return [...]string{"any", "string", "time", "date", "bytes", "bool", "int", "number", "list", "map", "table", "nothing"}[f]
}

// A Type is the shape of a value.
type Type struct {
	Form   Form
	Elem   *Type   // of List and Map
	Fields []Field // of Object, in the order of declaration
	Open   bool    // an object that keeps fields we do not know

	names    []string
	byName   map[string]int
	extra    []int // index of the Extra field
	goType   reflect.Type
	hiding   []string // names of the secret fields in it, at any depth
	optional bool     // Opt[T]
}

// A Field is one field of an object.
type Field struct {
	Name     string
	Doc      string
	Default  string
	Enum     []string
	Type     *Type
	Required bool
	Secret   bool
	Nullable bool
	Key      bool
	Noise    bool // it changes by itself, or with every change

	wire  string
	index []int
}

// Field finds a field by its Lua name.
func (t *Type) Field(name string) (*Field, bool) {
	i, ok := t.byName[name]
	if !ok {
		return nil, false
	}
	return &t.Fields[i], true
}

// FieldIndex finds the place of a field by its Lua name.
func (t *Type) FieldIndex(name string) (int, bool) {
	i, ok := t.byName[name]
	return i, ok
}

// Name is what an object is called in Go, "" if it has no name there.
func (t *Type) Name() string {
	g := t.goType
	for g != nil && g.Kind() == reflect.Pointer {
		g = g.Elem()
	}
	if t.Form != Object || g == nil || t.optional {
		return ""
	}
	return g.Name()
}

// Optional reports whether a field of this type may be absent from an answer.
func (t *Type) Optional() bool {
	return t.optional || t.goType != nil && t.goType.Kind() == reflect.Pointer
}

// Always reports whether a field of this type is there even if the vendor did
// not send it: a list is empty then.
func (t *Type) Always() bool {
	return t.Form == List && !t.optional && t.goType != nil && t.goType.Kind() == reflect.Slice
}

// Names are the Lua names of the fields.
func (t *Type) Names() []string { return t.names }

// Key is the field that names the object to a person, if one does.
func (t *Type) Key() (*Field, bool) {
	for i := range t.Fields {
		if t.Fields[i].Key {
			return &t.Fields[i], true
		}
	}
	return nil, false
}

// String writes the type as the manual does: "list of string".
func (t *Type) String() string {
	switch t.Form {
	case List:
		return "list of " + t.Elem.String()
	case Map:
		return "map of " + t.Elem.String()
	}
	return t.Form.String()
}

var shapes sync.Map // reflect.Type → *Type

// shapeOf derives the shape of a Go type, once. It panics on a type that has
// none: that is our own mistake, and a test walks all operations.
func shapeOf(t reflect.Type) *Type {
	if s, ok := shapes.Load(t); ok {
		return s.(*Type)
	}
	s := derive(t, nil)
	actual, _ := shapes.LoadOrStore(t, s)
	return actual.(*Type)
}

var (
	optType   = reflect.TypeFor[optional]()
	noneType  = reflect.TypeFor[None]()
	extraType = reflect.TypeFor[Extra]()
	timeType  = reflect.TypeFor[RFC3339]()
	dateType  = reflect.TypeFor[Day]()
	rawType   = reflect.TypeFor[Raw]()
)

func derive(t reflect.Type, path []reflect.Type) *Type {
	for _, p := range path {
		if p == t {
			return &Type{Form: Any} // a type within itself: decoded as it comes
		}
	}
	path = append(path, t)
	if t.Kind() == reflect.Struct && reflect.PointerTo(t).Implements(optType) {
		inner := *derive(t.Field(0).Type, path)
		inner.optional, inner.goType = true, t
		return &inner
	}
	switch t {
	case noneType:
		return &Type{Form: Nothing, goType: t}
	case timeType:
		return &Type{Form: Time, goType: t}
	case dateType:
		return &Type{Form: Date, goType: t}
	case rawType:
		return &Type{Form: Any, goType: t}
	}
	switch t.Kind() {
	case reflect.String:
		return &Type{Form: String, goType: t}
	case reflect.Bool:
		return &Type{Form: Bool, goType: t}
	case reflect.Int, reflect.Int32, reflect.Int64:
		return &Type{Form: Int, goType: t}
	case reflect.Float64:
		return &Type{Form: Number, goType: t}
	case reflect.Pointer:
		inner := *derive(t.Elem(), path)
		inner.goType = t
		return &inner
	case reflect.Slice:
		if t.Elem().Kind() == reflect.Uint8 {
			return &Type{Form: Bytes, goType: t}
		}
		elem := derive(t.Elem(), path)
		return &Type{Form: List, Elem: elem, goType: t, hiding: elem.hiding}
	case reflect.Map:
		elem := derive(t.Elem(), path)
		return &Type{Form: Map, Elem: elem, goType: t, hiding: elem.hiding}
	case reflect.Struct:
		s := &Type{Form: Object, goType: t, byName: map[string]int{}}
		s.addFields(t, nil, path)
		return s
	}
	panic(fmt.Sprintf("op: no shape for %s", t))
}

func (t *Type) addFields(of reflect.Type, at []int, path []reflect.Type) {
	for i := range of.NumField() {
		f := of.Field(i)
		index := append(append([]int(nil), at...), i)
		if f.Type == extraType {
			t.Open, t.extra = true, index
			continue
		}
		if f.Anonymous && f.Type.Kind() == reflect.Struct {
			t.addFields(f.Type, index, path)
			continue
		}
		tag, ok := f.Tag.Lookup("lua")
		if !ok {
			continue
		}
		words := strings.Split(tag, ",")
		wire, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		field := Field{
			Name: words[0], Doc: f.Tag.Get("doc"), Default: f.Tag.Get("default"),
			Enum: strings.Fields(f.Tag.Get("enum")), Type: derive(f.Type, path),
			wire: wire, index: index,
		}
		for _, w := range words[1:] {
			switch w {
			case "required":
				field.Required = true
			case "secret":
				field.Secret = true
			case "nullable":
				field.Nullable = true
			case "key":
				field.Key = true
			case "noise":
				field.Noise = true
			default:
				panic(fmt.Sprintf("op: %s.%s: unknown word %q in the lua tag", of, f.Name, w))
			}
		}
		if twin, twice := t.byName[field.Name]; twice {
			if len(t.Fields[twin].index) < len(index) {
				continue // as in Go, the outer field hides that of an embedded struct
			}
			panic(fmt.Sprintf("op: %s: two fields are called %q", of, field.Name))
		}
		if field.Secret {
			t.hiding = append(t.hiding, field.Name)
		}
		t.hiding = append(t.hiding, field.Type.hiding...)
		t.byName[field.Name] = len(t.Fields)
		t.Fields = append(t.Fields, field)
		t.names = append(t.names, field.Name)
	}
}

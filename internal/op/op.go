// Package op is the vocabulary of the project: what an operation is, what its
// arguments and answers look like, and how it can fail.
//
// A vendor call is declared once, as an Operation. Bindings, checks, dry run,
// plans, retries, redaction and documentation are derived from that value.
package op

import (
	"context"
	"encoding/json"
	"reflect"
	"strings"
	"time"
)

// Effect is what an operation does to the vendor.
type Effect uint8

// The effects. The zero value is refused by New.
const (
	_ Effect = iota
	Read
	Write
	Destructive
)

func (e Effect) String() string {
	return [...]string{"unset", "read", "write", "destructive"}[e]
}

// Idempotency says what sending the same call twice does.
type Idempotency uint8

// The degrees of idempotency. The zero value is the careful one.
const (
	Once       Idempotency = iota // a second call acts a second time
	Keyed                         // the vendor takes an idempotency key
	Idempotent                    // a second call leaves the same state
)

func (i Idempotency) String() string {
	return [...]string{"once", "keyed", "idempotent"}[i]
}

// An Operation is one thing that a vendor offers, declared by New or NewList.
type Operation struct {
	Name    string // module.verb_noun
	Doc     string // a summary sentence, then details; "Raises KIND if …"
	Source  string // the page the shape came from
	Example string // one line of Lua
	Since   string // the vendor's first release that has it, if not all do

	Effect      Effect
	Idempotency Idempotency

	// Object is the noun of what the operation returns, creates, changes or
	// removes, as a person would say it: "user". It labels unknowns.
	Object string

	// Shows says which objects the answer shows; of a call that is no read, as
	// they are after it.
	Shows *View

	// Changes say what the call does to the vendor's objects.
	Changes []Change

	// Inverse tells which call takes this one back; nil if none does.
	Inverse Inverse

	// Predict tells what a planned call will answer, where that is no object:
	// without it and Shows the whole answer of a planned call is unknown.
	Predict Predict

	module   *Module
	in, out  reflect.Type
	perform  func(ctx context.Context, client any, args []byte) ([]byte, error)
	page     func(ctx context.Context, client any, args []byte, cursor string) (Page, error)
	probe    func(ctx context.Context, client any, args []byte, since time.Time) ([]byte, bool, error)
	settle   time.Duration
	elements bool // out is the element type of the list that is answered
}

// None is the answer of an operation that has none.
type None struct{}

// A Part is an optional part of an operation that knows its types.
type Part[C, In, Out any] func(*Operation)

// Probe declares how to find out whether a call that got no answer landed,
// and what it would have answered. since is when the call was sent; settle is
// how long the vendor may still be at work on it. look must only read.
func Probe[C, In, Out any](settle time.Duration, look func(ctx context.Context, c C, in In, since time.Time) (Out, bool, error)) Part[C, In, Out] {
	return func(o *Operation) {
		o.settle = settle
		o.probe = func(ctx context.Context, client any, args []byte, since time.Time) ([]byte, bool, error) {
			in, err := decode[In](args)
			if err != nil {
				return nil, false, err
			}
			out, landed, err := look(ctx, client.(C), in, since)
			if err != nil || !landed {
				return nil, false, err
			}
			result, err := Encode(out)
			return result, true, err
		}
	}
}

// New declares an operation. It panics when the declaration cannot be right.
// Shapes are derived from the types when they are first needed: declaring
// must cost nothing at start-up.
func New[C, In, Out any](o Operation, perform func(ctx context.Context, c C, in In) (Out, error), parts ...Part[C, In, Out]) *Operation {
	o.mustBeComplete()
	o.in, o.out = reflect.TypeFor[In](), reflect.TypeFor[Out]()
	o.perform = func(ctx context.Context, client any, args []byte) ([]byte, error) {
		in, err := decode[In](args)
		if err != nil {
			return nil, err
		}
		out, err := perform(ctx, client.(C), in)
		if err != nil {
			return nil, err
		}
		return Encode(out)
	}
	for _, p := range parts {
		p(&o)
	}
	return &o
}

// NewList declares an operation whose answer is a list that the vendor hands
// out in pages. perform fetches one page: cursor is "" for the first, and
// next is "" after the last.
func NewList[C, In, Item any](o Operation, perform func(ctx context.Context, c C, in In, cursor string) (items []Item, next string, err error)) *Operation {
	o.mustBeComplete()
	o.in, o.out, o.elements = reflect.TypeFor[In](), reflect.TypeFor[Item](), true
	o.page = func(ctx context.Context, client any, args []byte, cursor string) (Page, error) {
		in, err := decode[In](args)
		if err != nil {
			return Page{}, err
		}
		items, next, err := perform(ctx, client.(C), in, cursor)
		if err != nil {
			return Page{}, err
		}
		if items == nil {
			items = []Item{}
		}
		result, err := Encode(items)
		return Page{Items: result, Next: next}, err
	}
	o.perform = func(ctx context.Context, client any, args []byte) ([]byte, error) {
		in, err := decode[In](args)
		if err != nil {
			return nil, err
		}
		all, cursor := []Item{}, ""
		for {
			items, next, err := perform(ctx, client.(C), in, cursor)
			if err != nil {
				return nil, err
			}
			all = append(all, items...)
			if next == "" {
				return Encode(all)
			}
			if next == cursor {
				return nil, &Error{Kind: Garbled, Cause: "the vendor answered the same page again"}
			}
			cursor = next
		}
	}
	return &o
}

func (o *Operation) mustBeComplete() {
	module, verb, ok := strings.Cut(o.Name, ".")
	switch {
	case !ok || module == "" || verb == "":
		panic("op: operation name is not module.verb_noun: " + o.Name)
	case o.Effect == 0:
		panic("op: " + o.Name + " has no effect")
	case o.Doc == "" || o.Source == "":
		panic("op: " + o.Name + " has no doc or no source")
	}
}

// A Page is one page of a list.
type Page struct {
	Items json.RawMessage
	Next  string // the cursor of the next page, "" after the last
}

// In is the shape of the arguments: always an object.
func (o *Operation) In() *Type { return shapeOf(o.in) }

// Out is the shape of the answer.
func (o *Operation) Out() *Type {
	if o.elements {
		elem := shapeOf(o.out)
		return &Type{Form: List, Elem: elem, hiding: elem.hiding}
	}
	return shapeOf(o.out)
}

// Paged reports whether the vendor hands the list out in pages.
func (o *Operation) Paged() bool { return o.page != nil }

// Module is the first part of the name.
func (o *Operation) Module() string { m, _, _ := strings.Cut(o.Name, "."); return m }

// Verb is the name without its module, as Lua sees it: "deactivate_user".
func (o *Operation) Verb() string { _, v, _ := strings.Cut(o.Name, "."); return v }

// Summary is the first sentence of the documentation.
func (o *Operation) Summary() string {
	s, _, _ := strings.Cut(o.Doc, "\n")
	return strings.TrimSpace(s)
}

// Perform carries the operation out: args and the answer are JSON objects
// with the names that Lua sees.
func (o *Operation) Perform(ctx context.Context, client any, args []byte) ([]byte, error) {
	return o.perform(ctx, client, args)
}

// PerformPage fetches one page of a list; it may only be asked of operations
// that are Paged.
func (o *Operation) PerformPage(ctx context.Context, client any, args []byte, cursor string) (Page, error) {
	return o.page(ctx, client, args, cursor)
}

// CanProbe reports whether an unanswered call can be looked up, and how long
// the vendor may take until a look tells the truth.
func (o *Operation) CanProbe() (settle time.Duration, ok bool) { return o.settle, o.probe != nil }

// Look asks the vendor whether a call with these arguments, sent at since,
// landed, and with which answer.
func (o *Operation) Look(ctx context.Context, client any, args []byte, since time.Time) (result []byte, landed bool, err error) {
	return o.probe(ctx, client, args, since)
}

// Package acme is a made-up vendor, with operations of every class: the
// survival suite builds it into a command whose processes are killed. No
// command that is delivered has it.
package acme

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"runner/internal/op"
	"runner/internal/rest"
)

const source = "made up"

// Module is the vendor.
var Module = op.NewModule(op.Module{
	Name: "acme", Title: "Acme", Doc: "A made-up vendor.", Limit: op.Limit{PerSecond: 1e6, Burst: 1e6},
	Operations: []*op.Operation{listThings, getThing, createThing, sendNote, bookSeat, setThing, deleteThing},
}, func(w op.World, s rest.Settings) (op.Client, error) {
	c, err := rest.New(s, w, rest.Options{})
	if err != nil {
		return op.Client{}, err
	}
	// The address is another for every process, and the account is the same.
	return op.Client{Vendor: c, Account: "acme", Timeout: s.CallDeadline(), Settle: s.SettleTime()}, nil
})

// Thing is what there is.
type Thing struct {
	ID    int64  `json:"id" lua:"id" doc:"Id; the vendor makes it."`
	Name  string `json:"name" lua:"name" doc:"Name; there may be several of one name."`
	Value string `json:"value" lua:"value" doc:"Value."`
}

// ListThings is the input of acme.list_things.
type ListThings struct {
	Prefix string `json:"-" lua:"prefix" doc:"What the names begin with."`
}

var listThings = op.NewList(op.Operation{
	Name: "acme.list_things", Doc: "Lists things in the order in which they were made.", Source: source, Effect: op.Read, Idempotency: op.Idempotent, Object: "thing",
}, func(ctx context.Context, c *rest.Client, in ListThings, cursor string) ([]Thing, string, error) {
	var page struct {
		Things []Thing `json:"things"`
		Next   string  `json:"next"`
	}
	err := c.Get(ctx, rest.Path("things"), url.Values{"prefix": {in.Prefix}, "after": {cursor}}, &page)
	return page.Things, page.Next, err
})

// Named is the input of operations on one thing.
type Named struct {
	Name string `json:"-" lua:"name,required,key" doc:"Name."`
}

var getThing = op.New(op.Operation{
	Name: "acme.get_thing", Doc: "Reads a thing.", Source: source, Effect: op.Read, Idempotency: op.Idempotent, Object: "thing",
}, func(ctx context.Context, c *rest.Client, in Named) (t Thing, err error) {
	return t, c.Get(ctx, rest.Path("things", in.Name), nil, &t)
})

// Labeled is the input of operations that give a thing its value.
type Labeled struct {
	Name  string `json:"name" lua:"name,required,key" doc:"Name."`
	Value string `json:"value" lua:"value" doc:"Value."`
}

var createThing = op.New(op.Operation{
	Name: "acme.create_thing", Doc: "Creates a thing, another one each time.", Source: source, Effect: op.Write, Object: "thing",
}, func(ctx context.Context, c *rest.Client, in Labeled) (t Thing, err error) {
	return t, c.Post(ctx, rest.Path("things"), in, &t)
}, op.Probe(time.Minute, func(ctx context.Context, c *rest.Client, in Labeled, _ time.Time) (t Thing, landed bool, err error) {
	var page struct {
		Things []Thing `json:"things"`
	}
	if err := c.Get(ctx, rest.Path("things"), url.Values{"name": {in.Name}}, &page); err != nil {
		return t, false, err
	}
	return op.TheOne(page.Things, "thing "+in.Name, "at Acme")
}))

// Receipt is the answer of calls that make nothing that can be read.
type Receipt struct {
	ID int64 `json:"id" lua:"id" doc:"Id; the vendor makes it."`
}

var sendNote = op.New(op.Operation{
	Name: "acme.send_note", Doc: "Sends a note. Nothing tells afterwards whether it was sent.", Source: source, Effect: op.Write, Object: "note",
}, func(ctx context.Context, c *rest.Client, in Labeled) (r Receipt, err error) {
	return r, c.Post(ctx, rest.Path("notes"), in, &r)
})

var bookSeat = op.New(op.Operation{
	Name: "acme.book_seat", Doc: "Books a seat; twice with the same key is once.", Source: source, Effect: op.Write, Idempotency: op.Keyed, Object: "seat",
}, func(ctx context.Context, c *rest.Client, in Labeled) (r Receipt, err error) {
	err = c.JSON(ctx, rest.Request{
		Method: http.MethodPost, Path: rest.Path("seats"), Body: in, Header: http.Header{"Idempotency-Key": {op.Key(ctx)}},
	}, &r)
	return r, err
})

var setThing = op.New(op.Operation{
	Name: "acme.set_thing", Doc: "Sets the value of a thing.", Source: source, Effect: op.Write, Idempotency: op.Idempotent, Object: "thing",
}, func(ctx context.Context, c *rest.Client, in Labeled) (t Thing, err error) {
	return t, c.Put(ctx, rest.Path("things", in.Name), in, &t)
})

var deleteThing = op.New(op.Operation{
	Name: "acme.delete_thing", Doc: "Deletes a thing. Raises not_found if there is none.", Source: source, Effect: op.Destructive, Idempotency: op.Idempotent, Object: "thing",
}, func(ctx context.Context, c *rest.Client, in Named) (op.None, error) {
	return op.None{}, c.Delete(ctx, rest.Path("things", in.Name), nil, nil)
})

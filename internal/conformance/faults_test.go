package conformance

import (
	"context"
	"net/http"
	"slices"
	"testing"

	"runner/internal/engine"
	"runner/internal/op"
	"runner/internal/vendors"
	"runner/internal/vendors/stage"
)

// A troubled is an emulator that faults can befall.
type troubled interface {
	http.Handler
	Inject(f stage.Fault)
}

// What goes wrong between the runner and a vendor comes to the same kinds of
// failure for all of them, and what passes by itself is sat out.
func TestFaults(t *testing.T) {
	const often = 30 // more than a call is sent
	for name, tt := range map[string]struct {
		fault stage.Fault
		kinds []op.Kind // one of them; "" is no failure
	}{
		"a web page":             {stage.Fault{Kind: stage.Status, Status: 200, Times: often, Header: http.Header{"Content-Type": {"text/html"}}, Body: "<html><title>Sign in</title></html>"}, []op.Kind{op.Garbled}},
		"an empty answer":        {stage.Fault{Kind: stage.Status, Status: 200, Times: often}, []op.Kind{op.Garbled}},
		"an answer cut off":      {stage.Fault{Kind: stage.Status, Status: 200, Times: often, Header: http.Header{"Content-Type": {"application/json"}}, Body: `{"data":[{"id":1`}, []op.Kind{op.Garbled}},
		"no right":               {stage.Fault{Kind: stage.Status, Status: 403, Times: often, Body: `{"message":"no"}`}, []op.Kind{op.Denied, op.Unauthenticated}},
		"dead credentials":       {stage.Fault{Kind: stage.Status, Status: 401, Times: often, Body: `{"message":"no"}`}, []op.Kind{op.Denied, op.Unauthenticated}},
		"tokens that end":        {stage.Fault{Kind: stage.ExpireTokens}, []op.Kind{"", op.Unauthenticated}},
		"a connection that ends": {stage.Fault{Kind: stage.DropBefore}, []op.Kind{""}},
		"an answer that is lost": {stage.Fault{Kind: stage.DropAfter}, []op.Kind{""}},
		"out of order for once":  {stage.Fault{Kind: stage.Status, Status: 502, Body: "<html>Bad Gateway</html>"}, []op.Kind{""}},
		"too many requests":      {stage.Fault{Kind: stage.Status, Status: 429, Header: http.Header{"Retry-After": {"0"}, "X-Retry-After": {"0"}}, Body: `{}`}, []op.Kind{""}},
	} {
		for _, v := range vendors.All {
			if v.Emulate == nil {
				continue
			}
			t.Run(name+"/"+v.Module.Name, func(t *testing.T) {
				t.Parallel()
				var emulator troubled
				w := newWorld(t, v, func(h http.Handler) http.Handler {
					emulator = h.(troubled)
					return h
				})
				list := firstList(v)
				emulator.Inject(tt.fault)
				if got := w.kindOf(list); !slices.Contains(tt.kinds, got) {
					t.Errorf("%s: failed with %q, want %q", list.Name, got, tt.kinds)
				}
			})
		}
	}
}

// firstList is a list that needs no choice.
func firstList(v vendors.Vendor) *op.Operation {
	for _, o := range v.Module.Operations {
		if s := o.Shows; o.Effect == op.Read && s != nil && s.Many && !required(o) {
			return o
		}
	}
	return nil
}

// kindOf makes a call through the engine, and tells how it failed, "" if it did
// not.
func (w *world) kindOf(o *op.Operation) (kind op.Kind) {
	run := engine.New(context.Background(), engine.Options{Host: engine.Local{}, Journal: nothing{}})
	run.Do(func(b *engine.Branch) {
		if _, e := b.Call(engine.Call{Op: o, Connection: w.conn, Args: []byte("{}")}); e != nil {
			kind = e.Kind
		}
	})
	return kind
}

package engine

import (
	"context"
	"testing"
	"time"

	"runner/internal/journal"
	"runner/internal/op"
)

// onDisk prepares a run whose journal is a real one.
func onDisk(b *testing.B) *Run {
	b.Helper()
	w, err := journal.Create(b.TempDir(), journal.Options{Now: time.Now})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := w.Close(); err != nil {
			b.Error(err)
		}
	})
	return New(b.Context(), Options{Host: Local{}, Journal: w})
}

// plainFlow is a flow without secrets: most calls have none.
type plainFlow struct {
	ID   string `json:"id" lua:"id,required,key"`
	Name string `json:"name" lua:"name"`
}

func plainly(e op.Effect) *op.Operation {
	return op.New(op.Operation{Name: "acme.touch_flow", Doc: "Does something.", Source: "made up", Effect: e, Object: "flow"},
		func(_ context.Context, _ client, in plainFlow) (plainFlow, error) { return in, nil })
}

// BenchmarkCall is what a call of a sequential script costs: its identity,
// its two records, its turn of the baton; a write also waits for the disk. The
// operation alone is to be taken off.
func BenchmarkCall(b *testing.B) {
	conn := NewConnection("acme", op.Client{Vendor: client(echo), Timeout: time.Minute})
	for name, o := range map[string]*op.Operation{"read": plainly(op.Read), "write": plainly(op.Write), "read, with a secret field": getFlow} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			onDisk(b).Do(func(br *Branch) {
				c := Call{Op: o, Connection: conn, Args: flow("8812", "Nightly load"), At: "bench.lua:1"}
				for b.Loop() {
					if _, e := br.Call(c); e != nil {
						b.Fatal(e)
					}
				}
			})
		})
	}
	b.Run("the operation alone", func(b *testing.B) {
		o, args := plainly(op.Read), flow("8812", "Nightly load")
		b.ReportAllocs()
		for b.Loop() {
			if _, err := o.Perform(b.Context(), client(echo), args); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// BenchmarkFanOut is a branch with one call, fifty at a time.
func BenchmarkFanOut(b *testing.B) {
	conn := NewConnection("acme", op.Client{Vendor: client(echo), Timeout: time.Minute})
	keys, o := numbers(b.N), plainly(op.Read)
	b.ReportAllocs()
	r := onDisk(b)
	b.ResetTimer()
	r.Do(func(br *Branch) {
		_, e := each(br, "each", 50, keys, func(br *Branch, key string) *op.Error {
			_, e := call(br, conn, o, key, "")
			return e
		})
		if e != nil {
			b.Error(e)
		}
	})
}

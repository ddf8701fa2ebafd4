// Package conformance holds what every vendor must pass: its operations are
// called on its emulator, and what they declare is compared with what happens.
package conformance

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"runner/internal/engine"
	"runner/internal/journal"
	"runner/internal/op"
	"runner/internal/vendors"
)

// A world is an emulator and a connection to it.
type world struct {
	vendor   vendors.Vendor
	settings map[string]any // of a connection to it
	conn     *engine.Connection
	now      func() time.Time
	stop     func() // may be called before the test ends
}

// newWorld starts an emulator. Its clock goes on by a second with every look.
func newWorld(t *testing.T, v vendors.Vendor, watch func(http.Handler) http.Handler) *world {
	t.Helper()
	var mu sync.Mutex
	now := time.Date(2027, 3, 1, 9, 0, 0, 0, time.UTC)
	tick := func() time.Time {
		mu.Lock()
		defer mu.Unlock()
		now = now.Add(time.Second)
		return now
	}
	handler, settings := v.Emulate(tick)
	server := httptest.NewServer(watch(handler))
	t.Cleanup(server.Close)
	settings["url"], settings["rate"], settings["settle"] = server.URL, 1e6, 0.05
	b, err := json.Marshal(settings)
	if err != nil {
		t.Fatal(err)
	}
	client, err := v.Module.Connect(op.World{Agent: "test"}, b)
	if err != nil {
		t.Fatal(err)
	}
	return &world{v, settings, engine.NewConnection(v.Module.Name, client), tick, server.Close}
}

// do makes a call for real, past the engine.
func (w *world) do(o *op.Operation, args []byte) ([]byte, error) {
	return o.Perform(context.Background(), w.conn.Vendor, args)
}

// dry runs f as a dry run on the world.
func (w *world) dry(f func(call func(o *op.Operation, args []byte) ([]byte, *op.Error))) {
	run := engine.New(context.Background(), engine.Options{Host: engine.Local{}, Journal: nothing{}, Policy: engine.Dry})
	run.Do(func(b *engine.Branch) {
		f(func(o *op.Operation, args []byte) ([]byte, *op.Error) {
			answer, e := b.Call(engine.Call{Op: o, Connection: w.conn, Args: args})
			return answer.Result, e
		})
	})
}

// unwatched leaves a server as it is.
func unwatched(h http.Handler) http.Handler { return h }

// nothing is a journal that keeps nothing.
type nothing struct{}

func (nothing) Append(journal.Record) (int64, error) { return 1, nil }
func (nothing) Flush(int64)                          {}
func (nothing) Sync(int64) error                     { return nil }

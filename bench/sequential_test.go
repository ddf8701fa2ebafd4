package bench

import (
	"fmt"
	"testing"

	"runner/internal/engine"
)

const (
	calls = 1000
	id    = "61d57bea3c15317e1a48205b"
)

var sequential = fmt.Sprintf(`
for _ = 1, %d do
  local user = alteryx.get_user { user_id = %q }
  assert(user.email == %q)
end`, calls, id, email)

// BenchmarkSequential is a script of 1,000 reads, one after the other, of a
// small object from a server without latency, with the journal on disk. It
// is the least favourable case: at a vendor's 50 ms nothing of this shows.
func BenchmarkSequential(b *testing.B) {
	s := serve(b, 0)
	l, st := newLoop(b, s, 1), newStack(b, s, 1)
	byHand := &side{name: "loop", run: func() {
		for range calls {
			l.get(id)
		}
	}}
	script := &side{name: "script", run: func() { st.script(sequential) }}
	s.warmUp(calls, 1, byHand, script)
	compare(b, byHand, script)
	b.ReportMetric(float64(script.time())/calls, "ns/op")
	b.ReportMetric(script.over(byHand), "x-loop")
	b.ReportMetric(script.cpuOver(byHand), "x-loop-cpu")
	micros, allocs := script.beyond(byHand, calls)
	b.ReportMetric(micros, "µs-beyond/call")
	b.ReportMetric(allocs, "allocs-beyond/call")
}

// BenchmarkLayers tells which floor of the house takes what of a call: each
// layer does the same 1,000 reads, and is what the one before lacks.
func BenchmarkLayers(b *testing.B) {
	s := serve(b, 0)
	l, st := newLoop(b, s, 1), newStack(b, s, 1)
	get, args := st.operation("get_user"), []byte(`{"user_id":"`+id+`"}`)
	byHand := &side{name: "loop", run: func() {
		for range calls {
			l.get(id)
		}
	}}
	operation := &side{name: "operation", run: func() {
		for range calls {
			if _, err := get.Perform(b.Context(), st.conn.Vendor, args); err != nil {
				b.Fatal(err)
			}
		}
	}}
	recorded := &side{name: "engine", run: func() {
		st.record(func(r *engine.Run) {
			r.Do(func(br *engine.Branch) {
				for range calls {
					if _, e := br.Call(engine.Call{Op: get, Connection: st.conn, Args: args, At: "bench.lua:3"}); e != nil {
						b.Fatal(e)
					}
				}
			})
		})
	}}
	script := &side{name: "script", run: func() { st.script(sequential) }}
	layers := []*side{byHand, operation, recorded, script}
	s.warmUp(calls, 1, layers...)
	compare(b, layers...)
	b.ReportMetric(float64(byHand.time())/calls, "ns/op")
	for i, layer := range layers[1:] {
		micros, allocs := layer.beyond(layers[i], calls)
		b.ReportMetric(micros, "µs-"+layer.name)
		b.ReportMetric(allocs, "allocs-"+layer.name)
	}
}

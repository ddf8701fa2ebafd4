package bench

import (
	"fmt"
	"os"
	"testing"
	"time"
)

// BenchmarkFanOut is 1,000 branches, 50 at a time, of a read and a write each
// at 20 ms: what a script that works through a list of people does. Before a
// write is sent its intent is on disk, which the loop does not have.
func BenchmarkFanOut(b *testing.B) {
	const branches, width = 1000, 50
	s := serve(b, 20*time.Millisecond)
	l, st := newLoop(b, s, width), newStack(b, s, width)
	byHand := &side{name: "loop", run: func() {
		l.each(branches, width, func(id string) { l.put(id, l.get(id).ID) })
	}}
	source := fanOut(branches, width, `
  local user = alteryx.get_user { user_id = id }
  alteryx.transfer_assets { user_id = id, owner_id = user.id }`)
	script := &side{name: "script", run: func() { st.script(source) }}
	against(b, s, width, 2*branches, byHand, script)
}

// BenchmarkManyWrites is 20,000 writes at 5 ms, 200 at a time: both cores are
// busy with client and server. It takes long and is asked for by RUNNER_BENCH_LONG=1.
func BenchmarkManyWrites(b *testing.B) {
	if os.Getenv("RUNNER_BENCH_LONG") == "" {
		b.Skip("set RUNNER_BENCH_LONG=1")
	}
	const branches, width = 20000, 200
	s := serve(b, 5*time.Millisecond)
	l, st := newLoop(b, s, width), newStack(b, s, width)
	byHand := &side{name: "loop", run: func() {
		l.each(branches, width, func(id string) { l.put(id, id) })
	}}
	source := fanOut(branches, width, `
  alteryx.transfer_assets { user_id = id, owner_id = id }`)
	script := &side{name: "script", run: func() { st.script(source) }}
	against(b, s, width, branches, byHand, script)
}

// fanOut is a script with a branch for each of n ids.
func fanOut(n, width int, body string) string {
	return fmt.Sprintf(`
local ids = {}
for i = 1, %d do ids[i] = tostring(i) end
each(ids, { concurrency = %d }, function(id)%s
end)`, n, width, body)
}

func against(b *testing.B, s *server, width, requests int, byHand, script *side) {
	s.warmUp(requests, width, byHand, script)
	compare(b, byHand, script)
	b.ReportMetric(float64(script.time())/float64(requests), "ns/op")
	b.ReportMetric(script.over(byHand), "x-loop")
	b.ReportMetric(script.cpuOver(byHand), "x-loop-cpu")
}

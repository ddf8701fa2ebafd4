package engine

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"

	"runner/internal/journal"
	"runner/internal/op"
)

// letters makes records of bytes: every kind, a few keys, bodies that may be
// none.
func letters(data []byte) []journal.Record {
	kinds := []journal.Kind{
		journal.Begin, journal.Done, journal.Fail, journal.Step, journal.Timer, journal.Decide, journal.Settle, journal.Resume,
		journal.End, journal.Open, journal.Account, journal.Note, journal.Output, journal.Planned, "later",
	}
	keys := []string{":shop.create#1", "/a:shop.create#1", "/a", "/a/each[1]", "/a/each[1]:shop.get#1", ":shop.create#1~1", "", ":sleep#1"}
	vias := []string{"", viaSent, viaStopped, viaRecalled, viaAgain, viaProbed, ViaHost}
	bodies := []string{
		`{}`, ``, `{"effect":"write","args":{"id":"7"}}`, `{"effect":"read"}`, `{"effect":"write","from":"/a:shop.create#1"}`,
		`{"event":"start","branch":true}`, `{"event":"start","branch":false}`, `{"event":"end","status":"failed","call":":shop.create#1"}`,
		`{"event":"end","branch":true,"status":"in_doubt"}`, `{"event":"end","status":"stopped"}`, `{"anew":true,"accept":true}`,
		`{"anew":true,"only_failed":true}`, `{"landed":true}`, `{"code":1,"call":"/a:shop.create#1"}`, `{"code":0}`, `[`, `7`,
	}
	failures := []string{``, `{"kind":"conflict"}`, `{"kind":"in_doubt","was":"timeout"}`, `{`}
	var records []journal.Record
	for ; len(data) >= 4; data = data[4:] {
		rec := journal.Record{
			N: int64(len(records)) + 1, Kind: kinds[int(data[0])%len(kinds)], Key: keys[int(data[1])%len(keys)], H: "h" + fmt.Sprint(data[1]>>6),
			Via: vias[int(data[2])%len(vias)], B: []byte(bodies[int(data[3])%len(bodies)]), E: []byte(failures[int(data[3]>>5)%len(failures)]),
		}
		records = append(records, rec)
	}
	return records
}

// Whatever the records are, a history of them does not contradict itself, and
// a run that goes on from it comes to an end.
func FuzzHistory(f *testing.F) {
	f.Add([]byte{9, 6, 0, 0, 0, 0, 0, 2, 1, 0, 1, 0, 8, 6, 0, 13, 7, 6, 0, 10, 0, 0, 3, 2})
	f.Add([]byte{9, 6, 0, 0, 0, 1, 0, 2, 2, 1, 1, 33, 7, 6, 0, 10, 0, 0, 3, 4, 1, 0, 3, 0, 6, 0, 0, 12})
	f.Add([]byte{9, 6, 0, 0, 3, 3, 0, 5, 0, 4, 0, 3, 0, 0, 4, 0, 5, 0, 0, 0, 8, 6, 0, 13, 7, 6, 0, 11})
	f.Add([]byte{9, 6, 0, 0, 0, 5, 0, 3, 5, 0, 0, 0, 6, 0, 0, 12, 3, 3, 0, 8, 4, 7, 0, 0})
	f.Fuzz(func(t *testing.T, data []byte) {
		records := letters(data[:min(len(data), 400)])
		h, begun := NewHistory(), map[string]bool{}
		for _, rec := range records {
			if rec.Kind == journal.Begin {
				begun[rec.Key] = true
			}
			if h.Add(rec) != nil {
				return // the run cannot go on from it
			}
		}
		if h.Exact() && h.Ending != nil {
			t.Error("it goes on exactly, and came to its end")
		}
		for _, d := range h.Doubts() {
			k := h.Call(d.Key)
			if !begun[d.Key] || k == nil || !k.inDoubt() || !k.changes() {
				t.Errorf("%s is said to be in doubt: %+v", d.Key, k)
			}
		}
		for key, k := range h.calls {
			if k.first > k.begin.N || k.outcome != nil && k.outcome.Key != key || k.begin.Key != key {
				t.Errorf("%s: %+v", key, k)
			}
		}
		for i, rec := range h.take {
			if i > 0 && rec.N <= h.take[i-1].N {
				t.Errorf("record %d follows record %d", rec.N, h.take[i-1].N)
			}
		}
		synctest.Test(t, func(t *testing.T) {
			s := &shop{}
			m := &memory{records: records}
			if !h.Exact() {
				h.Resume(journal.Continuation{Anew: true})
			}
			if len(h.take) > 0 && !h.Exact() {
				t.Error("a run that is begun anew has a take")
			}
			r := New(t.Context(), Options{Run: "test", Host: Local{}, Journal: m, History: h})
			r.Do(func(b *Branch) {
				e := inOrder(ask(shopCreate, "7"), inStep("a", inOrder(ask(shopCreate, "7"), branches(2, ask(shopGet, "7"), ask(shopGet, "8")), pausing(1))))(b, s.connect())
				b.Ask(func(context.Context) journal.Decision { return journal.Decision{} })
				if e == nil {
					e = b.Close()
				}
				if e != nil && e.Kind == op.Bug {
					t.Errorf("it ends with %v", e)
				}
			})
			if r.Replaying() && len(m.records) > len(records) {
				t.Error("something was recorded though the take is not over")
			}
		})
	})
}

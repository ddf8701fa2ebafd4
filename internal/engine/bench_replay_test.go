package engine

import (
	"fmt"
	"testing"
	"time"

	"runner/internal/journal"
	"runner/internal/op"
)

// recorded makes the journal of a run of so many calls on disk: a fifth of
// them changes, fifty branches at a time. It returns its folder and script.
func recorded(b *testing.B, calls int) (dir string, script func(*Run) *op.Error) {
	b.Helper()
	dir = b.TempDir()
	w, err := journal.Create(dir, journal.Options{Now: time.Now})
	if err != nil {
		b.Fatal(err)
	}
	began := time.Now().Round(0).UTC()
	_, _ = w.Append(journal.Record{Kind: journal.Open, T: began, B: body(journal.Opening{Format: 1, Run: "test"})}) // the calls tell
	conn := NewConnection("acme", op.Client{Vendor: client(echo), Timeout: time.Minute})
	read, write, keys := plainly(op.Read), plainly(op.Write), numbers(calls/5)
	script = func(r *Run) (e *op.Error) {
		r.Do(func(br *Branch) {
			_, e = each(br, "each", 50, keys, func(br *Branch, key string) *op.Error {
				for i := range 5 {
					o := read
					if i == 4 {
						o = write
					}
					if _, e := call(br, conn, o, key, fmt.Sprint("Nightly load ", i)); e != nil {
						return e
					}
				}
				return nil
			})
		})
		return e
	}
	if e := script(New(b.Context(), Options{Run: "test", Host: Local{}, Journal: w, Began: began})); e != nil {
		b.Fatal(e)
	}
	if err := w.Close(); err != nil {
		b.Fatal(err)
	}
	return dir, script
}

func readBack(b *testing.B, dir string) *History {
	b.Helper()
	h := NewHistory()
	for rec, err := range journal.ReadRun(dir) {
		if err == nil {
			err = h.Add(rec)
		}
		if err != nil {
			b.Fatal(err)
		}
	}
	return h
}

// BenchmarkReplay is what it takes to come back to where a run of 100,000
// calls broke off, without the script's own work: reading its journal, and
// following it, or beginning it anew.
func BenchmarkReplay(b *testing.B) {
	const calls = 100_000
	dir, script := recorded(b, calls)
	perSecond := func(b *testing.B) {
		b.ReportMetric(float64(calls)*float64(b.N)/b.Elapsed().Seconds(), "calls/s")
	}
	b.Run("reading", func(b *testing.B) {
		for b.Loop() {
			readBack(b, dir)
		}
		perSecond(b)
	})
	for name, anew := range map[string]bool{"following": false, "begun anew": true} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				b.StopTimer()
				h := readBack(b, dir)
				b.StartTimer()
				if anew {
					h.Resume(journal.Continuation{Anew: true})
				}
				r := New(b.Context(), Options{Run: "test", Host: Local{}, Journal: &memory{}, History: h})
				if e := script(r); e != nil || r.Replaying() {
					b.Fatal(e)
				}
			}
			perSecond(b)
		})
	}
}

// BenchmarkSyncedWrites is how many records a second a run writes whose calls
// all change something: each waits until its intent is on disk.
func BenchmarkSyncedWrites(b *testing.B) {
	conn := NewConnection("acme", op.Client{Vendor: client(echo), Timeout: time.Minute})
	for _, width := range []int{1, 64} {
		b.Run(fmt.Sprint(width, " at a time"), func(b *testing.B) {
			keys, o := numbers(width), plainly(op.Write)
			r := onDisk(b)
			b.ResetTimer()
			r.Do(func(br *Branch) {
				_, e := each(br, "each", width, keys, func(br *Branch, key string) *op.Error {
					for range b.N/width + 1 {
						if _, e := call(br, conn, o, key, "Nightly load"); e != nil {
							return e
						}
					}
					return nil
				})
				if e != nil {
					b.Error(e)
				}
			})
			b.ReportMetric(2*float64(width*(b.N/width+1))/b.Elapsed().Seconds(), "records/s")
		})
	}
}

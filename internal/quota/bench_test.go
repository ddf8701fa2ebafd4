package quota

import (
	"sync"
	"testing"
	"time"

	"runner/internal/op"
)

// BenchmarkReserve is what one request pays for its turn, where it need not
// wait for it. Eight at once each open and lock the file by themselves, as
// processes do.
func BenchmarkReserve(b *testing.B) {
	free := op.Limit{PerSecond: 1e9, Burst: 1e9}
	open := func(dir string) *Quota { return Shared(dir, "acme", "https://a.example", free, time.Now) }
	b.Run("in memory", func(b *testing.B) {
		q := New(free, time.Now)
		b.ReportAllocs()
		for b.Loop() {
			q.Reserve(time.Now(), time.Time{})
		}
	})
	b.Run("file", func(b *testing.B) {
		q := open(b.TempDir())
		b.ReportAllocs()
		for b.Loop() {
			q.Reserve(time.Now(), time.Time{})
		}
	})
	b.Run("file, eight at once", func(b *testing.B) {
		dir := b.TempDir()
		var all sync.WaitGroup
		for range 8 {
			q := open(dir)
			all.Go(func() {
				for range b.N/8 + 1 {
					q.Reserve(time.Now(), time.Time{})
				}
			})
		}
		all.Wait()
	})
}

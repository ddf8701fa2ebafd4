package journal

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// typical is a record of the size that most have.
var typical = Record{
	Kind: Done, Key: "/provision[ada@example.com]/acme.add_user#1", Op: "acme.add_user",
	H: "9f86d081884c7d659a2feaa0c55ad015", Via: "sent",
	B: json.RawMessage(`{"id":8812,"email":"ada@example.com","name":"Ada","groups":["analysts","editors"],"active":true}`),
}

// countFS is the real file system, counting syncs of files.
type countFS struct {
	osFS
	syncs atomic.Int64
}

type countFile struct {
	File
	fs *countFS
}

func (c *countFS) Create(path string) (File, error) {
	f, err := c.osFS.Create(path)
	return countFile{f, c}, err
}

func (f countFile) Sync() error {
	f.fs.syncs.Add(1)
	return f.File.Sync()
}

func BenchmarkAppend(b *testing.B) {
	redact := func(b []byte) []byte { return b }
	for name, o := range map[string]Options{
		"plain":    {},
		"redacted": {Redact: redact},
	} {
		b.Run(name, func(b *testing.B) {
			o.Now = time.Now
			w, err := Create(b.TempDir(), o)
			must(b, err)
			b.ReportAllocs()
			for b.Loop() {
				mustAppend(b, w, typical)
			}
			b.StopTimer()
			must(b, w.Close())
		})
	}
}

// BenchmarkCommit compares a writer whose every record is waited for with a sync for each record,
// without this package's writer. All write to the same disk and take turns; figures are medians.
func BenchmarkCommit(b *testing.B) {
	const each, group, rounds = 64, 64, 8 // records, goroutines, records of each
	count := &countFS{}
	file, err := osFS{}.Create(filepath.Join(b.TempDir(), FileName))
	must(b, err)
	w, err := Create(b.TempDir(), Options{Now: time.Now, FS: count})
	must(b, err)
	line := appendFrame(nil, &typical)
	var bare, one, many []float64
	var syncs int64
	for b.Loop() {
		bare = append(bare, rate(each, func() {
			for range each {
				_, err := file.Write(line)
				must(b, err)
				must(b, file.Sync())
			}
		}))
		one = append(one, rate(each, func() {
			for range each {
				must(b, w.Sync(mustAppend(b, w, typical)))
			}
		}))
		before := count.syncs.Load()
		many = append(many, rate(group*rounds, func() {
			var all sync.WaitGroup
			for range group {
				all.Go(func() {
					for range rounds {
						if n, err := w.Append(typical); err != nil || w.Sync(n) != nil {
							b.Error("a record was not written")
							return
						}
					}
				})
			}
			all.Wait()
		}))
		syncs += count.syncs.Load() - before
	}
	b.ReportMetric(median(bare), "sync-each/s")
	b.ReportMetric(median(one), "alone/s")
	b.ReportMetric(median(many), "of-64/s")
	b.ReportMetric(median(many)/median(bare), "x")
	b.ReportMetric(float64(len(many)*group*rounds)/float64(syncs), "records/sync")
	must(b, w.Close())
	must(b, file.Close())
}

// rate is how many records a second were written.
func rate(records int, write func()) float64 {
	start := time.Now()
	write()
	return float64(records) / time.Since(start).Seconds()
}

func median(of []float64) float64 {
	slices.Sort(of)
	return of[len(of)/2]
}

// BenchmarkCreate is what a journal adds to the start of a run, next to making a file.
func BenchmarkCreate(b *testing.B) {
	root := b.TempDir()
	b.Run("journal", func(b *testing.B) {
		for b.Loop() {
			dir := filepath.Join(root, "journal")
			w, err := Create(dir, Options{Now: time.Now})
			must(b, err)
			w.Flush(mustAppend(b, w, typical))
			must(b, w.Close())
			must(b, os.RemoveAll(dir))
		}
	})
	b.Run("file", func(b *testing.B) {
		line := appendFrame(nil, &typical)
		for b.Loop() {
			dir := filepath.Join(root, "file")
			must(b, os.Mkdir(dir, 0o700))
			must(b, os.WriteFile(filepath.Join(dir, FileName), line, 0o600))
			must(b, os.RemoveAll(dir))
		}
	})
}

func BenchmarkRead(b *testing.B) {
	const records = 100_000
	var lines []byte
	r := typical
	for r.N = 1; r.N <= records; r.N++ {
		lines = appendFrame(lines, &r)
	}
	data := string(lines)
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		n := 0
		for _, err := range Read(strings.NewReader(data)) {
			if err != nil {
				b.Fatal(err)
			}
			n++
		}
		if n != records {
			b.Fatalf("read %d records, want %d", n, records)
		}
	}
	b.ReportMetric(float64(b.N*records)/b.Elapsed().Seconds(), "records/s")
}

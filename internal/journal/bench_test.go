package journal

import (
	"encoding/json"
	"os"
	"path/filepath"
	"runtime"
	"strings"
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

func BenchmarkSync64(b *testing.B) {
	count := &countFS{}
	w, err := Create(b.TempDir(), Options{Now: time.Now, FS: count})
	must(b, err)
	b.SetParallelism(max(1, 64/runtime.GOMAXPROCS(0)))
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			must(b, w.Sync(mustAppend(b, w, typical)))
		}
	})
	rate(b)
	b.ReportMetric(float64(b.N)/float64(count.syncs.Load()), "records/sync")
	must(b, w.Close())
}

func BenchmarkSync1(b *testing.B) {
	w, err := Create(b.TempDir(), Options{Now: time.Now})
	must(b, err)
	for b.Loop() {
		must(b, w.Sync(mustAppend(b, w, typical)))
	}
	rate(b)
	must(b, w.Close())
}

// BenchmarkSyncEach is what a record by itself costs, without this package's writer.
func BenchmarkSyncEach(b *testing.B) {
	f, err := osFS{}.Create(filepath.Join(b.TempDir(), FileName))
	must(b, err)
	line := appendFrame(nil, &typical)
	for b.Loop() {
		_, err := f.Write(line)
		must(b, err)
		must(b, f.Sync())
	}
	rate(b)
	must(b, f.Close())
}

func rate(b *testing.B) {
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "records/s")
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
	const records = 1000
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
			must(b, err)
			n++
		}
		if n != records {
			b.Fatalf("read %d records, want %d", n, records)
		}
	}
	b.ReportMetric(float64(b.N*records)/b.Elapsed().Seconds(), "records/s")
}

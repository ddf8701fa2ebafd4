package journal

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

var noon = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

func atNoon() time.Time { return noon }

// newDisk is a disk with a folder "runs", and newWriter a writer in "runs/1" there.
func newDisk() *disk { return &disk{dirs: []string{".", "runs"}, settled: []string{"."}} }

func newWriter(t testing.TB, d *disk, o Options) *Writer {
	t.Helper()
	if o.Now == nil {
		o.Now = atNoon
	}
	o.FS = d
	w, err := Create("runs/1", o)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func mustAppend(t testing.TB, w *Writer, r Record) int64 {
	t.Helper()
	n, err := w.Append(r)
	if err != nil {
		t.Fatalf("Append(%+v): %v", r, err)
	}
	return n
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// readAll returns all records and the error at the end.
func readAll(data string) ([]Record, error) {
	var recs []Record
	for r, err := range Read(strings.NewReader(data)) {
		if err != nil {
			return recs, err
		}
		recs = append(recs, r)
	}
	return recs, nil
}

func TestFormat(t *testing.T) {
	d := newDisk()
	w := newWriter(t, d, Options{})
	must(t, w.Sync(mustAppend(t, w, Record{Kind: Open, B: json.RawMessage(`{"format":1}`)})))
	mustAppend(t, w, Record{Kind: Begin, Key: "/a#1", Op: "acme.stop_flow", H: "ab12", B: json.RawMessage(`{"id":7}`)})
	mustAppend(t, w, Record{Kind: Fail, Key: "/a#1", E: json.RawMessage(`{"kind":"conflict"}`), Via: "sent", ID: "req-\"7"})
	must(t, w.Close())
	want := `d7de58ac {"n":1,"s":0,"t":"2026-11-21T12:00:00Z","k":"open","b":{"format":1}}
30040cde {"n":2,"s":1,"t":"2026-11-21T12:00:00Z","k":"begin","key":"/a#1","op":"acme.stop_flow","h":"ab12","b":{"id":7}}
e6739b66 {"n":3,"s":1,"t":"2026-11-21T12:00:00Z","k":"fail","key":"/a#1","e":{"kind":"conflict"},"via":"sent","id":"req-\"7"}
`
	if got := d.content(); got != want {
		t.Errorf("journal is\n%swant\n%s", got, want)
	}
}

func TestAppendThenRead(t *testing.T) {
	for name, tt := range map[string]struct{ in, want Record }{
		"quotes, controls, letters": {
			Record{Kind: Note, Key: "a\"b\\c\nd\x00é\u2028", Op: "\x1f", H: "<>&", Via: "\x7f"},
			Record{Kind: Note, Key: "a\"b\\c\nd\x00é\u2028", Op: "\x1f", H: "<>&", Via: "\x7f"},
		},
		"text that is not UTF-8": {
			Record{Kind: "\xff", Key: "\xff", Op: "a\xc3", H: "\xff\xfe", Via: "\xff"},
			Record{Kind: "\uFFFD", Key: "\uFFFD", Op: "a\uFFFD", H: "\uFFFD", Via: "\uFFFD"},
		},
		"bodies of several lines": {
			Record{Kind: Done, B: json.RawMessage("{\n  \"a\": \"x\\ny\"\n}"), E: json.RawMessage("[1,\n2]\n")},
			Record{Kind: Done, B: json.RawMessage(`{"a":"x\ny"}`), E: json.RawMessage(`[1,2]`)},
		},
		"bodies as they are": {
			Record{Kind: Done, B: json.RawMessage(`{ "a" : 1e2 }`), E: json.RawMessage(`null`)},
			Record{Kind: Done, B: json.RawMessage(`{ "a" : 1e2 }`), E: json.RawMessage(`null`)},
		},
		"numbers of its own":       {Record{Kind: Note, N: 9, S: 8}, Record{Kind: Note}},
		"a body that looks framed": {Record{Kind: Note, B: json.RawMessage(`"00000000 {\"n\":1,\"s\":0}"`)}, Record{Kind: Note, B: json.RawMessage(`"00000000 {\"n\":1,\"s\":0}"`)}},
		"a time elsewhere": {
			Record{Kind: Note, T: noon.Add(time.Nanosecond).In(time.FixedZone("X", 3600))},
			Record{Kind: Note, T: noon.Add(time.Nanosecond)},
		},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDisk()
			var seen []Record
			w := newWriter(t, d, Options{Observe: func(r Record) { seen = append(seen, r) }})
			mustAppend(t, w, tt.in)
			must(t, w.Close())
			tt.want.N = 1
			if tt.want.T.IsZero() {
				tt.want.T = noon
			}
			got, err := readAll(d.content())
			if want := []Record{tt.want}; err != nil || !reflect.DeepEqual(got, want) {
				t.Errorf("read %+v, %v, want %+v", got, err, want)
			}
			if !reflect.DeepEqual(seen, got) {
				t.Errorf("observed %+v, want %+v", seen, got)
			}
		})
	}
}

func TestRefusedRecords(t *testing.T) {
	word := func(was, is string) func([]byte) []byte {
		return func(b []byte) []byte { return []byte(strings.ReplaceAll(string(b), was, is)) }
	}
	for name, tt := range map[string]struct {
		rec    Record
		redact func([]byte) []byte
		want   string
	}{
		"no kind":                        {Record{}, nil, `record of kind "": it has no kind`},
		"a body that is not JSON":        {Record{Kind: Done, B: json.RawMessage(`{`)}, nil, "b: it is not JSON"},
		"an error that is not JSON":      {Record{Kind: Fail, E: json.RawMessage(`x`)}, nil, "e: it is not JSON"},
		"several lines of no JSON":       {Record{Kind: Done, B: json.RawMessage("[\n1")}, nil, "b: unexpected end"},
		"a body after bad redaction":     {Record{Kind: Done, B: json.RawMessage(`["pw"]`)}, word(`"pw"`, `***`), "b: it is not JSON"},
		"a key after bad redaction":      {Record{Kind: Done, Key: "pw"}, word(`"`, ``), "key: "},
		"an operation redacted to a map": {Record{Kind: Done, Op: "pw"}, word(`"pw"`, `{}`), "op: "},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDisk()
			w := newWriter(t, d, Options{Redact: tt.redact})
			if n, err := w.Append(tt.rec); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("Append(%+v) = %d, %v, want an error with %q", tt.rec, n, err, tt.want)
			}
			if n := mustAppend(t, w, Record{Kind: End}); n != 1 {
				t.Errorf("the record after the refused one has number %d, want 1", n)
			}
			must(t, w.Close())
			if got, err := readAll(d.content()); len(got) != 1 || err != nil {
				t.Errorf("read %+v, %v, want one record", got, err)
			}
		})
	}
}

func TestRedaction(t *testing.T) {
	d := newDisk()
	var seen []Record
	w := newWriter(t, d, Options{
		Redact:  func(b []byte) []byte { return []byte(strings.ReplaceAll(string(b), "pass\\\"word", "***")) },
		Observe: func(r Record) { seen = append(seen, r) },
	})
	const secret = `pass"word`
	quoted, _ := json.Marshal(secret)
	mustAppend(t, w, Record{Kind: Done, Key: "/" + secret + "#1", Op: secret, B: quoted, E: quoted})
	mustAppend(t, w, Record{Kind: Note, Key: "/plain#1"})
	must(t, w.Close())
	stars := json.RawMessage(`"***"`)
	want := []Record{
		{N: 1, T: noon, Kind: Done, Key: "/***#1", Op: "***", B: stars, E: stars},
		{N: 2, T: noon, Kind: Note, Key: "/plain#1"},
	}
	got, err := readAll(d.content())
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("read %+v, %v, want %+v", got, err, want)
	}
	if !reflect.DeepEqual(seen, want) {
		t.Errorf("observed %+v, want %+v", seen, want)
	}
}

func TestTimeNeverRunsBack(t *testing.T) {
	now := noon
	d := newDisk()
	w := newWriter(t, d, Options{Now: func() time.Time { return now }})
	for _, step := range []time.Duration{0, time.Second, -time.Hour, time.Second, 2 * time.Hour} {
		now = now.Add(step)
		mustAppend(t, w, Record{Kind: Note})
	}
	mustAppend(t, w, Record{Kind: Note, T: noon})
	must(t, w.Close())
	recs, err := readAll(d.content())
	must(t, err)
	var got []time.Duration
	for _, r := range recs {
		got = append(got, r.T.Sub(noon))
	}
	last := time.Hour + 2*time.Second
	if want := []time.Duration{0, time.Second, time.Second, time.Second, last, last}; !slices.Equal(got, want) {
		t.Errorf("times after noon are %v, want %v", got, want)
	}
}

func TestNothingIsWrittenBeforeItsTime(t *testing.T) {
	large := json.RawMessage(`"` + strings.Repeat("x", lazySize) + `"`)
	for name, tt := range map[string]struct {
		then   func(w *Writer)
		writes int
		syncs  int
	}{
		"at once":                 {func(*Writer) {}, 0, 0},
		"just before the delay":   {func(*Writer) { time.Sleep(lazyDelay - 1) }, 0, 0},
		"after the delay":         {func(*Writer) { time.Sleep(lazyDelay) }, 1, 0},
		"long after the delay":    {func(*Writer) { time.Sleep(time.Hour) }, 1, 0},
		"when there is enough":    {func(w *Writer) { w.Append(Record{Kind: Note, B: large}) }, 1, 0},
		"a batch after another":   {func(w *Writer) { w.Flush(1); synctest.Wait(); w.Append(Record{Kind: Note}); time.Sleep(lazyDelay) }, 2, 1},
		"when asked":              {func(w *Writer) { w.Flush(1) }, 1, 1},
		"when asked for the next": {func(w *Writer) { w.Flush(2) }, 1, 1},
		"when asked for nothing":  {func(w *Writer) { w.Flush(0) }, 0, 0},
		"when asked twice":        {func(w *Writer) { w.Flush(1); synctest.Wait(); w.Flush(1) }, 1, 1},
		"when waited for":         {func(w *Writer) { w.Sync(1) }, 1, 1},
		"when waited for later":   {func(w *Writer) { time.Sleep(lazyDelay); w.Sync(1); w.Sync(1) }, 1, 1},
		"at the end":              {func(w *Writer) { w.Close() }, 1, 1},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				d := newDisk()
				w := newWriter(t, d, Options{})
				defer w.Close()
				mustAppend(t, w, Record{Kind: Note})
				tt.then(w)
				synctest.Wait()
				if writes, syncs := d.count("write"), d.count("sync"); writes != tt.writes || syncs != tt.syncs {
					t.Errorf("%d writes and %d syncs, want %d and %d", writes, syncs, tt.writes, tt.syncs)
				}
			})
		})
	}
}

func TestLateTimerFindsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDisk()
		w := newWriter(t, d, Options{})
		must(t, w.Sync(mustAppend(t, w, Record{Kind: Note})))
		time.Sleep(lazyDelay)
		synctest.Wait()
		if n := d.count("write"); n != 1 {
			t.Errorf("%d writes, want 1", n)
		}
		must(t, w.Close())
	})
}

func TestSyncOfWhatIsUnderWay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDisk()
		d.gate = make(chan struct{})
		w := newWriter(t, d, Options{})
		mustAppend(t, w, Record{Kind: Begin})
		mustAppend(t, w, Record{Kind: Note})
		w.Flush(1)
		synctest.Wait() // records 1 and 2 are being written
		mustAppend(t, w, Record{Kind: Note})
		w.Flush(2)
		close(d.gate)
		synctest.Wait()
		if got, err := readAll(d.content()); len(got) != 2 || err != nil || d.count("sync") != 1 {
			t.Errorf("%d records, %v, after %d syncs, want 2 after 1", len(got), err, d.count("sync"))
		}
		must(t, w.Close())
	})
}

// A buffer that is too large to keep must not leave another one in use twice.
func TestBuffersAreNotShared(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDisk()
		d.gate = make(chan struct{})
		w := newWriter(t, d, Options{})
		sizes := []int{10, 20, 2 * maxSpare, 30, 40, 2 * maxSpare, 2 * maxSpare, 50}
		for _, size := range sizes {
			n := mustAppend(t, w, Record{Kind: Note, B: json.RawMessage(`"` + strings.Repeat("x", size) + `"`)})
			w.Flush(n)
			synctest.Wait() // n is being written while the next one is queued
			mustAppend(t, w, Record{Kind: Note})
			d.gate <- struct{}{}
			synctest.Wait()
		}
		close(d.gate)
		must(t, w.Close())
		if got, err := readAll(d.content()); len(got) != 2*len(sizes) || err != nil {
			t.Errorf("read %d records, %v, want %d", len(got), err, 2*len(sizes))
		}
	})
}

func TestSyncCoversTheBatch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDisk()
		d.gate = make(chan struct{})
		w := newWriter(t, d, Options{})
		var all sync.WaitGroup
		waitFor := func() { all.Go(func() { must(t, w.Sync(mustAppend(t, w, Record{Kind: Begin}))) }) }
		waitFor()
		synctest.Wait() // the first write is under way
		for range 63 {
			waitFor()
		}
		synctest.Wait()
		d.gate <- struct{}{}
		d.gate <- struct{}{}
		all.Wait()
		if writes, syncs := d.count("write"), d.count("sync"); writes != 2 || syncs != 2 {
			t.Errorf("64 records took %d writes and %d syncs, want 2 and 2", writes, syncs)
		}
		must(t, w.Close())
	})
}

func TestFullQueue(t *testing.T) {
	part := json.RawMessage(`"` + strings.Repeat("x", 1<<20) + `"`)
	for name, tt := range map[string]struct {
		then func(d *disk, w *Writer)
		want error
	}{
		"the disk comes along": {func(d *disk, w *Writer) { d.gate <- struct{}{} }, nil},
		"the disk fails": {func(d *disk, w *Writer) {
			d.before = func(string) error { return errDisk }
			d.gate <- struct{}{}
		}, errDisk},
		"the writer is closed": {func(d *disk, w *Writer) { go w.Close() }, fs.ErrClosed},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				d := newDisk()
				d.gate = make(chan struct{})
				w := newWriter(t, d, Options{})
				mustAppend(t, w, Record{Kind: Note})
				w.Flush(1)
				synctest.Wait() // the write of the first record stands
				for range 8 {
					mustAppend(t, w, Record{Kind: Note, B: part})
				}
				var got error
				over := false
				go func() {
					_, got = w.Append(Record{Kind: Note, B: part})
					over = true
				}()
				synctest.Wait()
				if over {
					t.Fatalf("Append to a full queue returned at once: %v", got)
				}
				tt.then(d, w)
				synctest.Wait()
				if !over || !errors.Is(got, tt.want) {
					t.Errorf("Append has returned: %v, with %v, want %v", over, got, tt.want)
				}
				close(d.gate)
				w.Close()
			})
		})
	}
}

// Each call to the disk fails once, in a run that syncs, flushes and writes lazily.
func TestEveryFailureIsFinal(t *testing.T) {
	scenario := func(d *disk) (w *Writer, err error) {
		if w, err = Create("state/runs/1", Options{Now: atNoon, FS: d}); err != nil {
			return nil, err
		}
		for i := range 4 {
			n, err := w.Append(Record{Kind: Begin})
			if err == nil && i%2 == 0 {
				err = w.Sync(n)
			}
			if err != nil {
				return w, err
			}
		}
		return w, w.Close()
	}
	whole := &disk{dirs: []string{"."}}
	_, err := scenario(whole)
	must(t, err)
	want := []string{
		"mkdir state/runs/1", "mkdir state/runs", "mkdir state", "mkdir state/runs", "mkdir state/runs/1",
		"lock state/runs/1/lock", "create state/runs/1/journal.jsonl", "write", "sync",
		"syncdir state/runs/1", "syncdir state/runs", "syncdir state", "syncdir .",
		"write", "sync", "write", "sync", "close", "unlock state/runs/1/lock",
	}
	for i, c := range want {
		if c == "write" || c == "sync" || c == "close" {
			want[i] = c + " state/runs/1/journal.jsonl"
		}
	}
	if !slices.Equal(whole.calls, want) {
		t.Fatalf("calls are\n%q, want\n%q", whole.calls, want)
	}
	for i, call := range want {
		t.Run(fmt.Sprint(i, " ", call), func(t *testing.T) {
			d := &disk{dirs: []string{"."}}
			d.before = func(string) error {
				if len(d.calls) == i+1 {
					return &fs.PathError{Op: "x", Path: "x", Err: errDisk}
				}
				return nil
			}
			w, err := scenario(d)
			if !errors.Is(err, errDisk) || strings.Contains(err.Error(), " x") {
				t.Fatalf("got %v, want %v with its cause only", err, errDisk)
			}
			attempt := map[string]string{"mkdir": "create", "lock": "create", "syncdir": "sync folder of"}
			verb := strings.Fields(call)[0]
			if a := attempt[verb]; a != "" {
				verb = a
			}
			if want := verb + " journal: " + filepath.FromSlash("state/runs/1/journal.jsonl") + ": " + errDisk.Error(); err.Error() != want {
				t.Errorf("error is %q, want %q", err, want)
			}
			ending := want[len(want)-2:] // close and unlock
			if w == nil {
				ending = nil
				if strings.HasPrefix(call, "create ") {
					ending = want[len(want)-1:]
				}
				if after := d.calls[i+1:]; !slices.Equal(after, ending) {
					t.Errorf("calls after the failure: %q, want %q", after, ending)
				}
				return
			}
			if again := w.Close(); again != err {
				t.Errorf("Close() = %v, want %v", again, err)
			}
			if _, again := w.Append(Record{Kind: Note}); again != err {
				t.Errorf("Append = %v, want %v", again, err)
			}
			w.Flush(9)
			if again := w.Sync(0); again != err {
				t.Errorf("Sync(0) = %v, want %v", again, err)
			}
			if again := w.Err(); again != err {
				t.Errorf("Err() = %v, want %v", again, err)
			}
			if at := slices.Index(ending, call); at >= 0 {
				ending = ending[at+1:]
			}
			if after := d.calls[i+1:]; !slices.Equal(after, ending) {
				t.Errorf("calls after the failure: %q, want %q", after, ending)
			}
			if _, err := readAll(d.content()); err != nil {
				t.Errorf("the journal reads as %v, want whole records", err)
			}
		})
	}
}

// Everybody who waits is told, not only the one who asked first.
func TestFailureWakesAll(t *testing.T) {
	failing := func(name string) func(*disk) {
		return func(d *disk) {
			d.before = func(call string) error {
				if call == name {
					return errDisk
				}
				return nil
			}
		}
	}
	for name, tt := range map[string]struct {
		spoil func(*disk)
		want  error
	}{
		"the write":    {failing("write"), errDisk},
		"the sync":     {failing("sync"), errDisk},
		"half a write": {func(d *disk) { d.short = true }, io.ErrShortWrite},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				d := newDisk()
				d.gate = make(chan struct{})
				tt.spoil(d)
				w := newWriter(t, d, Options{})
				var all sync.WaitGroup
				for range 10 {
					all.Go(func() {
						if err := w.Sync(mustAppend(t, w, Record{Kind: Begin})); !errors.Is(err, tt.want) {
							t.Errorf("Sync: %v, want %v", err, tt.want)
						}
					})
				}
				synctest.Wait()
				close(d.gate)
				all.Wait()
				if err := w.Close(); !errors.Is(err, tt.want) {
					t.Errorf("Close() = %v, want %v", err, tt.want)
				}
			})
		})
	}
}

func TestManyGoroutines(t *testing.T) {
	const writers, each = 16, 64
	d := newDisk()
	var seen []Record
	w := newWriter(t, d, Options{Observe: func(r Record) { seen = append(seen, r) }, Now: time.Now})
	var all sync.WaitGroup
	for g := range writers {
		all.Go(func() {
			for i := range each {
				n := mustAppend(t, w, Record{Kind: Done, Key: fmt.Sprint(g, "/", i)})
				switch i % 16 {
				case 2:
					must(t, w.Sync(n))
					if got, err := readAll(d.content()); err != nil || int64(len(got)) < n {
						t.Errorf("after Sync(%d): %d records, %v", n, len(got), err)
					}
				case 5, 11:
					w.Flush(n)
				}
			}
		})
	}
	all.Wait()
	must(t, w.Close())
	got, err := readAll(d.content())
	if err != nil || len(got) != writers*each {
		t.Fatalf("read %d records, %v, want %d", len(got), err, writers*each)
	}
	if !reflect.DeepEqual(got, seen) {
		t.Error("the observer saw another order than the file has")
	}
	next := map[string]int{}
	for _, r := range got {
		g, i, _ := strings.Cut(r.Key, "/")
		if fmt.Sprint(next[g]) != i {
			t.Fatalf("record %d is %s, want number %d of its goroutine", r.N, r.Key, next[g])
		}
		next[g]++
	}
}

func TestClose(t *testing.T) {
	d := newDisk()
	w := newWriter(t, d, Options{})
	mustAppend(t, w, Record{Kind: End})
	must(t, w.Close())
	must(t, w.Close())
	must(t, w.Sync(1))
	must(t, w.Err())
	if _, err := w.Append(Record{Kind: Note}); !errors.Is(err, fs.ErrClosed) {
		t.Errorf("Append after Close: %v, want %v", err, fs.ErrClosed)
	}
	if n := d.count("close"); n != 1 {
		t.Errorf("%d closes, want 1", n)
	}
	if d.synced != len(d.data) {
		t.Errorf("%d bytes of %d are synced", d.synced, len(d.data))
	}
}

func TestCreateNeedsAClock(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("Create without Now did not panic")
		}
	}()
	Create("runs/1", Options{FS: newDisk()})
}

func TestRealFiles(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "state", "runs", "1")
	w, err := Create(dir, Options{Now: time.Now})
	must(t, err)
	must(t, w.Sync(mustAppend(t, w, Record{Kind: Open})))
	mustAppend(t, w, Record{Kind: End})
	must(t, w.Close())
	var kinds []Kind
	for range 2 {
		for r, err := range ReadRun(dir) {
			must(t, err)
			kinds = append(kinds, r.Kind)
		}
	}
	if want := []Kind{Open, End, Open, End}; !slices.Equal(kinds, want) {
		t.Errorf("kinds are %v, want %v", kinds, want)
	}
	if _, err := Create(dir, Options{Now: time.Now}); !errors.Is(err, fs.ErrExist) {
		t.Errorf("Create over a journal: %v, want %v", err, fs.ErrExist)
	}
	if runtime.GOOS == "windows" {
		return
	}
	for name, want := range map[string]fs.FileMode{"../..": 0o700, "..": 0o700, ".": 0o700, FileName: 0o600} {
		info, err := os.Stat(filepath.Join(dir, name))
		must(t, err)
		if got := info.Mode().Perm(); got != want {
			t.Errorf("mode of %s is %o, want %o", name, got, want)
		}
	}
	must(t, os.WriteFile(filepath.Join(dir, "file"), nil, 0o600))
	for name, below := range map[string]string{"nothing": "", "a folder below a file": filepath.Join(dir, "file", "x")} {
		if _, err := Create(below, Options{Now: time.Now}); err == nil {
			t.Errorf("Create in %s succeeded", name)
		}
	}
}

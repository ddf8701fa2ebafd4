package journal

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// holding is a disk with a journal on it, all of which is synced, as are the folders.
func holding(data string) *disk {
	d := newDisk()
	d.dirs, d.file = append(d.dirs, "runs/1"), true
	d.settled = slices.Clone(d.dirs)
	d.data, d.stable, d.synced = []byte(data), []byte(data), len(data)
	return d
}

// reopen opens what is on a disk, and returns the records that were there.
func reopen(d *disk, o Options) (*Writer, []Record, error) {
	if o.Now == nil {
		o.Now = atNoon
	}
	o.FS = d
	var recs []Record
	w, err := Reopen("runs/1", o, func(r Record) error {
		recs = append(recs, r)
		return nil
	})
	return w, recs, err
}

func TestReopenGoesOn(t *testing.T) {
	d := newDisk()
	w := newWriter(t, d, Options{Now: func() time.Time { return noon.Add(time.Hour) }})
	for range 3 {
		mustAppend(t, w, Record{Kind: Note})
	}
	must(t, w.Close())
	before, err := readAll(d.content())
	must(t, err)

	w, recs, err := reopen(d, Options{}) // the clock has stepped back meanwhile
	must(t, err)
	if !reflect.DeepEqual(recs, before) {
		t.Errorf("reopened with %+v, want %+v", recs, before)
	}
	must(t, w.Sync(3))
	mustAppend(t, w, Record{Kind: Resume})
	must(t, w.Close())
	got, err := readAll(d.content())
	want := append(before, Record{N: 4, S: 3, T: noon.Add(time.Hour), Kind: Resume})
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("read %+v, %v, want %+v", got, err, want)
	}
}

// What was read may be in memory only, and a cut tail may come back, until both are synced. The
// folders count too: who made them may have died before he synced them.
func TestReopenSyncsFirst(t *testing.T) {
	data, _ := journal(t, 3, 1)
	for name, tt := range map[string]struct {
		tail string
		cut  []string
	}{
		"a whole journal": {"", nil},
		"a torn journal":  {"0123", []string{"truncate"}},
	} {
		t.Run(name, func(t *testing.T) {
			d := holding(data + tt.tail)
			w, _, err := reopen(d, Options{})
			must(t, err)
			must(t, w.Sync(mustAppend(t, w, Record{Kind: Resume})))
			must(t, w.Close())
			var got []string
			for _, c := range d.calls {
				if !strings.HasPrefix(c, "read ") {
					got = append(got, strings.TrimSuffix(c, " runs/1/journal.jsonl"))
				}
			}
			want := slices.Concat([]string{"open", "lock runs/1/lock"}, tt.cut,
				[]string{"sync", "syncdir runs/1", "syncdir runs", "syncdir .", "write", "sync", "close", "unlock runs/1/lock"})
			if !slices.Equal(got, want) {
				t.Errorf("calls are\n%q, want\n%q", got, want)
			}
		})
	}
}

func TestSettleEndsAtWhatIsNotOurs(t *testing.T) {
	for name, tt := range map[string]struct {
		err  error
		want error
	}{
		"a folder of somebody else":     {syscall.EACCES, nil},
		"a file system without syncs":   {syscall.EINVAL, nil},
		"a system without such a thing": {errors.ErrUnsupported, nil},
		"a broken disk":                 {errDisk, errDisk},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDisk()
			d.before = func(string) error {
				if len(d.calls) == 3 {
					return tt.err
				}
				return nil
			}
			if err := settle(d, "a/b/c/d"); !errors.Is(err, tt.want) {
				t.Errorf("settle is %v, want %v", err, tt.want)
			}
			if want := []string{"syncdir a/b/c/d", "syncdir a/b/c", "syncdir a/b"}; !slices.Equal(d.calls, want) {
				t.Errorf("calls are %q, want %q", d.calls, want)
			}
		})
	}
}

func TestReopenRefuses(t *testing.T) {
	data, _ := journal(t, 4, 2)
	damaged := strings.Replace(data, "done", "dome", 1)
	stop := errors.New("stop")
	for name, tt := range map[string]struct {
		data    string
		spoil   func(*disk)
		each    error // answer to the second record
		want    string
		is      error
		damaged bool
	}{
		"no journal": {
			spoil: func(d *disk) { d.file = false },
			want:  "reopen journal: runs/1/journal.jsonl: file does not exist", is: fs.ErrNotExist,
		},
		"an empty journal":    {want: "reopen journal: runs/1/journal.jsonl: it has no whole record", is: ErrEmpty},
		"half a record":       {data: data[:20], want: "reopen journal: runs/1/journal.jsonl: it has no whole record", is: ErrEmpty},
		"damage":              {data: damaged, want: "read journal: line 1, byte 0: record 1 is damaged: record 3 says that it was on disk", damaged: true},
		"somebody who writes": {data: data, spoil: func(d *disk) { d.holder = &Held{PID: 7, Host: "alpha", Since: noon} }, want: "reopen journal: runs/1/journal.jsonl: process 7 on alpha has it open since 2026-11-21 12:00:00 UTC"},
		"a folder elsewhere": {
			data: data, spoil: func(d *disk) { d.remote = "NFS" },
			want: "reopen journal: runs/1/journal.jsonl: its folder is on another machine (NFS), where neither locks nor syncs can be relied on: set RUNNER_STATE_DIR to a folder on a local disk, or RUNNER_STATE_ON_NETWORK=1 to take the risk",
		},
		"a reader who says no":           {data: data, each: stop, want: "stop", is: stop},
		"a reader of a torn who says no": {data: data + "0123", each: stop, want: "stop", is: stop},
	} {
		t.Run(name, func(t *testing.T) {
			d := holding(tt.data)
			if tt.spoil != nil {
				tt.spoil(d)
			}
			holder := d.holder
			n := 0
			w, err := Reopen("runs/1", Options{Now: atNoon, FS: d}, func(Record) error {
				if n++; n == 2 {
					return tt.each
				}
				return nil
			})
			if w != nil || err == nil || filepath.ToSlash(err.Error()) != tt.want {
				t.Fatalf("Reopen: %v, %v, want %q", w, err, tt.want)
			}
			if tt.is != nil && !errors.Is(err, tt.is) {
				t.Errorf("%v is not %v", err, tt.is)
			}
			if _, ok := errors.AsType[*Damaged](err); ok != tt.damaged {
				t.Errorf("%v is damage: %v, want %v", err, ok, tt.damaged)
			}
			if held, ok := errors.AsType[*Held](err); ok != (holder != nil) || ok && *held != *holder {
				t.Errorf("%v is held by %v, want %v", err, held, holder)
			}
			if d.content() != tt.data || d.holder != holder {
				t.Errorf("it left %q, held by %v", d.content(), d.holder)
			}
			for _, call := range []string{"write", "truncate", "sync", "syncdir"} {
				if d.count(call) > 0 {
					t.Errorf("it made a %s", call)
				}
			}
			if opened, closed := d.count("open"), d.count("close"); tt.is != fs.ErrNotExist && opened != closed {
				t.Errorf("it opened %d files and closed %d", opened, closed)
			}
		})
	}
}

// goOn appends to a writer that was reopened after n records, and checks that the journal is what
// was there and the new record.
func goOn(d *disk, w *Writer, n int) error {
	if _, err := w.Append(Record{Kind: Resume}); err != nil {
		return err
	}
	if err := w.Close(); err != nil {
		return err
	}
	recs, err := readAll(d.content())
	if err != nil || len(recs) != n+1 || recs[n].Kind != Resume || recs[n].S != int64(n) {
		return fmt.Errorf("after a record more it reads as %+v, %v", recs, err)
	}
	return nil
}

func TestReopenAtEveryTruncation(t *testing.T) {
	data, _ := journal(t, 12, 1, 5, 9)
	all, err := readAll(data)
	must(t, err)
	for size := range len(data) + 1 {
		n := strings.Count(data[:size], "\n")
		d := holding(data[:size])
		w, recs, err := reopen(d, Options{})
		if n == 0 {
			if !errors.Is(err, ErrEmpty) || d.content() != data[:size] {
				t.Fatalf("%d bytes: %v, want %v", size, err, ErrEmpty)
			}
			continue
		}
		if err != nil || !reflect.DeepEqual(recs, all[:n]) {
			t.Fatalf("%d bytes: %+v, %v, want %d records", size, recs, err, n)
		}
		if err := goOn(d, w, n); err != nil {
			t.Fatalf("%d bytes: %v", size, err)
		}
	}
}

func TestReopenAtEveryBitFlip(t *testing.T) {
	data, _ := journal(t, 9, 1, 4, 6)
	all, err := readAll(data)
	must(t, err)
	var torn, empty, damaged int
	for bit := range len(data) * 8 {
		flipped := []byte(data)
		flipped[bit/8] ^= 1 << (bit % 8)
		n := strings.Count(data[:bit/8], "\n") // records before the line with the flip
		d := holding(string(flipped))
		w, recs, err := reopen(d, Options{})
		if len(recs) != n || n > 0 && !reflect.DeepEqual(recs, all[:n]) {
			t.Fatalf("bit %d: %+v, want %d records", bit, recs, n)
		}
		if _, ok := errors.AsType[*Damaged](err); ok || errors.Is(err, ErrEmpty) {
			if ok {
				damaged++
			} else {
				empty++
			}
			if d.content() != string(flipped) {
				t.Fatalf("bit %d: %v, and the file was changed", bit, err)
			}
			continue
		}
		torn++
		if err != nil {
			t.Fatalf("bit %d: %v", bit, err)
		}
		if err := goOn(d, w, n); err != nil {
			t.Fatalf("bit %d: %v", bit, err)
		}
	}
	// Records 1 to 6 were on disk before 7 was written, which says so.
	last := len(data) - ends(data)[5]
	if damaged != ends(data)[5]*8 || torn != last*8 || empty != 0 {
		t.Errorf("%d flips: %d damaged, %d torn, %d empty, want %d, %d, 0", len(data)*8, damaged, torn, empty, ends(data)[5]*8, last*8)
	}
	t.Logf("%d flips: %d refused as damage, %d opened as the prefix before them", len(data)*8, damaged, torn)
}

// FuzzReopen goes on with whatever stands in a file. Fuzzers do not guess checksums: mend sets them
// right.
func FuzzReopen(f *testing.F) {
	data, _ := journal(f, 6, 2, 4)
	for _, mend := range []bool{false, true} {
		f.Add([]byte(data), mend)
		f.Add([]byte(data[:len(data)-9]), mend)
		f.Add([]byte(data[:9]), mend)
		f.Add([]byte(data[:len(data)/2]+"\x00\x00"+data[len(data)/2:]), mend)
		f.Add([]byte(strings.Replace(data, "done", "dome", 1)), mend)
		f.Add([]byte(`00000000 {"n":1,"s":0,"t":"9999-12-31T23:59:59-01:00","k":"note","b": null }`+"\n"), mend)
	}
	f.Fuzz(func(t *testing.T, data []byte, mend bool) {
		if mend {
			mendSums(data)
		}
		d := holding(string(data))
		w, recs, err := reopen(d, Options{})
		if err != nil {
			if d.content() != string(data) || d.holder != nil {
				t.Fatalf("%v, and the file is %q, held by %v", err, d.content(), d.holder)
			}
			return
		}
		if !bytes.HasPrefix(data, d.data) {
			t.Fatalf("%q became %q", data, d.data)
		}
		if again, err := readAll(d.content()); err != nil || !reflect.DeepEqual(again, recs) {
			t.Fatalf("reopened with %+v, and read %+v, %v", recs, again, err)
		}
		if err := goOn(d, w, len(recs)); err != nil {
			t.Fatal(err)
		}
	})
}

// mendSums sets the checksum of every line right.
func mendSums(data []byte) {
	for l := range bytes.Lines(data) {
		if text := bytes.TrimSuffix(l, []byte("\n")); len(text) > sumLen {
			putSum(text[:sumLen], checksum(text[sumLen+1:]))
		}
	}
}

func TestReopenRealFiles(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "run")
	if _, err := Reopen(dir, Options{Now: time.Now}, nothing); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("Reopen of nothing: %v, want %v", err, fs.ErrNotExist)
	}
	if _, err := os.Stat(dir); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("it left a folder: %v", err)
	}
	w, err := Create(dir, Options{Now: time.Now})
	must(t, err)
	mustAppend(t, w, Record{Kind: Open})
	must(t, w.Close())
	for n := int64(2); n < 6; n++ {
		f, err := os.OpenFile(filepath.Join(dir, FileName), os.O_WRONLY|os.O_APPEND, 0)
		must(t, err)
		_, err = f.WriteString("0123 torn")
		must(t, err)
		must(t, f.Close())
		w, err := Reopen(dir, Options{Now: time.Now}, nothing)
		must(t, err)
		if got := mustAppend(t, w, Record{Kind: Resume}); got != n {
			t.Errorf("the next record has number %d, want %d", got, n)
		}
		must(t, w.Close())
	}
	n := 0
	for _, err := range ReadRun(dir) {
		must(t, err)
		n++
	}
	if n != 5 {
		t.Errorf("read %d records, want 5", n)
	}
}

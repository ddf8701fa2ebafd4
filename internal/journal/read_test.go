package journal

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"reflect"
	"strings"
	"testing"
	"testing/iotest"
)

// journal returns the text of a journal whose records were synced after those numbers, and how much
// of it was on disk after the last of them.
func journal(t testing.TB, records int64, syncs ...int64) (data string, synced int) {
	t.Helper()
	d := newDisk()
	w := newWriter(t, d, Options{})
	for n := range records {
		mustAppend(t, w, Record{Kind: Done, Key: fmt.Sprint("/", n), B: json.RawMessage(`{"n":1,"x":"00000000 {"}`)})
		if len(syncs) > 0 && syncs[0] == n+1 {
			must(t, w.Sync(n+1))
			syncs = syncs[1:]
		}
	}
	synced = d.synced
	must(t, w.Close())
	return d.content(), synced
}

// ends returns where each line ends.
func ends(data string) (at []int) {
	for i := range data {
		if data[i] == '\n' {
			at = append(at, i+1)
		}
	}
	return at
}

func TestEveryTruncation(t *testing.T) {
	data, _ := journal(t, 12, 1, 5, 9)
	all, err := readAll(data)
	must(t, err)
	for size := range len(data) {
		n, start := 0, 0
		for _, end := range ends(data) {
			if end <= size {
				n, start = n+1, end
			}
		}
		got, err := readAll(data[:size])
		if len(got) != n || n > 0 && !reflect.DeepEqual(got, all[:n]) {
			t.Fatalf("%d bytes: read %+v, want %+v", size, got, all[:n])
		}
		var want error
		if size != start {
			want = &Torn{Line: int64(n + 1), Offset: int64(start), Last: int64(n)}
		}
		if !reflect.DeepEqual(err, want) {
			t.Fatalf("%d bytes: %#v, want %#v", size, err, want)
		}
	}
}

func TestEveryBitFlip(t *testing.T) {
	data, _ := journal(t, 9, 1, 4, 6)
	all, err := readAll(data)
	must(t, err)
	lines := ends(data)
	for bit := range len(data) * 8 {
		line := 0
		for lines[line] <= bit/8 {
			line++
		}
		flipped := []byte(data)
		flipped[bit/8] ^= 1 << (bit % 8)
		got, err := readAll(string(flipped))
		if len(got) != line || line > 0 && !reflect.DeepEqual(got, all[:line]) {
			t.Fatalf("bit %d in line %d: read %+v, want %+v", bit, line+1, got, all[:line])
		}
		known := false
		for _, r := range all[line+1:] {
			known = known || r.S >= int64(line+1)
		}
		if torn, ok := errors.AsType[*Torn](err); ok && (known || torn.Last != int64(line)) {
			t.Fatalf("bit %d in line %d: %v, want damage", bit, line+1, err)
		}
		if damaged, ok := errors.AsType[*Damaged](err); ok && (!known || damaged.N != int64(line+1)) {
			t.Fatalf("bit %d in line %d: %v, want torn", bit, line+1, err)
		}
		if err == nil {
			t.Fatalf("bit %d in line %d went unnoticed", bit, line+1)
		}
	}
}

// The power goes while an unsynced batch is on its way, and any of its sectors may have arrived.
func TestEveryLossOfSectors(t *testing.T) {
	data, synced := journal(t, 10, 2, 3)
	all, err := readAll(data)
	must(t, err)
	first, last := synced/sector, (len(data)-1)/sector
	if last-first > 14 {
		t.Fatalf("%d sectors are too many to try every loss", last-first+1)
	}
	for lost := range 1 << (last - first + 1) {
		disk := []byte(data)
		for i := first; i <= last; i++ {
			if lost>>(i-first)&1 == 1 {
				clear(disk[max(i*sector, synced):min((i+1)*sector, len(disk))])
			}
		}
		n, start := 0, 0
		for _, end := range ends(data) {
			if string(disk[start:end]) != data[start:end] {
				break
			}
			n, start = n+1, end
		}
		got, err := readAll(string(disk))
		if n < 3 || len(got) != n || !reflect.DeepEqual(got, all[:n]) {
			t.Fatalf("loss %b: read %d records, want %d", lost, len(got), n)
		}
		var want error
		if n < len(all) {
			want = &Torn{Line: int64(n + 1), Offset: int64(start), Last: int64(n)}
		}
		if !reflect.DeepEqual(err, want) {
			t.Fatalf("loss %b: %v, want %v", lost, err, want)
		}
	}
	for i := range first {
		disk := []byte(data)
		clear(disk[i*sector : (i+1)*sector])
		_, err := readAll(string(disk))
		if _, ok := errors.AsType[*Damaged](err); !ok {
			t.Errorf("sector %d of the synced part is lost: %v, want damage", i, err)
		}
	}
}

// line frames a JSON text, whatever it is.
func line(text string) string {
	b := []byte("00000000 " + text)
	putSum(b[:sumLen], checksum(b[sumLen+1:]))
	return string(b) + "\n"
}

func TestVerdict(t *testing.T) {
	data, _ := journal(t, 6, 2, 4)
	l := strings.SplitAfter(data, "\n")
	whole := strings.Join
	at := func(n int) int64 { return int64(len(whole(l[:n], ""))) }
	for name, tt := range map[string]struct {
		data string
		want error
	}{
		"nothing":             {"", nil},
		"a newline":           {"\n", &Torn{1, 0, 0}},
		"no journal at all":   {"hello\nworld, this is text\n", &Torn{1, 0, 0}},
		"zeros":               {data + strings.Repeat("\x00", 700), &Torn{7, at(6), 6}},
		"an unsynced hole":    {whole(l[:4], "") + l[5], &Torn{5, at(4), 4}},
		"a synced hole":       {whole(l[:3], "") + l[4] + l[5], &Damaged{4, at(3), 4, "record 5 says that it was on disk"}},
		"a hole at the start": {l[5], &Damaged{1, 0, 1, "record 6 says that it was on disk"}},
		"proof far away":      {l[0] + "x\n\ny\n" + l[1] + l[2], &Damaged{2, at(1), 2, "record 3 says that it was on disk"}},
		"proof without its newline": {
			l[0] + strings.TrimSuffix(l[2], "\n"), &Damaged{2, at(1), 2, "record 3 says that it was on disk"}},
		"proof glued to a bad line": {
			l[0] + strings.TrimSuffix(l[1], "\n") + "?" + l[2], &Damaged{2, at(1), 2, "record 3 says that it was on disk"}},
		"a record again":       {data + l[5], &Damaged{7, at(6), 7, "record 6 comes again"}},
		"a record again later": {data + "?\n" + l[0], &Damaged{7, at(6), 7, "record 1 comes again"}},
		"upper-case checksum": {
			strings.ToUpper(l[0][:sumLen]) + l[0][sumLen:], &Torn{1, 0, 0}},
		"a checksum over no JSON": {
			line("x"), &Damaged{1, 0, 1, "its checksum fits, but it is no record: invalid character 'x' looking for beginning of value"}},
		"a record that was on disk before itself": {
			line(`{"n":1,"s":1,"t":"2026-11-21T12:00:00Z","k":"note"}`), &Damaged{1, 0, 1, "its checksum fits, but record 1 cannot follow record 1"}},
		"a time beyond its last year": {
			line(`{"n":1,"s":0,"t":"9999-12-31T23:00:00-02:00","k":"note"}`), &Damaged{1, 0, 1, "its checksum fits, but record 1 is of a time that cannot be written in UTC"}},
		"a record number below zero": {
			line(`{"n":-1,"s":-2,"t":"2026-11-21T12:00:00Z","k":"note"}`), &Damaged{1, 0, 1, "its checksum fits, but record -1 cannot follow record -2"}},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := readAll(tt.data); !reflect.DeepEqual(err, tt.want) {
				t.Errorf("got %#v, want %#v", err, tt.want)
			}
		})
	}
}

func TestUnknownKindsAndFieldsPass(t *testing.T) {
	got, err := readAll(line(`{"n":1,"s":0,"t":"2026-11-21T12:00:00Z","k":"decide","new":[1]}`))
	if want := []Record{{N: 1, T: noon, Kind: "decide"}}; err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("read %+v, %v, want %+v", got, err, want)
	}
}

func TestLongLines(t *testing.T) {
	long := json.RawMessage(`"` + strings.Repeat("x", 200<<10) + `"`)
	d := newDisk()
	w := newWriter(t, d, Options{})
	for _, b := range []json.RawMessage{nil, long, nil, long[1 : len(long)/2]} {
		w.Append(Record{Kind: Note, B: b}) // the last one is refused
	}
	mustAppend(t, w, Record{Kind: Note, B: long})
	must(t, w.Close())
	got, err := readAll(d.content())
	if err != nil || len(got) != 4 || !bytes.Equal(got[1].B, long) || !bytes.Equal(got[3].B, long) {
		t.Errorf("read %d records, %v, want 4, the second and fourth long", len(got), err)
	}
}

func TestReadFails(t *testing.T) {
	data, _ := journal(t, 2)
	for name, rest := range map[string]string{"after a record": "", "inside one": "0123"} {
		t.Run(name, func(t *testing.T) {
			var n int
			var got error
			for _, err := range Read(io.MultiReader(strings.NewReader(data+rest), iotest.ErrReader(errDisk))) {
				if got = err; err == nil {
					n++
				}
			}
			if n != 2 || !errors.Is(got, errDisk) {
				t.Errorf("read %d records, %v, want 2 and %v", n, got, errDisk)
			}
		})
	}
	t.Run("no journal", func(t *testing.T) {
		for _, err := range ReadRun(t.TempDir()) {
			if !errors.Is(err, fs.ErrNotExist) {
				t.Errorf("got %v, want %v", err, fs.ErrNotExist)
			}
		}
	})
}

func TestReadStopsWhenTold(t *testing.T) {
	data, _ := journal(t, 3)
	n := 0
	for range Read(strings.NewReader(data)) {
		n++
		break
	}
	if n != 1 {
		t.Errorf("read %d records after a break, want 1", n)
	}
}

func TestMessages(t *testing.T) {
	for want, err := range map[string]error{
		"read journal: line 7, byte 410: incomplete tail after record 6":                        &Torn{7, 410, 6},
		"read journal: line 2, byte 80: record 2 is damaged: record 3 says that it was on disk": &Damaged{2, 80, 2, "record 3 says that it was on disk"},
	} {
		if got := err.Error(); got != want {
			t.Errorf("message is %q, want %q", got, want)
		}
	}
}

func FuzzRead(f *testing.F) {
	data, _ := journal(f, 6, 2, 4)
	f.Add([]byte(data))
	f.Add([]byte(data[:len(data)-9]))
	f.Add([]byte(strings.Replace(data, "done", "dome", 1)))
	f.Add([]byte(line(`{"n":1,"s":0,"t":"2026-11-21T12:00:00Z","k":"note","b":null}`)))
	f.Add([]byte(`00000000 00000000 {"n":{"n":`))
	f.Fuzz(func(t *testing.T, data []byte) {
		var good int64
		var at = int64(len(data))
		over := false
		for r, err := range Read(bytes.NewReader(data)) {
			if over {
				t.Fatal("more after an error")
			}
			if err == nil {
				if good++; r.N != good || r.S >= r.N {
					t.Fatalf("record %d has number %d and s %d", good, r.N, r.S)
				}
				continue
			}
			over = true
			torn, ok := errors.AsType[*Torn](err)
			if ok && torn.Last != good {
				t.Fatalf("%v after %d records", err, good)
			}
			damaged, also := errors.AsType[*Damaged](err)
			switch {
			case ok:
				at = torn.Offset
			case also:
				at = damaged.Offset
			default:
				t.Fatalf("unexpected error: %v", err)
			}
		}
		again, err := readAll(string(data[:at]))
		if err != nil || int64(len(again)) != good {
			t.Fatalf("the good part of %d bytes has %d records, %v, want %d", at, len(again), err, good)
		}
	})
}

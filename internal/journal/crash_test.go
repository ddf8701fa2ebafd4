// This file lets processes die and power fail around a journal that is opened again and again. What
// must hold each time:
//
//   - What is read is the beginning of what was appended, and unchanged.
//   - Every record whose Sync returned nil is there. So is every one that an earlier Reopen gave.
//   - It is never called damaged.

package journal

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// past is what a journal must hold after a crash: the beginning of recs, and at least promised
// of them.
type past struct {
	recs     []Record
	promised int64
}

// open reopens the journal, or creates it if there is none, and checks what is there. An error is
// that of the disk.
func (p *past) open(t *testing.T, d *disk) (*Writer, error) {
	t.Helper()
	o := Options{Now: atNoon, FS: d, Observe: func(r Record) { p.recs = append(p.recs, r) }}
	var got []Record
	w, err := Reopen("runs/1", o, func(r Record) error {
		got = append(got, r)
		return nil
	})
	if errors.Is(err, errDead) || errors.Is(err, errDisk) {
		return nil, err
	}
	if none := errors.Is(err, fs.ErrNotExist) || errors.Is(err, ErrEmpty); none && p.promised == 0 {
		d.file, d.data, d.stable, d.synced = false, nil, nil, 0
		p.recs = nil
		return Create("runs/1", o)
	}
	if err != nil {
		t.Fatalf("Reopen: %v", err)
	}
	if n := len(got); int64(n) < p.promised || n > len(p.recs) || !reflect.DeepEqual(got, p.recs[:n]) {
		t.Fatalf("reopened with %+v,\nwant the beginning of %+v,\nand %d records at least", got, p.recs, p.promised)
	}
	p.recs, p.promised = got, int64(len(got)) // the rest is cut off, and its numbers are free
	return w, nil
}

// live opens the journal and appends until the disk fails, or is enough.
func (p *past) live(t *testing.T, d *disk, rng *rand.Rand, enough int) {
	t.Helper()
	w, err := p.open(t, d)
	if err != nil {
		return
	}
	defer w.Close()
	for range enough {
		n, err := w.Append(Record{Kind: Done, B: json.RawMessage(`"` + text(rng) + `"`)})
		if err != nil {
			return
		}
		if rng.IntN(4) == 0 {
			if w.Sync(n) != nil {
				return
			}
			p.promised = n
		}
	}
}

// Power fails within a batch, whose sectors reach the disk in any order. The seeds tell how often
// the rule would be wrong that calls any good record behind a bad one damage.
func TestPowerCuts(t *testing.T) {
	const parts, cases = 4, 5_000 // in each part
	for part := range uint64(parts) {
		t.Run(fmt.Sprint(part), func(t *testing.T) {
			t.Parallel()
			torn, misjudged := 0, 0
			for seed := range uint64(cases) {
				tail, good := cutWithinBatch(t, rand.New(rand.NewPCG(part*cases+seed, 1)))
				if t.Failed() {
					t.Fatalf("seed %d", part*cases+seed)
				}
				if tail {
					torn++
				}
				if tail && good {
					misjudged++
				}
			}
			if torn < cases/2 || misjudged < torn/4 {
				t.Errorf("%d of %d are torn, %d with good records behind: too few to prove anything", torn, cases, misjudged)
			}
			t.Logf("%d power cuts: %d torn tails, %d of them with good records behind the hole", cases, torn, misjudged)
		})
	}
}

// cutWithinBatch reports whether the tail was torn, and whether good records stood behind the hole.
func cutWithinBatch(t *testing.T, rng *rand.Rand) (torn, good bool) {
	d, p := newDisk(), &past{}
	w, err := p.open(t, d)
	must(t, err)
	for range 1 + rng.IntN(3) {
		n := mustAppend(t, w, Record{Kind: Begin})
		must(t, w.Sync(n))
		p.promised = n
	}
	for range 2 + rng.IntN(10) {
		mustAppend(t, w, Record{Kind: Done, B: json.RawMessage(`"` + text(rng) + `"`)})
	}
	d.fail("sync", errDead)
	if err := w.Close(); !errors.Is(err, errDead) {
		t.Errorf("Close: %v, want %v", err, errDead)
	}
	d = d.cut(rng)
	found := d.content()
	if w, err = p.open(t, d); err != nil {
		t.Errorf("Reopen: %v", err)
		return false, false
	}
	torn = d.count("truncate") > 0
	if err := goOn(d, w, len(p.recs)); err != nil {
		t.Error(err)
	}
	return torn, torn && goodBehind(found, len(p.recs)-1)
}

// text is of any length up to a few sectors.
func text(rng *rand.Rand) string { return strings.Repeat("x", rng.IntN(2*sector)) }

// goodBehind reports whether a whole record stands behind the first bad line, which follows n good
// ones.
func goodBehind(data string, n int) bool {
	for _, l := range strings.Split(data, "\n")[n:] {
		if _, err := parse([]byte(l)); err == nil {
			return true
		}
	}
	return false
}

// One file, and many processes: each dies at some call, of itself or because the power fails.
func TestManyLives(t *testing.T) {
	t.Parallel()
	const files, lives = 20, 100
	for seed := range uint64(files) {
		rng := rand.New(rand.NewPCG(seed, 2))
		d, p := newDisk(), &past{}
		for life := range lives {
			d.failAt(1+rng.IntN(24), []error{errDead, errDisk}[rng.IntN(2)], rng.IntN(2) == 0)
			p.live(t, d, rng, 8)
			if t.Failed() {
				t.Fatalf("seed %d, life %d", seed, life)
			}
			if rng.IntN(2) == 0 {
				d = d.kill()
			} else {
				d = d.cut(rng)
			}
		}
		w, err := p.open(t, d)
		must(t, err)
		must(t, w.Close())
		if len(p.recs) < lives/4 {
			t.Errorf("seed %d: only %d records after %d lives", seed, len(p.recs), lives)
		}
	}
}

// Each call to the disk fails once in a run that was reopened with a torn tail. Then the power goes.
func TestReopenAtEveryFailure(t *testing.T) {
	data, _ := journal(t, 6, 2, 4)
	all, err := readAll(data)
	must(t, err)
	torn := data[:len(data)-3]
	scenario := func(d *disk, p *past) error {
		w, _, err := reopen(d, Options{Observe: func(r Record) { p.recs = append(p.recs, r) }})
		if err != nil {
			return err
		}
		p.recs, p.promised = slices.Clone(all[:5]), 5
		for range 3 {
			n, err := w.Append(Record{Kind: Begin})
			if err == nil {
				err = w.Sync(n)
			}
			if err != nil {
				if again := w.Close(); again != err {
					t.Errorf("Close is %v, and Sync was %v", again, err)
				}
				if _, again := w.Append(Record{Kind: Begin}); again != err {
					t.Errorf("Append is %v, and Sync was %v", again, err)
				}
				return err
			}
			p.promised = n
		}
		return w.Close()
	}
	whole := holding(torn)
	must(t, scenario(whole, &past{}))
	for _, call := range []string{"open", "lock", "read", "truncate", "sync", "syncdir", "write", "close", "unlock"} {
		if whole.count(call) == 0 {
			t.Errorf("the scenario makes no call of %s", call)
		}
	}
	for i, call := range whole.calls {
		for seed := range uint64(50) {
			d, p := holding(torn), &past{recs: slices.Clone(all), promised: 4}
			d.failAt(i+1, errDisk, false)
			if err := scenario(d, p); !errors.Is(err, errDisk) {
				t.Fatalf("%s fails: %v, want %v", call, err, errDisk)
			}
			after := d.calls[i+1:]
			for _, c := range after {
				if verb, _, _ := strings.Cut(c, " "); verb != "close" && verb != "unlock" {
					t.Errorf("%s fails, and then %s", call, c)
				}
			}
			if d.holder != nil {
				t.Errorf("%s fails, and the lock is kept", call)
			}
			d = d.cut(rand.New(rand.NewPCG(seed, 3)))
			w, err := p.open(t, d)
			must(t, err)
			if err := goOn(d, w, len(p.recs)); err != nil {
				t.Fatalf("%s fails: %v", call, err)
			}
		}
	}
}

// The power goes while a torn tail is cut off: the file then has its old length, its new one, or any
// between.
func TestPowerCutWithinTruncation(t *testing.T) {
	data, _ := journal(t, 6, 2)
	lines := ends(data)
	all, err := readAll(data)
	must(t, err)
	torn := data[:lines[2]] + strings.Repeat("\x00", lines[3]-lines[2]) + data[lines[3]:] // a hole, and then good records
	for size := lines[2]; size <= len(torn); size++ {
		d := holding(torn)
		d.failAt(5, errDead, true) // open, lock, read, read, truncate
		if _, _, err := reopen(d, Options{}); !errors.Is(err, errDead) || d.calls[len(d.calls)-1] != "unlock runs/1/lock" || d.count("truncate") != 1 {
			t.Fatalf("Reopen: %v, after %q", err, d.calls)
		}
		d = holding(torn[:size])
		w, recs, err := reopen(d, Options{})
		if err != nil || !reflect.DeepEqual(recs, all[:3]) {
			t.Fatalf("%d bytes: %+v, %v, want 3 records", size, recs, err)
		}
		if err := goOn(d, w, 3); err != nil {
			t.Fatalf("%d bytes: %v", size, err)
		}
	}
}

// The process dies before it has synced the folders it made, and the next one finds them in memory
// only. What that one promises must be found again.
func TestFoldersOfTheDead(t *testing.T) {
	for seed := range uint64(20) {
		d := &disk{dirs: []string{"."}}
		w, err := Create("state/runs/1", Options{Now: atNoon, FS: d})
		must(t, err)
		d.fail("syncdir", errDead)
		if err := w.Sync(mustAppend(t, w, Record{Kind: Open})); !errors.Is(err, errDead) {
			t.Fatalf("Sync: %v, want %v", err, errDead)
		}
		_ = w.Close() // it has failed
		d = d.kill()
		w, err = Reopen("state/runs/1", Options{Now: atNoon, FS: d}, nothing)
		must(t, err)
		must(t, w.Sync(mustAppend(t, w, Record{Kind: Resume})))
		d = d.cut(rand.New(rand.NewPCG(seed, 4)))
		if recs, err := readAll(d.content()); len(recs) != 2 || err != nil {
			t.Fatalf("seed %d: read %+v, %v, want 2 records", seed, recs, err)
		}
		_ = w.Close() // it died with the power
	}
}

// withoutS is a journal whose records do not say what was on disk.
func withoutS(t *testing.T, data string) string {
	t.Helper()
	recs, err := readAll(data)
	must(t, err)
	var b []byte
	for _, r := range recs {
		r.S = 0
		b = appendFrame(b, &r)
	}
	return string(b)
}

// Were it not for s, a hole in what was safely on disk would pass for a torn tail, and Reopen would
// cut off what had been promised.
func TestDurableUpTo(t *testing.T) {
	data, _ := journal(t, 12, 4, 8, 10)
	for name, tt := range map[string]struct {
		data    string
		refused bool
	}{
		"with s":    {data, true},
		"without s": {withoutS(t, data), false},
	} {
		t.Run(name, func(t *testing.T) {
			promised, lost := ends(tt.data)[9], 0
			for at := 0; at < promised; at += sector {
				disk := []byte(tt.data)
				clear(disk[at:min(at+sector, promised)])
				d := holding(string(disk))
				w, recs, err := reopen(d, Options{})
				if err == nil {
					lost = max(lost, 10-len(recs))
					must(t, w.Close())
				}
				if refused := errors.As(err, new(*Damaged)); refused != tt.refused {
					t.Errorf("sector %d is lost: %v after %d records, want it refused: %v", at/sector, err, len(recs), tt.refused)
				}
			}
			if (lost == 0) != tt.refused {
				t.Errorf("%d promised records were cut off", lost)
			}
		})
	}
}

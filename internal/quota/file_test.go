package quota

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gofrs/flock"

	"runner/internal/op"
)

var tenASecond = op.Limit{PerSecond: 10, Burst: 1}

func shared(c *clock, dir string) *Quota {
	return Shared(dir, "acme", "https://a.example", tenASecond, c.now)
}

// stateFile is the one file in dir that is no lock.
func stateFile(t *testing.T, dir string) string {
	t.Helper()
	locks, _ := filepath.Glob(filepath.Join(dir, "*.lock"))
	if len(locks) != 1 {
		t.Fatalf("there are %d locks in %s, want 1", len(locks), dir)
	}
	return locks[0][:len(locks[0])-len(".lock")]
}

// Those that keep one limit take turns, and hear of what the others were told.
func TestShared(t *testing.T) {
	c, dir := newClock(), filepath.Join(t.TempDir(), "state", "limits")
	one, two := shared(c, dir), shared(c, dir)
	if _, err := os.Stat(dir); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("it is there before the first request: %v", err)
	}
	sameTurns(t, turns(c, one, 2), []time.Duration{0, s / 10})
	sameTurns(t, turns(c, two, 2), []time.Duration{s / 5, 3 * s / 10})
	sameTurns(t, turns(c, one, 1), []time.Duration{4 * s / 10})
	turn := one.Reserve(c.at, time.Time{})
	two.Limited(c.at, 42*s)
	c.at = turn.At
	if !one.Held() {
		t.Error("one does not hear what two was told")
	}
	info, err := os.Stat(stateFile(t, dir))
	if err != nil || info.Mode().Perm()&0o077 != 0 || info.Size() != int64(size) {
		t.Errorf("the file is %v, %v", info, err)
	}
}

func TestWhatIsNotShared(t *testing.T) {
	c, dir := newClock(), t.TempDir()
	_ = turns(c, shared(c, dir), 1)
	scoped := tenASecond
	scoped.Scope = "a workspace"
	for name, q := range map[string]*Quota{
		"another account": Shared(dir, "acme", "https://b.example", tenASecond, c.now),
		"another module":  Shared(dir, "other", "https://a.example", tenASecond, c.now),
		"another scope":   Shared(dir, "acme", "https://a.example", scoped, c.now),
		"its own":         New(tenASecond, c.now),
	} {
		t.Run(name, func(t *testing.T) { sameTurns(t, turns(c, q, 2), []time.Duration{0, s / 10}) })
	}
}

// Without a rate there is a file only for what was learnt.
func TestSharedWithoutARate(t *testing.T) {
	c, dir := newClock(), filepath.Join(t.TempDir(), "limits")
	open := func() *Quota { return Shared(dir, "acme", "https://a.example", op.Limit{}, c.now) }
	one, two := open(), open()
	sameTurns(t, turns(c, one, 2), []time.Duration{0, 0})
	if _, err := os.Stat(dir); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("there is a file: %v", err)
	}
	two.Heard(op.Quota{Remaining: 10, Reset: 30 * s})
	sameTurns(t, turns(c, one, 2), []time.Duration{0, 3 * s})
	sameTurns(t, turns(c, two, 1), []time.Duration{6 * s})
}

// Runs may have set other rates. What headers said holds for the faster one,
// also if the slower one heard it.
func TestSharedWithOtherRates(t *testing.T) {
	c, dir := newClock(), t.TempDir()
	slow := Shared(dir, "acme", "https://a.example", op.Limit{PerSecond: 0.2, Burst: 1}, c.now)
	fast := shared(c, dir)
	slow.Heard(op.Quota{Remaining: 10, Reset: 20 * s})
	sameTurns(t, turns(c, fast, 2), []time.Duration{0, 2 * s})
	sameTurns(t, turns(c, slow, 2), []time.Duration{4 * s, 9 * s})
}

// What cannot be read begins anew, and what cannot be true is not believed.
func TestDamagedFiles(t *testing.T) {
	far := int64(1) << 62
	written := func(change func(*state)) []byte {
		s := state{At: newClock().at.UnixNano()}
		change(&s)
		return s.encode()
	}
	for name, content := range map[string][]byte{
		"empty":            nil,
		"cut off":          written(func(*state) {})[:40],
		"longer":           bytes.Repeat([]byte("x"), 4096),
		"another version":  append([]byte("runquot9"), make([]byte, 72)...),
		"nonsense":         append([]byte(magic), bytes.Repeat([]byte{0xff}, 72)...),
		"nonsense, again":  append([]byte(magic), bytes.Repeat([]byte{0x7f}, 72)...),
		"a turn far away":  written(func(s *state) { s.Next, s.Last = far, far }),
		"held far away":    written(func(s *state) { s.Asked, s.Said = far, far }),
		"lowered far away": written(func(s *state) { s.Share, s.Lowered, s.Gap, s.GapUntil = 1e-9, far, far, far }),
		"before all time":  written(func(s *state) { s.Next, s.Last, s.Asked, s.GapUntil = -far, -far, -far, -far }),
	} {
		t.Run(name, func(t *testing.T) {
			c, dir := newClock(), t.TempDir()
			_ = turns(c, shared(c, dir), 1)
			if err := os.WriteFile(stateFile(t, dir), content, 0o600); err != nil {
				t.Fatal(err)
			}
			sameTurns(t, turns(c, shared(c, dir), 2), []time.Duration{0, s / 10})
			sameTurns(t, turns(c, shared(c, dir), 1), []time.Duration{s / 5})
		})
	}
}

// A clock that is put back takes the waits with it.
func TestClockPutBack(t *testing.T) {
	for name, back := range map[string]time.Duration{"a second": s, "a year": 365 * 24 * time.Hour} {
		t.Run(name, func(t *testing.T) {
			c, dir := newClock(), t.TempDir()
			_ = turns(c, shared(c, dir), 3)
			c.at = c.at.Add(-back)
			sameTurns(t, turns(c, shared(c, dir), 1), []time.Duration{3 * s / 10})
			shared(c, dir).Limited(c.at, 42*s)
			c.at = c.at.Add(-back)
			sameTurns(t, turns(c, shared(c, dir), 1), []time.Duration{42 * s})
		})
	}
}

// Where there can be no file, the process keeps the limit by itself.
func TestNoFile(t *testing.T) {
	plain := filepath.Join(t.TempDir(), "plain")
	if err := os.WriteFile(plain, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	c := newClock()
	q := shared(c, filepath.Join(plain, "limits"))
	sameTurns(t, turns(c, q, 2), []time.Duration{0, s / 10})
	q.Limited(c.at, 42*s)
	sameTurns(t, turns(c, q, 1), []time.Duration{42 * s})
	if !q.Held() {
		t.Error("it is not held")
	}

	folder := t.TempDir() // where the file should be, there is a folder
	q = shared(c, folder)
	_ = turns(c, q, 1)
	path := stateFile(t, folder)
	if err := errors.Join(os.Remove(path), os.Mkdir(path, 0o700)); err != nil {
		t.Fatal(err)
	}
	sameTurns(t, turns(c, q, 1), []time.Duration{s / 10})
}

// A lock that somebody keeps, like a process that is suspended, holds up
// nobody for long; with what was seen last the pace goes on.
func TestLockThatIsKept(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		c := newClock()
		q := shared(c, dir)
		_ = turns(c, q, 2)
		lock := flock.New(stateFile(t, dir) + ".lock")
		if ok, err := lock.TryLock(); !ok {
			t.Fatal(err)
		}
		began := time.Now()
		sameTurns(t, turns(c, q, 1), []time.Duration{s / 5})
		if took := time.Since(began); took < longestLock || took > 2*longestLock {
			t.Errorf("the lock was tried for %v", took)
		}
		if err := lock.Unlock(); err != nil {
			t.Fatal(err)
		}
		began = time.Now()
		sameTurns(t, turns(c, q, 1), []time.Duration{s / 5}) // the file does not know of the last
		if took := time.Since(began); took != 0 {
			t.Errorf("it took %v without anybody", took)
		}
	})
}

// Many at once get a turn each.
func TestManyAtOnce(t *testing.T) {
	c, dir := newClock(), t.TempDir()
	var mu sync.Mutex
	seen := map[time.Time]bool{}
	var all sync.WaitGroup
	for range 8 {
		q := shared(c, dir)
		for range 8 {
			all.Go(func() {
				at := q.Reserve(c.at, time.Time{}).At
				mu.Lock()
				defer mu.Unlock()
				seen[at] = true
			})
		}
	}
	all.Wait()
	if len(seen) != 64 {
		t.Errorf("64 got %d turns", len(seen))
	}
}

package quota

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"time"

	"github.com/gofrs/flock"

	"runner/internal/op"
)

// This file shares a state among processes. Each reads and writes it under a
// lock that dies with the process, and never waits for anything meanwhile. It
// is not flushed: after a crash of the machine the limit begins anew.
//
// Where the file cannot be used, or somebody keeps the lock, the process goes
// on with what it saw last and keeps the limit by itself: a limit is no reason
// not to work.

const (
	// longestLock is how long a lock is tried for. It is held for microseconds,
	// unless its holder is suspended.
	longestLock = time.Second
	lockPoll    = 100 * time.Microsecond
)

// Shared is the limit of an account that all runners keep whose files are in
// dir. module, account and scope say which one it is: where it leads, as whom,
// and what else the vendor counts by. Nothing is opened before the first request.
func Shared(dir, module, account string, l op.Limit, now func() time.Time) *Quota {
	q := New(l, now)
	sum := sha256.Sum256([]byte(module + "\x00" + account + "\x00" + l.Scope))
	q.file = filepath.Join(dir, fmt.Sprintf("%x", sum[:16]))
	return q
}

// update changes the state, if change says so. Without create, a state that no
// file holds yet stays with the process.
func (q *Quota) update(create bool, change func(s *state, now int64) bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	f, unlock := q.open(create)
	if f == nil {
		q.apply(change)
		return
	}
	defer unlock()
	defer f.Close()
	q.last = q.read(f)
	if q.apply(change) {
		_, _ = f.WriteAt(q.last.encode(), 0) // if that fails, the others do not hear of it
	}
}

// apply is change made to the state as it can be now.
func (q *Quota) apply(change func(s *state, now int64) bool) bool {
	now := q.now().UnixNano()
	q.last.settle(now, q.step, q.burst)
	q.last.At = now
	return change(&q.last, now)
}

// open opens the file and locks it; nil if that cannot be.
func (q *Quota) open(create bool) (f *os.File, unlock func()) {
	if q.file == "" {
		return nil, nil
	}
	if !create {
		if _, err := os.Stat(q.file); err != nil {
			return nil, nil
		}
	}
	lock := flock.New(q.file + ".lock")
	ok, err := acquire(lock)
	if errors.Is(err, fs.ErrNotExist) && os.MkdirAll(filepath.Dir(q.file), 0o700) == nil {
		ok, _ = acquire(lock)
	}
	if !ok {
		return nil, nil
	}
	f, err = os.OpenFile(q.file, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		_ = lock.Unlock()
		return nil, nil
	}
	return f, func() { _ = lock.Unlock() }
}

// acquire tries for the lock. Waiting for it in the system could not be ended.
func acquire(lock *flock.Flock) (bool, error) {
	for waited := time.Duration(0); ; {
		ok, err := lock.TryLock()
		if ok || err != nil || waited >= longestLock {
			return ok, err
		}
		d := lockPoll + rand.N(lockPoll) //nolint:gosec // not to meet again
		time.Sleep(d)
		waited += d
	}
}

// read is the state in f; one that cannot be read begins anew.
func (q *Quota) read(f *os.File) state {
	b := make([]byte, size+1)
	n, err := f.ReadAt(b, 0)
	if err != io.EOF { // it is longer than ours, or broken
		_ = f.Truncate(0)
		return state{}
	}
	return decode(b[:n])
}

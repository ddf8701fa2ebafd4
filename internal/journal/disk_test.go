package journal

import (
	"errors"
	"io"
	"io/fs"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"sync"
)

var (
	errDisk = errors.New("the disk is on fire")
	errDead = errors.New("the process is dead")
)

// disk is a file system in memory that holds one journal. It tells what was asked of it, in order.
// A process that dies on it is simulated by kill, a power cut by cut.
type disk struct {
	before func(call string) error // asked before each call; an error is the answer to it
	short  bool                    // writes lose their last byte, without an error
	gate   chan struct{}           // if set, a write waits to receive from it
	remote string                  // the answer of Remote

	mu      sync.Mutex
	calls   []string
	dirs    []string
	settled []string // folders whose entries are on disk
	file    bool     // there is a journal
	data    []byte
	stable  []byte // what was there at the last sync
	synced  int    // length of stable
	holder  *Held
}

func (d *disk) call(name, path string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.calls = append(d.calls, name+" "+filepath.ToSlash(path))
	if d.before != nil {
		return d.before(name)
	}
	return nil
}

func (d *disk) Mkdir(dir string) error {
	if err := d.call("mkdir", dir); err != nil {
		return err
	}
	if slices.Contains(d.dirs, dir) {
		return fs.ErrExist
	}
	if !slices.Contains(d.dirs, filepath.Dir(dir)) {
		return fs.ErrNotExist
	}
	d.dirs = append(d.dirs, dir)
	return nil
}

func (d *disk) Create(path string) (File, error) {
	if err := d.call("create", path); err != nil {
		return nil, err
	}
	if d.file {
		return nil, fs.ErrExist
	}
	d.file = true
	return &diskFile{d: d, path: path}, nil
}

func (d *disk) Open(path string) (File, error) {
	if err := d.call("open", path); err != nil {
		return nil, err
	}
	if !d.file {
		return nil, fs.ErrNotExist
	}
	return &diskFile{d: d, path: path}, nil
}

func (d *disk) SyncDir(dir string) error {
	if err := d.call("syncdir", dir); err != nil {
		return err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.settled = append(d.settled, dir)
	return nil
}

func (d *disk) Lock(path string, who Held) (io.Closer, error) {
	if err := d.call("lock", path); err != nil {
		return nil, err
	}
	if d.holder != nil {
		return nil, d.holder
	}
	d.holder = &who
	return diskLock{d, path}, nil
}

func (d *disk) Remote(string) string { return d.remote }

type diskLock struct {
	d    *disk
	path string
}

func (l diskLock) Close() error {
	l.d.holder = nil
	return l.d.call("unlock", l.path)
}

// content is what was written so far.
func (d *disk) content() string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return string(d.data)
}

// count is how often a call was made so far.
func (d *disk) count(name string) (n int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, c := range d.calls {
		if len(c) > len(name) && c[:len(name)+1] == name+" " {
			n++
		}
	}
	return n
}

// fail makes every call of a name fail from now on.
func (d *disk) fail(name string, err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.before = func(call string) error {
		if call == name {
			return err
		}
		return nil
	}
}

// failAt makes the nth call from now on fail, and those after it too if that is for good.
func (d *disk) failAt(n int, err error, forGood bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.before = func(string) error {
		if n--; n == 0 || forGood && n < 0 {
			return err
		}
		return nil
	}
}

// kill ends the process that uses the disk, and returns the disk as the next one finds it: all that
// was written is there.
func (d *disk) kill() *disk {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.before = func(string) error { return errDead }
	return &disk{
		dirs: slices.Clone(d.dirs), settled: slices.Clone(d.settled), file: d.file,
		data: slices.Clone(d.data), stable: slices.Clone(d.stable), synced: d.synced,
	}
}

// sector is how much of a file reaches a disk at once. Small ones make many cases of a small file.
const sector = 64

// cut takes the power away, and returns the disk as it is found afterwards. Of what was written or
// cut off since the last sync each sector may have arrived or not, and so may the length. Where
// folders were not synced, the file may be gone.
func (d *disk) cut(rng *rand.Rand) *disk {
	after := d.kill()
	old, now := after.stable, after.data
	size := len(now)
	if low, high := min(len(old), len(now)), max(len(old), len(now)); low < high {
		size = []int{low, high, low + rng.IntN(high-low+1)}[rng.IntN(3)]
	}
	data := make([]byte, size)
	for at := 0; at < size; at += sector {
		from, end := now, min(at+sector, size)
		if rng.IntN(2) == 0 {
			from = old
		}
		if at < len(from) {
			copy(data[at:end], from[at:])
		}
	}
	after.data, after.stable, after.synced = data, slices.Clone(data), size
	if !after.reachable() && rng.IntN(2) == 0 {
		after.file, after.data, after.stable, after.synced = false, nil, nil, 0
	}
	return after
}

// reachable reports whether the entries of all folders down to the journal are on disk.
func (d *disk) reachable() bool {
	for _, dir := range d.dirs {
		if !slices.Contains(d.settled, dir) {
			return false
		}
	}
	return true
}

type diskFile struct {
	d    *disk
	path string
	at   int // where the next read begins
}

func (f *diskFile) Read(b []byte) (int, error) {
	if err := f.d.call("read", f.path); err != nil {
		return 0, err
	}
	if f.at >= len(f.d.data) {
		return 0, io.EOF
	}
	n := copy(b, f.d.data[f.at:])
	f.at += n
	return n, nil
}

func (f *diskFile) Write(b []byte) (int, error) {
	if f.d.gate != nil {
		<-f.d.gate
	}
	if err := f.d.call("write", f.path); err != nil {
		return 0, err
	}
	if f.d.short {
		b = b[:len(b)-1]
	}
	f.d.mu.Lock()
	defer f.d.mu.Unlock()
	f.d.data = append(f.d.data, b...)
	return len(b), nil
}

func (f *diskFile) Truncate(size int64) error {
	if err := f.d.call("truncate", f.path); err != nil {
		return err
	}
	f.d.mu.Lock()
	defer f.d.mu.Unlock()
	f.d.data = slices.Clip(f.d.data[:size])
	return nil
}

func (f *diskFile) Sync() error {
	if err := f.d.call("sync", f.path); err != nil {
		return err
	}
	f.d.mu.Lock()
	defer f.d.mu.Unlock()
	f.d.stable = slices.Clone(f.d.data)
	f.d.synced = len(f.d.data)
	return nil
}

func (f *diskFile) Close() error { return f.d.call("close", f.path) }

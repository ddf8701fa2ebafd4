package journal

import (
	"errors"
	"io/fs"
	"path/filepath"
	"slices"
	"sync"
)

var errDisk = errors.New("the disk is on fire")

// disk is a file system in memory that holds one journal. It tells what was asked of it, in order.
type disk struct {
	before func(call string) error // asked before each call; an error is the answer to it
	short  bool                    // writes lose their last byte, without an error
	gate   chan struct{}           // if set, a write waits to receive from it

	mu     sync.Mutex
	calls  []string
	dirs   []string
	data   []byte
	synced int // bytes
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
	return diskFile{d, path}, nil
}

func (d *disk) SyncDir(dir string) error { return d.call("syncdir", dir) }

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

type diskFile struct {
	d    *disk
	path string
}

func (f diskFile) Write(b []byte) (int, error) {
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

func (f diskFile) Sync() error {
	if err := f.d.call("sync", f.path); err != nil {
		return err
	}
	f.d.mu.Lock()
	defer f.d.mu.Unlock()
	f.d.synced = len(f.d.data)
	return nil
}

func (f diskFile) Close() error { return f.d.call("close", f.path) }

package journal

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"runner/internal/durable"
)

// FS is the file system under a journal, so that a test can stand in for a disk that fails or
// loses power. Its errors should wrap those of io/fs.
type FS interface {
	// Mkdir makes one folder that only its owner may enter.
	Mkdir(dir string) error
	// Create makes a file that only its owner may read, for appending. It fails if there is one.
	Create(path string) (File, error)
	// Open opens a file that is there, for reading from its start and appending at its end.
	Open(path string) (File, error)
	// SyncDir returns when the entries of a folder are on disk.
	SyncDir(dir string) error
	// Lock keeps other writers out until it is closed or its process dies. The file says who has
	// it. If somebody else does, the error is a *Held.
	Lock(path string, who Held) (io.Closer, error)
	// Remote names the protocol by which a folder is reached on another machine, as far as that
	// can be told; it is empty for a folder on this one.
	Remote(dir string) string
}

// File is an open journal. The writer uses it from one goroutine, and reads before it writes.
type File interface {
	io.ReadWriteCloser
	// Truncate cuts off what is beyond size.
	Truncate(size int64) error
	// Sync returns when everything written and cut off is on disk. It is not called again after it
	// failed.
	Sync() error
}

// makeDir makes dir and what is missing above it. It returns the folders whose entries must be on
// disk before anything in dir can be found again after a power cut.
func makeDir(fsys FS, dir string) ([]string, error) {
	parent := filepath.Dir(dir)
	above := []string{parent}
	err := fsys.Mkdir(dir)
	if errors.Is(err, fs.ErrNotExist) && parent != dir {
		if above, err = makeDir(fsys, parent); err != nil {
			return nil, err
		}
		above = append([]string{parent}, above...)
		err = fsys.Mkdir(dir)
	}
	if err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, err
	}
	return above, nil
}

// settle brings dir and all folders above it to disk: who made them may have died before he did.
// It ends below a folder that cannot be synced because it is not ours or is of another kind, since
// no run has made that one.
func settle(fsys FS, dir string) error {
	for {
		err := fsys.SyncDir(dir)
		if errors.Is(err, fs.ErrPermission) || errors.Is(err, syscall.EINVAL) || errors.Is(err, errors.ErrUnsupported) {
			return nil
		}
		above := filepath.Dir(dir)
		if err != nil || above == dir {
			return err
		}
		dir = above
	}
}

type osFS struct{}

func (osFS) Mkdir(dir string) error { return os.Mkdir(dir, 0o700) }

func (osFS) Create(path string) (File, error) {
	return openFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY|os.O_APPEND)
}

func (osFS) Open(path string) (File, error) { return openFile(path, os.O_RDWR|os.O_APPEND) }

func (osFS) SyncDir(dir string) error { return durable.SyncDir(dir) }

func (osFS) Lock(path string, who Held) (io.Closer, error) { return lock(path, who) }

func (osFS) Remote(dir string) string { return remote(dir) }

func openFile(path string, flag int) (File, error) {
	f, err := os.OpenFile(path, flag, 0o600)
	if err != nil {
		return nil, err
	}
	return osFile{f}, nil
}

type osFile struct{ *os.File }

func (f osFile) Sync() error { return syncData(f.File) }

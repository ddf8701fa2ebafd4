package journal

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"runner/internal/durable"
)

// FS is the file system under a journal, so that a test can stand in for a disk that fails or
// loses power. Its errors should wrap those of io/fs.
type FS interface {
	// Mkdir makes one folder that only its owner may enter.
	Mkdir(dir string) error
	// Create makes a file that only its owner may read, for appending. It fails if there is one.
	Create(path string) (File, error)
	// SyncDir returns when the entries of a folder are on disk.
	SyncDir(dir string) error
}

// File is an open journal. The writer uses it from one goroutine.
type File interface {
	io.WriteCloser
	// Sync returns when everything written is on disk. It is not called again after it failed.
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

type osFS struct{}

func (osFS) Mkdir(dir string) error { return os.Mkdir(dir, 0o700) }

func (osFS) Create(path string) (File, error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return nil, err
	}
	return osFile{f}, nil
}

func (osFS) SyncDir(dir string) error { return durable.SyncDir(dir) }

type osFile struct{ *os.File }

func (f osFile) Sync() error { return syncData(f.File) }

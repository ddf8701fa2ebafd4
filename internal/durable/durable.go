// Package durable writes files that outlive a crash.
package durable

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// Unfinished is added to the name of a file while it is written.
const Unfinished = ".new"

// Write writes a file that only the user may read, so that after a crash there
// is the old content or the new one, whole. Only one process may write a file
// at a time.
func Write(path string, content []byte) error {
	temporary := path + Unfinished
	f, err := os.OpenFile(temporary, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	if _, err = f.Write(content); err == nil {
		err = f.Sync()
	}
	if e := f.Close(); err == nil {
		err = e
	}
	if err == nil {
		err = os.Rename(temporary, path)
	}
	if err != nil {
		_ = os.Remove(temporary)
		return err
	}
	return settle(filepath.Dir(path))
}

// MakeDir makes a folder that only the user may enter, and those above it that
// are missing, so that they outlive a crash.
func MakeDir(dir string) error {
	if _, err := os.Stat(dir); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	above := filepath.Dir(dir)
	if err := MakeDir(above); err != nil {
		return err
	}
	if err := os.Mkdir(dir, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return settle(above)
}

// settle flushes a folder. Some file systems cannot: there what is in it lasts
// as long as it does.
func settle(dir string) error {
	err := SyncDir(dir)
	if errors.Is(err, fs.ErrInvalid) || errors.Is(err, errors.ErrUnsupported) {
		return nil
	}
	return err
}

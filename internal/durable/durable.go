// Package durable writes files that outlive a crash.
package durable

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// Write writes a file that only the user may read, so that after a crash there
// is the old content or the new one, whole. Only one process may write a file
// at a time.
func Write(path string, content []byte) error {
	temporary := path + ".new"
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
	// Some file systems cannot flush a folder: there the rename lasts as long as it does.
	if err := SyncDir(filepath.Dir(path)); !errors.Is(err, fs.ErrInvalid) && !errors.Is(err, errors.ErrUnsupported) {
		return err
	}
	return nil
}

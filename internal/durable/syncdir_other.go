//go:build !windows

package durable

import (
	"errors"
	"os"
)

// SyncDir returns when the entries of a folder are on disk.
func SyncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

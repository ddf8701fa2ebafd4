package journal

import (
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"runner/internal/durable"
)

// What a run keeps beside its journal.
const (
	KeptScript = "script" // the script, and the modules of the project that it loaded
	KeptInput  = "inputs" // files that params named, and the plan
)

// keptName is where something of a name is kept: the name may be any path.
func keptName(dir, kind, name string) string {
	base := filepath.Base(filepath.FromSlash(name))
	if base == name && !strings.HasPrefix(name, ".") && len(name) < 100 {
		return filepath.Join(dir, kind, name)
	}
	sum := sha256.Sum256([]byte(name))
	return filepath.Join(dir, kind, fmt.Sprintf("%x-%s", sum[:6], base[max(0, len(base)-80):]))
}

// Keep keeps a file of a run in its folder, under a name that may be a path.
func Keep(dir, kind, name string, content []byte) error {
	path := keptName(dir, kind, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return failure("keep", path, err)
	}
	if err := os.WriteFile(path, content, 0o600); err != nil {
		return failure("keep", path, err)
	}
	return nil
}

// Kept is a file that a run kept. If there is none, the error wraps
// fs.ErrNotExist.
func Kept(dir, kind, name string) ([]byte, error) {
	path := keptName(dir, kind, name)
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, failure("read", path, err)
	}
	return b, nil
}

// SyncKept returns when everything that a run kept so far is on disk.
func SyncKept(dir string) error {
	for _, kind := range []string{KeptScript, KeptInput} {
		folder := filepath.Join(dir, kind)
		entries, err := os.ReadDir(folder)
		if os.IsNotExist(err) {
			continue
		}
		if err != nil {
			return failure("keep", folder, err)
		}
		for _, e := range entries {
			if err := syncFile(filepath.Join(folder, e.Name())); err != nil {
				return failure("keep", folder, err)
			}
		}
		if err := durable.SyncDir(folder); err != nil {
			return failure("keep", folder, err)
		}
	}
	return durable.SyncDir(dir)
}

func syncFile(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	return syncData(f)
}

package journal

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"runner/internal/durable"
)

// This file keeps what a run has to find again when it is resumed, beside its
// journal: texts may have changed by then where they came from.

// The kinds of what is kept: a folder each.
const (
	KeptScript = "script" // the script and the modules of its project, by their names in messages
	KeptInputs = "inputs" // files that params name, by their paths as given
)

var keptKinds = []string{KeptScript, KeptInputs}

// Keep keeps content under its name in the folder of a run, and returns where.
// Any text is a name; only the user can read the file. What was kept under the
// name before is replaced as a whole. The content outlives the process at
// once, and a power cut after SyncKept. A name must not be kept twice at the
// same time.
func Keep(dir, kind, name string, content []byte) (path string, err error) {
	if path, err = keptPath(dir, kind, name); err != nil {
		return "", err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return "", keepFailure("keep", name, err)
	}
	if _, err := os.Lstat(path); err == nil { // it may be on disk by now, so its successor has to be
		err = durable.Write(path, content)
		return path, keepFailure("keep", name, err)
	}
	err = os.WriteFile(path+durable.Unfinished, content, 0o600)
	if err == nil {
		err = os.Rename(path+durable.Unfinished, path)
	}
	return path, keepFailure("keep", name, err)
}

// Kept returns what was kept under a name. If nothing was, the error wraps
// fs.ErrNotExist.
func Kept(dir, kind, name string) ([]byte, error) {
	path, err := keptPath(dir, kind, name)
	if err != nil {
		return nil, err
	}
	b, err := os.ReadFile(path)
	return b, keepFailure("read what was kept of", name, err)
}

// SyncKept returns when all that was kept in the folder of a run is on disk.
func SyncKept(dir string) error {
	for _, kind := range keptKinds {
		folder := filepath.Join(dir, kind)
		entries, err := os.ReadDir(folder)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		for _, e := range entries {
			if err == nil {
				err = syncFile(filepath.Join(folder, e.Name()))
			}
		}
		if err == nil {
			err = durable.SyncDir(folder)
		}
		if err != nil {
			return keepFailure("sync", folder, err)
		}
	}
	return keepFailure("sync", dir, durable.SyncDir(dir))
}

// syncFile opens for writing, since some systems sync nothing else.
func syncFile(path string) error {
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	err = syncData(f)
	if e := f.Close(); err == nil {
		err = e
	}
	return err
}

// keptPath is the file of a name: the last part of it, for people, a digest of
// it all, and its ending. So names that differ only in case, or in a folder,
// have files of their own, and no name leads out of the folder.
func keptPath(dir, kind, name string) (string, error) {
	if !slices.Contains(keptKinds, kind) {
		return "", fmt.Errorf("nothing of kind %q is kept", kind)
	}
	base := name[strings.LastIndexAny(name, `/\`)+1:]
	ending := filepath.Ext(base)
	base = clean40(strings.TrimSuffix(base, ending))
	file := fmt.Sprintf("%s-%.16x", base, sha256.Sum256([]byte(name)))
	if len(ending) > 1 {
		file += "." + clean40(ending[1:])
	}
	return filepath.Join(dir, kind, file), nil
}

// clean40 is the start of a text in letters that every file system takes.
func clean40(text string) string {
	clean := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' || r == '_' {
			return r
		}
		return '-'
	}, text)
	return clean[:min(len(clean), 40)]
}

func keepFailure(attempt, name string, err error) error {
	if err == nil {
		return nil
	}
	if pe, ok := errors.AsType[*fs.PathError](err); ok {
		err = pe.Err
	}
	return fmt.Errorf("%s %q: %w", attempt, name, err)
}

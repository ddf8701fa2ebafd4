package secret

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/gofrs/flock"

	"runner/internal/durable"
)

// A Store keeps secrets that a vendor replaces whenever they are used. Each
// stands in a file of its own that only the user may read; a lock keeps other
// processes out while it is replaced, and dies with its process.
type Store struct {
	Dir   string
	Known func(string) // told every secret that is read or written
}

// lockPoll is how often a lock that somebody else holds is tried again.
const lockPoll = 20 * time.Millisecond

// Update replaces the secret of a name, one process at a time. change gets
// what is kept, "" if nothing is, and answers what to keep instead; that is on
// disk when Update returns nil. If change fails, what was kept stays. If the
// process dies, there is what change answered, as soon as that was written in
// full, and else what was kept.
func (s *Store) Update(ctx context.Context, name string, change func(kept string) (next string, err error)) error {
	if err := os.MkdirAll(s.Dir, 0o700); err != nil {
		return s.failure(name, err)
	}
	path := filepath.Join(s.Dir, fileOf(name))
	lock := flock.New(path + ".lock")
	if ok, err := lock.TryLockContext(ctx, lockPoll); !ok {
		return s.failure(name, err)
	}
	defer func() { _ = lock.Unlock() }() // the end of the process does it too
	kept, err := read(path)
	if err != nil {
		return s.failure(name, err)
	}
	s.Known(kept)
	next, err := change(kept)
	if err != nil {
		return err
	}
	s.Known(next)
	if next == kept {
		return nil
	}
	if err := durable.Write(path, []byte(seal(next))); err != nil {
		return s.failure(name, err)
	}
	return nil
}

// adopt puts what was written in full in the place of the old.
func adopt(path string) error {
	if err := os.Rename(path+durable.Unfinished, path); err != nil {
		return err
	}
	return durable.SyncDir(filepath.Dir(path))
}

// read is what a file keeps. Where a process died after it had written the
// next secret in full, that is the one: the old was used up before.
func read(path string) (string, error) {
	if b, err := os.ReadFile(path + durable.Unfinished); err == nil {
		if content, whole := unseal(b); whole {
			return content, adopt(path)
		}
	}
	b, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", err
	}
	content, _ := unseal(b)
	return content, nil
}

// seal adds a line by which content that was cut off is told from a whole one.
func seal(content string) string {
	return fmt.Sprintf("%s\n%.16x\n", content, sha256.Sum256([]byte(content)))
}

// unseal is the content; all of it, if it has no such line.
func unseal(b []byte) (content string, whole bool) {
	text := string(b)
	if i := strings.LastIndexByte(strings.TrimSuffix(text, "\n"), '\n'); i >= 0 && text == seal(text[:i]) {
		return text[:i], true
	}
	return text, false
}

// fileOf is the file of a name: readable, and no other name's.
func fileOf(name string) string {
	clean := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' || r == '_' {
			return r
		}
		return '-'
	}, name)
	return fmt.Sprintf("%.40s-%.16x", clean, sha256.Sum256([]byte(name)))
}

func (s *Store) failure(name string, err error) error {
	return fmt.Errorf("keep the token of %s in %s: %w", name, s.Dir, err)
}

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
// disk when Update returns nil. If change fails, or the process dies, what was
// kept stays.
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
	kept, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return s.failure(name, err)
	}
	s.Known(string(kept))
	next, err := change(string(kept))
	if err != nil {
		return err
	}
	s.Known(next)
	if next == string(kept) {
		return nil
	}
	if err := durable.Write(path, []byte(next)); err != nil {
		return s.failure(name, err)
	}
	return nil
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

package secret

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"testing"
	"time"
)

func newStore(t *testing.T) *Store {
	return &Store{Dir: filepath.Join(t.TempDir(), "tokens"), Known: func(string) {}}
}

func kept(t *testing.T, s *Store, name string) (value string) {
	t.Helper()
	err := s.Update(t.Context(), name, func(now string) (string, error) { value = now; return now, nil })
	if err != nil {
		t.Fatal(err)
	}
	return value
}

// What several update at once is updated one after the other: none is lost.
func TestStoreHasOneWriter(t *testing.T) {
	s := newStore(t)
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			other := &Store{Dir: s.Dir, Known: s.Known} // as another process would
			err := other.Update(context.Background(), "vendor/ada", func(now string) (string, error) {
				n, _ := strconv.Atoi(now) // nothing is 0
				return strconv.Itoa(n + 1), nil
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if got := kept(t, s, "vendor/ada"); got != "20" {
		t.Errorf("kept %q, want 20", got)
	}
}

func TestStoreKeepsWhatWasThere(t *testing.T) {
	s := newStore(t)
	put := func(v string) func(string) (string, error) { return func(string) (string, error) { return v, nil } }
	if err := s.Update(t.Context(), "a", put("one")); err != nil {
		t.Fatal(err)
	}
	wrong := errors.New("the vendor said no")
	if err := s.Update(t.Context(), "a", func(string) (string, error) { return "two", wrong }); !errors.Is(err, wrong) {
		t.Errorf("got %v, want %v", err, wrong)
	}
	if got := kept(t, s, "a"); got != "one" {
		t.Errorf("after a failure %q is kept, want one", got)
	}
	if got := kept(t, s, "b"); got != "" {
		t.Errorf("another name has %q", got)
	}
	// A crash between writing and renaming leaves a file that nobody reads.
	if err := os.WriteFile(filepath.Join(s.Dir, fileOf("a")+".new"), []byte("tw"), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := kept(t, s, "a"); got != "one" {
		t.Errorf("after a crash %q is kept, want one", got)
	}
	info, err := os.Stat(filepath.Join(s.Dir, fileOf("a")))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("others may read it: %v %v", info.Mode(), err)
	}
}

// Whoever waits for the lock gives up when it is time to.
func TestStoreWaitsNoLongerThanItMay(t *testing.T) {
	s := newStore(t)
	err := s.Update(t.Context(), "a", func(string) (string, error) {
		ctx, cancel := context.WithTimeout(context.Background(), 100*time.Millisecond)
		defer cancel()
		other := &Store{Dir: s.Dir, Known: s.Known}
		if err := other.Update(ctx, "a", func(string) (string, error) { return "two", nil }); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("a second writer got %v", err)
		}
		return "one", nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestFileNames(t *testing.T) {
	seen := map[string]string{}
	for _, name := range []string{"a", "A", "a/b", "a-b", "../a", "", fmt.Sprintf("%100d", 1), fmt.Sprintf("%100d", 2)} {
		f := fileOf(name)
		if other, ok := seen[f]; ok || filepath.Base(f) != f {
			t.Errorf("%q has the file %q, as has %q", name, f, other)
		}
		seen[f] = name
	}
}

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
	info, err := os.Stat(filepath.Join(s.Dir, fileOf("a")))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("others may read it: %v %v", info.Mode(), err)
	}
}

// A process may die at any moment of a replacement. What it leaves is the old
// secret, or the new one as soon as that is written in full: the old one has
// been used up by then.
func TestStoreAfterACrash(t *testing.T) {
	whole := seal("two")
	for n := range len(whole) + 1 {
		s := newStore(t)
		if err := s.Update(t.Context(), "a", func(string) (string, error) { return "one", nil }); err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(s.Dir, fileOf("a"))
		if err := os.WriteFile(path+".new", []byte(whole[:n]), 0o600); err != nil {
			t.Fatal(err)
		}
		want := "one"
		if n == len(whole) {
			want = "two"
		}
		for range 2 {
			if got := kept(t, s, "a"); got != want {
				t.Errorf("after %d of %d bytes %q is kept, want %q", n, len(whole), got, want)
			}
		}
		if err := s.Update(t.Context(), "a", func(string) (string, error) { return "three", nil }); err != nil {
			t.Fatal(err)
		}
		if got := kept(t, s, "a"); got != "three" {
			t.Errorf("after another one %q is kept, want three", got)
		}
	}
}

// Files of earlier versions have no line at their end.
func TestStoreReadsWhatIsNotSealed(t *testing.T) {
	s := newStore(t)
	if err := os.MkdirAll(s.Dir, 0o700); err != nil {
		t.Fatal(err)
	}
	for _, content := range []string{"one", "a\nb", "a\n0123456789abcdef0123456789abcdef\n"} {
		if err := os.WriteFile(filepath.Join(s.Dir, fileOf("a")), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		if got := kept(t, s, "a"); got != content {
			t.Errorf("kept %q, want %q", got, content)
		}
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

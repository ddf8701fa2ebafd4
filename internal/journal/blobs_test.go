package journal

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"
)

func TestBlobs(t *testing.T) {
	s := &Blobs{Dir: filepath.Join(t.TempDir(), "run", BlobsName)}
	for name, body := range map[string][]byte{
		"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855": {},
		"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad": []byte("abc"),
	} {
		for range 2 {
			if got, err := s.Put(body); got != name || err != nil {
				t.Errorf("Put(%q) = %q, %v, want %q", body, got, err, name)
			}
		}
		if got, err := s.Get(name); err != nil || !bytes.Equal(got, body) {
			t.Errorf("Get(%q) = %q, %v, want %q", name, got, err, body)
		}
	}
	list, err := os.ReadDir(s.Dir)
	if err != nil || len(list) != 2 {
		t.Errorf("there are %v, %v, want two files", list, err)
	}
	if runtime.GOOS == "windows" {
		return
	}
	for path, want := range map[string]fs.FileMode{filepath.Dir(s.Dir): 0o700, s.Dir: 0o700, filepath.Join(s.Dir, list[0].Name()): 0o600} {
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != want {
			t.Errorf("mode of %s is %v, %v, want %o", path, info.Mode(), err, want)
		}
	}
}

func TestBlobsWriteOnce(t *testing.T) {
	s := &Blobs{Dir: t.TempDir()}
	name, err := s.Put([]byte("abc"))
	must(t, err)
	path := filepath.Join(s.Dir, name)
	old := time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)
	must(t, os.Chtimes(path, old, old))
	_, err = s.Put([]byte("abc"))
	must(t, err)
	if info, err := os.Stat(path); err != nil || !info.ModTime().Equal(old) {
		t.Errorf("it was written again: %v, %v", info.ModTime(), err)
	}
	// What is there and is not the body is not counted on.
	must(t, os.WriteFile(path, []byte("ab"), 0o600))
	_, err = s.Put([]byte("abc"))
	must(t, err)
	if got, err := s.Get(name); err != nil || string(got) != "abc" {
		t.Errorf("Get = %q, %v, want abc", got, err)
	}
}

func TestBlobsRefuse(t *testing.T) {
	s := &Blobs{Dir: t.TempDir()}
	name, err := s.Put([]byte("abc"))
	must(t, err)
	must(t, os.WriteFile(filepath.Join(s.Dir, name), []byte("abd"), 0o600))
	must(t, os.WriteFile(filepath.Join(s.Dir, "file"), nil, 0o600))
	for what, tt := range map[string]struct {
		name string
		want string
		is   error
	}{
		"another body":         {name, "it is damaged: its digest is another", nil},
		"nothing":              {strings.Repeat("0", 64), "", fs.ErrNotExist},
		"a file that is none":  {"file", "this is no name of a body", nil},
		"a path":               {"../" + filepath.Base(s.Dir) + "/" + name, "this is no name of a body", nil},
		"no name":              {"", "this is no name of a body", nil},
		"a name that is short": {name[2:], "this is no name of a body", nil},
	} {
		body, err := s.Get(tt.name)
		if body != nil || err == nil || !strings.HasSuffix(err.Error(), tt.want) || tt.is != nil && !errors.Is(err, tt.is) {
			t.Errorf("Get of %s: %q, %v, want %q", what, body, err, tt.want)
		}
	}
	below := &Blobs{Dir: filepath.Join(s.Dir, "file", BlobsName)}
	if name, err := below.Put([]byte("abc")); name != "" || err == nil {
		t.Errorf("Put below a file: %q, %v", name, err)
	}
}

func TestBlobsFromManyGoroutines(t *testing.T) {
	s := &Blobs{Dir: filepath.Join(t.TempDir(), BlobsName)}
	body := bytes.Repeat([]byte("0123456789"), 100_000)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			name, err := s.Put(body)
			if err != nil {
				t.Error(err)
				return
			}
			if got, err := s.Get(name); err != nil || !bytes.Equal(got, body) {
				t.Errorf("Get = %d bytes, %v, want %d", len(got), err, len(body))
			}
		})
	}
	all.Wait()
}

package journal

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

var oddNames = []string{
	"offboard.lua", "Offboard.lua", "OFFBOARD.LUA", "offboard", ".lua", ".", "..", "", "/", "-",
	"lib/people.lua", "people.lua", "./people.lua", "lib/../people.lua", "../people.lua", "../../../../etc/passwd",
	"~/scripts/offboard.lua", "/srv/scripts/offboard.lua", `C:\scripts\offboard.lua`, `..\offboard.lua`,
	"con", "NUL.txt", "aux.lua", "a:b", "a*?\"<>|.csv", "trailing. ", "trailing.", " ", "a b.csv", "a\x00b", "a\nb.lua",
	"Zoë.csv", "Zoe\u0308.csv", "名前.lua", "\xff\xfe.csv", "offboard.lua.new", "offboard.lua~", "x.tar.gz",
	strings.Repeat("long", 100) + ".lua", strings.Repeat("long", 101) + ".lua", "x." + strings.Repeat("e", 300),
	strings.Repeat("deep/", 200) + "x.lua", "stdin", "-", "eval",
}

// Whatever a name is, its content comes back, nobody else reads it, and it
// stays in its folder. Each run has odd names of both kinds.
func TestKeepOddNames(t *testing.T) {
	root := t.TempDir()
	dir := filepath.Join(root, "run")
	content := func(kind, name string) string { return fmt.Sprintf("%s of %q", kind, name) }
	files := map[string]string{} // names by paths as a file system without cases would see them
	for _, kind := range keptKinds {
		for _, name := range oddNames {
			path, err := Keep(dir, kind, name, []byte(content(kind, name)))
			if err != nil {
				t.Fatalf("Keep(%q, %q): %v", kind, name, err)
			}
			if filepath.Dir(path) != filepath.Join(dir, kind) || !filepath.IsLocal(filepath.Base(path)) || len(filepath.Base(path)) > 128 {
				t.Errorf("Keep(%q, %q) went to %s", kind, name, path)
			}
			if strings.Trim(strings.ToLower(filepath.Base(path)), "abcdefghijklmnopqrstuvwxyz0123456789-_.") != "" || strings.HasSuffix(path, ".") {
				t.Errorf("Keep(%q, %q) went to %q, which not all file systems take", kind, name, path)
			}
			low := strings.ToLower(path)
			if other, ok := files[low]; ok && other != name {
				t.Errorf("%q and %q share a file", other, name)
			}
			files[low] = name
		}
	}
	for _, kind := range keptKinds {
		for _, name := range oddNames {
			if got, err := Kept(dir, kind, name); err != nil || string(got) != content(kind, name) {
				t.Errorf("Kept(%q, %q) = %q, %v", kind, name, got, err)
			}
		}
	}
	if err := SyncKept(dir); err != nil {
		t.Error(err)
	}
	n := 0
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || path == root {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		want := fs.FileMode(0o600)
		if d.IsDir() {
			want = 0o700
		} else {
			n++
		}
		if got := info.Mode().Perm(); got != want && runtime.GOOS != "windows" {
			t.Errorf("%s has mode %v, want %v", path, got, want)
		}
		return nil
	})
	if err != nil || n != len(files) {
		t.Errorf("%d files are there, %v, want %d", n, err, len(files))
	}
}

// The names of files can be read by a person, and open in an editor as what
// they are.
func TestKeptFilesAreReadable(t *testing.T) {
	for name, want := range map[string]string{
		"offboard.lua":            "offboard-*.lua",
		"~/lib/people.lua":        "people-*.lua",
		"/srv/in/leavers (1).CSV": "leavers--1--*.CSV",
		"stdin":                   "stdin-*",
	} {
		path, err := Keep(t.TempDir(), KeptScript, name, nil)
		if ok, _ := filepath.Match(want, filepath.Base(path)); err != nil || !ok {
			t.Errorf("Keep(%q) went to %q, %v, want %q", name, filepath.Base(path), err, want)
		}
	}
}

// The same name again replaces its content, and nothing else.
func TestKeepAgain(t *testing.T) {
	dir := t.TempDir()
	for _, content := range []string{"a long first text", "", "short"} {
		for _, kind := range keptKinds {
			if _, err := Keep(dir, kind, "x.lua", []byte(content+kind)); err != nil {
				t.Fatal(err)
			}
		}
		for _, kind := range keptKinds {
			if got, err := Kept(dir, kind, "x.lua"); err != nil || string(got) != content+kind {
				t.Errorf("Kept = %q, %v, want %q", got, err, content+kind)
			}
		}
	}
	if left, err := os.ReadDir(filepath.Join(dir, KeptScript)); err != nil || len(left) != 1 {
		t.Errorf("%d files are there, %v, want 1", len(left), err)
	}
}

// A process that died while it kept something leaves half a file of another
// name: it is not what was kept, and does not stand in the way.
func TestKeepAfterCrash(t *testing.T) {
	dir := t.TempDir()
	path, err := Keep(dir, KeptInputs, "people.csv", []byte("a,b\n1,2\n"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(path, path+".new"); err != nil {
		t.Fatal(err)
	}
	if b, err := Kept(dir, KeptInputs, "people.csv"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("Kept = %q, %v, want that there is none", b, err)
	}
	if _, err := Keep(dir, KeptInputs, "people.csv", []byte("a\n")); err != nil {
		t.Fatal(err)
	}
	if b, err := Kept(dir, KeptInputs, "people.csv"); err != nil || string(b) != "a\n" {
		t.Errorf("Kept = %q, %v", b, err)
	}
	if err := SyncKept(dir); err != nil {
		t.Error(err)
	}
}

func TestKeepFails(t *testing.T) {
	dir := t.TempDir()
	if _, err := Keep(dir, "scripts", "x", nil); err == nil {
		t.Error("Keep took a kind that there is none of")
	}
	if _, err := Kept(dir, "../inputs", "x"); err == nil || errors.Is(err, fs.ErrNotExist) {
		t.Errorf("Kept of a kind that there is none of: %v", err)
	}
	if err := SyncKept(dir); err != nil {
		t.Errorf("SyncKept of nothing: %v", err)
	}
	if err := SyncKept(filepath.Join(dir, "none")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("SyncKept of no folder: %v, want %v", err, fs.ErrNotExist)
	}
	if err := os.WriteFile(filepath.Join(dir, KeptScript), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Keep(dir, KeptScript, "x.lua", nil); err == nil || !strings.HasPrefix(err.Error(), `keep "x.lua": `) || strings.Contains(err.Error(), dir) {
		t.Errorf("Keep where a file stands in the way: %v", err)
	}
	if err := SyncKept(dir); err == nil {
		t.Error("SyncKept passed over a folder that it cannot read")
	}
}

package secret_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/zalando/go-keyring"

	"runner/internal/secret"
)

// What is kept is resolved again, and nothing but the user can read it.
func TestKeep(t *testing.T) {
	keyring.MockInit()
	dir := t.TempDir()
	write(t, filepath.Join(dir, "old"), "hunter1", 0o644)
	write(t, filepath.Join(dir, "real"), "hunter1", 0o600)
	if err := os.Symlink("real", filepath.Join(dir, "link")); err != nil && runtime.GOOS != "windows" {
		t.Fatal(err)
	}
	source := secret.Source{Dir: dir}
	for _, text := range []string{"file:new", "file:old", "file:link", "file:deep/er/token", "keyring:a/b/c"} {
		ref := parse(t, text)
		if _, err := source.Look(t.Context(), ref); err != nil {
			t.Errorf("Look(%s) = %v", text, err)
		}
		if err := source.Keep(t.Context(), ref, "hunter2"); err != nil {
			t.Errorf("Keep(%s) = %v", text, err)
			continue
		}
		if got, err := source.Resolve(t.Context(), ref); got != "hunter2" || err != nil {
			t.Errorf("Resolve(%s) = %q, %v", text, got, err)
		}
		p, err := source.Look(t.Context(), ref)
		if err != nil || !p.Kept || p.At.IsZero() != strings.HasPrefix(text, "keyring:") {
			t.Errorf("Look(%s) = %v, %v afterwards", text, p, err)
		}
	}
	if got, err := os.ReadFile(filepath.Join(dir, "real")); string(got) != "hunter2" {
		t.Errorf("what the link leads to holds %q, %v", got, err)
	}
	if left, _ := filepath.Glob(filepath.Join(dir, ".runner-*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestKeepByCommand(t *testing.T) {
	if _, err := os.Stat("/bin/sh"); err != nil {
		t.Skip("no sh here")
	}
	dir := t.TempDir()
	source := secret.Source{Dir: dir}
	ref := parse(t, `exec:sh -c 'umask 077; cat > "$0"; echo stored' kept`)
	if p, err := source.Look(t.Context(), ref); err != nil || p.Kept {
		t.Errorf("Look = %v, %v", p, err)
	}
	if err := source.Keep(t.Context(), ref, "hunter2"); err != nil {
		t.Fatal(err)
	}
	if got, err := os.ReadFile(filepath.Join(dir, "kept")); string(got) != "hunter2" || err != nil {
		t.Errorf("the command was given %q, %v", got, err)
	}
}

func TestKeepFails(t *testing.T) {
	keyring.MockInitWithError(errors.New("no bus"))
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "folder"), 0o700); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "plain"), "x", 0o600)
	source := secret.Source{Dir: dir}
	for text, tt := range map[string]struct {
		cause  string
		inLook bool // whether it is known before anything is stored
	}{
		"env:TOKEN":        {"no secret can be stored there", true},
		"file:folder":      {"the file cannot be written: it is not a file", true},
		"file:plain/token": {"the file cannot be written: ", true},
		"keyring:a/b":      {"the keyring cannot be ", true},
		"exec:./none":      {`the command "./none" cannot be started`, true},
		`exec:sh -c 'read x; echo "no: $x" >&2; exit 3'`: {"the command ended with exit status 3: no: [secret]", false},
	} {
		ref := parse(t, text)
		err := source.Keep(t.Context(), ref, "hunter2")
		e, ok := errors.AsType[*secret.Error](err)
		if !ok || !strings.HasPrefix(e.Cause, tt.cause) || e.Hint == "" || e.Ref != ref {
			t.Errorf("Keep(%s) = %#v, want %s", text, err, tt.cause)
		}
		if strings.Contains(fmt.Sprint(err), "hunter2") {
			t.Errorf("Keep(%s): the secret is in %v", text, err)
		}
		if _, err := source.Look(t.Context(), ref); (err != nil) != tt.inLook {
			t.Errorf("Look(%s) = %v", text, err)
		}
	}
	for _, value := range []string{"", "abc"} {
		if err := source.Keep(t.Context(), parse(t, "file:short"), value); err == nil {
			t.Errorf("%q was kept, and could not be resolved", value)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := source.Keep(ctx, parse(t, "file:late"), "hunter2"); !errors.Is(err, context.Canceled) {
		t.Errorf("Keep = %v after the end", err)
	}
}

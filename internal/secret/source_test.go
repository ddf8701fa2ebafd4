package secret_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/zalando/go-keyring"

	"runner/internal/secret"
)

// TestMain lets the test binary be the commands that exec: runs.
func TestMain(m *testing.M) {
	if len(os.Args) > 2 && os.Args[1] == "helper" {
		helper(os.Args[2], os.Args[3:])
	}
	os.Exit(m.Run())
}

func helper(what string, args []string) {
	switch what {
	case "print":
		fmt.Print(strings.Join(args, "|"))
	case "printenv":
		fmt.Print(os.Getenv(args[0]))
	case "stat":
		if _, err := os.Stat(args[0]); err == nil {
			fmt.Println("found")
		}
	case "fail":
		if len(args) > 0 {
			os.Exit(3)
		}
		fmt.Println("hunter2")
		fmt.Fprintln(os.Stderr, "permission denied for hunter2\nusage: …")
		os.Exit(3)
	case "much":
		fmt.Print(strings.Repeat("x", 2<<20))
	case "hang":
		select {}
	}
	os.Exit(0)
}

func write(t *testing.T, path, content string, mode os.FileMode) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, mode); err != nil {
		t.Fatal(err)
	}
}

func TestResolve(t *testing.T) {
	dir := t.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, "home", "keys"), 0o700); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "token"), "hunter2\n", 0o600)
	write(t, filepath.Join(dir, "windows"), "hunter2\r\n", 0o400)
	write(t, filepath.Join(dir, "lines"), "a b\nc d\n\n", 0o600)
	write(t, filepath.Join(dir, "empty"), "\n", 0o600)
	write(t, filepath.Join(dir, "open"), "hunter2", 0o640)
	write(t, filepath.Join(dir, "large"), strings.Repeat("hunter2", 1<<18), 0o600)
	write(t, filepath.Join(dir, "home", "keys", "token"), "hunter3", 0o600)

	keyring.MockInit()
	for user, value := range map[string]string{"prod": "hunter2", "short": "abc"} {
		if err := keyring.Set("a/b", user, value); err != nil {
			t.Fatal(err)
		}
	}

	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	run := fmt.Sprintf("exec:'%s' helper ", self)
	env := map[string]string{"TOKEN": "hunter2", "EMPTY": "", "BLANK": " \n", "SHORT": "äöü", "FOUR": "äöüß", "HOME": filepath.Join(dir, "home")}
	source := secret.Source{
		Env: func(name string) (string, bool) { value, ok := env[name]; return value, ok },
		Dir: dir,
		// The race detector waits a second at the end of each process unless told otherwise.
		Environ: append(os.Environ(), "TOKEN=hunter4", "GORACE=atexit_sleep_ms=0"),
	}

	for name, tt := range map[string]struct {
		ref, want, cause, hint string
		unixOnly               bool
	}{
		"env":               {ref: "env:TOKEN", want: "hunter2"},
		"env, four letters": {ref: "env:FOUR", want: "äöüß"},
		"env, not set":      {ref: "env:OTHER", cause: "it is not set", hint: "set the environment variable OTHER"},
		"env, empty":        {ref: "env:EMPTY", cause: "it is empty", hint: "store the secret there"},
		"env, blank":        {ref: "env:BLANK", cause: "it is empty", hint: "store the secret there"},
		"env, too short": {
			ref: "env:SHORT", cause: "it has fewer than 4 characters, too few to be kept out of the output", hint: "use a longer secret",
		},
		"file":                   {ref: "file:token", want: "hunter2"},
		"file, absolute":         {ref: "file:" + filepath.Join(dir, "token"), want: "hunter2"},
		"file, at home":          {ref: "file:~/keys/token", want: "hunter3"},
		"file, Windows newline":  {ref: "file:windows", want: "hunter2"},
		"file, one newline only": {ref: "file:lines", want: "a b\nc d\n"},
		"file, empty":            {ref: "file:empty", cause: "it is empty", hint: "store the secret there"},
		"file, missing":          {ref: "file:none", cause: "there is no such file", hint: "check the path"},
		"file, a folder":         {ref: "file:home", cause: "it is not a file", hint: "give the path of a file"},
		"file, too large":        {ref: "file:large", cause: "it is larger than 1048576 bytes", hint: "check that it is the secret"},
		"file, open to others": {
			ref: "file:open", cause: "others may read the file: its mode is 0640", hint: "make it yours alone: chmod 600 ", unixOnly: true,
		},
		"keyring":            {ref: "keyring:a/b/prod", want: "hunter2"},
		"keyring, missing":   {ref: "keyring:a/b/test", cause: "the keyring has no such entry", hint: "store it"},
		"keyring, too short": {ref: "keyring:a/b/short", cause: "it has fewer than 4 characters, too few to be kept out of the output", hint: "use a longer secret"},
		"exec":               {ref: run + `print "a b" c\ d 'e\f "g"' C:\dir\  "" x"y"z`, want: `a b|c d|e\f "g"|C:\dir ||xyz`},
		"exec, no shell":     {ref: run + `print $HOME *`, want: `$HOME|*`},
		"exec, environment":  {ref: run + "printenv TOKEN", want: "hunter4"},
		"exec, folder":       {ref: run + "stat token", want: "found"},
		"exec, JSON":         {ref: run + `print '{"secret": "hunter2", "expires": 3}'`, want: "hunter2"},
		"exec, other JSON":   {ref: run + `print '{"value": "hunter2"}'`, want: "hunter2"},
		"exec, both":         {ref: run + `print '{"value": "other", "secret": "hunter2"}'`, want: "hunter2"},
		"exec, neither":      {ref: run + `print '{"key": "hunter2"}'`, want: `{"key": "hunter2"}`},
		"exec, no text":      {ref: run + `print '{"secret": 12345}'`, want: `{"secret": 12345}`},
		"exec, broken JSON":  {ref: run + `print '{"secret": '`, want: `{"secret": `},
		"exec, empty":        {ref: run + "print", cause: "it is empty", hint: "store the secret there"},
		"exec, too much":     {ref: run + "much", cause: "it is larger than 1048576 bytes", hint: "check that it is the secret"},
		"exec, failed": {
			ref: run + "fail", cause: "the command ended with exit status 3: permission denied for [secret]", hint: "run it by hand until it prints the secret",
		},
		"exec, missing": {
			ref: "exec:no-such-command-anywhere x", cause: `the command "no-such-command-anywhere" cannot be started: executable file not found in $PATH`,
			hint: "check that it is installed", unixOnly: true,
		},
		"exec, failed silently": {
			ref: run + "fail quietly", cause: "the command ended with exit status 3", hint: "run it by hand until it prints the secret",
		},
		"exec, missing here": {
			ref: "exec:./none x", cause: `the command "./none" cannot be started: no such file or directory`, hint: "check that it is installed", unixOnly: true,
		},
	} {
		t.Run(name, func(t *testing.T) {
			if tt.unixOnly && runtime.GOOS == "windows" {
				t.Skip("Windows says it differently")
			}
			ref, err := secret.Parse(tt.ref)
			if err != nil {
				t.Fatalf("Parse(%q) = %v", tt.ref, err)
			}
			got, err := source.Resolve(t.Context(), ref)
			if tt.cause == "" {
				if err != nil || got != tt.want {
					t.Errorf("Resolve(%q) = %q, %v, want %q", ref, got, err, tt.want)
				}
				return
			}
			var e *secret.Error
			if !errors.As(err, &e) || e.Cause != tt.cause || !strings.HasPrefix(e.Hint, tt.hint) || e.Ref != ref {
				t.Fatalf("Resolve(%q) = %#v, want the cause %q and the hint %q", ref, err, tt.cause, tt.hint)
			}
			if got != "" || strings.Contains(e.Error()+e.Hint, "hunter2") {
				t.Errorf("Resolve(%q) gives away the secret: %q, %s, %s", ref, got, e, e.Hint)
			}
			if got, want := e.Error(), "secret "+ref.String()+": "+tt.cause; got != want {
				t.Errorf("Error() = %q, want %q", got, want)
			}
		})
	}
}

func TestResolveWhatCannotBe(t *testing.T) {
	for name, tt := range map[string]struct {
		source secret.Source
		ref    secret.Ref
		cause  string
	}{
		"no reference":   {secret.Source{}, secret.Ref{}, "no reference is given"},
		"no environment": {secret.Source{}, parse(t, "env:TOKEN"), "it is not set"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := tt.source.Resolve(t.Context(), tt.ref)
			var e *secret.Error
			if !errors.As(err, &e) || e.Cause != tt.cause {
				t.Errorf("Resolve(%q) = %v, want the cause %q", tt.ref, err, tt.cause)
			}
		})
	}
}

func TestResolveKeyringBroken(t *testing.T) {
	keyring.MockInitWithError(errors.New("no bus\nand more"))
	_, err := secret.Source{}.Resolve(t.Context(), parse(t, "keyring:a/b"))
	if want := "secret keyring:a/b: the keyring cannot be read: no bus"; err == nil || err.Error() != want {
		t.Errorf("Resolve = %v, want %q", err, want)
	}
}

func TestResolveKeepsTheReason(t *testing.T) {
	_, err := secret.Source{Dir: t.TempDir()}.Resolve(t.Context(), parse(t, "file:none"))
	if !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("Resolve = %v, want %v below", err, fs.ErrNotExist)
	}
}

func TestResolveHangingCommand(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	ref := parse(t, fmt.Sprintf("exec:'%s' helper hang", self))

	_, err = secret.Source{ExecTimeout: time.Millisecond}.Resolve(t.Context(), ref)
	if want := "secret " + ref.String() + ": the command gave no answer within 1ms"; err == nil || err.Error() != want {
		t.Errorf("Resolve = %v, want %q", err, want)
	}

	ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	if _, err = (secret.Source{}).Resolve(ctx, ref); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("Resolve = %v, want %v", err, context.DeadlineExceeded)
	}
}

func TestResolveAfterCancel(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, text := range []string{"env:TOKEN", "keyring:a/b", "exec:none"} {
		_, err := secret.Source{}.Resolve(ctx, parse(t, text))
		if want := "secret " + text + ": it was given up"; !errors.Is(err, context.Canceled) || err.Error() != want {
			t.Errorf("Resolve(%q) = %v, want %q", text, err, want)
		}
	}
}

func parse(t *testing.T, text string) secret.Ref {
	t.Helper()
	ref, err := secret.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return ref
}

package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"filippo.io/age"

	"runner/internal/op"
)

func newKey(t *testing.T) (public, secret string) {
	t.Helper()
	i, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	return i.Recipient().String(), i.String()
}

// keyFile writes a file of keys as age-keygen does.
func keyFile(t *testing.T, dir, name string, keys ...string) {
	t.Helper()
	text := "# created: 2026-01-02T15:04:05Z\n" + strings.Join(keys, "\n") + "\n"
	if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// sealingApp is an app with a project, the user's settings and an environment.
func sealingApp(t *testing.T, project, user string, env map[string]string) (a *app, c *config, dir string) {
	t.Helper()
	root := t.TempDir()
	for file, text := range map[string]string{"project/runner.toml": project, "user/runner/runner.toml": user} {
		path := filepath.Join(root, filepath.FromSlash(file))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	a = &app{environ: func() []string { return nil }, env: func(name string) (string, bool) {
		if name == "XDG_CONFIG_HOME" {
			return filepath.Join(root, "user"), true
		}
		v, ok := env[name]
		return v, ok
	}}
	c, e := a.loadConfig(filepath.Join(root, "project"))
	if e != nil {
		t.Fatal(e)
	}
	return a, c, root
}

// openWith opens what another run has sealed.
func openWith(t *testing.T, key, sealed string) ([]byte, *op.Error) {
	t.Helper()
	a, c, _ := sealingApp(t, "", "", map[string]string{"RUNNER_IDENTITY": key})
	s, e := a.sealing(c)
	if e != nil {
		t.Fatal(e)
	}
	return s.Open(sealed)
}

// Which keys hold: what is sealed opens with the secret key that is expected.
func TestSealingKeys(t *testing.T) {
	public, key := newKey(t)
	public2, key2 := newKey(t)
	_, key3 := newKey(t)
	list := func(keys ...string) string { return fmt.Sprintf("seal_to = [\"%s\"]\n", strings.Join(keys, `", "`)) }
	for name, tt := range map[string]struct {
		project, user string
		env           map[string]string
		opens         []string // keys that can open what is sealed
		shut          []string // keys that cannot
		own           bool     // whether this run can open it
	}{
		"a list":                          {project: list(public, public2), opens: []string{key, key2}, shut: []string{key3}},
		"a text":                          {project: `seal_to = "` + public + `"`, opens: []string{key}, shut: []string{key2}},
		"a text of two":                   {project: `seal_to = "` + public + " , " + public2 + `"`, opens: []string{key, key2}},
		"only the identity":               {project: `identity = "file:one.key"`, opens: []string{key}, shut: []string{key2}, own: true},
		"both, of different keys":         {project: list(public2) + `identity = "file:one.key"`, opens: []string{key2}, shut: []string{key}},
		"the user's":                      {user: list(public), opens: []string{key}},
		"the project's above the user's":  {project: list(public), user: list(public2), opens: []string{key}, shut: []string{key2}},
		"one from each":                   {project: list(public), user: `identity = "file:one.key"`, opens: []string{key}, own: true},
		"the environment above the files": {project: list(public2), user: list(public2), env: map[string]string{"RUNNER_SEAL_TO": public + ",\n" + public}, opens: []string{key}, shut: []string{key2}},
		"a key in the environment":        {env: map[string]string{"RUNNER_IDENTITY": key}, opens: []string{key}, own: true},
		"a file of them":                  {env: map[string]string{"RUNNER_IDENTITY": "# created: today\n" + key + "\n" + key2 + "\n"}, opens: []string{key, key2}, own: true},
		"a reference in the environment":  {project: `identity = "file:two.key"`, env: map[string]string{"RUNNER_IDENTITY": "env:KEY", "KEY": key}, opens: []string{key}, shut: []string{key2}, own: true},
		"empty variables":                 {project: list(public), env: map[string]string{"RUNNER_SEAL_TO": "", "RUNNER_IDENTITY": ""}, opens: []string{key}},
	} {
		t.Run(name, func(t *testing.T) {
			table := func(s string) string { return strings.TrimSuffix("[journal]\n"+s, "[journal]\n") }
			a, c, root := sealingApp(t, table(tt.project), table(tt.user), tt.env)
			for _, dir := range []string{"project", "user/runner"} {
				keyFile(t, filepath.Join(root, dir), "one.key", key)
				keyFile(t, filepath.Join(root, dir), "two.key", key2)
			}
			s, e := a.sealing(c)
			if e != nil {
				t.Fatal(e)
			}
			if !s.Configured() {
				t.Error("no key is configured")
			}
			const plain = `{"token":"of the vendor"}`
			sealed, err := s.Seal([]byte(plain))
			if err != nil {
				t.Fatal(err)
			}
			if got, e := s.Open(sealed); (e == nil) != tt.own || tt.own && string(got) != plain {
				t.Errorf("Open = %q, %v, want own %v", got, e, tt.own)
			}
			for _, k := range tt.opens {
				if got, e := openWith(t, k, sealed); e != nil || string(got) != plain {
					t.Errorf("Open with a key of it = %q, %v", got, e)
				}
			}
			for _, k := range tt.shut {
				if got, e := openWith(t, k, sealed); e == nil {
					t.Errorf("Open with another key = %q", got)
				}
			}
			if shown := a.redactor.String(key); tt.own && shown != "[secret]" {
				t.Errorf("the secret key shows as %q", shown)
			}
			if shown := a.redactor.String(public); shown != public {
				t.Errorf("the public key shows as %q", shown)
			}
		})
	}
}

// Without settings there is no key, and nothing that is sealed can be opened.
func TestNoSealing(t *testing.T) {
	a, c, _ := sealingApp(t, "", "", nil)
	s, e := a.sealing(c)
	if e != nil || s.Configured() {
		t.Fatalf("a key is configured, %v", e)
	}
	if sealed, err := s.Seal([]byte("x")); err == nil || !strings.Contains(err.Error(), "there is no key to seal to") {
		t.Errorf("Seal = %q, %v", sealed, err)
	}
	if _, e = s.Open("YWdl"); e == nil || e.Cause != "no identity is set, which opens what was sealed" || !strings.Contains(e.Hint, "RUNNER_IDENTITY") || !strings.Contains(e.Hint, "runner.toml") {
		t.Errorf("Open: %v, %+v", e, e)
	}
}

// No key is read before one is needed.
func TestKeysAreReadLate(t *testing.T) {
	public, key := newKey(t)
	a, c, root := sealingApp(t, "[journal]\nidentity = \"file:late.key\"", "", nil)
	s, e := a.sealing(c)
	if e != nil || !s.Configured() {
		t.Fatalf("no key is configured, %v", e)
	}
	keyFile(t, filepath.Join(root, "project"), "late.key", key)
	sealed, err := s.Seal([]byte("x"))
	if err != nil {
		t.Fatal(err)
	}
	keyFile(t, filepath.Join(root, "project"), "late.key", "of somebody else")
	if got, e := s.Open(sealed); e != nil || string(got) != "x" {
		t.Errorf("Open = %q, %v; the key is read once", got, e)
	}
	if a.redactor.String(public) != public {
		t.Error("the public key is hidden")
	}
}

// What is found wrong with a key when it is needed names its setting, and
// shows nothing of it.
func TestKeysThatDoNotFit(t *testing.T) {
	public, key := newKey(t)
	for name, tt := range map[string]struct {
		project    string
		env        map[string]string
		subject    string
		cause      string
		onlyToOpen bool
	}{
		"a public key cut off": {project: `seal_to = "` + public[:40] + `"`, subject: `journal: setting "seal_to"`, cause: "is not a whole public key"},
		"a secret key cut off": {env: map[string]string{"RUNNER_IDENTITY": key[:50]}, subject: "RUNNER_IDENTITY", cause: "line 1 is not a whole secret key of age"},
		"no such file":         {project: `identity = "file:none.key"`, subject: `setting "identity": secret file:none.key`, cause: "there is no such file"},
		"no such variable":     {env: map[string]string{"RUNNER_IDENTITY": "env:NONE"}, subject: "RUNNER_IDENTITY: secret env:NONE", cause: "it is not set"},
		"a password in it":     {env: map[string]string{"RUNNER_IDENTITY": "env:PASS", "PASS": "hunter2hunter2"}, subject: "RUNNER_IDENTITY", cause: "line 1 is not a whole secret key of age"},
		"not to be opened":     {project: `seal_to = "` + public + `"`, subject: "journal", cause: "no identity is set", onlyToOpen: true},
	} {
		t.Run(name, func(t *testing.T) {
			a, c, _ := sealingApp(t, "[journal]\n"+tt.project, "", tt.env)
			s, e := a.sealing(c)
			if e != nil {
				t.Fatal(e)
			}
			if _, err := s.Seal([]byte("x")); (err == nil) != tt.onlyToOpen {
				t.Errorf("Seal: %v", err)
			} else if err != nil && (!strings.Contains(err.Error(), tt.cause) || !strings.Contains(err.Error(), tt.subject)) {
				t.Errorf("Seal: %v, want %q about %q", err, tt.cause, tt.subject)
			}
			_, e = s.Open("x")
			if e == nil {
				t.Fatal("Open succeeded")
			}
			for _, shown := range []string{key[20:40], "hunter2"} {
				if text := fmt.Sprintf("%+v", *e) + e.Error(); strings.Contains(text, shown) {
					t.Errorf("the message shows what is secret: %s", text)
				}
			}
		})
	}
}

// A secret key that stands in a wrong place is hidden from then on.
func TestMisplacedKeysAreHidden(t *testing.T) {
	_, key := newKey(t)
	for name, env := range map[string]map[string]string{
		"for a public key": {"RUNNER_SEAL_TO": key},
		"cut off":          {"RUNNER_IDENTITY": key[10:]},
	} {
		t.Run(name, func(t *testing.T) {
			a, c, _ := sealingApp(t, "", "", env)
			if _, e := a.sealing(c); e == nil || strings.Contains(e.Error()+e.Hint, key[20:40]) {
				t.Errorf("got %v", e)
			}
			if shown := a.redactor.String("key " + key); strings.Contains(shown, key[20:40]) {
				t.Errorf("it shows as %q", shown)
			}
		})
	}
}

package main

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// tricky are what secrets hold that has another form in JSON, addresses or
// base64.
var tricky = []string{"plain", `qu"ote`, `back\slash`, "a b", "a+b/c=", "<&>", "##vso[", "ä€", "100%25", "tab\there"}

// An echo answers with what it was sent, in several forms; half of the time
// as an error.
func echo(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	var sent struct{ Secrets []string }
	_ = json.Unmarshal(body, &sent)
	forms := []string{string(body), r.Header.Get("Authorization"), r.URL.String()}
	for _, s := range sent.Secrets {
		forms = append(forms, s, url.QueryEscape(s), base64.StdEncoding.EncodeToString([]byte(s)))
	}
	w.Header().Set("Content-Type", "application/json")
	if strings.HasSuffix(r.URL.Path, "/fails") {
		w.WriteHeader(http.StatusBadRequest)
	}
	_ = json.NewEncoder(w).Encode(map[string]any{"message": strings.Join(forms, " | "), "forms": forms})
}

// None of twenty secrets, however they were given and whatever the vendor
// does with them, stands anywhere afterwards.
func TestNoSecretIsLeftBehind(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(echo))
	t.Cleanup(server.Close)
	dir := t.TempDir()
	var secrets, params, args, names []string
	env := map[string]string{"RUNNER_STATE_DIR": filepath.Join(dir, "state"), "RUNNER_HTTP_URL": server.URL, "RUNNER_HTTP_RATE": "100000"}
	for i := range 19 {
		value := fmt.Sprintf("Zx9-%02d-%s", i, tricky[i%len(tricky)])
		secrets = append(secrets, value)
		name := fmt.Sprintf("s%d", i)
		names = append(names, "p."+name)
		params = append(params, name+` = { "secret", required = true }`)
		ref := fmt.Sprintf("env:SECRET_%d", i)
		env[fmt.Sprintf("SECRET_%d", i)] = value
		if i%3 == 1 {
			path := filepath.Join(dir, name)
			if err := os.WriteFile(path, []byte(value+"\n"), 0o600); err != nil {
				t.Fatal(err)
			}
			ref = "file:" + path
		}
		args = append(args, "--"+name, ref)
	}
	secrets = append(secrets, "Zx9-token-of-the-connection")
	env["RUNNER_HTTP_TOKEN"] = secrets[19]
	script := filepath.Join(dir, "leak.lua")
	source := "local p = params { " + strings.Join(params, ", ") + " }\nlocal all = { " + strings.Join(names, ", ") + ` }
local answer = http.post { url = "/echo", json = { secrets = all } }
print(answer.text) print(all) log.warn(answer.text) output("forms", answer.json) output("text", answer.text)
step(answer.text, function() http.get { url = "/" .. answer.json.forms[5] } end)
pcall(http.post, { url = "/fails", json = { secrets = all } })
each(answer.json.forms, function(x) http.get { url = "/x" } end)
http.post { url = "/fails", json = { secrets = all } }`
	if err := os.WriteFile(script, []byte(source), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, mode := range [][]string{nil, {"--json"}, {"--format", "csv"}, {"--format", "json"}, {"--dry-run"}, {"--debug", "--full"}} {
		c := &cmdline{env: env}
		code := c.run(t, append(append([]string{"run", script}, args...), mode...)...)
		if mode == nil && (code != exitFailed || !strings.Contains(c.stdout.String(), "[secret]")) {
			t.Fatalf("exit %d\n%s%s", code, &c.stdout, &c.stderr)
		}
		leaks(t, fmt.Sprint("run ", mode), c.stdout.String()+c.stderr.String(), secrets)
		for _, show := range [][]string{{"show"}, {"show", "--json"}, {"show", "--full"}} {
			c.run(t, show...)
			leaks(t, strings.Join(show, " "), c.stdout.String()+c.stderr.String(), secrets)
		}
	}
	files := 0
	err := filepath.WalkDir(env["RUNNER_STATE_DIR"], func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		files++
		b, err := os.ReadFile(path)
		leaks(t, path, path+string(b), secrets)
		return err
	})
	if err != nil || files < 18 {
		t.Errorf("%d files were looked at: %v", files, err)
	}
}

func leaks(t *testing.T, where, text string, secrets []string) {
	t.Helper()
	for _, s := range secrets {
		for _, form := range forms(s) {
			if i := strings.Index(text, form); i >= 0 {
				t.Errorf("%s: %q is left: …%s…", where, s, text[max(0, i-40):min(len(text), i+80)])
				return
			}
		}
	}
}

// forms are those in which a secret can stand somewhere.
func forms(s string) []string {
	return []string{s, url.QueryEscape(s), url.PathEscape(s), base64.StdEncoding.EncodeToString([]byte(s)), base64.RawURLEncoding.EncodeToString([]byte(s)), strings.Trim(string(marshal(s)), `"`)}
}

// What was typed into a script or a line of Lua as a secret is kept nowhere
// either, once a call has used it as one.
func TestSecretInTheScriptIsNotKept(t *testing.T) {
	e := startEmulator(t)
	state := t.TempDir()
	c := (&cmdline{}).with(e.env).with(map[string]string{"RUNNER_STATE_DIR": state})
	c.run(t, "eval", `alteryx.list_users{} pcall(alteryx.create_credential, { username = "EXAMPLE\\x", password = "Zx9-in-the-script" })`)
	found := 0
	_ = filepath.WalkDir(state, func(path string, d fs.DirEntry, _ error) error {
		if !d.IsDir() {
			found++
			b, _ := os.ReadFile(path)
			leaks(t, path, string(b), []string{"Zx9-in-the-script"})
		}
		return nil
	})
	if found < 3 {
		t.Errorf("only %d files are kept\n%s", found, &c.stderr)
	}
}

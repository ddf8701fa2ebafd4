package scripts_test

import (
	"context"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"runner/internal/vendors/stage"
	workato "runner/internal/vendors/workato/emulator"
)

// A rotation is a company whose tokens are rotated into a folder. Its clock is
// the real one: how old a token is counts.
type rotation struct {
	*company
	dir, url string
}

func newRotation(t *testing.T) *rotation {
	t.Helper()
	r := &rotation{company: newCompanyAt(t, time.Now), dir: filepath.Join(t.TempDir(), "tokens")}
	for _, v := range r.env {
		if url, ok := strings.CutPrefix(v, "RUNNER_WORKATO_URL="); ok {
			r.url = url
		}
	}
	return r
}

func (r *rotation) args(more ...string) []string {
	return append([]string{"rotate_workato_tokens.lua", "--own", "5101", "--to", "file:" + r.dir + "/{id}", "--format", "json"}, more...)
}

func (r *rotation) run(t *testing.T, more ...string) result {
	t.Helper()
	return r.company.run(t, r.args(more...)...)
}

// rotated are the ids of the clients that got another token, in order.
func (r *rotation) rotated() (ids []string) {
	for _, m := range r.vendors["workato"].Mutations() {
		if rest, ok := strings.CutSuffix(m.Path, "/regenerate"); ok {
			ids = append(ids, rest[strings.LastIndexByte(rest, '/')+1:])
		}
	}
	return ids
}

// works reports whether Workato knows a token.
func (r *rotation) works(t *testing.T, token string) bool {
	t.Helper()
	req, err := http.NewRequestWithContext(context.WithoutCancel(t.Context()), http.MethodGet, r.url+"/api/folders", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+token)
	answer, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	_ = answer.Body.Close()
	return answer.StatusCode != http.StatusUnauthorized
}

func (r *rotation) token(t *testing.T, id string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(r.dir, id))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// useNew makes the runner use the token that was stored for its own client.
func (r *rotation) useNew() {
	r.env = append(r.env, "RUNNER_WORKATO_TOKEN=file:"+filepath.Join(r.dir, "5101"))
}

var clients = []string{"5102", "5103", "5104", "5105", "5106", "5107", "5108", "5101"}

// Every token is made anew and stored, the runner's own last, and none shows
// anywhere else.
func TestRotateWorkatoTokens(t *testing.T) {
	t.Parallel()
	r := newRotation(t)
	r.dryRun(t, r.args()...)
	if _, err := os.Stat(r.dir); err == nil {
		t.Errorf("a dry run made %s", r.dir)
	}
	got := r.run(t)
	if got.code != 0 {
		t.Fatal(got)
	}
	wantLines(t, "rotated", r.rotated(), clients...)
	wantIn(t, "what it says", got.stderr, "needs its new token from now on: token = file:"+r.dir+"/5101")
	seen := got.stdout + got.stderr + r.kept(t)
	for _, id := range clients {
		token := r.token(t, id)
		if !r.works(t, token) {
			t.Errorf("the token of %s that was stored does not work", id)
		}
		if strings.Contains(seen, token) {
			t.Errorf("the token of %s shows, or is in the run's folder", id)
		}
		if info, err := os.Stat(filepath.Join(r.dir, id)); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("the file of %s: %v, %v", id, info.Mode(), err)
		}
	}
	if r.works(t, workato.AdminToken) || r.works(t, workato.TestToken) {
		t.Error("an old token still works")
	}

	// Again, with the runner's new token: there is nothing left to do.
	r.useNew()
	r.again(t, r.args()...)
	// Some of them all the same.
	if got := r.run(t, "--only", `5104,Prüfung "SOX"`, "--older-than", "0s"); got.code != 0 {
		t.Error(got)
	}
	wantLines(t, "rotated", r.rotated()[len(clients):], "5104", "5108")
}

// kept is all that the runner keeps of its runs.
func (c *company) kept(t *testing.T) string {
	t.Helper()
	var b strings.Builder
	state, _ := strings.CutPrefix(c.env[0], "RUNNER_STATE_DIR=")
	err := filepath.WalkDir(state, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		b.Write(text)
		return err
	})
	if err != nil || b.Len() == 0 {
		t.Fatalf("%s: %d bytes, %v", state, b.Len(), err)
	}
	return b.String()
}

// What a place cannot take is known before anything is rotated.
func TestRotateLooksFirst(t *testing.T) {
	for name, tt := range map[string]struct {
		args []string
		want string
	}{
		"nobody's client":     {[]string{"--own", "Runner"}, "no client has this id or name"},
		"nobody to rotate":    {[]string{"--only", "5101", "--leave-own"}, "none is left to rotate"},
		"one place for two":   {[]string{"--to", "file:{environment}"}, "would be stored at one place, file:Development"},
		"an unknown field":    {[]string{"--to", "file:{name}/{token}"}, "{token} stands for nothing"},
		"no place":            {[]string{"--to", "{id}-secrets"}, "only a reference to it"},
		"an env variable":     {[]string{"--to", "env:T{id}"}, "no secret can be stored there"},
		"no such command":     {[]string{"--to", "exec:./no-such-command {id}"}, "cannot be started"},
		"a place in the way":  {nil, "the file cannot be written: it is not a file"},
		"a mistyped client":   {[]string{"--only", "Finance onyl"}, `did you mean "Finance only"?`},
		"an empty list":       {[]string{"--environment", "Stage"}, "none is left to rotate"},
		"own is not optional": {[]string{"--own", ""}, "no client has this id or name"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRotation(t)
			if err := os.MkdirAll(filepath.Join(r.dir, "5107"), 0o700); err != nil {
				t.Fatal(err)
			}
			got := r.run(t, tt.args...)
			wantIn(t, "the card", got.stderr, tt.want)
			if got.code == 0 || r.sent() > 0 {
				t.Errorf("%d requests were sent: %v", r.sent(), got)
			}
		})
	}
}

// A token that cannot be stored ends the run before another client is touched.
func TestRotateStopsWhenAPlaceFails(t *testing.T) {
	if _, err := os.Stat("/bin/sh"); err != nil {
		t.Skip("no sh here")
	}
	r := newRotation(t)
	command := filepath.Join(t.TempDir(), "put")
	script := "#!/bin/sh\nif [ $1 = 5104 ]; then echo the vault is sealed >&2; exit 1; fi\nmkdir -p \"$2\"; umask 077; cat > \"$2/$1\"\n"
	if err := os.WriteFile(command, []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	to := []string{"--to", "exec:" + command + " {id} " + r.dir}
	got := r.run(t, to...)
	if got.code != 1 {
		t.Errorf("want exit code 1: %v", got)
	}
	wantIn(t, "the card", got.stderr, "its old token is dead, and the new one could not be stored", "the vault is sealed",
		"--only 5104 --older-than 0s")
	wantLines(t, "rotated", r.rotated(), "5102", "5103", "5104")
	for _, id := range []string{"5102", "5103"} {
		if !r.works(t, r.token(t, id)) {
			t.Errorf("the token of %s that was stored does not work", id)
		}
	}

	// The advice of the card, with the place mended; then the rest.
	if got := r.run(t, "--only", "5104", "--older-than", "0s"); got.code != 0 || !r.works(t, r.token(t, "5104")) {
		t.Error(got)
	}
	if got := r.run(t, to...); got.code != 0 {
		t.Error(got)
	}
	wantLines(t, "rotated", r.rotated(), append([]string{"5102", "5103", "5104", "5104"}, clients[3:]...)...)
}

// A lost answer loses the token: the run stops in doubt, and the next one makes
// another, for that client and for those that are left.
func TestRotateAfterALostAnswer(t *testing.T) {
	t.Parallel()
	r := newRotation(t)
	old := filepath.Join(r.dir, "5103") // the token of the last rotation
	if err := os.MkdirAll(r.dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(old, []byte("wrkaus-of-last-year"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(old, time.Time{}, time.Now().Add(-time.Hour)); err != nil {
		t.Fatal(err)
	}
	r.vendors["workato"].Inject(stage.Fault{Method: "POST", Path: "/developer_api_clients/5103/regenerate", Kind: stage.DropAfter})
	got := r.run(t)
	if got.code != 6 {
		t.Errorf("want exit code 6: %v", got)
	}
	wantIn(t, "the card", got.stderr, "whether it happened is not known", "5103")
	wantLines(t, "rotated", r.rotated(), "5102", "5103")
	if got := r.run(t); got.code != 0 {
		t.Error(got)
	}
	wantLines(t, "rotated", r.rotated(), append([]string{"5102", "5103"}, clients[1:]...)...)
	for _, id := range clients {
		if !r.works(t, r.token(t, id)) {
			t.Errorf("the token of %s that was stored does not work", id)
		}
	}
}

// A token that ends half-way stops it; a limit makes it wait.
func TestRotateHalfWay(t *testing.T) {
	for name, tt := range map[string]struct {
		fault stage.Fault
		code  int
		want  string
	}{
		"a token that ended": {stage.Fault{Kind: stage.Status, Status: 401, Times: 2, Body: `{"message":"Unauthorized"}`}, 4, "4 changes were made before this, and stay"},
		"a rate limit":       {workatoLimit, 0, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRotation(t)
			tt.fault.Method, tt.fault.Path = "POST", "/developer_api_clients/5104/regenerate"
			r.vendors["workato"].Inject(tt.fault)
			got := r.run(t)
			wantIn(t, "the card", got.stderr, tt.want)
			if got.code != tt.code {
				t.Errorf("want exit code %d: %v", tt.code, got)
			}
			for i, id := range clients {
				_, err := os.Stat(filepath.Join(r.dir, id))
				if want := tt.code == 0 || i < 2; (err == nil) != want {
					t.Errorf("whether the token of %s was stored: %v, want %v", id, err == nil, want)
				}
			}
		})
	}
}

// Workato does not keep names apart, and they may hold anything.
func TestRotateNames(t *testing.T) {
	t.Parallel()
	r := newRotation(t)
	to := []string{"--to", "file:" + r.dir + "/{name}", "--only", `Paul: export / nightly,Prüfung "SOX"`}
	if got := r.run(t, to...); got.code != 0 {
		t.Fatal(got)
	}
	for _, name := range []string{"Paul-export-nightly", "Pr-fung-SOX-"} {
		if !r.works(t, r.token(t, name)) {
			t.Errorf("the token of %s that was stored does not work", name)
		}
	}
	for range 2 {
		r.must(t, "eval", "--yes", `workato.create_developer_api_client { name = "../twin", api_privilege_group_id = 43,
			all_folders = true, environment_name = "Development" }`)
	}
	for param, want := range map[string]string{"--own": `own "../twin"`, "--only": `only "../twin"`} {
		got := r.run(t, param, "../twin")
		wantIn(t, "the card", got.stderr, want, "several clients are called so")
	}
	got := r.run(t, "--to", "file:"+r.dir+"/{name}", "--older-than", "0s")
	wantIn(t, "the card", got.stderr, "would be stored\n       at one place, file:"+r.dir+"/--twin")
}

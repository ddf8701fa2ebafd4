package conformance

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"runner/internal/op"
	"runner/internal/secret"
	"runner/internal/vendors/alteryxcloud"
	alteryxcloudemulator "runner/internal/vendors/alteryxcloud/emulator"
)

// This file lets processes of their own use a refresh token that works once,
// and kills them at the worst moments. The client and the store are the real
// ones; the vendor is the emulator.

// What such a process is told.
const tokenDir, tokenURL = "RUNNER_TEST_TOKENS", "RUNNER_TEST_URL"

// useToken is what it does: a call, with the store of a directory.
func useToken(dir, url string) error {
	settings, err := json.Marshal(map[string]any{
		"url": url, "issuer": url + "/as", "client_id": alteryxcloudemulator.ClientID,
		"refresh_token": alteryxcloudemulator.RefreshToken,
	})
	if err != nil {
		return err
	}
	c, err := alteryxcloud.Module.Connect(op.World{Tokens: &secret.Store{Dir: dir, Known: func(string) {}}}, settings)
	if err != nil {
		return err
	}
	o, _ := alteryxcloud.Module.Operation("get_current_workspace")
	_, err = o.Perform(context.Background(), c.Vendor, []byte("{}"))
	return err
}

// A bank is the emulator behind a look at what it is asked, and the directory
// of a store.
type bank struct {
	t   *testing.T
	url string
	dir string

	mu      sync.Mutex
	used    map[string]int // how often each refresh token was presented
	last    string         // the refresh token that is good
	issued  []string       // all that there were, in order
	with    map[string]int // how many of them there were when an access token was made
	calls   int
	process *exec.Cmd
	kill    string        // when the process is killed: "before" the request, or "after" it took effect
	later   time.Duration // how long after the answer it is killed; not at all if 0
}

func newBank(t *testing.T) *bank {
	b := &bank{t: t, dir: t.TempDir(), used: map[string]int{}, with: map[string]int{}, last: alteryxcloudemulator.RefreshToken}
	handler := alteryxcloudemulator.New(alteryxcloudemulator.Options{})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != alteryxcloudemulator.TokenPath {
			b.called(strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer "))
			handler.ServeHTTP(w, r)
			return
		}
		b.renewed(handler, w, r)
	}))
	t.Cleanup(server.Close)
	b.url = server.URL
	return b
}

// called is asked before each call with an access token: the refresh token that
// came with it must be on disk by then, or a later one.
func (b *bank) called(access string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.calls++
	kept, n := b.kept(), b.with[access]
	if n == 0 || !slices.ContainsFunc(b.issued[n-1:], func(token string) bool { return slices.Contains(kept, token) }) {
		b.t.Errorf("an access token is used while %q is on disk, and the refresh token that came with it is number %d of %q", kept, n, b.issued)
	}
}

// kept are the lines of the files in the store.
func (b *bank) kept() (lines []string) {
	files, _ := filepath.Glob(filepath.Join(b.dir, "*"))
	for _, f := range files {
		content, _ := os.ReadFile(f)
		lines = append(lines, strings.Split(string(content), "\n")...)
	}
	return lines
}

func (b *bank) renewed(handler http.Handler, w http.ResponseWriter, r *http.Request) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.kill == "before" {
		b.end()
		return
	}
	body, _ := io.ReadAll(r.Body)
	r.Body = io.NopCloser(strings.NewReader(string(body)))
	r.Form = nil
	for _, pair := range strings.Split(string(body), "&") {
		if token, ok := strings.CutPrefix(pair, "refresh_token="); ok {
			b.used[token]++
		}
	}
	answer := httptest.NewRecorder()
	handler.ServeHTTP(answer, r)
	var tokens struct {
		Access  string `json:"access_token"`
		Refresh string `json:"refresh_token"`
	}
	_ = json.Unmarshal(answer.Body.Bytes(), &tokens)
	if tokens.Refresh != "" {
		b.last = tokens.Refresh
		b.issued = append(b.issued, tokens.Refresh)
		b.with[tokens.Access] = len(b.issued)
	}
	switch {
	case b.kill == "after":
		b.end()
		return
	case b.later > 0:
		process := b.process
		time.AfterFunc(b.later, func() { _ = process.Process.Kill() })
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(answer.Code)
	_, _ = w.Write(answer.Body.Bytes())
}

// end kills the process, as a power cut would.
func (b *bank) end() { _ = b.process.Process.Kill() }

func (b *bank) command() *exec.Cmd {
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), tokenDir+"="+b.dir, tokenURL+"="+b.url)
	return cmd
}

// run lets a process make a call, and tells what it says if that fails.
func (b *bank) run(kill string, later time.Duration) error {
	cmd := b.command()
	var out strings.Builder
	cmd.Stdout, cmd.Stderr = &out, &out
	b.mu.Lock()
	b.process, b.kill, b.later = cmd, kill, later
	err := cmd.Start()
	b.mu.Unlock()
	if err != nil {
		b.t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil {
		return fmt.Errorf("%w: %s", err, out.String())
	}
	return nil
}

// A process that dies before its refresh leaves a token that works.
func TestTokenAfterACrashBeforeTheRequest(t *testing.T) {
	b := newBank(t)
	if err := b.run("", 0); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if b.run("before", 0) == nil {
			t.Fatal("it was not killed")
		}
	}
	if err := b.run("", 0); err != nil {
		t.Error(err)
	}
}

// One that dies while the answer is on its way loses the token: the vendor has
// made another, and tells it once. The next one says so, and what to do.
func TestTokenAfterACrashBeforeTheAnswer(t *testing.T) {
	b := newBank(t)
	if b.run("after", 0) == nil {
		t.Fatal("it was not killed")
	}
	err := b.run("", 0)
	if err == nil || !strings.Contains(err.Error(), "the refresh token is unknown, used, disabled or expired") {
		t.Errorf("it ended with %v", err)
	}
	if b.calls > 0 {
		t.Errorf("%d calls were made", b.calls)
	}
}

// One that dies at some moment after the answer: if the next token, or all of
// it that is being written, is on disk, then the next process works; and no
// access token was used before that. The moments are spread over the writing.
func TestTokenAfterACrashAfterTheAnswer(t *testing.T) {
	died, lost := 0, 0
	var b *bank
	for i := range 24 {
		if b == nil {
			b = newBank(t)
		}
		if b.run("", time.Duration(1+i*100)*time.Microsecond) != nil {
			died++
		}
		kept := slices.Contains(b.kept(), b.last)
		err := b.run("", 0)
		switch {
		case err == nil:
		case kept && !b.cutOff():
			t.Fatalf("the good token was on disk, and the next process ended with %v", err)
		default: // it died before it could write
			lost++
			b = nil
		}
	}
	t.Logf("%d of 24 processes died, of which %d had written nothing yet", died, lost)
}

// cutOff reports whether the file that is written first ends without the line
// that makes it whole.
func (b *bank) cutOff() bool {
	files, _ := filepath.Glob(filepath.Join(b.dir, "*.new"))
	for _, f := range files {
		content, _ := os.ReadFile(f)
		return !strings.HasSuffix(string(content), "\n")
	}
	return false
}

// Processes that begin at once take turns: no token is presented twice, and
// each gets one.
func TestTokenOfManyProcesses(t *testing.T) {
	b := newBank(t)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			if out, err := b.command().CombinedOutput(); err != nil {
				t.Errorf("%v: %s", err, out)
			}
		})
	}
	all.Wait()
	if len(b.used) != 8 {
		t.Errorf("%d tokens were used, want 8", len(b.used))
	}
	for token, n := range b.used {
		if n != 1 {
			t.Errorf("%s was presented %d times", token, n)
		}
	}
}

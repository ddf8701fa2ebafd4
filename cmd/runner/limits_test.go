package main

import (
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// limitFiles are the files in which limits are shared.
func limitFiles(t *testing.T, state string) int {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(state, "limits", "*"))
	if err != nil {
		t.Fatal(err)
	}
	return len(files)
}

// Runs over one account share its limit, whatever the connection is called;
// another account has its own, and emulators have none.
func TestLimitsAreShared(t *testing.T) {
	state := t.TempDir()
	var at []time.Time
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { at = append(at, time.Now()) }))
	defer server.Close()
	env := map[string]string{
		"RUNNER_STATE_DIR": state, "RUNNER_HTTP_URL": server.URL, "RUNNER_HTTP_RATE": "2",
		"RUNNER_OTHER_URL": server.URL, "RUNNER_OTHER_RATE": "2", "RUNNER_OTHER_VENDOR": "http",
		"RUNNER_THIRD_URL": server.URL + "/third", "RUNNER_THIRD_RATE": "2", "RUNNER_THIRD_VENDOR": "http",
	}
	run := func(args ...string) {
		t.Helper()
		c := (&cmdline{}).with(env)
		if code := c.run(t, args...); code != 0 {
			t.Fatalf("runner %q ended with %d\n%s", args, code, c.stderr.String())
		}
	}
	run("eval", "--emulate", "alteryx.list_users{}")
	run("eval", "print(1)")
	if n := limitFiles(t, state); n != 0 {
		t.Errorf("%d files without a request to anybody", n)
	}
	for range 2 { // the burst
		run("eval", `http.get{ url = "/" }`)
	}
	run("eval", "--connection", "http=other", `http.get{ url = "/" }`)
	if gap := at[2].Sub(at[0]); gap < 450*time.Millisecond {
		t.Errorf("the third request came %v after the first", gap)
	}
	if n := limitFiles(t, state); n != 2 { // with its lock
		t.Errorf("%d files for one account", n)
	}
	run("eval", "--connection", "http=third", `http.get{ url = "/" }`)
	if n := limitFiles(t, state); n != 4 {
		t.Errorf("%d files for two accounts", n)
	}
}

func TestShareIsChecked(t *testing.T) {
	c := (&cmdline{}).with(map[string]string{"RUNNER_HTTP_URL": "https://a.example", "RUNNER_HTTP_SHARE": "50"})
	code := c.run(t, "eval", `http.get{ url = "/" }`)
	if text := c.stderr.String(); code == 0 || !strings.Contains(text, "50 is not above 0 and at most 1") || !strings.Contains(text, "write 0.5 for half of the limit") {
		t.Errorf("it ended with %d\n%s", code, text)
	}
}

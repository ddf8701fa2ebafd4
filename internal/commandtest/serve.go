package commandtest

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// Serve serves an emulator until the test ends, and tells the variables by
// which the command finds it: RUNNER_<MODULE>_URL and the rest.
func Serve(t *testing.T, module string, h http.Handler, settings map[string]any) (env []string) {
	t.Helper()
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	set := func(name string, v any) {
		env = append(env, fmt.Sprintf("RUNNER_%s_%s=%v", strings.ToUpper(module), strings.ToUpper(name), v))
	}
	for name, v := range settings {
		set(name, v)
	}
	set("url", server.URL)
	set("rate", 1e6)
	set("settle", 0.05) // emulators act at once
	return env
}

// Quick is a clock that starts now and goes so many times as fast as ours.
func Quick(times time.Duration) func() time.Time {
	began := time.Now()
	return func() time.Time { return began.Add(times * time.Since(began)) }
}

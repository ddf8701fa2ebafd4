package main

import (
	"bytes"
	"os"
	"testing"
	"time"
)

// A cmdline runs the real command line in this process.
type cmdline struct {
	env    map[string]string
	stdin  string
	stdout bytes.Buffer
	stderr bytes.Buffer
}

func (c *cmdline) run(t *testing.T, args ...string) (code int) {
	t.Helper()
	if c.env == nil {
		c.env = map[string]string{}
	}
	if c.env["RUNNER_STATE_DIR"] == "" {
		c.env["RUNNER_STATE_DIR"] = t.TempDir()
	}
	c.stdout.Reset()
	c.stderr.Reset()
	a := &app{
		stdin: bytes.NewReader([]byte(c.stdin)), stdout: &c.stdout, stderr: &c.stderr,
		env:     func(name string) (string, bool) { v, ok := c.env[name]; return v, ok },
		environ: func() []string { return nil },
		now:     time.Now, signals: make(chan os.Signal),
	}
	return a.main(t.Context(), args)
}

package main

import (
	"bytes"
	"io"
	"maps"
	"os"
	"strings"
	"sync"
	"testing"
	"time"
)

// A cmdline runs the real command line in this process.
type cmdline struct {
	env    map[string]string
	stdin  string
	in     io.Reader // instead of stdin, for a terminal
	out    io.Writer // instead of stdout, for a terminal
	now    func() time.Time
	stdout safeBuffer
	stderr safeBuffer

	signals chan os.Signal
}

// with takes the environment of a connection over.
func (c *cmdline) with(env map[string]string) *cmdline {
	if c.env == nil {
		c.env = map[string]string{}
	}
	maps.Copy(c.env, env)
	return c
}

func (c *cmdline) run(t *testing.T, args ...string) (code int) {
	t.Helper()
	return c.start(t, args...)()
}

// start begins a command; wait returns its exit code.
func (c *cmdline) start(t *testing.T, args ...string) (wait func() int) {
	t.Helper()
	c.with(nil)
	if c.env["RUNNER_STATE_DIR"] == "" {
		c.env["RUNNER_STATE_DIR"] = t.TempDir()
	}
	c.stdout.Reset()
	c.stderr.Reset()
	c.signals = make(chan os.Signal)
	a := &app{
		stdin: strings.NewReader(c.stdin), stdout: &c.stdout, stderr: &c.stderr,
		env:     func(name string) (string, bool) { v, ok := c.env[name]; return v, ok },
		environ: func() []string { return nil },
		now:     c.now, signals: c.signals,
	}
	if a.now == nil {
		a.now = time.Now
	}
	if c.in != nil {
		a.stdin = c.in
	}
	if c.out != nil {
		a.stdout, a.stderr = c.out, c.out
	}
	ended := make(chan int, 1)
	go func() { ended <- a.main(t.Context(), args) }()
	return func() int {
		select {
		case code := <-ended:
			return code
		case <-time.After(30 * time.Second):
			t.Fatalf("runner %v did not end\n%s", args, &c.stderr)
			return -1
		}
	}
}

// A safeBuffer can be read while a command writes, and waited for.
type safeBuffer struct {
	mu   sync.Mutex
	came sync.Cond
	b    bytes.Buffer
}

func (s *safeBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.came.L != nil {
		s.came.Broadcast()
	}
	return s.b.Write(p)
}

func (s *safeBuffer) String() string { return string(s.Bytes()) }

func (s *safeBuffer) Bytes() []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	return bytes.Clone(s.b.Bytes())
}

func (s *safeBuffer) Reset() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.b.Reset()
}

// await returns when the text was written.
func (s *safeBuffer) await(text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.came.L = &s.mu
	for !strings.Contains(s.b.String(), text) {
		s.came.Wait()
	}
}

package main

import (
	"bytes"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"
)

// Which of the flag, the environment and the terminal decides about colour.
func TestColour(t *testing.T) {
	for name, tt := range map[string]struct {
		flag     string
		env      map[string]string
		terminal bool
		want     bool
	}{
		"a terminal":                     {"auto", nil, true, true},
		"a pipe":                         {"auto", nil, false, false},
		"NO_COLOR":                       {"auto", map[string]string{"NO_COLOR": "1"}, true, false},
		"NO_COLOR is empty":              {"auto", map[string]string{"NO_COLOR": ""}, true, true},
		"NO_COLOR over CLICOLOR_FORCE":   {"auto", map[string]string{"NO_COLOR": "1", "CLICOLOR_FORCE": "1"}, true, false},
		"CLICOLOR_FORCE in a pipe":       {"auto", map[string]string{"CLICOLOR_FORCE": "1"}, false, true},
		"CLICOLOR_FORCE is 0":            {"auto", map[string]string{"CLICOLOR_FORCE": "0"}, false, false},
		"FORCE_COLOR in a pipe":          {"auto", map[string]string{"FORCE_COLOR": "1"}, false, true},
		"CLICOLOR is 0":                  {"auto", map[string]string{"CLICOLOR": "0"}, true, false},
		"CLICOLOR_FORCE over TERM=dumb":  {"auto", map[string]string{"CLICOLOR_FORCE": "1", "TERM": "dumb"}, true, true},
		"TERM=dumb":                      {"auto", map[string]string{"TERM": "dumb"}, true, false},
		"--color=always in a pipe":       {"always", nil, false, true},
		"--color=always over NO_COLOR":   {"always", map[string]string{"NO_COLOR": "1"}, false, true},
		"--color=never over everything":  {"never", map[string]string{"CLICOLOR_FORCE": "1"}, true, false},
		"--color=always over TERM=dumb":  {"always", map[string]string{"TERM": "dumb"}, false, true},
		"--color=never on a pipe":        {"never", nil, false, false},
		"CI does not change the meaning": {"auto", map[string]string{"CI": "1"}, false, false},
	} {
		t.Run(name, func(t *testing.T) {
			a := &app{env: func(name string) (string, bool) { v, ok := tt.env[name]; return v, ok }}
			if got := a.colour(tt.flag, tt.terminal); got != tt.want {
				t.Errorf("colour(%q, %v) with %v = %v, want %v", tt.flag, tt.terminal, tt.env, got, tt.want)
			}
		})
	}
}

// With both streams in pipes there is no escape byte; with --color there is.
func TestPipesGetNoColour(t *testing.T) {
	e := startEmulator(t)
	c := (&cmdline{}).with(e.env)
	script := `step("s", function() alteryx.update_user{ user_id = "` + ada + `", is_api_enabled = false } end) output("u", { { a = 1 } }) fail("x")`
	c.run(t, "eval", script)
	if s := c.stdout.String() + c.stderr.String(); strings.Contains(s, "\x1b") {
		t.Errorf("a pipe got an escape byte: %q", s)
	}
	c.run(t, "eval", "--color", "always", script)
	if !strings.Contains(c.stdout.String(), "\x1b[1m") || !strings.Contains(c.stderr.String(), "\x1b[1;31m") {
		t.Errorf("--color=always: %q\n%q", &c.stdout, &c.stderr)
	}
}

// On a terminal of any width no id is cut off, and nothing acts on it.
func TestTerminal(t *testing.T) {
	for _, width := range []int{40, 80, 200} {
		t.Run(strconv.Itoa(width), func(t *testing.T) {
			master, tty := openTerminal(t, width)
			e := startEmulator(t)
			c := (&cmdline{out: tty}).with(e.env).with(map[string]string{"TERM": "xterm"})
			var seen bytes.Buffer
			read := make(chan struct{})
			go func() { defer close(read); _, _ = seen.ReadFrom(master) }()
			code := c.run(t, "eval", `print("a\27[2Jb") step("a name that is long enough to be wrapped somewhere", function()
				alteryx.update_user{ user_id = "`+ada+`", first_name = "E\27[31m\226\128\174" } end)
				output("users", alteryx.list_users{}) output("none", {})`)
			_ = tty.Close()
			<-read
			text := strings.ReplaceAll(seen.String(), "\r\n", "\n")
			if code != exitDone || !strings.Contains(text, ada) || !strings.Contains(text, "61d57bea3c15317e1a48205c") {
				t.Errorf("exit %d, or ids are cut off:\n%s", code, text)
			}
			plain := ansi.ReplaceAllString(text, "")
			if strings.ContainsAny(plain, "\x1b\u202e\r") || strings.Contains(text, "\x1b[2J") || strings.Contains(text, "\x1b[31m") {
				t.Errorf("what the vendor says acts on the terminal: %q", plain)
			}
			for line := range strings.SplitSeq(plain, "\n") {
				if n := utf8.RuneCountInString(line); n > width && strings.Count(strings.TrimSpace(line), " ") > 3 && !strings.Contains(line, "alteryx.update_user") {
					t.Errorf("%d columns in a terminal of %d: %q", n, width, line)
				}
			}
		})
	}
}

var ansi = regexp.MustCompile("\x1b\\[[0-9;]*m")

// Colour is decided for each stream by itself.
func TestStreamsAreSeparate(t *testing.T) {
	_, tty := openTerminal(t, 80)
	a := &app{env: func(string) (string, bool) { return "", false }}
	if s := a.styleOf(tty, "auto"); !s.Colour || s.Width != 80 || !s.Inert {
		t.Errorf("a terminal has the style %+v", s)
	}
	file, err := os.CreateTemp(t.TempDir(), "")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if s := a.styleOf(file, "auto"); s.Colour || s.Width != 0 || s.Inert {
		t.Errorf("a file has the style %+v", s)
	}
}

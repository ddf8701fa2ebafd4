package report_test

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"unicode"

	"runner/internal/report"
)

func TestInert(t *testing.T) {
	for name, tt := range map[string]struct{ in, want string }{
		"plain":                 {"Zoë, 北京 👩‍💻\tx\ny", "Zoë, 北京 👩‍💻\tx\ny"},
		"escape codes":          {"a\x1b[31mb\u009b2J", "a�[31mb�2J"},
		"carriage return":       {"a\rb\x00", "a�b�"},
		"direction":             {"a\u202eb\u2066c\u200f", "a�b�c�"},
		"other line ends":       {"a\u2028b\u2029c\u0085d", "a�b�c�d"},
		"not UTF-8":             {"a\x9bb", "a�b"},
		"a GitHub command":      {"::error::x", ": :error::x"},
		"below, and indented":   {"a\n \t::set-output name=a::b", "a\n \t: :set-output name=a::b"},
		"colons within a line":  {"std::vector fe80::1", "std::vector fe80::1"},
		"an Azure command":      {"a ##vso[task.complete]", "a # #vso[task.complete]"},
		"whatever the case":     {"##VSO[x]##[group]", "# #VSO[x]# #[group]"},
		"more signs than two":   {"####[x", "### #[x"},
		"a heading in Markdown": {"## Title", "## Title"},
	} {
		if got := report.Inert(tt.in); got != tt.want {
			t.Errorf("%s: Inert(%q) = %q, want %q", name, tt.in, got, tt.want)
		}
	}
	if got := report.Line("a\n::x\tb\r\nc"); got != "a ::x b c" {
		t.Errorf("Line = %q", got)
	}
}

func harmless(t *testing.T, s string) {
	t.Helper()
	for _, r := range s {
		if r != '\n' && r != '\t' && r != '\u200d' && (unicode.IsControl(r) || unicode.Is(unicode.Cf, r)) {
			t.Errorf("%U is left in %q", r, s)
		}
	}
	for line := range strings.SplitSeq(s, "\n") {
		if strings.HasPrefix(strings.TrimSpace(line), "::") {
			t.Errorf("a command is left in %q", s)
		}
	}
	if low := strings.ToLower(s); strings.Contains(low, "##[") || strings.Contains(low, "##vso[") {
		t.Errorf("a command is left in %q", s)
	}
}

func FuzzInert(f *testing.F) {
	for _, s := range []string{"", "::error", "##vso[", "\x1b[0m", "\u202e", "a\n  ::b\r\n", "###[[", "\xff\xfe", "::\n::"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := report.Inert(s)
		harmless(t, got)
		if again := report.Inert(got); again != got {
			t.Errorf("Inert(%q) = %q, and again %q", s, got, again)
		}
		if line := report.Line(s); strings.ContainsAny(line, "\n\t") {
			t.Errorf("Line(%q) = %q", s, line)
		}
	})
}

// Escaping changes no value.
func FuzzEscape(f *testing.F) {
	for _, s := range []string{"", "##vso[", "\x1b", "\u202e\U000e0001", `\"`, "\u2028", "a##"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		var in bytes.Buffer
		e := json.NewEncoder(&in)
		e.SetEscapeHTML(false)
		if err := e.Encode(map[string]any{s: []string{s}}); err != nil {
			t.Fatal(err)
		}
		got := report.Escape(in.Bytes())
		harmless(t, string(got))
		var before, after any
		if err := json.Unmarshal(in.Bytes(), &before); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(got, &after); err != nil || !reflect.DeepEqual(before, after) {
			t.Errorf("Escape(%q) = %q, which is %v: %v", in.Bytes(), got, after, err)
		}
	})
}

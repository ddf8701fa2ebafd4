package bindings

import (
	"fmt"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestLua runs the files in testdata. A file asserts with assert. A statement
// in a line that ends in
//
//	-- want: pattern
//
// must fail there with a message of that kind, and one that ends in
//
//	-- open: pattern
//
// must be an open point there, with a label of that kind. Files whose first
// line is "-- dry run" are dry runs. Each such line is tried by itself, with
// the others of its kind left out.
func TestLua(t *testing.T) {
	files, err := filepath.Glob("testdata/*.lua")
	if err != nil || len(files) == 0 {
		t.Fatalf("no Lua files: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".lua"), func(t *testing.T) { playFile(t, file, read(t, file)) })
	}
}

var mark = regexp.MustCompile(`-- (want|open): (.*)$`)

func playFile(t *testing.T, file, source string) {
	lines := strings.Split(source, "\n")
	marked := map[int][]string{} // by index
	for i, line := range lines {
		if m := mark.FindStringSubmatch(line); m != nil {
			marked[i] = m
		}
	}
	// with is the file with one of the marked lines, or with none.
	with := func(keep int) string {
		out := make([]string, len(lines))
		for i, line := range lines {
			if marked[i] == nil || i == keep {
				out[i] = line
			}
		}
		return strings.Join(out, "\n")
	}
	st := stage{dry: strings.HasPrefix(source, "-- dry run"), files: map[string]string{"helper": read(t, "testdata/project/helper.lua")}}
	st.play(t, with(-1)).mustWork()
	for i, m := range marked {
		p := st.play(t, with(i))
		got := []string{p.said()}
		if m[1] == "open" {
			got = p.points()
		}
		pattern, place := regexp.MustCompile(m[2]), regexp.MustCompile(fmt.Sprintf(`^script\.lua:%d\b`, i+1))
		found := false
		for _, g := range got {
			found = found || place.MatchString(g) && pattern.MatchString(g)
		}
		if !found {
			t.Errorf("%s:%d: %s\n got %s", file, i+1, strings.TrimSpace(lines[i]), strings.Join(got, "\n     "))
		}
	}
}

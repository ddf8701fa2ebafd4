package bench

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// BenchmarkStartUp compares programs that print one line, from the start of
// the process to its end.
func BenchmarkStartUp(b *testing.B) {
	dir := b.TempDir()
	runner := program(b, dir, build(b, dir, "runner", "runner/cmd/runner"), "eval", "print(1)")
	lua := program(b, dir, build(b, dir, "lua", "./testdata/lua"))
	hello := program(b, dir, build(b, dir, "hello", "./testdata/hello"))
	sides := []*side{runner, lua, hello}
	var python *side
	if path := pythonPath(); path != "" {
		python = program(b, dir, path, "-c", "print(1)")
		sides = append(sides, python)
	}
	for _, s := range sides {
		s.run() // reads it into the page cache
	}
	compare(b, sides...)
	b.ReportMetric(float64(runner.time()), "ns/op")
	b.ReportMetric(runner.over(lua), "x-gopher-lua")
	b.ReportMetric(runner.over(hello), "x-hello")
	if python != nil {
		b.ReportMetric(runner.over(python), "x-python")
	}
}

// build compiles a command as a release is built.
func build(b *testing.B, dir, name, pkg string) (path string) {
	path = filepath.Join(dir, name)
	c := exec.Command("go", "build", "-trimpath", "-ldflags", "-s -w", "-o", path, pkg)
	c.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := c.CombinedOutput(); err != nil {
		b.Fatalf("go build %s: %v\n%s", pkg, err, out)
	}
	return path
}

// program is a side that runs a command, which prints 1.
func program(b *testing.B, home string, argv ...string) *side {
	return &side{name: argv[0], run: func() {
		c := exec.Command(argv[0], argv[1:]...)
		c.Env = []string{"HOME=" + home, "PATH=" + os.Getenv("PATH")}
		if out, err := c.CombinedOutput(); err != nil || string(out) != "1\n" {
			b.Fatalf("%q: %v, printed %q, want %q", argv, err, out, "1\n")
		}
	}}
}

// pythonPath is the interpreter itself: what PATH names may be a script that
// looks for it.
func pythonPath() string {
	out, err := exec.Command("python3", "-c", "import sys; print(sys.executable)").Output()
	if err != nil {
		return ""
	}
	return string(bytes.TrimSpace(out))
}

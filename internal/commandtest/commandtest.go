// Package commandtest builds the real command for tests that drive it.
package commandtest

import (
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

// Main builds the command, puts its path into runner, runs the tests and
// returns their exit code.
func Main(m *testing.M, runner *string) int {
	dir, err := os.MkdirTemp("", "runner-test")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	*runner = filepath.Join(dir, "runner")
	if out, err := exec.Command("go", "build", "-o", *runner, "runner/cmd/runner").CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "go build: %v\n%s", err, out)
		return 1
	}
	return m.Run()
}

// Sources lets go test know of the files that the command is built from: a
// result that it has kept would else stand for a command of before. root is
// the project's folder. It must be called within a test.
func Sources(root string) { once.Do(func() { look(root) }) }

var once sync.Once

func look(root string) {
	full, err := filepath.Abs(root)
	if err != nil {
		return
	}
	_ = filepath.WalkDir(full, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && strings.HasPrefix(d.Name(), "."):
			return fs.SkipDir
		case !d.IsDir() && slices.Contains([]string{".go", ".lua", ".mod"}, filepath.Ext(path)):
			_, _ = os.Stat(path) // go test notes it
		}
		return nil
	})
}

// Package survival kills real processes of the command, and cuts their
// connections, at thousands of moments, and resumes their runs: no effect may
// come twice, none may be lost, no result may be wrong, and no run may be
// refused. It is tests only.
package survival

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"runner/internal/commandtest"
)

var (
	kills  = flag.Int("kills", 1500, "processes to be killed")
	faults = flag.Int("faults", 1000, "runs over a network that breaks")
	seed   = flag.Uint64("seed", 1, "seed of the first run")
)

// runner is the command, with the vendor that is made up.
var runner string

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "survival")
	if err != nil {
		panic(err)
	}
	runner = filepath.Join(dir, "runner")
	code := 1
	if err := build(dir, runner, nil); err != nil {
		fmt.Fprintln(os.Stderr, err)
	} else {
		code = m.Run()
	}
	_ = os.RemoveAll(dir)
	os.Exit(code)
}

// registration puts the vendor into the command.
const registration = `package main

import (
	"runner/internal/survival/acme"
	"runner/internal/vendors"
)

func init() { vendors.All = append(vendors.All, vendors.Vendor{Module: acme.Module}) }
`

// build builds the command with the vendor, and with files of the project
// replaced or added: path in the project and content.
func build(dir, to string, files map[string]string) error {
	root, err := filepath.Abs(filepath.Join("..", ".."))
	if err != nil {
		return err
	}
	var overlay struct{ Replace map[string]string }
	overlay.Replace = map[string]string{}
	add := func(path, content string) error {
		kept := filepath.Join(dir, strings.ReplaceAll(path, "/", "_"))
		overlay.Replace[filepath.Join(root, filepath.FromSlash(path))] = kept
		return os.WriteFile(kept, []byte(content), 0o600)
	}
	err = add("cmd/runner/acme.go", registration)
	for path, content := range files {
		err = errors.Join(err, add(path, content))
	}
	text, e := json.Marshal(overlay)
	list := filepath.Join(dir, "overlay.json")
	if err = errors.Join(err, e, os.WriteFile(list, text, 0o600)); err != nil {
		return err
	}
	if out, err := exec.Command("go", "build", "-overlay", list, "-ldflags", "-s -w", "-o", to, "runner/cmd/runner").CombinedOutput(); err != nil {
		return fmt.Errorf("go build: %w\n%s", err, out)
	}
	return nil
}

// prepare is called by every test: go test looks for changes of the command, and
// where there is no kill -9 nothing is tested.
func prepare(t *testing.T) {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("there is no kill -9 on Windows")
	}
	commandtest.Sources(filepath.Join("..", ".."))
}

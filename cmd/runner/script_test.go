package main

import (
	"flag"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

var update = flag.Bool("update", false, "rewrite golden files")

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"runner": main})
}

// The scripts run the real program as a process of its own, with a state
// folder of its own and nothing of the user's.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script", UpdateScripts: *update, RequireUniqueNames: true,
		Setup: func(env *testscript.Env) error {
			env.Setenv("RUNNER_STATE_DIR", filepath.Join(env.WorkDir, ".state"))
			env.Setenv("TERM", "dumb")
			env.Setenv("CI", "")
			env.Setenv("GORACE", "atexit_sleep_ms=10") // else each process sleeps a second
			scripts, err := filepath.Abs("../../scripts")
			env.Setenv("SCRIPTS", scripts)
			env.Values[worldKey{}] = &world{}
			return err
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits": cmdExits, "emulator": cmdEmulator, "server": cmdServer, "fault": cmdFault, "mutations": cmdMutations,
			"await": cmdAwait, "signal": cmdSignal, "ended": cmdEnded, "json": cmdJSON, "clean": cmdClean, "width": cmdWidth, "cut": cmdCut, "edit": cmdEdit, "secretless": cmdSecretless, "silent": cmdSilent, "plain": cmdPlain,
		},
	})
}

// A world is what a script has started.
type world struct {
	emulated *standin
	signaled *exec.Cmd
}

type worldKey struct{}

func worldOf(ts *testscript.TestScript) *world { return ts.Value(worldKey{}).(*world) }

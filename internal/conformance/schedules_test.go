package conformance

import (
	"encoding/csv"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"

	"runner/internal/op"
)

// pauseSchedules are params for pause_schedules.lua.
func pauseSchedules(rng *rand.Rand, s *site) (args []string) {
	if rng.IntN(3) == 0 {
		args = append(args, "--systems", pick(rng, "alteryx", "alteryx_cloud"))
	}
	if rng.IntN(4) == 0 {
		args = append(args, "--owner", pick(rng, s.people()...))
	}
	if rng.IntN(3) == 0 {
		args = append(args, "--window", windowOf(rng, s))
	}
	return args
}

func resumeSchedules(rng *rand.Rand, s *site) []string { return []string{"--window", windowOf(rng, s)} }

// windowOf is a file that lists some of the schedules, enabled or not, and at
// times one that is not there.
func windowOf(rng *rand.Rand, s *site) string {
	rows := [][]string{{"system", "id", "name", "owner"}}
	for _, module := range []string{"alteryx", "alteryx_cloud"} {
		w := s.worlds[module]
		o, _ := w.vendor.Module.Operation("list_schedules")
		answer, err := w.do(o, []byte("{}"))
		if err != nil {
			continue // the runner lost its access in this state
		}
		items, _ := op.Tree(answer).([]any)
		for _, item := range items {
			if name, ok := op.Element(item, "name").(string); ok && rng.IntN(2) == 0 {
				id := strings.Trim(string(op.AppendTree(nil, op.Element(item, "id"))), `"`)
				rows = append(rows, []string{module, id, name, ""})
			}
		}
	}
	if rng.IntN(3) == 0 || len(rows) == 1 {
		rows = append(rows, []string{"alteryx", "67f5164c3c15317e1a4e9999", "Gone", ""})
	}
	folder, _ := strings.CutPrefix(s.env[0], "RUNNER_STATE_DIR=")
	var b strings.Builder
	if err := csv.NewWriter(&b).WriteAll(rows); err != nil {
		panic(err)
	}
	file := filepath.Join(folder, "window.csv")
	if err := os.WriteFile(file, []byte(b.String()), 0o600); err != nil {
		panic(err)
	}
	return file
}

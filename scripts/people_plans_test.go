package scripts_test

import (
	"path/filepath"
	"testing"
)

// What was planned can be applied: nothing that a planned call changes on the
// side makes a later one stale.
func TestPlansAboutPeopleApply(t *testing.T) {
	for name, args := range map[string][]string{
		"off the cloud":              offCloud(ada, lin),
		"off the cloud, removed":     offCloud(ada, lin, "--delete"),
		"off the cloud, suspended":   offCloud("paul@example.com", lin),
		"to the cloud":               onCloud("new.starter@example.com", "--alteryx-cloud-roles", "Viewer", "--alteryx-cloud-groups", "New Starters"),
		"to the cloud, suspended":    onCloud("paul@example.com", "--alteryx-cloud-roles", "Viewer"),
		"off AtScale":                offAtScale("paul@example.com"),
		"off AtScale, deleted":       offAtScale("paul@example.com", "--delete"),
		"to AtScale":                 onAtScale("new.starter@example.com", "--atscale-roles", "Designer", "--atscale-password", "env:FIRST_PASSWORD"),
		"to AtScale, there they are": onAtScale("sean@example.com", "--atscale-roles", "Designer"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, file := newCompany(t), filepath.Join(t.TempDir(), "people.plan")
			c.env = append(c.env, "FIRST_PASSWORD=first-password-1")
			want := planned(c.must(t, append([]string{"plan", "--out", file}, args...)...))
			wantLines(t, "applied", planned(c.must(t, "apply", file)), want...)
		})
	}
}

package main

import (
	"strings"
	"testing"
)

// What a run reports at its end is what its journal says ever after, to the
// byte.
func TestReportIsTheJournals(t *testing.T) {
	for name, script := range map[string]string{
		"reads":       `alteryx.list_users{} output("n", { { a = 1, b = "<&>" } })`,
		"changes":     twice,
		"fails":       twice + ` fail("then this")`,
		"is caught":   `pcall(alteryx.get_user, { user_id = "nobody" }) log.warn("careful") print("x")`,
		"in steps":    `step("a", function() step("b", function() ` + twice + ` end) skip("so") end) each({ "x", "y" }, function() sleep(0.001) alteryx.list_users{} end)`,
		"says a lot":  `for i = 1, 200 do log(i) end ` + twice,
		"is a plan":   `local u = ` + creates + ` step("s", function() if alteryx.transfer_assets{ user_id = "` + ada + `", owner_id = "x" }[1].a then print(1) end end)`,
		"has secrets": `print(secret("env:SECRET")) pcall(alteryx.create_credential, { username = "a", password = secret("env:SECRET") }) fail("Zx9-a-secret")`,
	} {
		for _, dry := range []bool{false, true} {
			e := startEmulator(t)
			c := (&cmdline{}).with(e.env).with(map[string]string{"SECRET": "Zx9-a-secret"})
			args := []string{"eval", script}
			if dry {
				args = append(args, "--dry-run")
			}
			c.run(t, append(args, "--json")...)
			live := c.stdout.String()
			c.run(t, "show", "--json")
			if shown := c.stdout.String(); live != shown {
				t.Errorf("%s, dry run %v: the run said\n%s\nand its journal says\n%s", name, dry, live, shown)
			}
			if dry {
				continue
			}
			c.run(t, args...)
			said := c.stderr.String()
			c.run(t, "show")
			shown := c.stdout.String()
			head := "\n\n" // what comes before is the talk of the run
			if !strings.HasSuffix(shown, said[max(0, strings.LastIndex(said, head)):]) {
				t.Errorf("%s: the run said\n%s\nand show says\n%s", name, said, shown)
			}
		}
	}
}

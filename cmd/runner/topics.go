package main

import (
	"fmt"
	"strings"

	"runner/internal/report"
	"runner/internal/vendors"
)

// A topic is a page of help that is not about a command.
type topic struct {
	name, title string
	text        func() string
}

var topics = []topic{
	{"exit-codes", "Exit codes and what they mean", func() string {
		var b strings.Builder
		b.WriteString("Exit codes\n\n")
		for _, c := range exitCodes {
			report.Entry(&b, fmt.Sprintf("%d %s", c.Code, c.Name), fmt.Sprintf("%s: %s.", c.Meaning, c.Pipeline))
		}
		return b.String()
	}},
	{"environment", "Environment variables", func() string {
		var b strings.Builder
		b.WriteString("Environment variables\n\n")
		for _, v := range [][2]string{
			{"RUNNER_STATE_DIR", "Folder of the runs' journals. Default: runner in XDG_STATE_HOME, else ~/.local/state/runner."},
			{"XDG_CONFIG_HOME", "Folder with runner/runner.toml. Default: ~/.config."},
			{"NO_COLOR", "Set and not empty: no colour. --color stands above it."},
			{"CLICOLOR_FORCE", "Set and not 0: colour also where there is no terminal."},
			{"HTTPS_PROXY", "Proxy, as HTTP_PROXY and NO_PROXY."},
			{"CI", "Set: output is made inert for CI systems."},
		} {
			report.Entry(&b, v[0], v[1])
		}
		b.WriteString("\nSettings of connections, instead of runner.toml; a secret may stand as it is,\nor as a reference\n\n")
		for _, m := range vendors.Modules() {
			for _, f := range m.Settings().Fields {
				report.Entry(&b, variableOf(m.Name, f.Name), fieldDoc(f))
			}
		}
		b.WriteString("\nA connection of another name has its name in place of the module's.\n")
		return b.String()
	}},
}

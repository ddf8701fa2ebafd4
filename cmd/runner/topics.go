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
	{"exit-codes", "Exit codes and what they mean", exitTopic},
	{"environment", "Environment variables", environmentTopic},
}

func exitTopic() string {
	var b strings.Builder
	b.WriteString("Exit codes\n")
	for _, c := range exitCodes {
		report.Entry(&b, fmt.Sprintf("%-5d%s", c.Code, c.Name), fmt.Sprintf("%s: %s.", c.Meaning, c.Pipeline))
	}
	b.WriteString("\nWhen several apply: 70, 130 or 143, 6, and then what ended the script.\n")
	return b.String()
}

// environment are the variables beside those of connections.
var environment = [][2]string{
	{"RUNNER_STATE_DIR", "Folder of the runs' journals. Default: runner in XDG_STATE_HOME, else ~/.local/state/runner."},
	{networkVariable, "Set and not 0: the state folder may be on another machine (NFS, SMB), where locks may not hold and a crash may lose what was said to be on disk."},
	{sealToVariable, "Public keys of age, with commas between them, to which secrets are sealed that a journal keeps."},
	{identityVariable, "Secret key of age that opens them, as it is or as a reference. Alone it is sealed to as well."},
	{"XDG_CONFIG_HOME", "Folder with runner/runner.toml. Default: ~/.config."},
	{"NO_COLOR", "Set and not empty: no colour. --color stands above it."},
	{"CLICOLOR_FORCE", "Set and not 0, as FORCE_COLOR: colour also where there is no terminal."},
	{"CLICOLOR", "0: no colour."},
	{"HTTPS_PROXY", "Proxy, as HTTP_PROXY and NO_PROXY."},
	{"CI", "Set: output is made inert for CI systems."},
	{"RUNNER_DEBUG", "Set: a mistake of the runner's own shows its stack."},
}

func environmentTopic() string {
	var b strings.Builder
	b.WriteString("Environment variables\n")
	for _, v := range environment {
		report.Entry(&b, v[0], v[1])
	}
	b.WriteString("\n")
	report.Paragraph(&b, "", "Settings of connections, which stand above runner.toml. A secret may stand as it is, or as a reference. A connection of another name has its name in place of the module's.")
	for _, m := range vendors.Modules() {
		if len(m.Settings().Fields) > 0 {
			fmt.Fprintf(&b, "\n%s\n", m.Title)
		}
		for _, f := range m.Settings().Fields {
			report.Entry(&b, variableOf(m.Name, f.Name), fieldDoc(f))
		}
	}
	b.WriteString("\n")
	report.Paragraph(&b, "", "runner.toml is looked for from the script's folder upwards, then in the user's configuration folder; the nearer one stands above:")
	b.WriteString("\n  [connections.alteryx]\n  url = \"https://alteryx.example.com\"\n  client_id = \"…\"\n  client_secret = \"env:ALTERYX_SECRET\"\n\n  [journal]\n  identity = \"file:~/.config/runner/age.key\"\n")
	return b.String()
}

package main

import (
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"runner/internal/bindings"
	"runner/internal/vendors"
)

// This file answers the shell that asks how a command line can go on. It
// reads the script at most, and connects to nothing.

func (a *app) completionCommand() *cobra.Command {
	shells := []string{"bash", "zsh", "fish", "powershell"}
	return &cobra.Command{
		Use:   "completion SHELL",
		Short: "Let a shell complete commands, params and operations",
		Long: `Writes a script that lets a shell complete command lines of runner: SHELL is bash, zsh, fish or powershell.

bash: source <(runner completion bash), in ~/.bashrc; it needs the package bash-completion.

zsh: runner completion zsh > "${fpath[1]}/_runner", once.

fish: runner completion fish > ~/.config/fish/completions/runner.fish, once.

powershell: runner completion powershell | Out-String | Invoke-Expression, in $PROFILE.`,
		Example:     "  runner completion bash",
		Annotations: exits(exitDone, exitUsage),
		ValidArgs:   shells,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) != 1 {
				return &usage{cause: "one shell is wanted", want: []string{"one of " + strings.Join(shells, ", ")}}
			}
			root := cmd.Root()
			switch args[0] {
			case "bash":
				return root.GenBashCompletionV2(a.stdout, true)
			case "zsh":
				return root.GenZshCompletion(a.stdout)
			case "fish":
				return root.GenFishCompletion(a.stdout, true)
			case "powershell":
				return root.GenPowerShellCompletionWithDesc(a.stdout)
			}
			return unknownOf("shell", args[0], shells)
		},
	}
}

// completeChoices completes the values of flags that take one of a few.
func completeChoices(c *cobra.Command) {
	c.Flags().VisitAll(func(f *pflag.Flag) {
		if known := choices(f.Name); known != nil {
			_ = c.RegisterFlagCompletionFunc(f.Name, cobra.FixedCompletions(known, cobra.ShellCompDirectiveNoFileComp)) // once
		}
	})
}

func completeCall(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	var names []string
	if len(args) == 0 {
		return operationNames(), cobra.ShellCompDirectiveNoFileComp
	}
	if o, err := findOperation(args[0]); err == nil {
		for _, f := range o.In().Fields {
			names = append(names, f.Name+"=\t"+f.Doc)
		}
	}
	return names, cobra.ShellCompDirectiveNoSpace | cobra.ShellCompDirectiveNoFileComp
}

func operationNames() []string {
	var names []string
	for _, m := range vendors.Modules() {
		for _, o := range m.Operations {
			names = append(names, o.Name+"\t"+o.Summary())
		}
	}
	return names
}

// completeRun completes the script, its params and their choices. Flags are
// given to it as they stand, since it is the script that says what they are.
func (a *app) completeRun(cmd *cobra.Command, args []string, word string) ([]string, cobra.ShellCompDirective) {
	set := cmd.Flags()
	path, _ := findScript(set, args)
	last := ""
	if len(args) > 0 {
		last = args[len(args)-1]
	}
	var list []string
	if path != "" {
		if script, err := a.readScript(path); err == nil && path != "-" {
			s := &session{a: a, f: &flags{color: "auto"}, script: script, dir: a.here()}
			s.open()
			if params, failure := s.declared(); failure == nil {
				if _, err := addParams(set, params); err != nil {
					return nil, cobra.ShellCompDirectiveNoFileComp
				}
				for _, p := range params {
					if last == "--"+flagOf(p) && len(p.Choices) > 0 {
						return p.Choices, cobra.ShellCompDirectiveNoFileComp
					}
				}
			}
		}
	}
	if flag := strings.TrimPrefix(last, "--"); flag != last && choices(flag) != nil {
		return choices(flag), cobra.ShellCompDirectiveNoFileComp
	}
	if strings.HasPrefix(word, "-") {
		set.VisitAll(func(f *pflag.Flag) { list = append(list, "--"+f.Name+"\t"+f.Usage) })
		return list, cobra.ShellCompDirectiveNoFileComp
	}
	if path == "" {
		return []string{"lua"}, cobra.ShellCompDirectiveFilterFileExt
	}
	return nil, cobra.ShellCompDirectiveDefault
}

// completeRuns completes the ids of runs, the latest first.
func (a *app) completeRuns(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	entries, err := os.ReadDir(a.stateDir("runs"))
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	var ids []string
	for _, id := range slices.Backward(idsOf(entries)) {
		ids = append(ids, id)
	}
	return ids, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveKeepOrder
}

func completeDocs(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	names := operationNames()
	for _, m := range vendors.Modules() {
		names = append(names, m.Name+"\t"+m.Title)
	}
	for _, w := range bindings.Words {
		names = append(names, w.Name+"\t"+w.Signature)
	}
	return names, cobra.ShellCompDirectiveNoFileComp
}

package main

import (
	"fmt"
	"net"
	"net/netip"
	"strings"

	"github.com/spf13/cobra"

	"runner/internal/spell"
	"runner/internal/vendors"
)

func (a *app) emulateCommand() *cobra.Command {
	var addr string
	c := &cobra.Command{
		Use:         "emulate VENDOR",
		Short:       "Serve a stand-in for a vendor on this machine",
		Long:        `Serves an emulator of a vendor, with a small made-up company in it, until it is interrupted. It listens on this machine only, and says which environment variables lead to it.`,
		Example:     "  runner emulate alteryx --addr 127.0.0.1:0",
		Annotations: exits(exitDone, exitUsage),
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return emulated(), cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) != 1 {
				return &usage{cause: "one vendor is wanted", want: []string{"one of " + strings.Join(emulated(), ", ")}}
			}
			for _, v := range vendors.All {
				if v.Module.Name == args[0] && v.Emulate != nil {
					return a.serveUntilStopped(v, addr)
				}
			}
			return unknownOf("emulator", args[0], emulated())
		},
	}
	c.Flags().StringVar(&addr, "addr", "127.0.0.1:8080", "`ADDRESS` to listen on; port 0 takes a free one")
	return c
}

// emulated are the vendors that have an emulator.
func emulated() []string {
	var names []string
	for _, v := range vendors.All {
		if v.Emulate != nil {
			names = append(names, v.Module.Name)
		}
	}
	return names
}

// unknownOf is a name that is none of a few.
func unknownOf(what, name string, known []string) *usage {
	return &usage{cause: fmt.Sprintf("there is no %s %q", what, name), want: []string{"one of " + strings.Join(known, ", ")}, hint: spell.Suggest(name, known)}
}

func (a *app) serveUntilStopped(v vendors.Vendor, addr string) error {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return &usage{cause: fmt.Sprintf("--addr: %q is not host:port", addr), hint: "write it like 127.0.0.1:8080"}
	}
	if ip, err := netip.ParseAddr(host); host != "localhost" && (err != nil || !ip.IsLoopback()) {
		return &usage{cause: fmt.Sprintf("--addr: %s is not this machine alone", host), hint: "an emulator has no secrets to keep it by: use 127.0.0.1"}
	}
	settings, stop, err := serve(v, addr, a.now)
	if err != nil {
		return &usage{cause: fmt.Sprintf("--addr: %v", err), hint: "choose another port"}
	}
	defer stop()
	fmt.Fprintf(a.stdout, "%s is emulated at %s\n\n", v.Module.Title, settings["url"])
	for _, f := range v.Module.Settings().Fields {
		if value, ok := settings[f.Name]; ok {
			fmt.Fprintf(a.stdout, "export %s=%v\n", variableOf(v.Module.Name, f.Name), value)
		}
	}
	fmt.Fprintf(a.stderr, "\nserving until interrupted (Ctrl-C)\n")
	<-a.signals
	return nil
}

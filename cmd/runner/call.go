package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"runner/internal/bindings"
	"runner/internal/op"
	"runner/internal/spell"
	"runner/internal/vendors"
)

func (a *app) callCommand() *cobra.Command {
	f := &flags{}
	c := &cobra.Command{
		Use:   "call OPERATION [NAME=VALUE …]",
		Short: "Make one call",
		Long:  `Makes one call of an operation. Arguments are NAME=VALUE, NAME:=JSON for tables and lists, or NAME=@FILE for the content of a file. A secret is given as a reference: env:, file:, keyring: or exec:. runner docs OPERATION lists the arguments.`,
		Example: `  runner call alteryx.get_user user_id=61d57bea3c15317e1a48205b --emulate
  runner call alteryx.deactivate_user user_id=61d57bea3c15317e1a48205b \
      --emulate --dry-run`,
		Annotations:       executeCodes,
		ValidArgsFunction: completeCall,
	}
	f.add(c.Flags())
	normalize(c.Flags())
	c.RunE = func(cmd *cobra.Command, args []string) error {
		if err := f.check(); err != nil {
			return err
		}
		if len(args) == 0 {
			return &usage{cause: "no operation is named", hint: "runner docs lists them"}
		}
		o, err := findOperation(args[0])
		if err != nil {
			return err
		}
		source, err := callSource(o, args[1:])
		if err != nil {
			return err
		}
		s := &session{a: a, f: f, dir: a.here(), script: bindings.Script{Name: "call", Source: source}, oneCall: o}
		return s.withoutParams(cmd.Context())
	}
	return c
}

func findOperation(name string) (*op.Operation, error) {
	var known []string
	for _, m := range vendors.Modules() {
		for _, o := range m.Operations {
			if o.Name == name {
				return o, nil
			}
			known = append(known, o.Name)
		}
	}
	hint := spell.Suggest(name, known)
	if hint == "" {
		hint = "runner docs lists them"
	}
	return nil, &usage{cause: fmt.Sprintf("there is no operation %q", name), hint: hint}
}

// callSource writes the script of a call: what a call does is what a line of
// Lua does. What can be seen to be wrong with the arguments is told here, in
// the words of the command line.
func callSource(o *op.Operation, args []string) (string, error) {
	var b strings.Builder
	fmt.Fprintf(&b, "local answer = %s {\n", o.Name)
	given := map[string]bool{}
	for _, arg := range args {
		name, text, ok := strings.Cut(arg, "=")
		isJSON := strings.HasSuffix(name, ":")
		name = strings.TrimSuffix(name, ":")
		field, known := o.In().Field(name)
		switch {
		case !ok:
			return "", &usage{cause: fmt.Sprintf("%q is not NAME=VALUE", arg), help: "runner call"}
		case !known:
			return "", &usage{cause: fmt.Sprintf("%s has no argument %q", o.Name, name), hint: nearArgument(o, name)}
		case given[name]:
			return "", &usage{cause: fmt.Sprintf("%s is given twice", name)}
		}
		value, err := luaValue(field, text, isJSON)
		if err != nil {
			return "", err
		}
		given[name] = true
		fmt.Fprintf(&b, "  %s = %s,\n", name, value)
	}
	var missing usage
	for i := range o.In().Fields {
		if f := &o.In().Fields[i]; f.Required && !given[f.Name] {
			missing.cause += ", " + f.Name
			missing.want = append(missing.want, wantedArgument(f))
		}
	}
	if missing.cause != "" {
		missing.hint = "runner docs " + o.Name
		missing.cause = o.Name + " needs " + strings.TrimPrefix(missing.cause, ", ")
		return "", &missing
	}
	b.WriteString("}\n")
	if o.Out().Form != op.Nothing {
		fmt.Fprintf(&b, "output(%q, answer)\n", o.Verb())
	}
	return b.String(), nil
}

func nearArgument(o *op.Operation, name string) string {
	if near := spell.Suggest(name, o.In().Names()); near != "" {
		return near
	}
	if len(o.In().Names()) == 0 {
		return "it takes none"
	}
	return "it takes " + strings.Join(o.In().Names(), ", ")
}

// wantedArgument says in a line what an argument takes.
func wantedArgument(f *op.Field) string {
	kind := strings.ToUpper(f.Type.String())
	if len(f.Enum) > 0 {
		kind = strings.Join(f.Enum, "|")
	}
	return fmt.Sprintf("%s=%s  %s", f.Name, kind, f.Doc)
}

// badArgument is a value that an argument does not take.
func badArgument(f *op.Field, hint, cause string, args ...any) *usage {
	return &usage{cause: f.Name + ": " + fmt.Sprintf(cause, args...), want: []string{wantedArgument(f)}, hint: hint}
}

// checkEnum refuses a value that is none of the accepted ones.
func checkEnum(f *op.Field, values ...string) error {
	for _, v := range values {
		if len(f.Enum) > 0 && !slices.Contains(f.Enum, v) {
			return badArgument(f, spell.Suggest(v, f.Enum), "%q is not one of %s", v, strings.Join(f.Enum, ", "))
		}
	}
	return nil
}

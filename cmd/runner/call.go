package main

import (
	"encoding/json"
	"fmt"
	"os"
	"sort"
	"strconv"
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
		Use:   "call OPERATION [name=value …]",
		Short: "Make one call",
		Long: `Makes one call of an operation. Arguments are name=value, name:=JSON for tables
and lists, or name=@FILE for the content of a file. A secret is given as a
reference: env:, file:, keyring: or exec:.` + exitHelp(executeCodes...),
		Example: `  runner call alteryx.get_user user_id=61d57bea3c15317e1a48205b --emulate
  runner call alteryx.deactivate_user user_id=61d57bea3c15317e1a48205b \
      --emulate --dry-run`,
		ValidArgsFunction: completeOperations,
	}
	f.command(c)
	c.RunE = func(cmd *cobra.Command, args []string) error {
		s, err := a.executing(f)
		if err != nil {
			return err
		}
		if len(args) == 0 {
			return &usage{"no operation is named", "runner docs lists them"}
		}
		o, err := findOperation(args[0])
		if err != nil {
			return err
		}
		source, err := callSource(o, args[1:])
		if err != nil {
			return err
		}
		s.script, s.dir = bindings.Script{Name: "call", Source: source}, a.here()
		return s.withoutParams(cmd)
	}
	return c
}

func completeOperations(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	var names []string
	if len(args) == 0 {
		for _, m := range vendors.Modules() {
			for _, o := range m.Operations {
				names = append(names, o.Name+"\t"+o.Summary())
			}
		}
		return names, cobra.ShellCompDirectiveNoFileComp
	}
	if o, err := findOperation(args[0]); err == nil {
		for _, f := range o.In().Fields {
			names = append(names, f.Name+"=\t"+f.Doc)
		}
	}
	return names, cobra.ShellCompDirectiveNoSpace | cobra.ShellCompDirectiveNoFileComp
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
	return nil, &usage{fmt.Sprintf("there is no operation %q", name), hint}
}

// callSource writes the script of a call: what a call does is what a line of
// Lua does.
func callSource(o *op.Operation, args []string) (string, error) {
	var b strings.Builder
	fmt.Fprintf(&b, "local answer = %s {\n", o.Name)
	for _, arg := range args {
		name, text, ok := strings.Cut(arg, "=")
		isJSON := strings.HasSuffix(name, ":")
		name = strings.TrimSuffix(name, ":")
		field, known := o.In().Field(name)
		switch {
		case !ok:
			return "", &usage{fmt.Sprintf("%q is not name=value", arg), ""}
		case !known:
			return "", &usage{fmt.Sprintf("%s has no argument %q", o.Name, name), spell.Suggest(name, o.In().Names())}
		}
		value, err := luaValue(field, text, isJSON)
		if err != nil {
			return "", err
		}
		fmt.Fprintf(&b, "  %s = %s,\n", name, value)
	}
	b.WriteString("}\n")
	if o.Out().Form != op.Nothing {
		b.WriteString("if answer ~= nil then output(\"" + o.Verb() + "\", answer) end\n")
	}
	return b.String(), nil
}

func luaValue(f *op.Field, text string, isJSON bool) (string, error) {
	if isJSON {
		var v any
		if err := json.Unmarshal([]byte(text), &v); err != nil {
			return "", &usage{fmt.Sprintf("%s: not JSON: %v", f.Name, err), ""}
		}
		return luaLiteral(v), nil
	}
	if path, ok := strings.CutPrefix(text, "@"); ok {
		b, err := os.ReadFile(path)
		if err != nil {
			return "", &usage{fmt.Sprintf("%s: %s: %s", f.Name, path, reason(err)), ""}
		}
		return luaLiteral(string(b)), nil
	}
	if f.Secret {
		return "secret(" + luaLiteral(text) + ")", nil
	}
	switch f.Type.Form {
	case op.Bool:
		v, err := strconv.ParseBool(text)
		if err != nil {
			return "", &usage{fmt.Sprintf("%s: want true or false, got %q", f.Name, text), ""}
		}
		return strconv.FormatBool(v), nil
	case op.Int, op.Number:
		n, err := strconv.ParseFloat(text, 64)
		if err != nil {
			return "", &usage{fmt.Sprintf("%s: want a number, got %q", f.Name, text), ""}
		}
		return luaLiteral(n), nil
	case op.List:
		items := []any{}
		for item := range strings.SplitSeq(text, ",") {
			items = append(items, strings.TrimSpace(item))
		}
		return luaLiteral(items), nil
	case op.Object, op.Map:
		return "", &usage{fmt.Sprintf("%s is a table", f.Name), fmt.Sprintf("write %s:='{…}' in JSON", f.Name)}
	}
	return luaLiteral(text), nil
}

// luaLiteral writes a value as Lua.
func luaLiteral(v any) string {
	switch v := v.(type) {
	case nil:
		return "null"
	case bool:
		return strconv.FormatBool(v)
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case string:
		var b strings.Builder
		b.WriteByte('"')
		for i := range len(v) {
			switch c := v[i]; {
			case c == '"' || c == '\\':
				b.WriteByte('\\')
				b.WriteByte(c)
			case c < 0x20 || c == 0x7f:
				fmt.Fprintf(&b, "\\%03d", c)
			default:
				b.WriteByte(c)
			}
		}
		b.WriteByte('"')
		return b.String()
	case []any:
		texts := make([]string, len(v))
		for i := range v {
			texts[i] = luaLiteral(v[i])
		}
		return "{ " + strings.Join(texts, ", ") + " }"
	case map[string]any:
		names := make([]string, 0, len(v))
		for n := range v {
			names = append(names, n)
		}
		sort.Strings(names)
		for i, n := range names {
			names[i] = "[" + luaLiteral(n) + "] = " + luaLiteral(v[n])
		}
		return "{ " + strings.Join(names, ", ") + " }"
	}
	return "nil"
}

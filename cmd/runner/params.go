package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/pflag"

	"runner/internal/bindings"
	"runner/internal/engine"
	"runner/internal/journal"
	"runner/internal/op"
	"runner/internal/plan"
	"runner/internal/report"
	"runner/internal/vendors"
)

// errDeclared ends the run that only finds out the params of a script.
var errDeclared = &op.Error{Kind: op.Cancelled, Cause: "the params are declared"}

// declared runs the script up to its params. Calls before them are refused.
func (s *session) declared() ([]bindings.Param, *bindings.Failure) {
	var params []bindings.Param
	run := engine.New(context.Background(), engine.Options{Host: engine.Local{}, Journal: nothing{}, Policy: engine.Dry})
	w := bindings.New(bindings.Options{
		Run: run, Modules: vendors.Modules(), MaxCompute: s.f.maxCompute,
		Connect: func(*engine.Branch, string, string, string) (*engine.Connection, *op.Error) {
			run.Stop(errDeclared)
			return nil, errDeclared
		},
		Secret: func(string) (string, *op.Error) { run.Stop(errDeclared); return "", errDeclared },
		Load:   s.load,
		Params: func(list []bindings.Param) (map[string]any, *op.Error) {
			params = list
			run.Stop(errDeclared)
			return nil, errDeclared
		},
	})
	s.config = &config{project: s.dir}
	f := w.Exec(s.script)
	if f == nil || f.Error == errDeclared {
		return params, nil
	}
	if f.Kind == op.Script || f.Kind == op.Bug {
		return nil, f
	}
	return params, nil // it will come up again when the script is run
}

// nothing is the journal of a run that finds out params.
type nothing struct{}

func (nothing) Append(journal.Record) (int64, error) { return 0, nil }
func (nothing) Flush(int64)                          {}
func (nothing) Sync(int64) error                     { return nil }

// flagOf is the flag of a param.
func flagOf(p bindings.Param) string { return strings.ReplaceAll(p.Name, "_", "-") }

// addParams makes flags of params.
func addParams(set *pflag.FlagSet, params []bindings.Param) (map[string]*string, error) {
	given := map[string]*string{}
	for _, p := range params {
		name := flagOf(p)
		if set.Lookup(name) != nil || name == "help" {
			return nil, &usage{cause: fmt.Sprintf("param %q has the name of a flag of the runner", p.Name), hint: "rename the param in the script"}
		}
		value, help := new(string), p.Help
		if p.Required {
			help += " (required)"
		}
		set.StringVar(value, name, p.Default, strings.TrimSpace(help))
		flag := set.Lookup(name)
		flag.Annotations = map[string][]string{"param": {placeholder(p)}}
		if p.Type == "bool" {
			flag.NoOptDefVal = "true"
		}
		given[p.Name] = value
	}
	return given, nil
}

// values reads what was given for the params. All that are missing are told
// at once, and all mistakes before anything runs.
func (s *session) values(set *pflag.FlagSet, params []bindings.Param, given map[string]*string) (map[string]any, error) {
	values := map[string]any{}
	s.f.paramTexts = map[string]string{}
	var missing []bindings.Param
	for _, p := range params {
		if !set.Changed(flagOf(p)) && !p.HasValue {
			if p.Required {
				missing = append(missing, p)
			}
			continue
		}
		text := *given[p.Name]
		v, err := p.Value(text, s.readFile, func(ref string) (string, error) {
			value, e := s.a.secretIn(s.a.here(), ref)
			if e != nil {
				return "", e
			}
			return value, nil
		})
		if err != nil {
			return nil, badParam(set, p, err)
		}
		values[p.Name], s.f.paramTexts[p.Name] = v, text
	}
	if len(missing) > 0 {
		return nil, missingParams(set, missing)
	}
	return values, nil
}

func missingParams(set *pflag.FlagSet, missing []bindings.Param) error {
	u := &usage{}
	var names []string
	for _, p := range missing {
		names = append(names, "--"+flagOf(p))
		if len(u.want) < 8 {
			u.want = append(u.want, wanted(set.Lookup(flagOf(p)))...)
		}
	}
	verb := "is"
	if len(names) > 1 {
		verb = "are"
	}
	u.cause = fmt.Sprintf("%s %s missing", strings.Join(names, ", "), verb)
	return u
}

func badParam(set *pflag.FlagSet, p bindings.Param, err error) error {
	u := &usage{cause: fmt.Sprintf("--%s: %v", flagOf(p), err), want: wanted(set.Lookup(flagOf(p)))}
	if x, ok := errors.AsType[*bindings.ParamError](err); ok {
		u.hint = x.Hint
	}
	if x, ok := errors.AsType[*op.Error](err); ok {
		u.cause, u.hint = fmt.Sprintf("--%s: %s", flagOf(p), x.Error()), x.Hint
	}
	return u
}

func (s *session) readFile(path string) ([]byte, error) {
	b, err := s.input(path)
	if err == nil {
		if s.inputs == nil {
			s.inputs = map[string]string{}
		}
		s.inputs[path] = plan.Digest(b)
		if s.given == nil {
			s.given = map[string][]byte{}
		}
		s.given[path] = b
		return b, nil
	}
	e := &bindings.ParamError{Cause: fmt.Sprintf("%s: %s", path, reason(err))}
	if near := nearFile(path); near != "" && errors.Is(err, os.ErrNotExist) {
		e.Hint = fmt.Sprintf("did you mean %s?", near)
	}
	return nil, e
}

// input is a file that a param names; of a run that goes on, as it was.
func (s *session) input(path string) ([]byte, error) {
	if s.past != nil {
		if b, ok := s.past.input(path); ok {
			return b, nil
		}
	}
	return os.ReadFile(path)
}

// scriptHelp shows what a script is for and its flags, in the layout of the
// built-in help.
func (a *app) scriptHelp(script bindings.Script, params []bindings.Param, set *pflag.FlagSet) {
	var own, others []*pflag.Flag
	usage := "runner run " + script.Name
	for _, p := range params {
		if p.Required {
			usage += fmt.Sprintf(" --%s %s", flagOf(p), placeholder(p))
		}
		own = append(own, set.Lookup(flagOf(p)))
	}
	set.VisitAll(func(f *pflag.Flag) {
		if f.Annotations["param"] == nil {
			others = append(others, f)
		}
	})
	paragraphs(a.stdout, report.Inert(about(script.Source)))
	fmt.Fprintln(a.stdout)
	report.Paragraph(a.stdout, "", "Usage: "+usage+" [flags]")
	writeFlags(a.stdout, "Params", own)
	writeFlags(a.stdout, "Flags", others)
}

// placeholder is the word for a param's value.
func placeholder(p bindings.Param) string {
	if len(p.Choices) > 0 && p.Type != "list" {
		return strings.Join(p.Choices, "|")
	}
	return strings.ToUpper(p.Type)
}

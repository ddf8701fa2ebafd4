package declared

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"runner/internal/op"
)

// Planned is what a call changes, a line for each mutation.
func (s Suite) Planned(t testing.TB, verb, args string) string {
	t.Helper()
	return s.planned(s.operation(t, verb), op.ArgsOf([]byte(args)))
}

// Plans checks that what a call changes has some parts, and has not others.
func (s Suite) Plans(t *testing.T, verb, args string, want, not []string) {
	t.Helper()
	got := s.Planned(t, verb, args)
	for _, part := range want {
		if !strings.Contains(got, part) {
			t.Errorf("%s%s plans\n%s\nwant %s", verb, args, got, part)
		}
	}
	for _, part := range not {
		if strings.Contains(got, part) {
			t.Errorf("%s%s plans\n%s\nwant no %s", verb, args, got, part)
		}
	}
}

// Inverse is the call that takes another back, "" if there is none.
func (s Suite) Inverse(t testing.TB, verb string, undo op.Undo) string {
	t.Helper()
	o := s.operation(t, verb)
	if o.Inverse == nil {
		return ""
	}
	inverse, args, ok := o.Inverse(undo)
	if !ok {
		return ""
	}
	s.operation(t, inverse)
	return inverse + " " + string(op.AppendTree(nil, map[string]any(args)))
}

// Secret is what a call's arguments hold to see whether its plan does.
const Secret = "correct horse"

// Withholds checks that calls, arguments by verb, plan something, and do not
// tell the secret that they were given.
func (s Suite) Withholds(t *testing.T, calls map[string]string) {
	for verb, args := range calls {
		t.Run(verb, func(t *testing.T) {
			if !strings.Contains(args, Secret) {
				t.Fatalf("%s holds no secret", args)
			}
			if got := s.Planned(t, verb, args); got == "" || strings.Contains(got, Secret) {
				t.Errorf("%s%s plans\n%s\nwant changes without the secret", verb, args, got)
			}
		})
	}
}

// SecretsOf are the secrets in a value of a shape, in the order of the alphabet.
func SecretsOf(shape *op.Type, value string) (secrets []string) {
	op.Secrets(shape, []byte(value), func(s string) { secrets = append(secrets, s) })
	slices.Sort(secrets)
	return secrets
}

func (s Suite) operation(t testing.TB, verb string) *op.Operation {
	t.Helper()
	o, ok := s.Module.Operation(verb)
	if !ok {
		t.Fatalf("there is no %s", verb)
	}
	return o
}

func (s Suite) planned(o *op.Operation, args op.Args) string {
	var text strings.Builder
	for _, m := range s.plan(o, args) {
		id := "all"
		if m.ID != nil {
			id = string(op.AppendTree(nil, m.ID))
		}
		act := [...]string{"creates", "sets", "puts", "drops", "edits", "removes", "hides"}[m.Act]
		fmt.Fprintf(&text, "%s %s %s %s %s %s\n", m.Entity.Name, id, act, m.Field, op.AppendTree(nil, m.Value), op.AppendTree(nil, m.Fields))
	}
	return text.String()
}

func (s Suite) plan(o *op.Operation, args op.Args) []op.Mutation {
	now := s.Now
	if now == nil {
		now = func(entity *op.Entity, id any) (map[string]any, bool) {
			return map[string]any{entity.IDField(): id}, true
		}
	}
	return o.Planning(args, op.Unknown{Label: "new", New: true}, now)
}

// nowhere is a vendor of which nothing is known.
func nowhere(*op.Entity, any) (map[string]any, bool) { return nil, false }

// Required are values for the arguments that a call needs.
func Required(o *op.Operation) op.Args {
	args := sampled(o, 1)
	for i := range o.In().Fields {
		if f := &o.In().Fields[i]; !f.Required {
			delete(args, f.Name)
		}
	}
	return args
}

// sampled are values for all arguments.
func sampled(o *op.Operation, n int) op.Args {
	args := op.Args{}
	for i := range o.In().Fields {
		f := &o.In().Fields[i]
		args[f.Name] = sample(f, n)
	}
	return args
}

// sample is a value for an argument: another one for another n, and the
// opposite of the default for a flag. An id begins with the letter of what it
// names: workflow_id is w1.
func sample(f *op.Field, n int) any {
	text := fmt.Sprint(n)
	switch {
	case len(f.Enum) > 0:
		return f.Enum[n%len(f.Enum)]
	case f.Type.Form == op.Bool:
		return (n == 1) == (f.Default == "true")
	case f.Type.Form == op.Int || f.Type.Form == op.Number:
		return json.Number(text)
	case f.Type.Form == op.List && f.Type.Elem.Form == op.String:
		return []any{f.Name + " " + text}
	case f.Type.Form == op.List:
		return []any{map[string]any{"name": text, "key": "k1", "value": text}}
	case f.Type.Form == op.Map || f.Type.Form == op.Object:
		return map[string]any{"name": text}
	}
	return f.Name[:1] + text
}

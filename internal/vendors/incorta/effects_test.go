package incorta

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"runner/internal/op"
)

// A dry run knows what reads will show only if each operation says what it
// shows and changes.
func TestEveryOperationSaysItsEffects(t *testing.T) {
	for _, o := range Module.Operations {
		switch {
		case o.Effect == op.Read && o.Shows == nil:
			t.Errorf("%s is a read without Shows", o.Name)
		case o.Effect == op.Read && len(o.Changes) > 0:
			t.Errorf("%s is a read with Changes", o.Name)
		case o.Effect == op.Read && o.Idempotency != op.Idempotent:
			t.Errorf("%s is a read that may not be repeated", o.Name)
		case o.Effect != op.Read && len(o.Changes) == 0:
			t.Errorf("%s is no read and has no Changes", o.Name)
		case o.Effect != op.Read && o.Shows != nil && o.Shows.Entity == nil:
			t.Errorf("%s is no read and shows no object", o.Name)
		}
	}
}

func TestEveryOperationIsDocumented(t *testing.T) {
	for _, o := range Module.Operations {
		switch summary := o.Summary(); {
		case !strings.HasSuffix(summary, "."):
			t.Errorf("%s: the summary is no sentence: %q", o.Name, summary)
		case o.Example == "" || !strings.Contains(o.Example, o.Name):
			t.Errorf("%s has no example of itself: %q", o.Name, o.Example)
		}
		for i := range o.In().Fields {
			if f := &o.In().Fields[i]; f.Doc == "" {
				t.Errorf("%s: argument %q has no doc", o.Name, f.Name)
			}
		}
	}
}

// Writes that may not be repeated and cannot be looked up: in doubt, a person
// decides.
var blind = map[string]string{
	"start_load_plan":         "only the answer names the execution, and nothing lists them",
	"restart_load_plan":       "only the answer names the execution, and nothing lists them",
	"send_report":             "nothing lists mails",
	"reset_all_passwords":     "no read tells of passwords",
	"create_external_schema":  "nothing lists external schemas",
	"create_external_table":   "nothing lists external tables",
	"add_external_table_rows": "nothing counts the rows of an external table",
}

func TestWhatMayNotBeRepeatedCanBeLookedUp(t *testing.T) {
	left := maps.Clone(blind)
	for _, o := range Module.Operations {
		_, probed := o.CanProbe()
		_, excused := left[o.Verb()]
		delete(left, o.Verb())
		switch needs := o.Effect != op.Read && o.Idempotency == op.Once; {
		case needs && !probed && !excused:
			t.Errorf("%s may not be repeated and cannot be looked up", o.Name)
		case excused && (probed || !needs):
			t.Errorf("%s is excused without need", o.Name)
		case probed && !needs:
			t.Errorf("%s has a probe that nobody asks", o.Name)
		}
	}
	if len(left) > 0 {
		t.Errorf("excused, but no operation: %v", left)
	}
}

func TestViewsFitTheirOperations(t *testing.T) {
	for _, o := range Module.Operations {
		v := o.Shows
		if v == nil {
			continue
		}
		shape := o.Out()
		if shape.Form == op.List {
			shape = shape.Elem
		}
		if v.By != "" && !isField(o.In(), v.By) {
			t.Errorf("%s shows the object that %q names, which is no argument", o.Name, v.By)
		}
		if v.Entity == nil {
			continue
		}
		full := o.ShapeOf(v.Entity)
		if full == nil {
			t.Errorf("%s shows a %s, which no read answers", o.Name, v.Entity.Name)
			continue
		}
		if !isField(shape, v.IDField()) {
			t.Errorf("%s shows a %s without its id: %q is no field", o.Name, v.Entity.Name, v.IDField())
		}
		for arg, m := range v.Filters {
			if !isField(o.In(), arg) || !isField(full, m.Field) {
				t.Errorf("%s compares %q with %q; one does not exist", o.Name, arg, m.Field)
			}
		}
		for _, arg := range o.In().Names() {
			_, filters := v.Filters[arg]
			if v.Many && !filters && !isField(shape, arg) && !slices.Contains(v.Free, arg) {
				t.Errorf("%s: nobody says how %q selects", o.Name, arg)
			}
		}
	}
}

func isField(shape *op.Type, name string) bool { _, ok := shape.Field(name); return ok }

// Arguments that change nothing by their value.
var idle = map[string]string{}

// An argument that nothing of a plan depends on would make the call look as if
// all were already as wanted. What a call creates is new at any rate, and of what
// it hides nobody can tell.
func TestEveryArgumentHasAnEffect(t *testing.T) {
	left := maps.Clone(idle)
	for _, o := range Module.Operations {
		if o.Effect == op.Read {
			continue
		}
		required, all := op.Args{}, op.Args{}
		for i := range o.In().Fields {
			f := &o.In().Fields[i]
			if all[f.Name] = sample(f, 1); f.Required {
				required[f.Name] = all[f.Name]
			}
		}
		base := planned(o, required)
		if strings.Contains(base, " creates ") || strings.Contains(strings.ReplaceAll(base, " all hides ", ""), " hides ") {
			continue
		}
		if base == "" {
			t.Errorf("%s plans no change", o.Name)
		}
		for i := range o.In().Fields {
			f := &o.In().Fields[i]
			differs := false
			for _, args := range []op.Args{required, all} {
				other := maps.Clone(args)
				other[f.Name] = sample(f, 2)
				differs = differs || planned(o, other) != planned(o, args)
			}
			place := o.Verb() + "." + f.Name
			if _, excused := left[place]; excused == differs {
				t.Errorf("%s: its value matters: %t, excused: %t; planned is\n%s", place, differs, excused, base)
			}
			delete(left, place)
		}
	}
	if len(left) > 0 {
		t.Errorf("excused, but no argument: %v", left)
	}
}

// sample is a value for an argument: another one for another n, and the
// opposite of the default for a flag.
func sample(f *op.Field, n int) any {
	switch {
	case len(f.Enum) > 0:
		return f.Enum[n%len(f.Enum)]
	case f.Type.Form == op.Bool:
		return (n == 1) == (f.Default == "true")
	case f.Type.Form == op.Int || f.Type.Form == op.Number:
		return json.Number(fmt.Sprint(n))
	case f.Type.Form == op.List:
		return []any{fmt.Sprintf("%s %d", f.Name, n)}
	case f.Type.Form == op.Map || f.Type.Form == op.Object:
		return map[string]any{"name": fmt.Sprint(n)}
	}
	return fmt.Sprintf("%s%d", f.Name[:1], n)
}

// planned is what a call changes, a line for each mutation.
func planned(o *op.Operation, args op.Args) string {
	var text strings.Builder
	now := func(e *op.Entity, id any) (map[string]any, bool) { return map[string]any{e.IDField(): id}, true }
	for _, m := range o.Planning(args, op.Unknown{Label: "new", New: true}, now) {
		id := "all"
		if m.ID != nil {
			id = string(op.AppendTree(nil, m.ID))
		}
		act := [...]string{"creates", "sets", "puts", "drops", "edits", "removes", "hides"}[m.Act]
		fmt.Fprintf(&text, "%s %s %s %s %s %s\n", m.Entity.Name, id, act, m.Field, op.AppendTree(nil, m.Value), op.AppendTree(nil, m.Fields))
	}
	return text.String()
}

// Mutations of fields that no read answers would be lost.
func TestPlansNameFieldsThatExist(t *testing.T) {
	for _, o := range Module.Operations {
		args := op.Args{}
		for i := range o.In().Fields {
			f := &o.In().Fields[i]
			args[f.Name] = sample(f, 2)
		}
		for _, m := range o.Planning(args, op.Unknown{Label: "new", New: true}, func(*op.Entity, any) (map[string]any, bool) { return nil, false }) {
			shape := o.ShapeOf(m.Entity)
			if shape == nil {
				if m.Act != op.ActHide {
					t.Errorf("%s changes %s, which no read answers", o.Name, m.Entity.Name)
				}
				continue
			}
			if m.Field != "" && !isField(shape, m.Field) && !isListed(m.Entity, m.Field) {
				t.Errorf("%s changes %q of %s, which is no field", o.Name, m.Field, m.Entity.Name)
			}
		}
	}
}

// isListed reports whether a list shows a field that the object itself does not.
func isListed(entity *op.Entity, field string) bool {
	return slices.ContainsFunc(Module.Operations, func(o *op.Operation) bool {
		return o.Shows != nil && o.Shows.Many && o.Shows.Entity == entity && isField(o.Out().Elem, field)
	})
}

func TestPlans(t *testing.T) {
	for name, tt := range map[string]struct {
		verb, args string
		want, not  []string
	}{
		"a load touches its schemas only": {"start_load", `{"schema_names":["Sales","HR"]}`,
			[]string{`schema "Sales" sets load_state {"$unknown"`, `schema "HR" sets load_time`}, []string{"all"}},
		"a load of tables": {"start_table_load", `{"schema_name":"Sales","tables":["orders"]}`,
			[]string{`schema "Sales" sets load_state`}, []string{"all"}},
		"a load plan may load any": {"start_load_plan", `{"load_plan_name":"Nightly"}`,
			[]string{`creates`, `"load_plan_name":"Nightly"`, `schema all sets load_time`}, nil},
		"a transfer may move any": {"transfer_ownership", `{"owner_email":"a@example.com","new_owner_email":"b@example.com"}`,
			[]string{"schema all sets owner ", "schema all sets owner_name ", "content of the catalog all hides"}, nil},
		"a cascade takes the tables": {"delete_external_schema", `{"schema_name":"lake","cascade":true}`,
			[]string{"external table all hides"}, nil},
		"no cascade leaves them": {"delete_external_schema", `{"schema_name":"lake"}`,
			nil, []string{"external table"}},
	} {
		t.Run(name, func(t *testing.T) {
			o, _ := Module.Operation(tt.verb)
			got := planned(o, op.ArgsOf([]byte(tt.args)))
			for _, want := range tt.want {
				if !strings.Contains(got, want) {
					t.Errorf("%s%s plans\n%s\nwant %s", tt.verb, tt.args, got, want)
				}
			}
			for _, not := range tt.not {
				if strings.Contains(got, not) {
					t.Errorf("%s%s plans\n%s\nwant no %s", tt.verb, tt.args, got, not)
				}
			}
		})
	}
}

func TestInverses(t *testing.T) {
	for name, tt := range map[string]struct{ verb, args, want string }{
		"a new external schema":       {"create_external_schema", `{"schema_name":"lake"}`, `delete_external_schema {"schema_name":"lake"}`},
		"a new external table":        {"create_external_table", `{"source_table_name":"F.o","target_table_name":"lake.o"}`, `delete_external_table {"purge":true,"table_name":"lake.o"}`},
		"a table that was replaced":   {"create_external_table", `{"source_table_name":"F.o","target_table_name":"lake.o","more":{"overwrite":true}}`, ""},
		"a load cannot be taken back": {"start_load", `{"schema_names":["Sales"]}`, ""},
	} {
		t.Run(name, func(t *testing.T) {
			o, _ := Module.Operation(tt.verb)
			got := ""
			if o.Inverse != nil {
				if verb, args, ok := o.Inverse(op.Undo{Args: op.ArgsOf([]byte(tt.args))}); ok {
					got = verb + " " + string(op.AppendTree(nil, map[string]any(args)))
				}
			}
			if got != tt.want {
				t.Errorf("inverse of %s%s = %q, want %q", tt.verb, tt.args, got, tt.want)
			}
		})
	}
}

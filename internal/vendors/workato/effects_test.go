package workato

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
		case o.Effect != op.Read && len(o.Changes) == 0:
			t.Errorf("%s is no read and has no Changes", o.Name)
		case o.Effect != op.Read && o.Shows != nil && o.Shows.Entity == nil:
			t.Errorf("%s is no read and shows no object", o.Name)
		}
	}
}

// Arguments of lists that select by what cannot be foreseen: once something
// relevant was planned, the answer is unknown.
var unmatched = map[string]string{
	"list_recipes.stopped_after":                "a start or a stop changes that time",
	"list_recipes.updated_after":                "every change changes that time",
	"list_connections.updated_after":            "every change changes that time",
	"list_folders.with_nested_folders":          "which folders are below which is not worked out",
	"list_root_folders.with_nested_folders":     "which folders are below which is not worked out",
	"list_api_platform_clients.cert_bundle_ids": "no read shows the bundles of a client",
}

func TestViewsFitTheirOperations(t *testing.T) {
	left := maps.Clone(unmatched)
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
		if v.Entity != nil && o.ShapeOf(v.Entity) == nil {
			t.Errorf("%s shows a %s, which no read answers", o.Name, v.Entity.Name)
			continue
		}
		if v.Entity != nil && shape.Form == op.Object && !isField(shape, v.IDField()) {
			t.Errorf("%s shows a %s without its id: %q is no field", o.Name, v.Entity.Name, v.IDField())
		}
		if v.Fields != nil {
			for _, f := range v.Fields(op.Args{}) {
				if !isField(shape, f) {
					t.Errorf("%s shows %q, which is no field of the answer", o.Name, f)
				}
			}
		}
		for arg, m := range v.Filters {
			full := o.ShapeOf(v.Entity)
			_, counts := v.Entity.Counts[m.Field]
			if !isField(o.In(), arg) || !isField(full, m.Field) && !counts {
				t.Errorf("%s compares %q with %q; one does not exist", o.Name, arg, m.Field)
			}
		}
		if !v.Many {
			continue
		}
		for _, arg := range o.In().Names() {
			_, filters := v.Filters[arg]
			known := filters || isField(shape, arg) || slices.Contains(v.Free, arg)
			place := o.Verb() + "." + arg
			if _, excused := left[place]; excused == known {
				t.Errorf("%s: known how it selects: %t, excused: %t", place, known, excused)
			}
			delete(left, place)
		}
	}
	if len(left) > 0 {
		t.Errorf("excused, but no argument: %v", left)
	}
}

func isField(shape *op.Type, name string) bool { _, ok := shape.Field(name); return ok }

// Arguments that change nothing by their value.
var idle = map[string]string{
	"update_role.all_folders": "no list shows it for certain: it is unknown afterwards",
}

// An argument that nothing of a plan depends on would make the call look as if
// all were already as wanted. What a call creates is new at any rate.
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
		narrow := strings.ReplaceAll(base, " all hides ", "")
		if strings.Contains(base, " creates ") || strings.Contains(narrow, " hides ") {
			continue
		}
		if base != "" && strings.Count(base, "\n") == strings.Count(base, " all hides ") {
			continue // it goes by no object, so it never looks as if all were as wanted
		}
		if base == "" && len(required) == len(o.In().Fields) {
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
	case f.Type.Form == op.List && f.Type.Elem.Form == op.String:
		return []any{fmt.Sprintf("%s %d", f.Name, n)}
	case f.Type.Form == op.List:
		return []any{map[string]any{"name": fmt.Sprint(n)}}
	case f.Type.Form == op.Map || f.Type.Form == op.Object:
		return map[string]any{"name": fmt.Sprint(n)}
	}
	return fmt.Sprintf("%s%d", f.Name[:1], n)
}

// now is a workspace in which there is one of each.
func now(entity *op.Entity, id any) (map[string]any, bool) {
	switch entity {
	case recipe:
		return map[string]any{"id": id, "config": []any{map[string]any{"provider": "a1", "account_id": json.Number("9")}}}, true
	case member:
		return map[string]any{"id": id, "roles": []any{}}, true
	case projectGrant:
		return map[string]any{"id": id, "project_role": map[string]any{"id": "p1"}}, true
	}
	return map[string]any{"id": id}, true
}

// planned is what a call changes, a line for each mutation.
func planned(o *op.Operation, args op.Args) string {
	var text strings.Builder
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
		for _, m := range o.Planning(args, op.Unknown{Label: "new", New: true}, now) {
			shape := o.ShapeOf(m.Entity)
			if shape == nil {
				if m.Act != op.ActHide || m.ID != nil {
					t.Errorf("%s changes %s, which no read answers", o.Name, m.Entity.Name)
				}
				continue
			}
			if m.Field != "" && !isField(shape, m.Field) && !isListed(m.Entity, m.Field) {
				t.Errorf("%s changes %q of %s, which is no field", o.Name, m.Field, m.Entity.Name)
			}
			if m.Act != op.ActHide && m.Entity.Lists[m.Field].Entity != nil {
				t.Errorf("%s changes %q of %s, which follows from %s", o.Name, m.Field, m.Entity.Name, m.Entity.Lists[m.Field].Entity.Name)
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

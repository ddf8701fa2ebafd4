package alteryx

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
	"list_users.created_after":              "the full view of a user has no date",
	"list_users.created_before":             "the full view of a user has no date",
	"list_workflows.created_after":          "it is the date of the published version",
	"list_workflows.created_before":         "it is the date of the published version",
	"list_schedules.runs_after":             "the next run in a window follows from how it repeats, which nothing shows",
	"list_schedules.runs_before":            "the next run in a window follows from how it repeats, which nothing shows",
	"list_workflow_jobs.result_code":        "how a run ends is not known before",
	"list_admin_dcm_connections.visible_by": "what a user sees depends on their groups",
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
	"delete_user_group.force_delete":     "it only says whether the call may",
	"delete_collection.force_delete":     "it only says whether the call may",
	"add_group_ad_group.ad_group_sid":    "the sid stands too deep to tell members apart: they are unknown afterwards",
	"remove_group_ad_group.ad_group_sid": "the sid stands too deep to tell members apart: they are unknown afterwards",
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
		if strings.Contains(base, " creates ") || strings.Contains(strings.ReplaceAll(base, " all hides ", ""), " hides ") {
			continue
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
	return fmt.Sprintf("%s%d", f.Name[:1], n) // workflow_id is w1: see now
}

// now is a Server on which every user owns one of each.
func now(entity *op.Entity, id any) (map[string]any, bool) {
	one := func(id string) []any { return []any{map[string]any{"id": id, "name": id}} }
	switch entity {
	case user:
		return map[string]any{"id": id, "email": "ada@example.com", "role": "Artisan", "can_schedule_jobs": true}, true
	case assetsOfUser:
		return map[string]any{"workflows": one("w1"), "schedules": one("s1"), "collections": one("c1")}, true
	case workflow:
		return map[string]any{"id": id, "name": "Daily sales", "owner_id": "u1"}, true
	case schedule:
		return map[string]any{"id": id, "workflow_id": "w1", "owner_id": "u1"}, true
	case dcmConnection:
		return map[string]any{"id": id, "owner": map[string]any{"id": "u1"}}, true
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

// A transfer moves what can be moved, and leaves open what cannot be foreseen.
func TestTransfers(t *testing.T) {
	const give = `{"user_id":"u1","owner_id":"u2"`
	workflow1 := `workflow "w1" sets owner_id "u2" null`
	collection1 := `collection "c1" sets owner_id "u2" null`
	schedule1 := `schedule "s1" sets owner_id "u2" null`
	for name, tt := range map[string]struct {
		verb, args string
		heir       map[string]any
		want, not  []string
	}{
		"all": {"transfer_assets", give + `}`, map[string]any{"role": "Artisan", "can_schedule_jobs": true},
			[]string{workflow1, collection1, schedule1}, nil},
		"to one who may not schedule": {"transfer_assets", give + `}`, map[string]any{"role": "Artisan", "can_schedule_jobs": false},
			[]string{workflow1, collection1}, []string{`schedule "s1"`}},
		"to one whose role is decided from groups": {"transfer_assets", give + `}`, map[string]any{"role": "Evaluated", "can_schedule_jobs": false},
			[]string{workflow1, `schedule "s1" sets owner_id {"$unknown"`}, nil},
		"without the workflow": {"transfer_assets", give + `,"transfer_workflows":false}`, map[string]any{"role": "Artisan", "can_schedule_jobs": true},
			[]string{collection1, `schedule "s1" sets owner_id {"$unknown"`}, []string{`workflow "w1"`}},
		"without the workflow, to a Curator": {"transfer_assets", give + `,"transfer_workflows":false}`, map[string]any{"role": "Curator"},
			[]string{schedule1}, []string{`workflow "w1"`}},
		"collections only": {"transfer_assets", give + `,"transfer_workflows":false,"transfer_schedules":false}`, map[string]any{"role": "Curator"},
			[]string{collection1}, []string{`workflow "w1"`, `schedule "s1"`}},
		"a workflow": {"transfer_workflow", `{"workflow_id":"w1","owner_id":"u2"}`, map[string]any{"role": "Curator"},
			[]string{workflow1, schedule1}, []string{`collection "c1"`}},
		"a workflow that others' schedules run": {"transfer_workflow", `{"workflow_id":"w2","owner_id":"u2"}`, map[string]any{"role": "Curator"},
			[]string{`workflow "w2" sets owner_id "u2" null`}, []string{`schedule "s1"`}},
		"a workflow to its owner": {"transfer_workflow", `{"workflow_id":"w1","owner_id":"u1"}`, map[string]any{"role": "Curator"},
			[]string{`workflow "w1" sets owner_id "u1" null`}, []string{`schedule "s1"`, "studio"}},
	} {
		t.Run(name, func(t *testing.T) {
			o, _ := Module.Operation(tt.verb)
			var lines []string
			look := func(entity *op.Entity, id any) (map[string]any, bool) {
				if entity == user {
					return tt.heir, true
				}
				return now(entity, id)
			}
			for _, m := range o.Planning(op.ArgsOf([]byte(tt.args)), op.Unknown{}, look) {
				lines = append(lines, fmt.Sprintf("%s %s sets %s %s null", m.Entity.Name, op.AppendTree(nil, m.ID), m.Field, op.AppendTree(nil, m.Value)))
			}
			got := strings.Join(lines, "\n")
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

package alteryx

import (
	"testing"

	"runner/internal/op"
	"runner/internal/vendors/declared"
)

var suite = declared.Suite{
	Module: Module,
	Unmatched: map[string]string{
		"list_users.created_after":              "the full view of a user has no date",
		"list_users.created_before":             "the full view of a user has no date",
		"list_workflows.created_after":          "it is the date of the published version",
		"list_workflows.created_before":         "it is the date of the published version",
		"list_schedules.runs_after":             "the next run in a window follows from how it repeats, which nothing shows",
		"list_schedules.runs_before":            "the next run in a window follows from how it repeats, which nothing shows",
		"list_workflow_jobs.result_code":        "how a run ends is not known before",
		"list_admin_dcm_connections.visible_by": "what a user sees depends on their groups",
	},
	Idle: map[string]string{
		"delete_user_group.force_delete":     "it only says whether the call may",
		"delete_collection.force_delete":     "it only says whether the call may",
		"add_group_ad_group.ad_group_sid":    "the sid stands too deep to tell members apart: they are unknown afterwards",
		"remove_group_ad_group.ad_group_sid": "the sid stands too deep to tell members apart: they are unknown afterwards",
	},
	Unprobed: map[string]string{"reset_password": "each call sends a mail, of which nothing can be read"},
	Now:      now,
}

func TestDeclarations(t *testing.T) { suite.Check(t) }

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

// A transfer moves what can be moved, and leaves open what cannot be foreseen.
func TestTransfers(t *testing.T) {
	const give = `{"user_id":"u1","owner_id":"u2"`
	workflow1 := `workflow "w1" sets owner_id "u2" {}`
	collection1 := `collection "c1" sets owner_id "u2" {}`
	schedule1 := `schedule "s1" sets owner_id "u2" {}`
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
			[]string{`workflow "w2" sets owner_id "u2" {}`}, []string{`schedule "s1"`}},
		"a workflow to its owner": {"transfer_workflow", `{"workflow_id":"w1","owner_id":"u1"}`, map[string]any{"role": "Curator"},
			[]string{`workflow "w1" sets owner_id "u1" {}`}, []string{`schedule "s1"`, "studio"}},
	} {
		t.Run(name, func(t *testing.T) {
			server := suite
			server.Now = func(entity *op.Entity, id any) (map[string]any, bool) {
				if entity == user {
					return tt.heir, true
				}
				return now(entity, id)
			}
			server.Plans(t, tt.verb, tt.args, tt.want, tt.not)
		})
	}
}

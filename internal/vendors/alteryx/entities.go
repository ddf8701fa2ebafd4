package alteryx

import "runner/internal/op"

// This file says which objects the Server keeps, so that a dry run knows what
// its reads will show. It is how a Curator sees them: from others the Server
// hides what is not theirs or shared with them.

var (
	user = &op.Entity{Name: "user", Get: "get_user", Lists: map[string]op.Listing{
		"shared_credential_ids": {Entity: credential, Where: op.Has("user_ids")},
		"data_connection_ids":   {Entity: dataConnection, Where: op.Has("user_ids")},
	}}

	userGroup = &op.Entity{Name: "user group", Get: "get_user_group", Lists: map[string]op.Listing{
		"credential_ids": {Entity: credential, Where: op.Has("user_group_ids")},
		"connection_ids": {Entity: dataConnection, Where: op.Has("user_group_ids")},
	}}

	collection     = &op.Entity{Name: "collection", Get: "get_collection"}
	credential     = &op.Entity{Name: "credential", Get: "get_credential"}
	dataConnection = &op.Entity{Name: "data connection", Get: "get_data_connection"}

	// Which studio a workflow is in follows from its owner, or from where it was
	// made: the vendor says either. So its list of workflows is a fact of its own,
	// which becomes unknown where the two would differ.
	studio = &op.Entity{Name: "studio", Get: "get_subscription", By: "subscription_id", Counts: map[string]string{
		"user_count": "users", "workflow_count": "workflows",
	}}

	dcmConnection = &op.Entity{Name: "DCM connection", Get: "get_admin_dcm_connection", By: "id"}
	dcmRule       = &op.Entity{Name: "DCM handling rule", Get: "get_dcm_handling_rule", By: "id"}

	schedule = &op.Entity{Name: "schedule", Get: "get_schedule"}
	workflow = &op.Entity{Name: "workflow", Get: "get_workflow"}
	job      = &op.Entity{Name: "job", Get: "get_job"}

	assetsOfUser = &op.Entity{Name: "assets of user", Get: "get_user_assets", By: "user_id", Lists: assetLists}
)

// assetLists are what a user owns, each kind unless others were asked for.
var assetLists = map[string]op.Listing{
	"workflows":   {Entity: workflow, Where: op.Equal("owner_id"), Arg: "user_id", If: asked("Workflows")},
	"schedules":   {Entity: schedule, Where: op.Equal("owner_id"), Arg: "user_id", If: asked("Schedules")},
	"collections": {Entity: collection, Where: op.Equal("owner_id"), Arg: "user_id", If: asked("Collections")},
}

func asked(kind string) func(a op.Args) bool {
	return func(a op.Args) bool {
		v, given := a["asset_type"]
		return !given || v == "" || v == "All" || v == kind
	}
}

// These are no objects that can be read. What depends on them is unknown after
// a call that changes them: the arguments do not say what is in a package, which
// schedules or DCM connections go with a workflow or a user, whether a job that
// is cancelled runs by then or still waits and so is gone, or which DCM
// connections the connection's own user sees: nothing tells who that is.
var (
	packages         = &op.Entity{Name: "packages of workflows"}
	deletedSchedules = &op.Entity{Name: "schedules of deleted workflows"}
	visibleDCM       = &op.Entity{Name: "DCM connections that the connection's user sees"}
	deletedDCM       = &op.Entity{Name: "DCM connections of deleted users"}
	waitingJobs      = &op.Entity{Name: "jobs that were cancelled while they waited"}
)

// inFull makes of a list one that shows no more than these fields, but in its
// Full view.
func inFull(v *op.View, fields ...string) *op.View {
	v.Free = append(v.Free, "view")
	v.Fields = func(a op.Args) []string {
		if a["view"] == "Full" {
			return nil
		}
		return fields
	}
	return v
}

// within makes a view one of what belongs to another object, and is gone with
// it.
func within(v *op.View, parent *op.Entity, arg string) *op.View {
	v.Within, v.Parent = parent, arg
	return v
}

// unless makes a view one that is unknown once these were changed.
func unless(v *op.View, changed ...*op.Entity) *op.View {
	v.Blind = append(v.Blind, changed...)
	return v
}

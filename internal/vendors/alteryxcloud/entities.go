package alteryxcloud

import "runner/internal/op"

// This file says which objects a workspace has, so that a dry run knows what
// its reads will show. It is how a Workspace Admin sees them.

var (
	workspace        = &op.Entity{Name: "workspace", Get: "get_workspace"}
	workspaceSetting = &op.Entity{Name: "workspace setting", Get: "list_workspace_settings", By: "key", ID: "key"}

	person = &op.Entity{Name: "person", Get: "get_person"}
	role   = &op.Entity{Name: "role", Get: "get_role", ID: "policy_id"}
	group  = &op.Entity{Name: "group", Get: "list_groups"}

	accessToken = &op.Entity{Name: "API access token", Get: "get_api_access_token", By: "token_id", ID: "token_id"}
	connection  = &op.Entity{Name: "connection", Get: "get_connection"}

	flow    = &op.Entity{Name: "flow", Get: "get_flow"}
	flowRun = &op.Entity{Name: "flow run", Get: "get_flow_run"}
	folder  = &op.Entity{Name: "folder", Get: "get_folder"}
	plan    = &op.Entity{Name: "plan", Get: "get_plan"}
	planRun = &op.Entity{Name: "plan run", Get: "get_plan_run"}

	schedule  = &op.Entity{Name: "schedule", Get: "get_schedule"}
	jobGroup  = &op.Entity{Name: "job group", Get: "get_job_group"}
	workflow  = &op.Entity{Name: "workflow", Get: "get_workflow"}
	parameter = &op.Entity{Name: "environment parameter", Get: "get_environment_parameter", By: "parameter_id"}
)

// These are no objects that can be read one by one. What depends on them is
// unknown after a call that changes them: the arguments do not say which
// objects are concerned.
var (
	newWorkspaces       = &op.Entity{Name: "new workspaces"}
	invitations         = &op.Entity{Name: "invitations"}
	connectionShares    = &op.Entity{Name: "shares of connections"}
	planShares          = &op.Entity{Name: "shares of plans"}
	runs                = &op.Entity{Name: "runs"}
	imports             = &op.Entity{Name: "contents of packages"}
	ownership           = &op.Entity{Name: "what people own"}
	removedAssets       = &op.Entity{Name: "assets of removed people"}
	deletedSchedules    = &op.Entity{Name: "schedules of deleted plans"}
	transferredSchedule = &op.Entity{Name: "schedules that were given away"}
	deletedFolders      = &op.Entity{Name: "contents of deleted folders"}
)

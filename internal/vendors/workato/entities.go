package workato

import "runner/internal/op"

// This file says which objects a workspace has, so that a dry run knows what
// its reads will show. It is how a client sees them that may see all folders
// and projects of its environment.

var (
	apiClient     = &op.Entity{Name: "developer API client", Get: "get_developer_api_client"}
	apiClientRole = &op.Entity{Name: "developer API client role", Get: "list_developer_api_client_roles"}

	member          = &op.Entity{Name: "member", Get: "get_member"}
	userGroup       = &op.Entity{Name: "user group", Get: "get_user_group"}
	environmentRole = &op.Entity{Name: "environment role", Get: "get_environment_role"}
	projectRole     = &op.Entity{Name: "project role", Get: "get_project_role"}
	projectGrant    = &op.Entity{Name: "project grant", Get: "get_project_grant"}
	role            = &op.Entity{Name: "role", Get: "list_roles"}

	connection = &op.Entity{Name: "connection", Get: "list_connections"}
	recipe     = &op.Entity{Name: "recipe", Get: "get_recipe"}
	folder     = &op.Entity{Name: "folder", Get: "get_folder"}
	project    = &op.Entity{Name: "project", Get: "list_projects"}

	projectBuild   = &op.Entity{Name: "project build", Get: "get_project_build"}
	deployment     = &op.Entity{Name: "deployment", Get: "get_deployment"}
	exportManifest = &op.Entity{Name: "export manifest", Get: "get_export_manifest"}
	pkg            = &op.Entity{Name: "package", Get: "get_package"}

	apiCollection  = &op.Entity{Name: "API collection", Get: "list_api_collections"}
	apiEndpoint    = &op.Entity{Name: "API endpoint", Get: "list_api_endpoints"}
	platformClient = &op.Entity{Name: "API platform client", Get: "get_api_platform_client"}
	certBundle     = &op.Entity{Name: "cert bundle", Get: "get_cert_bundle"}

	tag         = &op.Entity{Name: "tag", Get: "list_tags", By: "handle", ID: "handle"}
	lookupTable = &op.Entity{Name: "lookup table", Get: "list_lookup_tables"}
	onPremGroup = &op.Entity{Name: "on-prem group", Get: "get_on_prem_group", By: "on_prem_group_id"}
	onPremAgent = &op.Entity{Name: "on-prem agent", Get: "get_on_prem_agent", By: "on_prem_agent_id"}
	eventTopic  = &op.Entity{Name: "event topic", Get: "get_event_topic"}
)

// These are no objects that can be read one by one. What depends on them is
// unknown after a call that changes them: reads show them under two ids, or
// mixed with others, or the arguments do not say which of them change.
var (
	newProjects        = &op.Entity{Name: "projects of new folders"}
	memberships        = &op.Entity{Name: "members of user groups"}
	invitations        = &op.Entity{Name: "invitations"}
	copiedRoles        = &op.Entity{Name: "copies of roles"}                  // whose ids no answer tells
	awardedGrants      = &op.Entity{Name: "grants that were made or changed"} // as above
	revokedGrants      = &op.Entity{Name: "grants of what was deleted"}
	importedEndpoints  = &op.Entity{Name: "endpoints of an OpenAPI document, or of a deleted collection"}
	tagAssignments     = &op.Entity{Name: "tags of recipes and connections"}
	secretsCache       = &op.Entity{Name: "secrets cache"}
	deletedAgents      = &op.Entity{Name: "agents of deleted on-prem groups"}
	runtimeConnections = &op.Entity{Name: "connections of end users"}
	nestedFolders      = &op.Entity{Name: "folders in folders"}
	rights             = &op.Entity{Name: "rights of members"}
	apiKeys            = &op.Entity{Name: "API keys"}
	recipeVersions     = &op.Entity{Name: "versions of recipes"}
	recipeHealth       = &op.Entity{Name: "health of recipes"}
	jobs               = &op.Entity{Name: "jobs"}
	lookupRows         = &op.Entity{Name: "rows of lookup tables"}
	properties         = &op.Entity{Name: "properties"}
	onPremState        = &op.Entity{Name: "state of on-prem agents"}
	content            = &op.Entity{Name: "content of folders"} // what an import, or a deletion of a folder with all that is in it, changes
)

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

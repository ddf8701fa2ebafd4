package atscale

import "runner/internal/op"

// This file says which objects AtScale keeps, so that a dry run knows what its
// reads will show.

var (
	organization = &op.Entity{Name: "organization", Get: "list_organizations"}
	user         = &op.Entity{Name: "user", Get: "list_users", ID: "user_id"}
	group        = &op.Entity{Name: "group", Get: "list_groups"}

	project   = &op.Entity{Name: "project", Get: "get_project"}
	published = &op.Entity{Name: "published project", Get: "list_published_projects"}

	cubeBuild       = &op.Entity{Name: "build", Get: "list_cube_builds"}
	connectionGroup = &op.Entity{Name: "connection group", Get: "list_connection_groups", ID: "connection_id"}
	engine          = &op.Entity{Name: "engine", Get: "list_engines", ID: "engine_id"}

	catalog       = &op.Entity{Name: "catalog", Get: "list_catalogs"}
	repository    = &op.Entity{Name: "repository", Get: "list_repositories"}
	dataWarehouse = &op.Entity{Name: "data warehouse", Get: "list_data_warehouses"}
	modelBuild    = &op.Entity{Name: "model build", Get: "list_model_builds"}
)

// These are no objects that can be read in full, or changes of them whose
// outcome cannot be foreseen: which id a published project gets, which
// aggregates go with it, which aggregates queries use, what is in a file, whose
// rights end with a user, how long the engine is down. What depends on them is
// unknown after a call that changes them.
var (
	tenants             = &op.Entity{Name: "organizations with all that is in them"}
	deletedPrincipals   = &op.Entity{Name: "deleted users and groups"}
	projectAccess       = &op.Entity{Name: "access to projects"}
	folders             = &op.Entity{Name: "project folders"}
	snapshots           = &op.Entity{Name: "snapshots"}
	publications        = &op.Entity{Name: "publications"}
	droppedAggregates   = &op.Entity{Name: "aggregates of published projects"}
	builtAggregates     = &op.Entity{Name: "aggregates that are built"}
	buildSchedules      = &op.Entity{Name: "build schedules"}
	creationSchedules   = &op.Entity{Name: "aggregate creation schedules"}
	tableLists          = &op.Entity{Name: "cached lists of tables"}
	platformFields      = &op.Entity{Name: "further fields of data warehouses"}
	environments        = &op.Entity{Name: "environments"}
	engineSettings      = &op.Entity{Name: "engine settings"}
	engineOrganizations = &op.Entity{Name: "SQL ports of organizations"}
	licenses            = &op.Entity{Name: "licenses"}
	enginesRunning      = &op.Entity{Name: "engines that run"}
	deployments         = &op.Entity{Name: "deployments"}
	aggregatesInUse     = &op.Entity{Name: "aggregates that queries use"}
)

// unless makes a view one that is unknown once these were changed.
func unless(v *op.View, changed ...*op.Entity) *op.View {
	v.Blind = append(v.Blind, changed...)
	return v
}

// ofOrganization makes a view one of an organization that an argument may name.
// Who and what is in one that a planned call creates, nobody knows.
func ofOrganization(v *op.View) *op.View {
	v.Within, v.Parent = organization, "org_id"
	return unless(v, tenants)
}

// orNone is an argument, or nothing if it is not given.
func orNone(arg string) op.Source { return op.First(op.Arg(arg), op.Is(nil)) }

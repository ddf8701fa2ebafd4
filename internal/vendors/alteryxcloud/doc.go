// Package alteryxcloud is Alteryx Analytics Cloud (Alteryx One, formerly
// Trifacta): people, roles and groups of one workspace, and what they build
// and run there.
//
// Authentication is a bearer token of a user: an API access token of the older
// kind, or the access token of an OAuth 2.0 API token, which ends after five
// minutes and is renewed with a refresh token that works once: see signin.go.
// There is no sign-in without a user. A token acts in one workspace; who needs
// several has a connection for each.
//
// There are two hosts: {region}.alteryxcloud.com serves /v4 and /svc-workflow,
// api.{region}.alteryxcloud.com serves /iam and /billing. People and roles are
// administered on the latter, as scripts in the field do; the rest on the
// former, where answers of tenants are known.
//
// Limits are documented per endpoint, user and workspace, a minute: 30 runs of
// recipes, 20 of flows, 30 of plans, 10 to 40 packages. The connection keeps to
// one rate for all; those are left to the vendor's 429, which names a time to
// wait. Runs of recipes, flows and plans take an execution id, and are safe to
// repeat.
//
// Lists are asked for 100 at a time. Their parameters fields, embed and
// includeDeleted are not offered: answers would have other shapes.
//
// Sources: the vendor's OpenAPI document as a generated client has it, its help
// pages, and answers of tenants that others have published. Not covered:
//
//   - GET /iam/v1/workspaces/current, /iam/v1/people/{id}, /iam/v1/workspaces/{id}/configuration
//     and /iam/v1/workspaces/{workspaceId}/admins: the same as under /v4.
//   - GET /v4/workspaces/{id}/people: list_members reads the same from the API host.
//   - /v4/workspaces/current/configuration and the like, and /v4/groups: the same
//     as with the workspace's number.
//   - PATCH /v4/workspaces/{id}/transfer, the suspensions, the invitations and
//     /v4/authorization/roles/{id}/people to write: the same is on the API host.
//   - PUT /v4/workspaces/{workspaceId}/people/{id}: update_person uses PATCH, which takes more.
//   - GET /v4/people/count: removed; it answers 410.
//   - The counts beside lists (/v4/connections/count and the like): a list is counted by reading it.
//   - GET /v4/jobGroups: deprecated for the job library.
//   - /plans/v1 and /scheduling/v1: the same as under /v4.
//   - GET /svc-workflow/api/v1/assets: list_workflows does.
//   - Listing, disabling and deleting OAuth 2.0 API tokens: only by hand.
package alteryxcloud

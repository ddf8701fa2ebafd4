// Package alteryx is Alteryx Server's API v3, and the few older endpoints that
// an operator still needs.
//
// Authentication is OAuth 2.0 client credentials: the API access key and
// secret of a user, on whose behalf everything happens. A 401 means a refused
// token as well as a role that is too low, so it is answered by one renewal
// and then reported as denied.
//
// The vendor documents no rate limit, no idempotency keys and, but for two
// lists of jobs, no paging. Object ids are 24 hex digits, those of DCM GUIDs.
//
// Sources: the help pages named at each operation, and the document that a
// running Server produces of itself ("swagger" below). Not covered:
//
//   - POST /v3/usage deletes usage events: not an operator's task.
//   - POST /admin/v1/workflows/ publishes a package: create_workflow does.
//   - PUT /v3/schedules/{id} wants nine fields: update_schedule uses PATCH.
package alteryx

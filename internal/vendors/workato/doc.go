// Package workato is Workato's Developer API.
//
// Authentication is the bearer token of a Developer API client, whose role says
// what it may do and whose environment and folders say where. Each data centre
// has an address of its own. A 401 means a wrong token as well as a role
// without the privilege: both are unauthenticated, and the hint says so. Status
// 200 with success: false is a failure. Who calls published APIs ("API platform
// clients") is somebody else than a Developer API client.
//
// Tokens and keys are answered once, when they are made: no read, and so no
// probe, can recover one whose answer was lost. What was rotated has to be
// rotated again; a new client is found without the value of its token.
//
// The documented limits are by collection of endpoints: 60 requests a minute
// for most; one a second for creating and running recipes, repeating and
// cancelling jobs, deleting lookup tables, and connections but for their list;
// 20 health analyses a minute; 500 imports an hour. A connection keeps to one a
// second for all. Not covered: imports and health analyses beyond that, the
// 20 minutes between two invitations of one address, and that all tokens of a
// workspace may share a bucket. Without Retry-After a refusal is waited out 15
// seconds at a time. Requests are cut by the service at 40 seconds.
//
// Two permission models live side by side: the roles of list_roles, and the
// newer environment and project roles, grants and groups.
//
// Sources: the pages named at each operation, Workato's own command lines and
// the OpenAPI document that comes with one of them. Not covered:
//
//   - /api/managed_users: embedded (OEM) customers, a product of its own for
//     partners.
//   - POST /api/members adds a person without a mail: one third-party client
//     uses it, no manual has it. invite_member does it by mail.
//   - POST /api/roles_migration/…: moves to the newer model once, for good; not
//     documented.
//   - GET /api/recipes/job_counts: its arguments are not documented;
//     list_recipes has the same counters.
//   - The review of deployments (…/eligible_reviewers, assign_reviewers and so
//     on): a private beta, not documented.
//   - POST and PUT /api/cert_bundles: their bodies are not documented.
//   - /api/api_clients and access profiles of the API platform, version 1: out
//     of service since the end of 2025; version 2 is here.
//   - /api/iam/…: end users of apps, no collaborators; not documented.
//   - /api/custom_connectors, custom_oauth_profiles, sdk, integrations,
//     data_tables, test_cases, agentic and mcp: what is built with Workato, not
//     who may use it.
//   - Records of data tables and messages of event topics are on other hosts.
//   - Authentication by e-mail address and older tokens: out of service.
package workato

// Package atscale is the HTTP API of AtScale, in both editions.
//
// The installer edition (yearly installers) has a service per port: Design
// Center (10500), the engine (10502) and the account service (10504), each with
// an address of its own in the settings. The user and password of a connection
// are exchanged for a token, which is renewed before its hour is over and once
// when it is refused. A 401 means a token that has ended as well as a right
// that is missing, so the second one in a row is reported as denied. A
// connection is signed in to one organization, and its operations are about
// that one; a few reads take another as org_id.
//
// The container edition has one address. An API token, or a user of its
// Identity Broker, is exchanged for a token. It knows catalogs and models where
// the installer edition knows projects and cubes.
//
// Which one it is says the setting edition. The operations of the two differ in
// shape, so they have names of their own: cubes and projects are the installer
// edition's, models, catalogs, repositories and data warehouses the container
// edition's. An operation of the other edition raises unsupported. run_query and
// run_xmla are of both.
//
// The vendor documents no rate limit, no idempotency keys, and paging only for
// lists of the engine. Much of the API is not documented where it can be read:
// what the code calls unconfirmed was inferred, and is read tolerantly.
//
// Not covered:
//
//   - GET /{org}/auth, POST /v1/token and the Identity Broker's token endpoint:
//     the connection signs in by itself.
//   - POST, PUT and DELETE of roles, and who is in a group: the user interface
//     can do it, but no page tells how.
//   - verifyOnly of POST /file/import: what it answers is not known.
//   - GET /ping and GET /status: health checks of the installation.
//   - POST /query/…/submit/json: as submit, with an answer that is not known.
//   - GET /v1/aggregates: it ignores paging and answers ten; list_model_aggregates
//     reads the web application's own list.
//   - aggregates-creation/scheduler of the container edition: its full path is
//     not known.
//   - POST /wapi/git/deploy/catalog: it needs the cookie of a browser;
//     deploy_catalog does the same.
//   - users, groups and roles of the container edition: they are the Identity
//     Broker's, a Keycloak with an API of its own.
package atscale

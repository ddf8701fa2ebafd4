// Package incorta is Incorta's public API v2, and v1 where a connection has
// nothing but an API key.
//
// A connection signs in in one of two ways. With token, a personal access token
// or a JWT of the customer's authorization server, it speaks v2. With api_key
// and login_name it speaks v1: the key is changed into tokens of ten minutes,
// which are refreshed. v1 has loads of schemas, their status, reports, queries
// and the two operations about users; the rest raises unsupported then. Whether
// v2 takes the tokens of v1 is not documented, so it is not tried.
//
// A refused token is INC_09030101, with 401 in v2 and with 403 in v1. The vendor
// documents neither rate limits nor idempotency keys.
//
// The vendor's pages could be read only in part: requests are as documented,
// many answers are read in whichever of several shapes they come (answer.go),
// and what was inferred is said where it is used.
//
// Sources: docs.incorta.com as named at each operation. Not covered:
//
//   - POST /api/v1/tokens and /api/v1/tokens/refresh: the connection calls them
//     itself, and their answers are secrets.
//   - the v1 twin of each operation that v2 has: a connection with a token uses
//     v2, one with an API key v1.
//   - v2 without the tenant in its path, as before 2023.7.0.
//   - OAuth sign-in at Incorta's own authorization server: its token endpoint is
//     not documented. Give the connection a token.
//   - users, groups and roles, lists of load plans, a stop of loads, and making
//     or revoking tokens: the public API has none of them.
//   - /incorta/service, /incorta/bff and the management console: undocumented.
package incorta

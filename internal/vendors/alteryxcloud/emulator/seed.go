package emulator

import (
	"strings"
	"time"

	"runner/internal/vendors/company"
)

// The seed is a small company, the same in every run.

// The workspaces. All that is interesting lies in the first.
const (
	WorkspaceID = 4242
	SandboxID   = 4243
)

// Tokens of the seed. Refresh tokens change at their first use. Ada is no admin; nobody but the API user is there in
// an empty account.
const (
	RefreshToken        = "emulated-refresh-runner"  // of the API user, a workspace admin
	SandboxRefreshToken = "emulated-refresh-sandbox" // of the same, in the sandbox
	AdaRefreshToken     = "emulated-refresh-ada"
	LegacyToken         = "emulated-api-token-runner" // an API access token of the API user that never expires
	AdaLegacyToken      = "emulated-api-token-ada"
)

// Sids of the OAuth tokens of the seed.
const (
	RunnerSID  = "8d1f0000-0000-4000-8000-000000000001"
	SandboxSID = "8d1f0000-0000-4000-8000-000000000002"
	AdaSID     = "8d1f0000-0000-4000-8000-000000000003"
	PaulSID    = "8d1f0000-0000-4000-8000-000000000004"
)

// Ids of the roles of the seed. All but the first are left out of an empty account.
const (
	AdminRole    = 8101
	MemberRole   = 8102
	ViewerRole   = 8103
	OperatorRole = 8104
	AuditRole    = 8105
)

// ago is a moment so many days before the company's today.
func ago(days int) time.Time { return time.Date(2026, 6, 1, 8, 0, 0, 0, time.UTC).AddDate(0, 0, -days) }

// PersonID is somebody's id by the first part of their address; 0 if they are not of the company.
func PersonID(name string) int64 {
	for i, p := range company.People {
		if p.Name == name {
			return int64(51001 + i)
		}
	}
	return 0
}

func (a *account) seed(o Options) {
	for _, p := range company.People {
		a.known[strings.ToLower(p.Email())] = PersonID(p.Name)
	}
	s := newSpace(workspace{ID: WorkspaceID, GID: gid("01W", WorkspaceID), Name: "Example Analytics", State: "active",
		Tier: "enterprise_cloud22", CustomURL: "example-analytics", MaxUsers: 25, times: made(ago(900)),
		Settings: map[string]any{"webapp.session.durationInMins": 480}})
	box := newSpace(workspace{ID: SandboxID, GID: gid("01W", SandboxID), Name: "Example Sandbox", State: "active",
		Tier: "enterprise_cloud22", CustomURL: "example-sandbox", MaxUsers: 5, times: made(ago(400)), Settings: map[string]any{}})
	a.spaces.put(WorkspaceID, s)
	a.spaces.put(SandboxID, box)
	next := int64(AdminRole)
	a.seedRoles(s, ago(900), func() int64 { next++; return next - 1 })
	a.seedRoles(box, ago(400), func() int64 { return 8201 })
	s.seedPeople(o)
	box.seedMember(company.People[0], 8201)
	a.seedTokens(o)
	if o.Empty {
		return
	}
	box.seedMember(company.People[1], 8201)
	s.seedOtherRoles()
	s.seedGroups()
	s.seedConnections()
	s.seedFlows()
	s.seedPlans()
	s.seedWorkflows()
	s.seedSchedules()
	s.seedJobs()
	s.seedParameters()
}

// seedRoles makes the roles that every workspace has.
func (a *account) seedRoles(s *space, at time.Time, id func() int64) {
	r := &role{ID: id(), WorkspaceID: s.WorkspaceID, Tag: "workspace_admin", times: made(at)}
	for _, kind := range resourceTypes {
		r.Grants = append(r.Grants, grant{kind, []string{"create", "delete", "execute", "read", "share", "update"}, "workspace_admin"})
	}
	s.roles.put(r.ID, r)
}

func (a *account) seedTokens(o Options) {
	runner, ada, paul := PersonID("api-runner"), PersonID("ada"), PersonID("paul")
	for _, t := range []oauthToken{
		{SID: RunnerSID, Name: "Runner", WorkspaceID: WorkspaceID, PersonID: runner, refresh: RefreshToken},
		{SID: SandboxSID, Name: "Runner (sandbox)", WorkspaceID: SandboxID, PersonID: runner, refresh: SandboxRefreshToken},
		{SID: AdaSID, Name: "Ada's notebook", WorkspaceID: WorkspaceID, PersonID: ada, refresh: AdaRefreshToken},
		{SID: PaulSID, Name: "export / nightly", WorkspaceID: WorkspaceID, PersonID: paul, refresh: "emulated-refresh-paul"},
	} {
		if o.Empty && t.PersonID != runner {
			continue
		}
		t.Status, t.CreatedAt, t.ExpiredAt = enabled, ago(30), farOff
		a.oauth.put(t.SID, &t)
	}
	for i, t := range []apiToken{
		{Description: "Runner", PersonID: runner, value: LegacyToken},
		{Description: "Power BI", PersonID: ada, value: AdaLegacyToken},
		{Description: `nightly "export"`, PersonID: paul, value: "emulated-api-token-paul"},
		{Description: "old laptop", PersonID: ada, ExpiredAt: ago(200), value: "emulated-api-token-old"},
	} {
		if o.Empty && t.PersonID != runner {
			continue
		}
		t.TokenID = "8e000000-0000-4000-8000-00000000000" + idString(int64(i+1))
		t.WorkspaceID, t.CreatedAt = WorkspaceID, ago(500)
		a.apiTokens.put(t.TokenID, &t)
	}
}

// farOff is when the refresh tokens of the seed expire: never, for any clock that somebody may set. The vendor's end
// after a year at most.
var farOff = time.Date(2999, 1, 1, 0, 0, 0, 0, time.UTC)

func (s *space) seedParameters() {
	for i, p := range []parameter{
		{Key: "load date", Value: object{"type": "string", "value": "2026-06-01"}},
		{Key: `bucket "Zürich"`, Value: object{"type": "string", "value": "s3://example/zuerich"}},
	} {
		p.ID, p.WorkspaceID, p.times = int64(601+i), s.WorkspaceID, made(ago(100))
		s.parameters.put(p.ID, &p)
	}
}

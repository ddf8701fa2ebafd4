package alteryxcloud

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"runner/internal/op"
	"runner/internal/rest"
)

// Module is Alteryx Analytics Cloud.
var Module = op.NewModule(op.Module{
	Name:  "alteryx_cloud",
	Title: "Alteryx Analytics Cloud",
	Doc:   "Workspaces, people, roles, groups, access tokens, connections, flows, plans, schedules, jobs, cloud-native workflows and environment parameters of Alteryx One (Alteryx Analytics Cloud), of one workspace per connection.",
	Limit: limit,
	Operations: slices.Concat(
		workspaceOperations,
		peopleOperations,
		invitationOperations,
		roleOperations,
		groupOperations,
		accessTokenOperations,
		connectionOperations,
		connectionAccessOperations,
		flowOperations,
		flowRunOperations,
		flowPackageOperations,
		folderOperations,
		planOperations,
		planRunOperations,
		planAccessOperations,
		scheduleOperations,
		jobOperations,
		jobResultOperations,
		workflowOperations,
		environmentParameterOperations,
		accountOperations,
	),
}, connect)

// The vendor documents limits only for runs, packages and imports: 10 to 40 a
// minute for each user, each endpoint with a count of its own. For the rest
// this is a gentle rate; who is above a limit is told how long to wait.
var limit = op.Limit{PerSecond: 2, Burst: 5}

// Settings of a connection.
type Settings struct {
	// URL hides the one of rest.Settings, which is required.
	URL          string        `lua:"url" default:"that of region" doc:"Address of the plain host, like https://us1.alteryxcloud.com."`
	APIURL       string        `lua:"api_url" default:"url with api. before the host's name" doc:"Address of the API host, which serves people, roles and billing."`
	Region       string        `lua:"region" doc:"Region of the workspace: us1, eu1, au1 or another; the first part of the host's name. Ignored if url is given."`
	AccessToken  string        `lua:"access_token,secret" doc:"API access token of a user (the older kind, which does not rotate). Beside refresh_token: the OAuth access token that came with it, from which issuer and client_id are read."`
	RefreshToken string        `lua:"refresh_token,secret" doc:"Refresh token of an OAuth 2.0 API token, from the user's preferences. It is used up at once; the runner keeps the one that follows."`
	ClientID     string        `lua:"client_id" doc:"Client id of the OAuth 2.0 API token, as the user's preferences show it."`
	Issuer       string        `lua:"issuer" default:"that of region for us1 and eu1" doc:"Address that issues OAuth tokens, like https://pingauth.alteryxcloud.com/as."`
	WorkspaceID  op.Opt[int64] `lua:"workspace_id" default:"asked for when it is first needed" doc:"Workspace that the token is for: its number, not its gid. Given, a token of another workspace is refused instead of acting there."`
	ProjectID    string        `lua:"project_id" doc:"Value of the header x-api-project-id on the API host, where that asks for it."`
	rest.Settings
}

// issuers are the addresses that the vendor's pages name.
var issuers = map[string]string{
	"us1": "https://pingauth.alteryxcloud.com/as",
	"eu1": "https://pingauth-eu1.alteryxcloud.com/as",
}

// client is what the operations take. There are two hosts: plain serves /v4
// and /svc-workflow, api serves /iam, /plans, /scheduling and /billing.
type client struct {
	plain, api *rest.Client
	here       *whereabouts
}

func connect(w op.World, s Settings) (op.Client, error) {
	s, err := s.complete()
	if err != nil {
		return op.Client{}, err
	}
	auth, as, err := s.auth(w)
	if err != nil {
		return op.Client{}, err
	}
	options := rest.Options{Auth: auth, Explain: explain, WaitHeaders: []string{"X-Retry-After"}}
	plain, err := rest.New(s.Settings, w, options)
	if err != nil {
		return op.Client{}, err
	}
	atAPI := s.Settings
	atAPI.URL = s.APIURL
	if s.ProjectID != "" {
		options.Auth = project{auth, s.ProjectID}
	}
	api, err := rest.New(atAPI, w, options)
	if err != nil {
		return op.Client{}, err
	}
	account := plain.Base()
	if s.WorkspaceID.Given {
		account += fmt.Sprintf(", workspace %d", s.WorkspaceID.Value)
	}
	return op.Client{
		Vendor:  &client{plain: plain, api: api, here: newWhereabouts(s.WorkspaceID)},
		Account: account + as, Limit: s.Limit(limit), Timeout: s.CallDeadline(), Settle: s.SettleTime(),
	}, nil
}

// complete fills in the addresses that follow from others.
func (s Settings) complete() (Settings, error) {
	missing := func(setting, cause, hint string) error {
		return &op.Error{Kind: op.Invalid, Subject: "setting " + setting, Cause: cause, Hint: hint}
	}
	s.Region = strings.ToLower(strings.TrimSpace(s.Region))
	s.Settings.URL = strings.TrimSpace(s.URL)
	if s.Settings.URL == "" {
		switch {
		case s.Region == "":
			return s, missing("region", "it is missing", "give the first part of the host's name, like us1, or the url")
		case strings.ContainsFunc(s.Region, func(r rune) bool { return (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '-' }):
			return s, missing("region", fmt.Sprintf("%q is not the name of a region", s.Region), "write it like us1")
		}
		s.Settings.URL = "https://" + s.Region + ".alteryxcloud.com"
	}
	if s.APIURL = strings.TrimSpace(s.APIURL); s.APIURL == "" {
		s.APIURL = s.Settings.URL
		// Elsewhere, as with an emulator, one host serves everything.
		if u, err := url.Parse(s.Settings.URL); err == nil && strings.HasSuffix(u.Hostname(), ".alteryxcloud.com") && !strings.HasPrefix(u.Host, "api.") {
			u.Host = "api." + u.Host
			s.APIURL = u.String()
		}
	}
	if s.WorkspaceID.Given && s.WorkspaceID.Value < 1 {
		return s, missing("workspace_id", fmt.Sprintf("%d is not the number of a workspace", s.WorkspaceID.Value), "leave it out, and it is asked for")
	}
	return s, nil
}

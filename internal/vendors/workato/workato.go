package workato

import (
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"runner/internal/op"
	"runner/internal/rest"
)

// Module is Workato.
var Module = op.NewModule(op.Module{
	Name:  "workato",
	Title: "Workato",
	Doc:   "API clients, collaborators, groups, roles, grants, connections, recipes, folders, projects, packages, API platform, properties, tags, lookup tables, on-prem agents and event topics of a Workato workspace, through its Developer API.",
	Limit: limit,
	Operations: slices.Concat(
		developerAPIClientOperations,
		workspaceOperations,
		memberOperations,
		userGroupOperations,
		roleOperations,
		projectGrantOperations,
		connectionOperations,
		recipeOperations,
		jobOperations,
		folderOperations,
		deploymentOperations,
		packageOperations,
		platformOperations,
		platformClientOperations,
		environmentOperations,
		tagOperations,
		lookupTableOperations,
		onPremOperations,
		eventTopicOperations,
	),
}, connect)

// Most resources take 60 requests a minute; recipe creation and connections
// other than their list one a second. Each resource has a bucket of its own,
// so one a second for all is careful.
var limit = op.Limit{PerSecond: 1, Burst: 1}

// Settings of a connection.
type Settings struct {
	// URL hides the one of rest.Settings, which is required.
	URL        string `lua:"url" default:"that of data_center" doc:"Address of the workspace, for Virtual Private Workato."`
	DataCenter string `lua:"data_center" enum:"us eu jp sg au il cn kr uk trial" default:"us" doc:"Data centre of the workspace; tokens work only in their own. trial is the developer sandbox. Ignored if url is given."`
	Token      string `lua:"token,required,secret" doc:"Token of a Developer API client; shown once, when the client is created or its token is rotated."`
	rest.Settings
}

// hosts are the data centres. That of uk is inferred from the name of another
// of its hosts.
var hosts = map[string]string{
	"us": "https://www.workato.com", "eu": "https://app.eu.workato.com", "jp": "https://app.jp.workato.com",
	"sg": "https://app.sg.workato.com", "au": "https://app.au.workato.com", "il": "https://app.il.workato.com",
	"cn": "https://app.workatoapp.cn", "kr": "https://app.kr.workato.com", "uk": "https://app.uk.workato.com",
	"trial": "https://app.trial.workato.com",
}

// client is what the operations take.
type client struct {
	*rest.Client
}

func connect(w op.World, s Settings) (op.Client, error) {
	where := "" // which data centre, as a person says it
	s.Settings.URL = strings.TrimSpace(s.URL)
	if s.Settings.URL == "" {
		where = s.DataCenter
		if where == "" {
			where = "us"
		}
		host, ok := hosts[where]
		if !ok {
			return op.Client{}, &op.Error{
				Kind: op.Invalid, Subject: "setting data_center", Cause: fmt.Sprintf("%q is none of Workato's", where),
				Hint: "write one of us, eu, jp, sg, au, il, cn, kr, uk and trial, or give the url",
			}
		}
		s.Settings.URL = host
	}
	if strings.TrimSpace(s.Token) == "" {
		return op.Client{}, &op.Error{Kind: op.Invalid, Subject: "setting token", Cause: "it is empty", Hint: "give the token of a Developer API client"}
	}
	c, err := rest.New(s.Settings, w, rest.Options{
		Path:    "/api",
		Auth:    rest.Bearer(strings.TrimSpace(s.Token)),
		Explain: explain,
	})
	if err != nil {
		return op.Client{}, err
	}
	account := c.Base() + " as the token's API client"
	if where != "" {
		account += " (" + where + ")"
	}
	// Nothing but the token tells one workspace from another.
	keepTo := s.Limit(limit)
	keepTo.Scope = fmt.Sprintf("%x", sha256.Sum256([]byte("limit of "+strings.TrimSpace(s.Token))))
	return op.Client{Vendor: &client{c}, Account: account, Limit: keepTo, Timeout: s.CallDeadline(), Settle: s.SettleTime()}, nil
}

// explain reads the error answers of the Developer API.
func explain(a *rest.Answer) *op.Error {
	body := jsontext.Value(a.Body)
	text := reasons(body)
	switch {
	case a.Status == 401:
		return &op.Error{
			Cause: text,
			Hint:  "check the token and its data centre; a client role without the privilege for this endpoint, or a client of another environment than DEV, is answered like this too",
		}
	case a.Status == 403:
		return &op.Error{Cause: text, Hint: "give the API client's role the privilege for this endpoint, and its scope the folder or project"}
	case a.Status == 400 && strings.Contains(strings.ToLower(text), "environments not provisioned"):
		return &op.Error{Kind: op.Unsupported, Cause: text, Hint: "the workspace has no environments; ask Workato to switch them on"}
	case a.Status == 404 && strings.Contains(strings.ToLower(text), "api not found"):
		return &op.Error{Kind: op.Unsupported, Cause: "this workspace does not have the endpoint", Hint: "the feature may not be part of its plan"}
	case (a.Status == 400 || a.Status == 422) && switchesState(a):
		return &op.Error{Kind: op.Conflict, Cause: text}
	case a.Status == 429:
		// Whether the general limit sends Retry-After is unconfirmed. Without
		// it, four waits of this length are the minute that is counted.
		e := &op.Error{Cause: text, RetryAfter: 15 * time.Second}
		if strings.HasSuffix(a.URL, "/member_invitations") {
			e.Hint = "one address can be invited once in 20 minutes"
		}
		return e
	case a.Status >= 500:
		var named struct {
			ID string `json:"id"`
		}
		if json.Unmarshal(body, &named) == nil && named.ID != "" {
			if text == "" {
				text = "server error"
			}
			return &op.Error{Cause: fmt.Sprintf("%s; Workato calls it %s", text, named.ID), Hint: "tell Workato's support this id if it stays so"}
		}
	}
	if text == "" {
		return nil
	}
	return &op.Error{Cause: text}
}

// switchesState tells whether an answer is to a request whose arguments are no
// more than an id that is fine: what is refused then is the object's state.
func switchesState(a *rest.Answer) bool {
	path, _, _ := strings.Cut(a.URL, "?")
	return slices.ContainsFunc([]string{"/start", "/stop", "/connect", "/enable", "/disable"}, func(end string) bool {
		return strings.HasSuffix(path, end)
	})
}

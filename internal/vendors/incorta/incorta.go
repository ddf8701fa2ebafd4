package incorta

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json"

	"runner/internal/op"
	"runner/internal/rest"
)

// Module is Incorta.
var Module = op.NewModule(op.Module{
	Name:  "incorta",
	Title: "Incorta",
	Doc:   "Loads of schemas and load plans, the catalog, dashboards, queries, ownership and data extraction of an Incorta cluster, through its public API v2.",
	Limit: limit,
	Operations: slices.Concat(
		loadOperations,
		loadPlanOperations,
		schemaOperations,
		catalogOperations,
		dashboardOperations,
		queryOperations,
		userOperations,
		extractionOperations,
	),
}, connect)

// The vendor documents no limit. Every call runs on the Analytics Service that
// also serves the dashboards.
var limit = op.Limit{PerSecond: 5, Burst: 5}

// Settings of a connection.
type Settings struct {
	URL string `lua:"url,required" doc:"Address of the cluster, like https://acme.cloud.incorta.com. The context path is /incorta unless the address has another one."`
	rest.Settings
	Tenant    string `lua:"tenant,required" doc:"Tenant, in exact case."`
	Token     string `lua:"token,secret" doc:"Personal access token of the user that the runner acts as, from the Profile Manager; or a JWT, where the cluster takes those."`
	LoginName string `lua:"login_name" doc:"Login name, not the display name, of the user that api_key belongs to."`
	APIKey    string `lua:"api_key,secret" doc:"API key of that user, instead of a token: the connection then speaks the older API v1, which has fewer operations."`
}

// client is what the operations take.
type client struct {
	*rest.Client
	tenant  string
	keys    *keys         // nil with a token: then the API is v2
	attempt time.Duration // how long one attempt may take
}

func connect(w op.World, s Settings) (op.Client, error) {
	s.Settings.URL = s.URL
	if err := s.check(); err != nil {
		return op.Client{}, err
	}
	o := rest.Options{Path: contextPath(s.URL), Explain: explain}
	c := &client{tenant: s.Tenant, attempt: time.Duration(s.Timeout.Or(60) * float64(time.Second))}
	as := ""
	if s.Token != "" {
		o.Auth = bearer(s.Token)
	} else {
		plain, err := rest.New(s.Settings, w, rest.Options{Path: o.Path, Explain: explainToken})
		if err != nil {
			return op.Client{}, err
		}
		c.keys = newKeys(plain, s.Tenant, s.LoginName, s.APIKey, clock(w))
		o.Auth, as = c.keys, " as "+s.LoginName
	}
	var err error
	if c.Client, err = rest.New(s.Settings, w, o); err != nil {
		return op.Client{}, err
	}
	return op.Client{Vendor: c, Account: c.Base() + ", tenant " + s.Tenant + as, Limit: s.Limit(limit), Timeout: s.CallDeadline(), Settle: s.SettleTime()}, nil
}

func (s Settings) check() error {
	bad := func(setting, cause, hint string) error {
		return &op.Error{Kind: op.Invalid, Subject: "setting " + setting, Cause: cause, Hint: hint}
	}
	switch {
	case s.Tenant == "":
		return bad("tenant", "it is empty", "name the tenant, in exact case")
	case s.Token != "" && s.APIKey != "":
		return bad("api_key", "there is a token too", "give one of them: token for API v2, api_key for API v1")
	case s.Token == "" && s.APIKey == "":
		return bad("token", "there are no credentials", "set token; or, on old clusters, api_key and login_name")
	case s.Token == "" && s.LoginName == "":
		return bad("login_name", "it is empty", "name the user that api_key belongs to")
	}
	return nil
}

// contextPath is what stands between the address of the cluster and the paths
// of the API. One that the address has already is kept.
func contextPath(address string) string {
	if u, err := url.Parse(strings.TrimSpace(address)); err != nil || strings.Trim(u.Path, "/") != "" {
		return ""
	}
	return "/incorta"
}

// bearer is a token that does not change.
type bearer string

func (b bearer) Authorize(r *http.Request) error {
	r.Header.Set("Authorization", "Bearer "+string(b))
	plainly(r)
	return nil
}

func (b bearer) Renew(*http.Request) bool { return false }

// plainly takes the Accept header off the one request that the cluster answers
// with 500 if there is one (seen by a third-party client).
func plainly(r *http.Request) {
	if strings.HasSuffix(r.URL.Path, "/configs/sqlConnection") {
		r.Header.Del("Accept")
	}
}

// v2 is the path of what only v2 has.
func (c *client) v2(segments ...any) (string, error) {
	if c.keys != nil {
		return "", &op.Error{
			Kind: op.Unsupported, Cause: "API v1, which a connection with an api_key speaks, has nothing like it",
			Hint: "set token to a personal access token instead, if the cluster has them (from 2023.4, or 6.0 on-premises)",
		}
	}
	return rest.Path(append([]any{"api", "v2", c.tenant}, segments...)...), nil
}

// either is the path of what both versions have.
func (c *client) either(segments ...any) string {
	if c.keys != nil {
		return rest.Path(append([]any{"api", "v1"}, segments...)...)
	}
	path, _ := c.v2(segments...) // it has no api_key
	return path
}

// signedIn sends a request. Where a token of v1 was refused with 403, which rest
// takes for a matter of rights, it is sent once more with a new one: a refused
// request was not acted on.
func (c *client) signedIn(ctx context.Context, send func() error) error {
	if c.keys == nil {
		return send()
	}
	used := c.keys.count()
	err := send()
	e, ok := errors.AsType[*op.Error](err)
	if !ok || e.Kind != op.Unauthenticated || e.Status == 0 || e.Status == http.StatusUnauthorized {
		return err
	}
	if err := c.keys.drop(ctx, used); err != nil {
		return err
	}
	return send()
}

// read sends a request and reads the answer into out.
func (c *client) read(ctx context.Context, r rest.Request, out any) error {
	return c.signedIn(ctx, func() error { return c.JSON(ctx, r, out) })
}

// get reads path into out.
func (c *client) get(ctx context.Context, path string, query url.Values, out any) error {
	return c.read(ctx, rest.Request{Method: http.MethodGet, Path: path, Query: query}, out)
}

// ask is a POST that only reads.
func (c *client) ask(ctx context.Context, path string, query url.Values, in, out any) error {
	return c.read(ctx, rest.Request{Method: http.MethodPost, Path: path, Query: query, Body: in, Safe: true}, out)
}

// tell sends a request whose answer the vendor's page does not show. Whatever
// comes with a status of success is one.
func (c *client) tell(ctx context.Context, r rest.Request) (d Done, err error) {
	err = c.signedIn(ctx, func() error {
		a, err := c.Do(ctx, r)
		if err == nil {
			d, err = doneOf(a)
		}
		return err
	})
	return d, err
}

// The codes of messages that were seen: INC_09030101 is an invalid or expired
// token, whatever the status; INC_05290501 a job of the same load plan that runs.
const (
	codeToken   = "INC_09030101"
	codeRunning = "INC_05290501"
)

var code = regexp.MustCompile(`INC_[0-9]{8}`)

// codeOf is the code of an error answer, "" if it has none.
func codeOf(a *rest.Answer) string {
	var body struct {
		Message string `json:"message"`
	}
	_ = json.Unmarshal(a.Body, &body, json.MatchCaseInsensitiveNames(true)) // or it is no JSON
	return code.FindString(body.Message)
}

// explain reads the error answers of the cluster.
func explain(a *rest.Answer) *op.Error {
	switch c := codeOf(a); {
	case a.Status == http.StatusUnauthorized || c == codeToken:
		return &op.Error{
			Kind: op.Unauthenticated,
			Hint: "check that the connection's token has not expired or been revoked, and that it is of the connection's tenant, in exact case",
		}
	case c == codeRunning:
		return &op.Error{Kind: op.Conflict, Hint: "wait until the execution that runs has ended"}
	case a.Status == http.StatusForbidden:
		return &op.Error{
			Kind: op.Denied,
			Hint: "check the roles of the connection's user, its rights on the objects, and that a Super User switched Public API access on for it",
		}
	}
	return nil
}

package atscale

import (
	"cmp"
	"context"
	"net/url"
	"slices"
	"strings"

	"runner/internal/op"
	"runner/internal/rest"
)

// Module is AtScale.
var Module = op.NewModule(op.Module{
	Name:  "atscale",
	Title: "AtScale",
	Doc:   "Users, projects, cubes, aggregates, builds and connections of AtScale's installer edition; catalogs, models and aggregates of its container edition.",
	Limit: limit,
	Operations: slices.Concat(
		organizationOperations,
		userOperations,
		groupOperations,
		permissionOperations,
		projectOperations,
		projectFileOperations,
		snapshotOperations,
		publishedOperations,
		aggregateOperations,
		cubeBuildOperations,
		buildScheduleOperations,
		connectionOperations,
		dataSourceOperations,
		engineOperations,
		engineSettingsOperations,
		queryOperations,
		containerOperations,
	),
}, connect)

// containerOperations are those that only the container edition has.
var containerOperations = slices.Concat(
	catalogOperations,
	repositoryOperations,
	dataWarehouseOperations,
	modelBuildOperations,
	modelAggregateOperations,
	catalogQueryOperations,
)

// The vendor documents no limit.
var limit = op.Limit{PerSecond: 10, Burst: 10}

// The editions.
const (
	installerEdition = "installer"
	containerEdition = "container"
)

// Settings of a connection. Its url is that of Design Center, or of the
// container edition's one front door.
type Settings struct {
	rest.Settings
	Edition      string `lua:"edition" enum:"installer container" default:"installer" doc:"Which of the two products it is: installer (yearly installers, a port per service) or container (Kubernetes, one address)."`
	Organization string `lua:"organization" default:"default" doc:"Id of the organization to sign in to. Installer edition."`
	EngineURL    string `lua:"engine_url" default:"the host of url with port 10502 if url has port 10500, else url" doc:"Address of the engine. Installer edition."`
	AccountURL   string `lua:"account_url" default:"url" doc:"Address of the account service, for organizations, users, groups and roles: port 10504 if it is reached directly. Installer edition."`
	Username     string `lua:"username" doc:"User that the runner acts as; with password."`
	Password     string `lua:"password,secret" doc:"Password of that user."`
	APIToken     string `lua:"api_token,secret" doc:"API token of a user, from the Account panel of Design Center; valid for 90 days. Container edition, instead of username and password."`
	ClientID     string `lua:"client_id" default:"atscale-ai-link" doc:"Client of the Identity Broker that a user signs in through. Container edition, with username and password."`
	ClientSecret string `lua:"client_secret,secret" doc:"Secret of that client, if it has one."`
	Token        string `lua:"token,secret" doc:"A token (JWT) got in another way, such as {url}/jwt/get in a browser where Basic sign-in is switched off. It cannot be renewed."`
}

// client is what the operations take: a door for each service. Calls that may
// take minutes go through the slow ones, whose one attempt may take as long as
// the whole call.
type client struct {
	edition string
	org     string

	dc, engine, account *rest.Client
	slowDC, slowEngine  *rest.Client
}

func connect(w op.World, s Settings) (op.Client, error) {
	s.Edition = cmp.Or(s.Edition, installerEdition)
	s.Organization = cmp.Or(s.Organization, "default")
	if s.Edition == containerEdition {
		s.EngineURL, s.AccountURL = "", ""
	}
	auth, as, err := s.auth(w)
	if err != nil {
		return op.Client{}, err
	}
	x := explainer{renews: s.Token == "", designCenter: s.Edition == installerEdition}
	slow := s.Settings
	slow.Timeout = op.Some(max(s.Timeout.Or(60), s.CallTimeout.Or(600)))
	c := &client{edition: s.Edition, org: s.Organization}
	engine := explainer{renews: x.renews}
	for _, d := range []struct {
		at       **rest.Client
		settings rest.Settings
		name     string
		url      string
		x        explainer
	}{
		{&c.dc, s.Settings, "url", s.URL, x},
		{&c.slowDC, slow, "url", s.URL, x},
		{&c.engine, s.Settings, "engine_url", cmp.Or(s.EngineURL, engineAt(s)), engine},
		{&c.slowEngine, slow, "engine_url", cmp.Or(s.EngineURL, engineAt(s)), engine},
		{&c.account, s.Settings, "account_url", cmp.Or(s.AccountURL, s.URL), x},
	} {
		d.settings.URL = d.url
		if *d.at, err = rest.New(d.settings, w, rest.Options{Auth: auth, Explain: d.x.explain}); err != nil {
			return op.Client{}, ofSetting(err, d.name)
		}
	}
	account := c.dc.Base() + as
	if s.Edition == installerEdition {
		account = c.dc.Base() + ", organization " + c.org + as
	}
	return op.Client{Vendor: c, Account: account, Limit: s.Limit(limit), Timeout: s.CallDeadline(), Settle: s.SettleTime()}, nil
}

// ofSetting names the setting that an address came from.
func ofSetting(err error, name string) error {
	if e, ok := err.(*op.Error); ok && e.Subject == "setting url" {
		named := *e
		named.Subject = "setting " + name
		return &named
	}
	return err
}

// engineAt is where the engine is if nobody says: the ports of an installation
// go together, and behind one front end there is but one address.
func engineAt(s Settings) string {
	u, err := url.Parse(strings.TrimSpace(s.URL))
	if s.Edition == containerEdition || err != nil || u.Port() != "10500" {
		return s.URL
	}
	u.Host = strings.TrimSuffix(u.Host, "10500") + "10502"
	return u.String()
}

// organization is the organization that an argument names, or the connection's.
func (c *client) organization(id op.Opt[string]) string {
	if id.Given && !id.Null {
		return id.Value
	}
	return c.org
}

// ofOrg is a path of Design Center below the connection's organization.
func (c *client) ofOrg(segments ...any) string {
	return rest.Path("api", "1.0", "org", c.org) + rest.Path(segments...)
}

// InOrganization is the argument of reads that may be about another
// organization than the connection's.
type InOrganization struct {
	OrgID op.Opt[string] `json:"-" lua:"org_id" default:"the connection's" doc:"Organization. Another than the connection's needs the rights of an API superuser."`
}

// installer makes an operation one of the installer edition.
func installer[In, Out any](perform func(context.Context, *client, In) (Out, error)) func(context.Context, *client, In) (Out, error) {
	return of(installerEdition, perform)
}

// container makes an operation one of the container edition.
func container[In, Out any](perform func(context.Context, *client, In) (Out, error)) func(context.Context, *client, In) (Out, error) {
	return of(containerEdition, perform)
}

func of[In, Out any](edition string, perform func(context.Context, *client, In) (Out, error)) func(context.Context, *client, In) (Out, error) {
	return func(ctx context.Context, c *client, in In) (out Out, err error) {
		if err := c.mustBe(edition); err != nil {
			return out, err
		}
		return perform(ctx, c, in)
	}
}

// installerPages and containerPages do the same for lists in pages.
func installerPages[In, Item any](perform func(context.Context, *client, In, string) ([]Item, string, error)) func(context.Context, *client, In, string) ([]Item, string, error) {
	return pagesOf(installerEdition, perform)
}

func containerPages[In, Item any](perform func(context.Context, *client, In, string) ([]Item, string, error)) func(context.Context, *client, In, string) ([]Item, string, error) {
	return pagesOf(containerEdition, perform)
}

func pagesOf[In, Item any](edition string, perform func(context.Context, *client, In, string) ([]Item, string, error)) func(context.Context, *client, In, string) ([]Item, string, error) {
	return func(ctx context.Context, c *client, in In, cursor string) (items []Item, next string, err error) {
		if err := c.mustBe(edition); err != nil {
			return nil, "", err
		}
		return perform(ctx, c, in, cursor)
	}
}

func (c *client) mustBe(edition string) error {
	if c.edition == edition {
		return nil
	}
	return &op.Error{
		Kind:  op.Unsupported,
		Cause: "only the " + edition + " edition has it, and the connection is to the " + c.edition + " edition",
		Hint:  "use the operation for cubes and projects with the installer edition, that for models and catalogs with the container edition; the setting edition says which it is",
	}
}

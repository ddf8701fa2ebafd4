package atscale

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"runner/internal/op"
	"runner/internal/rest"
)

// reference begins the addresses of AtScale's own reference.
const reference = "https://staging.documentation.intersystems.atscale.com/"

const organizationsPage = reference + "I2024.2.1/api-ref/organizations"

var organizationOperations = []*op.Operation{
	getSession, listAllOrganizations, listOrganizations, createOrganization, updateOrganization, deleteOrganization,
}

// Session tells whose token a connection uses.
type Session struct {
	UserID      string             `json:"user_id" lua:"user_id,key" doc:"Id of the user."`
	GeneratedAt op.Opt[op.RFC3339] `json:"generated_at,omitzero" lua:"generated_at,noise" doc:"When the token was made."`
	Extra       op.Extra           `json:",embed"`
}

var getSession = op.New(op.Operation{
	Name: "atscale.get_session",
	Doc: `Tells as whom the connection is signed in.

Installer edition. Raises unauthenticated if the connection cannot sign in.`,
	Source:      reference + "I2024.1.2/api-ref/user",
	Example:     `print(atscale.get_session {}.user_id)`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "session",
	Shows:       op.Apart(),
}, installer(func(ctx context.Context, c *client, _ struct{}) (s Session, err error) {
	return s, c.dc.Get(ctx, "/api/1.0/sessiontoken", nil, in(&s))
}))

// Organization is a tenant of an AtScale installation.
type Organization struct {
	ID            string        `json:"id" lua:"id,key" doc:"Id; that of the first one is default."`
	Name          string        `json:"name" lua:"name" doc:"Name."`
	NumberOfUsers op.Opt[int64] `json:"NumberOfUsers,omitzero" lua:"number_of_users,noise" doc:"How many users it has; absent if the list does not say."`
	Extra         op.Extra      `json:",embed"`
}

var listAllOrganizations = op.New(op.Operation{
	Name: "atscale.list_all_organizations",
	Doc: `Lists all organizations of the instance.

In the vendor's order; there is no paging. Installer edition. Raises denied if the connection's user is not a SUPERUSER.`,
	Source:      organizationsPage,
	Example:     `for _, o in ipairs(atscale.list_all_organizations {}) do print(o.id, o.name) end`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "organization",
	Shows:       op.Many(organization, nil),
}, installer(func(ctx context.Context, c *client, _ struct{}) ([]Organization, error) {
	list := under[Organization]("orgs", "organizations")
	err := c.account.Get(ctx, "/api/1.0/orgs", nil, list)
	return list.items, err
}))

// organizations are those that the connection's user can reach.
func (c *client) organizations(ctx context.Context) ([]Organization, error) {
	list := under[Organization]("orgs", "organizations")
	err := c.account.Get(ctx, "/api/1.0/org", nil, list)
	return list.items, err
}

var listOrganizations = op.New(op.Operation{
	Name: "atscale.list_organizations",
	Doc: `Lists the organizations that the connection's user can reach.

In the vendor's order; there is no paging. Installer edition. Raises denied if the connection's user is not an API
superuser.`,
	Source:      organizationsPage,
	Example:     `for _, o in ipairs(atscale.list_organizations {}) do print(o.name, o.number_of_users) end`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "organization",
	Shows:       op.Many(organization, nil),
}, installer(func(ctx context.Context, c *client, _ struct{}) ([]Organization, error) {
	return c.organizations(ctx)
}))

// CreateOrganization is the input of atscale.create_organization.
type CreateOrganization struct {
	Name string        `json:"-" lua:"name,required,key" doc:"Name."`
	Port op.Opt[int64] `json:"-" lua:"port" doc:"SQL port of the organization."`
}

// All stands in the query. That two organizations cannot have one name is
// unconfirmed; the probe goes by it.
var createOrganization = op.New(op.Operation{
	Name: "atscale.create_organization",
	Doc: `Creates an organization.

Installer edition. Raises denied if the connection's user is not an API superuser.`,
	Source:  organizationsPage,
	Example: `local id = atscale.create_organization { name = "Finance", port = 11112 }.id`,
	Effect:  op.Write,
	Object:  "organization",
	Shows:   op.Created(organization),
	Changes: []op.Change{op.Creates(organization, op.With{"number_of_users": op.Vague()}), op.Stirs(tenants)},
	Inverse: op.Deletes("delete_organization", "organization_id", "id"),
}, installer(func(ctx context.Context, c *client, args CreateOrganization) (o Organization, err error) {
	q := url.Values{"name": {args.Name}, "currentOrgId": {c.org}}
	if args.Port.Given {
		q.Set("port", strconv.FormatInt(args.Port.Value, 10))
	}
	return o, c.account.JSON(ctx, rest.Request{Method: http.MethodPost, Path: "/api/1.0/org", Query: q}, in(&o))
}), op.Probe(time.Minute, func(ctx context.Context, c *client, args CreateOrganization, _ time.Time) (o Organization, landed bool, err error) {
	list, err := c.organizations(ctx)
	if err != nil {
		return o, false, err
	}
	var found []Organization
	for _, o := range list {
		if o.Name == args.Name {
			found = append(found, o)
		}
	}
	return theOne(found, "organization "+args.Name)
}))

// UpdateOrganization is the input of atscale.update_organization.
type UpdateOrganization struct {
	OrganizationID string `json:"-" lua:"organization_id,required,key" doc:"Organization to change."`
	Name           string `json:"name" lua:"name,required" doc:"New name."`
}

// Unconfirmed: the reference has a heading "Update & Delete … POST", so path and
// body are inferred.
var updateOrganization = op.New(op.Operation{
	Name: "atscale.update_organization",
	Doc: `Renames an organization.

The request is not documented where it can be read; it was inferred. Installer edition. Raises not_found if there is no
such organization, and denied if the connection's user is not an API superuser.`,
	Source:      organizationsPage,
	Example:     `atscale.update_organization { organization_id = org.id, name = "Finance and Risk" }`,
	Effect:      op.Write,
	Idempotency: op.Idempotent,
	Object:      "organization",
	Changes:     []op.Change{op.Sets(organization, "organization_id", nil)},
	Inverse:     op.Restores("update_organization", "organization_id"),
}, installer(func(ctx context.Context, c *client, args UpdateOrganization) (op.None, error) {
	return op.None{}, c.account.Post(ctx, rest.Path("api", "1.0", "org", args.OrganizationID), args, nil)
}))

// DeleteOrganization is the input of atscale.delete_organization.
type DeleteOrganization struct {
	OrganizationID string `json:"-" lua:"organization_id,required,key" doc:"Organization to delete."`
}

// Unconfirmed, as update_organization.
var deleteOrganization = op.New(op.Operation{
	Name: "atscale.delete_organization",
	Doc: `Deletes an organization.

The request is not documented where it can be read; it was inferred. Installer edition. Raises not_found if there is no
such organization, and denied if the connection's user is not an API superuser.`,
	Source:      organizationsPage,
	Example:     `atscale.delete_organization { organization_id = org.id }`,
	Effect:      op.Destructive,
	Idempotency: op.Idempotent,
	Object:      "organization",
	Changes:     []op.Change{op.Removes(organization, "organization_id"), op.Stirs(tenants)},
}, installer(func(ctx context.Context, c *client, args DeleteOrganization) (op.None, error) {
	return op.None{}, c.account.Delete(ctx, rest.Path("api", "1.0", "org", args.OrganizationID), nil, nil)
}))

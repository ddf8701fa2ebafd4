package alteryxcloud

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"runner/internal/op"
	"runner/internal/rest"
)

var invitationOperations = []*op.Operation{
	invitePeople, invitePeopleAgain, invitePerson, getInvitationLink, inviteAccountPeople,
}

// Invited is somebody who was invited.
type Invited struct {
	ID    ID             `json:"id" lua:"id" doc:"Id of the person."`
	Email op.Opt[string] `json:"email,omitzero" lua:"email" doc:"Address, where the vendor says it."`
	Extra op.Extra       `json:",embed"`
}

// InvitePeople is the input of alteryx_cloud.invite_people.
type InvitePeople struct {
	Emails []string `json:"emails" lua:"emails,required,key" doc:"Addresses to invite."`
	Roles  []ID     `json:"roles,omitzero" lua:"roles" doc:"Roles that they get: policy ids. They need at least one to use anything; grant_role can give it later."`
}

// The form of roles is lost in the sources: ids are inferred. The help page says that
// nothing is answered, others read a list. Success is 200 or 201.
var invitePeople = op.New(op.Operation{
	Name: "alteryx_cloud.invite_people",
	Doc: `Invites people into the connection's workspace by e-mail.

The vendor sends mail to each, also to those who were invited before; what happens to those who are members is not
documented. Who is new can be seen with list_people at once; they may accept much later. Answers who was invited, as far
as the vendor says: the list may be empty. Raises invalid if an address is refused, and denied if the caller is no
Workspace Admin.`,
	Source:  spec + "POST /v4/workspaces/{id}/people/batch",
	Example: `alteryx_cloud.invite_people { emails = { "ada@example.com" }, roles = { 12 } }`,
	Effect:  op.Write,
	Object:  "people",
	Changes: []op.Change{invites("emails")},
	Predict: func(_ *op.Operation, args []byte, _ func(string) string) []byte {
		list := []any{}
		for _, email := range op.Values(op.ArgsOf(args)["emails"]) {
			id := idOfInvited(email)
			list = append(list, map[string]any{"id": id, "email": op.Unknown{Label: "email" + strings.TrimPrefix(id.Label, "id")}})
		}
		return op.AppendTree(nil, list)
	},
}, func(ctx context.Context, c *client, in InvitePeople) ([]Invited, error) {
	if err := some("emails", in.Emails); err != nil {
		return nil, err
	}
	path, err := c.within(ctx, iam, "people", "batch")
	if err != nil {
		return nil, err
	}
	var answer listOf[Invited]
	if err := send(ctx, c.api, rest.Request{Method: http.MethodPost, Path: path, Body: in}, &answer); err != nil {
		return nil, err
	}
	return answer.Items, nil
}, op.Probe(settle, func(ctx context.Context, c *client, in InvitePeople, _ time.Time) (found []Invited, landed bool, err error) {
	found, landed, err = c.allInvited(ctx, in.Emails)
	for i := range found {
		found[i].Email = op.Opt[string]{} // the answer may not tell it either
	}
	return found, landed, err
}))

// allInvited finds the people with these addresses. If one is missing, the
// invitation did not land: the vendor takes all or, as far as is known, none.
func (c *client) allInvited(ctx context.Context, emails []string) (found []Invited, landed bool, err error) {
	list, err := all[Person](ctx, c.plain, rest.Path("v4", "people"), nil)
	if err != nil {
		return nil, false, err
	}
	for _, email := range emails {
		there := false
		for _, p := range list {
			if strings.EqualFold(p.Email.Value, email) {
				found = append(found, Invited{ID: p.ID, Email: p.Email})
				there = true
				break
			}
		}
		if !there {
			return nil, false, nil
		}
	}
	return found, true, nil
}

// idOfInvited stands for the id of somebody who will be invited.
func idOfInvited(email any) op.Unknown {
	text, ok := email.(string)
	if u, unknown := email.(op.Unknown); unknown {
		text, ok = "<"+u.Label+">", true
	}
	if !ok {
		text = string(op.AppendTree(nil, email))
	}
	return op.Unknown{Label: "id of person " + text, New: true}
}

// invites makes a person of each address.
func invites(arg string) op.Change {
	return func(s *op.Scene) {
		for _, email := range op.Values(s.Args[arg]) {
			id := idOfInvited(email)
			fields := map[string]any{"id": id, "email": email}
			for _, f := range []string{
				"name", "is_disabled", "state", "status", "gid", "sso_principal", "output_home_dir", "upload_dir", "validate_export_compliance",
				"last_state_change", "created_at", "updated_at", "maximal_privileges", "maximal_capabilities", "peopleworkspaces",
			} {
				fields[f] = op.Unknown{Label: f + strings.TrimPrefix(id.Label, "id")}
			}
			fields["authorization_roles"] = []any{}
			var held []any
			for _, r := range op.Values(s.Args["roles"]) {
				held = append(held, heldRole(s, r))
			}
			if held != nil {
				fields["authorization_roles"] = held
			}
			s.Do(op.Mutation{Entity: person, ID: id, Act: op.ActCreate, Fields: fields})
		}
		if len(op.Values(s.Args["roles"])) > 0 {
			op.Blurs(role, "user_count")(s)
		}
	}
}

// InvitePeopleAgain is the input of alteryx_cloud.invite_people_again.
type InvitePeopleAgain struct {
	PersonIDs []ID `json:"personIds" lua:"person_ids,required,key" doc:"People who were invited and have not accepted."`
}

// Nothing shows whether mail went out, so there is no probe.
var invitePeopleAgain = op.New(op.Operation{
	Name: "alteryx_cloud.invite_people_again",
	Doc: `Sends the invitation again to people who have not accepted.

Raises invalid if somebody was not invited, and denied if the caller is no Workspace Admin.`,
	Source:  live + "PATCH /iam/v1/workspaces/{id}/people/batch",
	Example: `alteryx_cloud.invite_people_again { person_ids = { 61 } }`,
	Effect:  op.Write,
	Object:  "people",
	Changes: []op.Change{op.Hides(person, "person_ids")},
}, func(ctx context.Context, c *client, in InvitePeopleAgain) (op.None, error) {
	if err := some("person_ids", in.PersonIDs); err != nil {
		return op.None{}, err
	}
	path, err := c.within(ctx, iam, "people", "batch")
	if err != nil {
		return op.None{}, err
	}
	return op.None{}, send(ctx, c.api, rest.Request{Method: http.MethodPatch, Path: path, Body: in}, nil)
})

// InvitePerson is the input of alteryx_cloud.invite_person.
type InvitePerson struct {
	Email                string   `json:"email" lua:"email,required,key" doc:"Address to invite."`
	SkipEmailInvitations []string `json:"skipEmailInvitations,omitzero" lua:"skip_email_invitations" doc:"Addresses that get no mail."`
}

var invitePerson = op.New(op.Operation{
	Name: "alteryx_cloud.invite_person",
	Doc: `Invites one person into the connection's workspace.

Prefer invite_people, which is known to work and can give roles. Raises invalid if the address is refused, and denied if
the caller is no Workspace Admin.`,
	Source:  spec + "POST /v4/workspaces/{id}/people",
	Example: `alteryx_cloud.invite_person { email = "ada@example.com" }`,
	Effect:  op.Write,
	Object:  "person",
	Shows:   op.Created(person),
	Changes: []op.Change{op.Creates(person, op.With{"authorization_roles": op.Empty(), "is_admin": op.Is(nil), "last_login_time": op.Is(nil)})},
	Inverse: op.Deletes("remove_person", "person_id", "id"),
}, func(ctx context.Context, c *client, in InvitePerson) (i Invited, err error) {
	if err := rest.Filled("email", in.Email); err != nil {
		return i, err
	}
	path, err := c.within(ctx, v4, "people")
	if err != nil {
		return i, err
	}
	var answer dataOf[Invited]
	if err := send(ctx, c.plain, rest.Request{Method: http.MethodPost, Path: path, Body: in}, &answer); err != nil {
		return i, err
	}
	answer.Value.Email = op.Some(answer.Value.Email.Or(in.Email)) // the vendor documents the id only
	return answer.Value, nil
}, op.Probe(settle, func(ctx context.Context, c *client, in InvitePerson, _ time.Time) (i Invited, landed bool, err error) {
	found, landed, err := c.allInvited(ctx, []string{in.Email})
	if err != nil || !landed {
		return i, false, err
	}
	return found[0], true, nil
}))

// GetInvitationLink is the input of alteryx_cloud.get_invitation_link.
type GetInvitationLink struct {
	PersonID ID `json:"personId" lua:"person_id,required,key" doc:"Person who has not accepted yet."`
}

// InvitationLink is the way in of somebody who was invited.
type InvitationLink struct {
	Link string `json:"-" lua:"link,secret" doc:"Address to accept the invitation at. Who has it can enter."`
}

// UnmarshalJSONFrom takes the first text that is an address: the name of its
// member is not documented.
func (l *InvitationLink) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	raw, err := dec.ReadValue()
	if err == nil {
		l.Link = firstAddress(raw)
	}
	return err
}

var getInvitationLink = op.New(op.Operation{
	Name: "alteryx_cloud.get_invitation_link",
	Doc: `Reads the link at which a person accepts an invitation.

It is a secret: who has it can enter. Raises not_found or invalid if the person has accepted, or was not invited.`,
	Source:      live + "GET /iam/v1/workspaces/{id}/invitationLink",
	Example:     `local link = alteryx_cloud.get_invitation_link { person_id = 61 }.link`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "invitation link of person",
	Shows:       op.Blind(person, invitations),
}, func(ctx context.Context, c *client, in GetInvitationLink) (l InvitationLink, err error) {
	path, err := c.within(ctx, iam, "invitationLink")
	if err != nil {
		return l, err
	}
	if err := c.api.Get(ctx, path, rest.Query(in), &l); err != nil {
		return l, err
	}
	if l.Link == "" {
		return l, &op.Error{Kind: op.Garbled, RetryAfter: -1, Cause: "the answer holds no link"}
	}
	return l, nil
})

// firstAddress is the first text in a value that is an address.
func firstAddress(v jsontext.Value) string {
	dec := jsontext.NewDecoder(strings.NewReader(string(v)))
	for {
		tok, err := dec.ReadToken()
		if err != nil {
			return ""
		}
		if tok.Kind() == '"' && (strings.HasPrefix(tok.String(), "https://") || strings.HasPrefix(tok.String(), "http://")) {
			return tok.String()
		}
	}
}

// InviteAccountPeople is the input of alteryx_cloud.invite_account_people.
type InviteAccountPeople struct {
	AccountID        string       `json:"-" lua:"account_id,required" doc:"Account."`
	WorkspaceID      ID           `json:"-" lua:"workspace_id,required" doc:"Workspace of the account to invite into; not only that of the connection."`
	Emails           []string     `json:"emails" lua:"emails,required,key" doc:"Addresses to invite."`
	SkipInviterEmail op.Opt[bool] `json:"skipInviterEmail,omitzero" lua:"skip_inviter_email" default:"false" doc:"Sends no mail to the inviter."`
}

// The people may come into another workspace, which the connection cannot
// read, so there is no probe.
var inviteAccountPeople = op.New(op.Operation{
	Name: "alteryx_cloud.invite_account_people",
	Doc: `Invites people into a workspace of an account, as an administrator of that account.

The vendor sends mail to each. Raises denied if the caller is no administrator of the account.`,
	Source:  spec + "POST /v4/accounts/peopleworkspaces",
	Example: `alteryx_cloud.invite_account_people { account_id = "42", workspace_id = 8, emails = { "ada@example.com" } }`,
	Effect:  op.Write,
	Object:  "people",
	Changes: []op.Change{op.Stirs(invitations)},
}, func(ctx context.Context, c *client, in InviteAccountPeople) ([]Invited, error) {
	if err := some("emails", in.Emails); err != nil {
		return nil, err
	}
	if err := rest.Filled("account_id", in.AccountID); err != nil {
		return nil, err
	}
	q := rest.Query(struct {
		AccountID   string `json:"accountId"`
		WorkspaceID ID     `json:"workspaceId"`
	}{in.AccountID, in.WorkspaceID})
	var answer listOf[invitedID]
	if err := send(ctx, c.plain, rest.Request{Method: http.MethodPost, Path: rest.Path("v4", "accounts", "peopleworkspaces"), Query: q, Body: in}, &answer); err != nil {
		return nil, err
	}
	list := make([]Invited, len(answer.Items))
	for i, x := range answer.Items {
		list[i] = x.Invited
	}
	return list, nil
})

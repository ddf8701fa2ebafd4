package alteryx

import (
	"context"
	"fmt"
	"time"

	"runner/internal/op"
	"runner/internal/rest"
)

// The API says subscription where the Server's pages say studio.

const subscriptionsPage = "https://help.alteryx.com/current/en/server/api-overview/alteryx-server-api-v3/server-api-v3-objects/subscription-endpoints.html"

var subscriptionOperations = []*op.Operation{
	listSubscriptions, getSubscription, createSubscription, updateSubscription, deleteSubscription,
	addSubscriptionUsers,
}

// Subscription is a studio. The counts come with lists only.
type Subscription struct {
	ID                string        `json:"id" lua:"id,key" doc:"Id: 24 hex digits."`
	Name              string        `json:"name" lua:"name" doc:"Name."`
	CredentialID      string        `json:"credentialId" lua:"credential_id" doc:"Credential that the studio's workflows run with; \"\" for none."`
	CanShareSchedules bool          `json:"canShareSchedules" lua:"can_share_schedules" doc:"Whether members see each other's schedules."`
	UserCount         op.Opt[int64] `json:"userCount,omitzero" lua:"user_count" doc:"How many users are in the studio; only in lists."`
	WorkflowCount     op.Opt[int64] `json:"workflowCount,omitzero" lua:"workflow_count" doc:"How many workflows are in the studio; only in lists."`
	Extra             op.Extra      `json:",embed"`
}

// SubscriptionDetails is a studio with what is in it.
type SubscriptionDetails struct {
	ID                string             `json:"id" lua:"id,key" doc:"Id: 24 hex digits."`
	Name              string             `json:"name" lua:"name" doc:"Name."`
	CredentialID      string             `json:"credentialId" lua:"credential_id" doc:"Credential that the studio's workflows run with; \"\" for none."`
	CanShareSchedules bool               `json:"canShareSchedules" lua:"can_share_schedules" doc:"Whether members see each other's schedules."`
	Users             []SubscriptionItem `json:"users" lua:"users" doc:"Users of the studio."`
	Workflows         []SubscriptionItem `json:"workflows" lua:"workflows" doc:"Workflows of the studio."`
	Extra             op.Extra           `json:",embed"`
}

// SubscriptionItem is a user or a workflow of a studio.
type SubscriptionItem struct {
	ID    string   `json:"id" lua:"id,key" doc:"Id: 24 hex digits."`
	Name  string   `json:"name" lua:"name" doc:"Name."`
	Extra op.Extra `json:",embed"`
}

// ListSubscriptions is the input of alteryx.list_subscriptions. The filter is
// called canShareSchedule, the field canShareSchedules; Lua has one word.
type ListSubscriptions struct {
	Name                           string        `json:"name" lua:"name,key" doc:"Only studios with this name."`
	CanShareSchedules              op.Opt[bool]  `json:"canShareSchedule,omitzero" lua:"can_share_schedules" doc:"Only studios whose members see each other's schedules, or only the others. Both if omitted."`
	DefaultWorkflowCredentialID    string        `json:"defaultWorkflowCredentialId" lua:"default_workflow_credential_id" doc:"Only studios whose workflows run with this credential."`
	UserCountGreaterThanEquals     op.Opt[int64] `json:"userCountGreaterThanEquals,omitzero" lua:"user_count_greater_than_equals" doc:"Only studios with at least so many users."`
	UserCountLessThanEquals        op.Opt[int64] `json:"userCountLessThanEquals,omitzero" lua:"user_count_less_than_equals" doc:"Only studios with at most so many users."`
	WorkflowCountGreaterThanEquals op.Opt[int64] `json:"workflowCountGreaterThanEquals,omitzero" lua:"workflow_count_greater_than_equals" doc:"Only studios with at least so many workflows."`
	WorkflowCountLessThanEquals    op.Opt[int64] `json:"workflowCountLessThanEquals,omitzero" lua:"workflow_count_less_than_equals" doc:"Only studios with at most so many workflows."`
}

var listSubscriptions = op.New(op.Operation{
	Name: "alteryx.list_subscriptions",
	Doc: `Lists studios, with how many users and workflows each has.

All that match, in the Server's order; there is no paging. Raises denied if the connection's user is not a Curator.`,
	Source:      subscriptionsPage,
	Example:     `for _, s in ipairs(alteryx.list_subscriptions { user_count_less_than_equals = 0 }) do print(s.name) end`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "studio",
	Shows: op.Many(studio, map[string]op.Match{
		"name": op.EqualFold("name"), "default_workflow_credential_id": op.Equal("credential_id"),
		"user_count_greater_than_equals": op.AtLeast("user_count"), "user_count_less_than_equals": op.AtMost("user_count"),
		"workflow_count_greater_than_equals": op.AtLeast("workflow_count"), "workflow_count_less_than_equals": op.AtMost("workflow_count"),
	}),
}, func(ctx context.Context, c *client, in ListSubscriptions) (studios []Subscription, err error) {
	return studios, c.Get(ctx, rest.Path("v3", "subscriptions"), rest.Query(in), &studios)
})

// GetSubscription is the input of alteryx.get_subscription.
type GetSubscription struct {
	SubscriptionID string `json:"-" lua:"subscription_id,required,key" doc:"Studio to read."`
}

var getSubscription = op.New(op.Operation{
	Name: "alteryx.get_subscription",
	Doc: `Reads one studio with its users and workflows.

Raises not_found if there is no such studio.`,
	Source:      subscriptionsPage,
	Example:     `print(#alteryx.get_subscription { subscription_id = "61d57bea3c15317e1a480001" }.users)`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "studio",
	Shows:       op.One(studio, "subscription_id"),
}, func(ctx context.Context, c *client, in GetSubscription) (s SubscriptionDetails, err error) {
	return s, c.Get(ctx, rest.Path("v3", "subscriptions", in.SubscriptionID), nil, &s)
})

// CreateSubscription is the input of alteryx.create_subscription.
type CreateSubscription struct {
	Name              string         `json:"name" lua:"name,required,key" doc:"Name, 1 to 255 characters."`
	CanShareSchedules op.Opt[bool]   `json:"canShareSchedule" lua:"can_share_schedules" default:"false" doc:"Whether members see each other's schedules."`
	CredentialID      op.Opt[string] `json:"credentialId" lua:"credential_id" default:"none" doc:"Credential that the studio's workflows run with."`
}

// CreatedSubscription is a studio as its creation answers it. The key and the
// secret belong to an API that the v3 token has replaced; they are never
// shown again.
type CreatedSubscription struct {
	ID                string                       `json:"id" lua:"id,key" doc:"Id: 24 hex digits."`
	Name              string                       `json:"name" lua:"name" doc:"Name."`
	APIKey            op.Opt[string]               `json:"apiKey,omitzero" lua:"api_key,secret" doc:"The studio's API key for the older APIs; only here."`
	APISecret         op.Opt[string]               `json:"apiSecret,omitzero" lua:"api_secret,secret" doc:"The studio's API secret for the older APIs; only here."`
	Active            op.Opt[bool]                 `json:"active,omitzero" lua:"active" doc:"Whether the studio is in use."`
	ExpirationDate    op.Opt[string]               `json:"expirationDate,omitzero" lua:"expiration_date" doc:"When the studio expires, as text."`
	ExpDate           op.Opt[op.RFC3339]           `json:"expDate,omitzero" lua:"exp_date" doc:"When the studio expires."`
	DateUpdated       op.Opt[op.RFC3339]           `json:"dateUpdated,omitzero" lua:"date_updated,noise" doc:"When the studio was last changed."`
	APIEnabled        op.Opt[bool]                 `json:"apiEnabled,omitzero" lua:"api_enabled" doc:"Whether the studio's key may be used."`
	CanShareSchedules op.Opt[bool]                 `json:"canShareSchedules,omitzero" lua:"can_share_schedules" doc:"Whether members see each other's schedules."`
	CredentialID      op.Opt[string]               `json:"credentialId,omitzero" lua:"credential_id" doc:"Credential that the studio's workflows run with; \"\" for none."`
	Credentials       []SubscriptionCredential     `json:"credentials" lua:"credentials" doc:"Credentials of the studio."`
	DataConnections   []SubscriptionDataConnection `json:"dataConnections" lua:"data_connections" doc:"Data connections of the studio."`
	Extra             op.Extra                     `json:",embed"`
}

// SubscriptionCredential ties a credential to a studio.
type SubscriptionCredential struct {
	ID           string   `json:"id" lua:"id,key" doc:"Id of the tie."`
	CredentialID string   `json:"credentialId" lua:"credential_id" doc:"Id of the credential."`
	Extra        op.Extra `json:",embed"`
}

// SubscriptionDataConnection ties a data connection to a studio.
type SubscriptionDataConnection struct {
	ID               string   `json:"id" lua:"id,key" doc:"Id of the tie."`
	DataConnectionID string   `json:"dataConnectionId" lua:"data_connection_id" doc:"Id of the data connection."`
	Extra            op.Extra `json:",embed"`
}

// The help says that all three fields are required, the swagger that only the
// name is: all are sent.
func (in CreateSubscription) complete() CreateSubscription {
	in.CanShareSchedules = op.Some(in.CanShareSchedules.Or(false))
	in.CredentialID = op.Some(in.CredentialID.Or(""))
	return in
}

// A studio does not tell when it was made. One that was just made is empty
// and set up as the call asked; whether an empty namesake stood there before,
// the probe cannot tell. It finds the studio without key and secret.
var createSubscription = op.New(op.Operation{
	Name: "alteryx.create_subscription",
	Doc: `Creates a studio.

The answer is the only place where the studio's API key and secret are shown.
Raises invalid if the Server refuses a value, and denied if the connection's user is not a Curator.`,
	Source:  subscriptionsPage,
	Example: `alteryx.create_subscription { name = "Finance", can_share_schedules = true }`,
	Effect:  op.Write,
	Object:  "studio",
	Inverse: op.Deletes("delete_subscription", "subscription_id", "id"),
	Shows:   op.Created(studio),
	Changes: []op.Change{op.Creates(studio, op.With{
		"credential_id": orEmpty("credential_id"), "users": op.Empty(), "workflows": op.Empty(),
	})},
}, func(ctx context.Context, c *client, in CreateSubscription) (s CreatedSubscription, err error) {
	return s, c.Post(ctx, rest.Path("v3", "subscriptions"), in.complete(), &s)
}, op.Probe(time.Minute, func(ctx context.Context, c *client, in CreateSubscription, _ time.Time) (CreatedSubscription, bool, error) {
	var namesakes []Subscription
	err := c.Get(ctx, rest.Path("v3", "subscriptions"), rest.Query(ListSubscriptions{Name: in.Name}), &namesakes)
	if err != nil {
		return CreatedSubscription{}, false, err
	}
	in = in.complete()
	var made []CreatedSubscription
	for _, s := range namesakes {
		isEmpty := s.UserCount.Value == 0 && s.WorkflowCount.Value == 0
		if s.Name == in.Name && isEmpty && s.CanShareSchedules == in.CanShareSchedules.Value && s.CredentialID == in.CredentialID.Value {
			made = append(made, CreatedSubscription{
				ID: s.ID, Name: s.Name, CanShareSchedules: op.Some(s.CanShareSchedules), CredentialID: op.Some(s.CredentialID),
			})
		}
	}
	return theOne(made, fmt.Sprintf("studio %q", in.Name))
}))

// UpdateSubscription is the input of alteryx.update_subscription.
type UpdateSubscription struct {
	SubscriptionID    string         `json:"-" lua:"subscription_id,required,key" doc:"Studio to change."`
	Name              op.Opt[string] `json:"name,omitzero" lua:"name" doc:"Name, 1 to 255 characters."`
	CredentialID      op.Opt[string] `json:"credentialId,omitzero" lua:"credential_id" doc:"Credential that the studio's workflows run with; \"\" for none."`
	CanShareSchedules op.Opt[bool]   `json:"canShareSchedules,omitzero" lua:"can_share_schedules" doc:"Whether members see each other's schedules."`
}

// subscriptionContract is UpdateSubscriptionContract: all fields have to be sent.
var subscriptionContract = map[string]string{"name": `""`, "credentialId": `""`, "canShareSchedules": "false"}

var updateSubscription = op.New(op.Operation{
	Name: "alteryx.update_subscription",
	Doc: `Changes the given fields of a studio.

The Server wants all fields, so the studio is read first and the fields that are not given are sent as they are.
Raises not_found if there is no such studio, and invalid if the Server refuses a value.`,
	Source:      subscriptionsPage,
	Example:     `alteryx.update_subscription { subscription_id = "61d57bea3c15317e1a480001", name = "Finance EMEA" }`,
	Effect:      op.Write,
	Idempotency: op.Idempotent,
	Object:      "studio",
	Inverse:     op.Restores("update_subscription", "subscription_id"),
	Shows: &op.View{Entity: studio, By: "subscription_id", Fields: func(op.Args) []string {
		return []string{"id", "name", "credential_id", "can_share_schedules"} // no counts
	}},
	Changes: []op.Change{op.Sets(studio, "subscription_id", nil)},
}, func(ctx context.Context, c *client, in UpdateSubscription) (s Subscription, err error) {
	path := rest.Path("v3", "subscriptions", in.SubscriptionID)
	var now SubscriptionDetails
	if err := c.Get(ctx, path, nil, &now); err != nil {
		return s, err
	}
	body, err := merge(now, in, subscriptionContract)
	if err != nil {
		return s, err
	}
	return s, c.Put(ctx, path, body, &s)
})

// DeleteSubscription is the input of alteryx.delete_subscription.
type DeleteSubscription struct {
	SubscriptionID string `json:"subscriptionId" lua:"subscription_id,required,key" doc:"Studio to delete."`
}

// The id stands in the query, unlike everywhere else.
var deleteSubscription = op.New(op.Operation{
	Name: "alteryx.delete_subscription",
	Doc: `Deletes a studio that holds no users and no workflows.

Raises invalid if the studio still holds users or workflows, and not_found if there is no such studio.`,
	Source:      subscriptionsPage,
	Example:     `alteryx.delete_subscription { subscription_id = "61d57bea3c15317e1a480001" }`,
	Effect:      op.Destructive,
	Idempotency: op.Idempotent,
	Object:      "studio",
	Changes:     []op.Change{op.Removes(studio, "subscription_id")},
}, func(ctx context.Context, c *client, in DeleteSubscription) (op.None, error) {
	if err := rest.Filled("subscription_id", in.SubscriptionID); err != nil {
		return op.None{}, err
	}
	return op.None{}, c.Delete(ctx, rest.Path("v3", "subscriptions"), rest.Query(in), nil)
})

// AddSubscriptionUsers is the input of alteryx.add_subscription_users.
type AddSubscriptionUsers struct {
	SubscriptionID string   `json:"-" lua:"subscription_id,required,key" doc:"Studio to move the users into."`
	UserIDs        []string `json:"userIds" lua:"user_ids,required" doc:"Users to move."`
}

// That workflows stay behind is from the vendor's community article "How to
// move from subscriptions to collections in Server".
var addSubscriptionUsers = op.New(op.Operation{
	Name: "alteryx.add_subscription_users",
	Doc: `Moves users into a studio.

A user is in one studio, so they leave the one they were in; what they can reach changes with it. The workflows that
they own stay in the studio they were made in. Users of the studio who are not named stay.
Raises not_found if there is no such studio, and invalid if the Server refuses a user.`,
	Source:      subscriptionsPage,
	Example:     `alteryx.add_subscription_users { subscription_id = "61d57bea3c15317e1a480001", user_ids = { "61d57bea3c15317e1a48205b" } }`,
	Effect:      op.Write,
	Idempotency: op.Idempotent,
	Object:      "users of studio",
	Changes:     []op.Change{movesUsers},
}, func(ctx context.Context, c *client, in AddSubscriptionUsers) (op.None, error) {
	for _, id := range in.UserIDs {
		if err := rest.Filled("an id in user_ids", id); err != nil {
			return op.None{}, err
		}
	}
	return op.None{}, c.Put(ctx, rest.Path("v3", "subscriptions", in.SubscriptionID, "users"), in, nil)
})

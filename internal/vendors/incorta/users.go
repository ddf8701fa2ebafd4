package incorta

import (
	"context"
	"net/http"
	"strings"

	"runner/internal/op"
	"runner/internal/rest"
)

var userOperations = []*op.Operation{
	transferOwnership, resetAllPasswords,
}

// TransferOwnership is the input of incorta.transfer_ownership.
type TransferOwnership struct {
	OwnerEmail                string       `json:"ownerEmail" lua:"owner_email,required,key" doc:"User who gives everything away."`
	NewOwnerEmail             string       `json:"newOwnerEmail" lua:"new_owner_email,required" doc:"User who gets it: active, and with the same roles or higher ones."`
	TransferSharingPermission op.Opt[bool] `json:"transferSharingPermission,omitzero" lua:"transfer_sharing_permission" doc:"Transfer what is shared with the user, too."`
}

// A second call finds nothing to move, hence Idempotent.
var transferOwnership = op.New(op.Operation{
	Name: "incorta.transfer_ownership",
	Doc: `Transfers all that one user owns to another: schemas, folders, dashboards and the rest.

All or nothing. It cannot be taken back: what the other owned before is not told apart. The public API neither lists
users nor disables them, so a person has to check the new owner.
The connection's user must be a Super User, or have the SuperRole or User Manager role.
Raises denied if it may not, and invalid, conflict or not_found if one of the two is unknown, or the new owner is
inactive or ranks lower; nothing is changed then.`,
	Source:      docs + "transfer-ownership-endpoint-v2",
	Example:     `incorta.transfer_ownership { owner_email = "ada@example.com", new_owner_email = "lin@example.com", transfer_sharing_permission = true }`,
	Effect:      op.Destructive,
	Idempotency: op.Idempotent,
	Object:      "ownership of user",
	Changes: []op.Change{
		op.Hides(user, "owner_email"), op.Hides(user, "new_owner_email"),
		op.Blurs(schema, "owner_name", "owner"), op.Stirs(content),
	},
}, func(ctx context.Context, c *client, in TransferOwnership) (d Done, err error) {
	switch {
	case in.OwnerEmail == "" || in.NewOwnerEmail == "":
		return d, &op.Error{Kind: op.Invalid, Cause: "owner_email or new_owner_email is empty", Hint: "check where the addresses come from"}
	case strings.EqualFold(in.OwnerEmail, in.NewOwnerEmail):
		return d, &op.Error{Kind: op.Invalid, Cause: "owner_email and new_owner_email are the same user"}
	}
	return c.tell(ctx, rest.Request{Method: http.MethodPatch, Path: c.either("users", "transferOwnership"), Body: in})
})

// ResetAllPasswords is the input of incorta.reset_all_passwords.
type ResetAllPasswords struct{}

// There is no probe: no read tells of passwords.
var resetAllPasswords = op.New(op.Operation{
	Name: "incorta.reset_all_passwords",
	Doc: `Resets the passwords of all active users of the tenant who sign in with Incorta itself.

All of them, and nobody can be left out: each has to set a new one at the next sign-in. Users of a single sign-on are
not touched. The connection's user must be a Super User or User Manager. Raises denied if it was not done.`,
	Source:  docs + "reset-passwords-endpoint-v2",
	Example: `if confirm("Reset the passwords of ALL users?") then incorta.reset_all_passwords() end`,
	Effect:  op.Destructive,
	Object:  "passwords of all users",
	Changes: []op.Change{op.Stirs(passwords)},
}, func(ctx context.Context, c *client, _ ResetAllPasswords) (Done, error) {
	return c.tell(ctx, rest.Request{Method: http.MethodPatch, Path: c.either("users", "resetPasswords")})
})

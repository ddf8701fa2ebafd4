package emulator

import (
	"net/http"
	"strings"
	"time"
)

// profile is the part of a user that is written and shown alike.
type profile struct {
	FirstName               string `json:"firstName"`
	LastName                string `json:"lastName"`
	Email                   string `json:"email"`
	Role                    role   `json:"role"`
	DefaultWorkerTag        string `json:"defaultWorkerTag"`
	CanScheduleJobs         bool   `json:"canScheduleJobs"`
	CanPrioritizeJobs       bool   `json:"canPrioritizeJobs"`
	CanAssignJobs           bool   `json:"canAssignJobs"`
	CanCreateCollections    bool   `json:"canCreateCollections"`
	IsAPIEnabled            bool   `json:"isApiEnabled"`
	DefaultCredentialID     string `json:"defaultCredentialId"`
	IsAccountLocked         bool   `json:"isAccountLocked"`
	IsActive                bool   `json:"isActive"`
	IsValidated             bool   `json:"isValidated"`
	TimeZone                string `json:"timeZone"`
	Language                string `json:"language"`
	CanCreateAndUpdateDCM   bool   `json:"canCreateAndUpdateDcm"`
	CanShareForExecutionDCM bool   `json:"canShareForExecutionDcm"`
	CanShareForCollabDCM    bool   `json:"canShareForCollaborationDcm"`
	CanManageVaultsDCM      bool   `json:"canManageGenericVaultsDcm"`
}

type user struct {
	ID string `json:"id"`
	profile
	LastLogin      time.Time `json:"lastLoginDateTime,omitzero"`
	DateCreated    time.Time `json:"dateCreated"`
	SubscriptionID string    `json:"subscriptionId,omitempty"` // the studio; a user is in one at most
	SID            string    `json:"sid,omitempty"`            // in the Active Directory
	PasswordMails  int       `json:"passwordResetMails,omitempty"`
}

func (u *user) name() string { return u.FirstName + " " + u.LastName }

func languages() *shape {
	return oneOf("de-de", "en-us", "es-es", "fr-fr", "it-it", "ja-jp", "pt-br", "zh-cn", "")
}

func roles() *shape { return oneOf(noAccess, viewer, member, artisan, curator, evaluated) }

func userRoutes() []route {
	rights := []string{"canScheduleJobs", "canPrioritizeJobs", "canAssignJobs", "canCreateCollections", "isApiEnabled"}
	dcm := opt(boolean, "canCreateAndUpdateDcm", "canShareForExecutionDcm", "canShareForCollaborationDcm",
		"canManageGenericVaultsDcm")
	return []route{
		{on: "GET /v3/users/{userId}", need: curator, do: getUser},
		{on: "PUT /v3/users/{userId}", need: curator, do: updateUser, body: contract(
			opt(length(0, 255), "firstName", "lastName"), req(filled(), "email"), req(roles(), "role"),
			req(text, "defaultWorkerTag", "defaultCredentialId", "timeZone"), req(languages(), "language"),
			req(boolean, rights...), req(boolean, "isAccountLocked", "isActive", "isValidated"), dcm)},
		{on: "DELETE /v3/users/{userId}", need: curator, do: deleteUser, texts: true},
		{on: "GET /v3/users/{userId}/assets", need: curator, do: listAssets, query: contract(
			opt(oneOf("All", "Workflows", "Schedules", "Collections"), "assetType"))},
		{on: "GET /v3/users", need: curator, do: listUsers, query: contract(
			opt(detail(), "view"), opt(boolean, "active"), opt(text, "email", "firstName", "lastName"), opt(roles(), "role"),
			opt(dateTime, "createdAfter", "createdBefore"))},
		{on: "POST /v3/users", need: curator, do: createUser, body: contract(
			req(length(1, 255), "firstName", "lastName"), req(filled(), "email"), opt(roles(), "role"),
			opt(text, "defaultWorkerTag", "defaultCredentialId", "timeZone"), opt(boolean, rights...),
			opt(boolean, "isActive"), dcm)},
		{on: "POST /v3/users/{userId}/deactivate", need: curator, do: deactivateUser},
		{on: "POST /v3/users/{userId}/passwordReset", need: curator, do: resetPassword},
	}
}

// detail is the contract of the view parameter that many lists have.
func detail() *shape { return oneOf("Default", "Full") }

func (c *call) full() bool { return c.query.str("view") == "Full" }

func getUser(c *call) (any, error) {
	u, err := find(&c.users, c.path("userId"), "User")
	if err != nil {
		return nil, err
	}
	return c.userView(u), nil
}

// userView shows what was shared with the user directly, not what comes through groups (inf).
func (st *state) userView(u *user) any {
	return struct {
		ID string `json:"id"`
		profile
		LastLogin           time.Time `json:"lastLoginDateTime,omitzero"`
		SharedCredentialIDs []string  `json:"sharedCredentialIds"`
		DataConnectionIDs   []string  `json:"dataConnectionIds"`
	}{
		u.ID, u.profile, u.LastLogin,
		views(where(st.credentials.all(), func(k *credential) bool { return k.UserIDs.has(u.ID) }), credentialID),
		views(where(st.dataConnections.all(), func(d *dataConnection) bool { return d.UserIDs.has(u.ID) }), connectionID),
	}
}

func listUsers(c *call) (any, error) {
	q := c.query
	found := where(c.users.all(), func(u *user) bool {
		same := func(name, value string) bool { return !q.has(name) || strings.EqualFold(q.str(name), value) }
		return same("email", u.Email) && same("firstName", u.FirstName) && same("lastName", u.LastName) &&
			same("role", string(u.Role)) && (!q.has("active") || q.flag("active") == u.IsActive) &&
			c.createdWithin(u.DateCreated)
	})
	if c.full() {
		return views(found, c.userView), nil
	}
	return views(found, func(u *user) any {
		return map[string]any{
			"id": u.ID, "firstName": u.FirstName, "lastName": u.LastName, "email": u.Email, "role": u.Role,
			"isActive": u.IsActive, "dateCreated": u.DateCreated,
		}
	}), nil
}

// createdWithin holds a time against the filters createdAfter and createdBefore; both are inclusive.
func (c *call) createdWithin(t time.Time) bool {
	q := c.query
	return (!q.has("createdAfter") || !t.Before(q.time("createdAfter"))) &&
		(!q.has("createdBefore") || !t.After(q.time("createdBefore")))
}

func createUser(c *call) (any, error) {
	if c.opts.Windows {
		return nil, badRequest("Users cannot be created with Windows authentication.") // (inf) the status
	}
	if c.emailTaken(c.in.str("email"), "") {
		return nil, badField("email", "A user with this email already exists.") // (inf)
	}
	u := &user{ID: c.newID(), DateCreated: c.now}
	u.profile = profile{Role: evaluated, IsActive: true, Language: "en-us"}
	if err := c.in.into(&u.profile); err != nil {
		return nil, err
	}
	insert(c.state, &c.users, u.ID, u)
	return created{c.userView(u)}, nil
}

func (st *state) emailTaken(email, except string) bool {
	for u := range st.users.all() {
		if u.ID != except && strings.EqualFold(u.Email, email) {
			return true
		}
	}
	return false
}

// updateUser does not touch the groups, even if it makes the user inactive (inf).
func updateUser(c *call) (any, error) {
	// Not in the swagger's list of answers, but what else could it say (inf).
	u, err := find(&c.users, c.path("userId"), "User")
	if err != nil {
		return nil, err
	}
	bad := modelState{}
	for _, name := range []string{"firstName", "lastName"} {
		if !c.opts.Windows && c.in.str(name) == "" {
			bad.add(name, "The %s field is required.", name)
		}
	}
	if c.emailTaken(c.in.str("email"), u.ID) {
		bad.add("email", "A user with this email already exists.")
	}
	if err := bad.err(); err != nil {
		return nil, err
	}
	touch(c.state, &c.users, u.ID)
	if err := c.in.into(&u.profile); err != nil {
		return nil, err
	}
	return c.userView(u), nil
}

// shutOut refuses what would lock everybody out (inf).
func (c *call) shutOut(u *user) error {
	if u == c.by {
		return badRequest("You cannot deactivate or delete yourself.")
	}
	for other := range c.users.all() {
		if other != u && other.IsActive && c.roleOf(other) == curator {
			return nil
		}
	}
	return badRequest("The last active Curator cannot be deactivated or deleted.")
}

// deactivateUser answers the groups that the user was taken out of: none, the second time (inf).
func deactivateUser(c *call) (any, error) {
	u, err := find(&c.users, c.path("userId"), "User")
	if err != nil {
		return nil, err
	}
	if err := c.shutOut(u); err != nil {
		return nil, err
	}
	touch(c.state, &c.users, u.ID)
	u.IsActive = false
	return views(where(c.groups.all(), func(g *group) bool { return c.leave(g, u.ID) }), groupID), nil
}

func deleteUser(c *call) (any, error) {
	u, err := find(&c.users, c.path("userId"), "User")
	if err != nil {
		return nil, err
	}
	if err := c.shutOut(u); err != nil {
		return nil, err
	}
	busy := !c.assetsOf(u.ID).empty()
	for g := range c.groups.all() {
		busy = busy || g.has(u.ID)
	}
	if busy { // the swagger declares 400 and 409 for it
		return nil, refuse(http.StatusConflict, "The user owns assets or is in a user group and cannot be deleted.")
	}
	c.forgetUser(u.ID)
	remove(c.state, &c.users, u.ID)
	return nil, nil
}

// forgetUser takes back all that was shared with a user, and drops the DCM connections that nobody owns any more (inf).
func (st *state) forgetUser(id string) {
	for k := range st.credentials.all() {
		touch(st, &st.credentials, k.ID)
		k.UserIDs.remove(id)
	}
	for d := range st.dataConnections.all() {
		d.UserIDs.remove(id)
	}
	for col := range st.collections.all() {
		touch(st, &st.collections, col.ID)
		delete(col.Users, id)
	}
	for d := range st.dcmConnections.all() {
		if d.OwnerID == id {
			st.dropDCM(d)
		}
		d.Execution.UserIDs.remove(id)
		d.Collaboration.UserIDs.remove(id)
	}
}

func resetPassword(c *call) (any, error) {
	u, err := find(&c.users, c.path("userId"), "User")
	if err != nil {
		return nil, err
	}
	if c.opts.Windows {
		return nil, badRequest("Passwords cannot be reset with Windows authentication.")
	}
	u.PasswordMails++
	return nil, nil
}

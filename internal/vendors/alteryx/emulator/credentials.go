package emulator

import (
	"slices"
	"strings"
	"time"
)

// A credential is a run-as account of the operating system. No view shows its password.
type credential struct {
	ID       string `json:"id"`
	UserName string `json:"userName"`
	Password string `json:"password"`
	sharing
	CreatedBy   string    `json:"createdById"`
	LastUpdated time.Time `json:"lastUpdatedDate"`
}

func credentialID(k *credential) string { return k.ID }

func credentialRoutes() []route {
	return append(shareRoutes("/v3/credentials/{credentialId}", shareCredential),
		route{on: "GET /v3/credentials/{credentialId}", need: artisan, do: getCredential},
		route{on: "PUT /v3/credentials/{credentialId}", need: artisan, do: updateCredential, newer: true,
			body: contract(req(filled(), "newPassword"))},
		route{on: "DELETE /v3/credentials/{credentialId}", need: curator, do: deleteCredential,
			query: contract(opt(boolean, "force"))},
		route{on: "GET /v3/credentials", need: artisan, do: listCredentials,
			query: contract(opt(detail(), "view"), opt(text, "userId", "userGroupId"))},
		route{on: "POST /v3/credentials", need: artisan, do: createCredential, newer: true,
			body: contract(req(filled(), "username", "password"))},
	)
}

func shareCredential(c *call) (*sharing, func() any, error) {
	k, err := find(&c.credentials, c.path("credentialId"), "Credential")
	if err != nil {
		return nil, nil, err
	}
	touch(c.state, &c.credentials, k.ID)
	return &k.sharing, func() any { return credentialView(k) }, nil
}

func credentialView(k *credential) any {
	return struct {
		ID       string `json:"id"`
		UserName string `json:"userName"`
		sharing
	}{k.ID, k.UserName, k.sharing}
}

func reducedCredential(k *credential) any { return map[string]any{"id": k.ID, "userName": k.UserName} }

// savedCredential is the other view, that of the two newer endpoints: it even names its fields differently.
func (c *call) savedCredential(k *credential) any {
	view := map[string]any{
		"credentialId": k.ID, "username": k.UserName, "userIds": k.UserIDs, "userGroupIds": k.UserGroupIDs,
		"isAdmin": c.curator(), "lastUpdatedDate": k.LastUpdated, // (inf) isAdmin is about the caller
	}
	if u := c.users.get(k.CreatedBy); u != nil {
		view["createdByEmail"] = u.Email
	}
	return view
}

// usableCredential finds a credential that the caller may see. To others there is none (inf).
func (c *call) usableCredential(id string) (*credential, error) {
	k, err := find(&c.credentials, id, "Credential")
	if err == nil && !c.curator() && !c.shared(k.sharing, c.by.ID) {
		return nil, notFound("Credential")
	}
	return k, err
}

func getCredential(c *call) (any, error) {
	k, err := c.usableCredential(c.path("credentialId"))
	if err != nil {
		return nil, err
	}
	return credentialView(k), nil
}

func listCredentials(c *call) (any, error) {
	if !c.curator() { // who gets no choice: the parameters are disregarded
		mine := where(c.credentials.all(), func(k *credential) bool { return c.shared(k.sharing, c.by.ID) })
		return views(mine, reducedCredential), nil
	}
	found := where(c.credentials.all(), func(k *credential) bool {
		user, group := c.query.str("userId"), c.query.str("userGroupId")
		return (user == "" || k.UserIDs.has(user)) && (group == "" || k.UserGroupIDs.has(group))
	})
	if c.full() {
		return views(found, credentialView), nil
	}
	return views(found, reducedCredential), nil
}

// needTLS refuses to take a password over plain HTTP; (inf) the status.
func (c *call) needTLS() error {
	if c.opts.NoTLS {
		return badRequest("This endpoint cannot be used unless Server is configured with SSL/TLS enabled.")
	}
	return nil
}

// createCredential shares the credential with its creator, who could not use it otherwise (inf).
func createCredential(c *call) (any, error) {
	if err := c.needTLS(); err != nil {
		return nil, err
	}
	for k := range c.credentials.all() {
		if strings.EqualFold(k.UserName, c.in.str("username")) {
			return nil, badField("username", "A credential with this username already exists.") // (inf)
		}
	}
	k := &credential{ID: c.newID(), UserName: c.in.str("username"), Password: c.in.str("password"),
		sharing: sharing{UserIDs: idSet{c.by.ID}}, CreatedBy: c.by.ID, LastUpdated: c.now}
	insert(c.state, &c.credentials, k.ID, k)
	return c.savedCredential(k), nil
}

// updateCredential is for Curators and the creator (inf).
func updateCredential(c *call) (any, error) {
	if err := c.needTLS(); err != nil {
		return nil, err
	}
	k, err := c.usableCredential(c.path("credentialId"))
	if err != nil {
		return nil, err
	}
	if !c.curator() && k.CreatedBy != c.by.ID {
		return nil, unauthorized()
	}
	touch(c.state, &c.credentials, k.ID)
	k.Password, k.LastUpdated = c.in.str("newPassword"), c.now
	return c.savedCredential(k), nil
}

// deleteCredential answers a list whose meaning is not documented: here it is what was deleted (inf).
func deleteCredential(c *call) (any, error) {
	k, err := find(&c.credentials, c.path("credentialId"), "Credential")
	if err != nil {
		return nil, err
	}
	uses := c.usesOf(k.ID)
	if (!k.sharing.empty() || len(uses) > 0) && !c.query.flag("force") {
		return nil, badRequest("The credential is shared or in use. Set force to delete it.") // (inf)
	}
	view := credentialView(k)
	for _, field := range uses {
		*field = ""
	}
	remove(c.state, &c.credentials, k.ID)
	return []any{view}, nil
}

// usesOf finds all fields that hold a credential's id.
func (st *state) usesOf(id string) []*string {
	var uses []*string
	for u := range st.users.all() {
		uses = append(uses, &u.DefaultCredentialID)
	}
	for s := range st.subscriptions.all() {
		uses = append(uses, &s.CredentialID)
	}
	for s := range st.schedules.all() {
		uses = append(uses, &s.CredentialID)
	}
	for w := range st.workflows.all() {
		for i := range w.Versions {
			uses = append(uses, &w.Versions[i].CredentialID)
		}
	}
	return slices.DeleteFunc(uses, func(field *string) bool { return *field != id })
}

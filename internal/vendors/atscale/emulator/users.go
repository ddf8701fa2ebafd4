package emulator

import (
	"slices"
	"strings"
)

// A user has an account for all organizations, and is in those in which it has a role.
type user struct {
	ID           string              `json:"user_id"`
	Username     string              `json:"auth_username"`
	Name         string              `json:"name"`
	Email        string              `json:"email"`
	SuperUser    bool                `json:"super_user"`
	APISuperUser bool                `json:"api_super_user"`
	Password     string              `json:"password"`
	Roles        map[string][]string `json:"roles"` // by organization
	Groups       []string            `json:"groups"`
}

func userRoutes() []route {
	const one = orgPath + "/users/{userId}" // (inf) for both: by analogy with groups
	return []route{
		{on: "GET " + orgPath + "/users", need: mayAdminister, do: listUsers},
		{on: "POST " + orgPath + "/users", need: mayAdminister, do: createUser},
		{on: "GET " + orgPath + "/userAccount/{userId}", need: mayAdminister, do: getAccount},
		{on: "POST " + one, need: mayAdminister, do: updateUser},
		{on: "DELETE " + one, need: mayAdminister, do: deleteUser},
	}
}

// named finds a user by the name it signs in with. Letters match without regard to case.
func (st *state) named(username string) *user {
	for u := range st.users.all() {
		if strings.EqualFold(u.Username, username) {
			return u
		}
	}
	return nil
}

// members are the users of an organization: who has no role in it is not among them.
func (st *state) members(orgID string) []*user {
	return st.users.where(func(u *user) bool { return len(u.Roles[orgID]) > 0 })
}

func (u *user) view() map[string]any {
	return map[string]any{
		"user_id": u.ID, "auth_username": u.Username, "name": u.Name, "super_user": u.SuperUser,
		"api_super_user": u.APISuperUser, "email": u.Email,
	}
}

func listUsers(c *call) (any, error) { return views(c.members(c.org.ID), (*user).view), nil }

// getAccount shows more than the list does. (inf) All but username.
func getAccount(c *call) (any, error) {
	u, err := find(&c.users, c.path("userId"), "User")
	if err != nil {
		return nil, err
	}
	out := u.view()
	out["username"] = u.Username
	out["roles"] = append([]string{}, u.Roles[c.org.ID]...)
	out["groups"] = append([]string{}, u.Groups...)
	return out, nil
}

// userInput is what creating and updating take alike.
type userInput struct {
	*fields
	c *call
}

func (c *call) userInput() (*userInput, error) {
	if c.opts.ExternalDirectory {
		return nil, c.refused("Users are managed by an external directory")
	}
	f, err := c.fields()
	return &userInput{f, c}, err
}

// check refuses passwords that differ and roles and groups that do not exist.
func (in *userInput) check() error {
	for _, name := range []string{"username", "password", "confirm_password", "email", "name"} {
		in.text(name)
	}
	in.texts("roles")
	in.texts("groups")
	if err := in.err(); err != nil {
		return err
	}
	if in.text("password") != in.text("confirm_password") {
		return in.c.refused("Passwords do not match")
	}
	for _, id := range in.texts("roles") {
		if r := in.c.roles.get(id); r == nil || r.OrgID != in.c.org.ID {
			return in.c.refused("Role %s not found", id)
		}
	}
	for _, id := range in.texts("groups") { // (inf) that there are groups
		if g := in.c.groups.get(id); g == nil || g.OrgID != in.c.org.ID {
			return in.c.refused("Group %s not found", id)
		}
	}
	return nil
}

// apply sets what was given.
func (in *userInput) apply(u *user) {
	for name, field := range map[string]*string{
		"username": &u.Username, "name": &u.Name, "email": &u.Email, "password": &u.Password,
	} {
		if in.has(name) {
			*field = in.text(name)
		}
	}
	if in.has("roles") {
		u.Roles[in.c.org.ID] = unique(in.texts("roles"))
	}
	if in.has("groups") {
		u.Groups = slices.DeleteFunc(u.Groups, func(id string) bool { return in.c.groups.get(id).OrgID == in.c.org.ID })
		u.Groups = unique(append(u.Groups, in.texts("groups")...))
	}
}

// unique returns a sorted list without repetitions.
func unique(list []string) []string {
	slices.Sort(list)
	return slices.Compact(list)
}

// createUser keeps the id to itself, as the vendor's own example does: it is in the list of users.
func createUser(c *call) (any, error) {
	in, err := c.userInput()
	if err != nil {
		return nil, err
	}
	username := in.need("username")
	in.need("password")
	if err := in.check(); err != nil {
		return nil, err
	}
	if len(in.texts("roles")) == 0 {
		return nil, c.refused("At least one role is required")
	}
	if c.named(username) != nil {
		return nil, refuse(c.opts.Duplicate, "User %s already exists", username)
	}
	u := &user{ID: c.newID(), Roles: map[string][]string{}, Groups: []string{}}
	in.apply(u)
	if u.Name == "" {
		u.Name = username // (inf)
	}
	c.users.put(u.ID, u)
	out := u.view()
	if !c.opts.ReturnUserID {
		out["user_id"] = ""
	}
	return out, nil
}

// updateUser leaves alone what is not given. (inf) Without roles somebody leaves the organization and keeps the account.
func updateUser(c *call) (any, error) {
	in, err := c.userInput()
	if err != nil {
		return nil, err
	}
	u, err := find(&c.users, c.path("userId"), "User")
	if err != nil {
		return nil, err
	}
	for _, name := range []string{"username", "password"} {
		if in.has(name) {
			in.need(name)
		}
	}
	if err := in.check(); err != nil {
		return nil, err
	}
	if other := c.named(in.text("username")); other != nil && other != u {
		return nil, refuse(c.opts.Duplicate, "User %s already exists", other.Username)
	}
	in.apply(u)
	return u.view(), nil
}

// deleteUser leaves what somebody made to whoever finds it (inf).
func deleteUser(c *call) (any, error) {
	if c.opts.ExternalDirectory {
		return nil, c.refused("Users are managed by an external directory")
	}
	u, err := find(&c.users, c.path("userId"), "User")
	if err != nil {
		return nil, err
	}
	if u.SuperUser && len(c.users.where(func(u *user) bool { return u.SuperUser })) == 1 {
		return nil, c.refused("The last superuser cannot be deleted")
	}
	c.users.drop(u.ID)
	c.forget(u.ID)
	return map[string]any{}, nil
}

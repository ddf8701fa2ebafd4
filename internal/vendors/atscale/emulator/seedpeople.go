package emulator

import (
	"slices"

	"runner/internal/vendors/company"
)

// apiUserID is that of the first user, which is no UUID.
const apiUserID = "admin1234"

// The roles of the seed, as numbers of their ids.
const (
	administrators = iota + 1
	designers
	analysts
	readers
	connectors
)

var groupNames = []string{
	string(company.Finance), string(company.Operations), string(company.Platform), `Budget "Q3" / München`, "New Starters",
}

// seedRoles makes the roles of an organization. Their ids are shifted.
func (st *state) seedRoles(orgID string, shift int) {
	all := make([]permission, len(permissionNames))
	for i, p := range permissionNames {
		all[i] = p.ID
	}
	for n, r := range map[int]role{
		administrators: {Title: "Organization Administrator", Permissions: all},
		designers: {Title: "Designer", Permissions: []permission{
			mayLogIn, mayDesign, mayCreate, mayEdit, mayPublish, mayView, mayManage, mayViewQueries}},
		analysts:   {Title: "Analyst", Permissions: []permission{mayLogIn, mayView, mayViewQueries}},
		readers:    {Title: "Query User", Permissions: []permission{mayLogIn}},
		connectors: {Title: `Data Steward / "Warehouses"`, Permissions: []permission{mayLogIn, mayConnect}},
	} {
		r.ID, r.OrgID = seedID("51", n+shift), orgID
		st.roles.put(r.ID, &r)
	}
	slices.Sort(st.roles.order)
}

// personID is made of somebody's place in the company. The one of ines shows that ids are to be escaped.
func personID(name string) string {
	switch name {
	case company.People[0].Name:
		return apiUserID
	case "ines":
		return "EXAMPLE/ines"
	}
	return seedID("52", 1+slices.IndexFunc(company.People, func(p company.Person) bool { return p.Name == name }))
}

// seedPeople gives everybody an account, and a role to all who may do something.
func (st *state) seedPeople(o Options) {
	roleOf := map[company.Level]int{
		company.Admin: administrators, company.Maker: designers, company.Member: analysts, company.Viewer: readers,
	}
	for _, p := range company.People {
		u := &user{ID: personID(p.Name), Username: p.Name, Name: p.First + " " + p.Last, Email: p.Email(),
			SuperUser: p.Level == company.Admin, APISuperUser: p.Service, Password: PasswordOf(p.Name),
			Roles: map[string][]string{}, Groups: []string{}}
		if n, ok := roleOf[p.Level]; ok {
			u.Roles[Org] = []string{seedID("51", n)}
		}
		st.users.put(u.ID, u)
		if o.Empty {
			return
		}
		if i := slices.Index(groupNames, string(p.Team)); i >= 0 {
			u.Groups = []string{groupID(i)}
		}
	}
	st.users.get(personID("zoe")).Roles[Org] = []string{seedID("51", designers), seedID("51", connectors)}
	for _, name := range []string{"ada", "lin", "paul"} {
		u := st.users.get(personID(name))
		u.Groups = append(u.Groups, groupID(3))
	}
	for i, name := range groupNames {
		st.groups.put(groupID(i), &group{ID: groupID(i), OrgID: Org, Name: name})
	}
}

func groupID(i int) string { return seedID("53", i+1) }

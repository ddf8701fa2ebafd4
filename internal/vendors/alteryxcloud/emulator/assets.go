package emulator

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
)

// An asset is what connections, flows, plans and workflows have in common.
type asset struct {
	WorkspaceID int64   `json:"workspaceId"`
	Name        string  `json:"name"`
	Description string  `json:"description"`
	OwnerID     int64   `json:"ownerId"`
	UpdatedBy   int64   `json:"updatedBy"`
	Shares      []share `json:"shares"`
	times
}

// Kinds of subjects that something is shared with.
const (
	toPerson = "person"
	toGroup  = "group"
)

// A share lets a person or a group in.
type share struct {
	Kind      string `json:"kind"`
	SubjectID int64  `json:"subjectId"`
	Role      string `json:"role"`
	Policy    string `json:"policy"`
	times
}

// newAsset belongs to the caller.
func (c *call) newAsset(name, about string) asset {
	return asset{WorkspaceID: c.WorkspaceID, Name: name, Description: about, OwnerID: c.by.ID, UpdatedBy: c.by.ID,
		Shares: []share{}, times: made(c.now)}
}

// touch notes who changed it.
func (a *asset) touch(c *call) { a.UpdatedBy, a.UpdatedAt = c.by.ID, c.now }

func (a *asset) shareOf(kind string, id int64) int {
	return slices.IndexFunc(a.Shares, func(s share) bool { return s.Kind == kind && s.SubjectID == id })
}

// share adds a subject, or changes what it may do, and reports whether it was there.
func (a *asset) share(s share) bool {
	i := a.shareOf(s.Kind, s.SubjectID)
	if i >= 0 {
		s.CreatedAt = a.Shares[i].CreatedAt
		a.Shares[i] = s
		return true
	}
	a.Shares = append(a.Shares, s)
	slices.SortFunc(a.Shares, func(a, b share) int { // so that states compare equal
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.SubjectID, b.SubjectID))
	})
	return false
}

// unshare reports whether the subject was there.
func (a *asset) unshare(kind string, id int64) bool {
	i := a.shareOf(kind, id)
	if i >= 0 {
		a.Shares = slices.Delete(a.Shares, i, i+1)
	}
	return i >= 0
}

// sharesFor are those that let a person in, by themselves or through a group.
func (s *space) sharesFor(p *person, a *asset) []share {
	return slices.DeleteFunc(slices.Clone(a.Shares), func(sh share) bool {
		if sh.Kind == toPerson {
			return sh.SubjectID != p.ID
		}
		g := s.groups[sh.SubjectID]
		return g == nil || !slices.Contains(g.Members, p.ID)
	})
}

// sees reports whether the caller can see an asset. Admins see all (inf). What somebody suspended owns is out of reach
// for those it was shared with.
func (c *call) sees(a *asset) bool {
	if c.owns(a) {
		return true
	}
	owner := c.people[a.OwnerID]
	return (owner == nil || owner.Status != suspended) && len(c.sharesFor(c.by, a)) > 0
}

// owns reports whether the caller may do everything with an asset.
func (c *call) owns(a *asset) bool { return a.OwnerID == c.by.ID || c.isAdmin(c.by) }

// mayOwn refuses those who only see it (inf).
func (c *call) mayOwn(a *asset) error {
	if c.owns(a) {
		return nil
	}
	return forbidden("Only the owner may do that.")
}

// mayEdit lets collaborators change it, too (inf).
func (c *call) mayEdit(a *asset) error {
	if c.owns(a) || slices.ContainsFunc(c.sharesFor(c.by, a), func(s share) bool { return s.Role != "readOnly" }) {
		return nil
	}
	return forbidden("You may only read this.")
}

// missing is the answer about what is not there, or not for the caller.
func (c *call) missing(what string, id any) error {
	if c.opts.Gone && c.deleted[fmt.Sprint(what, " ", id)] {
		return gone("%s %v was deleted.", what, id)
	}
	return notFound(what, id)
}

func (c *call) forget(what string, id any) { c.deleted[fmt.Sprint(what, " ", id)] = true }

// ownership keeps all, shared or owned assets, as most lists can.
func (c *call) ownership(param string, also ...string) (func(*asset) bool, error) {
	word, err := c.paramWord(param, append(also, "all", "shared", "owned")...)
	if err != nil {
		return nil, err
	}
	return func(a *asset) bool {
		switch word {
		case "shared":
			return a.OwnerID != c.by.ID && len(c.sharesFor(c.by, a)) > 0 && c.sees(a)
		case "owned":
			return a.OwnerID == c.by.ID
		case "forTransfer": // what the caller could transfer: an admin everything (inf)
			return c.owns(a)
		}
		return c.sees(a)
	}, nil
}

// eachAsset visits what can be transferred.
func (s *space) eachAsset(visit func(kind, id string, a *asset)) {
	for f := range s.flows.all() {
		visit("flows", strconv.FormatInt(f.ID, 10), &f.asset)
	}
	for k := range s.connections.all() {
		visit("connections", strconv.FormatInt(k.ID, 10), &k.asset)
	}
	for p := range s.plans.all() {
		visit("plans", strconv.FormatInt(p.ID, 10), &p.asset)
	}
	for w := range s.workflows.all() {
		visit("workflows", w.ID, &w.asset)
	}
}

// idText is an id as a text, however it was given.
func idText(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case json.Number:
		return v.String()
	}
	return ""
}

// dropAssets deletes all that somebody owns, and takes back what was shared with them. Folders stay, since flows of
// others may lie in them (inf), and so do runs.
func (c *call) dropAssets(personID int64) {
	for p := range c.plans.all() {
		if p.OwnerID == personID {
			c.dropPlan(p)
		}
	}
	for f := range c.flows.all() {
		if f.OwnerID == personID {
			c.dropFlow(f)
		}
	}
	for k := range c.connections.all() {
		if k.OwnerID == personID {
			c.dropConnection(k)
		}
	}
	for w := range c.workflows.all() {
		if w.OwnerID == personID {
			c.dropWorkflow(w)
		}
	}
	for s := range c.schedules.all() {
		if s.OwnerID == personID {
			c.dropSchedule(s)
		}
	}
	c.eachAsset(func(_, _ string, a *asset) { a.unshare(toPerson, personID) })
}

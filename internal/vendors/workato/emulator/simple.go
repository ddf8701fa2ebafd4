package emulator

import (
	"slices"
	"strings"
	"time"
)

// This file has the resources of which the documents say little more than the paths. All of them are records with a
// name, in {"data": …} (inf).

type record struct {
	ID        int64     `json:"id"`
	Fields    object    `json:"fields"` // as they were sent
	MemberIDs []int64   `json:"members,omitempty"`
	Purged    int       `json:"purged,omitempty"`
	CreatedAt time.Time `json:"created_at"`
	UpdatedAt time.Time `json:"updated_at"`
}

// A recordKind is one of those resources.
type recordKind struct {
	path     string
	bucket   string
	resource string
	event    string // what the types of its events begin with
	name     string // the field that is needed
}

var (
	topics    = recordKind{"/api/event_streams/topics", "event topics", "EventTopic", "event_topic", "name"}
	iamUsers  = recordKind{"/api/iam/users", "iam", "IamUser", "iam_user", "email"}
	iamGroups = recordKind{"/api/iam/user_groups", "iam", "IamUserGroup", "iam_user_group", "name"}
	iamLinks  = recordKind{"/api/iam/app_links", "iam", "IamAppLink", "iam_app_link", "name"}
	bundles   = recordKind{"/api/cert_bundles", "api platform", "CertBundle", "cert_bundle", "name"}
)

func simpleRoutes() []route {
	in := perMinute(iamGroups.bucket)
	return slices.Concat(topics.routes(), iamUsers.routes(), iamGroups.routes(), iamLinks.routes(), bundles.routes(),
		[]route{
			{on: "PUT " + topics.path + "/{id}/purge", bucket: perMinute(topics.bucket), do: topics.on(purge)},
			{on: "GET " + iamGroups.path + "/{id}/members", bucket: in, do: iamGroups.on(iamMembers)},
			{on: "POST " + iamGroups.path + "/{id}/add_users", bucket: in, do: iamGroups.on(changeIAM(include[int64]))},
			{on: "POST " + iamGroups.path + "/{id}/remove_users", bucket: in, do: iamGroups.on(changeIAM(exclude[int64]))},
		})
}

func (k recordKind) routes() []route {
	in := perMinute(k.bucket)
	return []route{
		{on: "GET " + k.path, bucket: in, do: k.list},
		{on: "POST " + k.path, bucket: in, do: k.create},
		{on: "GET " + k.path + "/{id}", bucket: in, do: k.on(getRecord)},
		{on: "PUT " + k.path + "/{id}", bucket: in, do: k.on(k.update)},
		{on: "DELETE " + k.path + "/{id}", bucket: in, do: k.on(k.delete)},
	}
}

func (k recordKind) table(st *state) *table[int64, record] { return st.simple[k.path] }

func (k recordKind) on(do func(*call, *record) (any, error)) handler {
	return func(c *call) (any, error) {
		r := k.table(c.state).get(c.pathID("id"))
		if r == nil {
			return nil, notFound()
		}
		return do(c, r)
	}
}

func getRecord(_ *call, r *record) (any, error) { return data(r.view()), nil }

func (r *record) view() object {
	v := object{"id": r.ID, "created_at": at(r.CreatedAt), "updated_at": at(r.UpdatedAt)}
	for name, value := range r.Fields {
		if v[name] == nil {
			v[name] = value
		}
	}
	return v
}

func (r *record) text(name string) string { s, _ := r.Fields[name].(string); return s }

// list filters by a part of the name, and sorts by it if asked to.
func (k recordKind) list(c *call) (any, error) {
	p, err := c.page()
	if err != nil {
		return nil, err
	}
	found := k.table(c.state).where(func(r *record) bool { return strings.Contains(r.text(k.name), c.param(k.name)) })
	if c.param("sort") == "name" {
		slices.SortStableFunc(found, func(a, b *record) int { return strings.Compare(a.text(k.name), b.text(k.name)) })
	}
	return data(views(cut(p, found), func(r *record) object {
		v := r.view()
		if c.param("include_schema") != "true" {
			delete(v, "schema")
		}
		return v
	})), nil
}

func (k recordKind) read(c *call, r *record, all bool) error {
	in, err := c.body()
	if err != nil {
		return err
	}
	if all || in.has(k.name) {
		in.need(k.name)
	}
	in.text(k.name)
	fields := object{}
	for name, value := range r.Fields {
		fields[name] = value
	}
	for name, value := range in.values {
		fields[name] = value
	}
	r.Fields, r.UpdatedAt = fields, c.now
	return in.err()
}

func (k recordKind) create(c *call) (any, error) {
	r := &record{CreatedAt: c.now}
	if err := k.read(c, r, true); err != nil {
		return nil, err
	}
	r.ID = c.newID()
	k.table(c.state).put(r.ID, r)
	c.record(k.resource, k.event+"_created", r.ID, r.text(k.name))
	return data(r.view()), nil
}

func (k recordKind) update(c *call, r *record) (any, error) {
	changed := *r
	if err := k.read(c, &changed, false); err != nil {
		return nil, err
	}
	*r = changed
	c.record(k.resource, k.event+"_updated", r.ID, r.text(k.name))
	return data(r.view()), nil
}

func (k recordKind) delete(c *call, r *record) (any, error) {
	k.table(c.state).drop(r.ID)
	for g := range iamGroups.table(c.state).all() {
		g.MemberIDs = exclude(g.MemberIDs, r.ID)
	}
	c.record(k.resource, k.event+"_deleted", r.ID, r.text(k.name))
	return success(), nil
}

func purge(c *call, r *record) (any, error) {
	r.Purged++
	c.record(topics.resource, "event_topic_purged", r.ID, r.text("name"))
	return success(), nil
}

func iamMembers(c *call, g *record) (any, error) {
	in := iamUsers.table(c.state).where(func(u *record) bool { return slices.Contains(g.MemberIDs, u.ID) })
	return data(views(in, (*record).view)), nil
}

func changeIAM(change func([]int64, ...int64) []int64) func(*call, *record) (any, error) {
	return func(c *call, g *record) (any, error) {
		in, err := c.body()
		if err != nil {
			return nil, err
		}
		in.need("user_ids")
		ids := in.ids("user_ids")
		if err := in.err(); err != nil {
			return nil, err
		}
		for _, id := range ids {
			if iamUsers.table(c.state).get(id) == nil {
				return nil, notFound()
			}
		}
		g.MemberIDs = change(g.MemberIDs, ids...)
		c.record(iamGroups.resource, "iam_user_group_updated", g.ID, g.text("name"))
		return success(), nil
	}
}

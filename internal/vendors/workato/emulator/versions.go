package emulator

import (
	"slices"
	"time"
)

// A version is a state of a recipe's code.
type version struct {
	ID          int64     `json:"id"`
	No          int       `json:"version_no"`
	Comment     string    `json:"comment"`
	AuthorName  string    `json:"author_name"`
	AuthorEmail string    `json:"author_email"`
	CreatedAt   time.Time `json:"created_at"`
	UpdatedAt   time.Time `json:"updated_at"`
}

// last is the version that counts. Every recipe has one.
func (r *recipe) last() version { return r.Versions[len(r.Versions)-1] }

// addVersion keeps the state of a recipe as a version of the caller's.
func (c *call) addVersion(r *recipe) { c.version(r, c.by, c.now) }

// version keeps the state of a recipe, made by who made the client (inf).
func (st *state) version(r *recipe, by *client, now time.Time) {
	v := version{ID: st.newID(), No: 1, CreatedAt: now, UpdatedAt: now}
	if len(r.Versions) > 0 {
		v.No = r.last().No + 1
	}
	if m := st.members.get(by.UserID); m != nil {
		v.AuthorName, v.AuthorEmail = m.Name, m.Email
	}
	r.Versions = append(slices.Clone(r.Versions), v)
}

func versionView(v *version) object {
	return object{"id": v.ID, "version_no": v.No, "comment": orNull(v.Comment), "author_name": v.AuthorName,
		"author_email": v.AuthorEmail, "created_at": at(v.CreatedAt), "updated_at": at(v.UpdatedAt)}
}

// listVersions has the newest first (inf).
func listVersions(c *call, r *recipe) (any, error) {
	p, err := c.page()
	if err != nil {
		return nil, err
	}
	all := pointers(r.Versions)
	slices.Reverse(all)
	return data(views(cut(p, all), versionView)), nil
}

// onVersion makes a handler of what is done with one version.
func onVersion(do func(*call, *recipe, *version) (any, error)) handler {
	return onRecipe(func(c *call, r *recipe) (any, error) {
		for i := range r.Versions {
			if r.Versions[i].ID == c.pathID("vid") {
				return do(c, r, &r.Versions[i])
			}
		}
		return nil, notFound()
	})
}

func getVersion(_ *call, _ *recipe, v *version) (any, error) { return versionView(v), nil }

func commentVersion(c *call, r *recipe, v *version) (any, error) {
	in, err := c.body()
	if err != nil {
		return nil, err
	}
	comment := in.short("comment", 255)
	if err := in.err(); err != nil {
		return nil, err
	}
	v.Comment, v.UpdatedAt = comment, c.now
	c.record("Flow", "recipe_version_comment_updated", r.ID, r.Name)
	return versionView(v), nil
}

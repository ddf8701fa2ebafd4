package emulator

import (
	"maps"
	"net/http"
	"slices"
	"time"
)

type collection struct {
	ID          string           `json:"id"`
	Name        string           `json:"name"`
	OwnerID     string           `json:"ownerId"`
	DateAdded   time.Time        `json:"dateAdded"`
	WorkflowIDs idSet            `json:"workflowIds"`
	ScheduleIDs idSet            `json:"scheduleIds"`
	Users       map[string]grant `json:"users"`
	UserGroups  map[string]grant `json:"userGroups"`
}

// A grant lets a member into a collection. No view shows it.
type grant struct {
	Expires     time.Time   `json:"expirationDate,omitzero"`
	Permissions permissions `json:"collectionsPermissions"`
}

type permissions struct {
	IsAdmin         bool `json:"isAdmin"`
	CanAddAssets    bool `json:"canAddAssets"`
	CanRemoveAssets bool `json:"canRemoveAssets"`
	CanUpdateAssets bool `json:"canUpdateAssets"`
	CanAddUsers     bool `json:"canAddUsers"`
	CanRemoveUsers  bool `json:"canRemoveUsers"`
}

func collectionRoutes() []route {
	return []route{
		{on: "GET /v3/collections", need: curator, do: listCollections, query: contract(opt(detail(), "view"))},
		{on: "POST /v3/collections", need: curator, do: createCollection, body: contract(req(filled(), "name"))},
		{on: "GET /v3/collections/{collectionId}", need: curator,
			do: inCollection(func(*call, *collection) error { return nil })},
		{on: "PUT /v3/collections/{collectionId}", need: curator, do: inCollection(updateCollection),
			body: contract(req(length(1, 255), "name", "ownerId"))},
		{on: "DELETE /v3/collections/{collectionId}", need: curator, do: deleteCollection,
			query: contract(opt(boolean, "forceDelete"))},
	}
}

// inCollection makes a handler of what is done with one collection. All but the deletion answer with the collection.
func inCollection(do func(*call, *collection) error) handler {
	return func(c *call) (any, error) {
		col, err := find(&c.collections, c.path("collectionId"), "Collection")
		if err != nil {
			return nil, err
		}
		touch(c.state, &c.collections, col.ID)
		if err := do(c, col); err != nil {
			return nil, err
		}
		return c.collectionView(col), nil
	}
}

func (c *call) collectionView(col *collection) any {
	users := []map[string]any{}
	for _, id := range slices.Sorted(maps.Keys(col.Users)) {
		m := map[string]any{"userId": id}
		if u := c.users.get(id); c.opts.Windows && u != nil {
			m["activeDirectoryObject"] = map[string]any{
				"sid": u.SID, "category": "Person", "displayName": u.name(), "name": u.name(), "samAccountName": u.Email,
			}
		}
		users = append(users, m)
	}
	return map[string]any{
		"id": col.ID, "name": col.Name, "ownerId": col.OwnerID, "dateAdded": col.DateAdded,
		"workflowIds": col.WorkflowIDs, "scheduleIds": col.ScheduleIDs, "users": users,
		"userGroupIds":    append(idSet{}, slices.Sorted(maps.Keys(col.UserGroups))...),
		"subscriptionIds": idSet{}, // whole studios cannot be let in through the API
	}
}

func listCollections(c *call) (any, error) {
	if c.full() {
		return views(c.collections.all(), c.collectionView), nil
	}
	return views(c.collections.all(), func(col *collection) any {
		return map[string]any{"id": col.ID, "name": col.Name, "ownerId": col.OwnerID, "dateAdded": col.DateAdded}
	}), nil
}

func createCollection(c *call) (any, error) {
	if !c.by.CanCreateCollections {
		return nil, unauthorized()
	}
	col := &collection{ID: c.newID(), Name: c.in.str("name"), OwnerID: c.by.ID, DateAdded: c.now,
		Users: map[string]grant{}, UserGroups: map[string]grant{}}
	insert(c.state, &c.collections, col.ID, col)
	return col.ID, nil
}

func updateCollection(c *call, col *collection) error {
	if _, err := find(&c.users, c.in.str("ownerId"), "Owner"); err != nil {
		return err
	}
	col.Name, col.OwnerID = c.in.str("name"), c.in.str("ownerId")
	return nil
}

// deleteCollection wants to be forced if something is in the collection (inf).
func deleteCollection(c *call) (any, error) {
	col, err := find(&c.collections, c.path("collectionId"), "Collection")
	if err != nil {
		return nil, err
	}
	inside := len(col.WorkflowIDs) + len(col.ScheduleIDs) + len(col.Users) + len(col.UserGroups)
	if inside > 0 && !c.query.flag("forceDelete") {
		return nil, refuse(http.StatusBadRequest, "The collection is not empty. Set forceDelete to delete it.")
	}
	remove(c.state, &c.collections, col.ID)
	return nil, nil
}

// letsIn reports whether a user gets at what is in a collection. A grant that has expired gives nothing (inf).
func (st *state) letsIn(col *collection, u *user, now time.Time) bool {
	valid := func(g grant) bool { return g.Expires.IsZero() || now.Before(g.Expires) }
	if g, ok := col.Users[u.ID]; col.OwnerID == u.ID || ok && valid(g) {
		return true
	}
	for id, g := range col.UserGroups {
		if group := st.groups.get(id); group != nil && group.has(u.ID) && valid(g) {
			return true
		}
	}
	return false
}

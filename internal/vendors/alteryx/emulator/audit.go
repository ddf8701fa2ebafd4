package emulator

import (
	"encoding/json"
	"reflect"
	"time"
)

// This file keeps the audit log. A handler says with touch which record it is about to change, and the entries are made
// from the difference once it is done. New and dropped records are noted by insert and remove.

type auditEntry struct {
	ID        string         `json:"id"`
	Entity    string         `json:"entity"`
	EntityID  string         `json:"entityId"`
	UserID    string         `json:"userId"`
	Timestamp time.Time      `json:"timestamp"`
	Event     string         `json:"event"`
	OldValues map[string]any `json:"oldValues"`
	NewValues map[string]any `json:"newValues"`
}

// A change is a record before a call and a way to see it after the call.
type change struct {
	entity, id string
	before     map[string]any
	after      func() map[string]any
}

func touch[T any](st *state, t *table[T], id string) {
	if t.entity == "" {
		return
	}
	now := func() map[string]any { return snapshot(t.get(id)) }
	st.changes = append(st.changes, change{t.entity, id, now(), now})
}

func insert[T any](st *state, t *table[T], id string, row *T) {
	touch(st, t, id)
	t.put(id, row)
}

func remove[T any](st *state, t *table[T], id string) {
	touch(st, t, id)
	t.drop(id)
}

// snapshot returns a record as plain values, without secrets; nil if there is none.
func snapshot[T any](row *T) map[string]any {
	if row == nil {
		return nil
	}
	var out map[string]any
	if data, err := json.Marshal(row); err != nil || json.Unmarshal(data, &out) != nil {
		return map[string]any{}
	}
	delete(out, "password")
	delete(out, "apiSecret")
	return out
}

// settleChanges turns the changes of a call into entries.
func (st *state) settleChanges(by string, at time.Time) {
	for _, ch := range st.changes {
		before, after := ch.before, ch.after()
		event := "update"
		switch {
		case before == nil && after == nil:
			continue
		case before == nil:
			event = "insert"
		case after == nil:
			event = "delete"
		default:
			for name := range before {
				if reflect.DeepEqual(before[name], after[name]) {
					delete(before, name)
					delete(after, name)
				}
			}
			if len(before)+len(after) == 0 {
				continue
			}
		}
		st.audit = append(st.audit, auditEntry{auditID(len(st.audit) + 1), ch.entity, ch.id, by, at, event, before, after})
	}
	st.changes = nil
}

func auditRoutes() []route {
	return []route{{
		on:     "GET /admin/v1/auditlog",
		need:   curator,
		query:  contract(req(filled(), "entity"), req(integer, "page", "pageSize")),
		do:     listAudit,
		legacy: true,
	}}
}

// listAudit answers the oldest entries first. (inf) Pages count from 0.
func listAudit(c *call) (any, error) {
	entity, page, size := c.query.str("entity"), c.query.num("page"), c.query.num("pageSize")
	if !c.knowsEntity(entity) || page < 0 || size < 1 {
		return nil, badRequest("Invalid entity or page.")
	}
	out := []auditEntry{}
	for _, e := range c.audit {
		if e.Entity == entity {
			out = append(out, e)
		}
	}
	first := min(page*size, len(out))
	return out[first:min(first+size, len(out))], nil
}

func (c *call) knowsEntity(name string) bool {
	switch name {
	case c.workflows.entity, c.collections.entity, c.credentials.entity, c.subscriptions.entity, c.users.entity:
		return true
	case c.groups.entity:
		return !c.opts.TooOld
	}
	return false
}

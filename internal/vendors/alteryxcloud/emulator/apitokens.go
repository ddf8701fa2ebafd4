package emulator

import (
	"fmt"
	"time"
)

// An apiToken is a legacy token: its value is shown once.
type apiToken struct {
	TokenID     string    `json:"tokenId"`
	WorkspaceID int64     `json:"workspaceId"`
	PersonID    int64     `json:"personId"`
	Description string    `json:"description"`
	CreatedAt   time.Time `json:"createdAt"`
	ExpiredAt   time.Time `json:"expiredAt,omitzero"` // never if zero
	LastUsed    time.Time `json:"-"`
	value       string
}

func (t *apiToken) over(now time.Time) bool {
	return t.value == "" || !t.ExpiredAt.IsZero() && !now.Before(t.ExpiredAt)
}

func apiTokenRoutes() []route {
	return []route{
		{on: "GET /apiAccessTokens", do: func(c *call) (any, error) { return c.list(views(c.ownTokens(), c.tokenView)) }},
		{on: "POST /apiAccessTokens", do: createAPIToken},
		{on: "GET /apiAccessTokens/{tokenId}", do: onAPIToken(func(c *call, t *apiToken) (any, error) {
			return c.tokenView(t), nil
		})},
		{on: "DELETE /apiAccessTokens/{tokenId}", do: onAPIToken(func(c *call, t *apiToken) (any, error) {
			c.apiTokens.drop(t.TokenID)
			return noContent{}, nil
		})},
	}
}

// ownTokens are the caller's, the expired ones too (inf). An admin does not see those of others (inf).
func (c *call) ownTokens() []*apiToken {
	return c.apiTokens.where(func(t *apiToken) bool { return t.WorkspaceID == c.WorkspaceID && t.PersonID == c.by.ID })
}

func onAPIToken(do func(*call, *apiToken) (any, error)) handler {
	return func(c *call) (any, error) {
		id := c.r.PathValue("tokenId")
		for _, t := range c.ownTokens() {
			if t.TokenID == id {
				return do(c, t)
			}
		}
		return nil, notFound("API access token", id)
	}
}

func (c *call) tokenView(t *apiToken) object {
	return object{"tokenId": t.TokenID, "description": t.Description, "createdAt": stamp(t.CreatedAt),
		"expiredAt": stamp(t.ExpiredAt), "lastUsed": stamp(t.LastUsed), "person": c.publicPerson(t.PersonID)}
}

func createAPIToken(c *call) (any, error) {
	in, err := c.body()
	if err != nil {
		return nil, err
	}
	in.need("lifetimeSeconds")
	life, about := in.number("lifetimeSeconds"), in.text("description")
	if life != -1 && (life < 1 || life > 10*366*24*3600) { // (inf) the upper limit
		in.complain("lifetimeSeconds", "must be positive, or -1")
	}
	if err := in.err(); err != nil {
		return nil, err
	}
	id := newUUID(c.newID())
	t := &apiToken{TokenID: id, WorkspaceID: c.WorkspaceID, PersonID: c.by.ID, Description: about, CreatedAt: c.now}
	if life > 0 {
		t.ExpiredAt = c.now.Add(time.Duration(life) * time.Second)
	}
	c.issued++
	t.value = fmt.Sprintf("emulated-api-token-%d", c.issued)
	c.apiTokens.put(id, t)
	return created{object{"tokenValue": t.value, "tokenInfo": c.tokenView(t)}}, nil
}

package emulator

import "time"

const workspaceID = 2001

func workspaceRoutes() []route {
	return []route{
		{on: "GET /api/users/me", bucket: perMinute("users"), dev: true, do: me}, // (inf) the bucket
	}
}

// me is the workspace, not who asks.
func me(c *call) (any, error) {
	mine := c.recipes.where(func(r *recipe) bool { return c.folders.get(r.FolderID).Environment == c.env })
	active := 0
	for _, r := range mine {
		if r.Running {
			active++
		}
	}
	month := time.Date(c.now.Year(), c.now.Month(), 1, 0, 0, 0, 0, time.UTC)
	return object{
		"id": workspaceID, "name": "Example Company", "email": "api-runner@example.com", "created_at": at(ago(900)),
		"plan_id": "business", "current_billing_period_start": at(month), "current_billing_period_end": at(month.AddDate(0,
			1, 0)),
		"recipes_count": len(mine), "active_recipes_count": active, "root_folder_id": c.root().ID,
		"company_name": "Example Company", "location": "Berlin, Germany", "last_seen": nil,
	}, nil
}

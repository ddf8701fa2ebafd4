package emulator

import (
	"slices"
	"strings"
	"time"
)

// A recipe is an automation.
type recipe struct {
	ID            int64     `json:"id"`
	UserID        int64     `json:"user_id"`
	Name          string    `json:"name"`
	Description   string    `json:"description"`
	FolderID      int64     `json:"folder_id"`
	Running       bool      `json:"running"`
	Code          string    `json:"code"` // JSON in a text
	Config        []use     `json:"config"`
	Tags          []string  `json:"tags"`
	Versions      []version `json:"versions"`
	CopyCount     int       `json:"copy_count"`
	Succeeded     int       `json:"job_succeeded_count"` // of jobs that are no longer listed
	Failed        int       `json:"job_failed_count"`
	Tasks         int       `json:"lifetime_task_count"`
	LastRunAt     time.Time `json:"last_run_at,omitzero"`
	StoppedAt     time.Time `json:"stopped_at,omitzero"`
	StopCause     string    `json:"stop_cause,omitempty"`
	WebhookURL    string    `json:"webhook_url,omitempty"`
	TriggerResets int       `json:"trigger_resets,omitempty"`
	PolledAt      time.Time `json:"polled_at,omitzero"`
	HealthAsked   time.Time `json:"health_asked_at,omitzero"`
	CreatedAt     time.Time `json:"created_at"`
	UpdatedAt     time.Time `json:"updated_at"`

	turnAt  time.Time // when it will have started or stopped
	turnTo  bool
	turning bool
}

// A use is an application of a recipe, and the connection to it.
type use struct {
	Keyword        string `json:"keyword"`
	Name           string `json:"name"`
	Provider       string `json:"provider"`
	SkipValidation bool   `json:"skip_validation"`
	ConnectionID   int64  `json:"account_id,omitempty"`
}

func recipeRoutes() []route {
	in := perMinute("recipes")
	return []route{
		{on: "GET /api/recipes", bucket: in, do: listRecipes},
		{on: "POST /api/recipes", bucket: perSecond("recipes create"), do: createRecipe},
		{on: "GET /api/recipes/job_counts", bucket: in, do: jobCounts},
		{on: "GET /api/recipes/{id}", bucket: in, do: onRecipe(getRecipe)},
		{on: "PUT /api/recipes/{id}", bucket: in, do: onRecipe(updateRecipe)},
		{on: "DELETE /api/recipes/{id}", bucket: in, do: onRecipe(deleteRecipe)},
		{on: "POST /api/recipes/{id}/copy", bucket: in, do: onRecipe(copyRecipe)},
		{on: "PUT /api/recipes/{id}/start", bucket: in, do: onRecipe(startRecipe)},
		{on: "PUT /api/recipes/{id}/stop", bucket: in, do: onRecipe(stopRecipe)},
		{on: "PUT /api/recipes/{id}/connect", bucket: in, do: onRecipe(connectRecipe)},
		{on: "POST /api/recipes/{id}/poll_now", bucket: in, do: pollNow},
		{on: "POST /api/recipes/{id}/reset_trigger", bucket: in, do: onRecipe(resetTrigger)},
		{on: "POST /api/recipes/{id}/force_run", bucket: perSecond("recipes force_run"), do: onRecipe(forceRun)},
		{on: "GET /api/recipes/{id}/health", bucket: in, do: onRecipe(health)},
		{on: "POST /api/recipes/{id}/health", bucket: bucket{name: "recipes health", most: 20, in: time.Minute},
			do: onRecipe(analyse)},
		{on: "GET /api/recipes/{id}/versions", bucket: in, do: onRecipe(listVersions)},
		{on: "GET /api/recipes/{id}/versions/{vid}", bucket: in, do: onVersion(getVersion)},
		{on: "PATCH /api/recipes/{id}/versions/{vid}", bucket: in, do: onVersion(commentVersion)},
		{on: "PUT /api/recipes/{id}/versions/{vid}", bucket: in, do: onVersion(commentVersion)},
	}
}

// onRecipe makes a handler of what is done with one recipe.
func onRecipe(do func(*call, *recipe) (any, error)) handler {
	return func(c *call) (any, error) {
		r := c.recipe(c.pathID("id"))
		if r == nil {
			return nil, notFound()
		}
		return do(c, r)
	}
}

// recipe is one that the caller can see, or nil.
func (c *call) recipe(id int64) *recipe {
	if r := c.recipes.get(id); r != nil && c.sees(r.FolderID) {
		return r
	}
	return nil
}

func (c *call) recipeView(r *recipe) object {
	v := r.last()
	trigger, actions := r.applications()
	done, failed := c.counts(r)
	out := object{
		"id": r.ID, "user_id": r.UserID, "name": r.Name, "description": r.Description, "folder_id": r.FolderID,
		"running": r.Running, "trigger_application": orNull(trigger), "action_applications": actions,
		"applications": r.providers(), "config": views(pointers(r.Config), useView), "code": r.Code,
		"version_no": v.No, "version_author_name": v.AuthorName, "version_author_email": v.AuthorEmail,
		"version_comment": orNull(v.Comment), "author_name": r.Versions[0].AuthorName, "job_succeeded_count": done,
		"job_failed_count": failed, "lifetime_task_count": r.Tasks, "last_run_at": at(r.LastRunAt),
		"stopped_at": at(r.StoppedAt), "stop_cause": orNull(r.StopCause), "webhook_url": orNull(r.WebhookURL),
		"copy_count": r.CopyCount, "parameters": object{}, "parameters_schema": []any{},
		"created_at": at(r.CreatedAt), "updated_at": at(r.UpdatedAt),
	}
	if c.includes("tags") {
		out["tags"] = r.Tags
	}
	return out
}

func useView(u *use) object {
	return object{"keyword": u.Keyword, "name": u.Name, "provider": u.Provider, "skip_validation": u.SkipValidation,
		"account_id": orNull(u.ConnectionID)}
}

func pointers[T any](list []T) []*T {
	out := make([]*T, len(list))
	for i := range list {
		out[i] = &list[i]
	}
	return out
}

func getRecipe(c *call, r *recipe) (any, error) { return c.recipeView(r), nil }

// listRecipes has the newest id first, or by activity the last that ran (inf).
func listRecipes(c *call) (any, error) {
	p, err := c.page()
	if err != nil {
		return nil, err
	}
	matches, err := c.recipeFilter()
	if err != nil {
		return nil, err
	}
	found := c.recipes.where(func(r *recipe) bool { return c.sees(r.FolderID) }, matches)
	slices.Reverse(found)
	if c.param("order") == "activity" {
		slices.SortStableFunc(found, func(a, b *recipe) int { return b.LastRunAt.Compare(a.LastRunAt) })
	}
	return object{"items": views(cut(p, found), func(r *recipe) object {
		v := c.recipeView(r)
		if c.given("exclude_code") && c.param("exclude_code") != "false" {
			delete(v, "code")
		}
		return v
	})}, nil
}

func (c *call) recipeFilter() (func(*recipe) bool, error) {
	folder, err1 := c.paramID("folder_id")
	below, err2 := c.paramID("since_id")
	stopped, err3 := c.paramTime("stopped_after")
	updated, err4 := c.paramTime("updated_after")
	for _, err := range []error{err1, err2, err3, err4} {
		if err != nil {
			return nil, err
		}
	}
	running := c.param("running") + c.param("active") // Workato's own tool sends the latter
	return func(r *recipe) bool {
		return (folder == 0 || r.FolderID == folder) && (below == 0 || r.ID < below) &&
			(running == "" || r.Running == (running == "true")) &&
			(stopped.IsZero() || !r.Running && r.StoppedAt.After(stopped)) && r.UpdatedAt.After(updated) &&
			(!c.given("stop_cause") || r.StopCause == c.param("stop_cause")) && c.usesAdapters(r)
	}, nil
}

func (c *call) usesAdapters(r *recipe) bool {
	used := r.providers()
	uses := func(name string) bool { return slices.Contains(used, strings.TrimSpace(name)) }
	if all := c.param("adapter_names_all"); all != "" &&
		slices.ContainsFunc(strings.Split(all, ","), func(n string) bool { return !uses(n) }) {
		return false
	}
	any := c.param("adapter_names_any")
	return any == "" || slices.ContainsFunc(strings.Split(any, ","), uses)
}

// readRecipe reads what is given, under "recipe" or bare, and reports whether it makes a new version.
func (c *call) readRecipe(r *recipe) (bool, error) {
	in, err := c.body()
	if err != nil {
		return false, err
	}
	in = in.within("recipe")
	if r.ID == 0 {
		in.need("code")
	}
	before := r.Code
	keep(in, "name", &r.Name, in.short("name", 255))
	keep(in, "description", &r.Description, in.text("description"))
	keep(in, "code", &r.Code, in.text("code"))
	keep(in, "folder_id", &r.FolderID, in.textID("folder_id"))
	if !c.sees(r.FolderID) {
		in.complain("folder_id", "is unknown")
	}
	config := in.text("config")
	if uses, ok := parseConfig(config); ok {
		r.Config = uses
	} else if config != "" {
		in.complain("config", "is invalid")
	} else if r.Code != before {
		r.Config = r.configFromCode()
	}
	r.UpdatedAt = c.now
	return r.Code != before || config != "", in.err()
}

// createRecipe puts a recipe without a folder into the root (inf), and gives one without a name one (inf).
func createRecipe(c *call) (any, error) {
	r := &recipe{UserID: c.by.UserID, Name: "Untitled recipe", FolderID: c.root().ID, Config: []use{}, Tags: []string{},
		CreatedAt: c.now}
	if _, err := c.readRecipe(r); err != nil {
		return nil, err
	}
	r.ID = c.newID()
	c.addVersion(r)
	c.recipes.put(r.ID, r)
	c.record("Flow", "recipe_created", r.ID, r.Name)
	return object{"success": true, "id": r.ID}, nil
}

// refused is an answer with 200: the vendor refuses some changes that way.
func refused(what string) object {
	return object{"success": false, "errors": object{"running": []string{what}}}
}

func updateRecipe(c *call, r *recipe) (any, error) {
	changed := *r
	edited, err := c.readRecipe(&changed)
	if err != nil {
		return nil, err
	}
	if r.busy() {
		return refused("can't modify running recipe"), nil
	}
	*r = changed
	if edited {
		c.addVersion(r)
	}
	c.record("Flow", "recipe_updated", r.ID, r.Name)
	return success(), nil
}

func deleteRecipe(c *call, r *recipe) (any, error) {
	if r.busy() {
		return refused("Can't change the recipe state: invalid state running"), nil
	}
	c.dropRecipe(r)
	c.record("Flow", "recipe_deleted", r.ID, r.Name)
	return success(), nil
}

func (st *state) dropRecipe(r *recipe) {
	st.recipes.drop(r.ID)
	for j := range st.jobs.all() {
		if j.RecipeID == r.ID {
			st.jobs.drop(j.ID)
		}
	}
}

// copyRecipe makes a stopped recipe with one version. Without a folder it lies beside the first (inf).
func copyRecipe(c *call, r *recipe) (any, error) {
	in, err := c.body()
	if err != nil {
		return nil, err
	}
	folder := r.FolderID
	keep(in, "folder_id", &folder, in.textID("folder_id"))
	if !c.sees(folder) {
		in.complain("folder_id", "is unknown")
	}
	if err := in.err(); err != nil {
		return nil, err
	}
	made := &recipe{ID: c.newID(), UserID: c.by.UserID, Name: "Copy of " + r.Name, Description: r.Description,
		FolderID: folder,
		Code:     r.Code, Config: slices.Clone(r.Config), Tags: []string{}, CreatedAt: c.now, UpdatedAt: c.now}
	c.addVersion(made)
	c.recipes.put(made.ID, made)
	r.CopyCount++
	c.record("Flow", "recipe_copied", made.ID, made.Name)
	return object{"success": true, "new_flow_id": made.ID}, nil
}

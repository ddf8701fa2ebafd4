package workato

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/go-json-experiment/json"

	"runner/internal/op"
	"runner/internal/rest"
)

const recipesPage = "https://docs.workato.com/en/workato-api/recipes.html"

var recipeOperations = []*op.Operation{
	listRecipes, getRecipe, createRecipe, updateRecipe, copyRecipe, deleteRecipe,
	startRecipe, stopRecipe, updateRecipeConnection, runRecipeTrigger, resetRecipeTrigger, runRecipe,
	getRecipeHealth, startRecipeHealthAnalysis,
	listRecipeVersions, getRecipeVersion, updateRecipeVersion,
}

// Recipe is an automation.
type Recipe struct {
	ID                 Int                `json:"id" lua:"id,key" doc:"Id."`
	Name               string             `json:"name" lua:"name" doc:"Name."`
	Description        op.Opt[string]     `json:"description,omitzero" lua:"description" doc:"Description."`
	FolderID           op.Opt[Int]        `json:"folder_id,omitzero" lua:"folder_id" doc:"Folder it is in."`
	UserID             op.Opt[Int]        `json:"user_id,omitzero" lua:"user_id" doc:"Id of the workspace's user."`
	AuthorName         op.Opt[string]     `json:"author_name,omitzero" lua:"author_name" doc:"Who made it."`
	Running            op.Opt[bool]       `json:"running,omitzero" lua:"running" doc:"Whether it runs."`
	TriggerApplication op.Opt[string]     `json:"trigger_application,omitzero" lua:"trigger_application" doc:"Application that triggers it."`
	ActionApplications op.Opt[[]string]   `json:"action_applications,omitzero" lua:"action_applications" doc:"Applications that its steps use."`
	Applications       op.Opt[[]string]   `json:"applications,omitzero" lua:"applications" doc:"All applications that it uses."`
	Config             []RecipeConfig     `json:"config,omitzero" lua:"config" doc:"Connection of each application."`
	Code               op.Opt[string]     `json:"code,omitzero" lua:"code" doc:"Its steps: a text that holds JSON."`
	Parameters         op.Raw             `json:"parameters,omitzero" lua:"parameters" doc:"Its parameters."`
	ParametersSchema   op.Raw             `json:"parameters_schema,omitzero" lua:"parameters_schema" doc:"What its parameters may be."`
	WebhookURL         op.Opt[string]     `json:"webhook_url,omitzero" lua:"webhook_url" doc:"Address of its webhook; absent if it has none."`
	StoppedAt          op.Opt[op.RFC3339] `json:"stopped_at,omitzero" lua:"stopped_at,noise" doc:"When it was stopped last."`
	StopCause          op.Opt[string]     `json:"stop_cause,omitzero" lua:"stop_cause" doc:"Why Workato stopped it; absent if a person did."`
	Tags               op.Opt[[]op.Raw]   `json:"tags,omitzero" lua:"tags" doc:"Its tags, if they were asked for."`
	CreatedAt          op.Opt[op.RFC3339] `json:"created_at,omitzero" lua:"created_at" doc:"When it was created."`

	VersionNo          op.Opt[Int]        `json:"version_no,omitzero" lua:"version_no,noise" doc:"Number of its version."`
	VersionAuthorName  op.Opt[string]     `json:"version_author_name,omitzero" lua:"version_author_name,noise" doc:"Who made the version."`
	VersionAuthorEmail op.Opt[string]     `json:"version_author_email,omitzero" lua:"version_author_email,noise" doc:"E-mail address of who made the version."`
	VersionComment     op.Opt[string]     `json:"version_comment,omitzero" lua:"version_comment,noise" doc:"Comment on the version."`
	JobSucceededCount  op.Opt[Int]        `json:"job_succeeded_count,omitzero" lua:"job_succeeded_count,noise" doc:"How many jobs went well."`
	JobFailedCount     op.Opt[Int]        `json:"job_failed_count,omitzero" lua:"job_failed_count,noise" doc:"How many jobs failed."`
	LifetimeTaskCount  op.Opt[Int]        `json:"lifetime_task_count,omitzero" lua:"lifetime_task_count,noise" doc:"How many tasks it used."`
	LastRunAt          op.Opt[op.RFC3339] `json:"last_run_at,omitzero" lua:"last_run_at,noise" doc:"When it ran last."`
	CopyCount          op.Opt[Int]        `json:"copy_count,omitzero" lua:"copy_count,noise" doc:"How often it was copied."`
	UpdatedAt          op.Opt[op.RFC3339] `json:"updated_at,omitzero" lua:"updated_at,noise" doc:"When it was changed last."`
	Extra              op.Extra           `json:",embed"`
}

// recipeFields are the fields of a recipe without its code.
var recipeFields = []string{
	"id", "name", "description", "folder_id", "user_id", "author_name", "running", "trigger_application", "action_applications",
	"applications", "config", "parameters", "parameters_schema", "webhook_url", "stopped_at", "stop_cause", "tags", "created_at",
	"version_no", "version_author_name", "version_author_email", "version_comment", "job_succeeded_count", "job_failed_count",
	"lifetime_task_count", "last_run_at", "copy_count", "updated_at",
}

// RecipeConfig is the connection that a recipe uses for one application.
type RecipeConfig struct {
	Keyword        op.Opt[string] `json:"keyword,omitzero" lua:"keyword" doc:"What it is; application for a connection."`
	Name           op.Opt[string] `json:"name,omitzero" lua:"name" doc:"Name."`
	Provider       op.Opt[string] `json:"provider,omitzero" lua:"provider" doc:"Application."`
	SkipValidation op.Opt[bool]   `json:"skip_validation,omitzero" lua:"skip_validation" doc:"Whether the connection is not looked at when the recipe starts."`
	AccountID      op.Opt[Int]    `json:"account_id,omitzero" lua:"account_id" doc:"Id of the connection; absent if there is none."`
	Extra          op.Extra       `json:",embed"`
}

// ListRecipes is the input of workato.list_recipes.
type ListRecipes struct {
	FolderID        op.Opt[int64] `json:"folder_id,omitzero" lua:"folder_id" doc:"Only recipes of this folder."`
	Running         op.Opt[bool]  `json:"running,omitzero" lua:"running" doc:"Only those that run, or only those that do not."`
	Order           string        `json:"order" lua:"order" enum:"activity default" default:"default" doc:"activity: what ran last first. default: the newest first."`
	AdapterNamesAll []string      `json:"adapter_names_all,omitempty" lua:"adapter_names_all" doc:"Only recipes that use all these applications."`
	AdapterNamesAny []string      `json:"adapter_names_any,omitempty" lua:"adapter_names_any" doc:"Only recipes that use one of these applications."`
	SinceID         op.Opt[int64] `json:"since_id,omitzero" lua:"since_id" doc:"Only recipes with ids below this one."`
	StoppedAfter    op.RFC3339    `json:"stopped_after" lua:"stopped_after" doc:"Only recipes that were stopped after this moment."`
	UpdatedAfter    op.RFC3339    `json:"updated_after" lua:"updated_after" doc:"Only recipes that were changed after this moment."`
	StopCause       string        `json:"stop_cause" lua:"stop_cause" enum:"trigger_errors_limit action_quota_limit trial_expired txn_quota_limit" doc:"Only recipes that Workato stopped for this reason."`
	ExcludeCode     op.Opt[bool]  `json:"-" lua:"exclude_code" default:"false" doc:"Leave the code out: answers are much shorter."`
	IncludeTags     op.Opt[bool]  `json:"-" lua:"include_tags" default:"false" doc:"Show the tags of each."`
}

func (in ListRecipes) query() url.Values {
	q := query(in)
	truth(q, "exclude_code", in.ExcludeCode)
	if in.IncludeTags.Or(false) {
		q.Set("includes[]", "tags")
	}
	return q
}

// The vendor's own client sends active instead of running; the manual has
// running.
var listRecipes = op.NewList(op.Operation{
	Name: "workato.list_recipes",
	Doc: `Lists recipes.

All that match and the client can see, the newest first unless order says otherwise. The list is alive: recipes that
come or go while pages are fetched may be missing or appear twice.`,
	Source:      recipesPage,
	Example:     `for r in iter(workato.list_recipes, { folder_id = 193, running = true, exclude_code = true }) do print(r.id, r.name) end`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "recipe",
	Shows: unless(&op.View{
		Entity: recipe, Many: true,
		Filters: map[string]op.Match{
			"adapter_names_all": unforeseen("applications"), "adapter_names_any": unforeseen("applications"),
			"since_id": op.Below("id"),
		},
		Free: []string{"order", "exclude_code", "include_tags"},
		Fields: func(a op.Args) []string {
			if a["exclude_code"] == true {
				return recipeFields
			}
			return nil
		},
	}, content),
}, func(ctx context.Context, c *client, in ListRecipes, cursor string) ([]Recipe, string, error) {
	return page[Recipe](ctx, c, rest.Path("recipes"), in.query(), byPage, cursor)
})

// GetRecipe is the input of workato.get_recipe.
type GetRecipe struct {
	ID          int64        `json:"-" lua:"recipe_id,required,key" doc:"Recipe to read."`
	IncludeTags op.Opt[bool] `json:"-" lua:"include_tags" default:"false" doc:"Show its tags."`
}

func readRecipe(ctx context.Context, c *client, id int64, q url.Values) (r Recipe, err error) {
	return r, c.get(ctx, rest.Path("recipes", id), q, &r)
}

var getRecipe = op.New(op.Operation{
	Name: "workato.get_recipe",
	Doc: `Reads one recipe.

Raises not_found if there is no such recipe.`,
	Source:      recipesPage,
	Example:     `print(workato.get_recipe { recipe_id = 1234 }.running)`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "recipe",
	Shows:       unless(&op.View{Entity: recipe, By: "recipe_id", Free: []string{"include_tags"}}, content),
}, func(ctx context.Context, c *client, in GetRecipe) (Recipe, error) {
	q := url.Values{}
	if in.IncludeTags.Or(false) {
		q.Set("includes[]", "tags")
	}
	return readRecipe(ctx, c, in.ID, q)
})

// RecipeFields are what creates and updates of recipes share.
type RecipeFields struct {
	Config      op.Raw         `json:"-" lua:"config" doc:"Connection of each application: a list like the config of a recipe, or a text that holds it as JSON."`
	Description op.Opt[string] `json:"description,omitzero" lua:"description" doc:"Description."`
	FolderID    op.Opt[Quoted] `json:"folder_id,omitzero" lua:"folder_id" doc:"Folder it is in."`
}

// CreateRecipe is the input of workato.create_recipe.
type CreateRecipe struct {
	Name string `json:"name" lua:"name,required,key" doc:"Name, up to 255 characters."`
	Code op.Raw `json:"-" lua:"code,required" doc:"Its steps: a table, or a text that holds them as JSON."`
	RecipeFields
}

// RecipeRef is the answer of operations that make a recipe.
type RecipeRef struct {
	ID Int `json:"id" lua:"id,key" doc:"Id of the new recipe."`
}

// recipeBody is the body of creates and updates: code and config are texts.
func recipeBody(in any, code, config op.Raw) (map[string]any, error) {
	fields, err := asMembers(in)
	if err != nil {
		return nil, err
	}
	body := map[string]any{}
	for name, v := range fields {
		body[name] = v
	}
	for name, v := range map[string]op.Raw{"code": code, "config": config} {
		if v == nil || v.Kind() == 'n' {
			continue
		}
		text := string(v)
		if v.Kind() == '"' {
			if err := json.Unmarshal(v, &text); err != nil {
				return nil, err
			}
		}
		body[name] = text
	}
	return body, nil
}

// The manual has the fields in a member recipe, the vendor's own client sends
// them flat: that is what the live service is known to take.
var createRecipe = op.New(op.Operation{
	Name: "workato.create_recipe",
	Doc: `Creates a recipe, which does not run yet.

Raises invalid if Workato refuses the code or another value.`,
	Source:  recipesPage,
	Example: `local id = workato.create_recipe { name = "Nightly sync", code = "{}", folder_id = 193 }.id`,
	Effect:  op.Write,
	Object:  "recipe",
	Shows:   op.Created(recipe),
	Changes: []op.Change{op.Creates(recipe, op.With{
		"running": op.Is(false), "config": op.Vague(), "code": op.Vague(), "tags": op.Vague(),
		"stopped_at": op.Is(nil), "stop_cause": op.Is(nil), "last_run_at": op.Is(nil),
		"job_succeeded_count": op.Is(0), "job_failed_count": op.Is(0),
	})},
	Inverse: op.Deletes("delete_recipe", "recipe_id", "id"),
}, func(ctx context.Context, c *client, in CreateRecipe) (ref RecipeRef, err error) {
	body, err := recipeBody(in, in.Code, in.Config)
	if err != nil {
		return ref, err
	}
	return newRecipe(ctx, c, rest.Request{Method: http.MethodPost, Path: rest.Path("recipes"), Body: body})
}, op.Probe(settle, func(ctx context.Context, c *client, in CreateRecipe, since time.Time) (ref RecipeRef, landed bool, err error) {
	filter := ListRecipes{ExcludeCode: op.Some(true)}
	if in.FolderID.Given {
		filter.FolderID = op.Some(int64(in.FolderID.Value))
	}
	all, err := everything[Recipe](ctx, c, rest.Path("recipes"), filter.query(), byPage)
	if err != nil {
		return ref, false, err
	}
	found, err := newest(all, since, func(x Recipe) bool { return x.Name == in.Name }, func(x Recipe) op.RFC3339 { return x.CreatedAt.Value })
	if err != nil {
		return ref, false, err
	}
	one, landed, err := theOne(found, "recipe "+in.Name)
	return RecipeRef{one.ID}, landed, err
}))

// newRecipe reads the id of a recipe that was made.
func newRecipe(ctx context.Context, c *client, r rest.Request) (ref RecipeRef, err error) {
	var made struct {
		ID        Int `json:"id"`
		NewFlowID Int `json:"new_flow_id"`
	}
	if err := c.one(ctx, r, &made); err != nil {
		return ref, err
	}
	if ref.ID = max(made.NewFlowID, made.ID); made.NewFlowID != 0 {
		ref.ID = made.NewFlowID
	}
	if ref.ID == 0 {
		return ref, garbled(r, "there is no id in the answer", nil)
	}
	return ref, nil
}

// UpdateRecipe is the input of workato.update_recipe.
type UpdateRecipe struct {
	ID   int64          `json:"-" lua:"recipe_id,required,key" doc:"Recipe to change."`
	Name op.Opt[string] `json:"name,omitzero" lua:"name" doc:"New name, up to 255 characters."`
	Code op.Raw         `json:"-" lua:"code" doc:"New steps: a table, or a text that holds them as JSON."`
	RecipeFields
}

var updateRecipe = op.New(op.Operation{
	Name: "workato.update_recipe",
	Doc: `Changes the given fields of a recipe that does not run, or moves it.

Only what is given is sent; folder_id moves it. Raises not_found if there is no such recipe, conflict if it runs, and
invalid if Workato refuses a value.`,
	Source:      recipesPage,
	Example:     `workato.update_recipe { recipe_id = 1234, folder_id = 204 }`,
	Effect:      op.Write,
	Idempotency: op.Idempotent,
	Object:      "recipe",
	Changes: []op.Change{
		op.Sets(recipe, "recipe_id", op.With{
			"config": op.If(op.Vague(), "config", "code"), "code": op.If(op.Vague(), "code", "config"),
			"applications": op.If(op.Vague(), "code"), "trigger_application": op.If(op.Vague(), "code"), "action_applications": op.If(op.Vague(), "code"),
			"webhook_url": op.If(op.Vague(), "code"), "parameters": op.If(op.Vague(), "code"), "parameters_schema": op.If(op.Vague(), "code"),
		}),
		op.Stirs(recipeVersions, recipeHealth),
	},
	Inverse: formerRecipe,
}, func(ctx context.Context, c *client, in UpdateRecipe) (op.None, error) {
	body, err := recipeBody(in, in.Code, in.Config)
	if err != nil {
		return op.None{}, err
	}
	if err := changing(body); err != nil {
		return op.None{}, err
	}
	return op.None{}, c.done(ctx, rest.Request{Method: http.MethodPut, Path: rest.Path("recipes", in.ID), Body: body})
})

// formerRecipe restores the fields that a call gave. Code and config change more
// than themselves.
func formerRecipe(u op.Undo) (string, op.Args, bool) {
	if given("code", "config")(u.Args) {
		return "", nil, false
	}
	return op.Restores("update_recipe", "recipe_id")(u)
}

// CopyRecipe is the input of workato.copy_recipe.
type CopyRecipe struct {
	ID       int64          `json:"-" lua:"recipe_id,required,key" doc:"Recipe to copy."`
	FolderID op.Opt[Quoted] `json:"folder_id,omitzero" lua:"folder_id" doc:"Folder that the copy is put in; Workato's choice if omitted."`
}

// No probe: nothing tells a copy from other new recipes, not even its name.
var copyRecipe = op.New(op.Operation{
	Name: "workato.copy_recipe",
	Doc: `Copies a recipe.

The copy does not run. Raises not_found if there is no such recipe.`,
	Source:  recipesPage,
	Example: `local id = workato.copy_recipe { recipe_id = 1234, folder_id = 204 }.id`,
	Effect:  op.Write,
	Object:  "recipe",
	Shows:   op.Created(recipe),
	Changes: []op.Change{op.Creates(recipe, op.With{
		"running": op.Is(false), "tags": op.Vague(), "stopped_at": op.Is(nil), "stop_cause": op.Is(nil), "last_run_at": op.Is(nil),
		"config": op.Vague(),
	})},
	Inverse: op.Deletes("delete_recipe", "recipe_id", "id"),
}, func(ctx context.Context, c *client, in CopyRecipe) (RecipeRef, error) {
	return newRecipe(ctx, c, rest.Request{Method: http.MethodPost, Path: rest.Path("recipes", in.ID, "copy"), Body: in})
})

// RecipeID is the input of operations that take no more than a recipe.
type RecipeID struct {
	ID int64 `json:"-" lua:"recipe_id,required,key" doc:"Recipe that is meant."`
}

// That a second call answers 404 is inferred.
var deleteRecipe = op.New(op.Operation{
	Name: "workato.delete_recipe",
	Doc: `Deletes a recipe that does not run.

Raises not_found if there is no such recipe, and conflict if it runs.`,
	Source:      recipesPage,
	Example:     `workato.delete_recipe { recipe_id = 1234 }`,
	Effect:      op.Destructive,
	Idempotency: op.Idempotent,
	Object:      "recipe",
	Changes:     []op.Change{op.Removes(recipe, "recipe_id"), op.Stirs(jobs)},
}, func(ctx context.Context, c *client, in RecipeID) (op.None, error) {
	return op.None{}, c.done(ctx, rest.Request{Method: http.MethodDelete, Path: rest.Path("recipes", in.ID)})
})

var startRecipe = op.New(op.Operation{
	Name: "workato.start_recipe",
	Doc: `Starts a recipe.

It may take a while until the recipe runs: start_recipe_and_wait waits for it. Raises not_found if there is no such
recipe, and conflict, with what Workato found, if a step or a connection is not complete, the webhook cannot be
registered, or the state or the quota forbids it.`,
	Source:      recipesPage,
	Example:     `workato.start_recipe { recipe_id = 1234 }`,
	Effect:      op.Write,
	Idempotency: op.Idempotent,
	Object:      "recipe",
	Changes: []op.Change{
		op.SetsOnly(recipe, "recipe_id", op.With{"running": op.Is(true), "stop_cause": op.Is(nil)}), unsettlesStop, op.Stirs(jobs, recipeHealth),
	},
	Inverse: func(u op.Undo) (string, op.Args, bool) {
		verb, args, ok := switches("stop_recipe", "recipe_id", "running", false)(u)
		return verb, args, ok && u.Before["stop_cause"] == nil // one that Workato stopped is another thing
	},
}, func(ctx context.Context, c *client, in RecipeID) (op.None, error) {
	return op.None{}, c.done(ctx, rest.Request{Method: http.MethodPut, Path: rest.Path("recipes", in.ID, "start")})
})

// unsettlesStop makes unknown when a recipe was stopped, unless it is known to
// run already.
func unsettlesStop(s *op.Scene) {
	if now, known := s.Object(recipe, s.Args["recipe_id"]); known && now["running"] == true {
		return
	}
	op.Unsettles(recipe, "recipe_id", "stopped_at")(s)
}

var stopRecipe = op.New(op.Operation{
	Name: "workato.stop_recipe",
	Doc: `Stops a recipe.

It takes no more triggers; jobs under way are not cut short. Raises not_found if there is no such recipe, and conflict
if its state forbids it.`,
	Source:      recipesPage,
	Example:     `workato.stop_recipe { recipe_id = 1234 }`,
	Effect:      op.Destructive,
	Idempotency: op.Idempotent,
	Object:      "recipe",
	Changes: []op.Change{
		stopsAnew, op.SetsOnly(recipe, "recipe_id", op.With{"running": op.Is(false)}), op.Stirs(jobs, recipeHealth),
	},
	Inverse: switches("start_recipe", "recipe_id", "running", true),
}, func(ctx context.Context, c *client, in RecipeID) (op.None, error) {
	return op.None{}, c.done(ctx, rest.Request{Method: http.MethodPut, Path: rest.Path("recipes", in.ID, "stop")})
})

// stopsAnew makes unknown when and why a recipe was stopped, unless it is known
// to be stopped already.
func stopsAnew(s *op.Scene) {
	if now, known := s.Object(recipe, s.Args["recipe_id"]); known && now["running"] == false {
		return
	}
	op.Unsettles(recipe, "recipe_id", "stopped_at", "stop_cause")(s)
}

// UpdateRecipeConnection is the input of workato.update_recipe_connection.
type UpdateRecipeConnection struct {
	ID           int64  `json:"-" lua:"recipe_id,required,key" doc:"Recipe to change."`
	AdapterName  string `json:"adapter_name" lua:"adapter_name,required" doc:"Application whose connection changes, like salesforce."`
	ConnectionID int64  `json:"connection_id" lua:"connection_id,required" doc:"Connection to use."`
}

var updateRecipeConnection = op.New(op.Operation{
	Name: "workato.update_recipe_connection",
	Doc: `Has a recipe that does not run use another connection for an application.

Raises not_found if there is no such recipe or connection, conflict if the recipe runs, and denied if the client may not
use the connection.`,
	Source:      recipesPage,
	Example:     `workato.update_recipe_connection { recipe_id = 1234, adapter_name = "salesforce", connection_id = 36 }`,
	Effect:      op.Write,
	Idempotency: op.Idempotent,
	Object:      "recipe",
	Changes:     []op.Change{setsConnection, op.Stirs(recipeVersions, recipeHealth)},
	Inverse:     formerRecipeConnection,
}, func(ctx context.Context, c *client, in UpdateRecipeConnection) (op.None, error) {
	return op.None{}, c.done(ctx, rest.Request{Method: http.MethodPut, Path: rest.Path("recipes", in.ID, "connect"), Body: in})
})

// setsConnection changes the config of a recipe: the one entry of the
// application. With none, or several, what becomes of it is unknown.
func setsConnection(s *op.Scene) {
	id := s.Args["recipe_id"]
	now, _ := s.Object(recipe, id)
	value := any(s.Vague("config"))
	if config, ok := now["config"].([]any); ok {
		config := op.Copy(config).([]any)
		if i, ok := entryOf(config, s.Args["adapter_name"]); ok {
			config[i].(map[string]any)["account_id"] = s.Args["connection_id"]
			value = config
		}
	}
	s.Do(op.Mutation{Entity: recipe, ID: id, Act: op.ActSet, Field: "config", Value: value})
}

// entryOf finds the one entry of an application in the config of a recipe.
func entryOf(config []any, adapter any) (at int, ok bool) {
	is := func(x any) bool {
		_, isObject := x.(map[string]any)
		return isObject && op.Same(op.Element(x, "provider"), adapter) == op.Yes
	}
	at = slices.IndexFunc(config, is)
	return at, at >= 0 && slices.IndexFunc(config[at+1:], is) < 0
}

func formerRecipeConnection(u op.Undo) (string, op.Args, bool) {
	config, _ := u.Before["config"].([]any)
	i, ok := entryOf(config, u.Args["adapter_name"])
	if !ok {
		return "", nil, false
	}
	id := op.Element(config[i], "account_id")
	return "update_recipe_connection", op.Args{
		"recipe_id": u.Args["recipe_id"], "adapter_name": u.Args["adapter_name"], "connection_id": id,
	}, id != nil
}

// Notice is what Workato says of something that it began.
type Notice struct {
	Message op.Opt[string] `json:"message,omitzero" lua:"message" doc:"What Workato says."`
	Extra   op.Extra       `json:",embed"`
}

// No probe: a trigger polls by itself, too, so jobs do not tell whose they are.
var runRecipeTrigger = op.New(op.Operation{
	Name: "workato.run_recipe_trigger",
	Doc: `Has the trigger of a recipe poll now.

Answers what Workato says: that it was started, or is under way already. Raises not_found if there is no such recipe,
invalid if its trigger does not poll, and limited if Workato asks to wait.`,
	Source:  recipesPage,
	Example: `workato.run_recipe_trigger { recipe_id = 1234 }`,
	Effect:  op.Write,
	Object:  "trigger of recipe",
	Changes: []op.Change{op.Hides(recipe, "recipe_id"), op.Stirs(jobs)},
}, func(ctx context.Context, c *client, in RecipeID) (n Notice, err error) {
	return n, c.one(ctx, rest.Request{Method: http.MethodPost, Path: rest.Path("recipes", in.ID, "poll_now")}, &n)
})

// The answer is inferred. No probe: nothing tells where a trigger stands.
var resetRecipeTrigger = op.New(op.Operation{
	Name: "workato.reset_recipe_trigger",
	Doc: `Rewinds the trigger of a recipe.

Every record that it has seen is processed again. It cannot be taken back. Raises not_found if there is no such recipe.`,
	Source:  recipesPage,
	Example: `workato.reset_recipe_trigger { recipe_id = 1234 }`,
	Effect:  op.Destructive,
	Object:  "trigger of recipe",
	Changes: []op.Change{op.Hides(recipe, "recipe_id"), op.Stirs(jobs)},
}, func(ctx context.Context, c *client, in RecipeID) (op.None, error) {
	return op.None{}, c.done(ctx, rest.Request{Method: http.MethodPost, Path: rest.Path("recipes", in.ID, "reset_trigger")})
})

// Body and answer are unconfirmed: nothing is sent, and nothing is read. No
// probe: a recipe may be run by others, too.
var runRecipe = op.New(op.Operation{
	Name: "workato.run_recipe",
	Doc: `Runs a recipe once, on demand.

Its jobs are in list_jobs. Raises not_found if there is no such recipe, and invalid or conflict if it cannot be run.`,
	Source:  recipesPage,
	Example: `workato.run_recipe { recipe_id = 1234 }`,
	Effect:  op.Write,
	Object:  "recipe",
	Changes: []op.Change{op.Hides(recipe, "recipe_id"), op.Stirs(jobs)},
}, func(ctx context.Context, c *client, in RecipeID) (op.None, error) {
	return op.None{}, c.done(ctx, rest.Request{Method: http.MethodPost, Path: rest.Path("recipes", in.ID, "force_run")})
})

// Health is what an analysis found of a recipe.
type Health struct {
	Status op.Opt[string] `json:"status,omitzero" lua:"status" doc:"How far the analysis is, as Workato words it; absent if it does not say."`
	Extra  op.Extra       `json:",embed"`
}

// The answer is unconfirmed: its fields come as they are.
var getRecipeHealth = op.New(op.Operation{
	Name: "workato.get_recipe_health",
	Doc: `Reads what the last health analysis of a recipe found.

The fields are Workato's. Raises not_found if there is no such recipe.`,
	Source:      recipesPage,
	Example:     `print(workato.get_recipe_health { recipe_id = 1234 }.status)`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "health of recipe",
	Shows:       within(op.Blind(recipeHealth, content, recipe, connection), recipe, "recipe_id"),
}, func(ctx context.Context, c *client, in RecipeID) (h Health, err error) {
	return h, c.get(ctx, rest.Path("recipes", in.ID, "health"), nil, &h)
})

var startRecipeHealthAnalysis = op.New(op.Operation{
	Name: "workato.start_recipe_health_analysis",
	Doc: `Starts a health analysis of a recipe.

Read what it found with get_recipe_health. At most 20 a minute. Raises not_found if there is no such recipe.`,
	Source:      recipesPage,
	Example:     `workato.start_recipe_health_analysis { recipe_id = 1234 }`,
	Effect:      op.Write,
	Idempotency: op.Idempotent,
	Object:      "health of recipe",
	Changes:     []op.Change{op.Hides(recipe, "recipe_id"), op.Stirs(recipeHealth)},
}, func(ctx context.Context, c *client, in RecipeID) (op.None, error) {
	return op.None{}, c.done(ctx, rest.Request{Method: http.MethodPost, Path: rest.Path("recipes", in.ID, "health")})
})

// RecipeVersion is a version of a recipe.
type RecipeVersion struct {
	ID          Int                `json:"id" lua:"id,key" doc:"Id of the version."`
	VersionNo   op.Opt[Int]        `json:"version_no,omitzero" lua:"version_no" doc:"Its number."`
	Comment     op.Opt[string]     `json:"comment,omitzero" lua:"comment" doc:"Comment."`
	AuthorName  op.Opt[string]     `json:"author_name,omitzero" lua:"author_name" doc:"Who made it."`
	AuthorEmail op.Opt[string]     `json:"author_email,omitzero" lua:"author_email" doc:"E-mail address of who made it."`
	CreatedAt   op.Opt[op.RFC3339] `json:"created_at,omitzero" lua:"created_at" doc:"When it was made."`
	UpdatedAt   op.Opt[op.RFC3339] `json:"updated_at,omitzero" lua:"updated_at,noise" doc:"When its comment was changed last."`
	Extra       op.Extra           `json:",embed"`
}

var listRecipeVersions = op.NewList(op.Operation{
	Name: "workato.list_recipe_versions",
	Doc: `Lists the versions of a recipe.

All of them, in Workato's order. Raises not_found if there is no such recipe.`,
	Source:      recipesPage,
	Example:     `for v in iter(workato.list_recipe_versions, { recipe_id = 1234 }) do print(v.version_no, v.author_name) end`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "versions of recipe",
	Shows:       within(op.Blind(recipeVersions, content), recipe, "recipe_id"),
}, func(ctx context.Context, c *client, in RecipeID, cursor string) ([]RecipeVersion, string, error) {
	return page[RecipeVersion](ctx, c, rest.Path("recipes", in.ID, "versions"), nil, byPage, cursor)
})

// GetRecipeVersion is the input of workato.get_recipe_version.
type GetRecipeVersion struct {
	RecipeID  int64 `json:"-" lua:"recipe_id,required" doc:"Recipe whose version is read."`
	VersionID int64 `json:"-" lua:"version_id,required,key" doc:"Version to read."`
}

var getRecipeVersion = op.New(op.Operation{
	Name: "workato.get_recipe_version",
	Doc: `Reads one version of a recipe.

Raises not_found if there is no such recipe or version.`,
	Source:      recipesPage,
	Example:     `print(workato.get_recipe_version { recipe_id = 1234, version_id = 5678 }.comment)`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "version of recipe",
	Shows:       within(op.Blind(recipeVersions, content), recipe, "recipe_id"),
}, func(ctx context.Context, c *client, in GetRecipeVersion) (v RecipeVersion, err error) {
	return v, c.get(ctx, rest.Path("recipes", in.RecipeID, "versions", in.VersionID), nil, &v)
})

// UpdateRecipeVersion is the input of workato.update_recipe_version.
type UpdateRecipeVersion struct {
	RecipeID  int64  `json:"-" lua:"recipe_id,required" doc:"Recipe whose version changes."`
	VersionID int64  `json:"-" lua:"version_id,required,key" doc:"Version to change."`
	Comment   string `json:"comment" lua:"comment,required" doc:"New comment, up to 255 characters."`
}

// PATCH and PUT are both in the vendor's pages.
var updateRecipeVersion = op.New(op.Operation{
	Name: "workato.update_recipe_version",
	Doc: `Sets the comment of a version of a recipe.

Raises not_found if there is no such recipe or version, and invalid if the comment is too long.`,
	Source:      recipesPage,
	Example:     `workato.update_recipe_version { recipe_id = 1234, version_id = 5678, comment = "as approved" }`,
	Effect:      op.Write,
	Idempotency: op.Idempotent,
	Object:      "version of recipe",
	Changes:     []op.Change{op.Hides(recipe, "recipe_id"), op.Stirs(recipeVersions)},
}, func(ctx context.Context, c *client, in UpdateRecipeVersion) (v RecipeVersion, err error) {
	return v, c.one(ctx, rest.Request{Method: http.MethodPatch, Path: rest.Path("recipes", in.RecipeID, "versions", in.VersionID), Body: in}, &v)
})

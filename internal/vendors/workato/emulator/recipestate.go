package emulator

import (
	"net/http"
	"slices"
	"time"
)

// busy reports whether a recipe cannot be changed: it runs, or is about to.
func (r *recipe) busy() bool { return r.Running || r.turnsOn() }

func (r *recipe) turnsOn() bool { return r.turning && r.turnTo }

// turn starts or stops a recipe, after the delay.
func (r *recipe) turn(on bool, now time.Time, delay time.Duration) {
	r.turning, r.turnTo, r.turnAt = true, on, now.Add(delay)
	r.settle(now)
}

// settle has a start or stop take effect that is due.
func (r *recipe) settle(now time.Time) {
	if !r.turning || now.Before(r.turnAt) {
		return
	}
	if r.turnTo {
		r.turning, r.Running, r.StoppedAt, r.StopCause = false, true, time.Time{}, ""
		return
	}
	r.halt(r.turnAt, "")
}

// halt stops a recipe at once.
func (r *recipe) halt(now time.Time, cause string) {
	r.turning, r.Running, r.StoppedAt, r.StopCause = false, false, now, cause
}

// startRecipe refuses with 200 what is wrong inside the recipe. Starting a running one changes nothing (inf).
func startRecipe(c *call, r *recipe) (any, error) {
	if r.busy() {
		return success(), nil
	}
	code, config := r.codeErrors(), c.configErrors(r)
	if len(code)+len(config) > 0 {
		return object{"success": false, "code_errors": code, "config_errors": config}, nil
	}
	r.turn(true, c.now, c.opts.RecipeDelay)
	c.record("Flow", "recipe_started", r.ID, r.Name)
	return success(), nil
}

// stopRecipe says the same of a recipe that does not run (inf).
func stopRecipe(c *call, r *recipe) (any, error) {
	if !r.busy() {
		return success(), nil
	}
	r.turn(false, c.now, c.opts.RecipeDelay)
	c.record("Flow", "recipe_stopped", r.ID, r.Name)
	return success(), nil
}

func connectRecipe(c *call, r *recipe) (any, error) {
	in, err := c.body()
	if err != nil {
		return nil, err
	}
	in.need("adapter_name", "connection_id")
	adapter, id := in.text("adapter_name"), in.number("connection_id")
	if err := in.err(); err != nil {
		return nil, err
	}
	if r.busy() {
		return nil, badRequest("can't modify running recipe") // (inf) the words
	}
	k := c.connection(id)
	if k == nil {
		return nil, notFound()
	}
	at := slices.IndexFunc(r.Config, func(u use) bool { return u.Provider == adapter })
	if at < 0 || k.Provider != adapter {
		return nil, badField("adapter_name", "does not match the recipe and the connection") // (inf)
	}
	r.Config = slices.Clone(r.Config)
	r.Config[at].ConnectionID, r.UpdatedAt = id, c.now
	c.addVersion(r)
	c.record("Flow", "recipe_updated", r.ID, r.Name)
	return success(), nil
}

// pollTime is how long a poll is under way (inf).
const pollTime = 5 * time.Second

// pollNow has a 404 of its own.
func pollNow(c *call) (any, error) {
	r := c.recipe(c.pathID("id"))
	if r == nil {
		return nil, &failure{status: http.StatusNotFound, body: object{"success": false, "message": "Not Found"}}
	}
	if !r.Running {
		return nil, &failure{status: http.StatusBadRequest, body: object{"success": false,
			"message": "Recipe is not running"}}
	}
	if c.now.Before(r.PolledAt.Add(pollTime)) {
		return object{"success": true, "message": "Poll is already in progress"}, nil // (inf) the words
	}
	r.PolledAt = c.now
	c.record("Flow", "recipe_polled", r.ID, r.Name)
	return object{"success": true, "message": "Poll started"}, nil
}

// resetTrigger refuses a running recipe (inf).
func resetTrigger(c *call, r *recipe) (any, error) {
	if r.busy() {
		return nil, badRequest("can't modify running recipe")
	}
	r.TriggerResets++
	c.record("Flow", "recipe_trigger_reset", r.ID, r.Name)
	return success(), nil
}

// forceRun makes a job, of a running recipe only (inf).
func forceRun(c *call, r *recipe) (any, error) {
	if !r.Running {
		return nil, badRequest("Recipe is not running")
	}
	j := c.newJob(r, "")
	c.record("Flow", "recipe_force_run", r.ID, r.Name)
	return object{"success": true, "job_id": j.ID}, nil
}

// healthTime is how long an analysis takes (inf).
const healthTime = 10 * time.Second

// analyse starts an analysis; one that is under way goes on. The answers are made up (inf).
func analyse(c *call, r *recipe) (any, error) {
	if !c.now.Before(r.HealthAsked.Add(healthTime)) {
		r.HealthAsked = c.now
		c.record("Flow", "recipe_health_analysis_started", r.ID, r.Name)
	}
	return health(c, r)
}

func health(c *call, r *recipe) (any, error) {
	switch {
	case r.HealthAsked.IsZero():
		return nil, notFound()
	case c.now.Before(r.HealthAsked.Add(healthTime)):
		return data(object{"status": "in_progress", "started_at": at(r.HealthAsked)}), nil
	}
	issues := append(r.codeErrors(), c.configErrors(r)...)
	return data(object{"status": "completed", "started_at": at(r.HealthAsked),
		"completed_at": at(r.HealthAsked.Add(healthTime)),
		"issues_count": len(issues)}), nil
}

package emulator

import (
	"net/http"
	"time"
)

// The words for how far a job is.
const (
	queued    = "Queued"
	running   = "Running"
	completed = "Completed" // not to be confused with success: that is the disposition's
	cancelled = "Cancelled"
)

// A job starts startAfter its submission and takes runTime, or less: each time it is looked at by id it takes a step,
// so that polling gets somewhere even if the clock stands still.
const (
	startAfter = 2 * time.Second
	runTime    = 3 * time.Second
)

type job struct {
	ID           string       `json:"id"`
	WorkflowID   string       `json:"workflowId"`
	OwnerID      string       `json:"submittedById"`
	Created      time.Time    `json:"createDateTime"`
	Started      time.Time    `json:"startDateTime,omitzero"`
	Finished     time.Time    `json:"completionDateTime,omitzero"`
	Status       string       `json:"status"`
	Disposition  string       `json:"disposition"` // Success, Warning or Error; empty until the end
	Priority     string       `json:"priority"`
	WorkerTag    string       `json:"workerTag"`
	CredentialID string       `json:"credentialId,omitempty"`
	Questions    []appValue   `json:"questions,omitempty"`
	Messages     []jobMessage `json:"messages,omitempty"`
	Outputs      []output     `json:"outputs,omitempty"`
	Stuck        bool         `json:"stuck,omitempty"` // seeded: the clock does not finish it
}

type jobMessage struct {
	Status int    `json:"status"`
	Text   string `json:"text"`
	ToolID int    `json:"toolId"`
}

type output struct {
	ID               string   `json:"id"`
	AvailableFormats []string `json:"availableFormats"`
	FileName         string   `json:"fileName"`
}

func (j *job) unfinished() bool { return j.Status == queued || j.Status == running }

func jobRoutes() []route {
	const runs, one = "/v3/workflows/{workflowId}/jobs", "/v3/jobs/{jobId}"
	return []route{
		{on: "POST " + runs, need: artisan, do: runWorkflow, body: contract(
			opt(text, "workerTag", "credentialId"), opt(answers(), "questions"), opt(priorities(), "priority"))},
		{on: "GET " + runs, need: artisan, do: listRuns, query: contract(
			opt(text, "sortField"), opt(oneOf("asc", "desc"), "direction"), opt(integer, "offset", "limit"),
			opt(oneOf("Complete", "Error", "Running", "Queued"), "status"),
			opt(oneOf("Success", "Warning", "Error"), "resultCode"))},
		{on: "GET " + one, need: artisan, do: getJob, query: contract(opt(boolean, "includeMessages"))},
		{on: "GET " + one + "/messages", need: curator, do: listMessages},
		{on: "DELETE " + one, need: artisan, do: cancelJob, newer: true},
		{on: "GET /v3/jobs", need: artisan, do: listJobs, newer: true, query: contract(
			opt(text, "sortField"), opt(oneOf("asc", "desc"), "direction"), opt(integer, "offset", "limit"),
			opt(listOf(text), "priorities", "statuses", "users", "workflowNames"), opt(boolean, "allUsers"),
			opt(dateTime, "completedBefore", "completedAfter"))},
	}
}

// runWorkflow ignores a priority or worker tag that the caller may not set.
func runWorkflow(c *call) (any, error) {
	w, err := c.workflow(http.StatusForbidden)
	if err != nil {
		return nil, err
	}
	if w.OwnerID != c.by.ID && !w.OthersCanExecute && !c.curator() {
		return nil, refuse(http.StatusForbidden, "You may not run this workflow.")
	}
	if err := c.knownCredential(); err != nil {
		return nil, err
	}
	j := &job{ID: c.newID(), WorkflowID: w.ID, OwnerID: c.by.ID, Created: c.now, Status: queued, Priority: "Default",
		WorkerTag: w.WorkerTag}
	priority, tag := j.Priority, j.WorkerTag
	if err := c.in.into(j); err != nil {
		return nil, err
	}
	if !c.curator() && !c.by.CanPrioritizeJobs {
		j.Priority = priority
	}
	if !c.curator() && !c.by.CanAssignJobs {
		j.WorkerTag = tag
	}
	w.RunCount++
	c.jobs.put(j.ID, j)
	return jobView(j, false), nil
}

// advance lets the clock have its way with all jobs.
func (c *call) advance() {
	for j := range c.jobs.all() {
		if j.Stuck {
			continue
		}
		if j.Status == queued && !c.now.Before(j.Created.Add(startAfter)) {
			c.step(j, j.Created.Add(startAfter))
		}
		if j.Status == running && !c.now.Before(j.Started.Add(runTime)) {
			c.step(j, j.Started.Add(runTime))
		}
	}
}

// step takes a job from the queue, or to its end.
func (c *call) step(j *job, at time.Time) {
	switch j.Status {
	case queued:
		j.Status, j.Started = running, at
	case running:
		j.Status, j.Finished = completed, at
		c.conclude(j)
	}
}

// conclude decides how a run went: it fails if the workflow uses what its owner may not use.
func (st *state) conclude(j *job) {
	w := st.workflows.get(j.WorkflowID)
	lacking := "the workflow"
	if w != nil {
		lacking = st.missing(w, j)
	}
	if lacking != "" {
		j.Disposition = "Error"
		j.Messages = []jobMessage{{Status: 3, Text: "Cannot access " + lacking + ".", ToolID: 1}}
		return
	}
	j.Disposition = "Success"
	j.Messages = []jobMessage{{Status: 1, Text: "42 records were written.", ToolID: 7}}
	j.Outputs = []output{{ID: outputID(j.ID), AvailableFormats: []string{"Raw", "Csv"}, FileName: w.Name + ".csv"}}
}

// missing names something that a run needs and is not shared with the owner of the workflow, if anything. A transfer
// moves the workflow and none of these, which is why runs fail after it.
func (st *state) missing(w *workflow, j *job) string {
	for _, id := range w.DataConnectionIDs {
		if d := st.dataConnections.get(id); d == nil || !st.shared(d.sharing, w.OwnerID) {
			return "data connection " + id
		}
	}
	for _, id := range w.DCMConnectionIDs {
		if d := st.dcmConnections.get(id); d == nil || !st.sees(w.OwnerID, d) {
			return "DCM connection " + id
		}
	}
	if id := w.runAs(); id != "" && !st.mayRunAs(w.OwnerID, id) {
		return "credential " + id
	}
	if id := j.CredentialID; id != "" && !st.mayRunAs(j.OwnerID, id) {
		return "credential " + id
	}
	return ""
}

// mayRunAs reports whether a credential exists and is shared with the user.
func (st *state) mayRunAs(userID, credentialID string) bool {
	k := st.credentials.get(credentialID)
	return k != nil && st.shared(k.sharing, userID)
}

// outputID makes the id of a job's only output.
func outputID(jobID string) string { return "0" + jobID[1:] }

// runAs is the credential that belongs to the workflow itself.
func (w *workflow) runAs() string {
	if v := w.published(); v != nil && v.WorkflowCredentialType == "Specific" {
		return v.CredentialID
	}
	return ""
}

func jobView(j *job, withMessages bool) any {
	messages := []jobMessage{}
	if withMessages {
		messages = append(messages, j.Messages...)
	}
	return map[string]any{
		"id": j.ID, "appId": j.WorkflowID, "createDateTime": j.Created, "status": j.Status,
		"disposition": j.Disposition, "outputs": append([]output{}, j.Outputs...), "messages": messages,
		"priority": j.Priority, "workerTag": j.WorkerTag, "runWithE2": true,
	}
}

// job finds a job that the caller may see: their own, or any for a Curator (inf).
func (c *call) job() (*job, error) {
	c.advance()
	j, err := find(&c.jobs, c.path("jobId"), "Job")
	if err == nil && !c.curator() && j.OwnerID != c.by.ID {
		return nil, unauthorized()
	}
	return j, err
}

// getJob is what clients poll.
func getJob(c *call) (any, error) {
	j, err := c.job()
	if err != nil {
		return nil, err
	}
	c.step(j, c.now)
	return jobView(j, c.query.flag("includeMessages")), nil
}

// listMessages answers a list, though the swagger has a single message (inf).
func listMessages(c *call) (any, error) {
	j, err := c.job()
	if err != nil {
		return nil, err
	}
	return append([]jobMessage{}, j.Messages...), nil
}

// cancelJob cancels a running job and deletes a queued one.
func cancelJob(c *call) (any, error) {
	j, err := c.job()
	if err != nil {
		return nil, err
	}
	switch j.Status {
	case queued:
		c.jobs.drop(j.ID)
	case running:
		j.Status, j.Finished = cancelled, c.now
	default:
		return nil, badRequest("The job has finished.") // (inf)
	}
	return nil, nil
}

// submitter is how a job names who submitted it. (inf) The swagger only says "user".
func (c *call) submitter(j *job) string {
	if u := c.users.get(j.OwnerID); u != nil {
		return u.Email
	}
	return j.OwnerID
}

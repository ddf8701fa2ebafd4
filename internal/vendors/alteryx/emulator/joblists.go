package emulator

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// pageSize is that of a list of jobs for which no limit was given (inf).
const pageSize = 50

// listRuns is paged, but does not tell how many there are.
func listRuns(c *call) (any, error) {
	w, err := c.workflow(http.StatusNotFound)
	if err != nil {
		return nil, err
	}
	c.advance()
	q := c.query
	found := slices.Collect(where(c.jobs.all(), func(j *job) bool {
		return j.WorkflowID == w.ID && (!q.has("status") || slices.Contains(j.filterWords(), q.str("status"))) &&
			(!q.has("resultCode") || j.Disposition == q.str("resultCode"))
	}))
	found, _, err = c.sortAndCut(found)
	if err != nil {
		return nil, err
	}
	return views(slices.Values(found), func(j *job) any {
		return map[string]any{"id": j.ID, "createDate": j.Created, "status": j.Status, "priority": j.Priority,
			"workerTag": j.WorkerTag, "runWithE2": true}
	}), nil
}

// filterWords are what a job answers to in filters, which spell states differently from views.
func (j *job) filterWords() []string {
	words := []string{j.Status}
	if j.Status == completed {
		words = append(words, "Complete")
	}
	if j.Disposition == "Error" {
		words = append(words, "Error")
	}
	return words
}

// listJobs shows the caller's jobs, or all if asked to; only a Curator gets them (inf).
func listJobs(c *call) (any, error) {
	c.advance()
	q := c.query
	all := q.flag("allUsers") && c.curator()
	statuses, priorities, users := separate(q.strs("statuses")), separate(q.strs("priorities")), separate(q.strs("users"))
	names := separate(q.strs("workflowNames"))
	found := slices.Collect(where(c.jobs.all(), func(j *job) bool {
		return (all && matches(users, j.OwnerID) || !all && j.OwnerID == c.by.ID) &&
			matches(statuses, j.filterWords()...) && matches(priorities, j.Priority, priorityNumber(j.Priority)) &&
			matches(names, c.workflowName(j)) && c.completedWithin(j.Finished)
	}))
	total := len(found)
	found, p, err := c.sortAndCut(found)
	if err != nil {
		return nil, err
	}
	pages := (total + p.limit - 1) / p.limit
	current := p.offset/p.limit + 1
	return map[string]any{
		"data": views(slices.Values(found), c.jobSummary),
		"pagination": map[string]any{
			"currentPage": current, "pageSize": p.limit, "totalItems": total, "totalPages": pages,
			"hasNextPage": current < pages, "hasPreviousPage": p.offset > 0,
		},
	}, nil
}

func (c *call) jobSummary(j *job) map[string]any {
	view := map[string]any{
		"jobId": j.ID, "status": j.Status, "workflowName": c.workflowName(j), "workflowId": j.WorkflowID,
		"submittedBy": c.submitter(j), "queueTime": j.Created, "priority": j.Priority,
	}
	if !j.Started.IsZero() {
		view["startTime"] = j.Started
	}
	if !j.Finished.IsZero() && !j.Started.IsZero() {
		took := int(j.Finished.Sub(j.Started).Seconds())
		view["executionTime"] = fmt.Sprintf("%02d:%02d:%02d", took/3600, took/60%60, took%60)
	}
	return view
}

func (c *call) workflowName(j *job) string {
	if w := c.workflows.get(j.WorkflowID); w != nil {
		return w.Name
	}
	return ""
}

// separate takes commas and repeated parameters alike: how values are separated is not documented (inf).
func separate(values []string) []string {
	if len(values) == 0 {
		return nil
	}
	return strings.Split(strings.Join(values, ","), ",")
}

func priorityNumber(name string) string {
	return strconv.Itoa(slices.Index(priorities().enum, name)) // (inf) which number is which
}

// matches reports whether a filter allows one of the words; an empty one allows all.
func matches(filter []string, words ...string) bool {
	return len(filter) == 0 || slices.ContainsFunc(words, func(s string) bool { return slices.Contains(filter, s) })
}

// completedWithin: on or after the one day, before the other.
func (c *call) completedWithin(t time.Time) bool {
	q := c.query
	if !q.has("completedAfter") && !q.has("completedBefore") {
		return true
	}
	return !t.IsZero() && !t.Before(q.time("completedAfter")) &&
		(!q.has("completedBefore") || t.Before(q.time("completedBefore")))
}

type window struct{ offset, limit int }

// sortAndCut sorts by the named field, the newest first if none is given (inf), and takes the part that was asked for.
func (c *call) sortAndCut(jobs []*job) ([]*job, window, error) {
	q := c.query
	var by func(a, b *job) int
	switch strings.ToLower(q.str("sortField")) {
	case "", "createdate":
		by = func(a, b *job) int { return a.Created.Compare(b.Created) }
	case "completiondatetime":
		by = func(a, b *job) int { return a.Finished.Compare(b.Finished) }
	case "appname":
		by = func(a, b *job) int { return strings.Compare(c.workflowName(a), c.workflowName(b)) }
	case "priority":
		by = func(a, b *job) int { return strings.Compare(priorityNumber(a.Priority), priorityNumber(b.Priority)) }
	case "status":
		by = func(a, b *job) int { return strings.Compare(a.Status, b.Status) }
	default:
		return nil, window{}, badField("sortField", "The field cannot be sorted by.")
	}
	descending := q.str("direction") == "desc" || !q.has("sortField") && !q.has("direction")
	slices.SortStableFunc(jobs, func(a, b *job) int {
		order := cmp.Or(by(a, b), strings.Compare(a.ID, b.ID))
		if descending {
			return -order
		}
		return order
	})
	w := window{q.num("offset"), cmp.Or(q.num("limit"), pageSize)}
	if w.offset < 0 || w.limit < 0 {
		return nil, w, badField("offset", "The offset and limit must not be negative.")
	}
	first := min(w.offset, len(jobs))
	return jobs[first:min(first+w.limit, len(jobs))], w, nil
}

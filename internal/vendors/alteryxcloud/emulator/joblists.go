package emulator

import (
	"net/http"
	"slices"
)

func jobListRoutes() []route {
	out := append(listed("/jobLibrary", v4, jobLibrary, usualLimit),
		route{on: "GET /jobGroups", do: listJobGroups},
		route{on: "GET /jobGroups/{id}/jobs", do: onJobGroup(listJobs)},
		route{on: "GET /jobGroups/{id}/pdfResults", quota: quota{10, 20}, do: onJobGroup(pdfResults)},
	)
	for _, part := range []string{"inputs", "outputs", "publications"} {
		out = append(out, route{on: "GET /jobGroups/{id}/" + part, do: onJobGroup(func(c *call, _ *jobGroup) (any, error) {
			return c.list([]object{}) // nothing is read or written here
		})})
	}
	for _, part := range []string{"profile", "profileResults"} {
		out = append(out, route{on: "GET /jobGroups/{id}/" + part, do: onJobGroup(profile)})
	}
	return out
}

func listJobGroups(c *call) (any, error) { // deprecated
	rows, err := jobLibrary(c)
	if err != nil {
		return nil, err
	}
	return c.list(rows)
}

// jobLibrary lists the newest first (inf).
func jobLibrary(c *call) ([]object, error) {
	var err error
	word := func(name string, of ...string) (s string) {
		if err == nil {
			s, err = c.paramWord(name, of...)
		}
		return s
	}
	status, from := word("status", runStatuses...), word("ranfrom", ranFroms...)
	for_, by := word("ranfor", ranFors...), word("runBy", "all", "currentUser")
	if err != nil {
		return nil, err
	}
	when, err := c.createdWithin()
	if err != nil {
		return nil, err
	}
	return newestFirst(views(c.jobGroups.where(
		func(j *jobGroup) bool { return c.seesRun(j.OwnerID) && when.holds(j.CreatedAt) },
		func(j *jobGroup) bool { return status == "" || j.status(c.now) == status },
		func(j *jobGroup) bool { return from == "" || j.RanFrom == from },
		func(j *jobGroup) bool { return for_ == "" || j.RanFor == for_ },
		func(j *jobGroup) bool { return by != "currentUser" || j.OwnerID == c.by.ID },
	), c.jobView)), nil
}

// listJobs shows the first as the recipe's and the second as its profile's (inf).
func listJobs(c *call, j *jobGroup) (any, error) {
	out := []object{}
	for i, id := range j.Jobs {
		out = append(out, object{"id": id, "status": j.status(c.now), "jobType": []string{"wrangle", "profile"}[min(i, 1)],
			"jobGroup": ref(j.ID), "percentComplete": map[bool]int{false: 0, true: 100}[j.over(c.now)],
			"createdAt": stamp(j.CreatedAt), "updatedAt": stamp(j.updatedAt(c.now))})
	}
	return c.list(out)
}

func (j *jobGroup) needProfile() error {
	if j.Profiling {
		return nil
	}
	return &failure{status: http.StatusBadRequest, name: "ProfilingDataNotFoundException",
		message: "Profiling was not enabled for this job group."}
}

func profile(_ *call, j *jobGroup) (any, error) {
	if err := j.needProfile(); err != nil {
		return nil, err
	}
	return object{"profilerTypeCheckHistograms": object{}, "profilerValidValueHistograms": object{}, "rules": []object{}}, nil
}

func pdfResults(_ *call, j *jobGroup) (any, error) {
	if err := j.needProfile(); err != nil {
		return nil, err
	}
	return file{"application/pdf", slices.Concat([]byte("%PDF-1.4\n% "), []byte(j.Name), []byte("\n%%EOF\n"))}, nil
}

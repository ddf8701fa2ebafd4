package emulator

import (
	"net/http"
	"slices"
	"strings"
)

// A workflow is one of the cloud-native kind, with a ULID.
type workflow struct {
	ID string `json:"id"`
	asset
	Fails bool `json:"fails"`
}

func workflowRoutes() []route {
	const in = workflowService
	return []route{
		{on: "GET /workflows", do: func(c *call) (any, error) { return c.workflowList(usualLimit) }},
		{on: "GET /v1/workflows", in: in, do: func(c *call) (any, error) { return c.workflowList(10) }},
		{on: "GET /v1/assets", in: in, do: func(c *call) (any, error) { return c.workflowList(10) }},
		{on: "GET /v1/workflows/{id}", in: in, do: onWorkflow(func(c *call, w *workflow) (any, error) {
			return c.workflowView(w), nil
		})},
		{on: "POST /v1/workflows/{id}/run", in: in, do: onWorkflow(runWorkflow)},
		{on: "POST /v1/jobs/{id}/cancel", in: in, do: func(*call) (any, error) {
			return nil, &failure{status: http.StatusNotFound, name: "DataNotFoundException", message: "WFS Jobs is not enabled"}
		}},
		{on: "POST /v2/workflows/{id}/share", in: in, do: onWorkflow(shareWorkflow)},
		{on: "DELETE /v2/workflows/{id}", in: in, do: onWorkflow(deleteWorkflow)},
	}
}

func onWorkflow(do func(*call, *workflow) (any, error)) handler {
	return func(c *call) (any, error) {
		w := c.workflows[c.r.PathValue("id")]
		if w == nil || !c.sees(&w.asset) {
			return nil, c.missing("Workflow", c.r.PathValue("id"))
		}
		return do(c, w)
	}
}

// workflowView has names of its own (inf): nothing public shows one.
func (c *call) workflowView(w *workflow) object {
	out := w.show(object{"id": w.ID, "name": w.Name, "description": w.Description, "type": "CLOUD",
		"workspaceId": w.WorkspaceID, "ownerId": w.OwnerID, "creator": ref(w.OwnerID), "updater": ref(w.UpdatedBy)})
	if c.flag("includeAssociatedSubjects") {
		subjects := []object{}
		for _, s := range w.Shares {
			subjects = append(subjects, object{"subjectId": s.SubjectID, "subjectType": s.Kind,
				"privileges": strings.Split(s.Policy, " ")})
		}
		out["associatedSubjects"] = subjects
	}
	return out
}

// workflowList looks for the name as a part.
func (c *call) workflowList(usual int) (any, error) {
	name, kind := strings.ToLower(c.param("name[like]")), c.param("type[eq]")
	return c.page(views(c.workflows.where(func(w *workflow) bool {
		return c.sees(&w.asset) && strings.Contains(strings.ToLower(w.Name), name) && (kind == "" || kind == "CLOUD")
	}), c.workflowView), usual)
}

// runWorkflow knows no x-execution-id: a second request runs it twice.
func runWorkflow(c *call, w *workflow) (any, error) {
	j := c.startJob(&flow{asset: asset{OwnerID: w.OwnerID}, Fails: w.Fails}, recipe{0, w.Name}, "recipe", false)
	return object{"jobId": j.Jobs[0], "jobStatus": j.status(c.now), "jobgroupId": j.ID}, nil
}

var workflowPrivileges = []string{"create", "delete", "execute", "read", "share", "update"}

func shareWorkflow(c *call, w *workflow) (any, error) {
	if err := c.mayOwn(&w.asset); err != nil {
		return nil, err
	}
	in, err := c.body()
	if err != nil {
		return nil, err
	}
	in.need("includeDependencies", "privileges", "sendEmail")
	in.flag("includeDependencies")
	in.flag("sendEmail")
	may := in.texts("privileges")
	if slices.ContainsFunc(may, func(p string) bool { return !slices.Contains(workflowPrivileges, p) }) {
		in.complain("privileges", "must be among %s", strings.Join(workflowPrivileges, ", "))
	}
	if v, given := in.values["additionalInfoMsg"]; given && v == nil {
		in.complain("additionalInfoMsg", "must be a string") // null is not the same as not given
	}
	in.text("additionalInfoMsg")
	ids := map[string][]int64{toPerson: in.textIDs("toPersonIds"), toGroup: in.textIDs("toGroupIds")}
	if err := in.err(); err != nil {
		return nil, err
	}
	if err := c.knowsSubjects(ids); err != nil {
		return nil, err
	}
	role := "readOnly"
	if slices.Contains(may, "update") {
		role = "collaborator"
	}
	for _, kind := range []string{toPerson, toGroup} {
		for _, id := range ids[kind] {
			w.share(share{Kind: kind, SubjectID: id, Role: role, Policy: strings.Join(sorted(may), " "), times: made(c.now)})
		}
	}
	return object{}, nil // (inf)
}

func deleteWorkflow(c *call, w *workflow) (any, error) {
	if err := c.mayOwn(&w.asset); err != nil {
		return nil, err
	}
	c.dropWorkflow(w)
	return object{}, nil
}

func (c *call) dropWorkflow(w *workflow) {
	c.workflows.drop(w.ID)
	c.forget("Workflow", w.ID)
}

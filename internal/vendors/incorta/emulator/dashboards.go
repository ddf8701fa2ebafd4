package emulator

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// A report is a scheduler job that mails a dashboard.
type report struct {
	ID        int64  `json:"id"`
	Dashboard string `json:"dashboard"` // its GUID
	ownership
	Subject    string       `json:"subject"`
	Body       string       `json:"body,omitempty"`
	Format     string       `json:"format"`
	To         []string     `json:"to"` // addresses, and names of groups
	CC         []string     `json:"cc,omitempty"`
	BCC        []string     `json:"bcc,omitempty"`
	Schedule   string       `json:"schedule,omitempty"` // sent once if empty
	Status     progress     `json:"status"`
	Message    string       `json:"message,omitempty"`
	Sent       time.Time    `json:"sent"`
	Parameters reportSwitch `json:"switches"`
}

type reportSwitch struct {
	HideTemplate, UseHTMLBody, AppendTimestamp, Bursting bool
}

// outputFormats in any case of letters (inf): the vendor's page is cut off before it names them.
var outputFormats = []string{"HTML", "PDF", "XLSX", "CSV"}

func dashboardRoutes() []route {
	recipients := all(names, "toExternalEmails", "toUsersNames", "toGroupNames", "ccExternalEmails", "ccUsersNames",
		"ccGroupsNames", "bccExternalEmails", "bccUsersNames", "bccGroupsNames")
	return []route{
		{on: "POST /dashboards/{dashboardGuid}/send-report", both: true, do: sendReport, body: slices.Concat(
			recipients, all(text, "subject", "body", "outputFormat"),
			all(boolean, "hideTemplate", "useHTMLBody", "appendTimestamp", "bursting"))},
		{on: "GET /dashboards/{dashboardGuid}/prompts", do: listPrompts},
	}
}

// dashboardOfPath finds the dashboard in the path. What the caller may not see is not there (inf).
func (c *call) dashboardOfPath() (*dashboard, error) {
	d := c.dashboard(c.path("dashboardGuid"))
	if d == nil || c.reach(d.ownership, d.Folder) < view {
		return nil, unknown("The dashboard %s is not found.", c.path("dashboardGuid"))
	}
	return d, nil
}

// sendReport makes one job a call: two calls mail twice. It is sent at once. The answer is cut off (inf).
func sendReport(c *call) (any, error) {
	d, err := c.dashboardOfPath()
	if err != nil {
		return nil, err
	}
	if c.opts.NoMail {
		return nil, refused("The email settings of the tenant are not configured.")
	}
	format := strings.ToUpper(cmp.Or(c.in.str("outputFormat"), outputFormats[0]))
	if !slices.Contains(outputFormats, format) {
		return nil, badInput("outputFormat is not valid: one of %s is expected.", strings.Join(outputFormats, ", "))
	}
	r := &report{Dashboard: d.GUID, ownership: ownedBy(c.by.Email), Subject: cmp.Or(c.in.str("subject"), d.Name),
		Body: c.in.str("body"), Format: format, Status: succeeded, Sent: c.now, Parameters: reportSwitch{
			c.in.flag("hideTemplate"), c.in.flag("useHTMLBody"), c.in.flag("appendTimestamp"), c.in.flag("bursting")}}
	if r.To, err = c.recipients("toExternalEmails", "toUsersNames", "toGroupNames"); err != nil {
		return nil, err
	}
	if r.CC, err = c.recipients("ccExternalEmails", "ccUsersNames", "ccGroupsNames"); err != nil {
		return nil, err
	}
	if r.BCC, err = c.recipients("bccExternalEmails", "bccUsersNames", "bccGroupsNames"); err != nil {
		return nil, err
	}
	if len(r.To)+len(r.CC)+len(r.BCC) == 0 {
		return nil, badInput("The report needs a recipient.") // (inf)
	}
	return c.addReport(r), nil
}

func (c *call) addReport(r *report) any {
	for _, other := range c.reports {
		r.ID = max(r.ID, other.ID)
	}
	r.ID++
	c.reports = append(c.reports, r)
	return map[string]any{"jobId": r.ID}
}

// recipients are addresses from outside, users by login name and groups; who is not known is refused (inf).
func (c *call) recipients(external, users, groups string) ([]string, error) {
	out := slices.Clone(c.in.strs(external))
	for _, address := range out {
		if !strings.Contains(address, "@") {
			return nil, badInput("%s holds what is no email address.", external)
		}
	}
	for _, name := range c.in.strs(users) {
		u := c.user(name)
		if u == nil {
			return nil, unknownInBody("The user %s is not found.", name)
		}
		out = append(out, u.Email)
	}
	for _, name := range c.in.strs(groups) {
		if first(c.groups, func(g *group) bool { return g.Name == name }) == nil {
			return nil, unknownInBody("The group %s is not found.", name)
		}
		out = append(out, name)
	}
	return out, nil
}

// listPrompts answers the dimensions of what the dashboard shows. No page of the vendor has this call (inf).
func listPrompts(c *call) (any, error) {
	d, err := c.dashboardOfPath()
	if err != nil {
		return nil, err
	}
	out := []any{}
	seen := map[string]bool{}
	for _, i := range d.Insights {
		_, r := c.viewNamed(i.View)
		if r == nil {
			continue
		}
		for _, col := range r.Columns {
			if field := i.View + "." + col.Name; col.Function != measure && !seen[field] {
				seen[field] = true
				out = append(out, map[string]any{"field": field, "label": col.Label, "dataType": col.DataType})
			}
		}
	}
	return map[string]any{"prompts": out}, nil
}

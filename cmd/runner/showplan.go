package main

import (
	"os"
	"strings"

	"runner/internal/plan"
	"runner/internal/report"
)

// namesPlan reports whether an argument names a file rather than a run. Also
// one that is not there: the id of a run has no dot in it, nor a slash.
func namesPlan(arg string) bool {
	info, err := os.Stat(arg)
	return err == nil && info.Mode().IsRegular() || strings.ContainsAny(arg, `./\`)
}

// showPlan shows a plan as the dry run did that made it.
func (a *app) showPlan(path string, f *flags) error {
	p, _, err := a.readPlan(path)
	if err != nil {
		return err
	}
	r := report.New()
	for _, rec := range p.Records {
		r.Add(rec)
	}
	r.Close("")
	r.Footing = append(footing(p.Header, nil), "valid: until "+p.Expires.Local().Format("2006-01-02 15:04 -07:00"))
	r.Next = []string{"runner apply " + path + " does it"}
	names := report.Names(p.Names)
	if f.json {
		newPrinter(a.stdout, &a.redactor, report.Style{}).line(string(report.Escape(marshal(struct {
			plan.Header
			Report *report.Report `json:"report"`
		}{p.Header, r}))))
		return nil
	}
	out := newPrinter(a.stdout, &a.redactor, a.styleOf(a.stdout, f.color))
	out.style.Full = f.full
	var b strings.Builder
	if f.markdown {
		r.Markdown(&b, "Plan of "+p.Script.Path, names)
	} else {
		r.Track = a.track(r)
		heading(&b, r, out.style)
		r.Text(&b, out.style, names)
	}
	out.text(b.String())
	return nil
}

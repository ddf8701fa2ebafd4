package survival

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"runner/internal/report"
)

// A row is a line of the script's results; each shape uses some fields.
type row struct {
	Name   string   `json:"name"`
	Group  string   `json:"group"`
	Place  int      `json:"place"`
	ID     int64    `json:"id"`
	Seat   int64    `json:"seat"`
	Note   int64    `json:"note"`
	Left   int64    `json:"left"`
	Right  int64    `json:"right"`
	Read   string   `json:"read"`
	Value  string   `json:"value"`
	Kind   string   `json:"kind"`
	Undone []string `json:"undone"`
}

// A judgement gathers what is wrong with a run.
type judgement struct {
	v        *vendor
	expected map[string]bool // effects
	wrong    []error
}

func (j *judgement) say(format string, args ...any) {
	j.wrong = append(j.wrong, fmt.Errorf(format, args...))
}

// rows are what the script put out.
func (j *judgement) output(r report.Report, name string, into any) {
	for _, o := range r.Outputs {
		if o.Name == name && json.Unmarshal(o.Value, into) == nil {
			return
		}
	}
	j.say("wrong result: there is no output %q", name)
}

// effect says that there must be an effect, which answered id.
func (j *judgement) effect(what string, id int64) {
	j.expected[what] = true
	if !slices.Contains(j.v.receipts[what], id) {
		j.say("wrong result: %s answered %d, and the script saw %d", what, j.v.receipts[what], id)
	}
}

// thing is what the vendor has of a name.
func (j *judgement) thing(name string) thing {
	if all := j.v.named(name); len(all) > 0 {
		return all[0]
	}
	return thing{}
}

func (j *judgement) same(what string, got, want any) {
	if got != want {
		j.say("wrong result: %s is %v, want %v", what, got, want)
	}
}

// end counts the effects, and what the report says of them.
func (j *judgement) end(r report.Report) error {
	for _, what := range slices.Sorted(maps.Keys(j.v.effects)) {
		switch n := j.v.effects[what]; {
		case !j.expected[what]:
			j.say("an effect that nothing asked for: %s", what)
		case n > 1:
			j.say("twice: %s came %d times", what, n)
		}
	}
	for _, what := range slices.Sorted(maps.Keys(j.expected)) {
		if j.v.effects[what] == 0 {
			j.say("lost: %s", what)
		}
	}
	if r.Counts.InDoubt+r.Counts.Unanswered > 0 {
		j.say("the report has calls in doubt: %+v", r.Counts)
	}
	return errors.Join(j.wrong...)
}

func judging(judge func(*judgement, report.Report)) func(*vendor, report.Report) error {
	return func(v *vendor, r report.Report) error {
		v.mu.Lock()
		defer v.mu.Unlock()
		j := &judgement{v: v, expected: map[string]bool{}}
		judge(j, r)
		return j.end(r)
	}
}

func fanout(items int) shape {
	return shape{"fanout.lua", items, judging(func(j *judgement, r report.Report) {
		var rows []row
		j.output(r, "rows", &rows)
		j.same("number of rows", len(rows), items)
		ids := []int64{}
		for i, x := range rows {
			j.same("name", x.Name, fmt.Sprint("f", i+1))
			j.effect("create "+x.Name, x.ID)
			j.effect("seat "+x.Name, x.Seat)
			j.effect("note "+x.Name, x.Note)
			j.same(x.Name, thing{x.ID, x.Name, x.Value}, j.thing(x.Name))
			j.same("value of "+x.Name, x.Value, fmt.Sprintf("%s, seat %d", x.Read, x.Seat))
			ids = append(ids, x.ID)
		}
		var listed []int64
		j.output(r, "listed", &listed)
		slices.Sort(ids)
		j.same("list", fmt.Sprint(listed), fmt.Sprint(ids))
	})}
}

func queue(items int) shape {
	return shape{"queue.lua", items, judging(func(j *judgement, r report.Report) {
		var rows []row
		j.output(r, "rows", &rows)
		named := map[string]row{}
		for i, x := range rows {
			j.same("place of "+x.Name, x.Place, i+1)
			j.effect("create "+x.Name, x.ID)
			if x.Seat != 0 {
				j.effect("seat "+x.Name, x.Seat)
			}
			j.same(x.Name, thing{x.ID, x.Name, x.Value}, j.thing(x.Name))
			named[x.Name] = x
		}
		j.same("number of names", len(named), len(rows))
		for i := range items {
			for name := fmt.Sprint("q", i+1); ; name += "x" {
				x, ok := named[name]
				if !ok {
					j.say("wrong result: %s was never taken", name)
				}
				if more := x.ID%3 == 0 && len(name) < 5; !ok || !more {
					j.same("whether "+name+" has a seat", x.Seat != 0, ok)
					break
				}
			}
		}
	})}
}

func nested(items int) shape {
	return shape{"nested.lua", items, judging(func(j *judgement, r report.Report) {
		var rows []row
		j.output(r, "rows", &rows)
		j.same("number of rows", len(rows), items)
		for i, x := range rows {
			j.same("group", x.Group, fmt.Sprint("n", i+1))
			for _, side := range []string{"l", "r"} {
				j.expected["create "+x.Group+side] = true
			}
			j.expected["seat "+x.Group] = true
			if i%2 == 0 { // n1 is the first
				j.effect("create "+x.Group+"l", x.Left)
				j.effect("create "+x.Group+"r", x.Right)
				j.effect("seat "+x.Group, x.Seat)
				j.effect("create "+x.Group+"free", j.thing(x.Group+"free").ID)
				j.same("value of "+x.Group, x.Value, j.thing(x.Group+"r").Value)
				continue
			}
			j.same("kind", x.Kind, "conflict")
			j.effect("note "+x.Group, x.Note)
			for _, name := range x.Undone {
				j.expected["delete "+name] = true
				j.same(name+" is still there", len(j.v.named(name)), 0)
			}
			undone := slices.Sorted(slices.Values(x.Undone))
			j.same("what was undone", strings.Join(undone, " "), x.Group+"l "+x.Group+"r")
		}
	})}
}

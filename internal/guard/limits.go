package guard

import (
	"fmt"
	"math"
	"slices"

	"runner/internal/op"
)

// Limits are those of one run, and what was counted. They hold for the whole
// run: a limit that is added late counts the calls before it, and none takes
// another away. The zero value limits nothing. Limits are not safe for
// concurrent use.
type Limits struct {
	list  []counter
	calls map[call]int

	population int    // 0 if none was declared
	declared   string // where
}

type counter struct {
	Limit
	calls int
}

// A call is what limits need to know of one.
type call struct {
	connection, name string
	effect           op.Effect
}

func (l Limit) covers(c call) bool {
	switch {
	case c.effect == op.Read, l.Connection != "" && l.Connection != c.connection:
		return false
	case l.What == Changes:
		return true
	case l.What == Destructive:
		return c.effect == op.Destructive
	}
	return matches(l.What, c.name)
}

// Add adds a limit. One that is there already, from the same place, is not
// added again.
func (l *Limits) Add(limit Limit) {
	if slices.Contains(l.List(), limit) {
		return
	}
	l.list = append(l.list, counter{limit, l.count(limit)})
}

func (l *Limits) count(limit Limit) int {
	total := 0
	for c, n := range l.calls {
		if limit.covers(c) {
			total += n
		}
	}
	return total
}

// SetPopulation declares how many objects there are that percentages refer
// to, and where that was said. The smallest number holds; one below 1 declares
// nothing.
func (l *Limits) SetPopulation(n int, source string) {
	if n >= 1 && (l.population == 0 || n < l.population) {
		l.population, l.declared = n, source
	}
}

// Allow counts a call that is about to be made. It refuses one that would
// exceed a limit, and does not count it then. If it would exceed several, the
// error tells of the strictest.
func (l *Limits) Allow(connection string, o *op.Operation) *op.Error {
	c := call{connection, o.Name, o.Effect}
	var broken *counter
	least := 0
	for i := range l.list {
		x := &l.list[i]
		if !x.covers(c) {
			continue
		}
		most, known := l.most(x.Limit)
		if x.calls < most {
			continue
		}
		if !known { // any other says more
			most = math.MaxInt
		}
		if broken == nil || most < least {
			broken, least = x, most
		}
	}
	if broken == nil {
		l.Count(connection, o)
		return nil
	}
	cause := fmt.Sprintf("this would be call %d", broken.calls+1)
	if least == 0 {
		cause = "no such call may be made"
	}
	return l.refusal(broken.Limit, o.Name, cause)
}

// Count counts a call without refusing it: one of a plan, or one that was made
// before a run was resumed.
func (l *Limits) Count(connection string, o *op.Operation) {
	if o.Effect == op.Read {
		return
	}
	c := call{connection, o.Name, o.Effect}
	if l.calls == nil {
		l.calls = map[call]int{}
	}
	l.calls[c]++
	for i := range l.list {
		if l.list[i].covers(c) {
			l.list[i].calls++
		}
	}
}

// Exceeded tells which limits the counted calls exceed, in the order in which
// they were added: those that a run of the plan would meet.
func (l *Limits) Exceeded() []*op.Error {
	var errs []*op.Error
	for _, x := range l.list {
		most, _ := l.most(x.Limit)
		if x.calls <= most {
			continue
		}
		cause := fmt.Sprintf("%d such calls are planned", x.calls)
		if x.calls == 1 {
			cause = "1 such call is planned"
		}
		errs = append(errs, l.refusal(x.Limit, "", cause))
	}
	return errs
}

// A Count is how far a limit is used up.
type Count struct {
	Limit
	Calls int  // counted so far
	Most  int  // how many may be made
	Known bool // false for a percentage while no population is declared: Most is 0
}

// Counts are the limits and how far each is used up, in the order in which
// they were added.
func (l *Limits) Counts() []Count {
	var list []Count
	for _, x := range l.list {
		most, known := l.most(x.Limit)
		list = append(list, Count{x.Limit, x.calls, most, known})
	}
	return list
}

// Calls is how many calls of a kind were counted, whether or not there is a
// limit for it: Changes, Destructive or a pattern.
func (l *Limits) Calls(what string) int { return l.count(Limit{What: what}) }

// List are the limits, in the order in which they were added.
func (l *Limits) List() []Limit {
	var list []Limit
	for _, x := range l.list {
		list = append(list, x.Limit)
	}
	return list
}

// Population is what percentages refer to, and where that was declared; 0 if
// it was not.
func (l *Limits) Population() (n int, source string) { return l.population, l.declared }

// most is how many calls a limit allows. A percentage of a population that was
// not declared is not known, and allows none.
func (l *Limits) most(limit Limit) (n int, known bool) {
	if !limit.Percent {
		return limit.Max, true
	}
	n, _ = share(l.population, limit.Share)
	return n, l.population > 0
}

// share is so many millionths of n, rounded down. It does not overflow.
func share(n, millionths int) (part int, exact bool) {
	rest := int64(n%whole) * int64(millionths)
	return n/whole*millionths + int(rest/whole), rest%whole == 0
}

func (l *Limits) refusal(limit Limit, operation, cause string) *op.Error {
	hint := "check what the script selects, or raise the limit"
	if limit.Source != "" {
		hint += ": " + limit.Source
	}
	switch {
	case limit.Percent && l.population == 0:
		cause, hint = "no population was declared", "say how many objects there are: limits { population = #users }"
	case limit.Percent && l.declared != "" && l.declared != limit.Source:
		hint += fmt.Sprintf(" (the population: %s)", l.declared)
	}
	return &op.Error{Kind: op.Refused, Op: operation, Subject: l.describe(limit), Cause: cause, Hint: hint, RetryAfter: -1}
}

// describe is what a limit comes to: "limit destructive = 2% of 1800 = 36
// (offboard.lua:3)".
func (l *Limits) describe(limit Limit) string {
	text := fmt.Sprintf("limit %s = %s", limit.What, limit.Amount())
	if limit.Percent && l.population > 0 {
		most, exact := share(l.population, limit.Share)
		text += fmt.Sprintf(" of %d = %d", l.population, most)
		if !exact {
			text += ", rounded down"
		}
	}
	if limit.Source != "" {
		text += fmt.Sprintf(" (%s)", limit.Source)
	}
	return text
}

// Package guard bounds what a run may change: how many calls of which kind.
// It counts calls and refuses the one that would be too many.
package guard

import (
	"fmt"
	"strconv"
	"strings"

	"runner/internal/op"
	"runner/internal/spell"
)

// The limits that are no pattern of operations. Reads are never limited.
const (
	Changes     = "changes"     // all calls that are no reads
	Destructive = "destructive" // calls of destructive operations
)

// A Limit is the most calls of some kind that a run may make.
type Limit struct {
	What       string // Changes, Destructive or a pattern of operations: "alteryx.delete_*"
	Max        int    // most calls
	Percent    bool   // Max does not hold: most calls are a share of the population
	Share      int    // that share, in millionths: 20000 for 2%
	Connection string // only calls on this connection, "" for all
	Source     string // where it was set: "--max-destructive", "offboard.lua:3", "connection alteryx in runner.toml"
}

const (
	whole    = 1_000_000 // a share of everything
	decimals = 4         // of a percentage: a share is a whole number of millionths
)

const wanted = `write a number of calls, such as 50, or a share of the population, such as "2%"`

// Parse reads a limit as people write it: "50", "0", "2%", "0.5%". Its errors
// do not say where: the caller knows whether that is a flag or a line.
func Parse(what, text, source string) (Limit, *op.Error) {
	l := Limit{What: what, Source: source}
	bad := func(hint, cause string, args ...any) (Limit, *op.Error) {
		return Limit{}, l.invalid(hint, cause, args...)
	}
	if what != Changes && what != Destructive && !strings.Contains(what, ".") {
		hint := spell.Suggest(what, []string{Changes, Destructive})
		if hint == "" {
			hint = `write changes, destructive, or a pattern of operations, such as "alteryx.delete_*"`
		}
		return bad(hint, "there is no such limit")
	}
	number, percent := strings.CutSuffix(text, "%")
	integer, fraction, point := strings.Cut(strings.TrimPrefix(number, "-"), ".")
	n, err := strconv.Atoi(integer)
	switch {
	case !digits(integer), point && !digits(fraction):
		return bad(wanted, "%q is neither a whole number nor a percentage", text)
	case number[0] == '-':
		return bad("write 0 to allow no such call", "%q is less than none", text)
	case err != nil:
		return bad("leave the limit out if there shall be none", "%q is too large", text)
	case !percent && point:
		return bad(wanted, "%q is not a whole number", text)
	case !percent:
		l.Max = n
		return l, nil
	case len(fraction) > decimals:
		return bad("", "%q has more than %d decimals", text, decimals)
	}
	l.Percent = true
	if n <= 100 {
		l.Share, _ = strconv.Atoi(integer + (fraction + strings.Repeat("0", decimals))[:decimals])
	}
	if n > 100 || l.Share > whole {
		return bad("write 100% at most", "%q is more than the whole population", text)
	}
	return l, nil
}

func digits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}

func (l Limit) invalid(hint, cause string, args ...any) *op.Error {
	return &op.Error{Kind: op.Invalid, Subject: fmt.Sprintf("limit %q", l.What), Cause: fmt.Sprintf(cause, args...), Hint: hint, RetryAfter: -1}
}

// Amount is how much the limit allows, as people write it: "50", "2%".
func (l Limit) Amount() string {
	if l.Percent {
		return strconv.FormatFloat(float64(l.Share)*100/whole, 'f', -1, 64) + "%"
	}
	return strconv.Itoa(l.Max)
}

// Check refuses a limit that would never hold anything back: a pattern that
// matches no operation of the modules, or only reads.
func (l Limit) Check(modules []*op.Module) *op.Error {
	if l.What == Changes || l.What == Destructive {
		return nil
	}
	var names []string
	read := ""
	for _, m := range modules {
		for _, o := range m.Operations {
			switch matched := matches(l.What, o.Name); {
			case o.Effect == op.Read && matched:
				read = o.Name
			case matched:
				return nil
			case o.Effect != op.Read:
				names = append(names, o.Name)
			}
		}
	}
	if read != "" {
		return l.invalid("name operations that change something", "it covers only reads, such as %s, and reads are not limited", read)
	}
	return l.invalid(spell.Suggest(l.What, patterns(names)), "no operation matches it")
}

package bindings

import (
	"math"
	"slices"
	"strconv"
	"strings"

	lua "github.com/yuin/gopher-lua"
	"github.com/yuin/gopher-lua/ast"

	"runner/internal/guard"
	"runner/internal/op"
	"runner/internal/spell"
)

// This file holds the words by which a script bounds what it does: limits and
// confirm.

// limits is limits { changes = 50, destructive = "2%", ["module.delete_*"] = 3,
// population = 1800 }.
func (w *World) limits(L *lua.LState) int {
	table := L.CheckTable(1)
	if L.GetTop() > 1 {
		w.mistake(L, limitsHint, "limits takes one table")
	}
	place, population := at(L), 0
	var list []guard.Limit
	for k, v := table.Next(lua.LNil); k != lua.LNil; k, v = table.Next(k) {
		w.known(L, v, "limits")
		l, n, e := entryOf(k, v, place, w.o.Modules)
		switch {
		case e != nil:
			w.mistake(L, e.Hint, "%s", e.Error())
		case n > 0:
			population = n
		default:
			list = append(list, l)
		}
	}
	if w.o.Limits != nil {
		w.o.Limits(list, population)
	}
	return 0
}

const limitsHint = `write limits { changes = 50, destructive = "2%", ["module.delete_*"] = 3, population = 1800 }`

// entryOf reads one entry of the table of limits: a limit, or the population.
func entryOf(k, v lua.LValue, place string, modules []*op.Module) (l guard.Limit, population int, e *op.Error) {
	wrong := func(hint, cause string) (guard.Limit, int, *op.Error) {
		return guard.Limit{}, 0, &op.Error{Kind: op.Script, Cause: cause, Hint: hint, RetryAfter: -1}
	}
	name, ok := k.(lua.LString)
	what := string(name)
	switch options := []string{guard.Changes, guard.Destructive, "population"}; {
	case !ok:
		return wrong(limitsHint, "limits wants names with numbers, got "+shown(v)+" without a name")
	case strings.Contains(what, "."), slices.Contains(options[:2], what):
	case what == "population":
		n, ok := v.(lua.LNumber)
		if f := float64(n); !ok || f != math.Trunc(f) || f < 1 || f > maxExact {
			return wrong("", "population wants a whole number from 1, got "+shown(v))
		}
		return guard.Limit{}, int(n), nil
	default:
		hint := spell.Suggest(what, options)
		if hint == "" {
			hint = limitsHint
		}
		return wrong(hint, "limits has no option "+strconv.Quote(what))
	}
	text, isText := v.(lua.LString)
	if n, isNumber := v.(lua.LNumber); isNumber {
		text = lua.LString(n.String())
	} else if !isText || !strings.HasSuffix(string(text), "%") {
		return wrong("", "limit "+strconv.Quote(what)+`: want a whole number or a text such as "2%", got `+shown(v))
	}
	if l, e = guard.Parse(what, string(text), place); e == nil {
		e = l.Check(modules)
	}
	return l, 0, e
}

// confirm is confirm(question): true when a person said yes.
func (w *World) confirm(L *lua.LState) int {
	v := L.Get(1)
	if !w.isUnknown(v) && v.Type() != lua.LTString {
		w.mistake(L, `write confirm("Delete 12 users?")`, "confirm wants a text, got %s", typeName(v))
	}
	question := w.text(L, v)
	if strings.TrimSpace(question) == "" {
		w.mistake(L, `write confirm("Delete 12 users?")`, "confirm needs a question")
	}
	switch {
	case w.o.Confirm != nil:
		if e := w.o.Confirm(branchOf(L), question, at(L)); e != nil {
			w.raise(L, e)
		}
	case !w.run.Dry():
		w.raise(L, &op.Error{Kind: op.Refused, Subject: strconv.Quote(question), Cause: "nobody can be asked", RetryAfter: -1})
	}
	L.Push(lua.LTrue)
	return 1
}

// limits checks what stands in a table of limits as it is.
func (c *checker) limits(e ast.Expr) {
	table, ok := e.(*ast.TableExpr)
	if !ok {
		return
	}
	for _, f := range table.Fields {
		k, v := lua.LValue(lua.LNil), literalOf(f.Value)
		if f.Key != nil {
			k = literalOf(f.Key)
		}
		if v == nil || k == nil {
			continue
		}
		if _, _, e := entryOf(k, v, "", c.all); e != nil {
			c.problem(f.Value.Line(), "", e.Hint, "%s", e.Error())
		}
	}
}

// literalOf is the value of an expression that is one as it stands, nil of any
// other.
func literalOf(e ast.Expr) lua.LValue {
	switch e := e.(type) {
	case *ast.StringExpr:
		return lua.LString(e.Value)
	case *ast.TrueExpr:
		return lua.LTrue
	case *ast.FalseExpr:
		return lua.LFalse
	case *ast.NumberExpr:
		if n, err := strconv.ParseFloat(e.Value, 64); err == nil {
			return lua.LNumber(n)
		}
	case *ast.UnaryMinusOpExpr:
		if n, ok := literalOf(e.Expr).(lua.LNumber); ok {
			return -n
		}
	}
	return nil
}

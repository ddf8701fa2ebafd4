package bindings

import (
	"fmt"
	"slices"
	"strings"

	"github.com/yuin/gopher-lua/ast"

	"runner/internal/op"
	"runner/internal/spell"
	"runner/lua/stdlib"
)

// This file checks the calls of operations, as far as they can be read: names,
// and arguments that stand in the script as they are.

// module finds the module that an expression names.
func (c *checker) module(e ast.Expr) (*op.Module, bool) {
	id, ok := e.(*ast.IdentExpr)
	if !ok || c.declared(id.Value) {
		return nil, false
	}
	m, ok := c.modules[id.Value]
	return m, ok
}

// operationName checks module.name; handled is false if e is something else.
func (c *checker) operationName(e *ast.AttrGetExpr) (handled bool) {
	m, ok := c.module(e.Object)
	key, isName := e.Key.(*ast.StringExpr)
	if !ok || !isName {
		return false
	}
	if _, ok := m.Operation(key.Value); ok {
		return true
	}
	helpers := stdlib.Exports(m.Name)
	if slices.Contains(helpers, key.Value) {
		return true
	}
	var known []string
	for _, o := range m.Operations {
		known = append(known, o.Verb())
	}
	c.problem(e.Line(), "", spell.Suggest(key.Value, append(known, helpers...)), "%s has no operation %q", m.Name, key.Value)
	return true
}

func (c *checker) call(e *ast.FuncCallExpr) {
	if m, ok := c.module(e.Receiver); ok {
		c.problem(e.Line(), "", fmt.Sprintf("write %s.%s { … }", m.Name, e.Method), "%s is called with a colon", m.Name)
		c.expressions(e.Args)
		return
	}
	if e.Func != nil {
		c.expression(e.Func)
	}
	if e.Receiver != nil {
		c.expression(e.Receiver)
	}
	c.expressions(e.Args)
	if id, ok := e.Func.(*ast.IdentExpr); ok && id.Value == "limits" && !c.declared(id.Value) && len(e.Args) > 0 {
		c.limits(e.Args[0])
	}
	name, ok := e.Func.(*ast.AttrGetExpr)
	if !ok {
		return
	}
	m, ok := c.module(name.Object)
	key, isName := name.Key.(*ast.StringExpr)
	if !ok || !isName {
		return
	}
	o, ok := m.Operation(key.Value)
	if !ok {
		return
	}
	if len(e.Args) == 0 {
		c.required(o, o.In(), e.Line(), "", nil)
		return
	}
	switch t := e.Args[0].(type) {
	case *ast.TableExpr:
		c.arguments(o, o.In(), t, "")
	case *ast.StringExpr, *ast.NumberExpr, *ast.TrueExpr, *ast.FalseExpr, *ast.FunctionExpr:
		c.problem(t.Line(), o.Name, fmt.Sprintf("write %s { name = value }", o.Name), "it takes one table of named arguments")
		return
	}
	if len(e.Args) > 1 {
		c.problem(e.Args[1].Line(), o.Name, fmt.Sprintf("write %s { name = value }", o.Name), "it takes one table of named arguments")
	}
}

// arguments checks a table that stands for an object: shape says which fields
// it has, and path where it is.
func (c *checker) arguments(o *op.Operation, shape *op.Type, t *ast.TableExpr, path string) {
	given := map[string]bool{}
	for _, f := range t.Fields {
		key, ok := f.Key.(*ast.StringExpr)
		if !ok {
			if f.Key != nil {
				return // a computed name: what is given cannot be seen
			}
			if spreads(f.Value) {
				return
			}
			c.problem(f.Value.Line(), o.Name, fmt.Sprintf("write %s { name = value }", o.Name), "an argument has no name")
			return
		}
		given[key.Value] = true
		field, ok := shape.Field(key.Value)
		if !ok {
			c.problem(f.Value.Line(), o.Name, spell.Suggest(key.Value, shape.Names()), "argument %q: there is no such argument", path+key.Value)
			continue
		}
		c.literal(o, field.Type, field.Enum, f.Value, path+key.Value)
	}
	c.required(o, shape, t.Line(), path, given)
}

// spreads reports whether an expression may stand for several values, or for
// none.
func spreads(e ast.Expr) bool {
	switch e := e.(type) {
	case *ast.Comma3Expr:
		return !e.AdjustRet
	case *ast.FuncCallExpr:
		return !e.AdjustRet
	}
	return false
}

func (c *checker) required(o *op.Operation, shape *op.Type, line int, path string, given map[string]bool) {
	for _, f := range shape.Fields {
		if f.Required && !given[f.Name] {
			c.problem(line, o.Name, "", "argument %q: it is required: %s", path+f.Name, f.Doc)
		}
	}
}

// fitting says which kind of literal a form wants.
var fitting = map[op.Form]string{
	op.String: "text", op.Time: "text", op.Date: "text", op.Bytes: "text", op.Bool: "boolean",
	op.Int: "number", op.Number: "number", op.List: "table", op.Map: "table", op.Object: "table",
}

// literal checks a value that stands in the script as it is.
func (c *checker) literal(o *op.Operation, t *op.Type, enum []string, e ast.Expr, path string) {
	kind := ""
	switch e := e.(type) {
	case *ast.StringExpr:
		kind = "text"
		if len(enum) > 0 && t.Form == op.String && !slices.Contains(enum, e.Value) {
			c.problem(e.Line(), o.Name, spell.Suggest(e.Value, enum), "argument %q: %q is not one of %s", path, e.Value, strings.Join(enum, ", "))
		}
	case *ast.NumberExpr:
		kind = "number"
	case *ast.TrueExpr, *ast.FalseExpr:
		kind = "boolean"
	case *ast.TableExpr:
		kind = "table"
		c.within(o, t, enum, e, path)
	case *ast.FunctionExpr:
		kind = "function"
	default:
		return
	}
	if want, ok := fitting[t.Form]; ok && want != kind && (t.Form != op.Int || kind != "text") {
		c.problem(e.Line(), o.Name, "", "argument %q: want %s, got a %s", path, t, kind)
	}
}

// within checks what stands in a table: the items of a list, the fields of an
// object.
func (c *checker) within(o *op.Operation, t *op.Type, enum []string, e *ast.TableExpr, path string) {
	switch t.Form {
	case op.Object:
		c.arguments(o, t, e, path+".")
	case op.List:
		for i, f := range e.Fields {
			if f.Key == nil {
				c.literal(o, t.Elem, enum, f.Value, fmt.Sprintf("%s[%d]", path, i+1))
			}
		}
	}
}

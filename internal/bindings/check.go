package bindings

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/yuin/gopher-lua/ast"

	"runner/internal/op"
	"runner/internal/spell"
	"runner/lua/stdlib"
)

// This file looks for mistakes without running a script: names that there are
// none of, operations and arguments that do not exist, arguments that are
// missing or of the wrong type where that can be seen.

// A Problem is a mistake that was found by reading a script.
type Problem struct {
	Line int
	*op.Error
}

type checker struct {
	modules  map[string]*op.Module
	words    []string
	globals  map[string]bool
	scopes   []map[string]bool
	problems []Problem
}

// Check reads a script and answers its mistakes, in order.
func Check(s Script, modules []*op.Module) ([]Problem, *Failure) {
	chunk, f := s.Parse()
	if f != nil {
		return nil, f
	}
	c := &checker{modules: map[string]*op.Module{}, globals: map[string]bool{}}
	for _, w := range Words {
		c.words = append(c.words, w.Name)
	}
	for _, m := range modules {
		c.modules[m.Name] = m
		c.words = append(c.words, m.Name)
	}
	c.words = append(c.words, keptBase...)
	c.words = append(c.words, "pcall", "xpcall", "assert", "tostring", "string", "table", "math", "coroutine")
	collectGlobals(chunk, c.globals)
	c.block(chunk)
	slices.SortStableFunc(c.problems, func(a, b Problem) int { return a.Line - b.Line })
	return c.problems, nil
}

func (c *checker) problem(line int, operation, hint, cause string, args ...any) {
	c.problems = append(c.problems, Problem{line, &op.Error{Kind: op.Script, Op: operation, Cause: fmt.Sprintf(cause, args...), Hint: hint, RetryAfter: -1}})
}

// collectGlobals finds the names that a script gives to globals of its own.
func collectGlobals(stmts []ast.Stmt, found map[string]bool) {
	walk(stmts, func(s ast.Stmt) {
		switch s := s.(type) {
		case *ast.AssignStmt:
			for _, e := range s.Lhs {
				if id, ok := e.(*ast.IdentExpr); ok {
					found[id.Value] = true
				}
			}
		case *ast.FuncDefStmt:
			if id, ok := s.Name.Func.(*ast.IdentExpr); ok {
				found[id.Value] = true
			}
		}
	})
}

func (c *checker) declared(name string) bool {
	for i := len(c.scopes) - 1; i >= 0; i-- {
		if c.scopes[i][name] {
			return true
		}
	}
	return false
}

func (c *checker) declare(names ...string) {
	top := c.scopes[len(c.scopes)-1]
	for _, n := range names {
		top[n] = true
	}
}

func (c *checker) in(names []string, f func()) {
	c.scopes = append(c.scopes, map[string]bool{})
	c.declare(names...)
	f()
	c.scopes = c.scopes[:len(c.scopes)-1]
}

func (c *checker) block(stmts []ast.Stmt) {
	c.in(nil, func() {
		for _, s := range stmts {
			c.statement(s)
		}
	})
}

func (c *checker) statement(s ast.Stmt) {
	switch s := s.(type) {
	case *ast.LocalAssignStmt:
		// A local function sees itself.
		if len(s.Exprs) == 1 && len(s.Names) == 1 {
			if _, ok := s.Exprs[0].(*ast.FunctionExpr); ok {
				c.declare(s.Names...)
			}
		}
		c.expressions(s.Exprs)
		c.declare(s.Names...)
	case *ast.AssignStmt:
		c.expressions(s.Rhs)
		c.expressions(s.Lhs)
	case *ast.FuncCallStmt:
		c.expression(s.Expr)
	case *ast.DoBlockStmt:
		c.block(s.Stmts)
	case *ast.WhileStmt:
		c.expression(s.Condition)
		c.block(s.Stmts)
	case *ast.RepeatStmt:
		c.in(nil, func() {
			for _, x := range s.Stmts {
				c.statement(x)
			}
			c.expression(s.Condition)
		})
	case *ast.IfStmt:
		c.expression(s.Condition)
		c.block(s.Then)
		c.block(s.Else)
	case *ast.NumberForStmt:
		c.expressions([]ast.Expr{s.Init, s.Limit})
		if s.Step != nil {
			c.expression(s.Step)
		}
		c.in([]string{s.Name}, func() { c.block(s.Stmts) })
	case *ast.GenericForStmt:
		c.expressions(s.Exprs)
		c.in(s.Names, func() { c.block(s.Stmts) })
	case *ast.FuncDefStmt:
		c.function(s.Func, s.Name.Method != "")
	case *ast.ReturnStmt:
		c.expressions(s.Exprs)
	}
}

func (c *checker) function(f *ast.FunctionExpr, method bool) {
	names := slices.Clone(f.ParList.Names)
	if method {
		names = append(names, "self")
	}
	c.in(names, func() { c.block(f.Stmts) })
}

func (c *checker) expressions(list []ast.Expr) {
	for _, e := range list {
		c.expression(e)
	}
}

func (c *checker) expression(e ast.Expr) {
	switch e := e.(type) {
	case *ast.IdentExpr:
		if !c.declared(e.Value) && !c.globals[e.Value] && !slices.Contains(c.words, e.Value) {
			c.problem(e.Line(), "", spell.Suggest(e.Value, c.words), "nothing is called %q", e.Value)
		}
	case *ast.AttrGetExpr:
		if !c.operationName(e) {
			c.expression(e.Object)
			c.expression(e.Key)
		}
	case *ast.TableExpr:
		for _, f := range e.Fields {
			if f.Key != nil {
				c.expression(f.Key)
			}
			c.expression(f.Value)
		}
	case *ast.FuncCallExpr:
		c.call(e)
	case *ast.LogicalOpExpr:
		c.expressions([]ast.Expr{e.Lhs, e.Rhs})
	case *ast.RelationalOpExpr:
		c.expressions([]ast.Expr{e.Lhs, e.Rhs})
	case *ast.StringConcatOpExpr:
		c.expressions([]ast.Expr{e.Lhs, e.Rhs})
	case *ast.ArithmeticOpExpr:
		c.expressions([]ast.Expr{e.Lhs, e.Rhs})
	case *ast.UnaryMinusOpExpr:
		c.expression(e.Expr)
	case *ast.UnaryNotOpExpr:
		c.expression(e.Expr)
	case *ast.UnaryLenOpExpr:
		c.expression(e.Expr)
	case *ast.FunctionExpr:
		c.function(e, false)
	}
}

// module finds the module that an expression names.
func (c *checker) module(e ast.Expr) (*op.Module, bool) {
	id, ok := e.(*ast.IdentExpr)
	if !ok || c.declared(id.Value) || c.globals[id.Value] {
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
	if e.Func != nil {
		c.expression(e.Func)
	}
	if e.Receiver != nil {
		c.expression(e.Receiver)
	}
	c.expressions(e.Args)
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
		c.required(o, e.Line(), nil)
		return
	}
	if t, ok := e.Args[0].(*ast.TableExpr); ok {
		c.arguments(o, t)
	}
}

func (c *checker) arguments(o *op.Operation, t *ast.TableExpr) {
	given := map[string]bool{}
	for _, f := range t.Fields {
		key, ok := f.Key.(*ast.StringExpr)
		if !ok {
			if f.Key != nil {
				return // a computed name: what is given cannot be seen
			}
			if _, spread := f.Value.(*ast.Comma3Expr); spread {
				return
			}
			c.problem(f.Value.Line(), o.Name, fmt.Sprintf("write %s { name = value }", o.Name), "an argument has no name")
			return
		}
		given[key.Value] = true
		field, ok := o.In().Field(key.Value)
		if !ok {
			c.problem(f.Value.Line(), o.Name, spell.Suggest(key.Value, o.In().Names()), "argument %q: there is no such argument", key.Value)
			continue
		}
		c.literal(o, field, f.Value)
	}
	c.required(o, t.Line(), given)
}

func (c *checker) required(o *op.Operation, line int, given map[string]bool) {
	for _, f := range o.In().Fields {
		if f.Required && !given[f.Name] {
			c.problem(line, o.Name, "", "argument %q: it is required: %s", f.Name, f.Doc)
		}
	}
}

// literal checks a value that stands in the script as it is.
func (c *checker) literal(o *op.Operation, f *op.Field, e ast.Expr) {
	kind := ""
	switch e := e.(type) {
	case *ast.StringExpr:
		kind = "text"
		if len(f.Enum) > 0 && f.Type.Form == op.String && !slices.Contains(f.Enum, e.Value) {
			c.problem(e.Line(), o.Name, spell.Suggest(e.Value, f.Enum), "argument %q: %s is not one of %v", f.Name, strconv.Quote(e.Value), f.Enum)
		}
	case *ast.NumberExpr:
		kind = "number"
	case *ast.TrueExpr, *ast.FalseExpr:
		kind = "boolean"
	case *ast.TableExpr:
		kind = "table"
	case *ast.FunctionExpr:
		kind = "function"
	default:
		return
	}
	fits := map[op.Form]string{
		op.String: "text", op.Time: "text", op.Date: "text", op.Bytes: "text", op.Bool: "boolean",
		op.Int: "number", op.Number: "number", op.List: "table", op.Map: "table", op.Object: "table",
	}
	if want, ok := fits[f.Type.Form]; ok && want != kind && (f.Type.Form != op.Int || kind != "text") {
		c.problem(e.Line(), o.Name, "", "argument %q: want %s, got a %s", f.Name, f.Type, kind)
	}
}

// walk visits all statements, those within functions too.
func walk(stmts []ast.Stmt, visit func(ast.Stmt)) {
	for _, s := range stmts {
		visit(s)
		switch s := s.(type) {
		case *ast.DoBlockStmt:
			walk(s.Stmts, visit)
		case *ast.WhileStmt:
			walk(s.Stmts, visit)
		case *ast.RepeatStmt:
			walk(s.Stmts, visit)
		case *ast.IfStmt:
			walk(s.Then, visit)
			walk(s.Else, visit)
		case *ast.NumberForStmt:
			walk(s.Stmts, visit)
		case *ast.GenericForStmt:
			walk(s.Stmts, visit)
		case *ast.FuncDefStmt:
			walk(s.Func.Stmts, visit)
		case *ast.LocalAssignStmt:
			walkExprs(s.Exprs, visit)
		case *ast.AssignStmt:
			walkExprs(s.Rhs, visit)
		case *ast.FuncCallStmt:
			walkExprs([]ast.Expr{s.Expr}, visit)
		case *ast.ReturnStmt:
			walkExprs(s.Exprs, visit)
		}
	}
}

func walkExprs(list []ast.Expr, visit func(ast.Stmt)) {
	for _, e := range list {
		switch e := e.(type) {
		case *ast.FunctionExpr:
			walk(e.Stmts, visit)
		case *ast.FuncCallExpr:
			walkExprs(e.Args, visit)
		case *ast.TableExpr:
			for _, f := range e.Fields {
				walkExprs([]ast.Expr{f.Value}, visit)
			}
		}
	}
}

package bindings

import (
	"fmt"
	"slices"

	"github.com/yuin/gopher-lua/ast"

	"runner/internal/op"
	"runner/internal/spell"
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
	all      []*op.Module
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
	c := &checker{modules: map[string]*op.Module{}, all: modules, globals: map[string]bool{}}
	for _, w := range Words {
		c.words = append(c.words, w.Name)
	}
	for _, m := range modules {
		c.modules[m.Name] = m
		c.words = append(c.words, m.Name)
	}
	c.words = slices.Concat(c.words, keptBase, replacedBase, libraries)
	c.collectGlobals(chunk)
	c.block(chunk)
	if _, f := s.compiled(chunk); f != nil {
		return nil, f
	}
	slices.SortStableFunc(c.problems, func(a, b Problem) int { return a.Line - b.Line })
	return c.problems, nil
}

func (c *checker) problem(line int, operation, hint, cause string, args ...any) {
	c.problems = append(c.problems, Problem{line, &op.Error{Kind: op.Script, Op: operation, Cause: fmt.Sprintf(cause, args...), Hint: hint, RetryAfter: -1}})
}

// collectGlobals finds the names that a script gives to globals of its own.
func (c *checker) collectGlobals(chunk []ast.Stmt) {
	found := func(e ast.Expr) {
		if id, ok := e.(*ast.IdentExpr); ok && !slices.Contains(c.words, id.Value) {
			c.globals[id.Value] = true
		}
	}
	walk(chunk, func(s ast.Stmt) {
		switch s := s.(type) {
		case *ast.AssignStmt:
			for _, e := range s.Lhs {
				found(e)
			}
		case *ast.FuncDefStmt:
			found(s.Name.Func)
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
		for _, e := range s.Lhs {
			c.target(e)
		}
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
		if s.Name.Receiver != nil {
			c.expression(s.Name.Receiver)
		} else {
			c.target(s.Name.Func)
		}
		c.function(s.Func, s.Name.Method != "")
	case *ast.ReturnStmt:
		c.expressions(s.Exprs)
	}
}

// target checks what is assigned to: words, and what they hold, cannot be.
func (c *checker) target(e ast.Expr) {
	word := func(e ast.Expr) (string, bool) {
		id, ok := e.(*ast.IdentExpr)
		if !ok || c.declared(id.Value) || !slices.Contains(c.words, id.Value) {
			return "", false
		}
		return id.Value, true
	}
	if name, ok := word(e); ok {
		c.problem(e.Line(), "", "choose another name, and put local before it", "%q is a word of the runner and cannot be changed", name)
		return
	}
	field, ok := e.(*ast.AttrGetExpr)
	if !ok {
		c.expression(e)
		return
	}
	if name, ok := word(field.Object); ok {
		c.problem(e.Line(), "", "keep your own functions in a local table", "%s cannot be changed", name)
		return
	}
	c.expressions([]ast.Expr{field.Object, field.Key})
}

func (c *checker) function(f *ast.FunctionExpr, method bool) {
	names := slices.Clone(f.ParList.Names)
	if method {
		names = append(names, "self")
	}
	if f.ParList.HasVargs {
		names = append(names, "arg")
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

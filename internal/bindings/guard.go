package bindings

import "github.com/yuin/gopher-lua/ast"

// This file is the pass over the syntax tree that keeps unknowns from
// deciding anything in a dry run. Conditions, the operands of comparisons and
// of and, or, not, the keys that fields are looked up by, and the bounds of
// loops are passed through a function that answers its arguments, and marks
// an open point if one is unknown.

// guardName cannot be written in a script.
const guardName = "\x00guard"

func guard(chunk []ast.Stmt) { block(chunk) }

func guarded(e ast.Expr) ast.Expr {
	switch e.(type) {
	case *ast.NumberExpr, *ast.StringExpr, *ast.TrueExpr, *ast.FalseExpr, *ast.NilExpr, *ast.FunctionExpr, *ast.TableExpr, *ast.RelationalOpExpr, *ast.UnaryNotOpExpr:
		return e // never unknown, or guarded within
	}
	f := &ast.IdentExpr{Value: guardName}
	f.SetLine(e.Line())
	f.SetLastLine(e.LastLine())
	call := &ast.FuncCallExpr{Func: f, Args: []ast.Expr{e}}
	call.SetLine(e.Line())
	call.SetLastLine(e.LastLine())
	return call
}

func block(stmts []ast.Stmt) {
	for _, s := range stmts {
		statement(s)
	}
}

func statement(s ast.Stmt) {
	switch s := s.(type) {
	case *ast.AssignStmt:
		for _, e := range s.Lhs {
			if a, ok := e.(*ast.AttrGetExpr); ok { // a place to write to
				a.Object, a.Key = expression(a.Object), expression(a.Key)
			}
		}
		expressions(s.Rhs)
	case *ast.LocalAssignStmt:
		expressions(s.Exprs)
	case *ast.FuncCallStmt:
		s.Expr = expression(s.Expr)
	case *ast.DoBlockStmt:
		block(s.Stmts)
	case *ast.WhileStmt:
		s.Condition = guarded(expression(s.Condition))
		block(s.Stmts)
	case *ast.RepeatStmt:
		s.Condition = guarded(expression(s.Condition))
		block(s.Stmts)
	case *ast.IfStmt:
		s.Condition = guarded(expression(s.Condition))
		block(s.Then)
		block(s.Else)
	case *ast.NumberForStmt:
		s.Init, s.Limit = guarded(expression(s.Init)), guarded(expression(s.Limit))
		if s.Step != nil {
			s.Step = guarded(expression(s.Step))
		}
		block(s.Stmts)
	case *ast.GenericForStmt:
		expressions(s.Exprs)
		for i, e := range s.Exprs {
			s.Exprs[i] = guarded(e)
		}
		block(s.Stmts)
	case *ast.FuncDefStmt:
		block(s.Func.Stmts)
	case *ast.ReturnStmt:
		expressions(s.Exprs)
	}
}

func expressions(list []ast.Expr) {
	for i, e := range list {
		list[i] = expression(e)
	}
}

func expression(e ast.Expr) ast.Expr {
	switch e := e.(type) {
	case *ast.AttrGetExpr:
		e.Object, e.Key = expression(e.Object), guarded(expression(e.Key))
	case *ast.TableExpr:
		for _, f := range e.Fields {
			if f.Key != nil {
				f.Key = expression(f.Key)
			}
			f.Value = expression(f.Value)
		}
	case *ast.FuncCallExpr:
		if e.Func != nil {
			e.Func = expression(e.Func)
		}
		if e.Receiver != nil {
			e.Receiver = expression(e.Receiver)
		}
		expressions(e.Args)
	case *ast.LogicalOpExpr:
		e.Lhs, e.Rhs = guarded(expression(e.Lhs)), expression(e.Rhs)
	case *ast.RelationalOpExpr:
		e.Lhs, e.Rhs = guarded(expression(e.Lhs)), guarded(expression(e.Rhs))
	case *ast.StringConcatOpExpr:
		e.Lhs, e.Rhs = expression(e.Lhs), expression(e.Rhs)
	case *ast.ArithmeticOpExpr:
		e.Lhs, e.Rhs = expression(e.Lhs), expression(e.Rhs)
	case *ast.UnaryMinusOpExpr:
		e.Expr = expression(e.Expr)
	case *ast.UnaryNotOpExpr:
		e.Expr = guarded(expression(e.Expr))
	case *ast.UnaryLenOpExpr:
		e.Expr = expression(e.Expr)
	case *ast.FunctionExpr:
		block(e.Stmts)
	}
	return e
}

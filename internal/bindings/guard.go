package bindings

import "github.com/yuin/gopher-lua/ast"

// This file is the pass over the syntax tree that keeps unknowns from
// deciding anything in a dry run. Conditions, the operands of comparisons and
// of and, or, not, the keys of tables, the bounds of loops, and what a loop
// goes through are passed through a function that answers its arguments, and
// marks an open point if one is unknown. Nothing else may change: the script
// must do the same as without the pass.

// guardName cannot be written in a script.
const guardName = "\x00guard"

func guardUnknowns(chunk []ast.Stmt) { block(chunk) }

func guarded(e ast.Expr) ast.Expr {
	switch e.(type) {
	case *ast.NumberExpr, *ast.StringExpr, *ast.TrueExpr, *ast.FalseExpr, *ast.NilExpr, *ast.FunctionExpr, *ast.TableExpr, *ast.RelationalOpExpr, *ast.UnaryNotOpExpr:
		return e // never unknown, or guarded within
	}
	switch e := e.(type) { // one value decides, whatever else comes with it
	case *ast.FuncCallExpr:
		e.AdjustRet = true
	case *ast.Comma3Expr:
		e.AdjustRet = true
	}
	call := through(guardName, e, e)
	call.AdjustRet = true
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
				a.Object, a.Key = expression(a.Object), guarded(expression(a.Key))
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
		s.Exprs = []ast.Expr{through(guardName, s, s.Exprs...)} // iterator, state and start
		block(s.Stmts)
		first := &ast.IdentExpr{Value: s.Names[0]} // the iterator's answer decides whether it goes on
		first.SetLine(s.Line())
		check := &ast.FuncCallStmt{Expr: through(guardName, s, first)}
		check.SetLine(s.Line())
		check.SetLastLine(s.Line())
		s.Stmts = append([]ast.Stmt{check}, s.Stmts...)
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
				f.Key = guarded(expression(f.Key))
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

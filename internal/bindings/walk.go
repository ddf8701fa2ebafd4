package bindings

import "github.com/yuin/gopher-lua/ast"

// walk visits all statements, those within functions too.
func walk(stmts []ast.Stmt, visit func(ast.Stmt)) {
	for _, s := range stmts {
		visit(s)
		switch s := s.(type) {
		case *ast.DoBlockStmt:
			walk(s.Stmts, visit)
		case *ast.WhileStmt:
			walkExprs(visit, s.Condition)
			walk(s.Stmts, visit)
		case *ast.RepeatStmt:
			walk(s.Stmts, visit)
			walkExprs(visit, s.Condition)
		case *ast.IfStmt:
			walkExprs(visit, s.Condition)
			walk(s.Then, visit)
			walk(s.Else, visit)
		case *ast.NumberForStmt:
			walkExprs(visit, s.Init, s.Limit, s.Step)
			walk(s.Stmts, visit)
		case *ast.GenericForStmt:
			walkExprs(visit, s.Exprs...)
			walk(s.Stmts, visit)
		case *ast.FuncDefStmt:
			walk(s.Func.Stmts, visit)
		case *ast.LocalAssignStmt:
			walkExprs(visit, s.Exprs...)
		case *ast.AssignStmt:
			walkExprs(visit, s.Lhs...)
			walkExprs(visit, s.Rhs...)
		case *ast.FuncCallStmt:
			walkExprs(visit, s.Expr)
		case *ast.ReturnStmt:
			walkExprs(visit, s.Exprs...)
		}
	}
}

func walkExprs(visit func(ast.Stmt), list ...ast.Expr) {
	for _, e := range list {
		switch e := e.(type) {
		case *ast.FunctionExpr:
			walk(e.Stmts, visit)
		case *ast.FuncCallExpr:
			walkExprs(visit, e.Func, e.Receiver)
			walkExprs(visit, e.Args...)
		case *ast.AttrGetExpr:
			walkExprs(visit, e.Object, e.Key)
		case *ast.TableExpr:
			for _, f := range e.Fields {
				walkExprs(visit, f.Key, f.Value)
			}
		case *ast.LogicalOpExpr:
			walkExprs(visit, e.Lhs, e.Rhs)
		case *ast.RelationalOpExpr:
			walkExprs(visit, e.Lhs, e.Rhs)
		case *ast.StringConcatOpExpr:
			walkExprs(visit, e.Lhs, e.Rhs)
		case *ast.ArithmeticOpExpr:
			walkExprs(visit, e.Lhs, e.Rhs)
		case *ast.UnaryMinusOpExpr:
			walkExprs(visit, e.Expr)
		case *ast.UnaryNotOpExpr:
			walkExprs(visit, e.Expr)
		case *ast.UnaryLenOpExpr:
			walkExprs(visit, e.Expr)
		}
	}
}

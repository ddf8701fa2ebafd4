package bindings

import "github.com/yuin/gopher-lua/ast"

// This file mends an assignment to several places. gopher-lua moves values
// from variable to variable one after the other, so that a, b = b, a makes
// both the same (yuin/gopher-lua#440): a wrong id, without any error. Values
// that have passed through a function stand by themselves, so the right side,
// and the variables that the left side goes through, are passed through one.
//
// So is what a loop goes through, if it is written as several values: with
// fewer names than values, for k in next, t begins with any value at all.

// sameName is a function that returns its arguments. It cannot be written in
// a script.
const sameName = "\x00same"

func mendAssignments(chunk []ast.Stmt) {
	walk(chunk, func(s ast.Stmt) {
		if loop, ok := s.(*ast.GenericForStmt); ok && len(loop.Exprs) > 1 {
			loop.Exprs = []ast.Expr{through(sameName, s, loop.Exprs...)}
		}
		a, ok := s.(*ast.AssignStmt)
		if !ok || len(a.Lhs) < 2 {
			return
		}
		for _, e := range a.Lhs {
			if place, ok := e.(*ast.AttrGetExpr); ok {
				place.Object, place.Key = passed(place.Object), passed(place.Key)
			}
		}
		a.Rhs = []ast.Expr{through(sameName, s, a.Rhs...)}
	})
}

// passed makes the value of a variable stand by itself; other expressions
// do so already.
func passed(e ast.Expr) ast.Expr {
	if _, ok := e.(*ast.IdentExpr); !ok {
		return e
	}
	return through(sameName, e, e)
}

// through is a call of a function of ours, at the place of another node.
func through(name string, at ast.PositionHolder, args ...ast.Expr) *ast.FuncCallExpr {
	f := &ast.IdentExpr{Value: name}
	f.SetLine(at.Line())
	f.SetLastLine(at.LastLine())
	call := &ast.FuncCallExpr{Func: f, Args: args}
	call.SetLine(at.Line())
	call.SetLastLine(at.LastLine())
	return call
}

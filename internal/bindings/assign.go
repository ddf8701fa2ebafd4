package bindings

import "github.com/yuin/gopher-lua/ast"

// This file mends an assignment to several places. gopher-lua moves values
// from variable to variable one after the other, so that a, b = b, a makes
// both the same (yuin/gopher-lua#440): a wrong id, without any error. Values
// that have passed through a function stand by themselves, so the right side,
// and the variables that the left side goes through, are passed through one.
//
// So is what a loop goes through: with fewer names than values, a loop like
// for k in next, t begins with any value at all (#514). And so are conditions
// that are false in themselves: with a local variable in their block, what
// follows goes wrong (#540).

// sameName is a function that returns its arguments. It cannot be written in
// a script.
const sameName = "\x00same"

func mendAssignments(chunk []ast.Stmt) {
	walk(chunk, func(s ast.Stmt) {
		switch s := s.(type) {
		case *ast.GenericForStmt:
			if len(s.Exprs) > 1 || !spreads(s.Exprs[0]) {
				s.Exprs = []ast.Expr{through(sameName, s, s.Exprs...)}
			}
		case *ast.IfStmt:
			s.Condition = constless(s.Condition)
		case *ast.WhileStmt:
			s.Condition = constless(s.Condition)
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

// constless takes false and nil out of a condition.
func constless(e ast.Expr) ast.Expr {
	switch e := e.(type) {
	case *ast.FalseExpr, *ast.NilExpr:
		return through(sameName, e, e)
	case *ast.LogicalOpExpr:
		e.Lhs, e.Rhs = constless(e.Lhs), constless(e.Rhs)
	case *ast.UnaryNotOpExpr:
		e.Expr = constless(e.Expr)
	}
	return e
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

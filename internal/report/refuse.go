package report

import "runner/internal/op"

// Refuse has the report tell why nothing was done.
func (r *Report) Refuse(e *op.Error, code int) {
	r.Error = NewCard(e, "", "", "")
	r.Exit = &Exit{Code: code, Reason: e.Error()}
	r.Next = []string{}
}

package emulator

import (
	"net/http"
	"strings"
	"testing"

	"runner/internal/vendors/stage/stagetest"
)

// TestGarbage replaces every part of every good body and query, one after the other, by what does not belong there.
// Whatever the answer is, it must not be the emulator's fault, and a refusal must not change anything.
func TestGarbage(t *testing.T) {
	before := string(connect(t, Options{}).s.Dump())
	garbage := []any{nil, "", "x", -1, 1e300, 0.5, true, []any{}, []any{nil}, object{}, object{"a": nil}, []any{object{"object": nil}}}
	for name, list := range exercises {
		method, pattern, _ := strings.Cut(name, " ")
		for _, e := range list {
			user := apiUserID
			if e.as != "" {
				user = e.as
			}
			// One server takes request after request as long as all are refused.
			a := connect(t, Options{}).as(user)
			try := func(path string, body any) {
				t.Helper()
				w := a.do(method, path, body)
				if w.Code >= http.StatusInternalServerError {
					t.Errorf("%s %s with %v: %d %s", method, path, body, w.Code, w.Body)
				}
				if w.Code < http.StatusBadRequest {
					a = connect(t, Options{}).as(user)
				}
			}
			unchanged := func(by any) {
				t.Helper()
				if string(a.s.Dump()) != before {
					t.Errorf("%s: something that was refused changed the state: %v", name, by)
					a = connect(t, Options{}).as(user)
				}
			}
			for _, g := range garbage {
				if _, ok := e.body.(object); ok {
					body := stagetest.Parse(t, string(mustJSON(t, e.body)))
					stagetest.Everywhere(body, g, func(changed any) { try(e.path(pattern), changed) })
				}
				if e.body != nil {
					try(e.path(pattern), g)
					unchanged(g)
				}
			}
			for _, q := range []string{"-1", "", "%00", "99999999999999999999", "true", "[", "2026-13-40"} {
				for part := range strings.SplitSeq(e.query, "&") {
					name, _, _ := strings.Cut(part, "=")
					try(e.path(pattern)+"?"+name+"="+q, e.body)
				}
			}
			unchanged("queries")
		}
	}
}

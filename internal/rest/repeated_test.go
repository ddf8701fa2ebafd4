package rest

import (
	"net/http"
	"testing"
	"time"

	"runner/internal/op"
)

// A DELETE whose first answer was lost, and that finds nothing when it is
// sent again, has done what it should.
func TestRepeatedDelete(t *testing.T) {
	slow := func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }
	denied := &op.Error{Kind: op.Denied}
	for name, tt := range map[string]struct {
		method   string
		handlers []http.HandlerFunc
		explain  *op.Error
		repeated bool
		status   int
		kind     op.Kind // "" for a success
		before   bool    // an earlier process may have sent it
	}{
		"not there at once":         {"DELETE", []http.HandlerFunc{status(404)}, nil, false, 404, op.NotFound, false},
		"of a run that is resumed":  {"DELETE", []http.HandlerFunc{status(404)}, nil, true, 404, "", true},
		"a PUT of such a run":       {"PUT", []http.HandlerFunc{status(404)}, nil, false, 404, op.NotFound, true},
		"dropped, then gone":        {"DELETE", []http.HandlerFunc{dropping, status(404)}, nil, true, 404, "", false},
		"dropped, then 410":         {"DELETE", []http.HandlerFunc{dropping, status(410)}, nil, true, 410, "", false},
		"bad gateway, then gone":    {"DELETE", []http.HandlerFunc{status(502), status(404)}, nil, true, 404, "", false},
		"no answer, then gone":      {"DELETE", []http.HandlerFunc{slow, status(404)}, nil, true, 404, "", false},
		"lost, limited, then gone":  {"DELETE", []http.HandlerFunc{dropping, status(429), status(404)}, nil, true, 404, "", false},
		"lost, then deleted":        {"DELETE", []http.HandlerFunc{dropping, status(204)}, nil, false, 204, "", false},
		"limited, then not there":   {"DELETE", []http.HandlerFunc{status(429), status(404)}, nil, false, 404, op.NotFound, false},
		"503 with a wait, then not": {"DELETE", []http.HandlerFunc{func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Retry-After", "1"); w.WriteHeader(503) }, status(404)}, nil, false, 404, op.NotFound, false},
		"lost, then the wrong path": {"DELETE", []http.HandlerFunc{dropping, status(404)}, denied, false, 404, op.Denied, false},
		"a PUT":                     {"PUT", []http.HandlerFunc{dropping, status(404)}, nil, false, 404, op.NotFound, false},
		"a POST":                    {"POST", []http.HandlerFunc{dropping, status(404)}, nil, false, 404, op.NotFound, false},
		"lost, then lost for good":  {"DELETE", []http.HandlerFunc{dropping}, nil, false, 0, op.Unavailable, false},
	} {
		t.Run(name, func(t *testing.T) {
			var o Options
			if tt.explain != nil {
				o.Explain = func(*Answer) *op.Error { return tt.explain }
			}
			h, _ := inTurn(tt.handlers...)
			bubble(t, h, Settings{}, func() Options { return o }, func(t *testing.T, c *Client) {
				d := &diary{waits: []time.Duration{time.Second, time.Second}}
				if tt.kind != "" && tt.status != 0 {
					d.waits = d.waits[:len(tt.handlers)-1]
				}
				ctx := WithRules(t.Context(), d)
				if tt.before {
					ctx = WithRepeat(ctx)
				}
				a, err := c.Do(ctx, Request{Method: tt.method, Path: "/x"})
				if tt.kind != "" {
					if e := errorOf(t, err); e.Kind != tt.kind || e.Status != tt.status {
						t.Errorf("got %s, %d; want %s, %d", e.Kind, e.Status, tt.kind, tt.status)
					}
					return
				}
				if err != nil || a.Repeated != tt.repeated || a.Status != tt.status {
					t.Errorf("got %+v, %v; want repeated %v, %d", a, err, tt.repeated, tt.status)
				}
			})
		})
	}
}

func TestRepeatedDeleteLeavesOut(t *testing.T) {
	h, _ := inTurn(dropping, func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(404)
		_, _ = w.Write([]byte(`{"id":404,"name":"no such thing"}`))
	})
	c := serve(t, h, Settings{}, Options{})
	var out thing
	err := c.Delete(WithRules(t.Context(), &diary{waits: []time.Duration{0}}), "/x", nil, &out)
	if err != nil || out != (thing{}) {
		t.Errorf("got %+v, %v; want the zero value and no error", out, err)
	}
}

// The second attempt does not know that the first one landed when it is not
// part of the same call.
func TestSeparateDeletesAreNotRepeated(t *testing.T) {
	h, _ := inTurn(dropping, status(404))
	c := serve(t, h, Settings{}, Options{})
	_ = c.Delete(t.Context(), "/x", nil, nil)
	if err := c.Delete(t.Context(), "/x", nil, nil); op.KindOf(err) != op.NotFound {
		t.Errorf("got %v, want not_found", err)
	}
}

package alteryx

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"testing"
	"time"

	"runner/internal/vendors/casetest"
)

// A probe of run_workflow must find a new job however the Server sorts, and
// should not read a long history for it where the newest come first.
func TestRunIsFoundAmongPages(t *testing.T) {
	since := time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)
	var oldestFirst []string
	for i := range 150 {
		oldestFirst = append(oldestFirst, listed(i, since.Add(time.Duration(i-200)*time.Hour)))
	}
	oldestFirst = append(oldestFirst, listed(150, since.Add(time.Second)))
	newestFirst := slices.Clone(oldestFirst)
	slices.Reverse(newestFirst)

	for name, tt := range map[string]struct {
		jobs  []string
		pages int
	}{
		"the newest first: one page will do":     {newestFirst, 1},
		"the oldest first: all pages are needed": {oldestFirst, 2},
	} {
		t.Run(name, func(t *testing.T) {
			c := casetest.Case{
				Name: "run_workflow", Operation: "alteryx.run_workflow", Since: since,
				Args:   []byte(`{"workflow_id": "61db393fc565144387d451fb"}`),
				Result: []byte(`{"id": "150", "app_id": "", "status": "Queued", "outputs": [], "messages": []}`),
			}
			for i := range tt.pages {
				c.Exchanges = append(c.Exchanges, casetest.Exchange{
					Method: http.MethodGet, Status: http.StatusOK,
					Target: fmt.Sprintf("/webapi/v3/workflows/61db393fc565144387d451fb/jobs?sortField=CreateDate&direction=desc&offset=%d&limit=100", i*100),
					Answer: list(tt.jobs[i*100 : min(len(tt.jobs), (i+1)*100)]),
				})
			}
			c.Exchanges = append(c.Exchanges, casetest.Exchange{
				Method: http.MethodGet, Target: "/webapi/v3/jobs/150", Status: http.StatusOK, Answer: []byte(`{"id": "150", "status": "Queued"}`),
			})
			c.Run(t, Module, map[string]any{"client_id": "key", "client_secret": "case-secret"})
		})
	}
}

func listed(id int, created time.Time) string {
	return fmt.Sprintf(`{"id": "%d", "createDate": %q, "status": "Completed"}`, id, created.Format(time.RFC3339))
}

func list(items []string) []byte {
	raw := make([]json.RawMessage, len(items))
	for i, item := range items {
		raw[i] = json.RawMessage(item)
	}
	b, _ := json.Marshal(raw) // of JSON
	return b
}

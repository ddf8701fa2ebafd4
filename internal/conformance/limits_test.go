package conformance

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"runner/internal/engine"
	"runner/internal/op"
	"runner/internal/vendors/alteryxcloud"
	alteryxcloudemulator "runner/internal/vendors/alteryxcloud/emulator"
)

// Calls above the limit of an endpoint wait as long as x-retry-after says, and
// are sent again: none fails, and none is carried out twice. Where the answers
// tell how many are left, it does not come to that.
func TestAlteryxCloudLimits(t *testing.T) {
	for name, tt := range map[string]struct {
		verb, args string
		most       int // that a person may make in a window
		carry      string
		tells      bool // how many are left
	}{
		"run_plan":                   {"run_plan", `{"plan_id": 2005}`, 30, "plan_snapshot_run_id", false},
		"export_flow":                {"export_flow", `{"flow_id": 3001}`, 40, "", false},
		"run_plan, the server tells": {"run_plan", `{"plan_id": 2005}`, 30, "plan_snapshot_run_id", true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			refused, wait := 0, ""
			handler := alteryxcloudemulator.New(alteryxcloudemulator.Options{Limits: true, Window: time.Second})
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				answer := httptest.NewRecorder()
				handler.ServeHTTP(answer, r)
				if answer.Code == http.StatusTooManyRequests {
					refused++
					wait = answer.Header().Get("X-Retry-After")
				}
				for name, values := range answer.Header() {
					if tt.tells || !strings.HasPrefix(name, "X-Rate-Limit-") {
						w.Header()[name] = values
					}
				}
				w.WriteHeader(answer.Code)
				_, _ = w.Write(answer.Body.Bytes())
			}))
			defer server.Close()
			settings, err := json.Marshal(map[string]any{"url": server.URL, "access_token": alteryxcloudemulator.LegacyToken, "rate": 1e6})
			if err != nil {
				t.Fatal(err)
			}
			client, err := alteryxcloud.Module.Connect(op.World{Agent: "test"}, settings)
			if err != nil {
				t.Fatal(err)
			}
			o, _ := alteryxcloud.Module.Operation(tt.verb)
			conn := engine.NewConnection("alteryx_cloud", client)
			run := engine.New(context.Background(), engine.Options{Run: "r", Host: engine.Local{}, Journal: nothing{}})
			ids := map[string]bool{}
			began := time.Now()
			run.Do(func(b *engine.Branch) {
				for range tt.most + 5 {
					answer, e := b.Call(engine.Call{Op: o, Connection: conn, Args: []byte(tt.args)})
					if e != nil {
						t.Error(e)
						return
					}
					if tt.carry != "" {
						ids[string(op.AppendTree(nil, op.Element(op.Tree(answer.Result), tt.carry)))] = true
					}
				}
			})
			if tt.carry != "" && len(ids) != tt.most+5 {
				t.Errorf("%d runs were started, want %d", len(ids), tt.most+5)
			}
			// Slow machines may make so many calls in more than a window.
			if took := time.Since(began); refused == 0 && took < time.Second || refused > 0 && wait != "1" {
				t.Errorf("%d requests were refused with a wait of %q, and it took %v", refused, wait, took)
			}
			if tt.tells && refused > 0 {
				t.Errorf("%d requests were refused, and the answers told how many were left", refused)
			}
			t.Logf("%d requests were refused", refused)
		})
	}
}

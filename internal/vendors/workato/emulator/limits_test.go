package emulator

import (
	"fmt"
	"testing"
	"time"
)

func TestLimits(t *testing.T) {
	a := connect(t, Options{Limits: true})
	for range 60 {
		a.want(exchange{"GET /folders", "", 200, ""})
	}
	a.want(exchange{"GET /projects", "", 429, `{"message":"Too many requests"}`}) // one bucket for folders and projects
	a.as(ScopedToken).want(exchange{"GET /folders", "", 429, ""})                 // and for all tokens
	a.want(exchange{"GET /recipes", "", 200, ""})
	a.clock.Wait(30 * time.Second)
	if got := a.Do("GET /folders", ""); got.Status != 429 || got.Header.Get("Retry-After") != "30" {
		t.Errorf("%d, Retry-After %q, want 30", got.Status, got.Header.Get("Retry-After"))
	}
	a.clock.Wait(30 * time.Second)
	a.want(exchange{"GET /folders", "", 200, ""})

	none := connect(t, Options{})
	for range 100 {
		none.want(exchange{"POST /connections/4101/disconnect", `{"force":true}`, 200, ""})
	}
}

func TestLimitOfOneASecond(t *testing.T) {
	for _, request := range []string{"POST /connections/4106/disconnect", "POST /recipes/8101/force_run", "POST /lookup_tables/batch_delete", "POST /recipes/8106/cancel_jobs"} {
		a := connect(t, Options{Limits: true, NoRetryAfter: true})
		a.Do(request, "")
		if got := a.Do(request, ""); got.Status != 429 || got.Header.Get("Retry-After") != "" {
			t.Errorf("%s: %d, Retry-After %q", request, got.Status, got.Header.Get("Retry-After"))
		}
		a.clock.Wait(time.Second)
		if got := a.Do(request, ""); got.Status == 429 {
			t.Errorf("%s: still limited after a second", request)
		}
		a.want(exchange{"GET /connections", "", 200, ""})
	}
}

func TestOtherLimits(t *testing.T) {
	for request, most := range map[string]int{
		"POST /packages/import/1101":                500,
		"POST /recipes/8101/health":                 20,
		"POST /developer_api_clients/77/regenerate": 60,
	} {
		a := connect(t, Options{Limits: true})
		for i := range most + 1 {
			if got := a.Do(request, ""); (got.Status == 429) != (i == most) {
				t.Fatalf("%s: request %d: %d", request, i+1, got.Status)
			}
		}
		if got, want := a.Do(request, "").Header.Get("Retry-After"), map[int]string{500: "3600"}[most]; want != "" && got != want {
			t.Errorf("%s: Retry-After %q, want %s", request, got, want)
		}
	}
	a := connect(t, Options{Limits: true})
	for range 501 {
		a.Do("POST /packages/import/1101", "")
	}
	a.as("wrkaus-emulated.paul.token").want(exchange{"POST /packages/import/1101", "", 400, ""}) // the limit is per user
	for range 100 {                                                                              // refused for another reason first
		a.as("bad").want(exchange{"GET /recipes", "", 401, ""})
	}
	a.want(exchange{"GET /recipes", "", 200, ""})
}

func TestEveryRouteHasALimit(t *testing.T) {
	names := map[string]bucket{}
	router() // for the panics of bad patterns
	for _, rt := range allRoutes() {
		if rt.open {
			continue
		}
		if old, ok := names[rt.bucket.name]; rt.bucket.most == 0 || ok && old != rt.bucket {
			t.Errorf("%s: bucket %s", rt.on, fmt.Sprint(rt.bucket))
		}
		names[rt.bucket.name] = rt.bucket
	}
}

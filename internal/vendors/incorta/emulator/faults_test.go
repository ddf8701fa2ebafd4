package emulator

import (
	"bytes"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"runner/internal/vendors/stage"
	"runner/internal/vendors/stage/stagetest"
)

func TestFaults(t *testing.T) {
	for name, tt := range map[string]struct {
		fault   stage.Fault
		dropped bool
		status  int
		applied bool
	}{
		"drop before":    {stage.Fault{Kind: stage.DropBefore, Method: "POST"}, true, 0, false},
		"drop after":     {stage.Fault{Kind: stage.DropAfter, Path: "/api/v2/example/schema/load"}, true, 0, true},
		"status":         {stage.Fault{Kind: stage.Status, Path: "/incorta/api/v2/*/schema/load", Status: 503}, false, 503, false},
		"status after":   {stage.Fault{Kind: stage.StatusAfter}, false, 500, true},
		"slow":           {stage.Fault{Kind: stage.Slow, Delay: time.Millisecond}, false, 200, true},
		"expired":        {stage.Fault{Kind: stage.ExpireTokens}, false, 401, false},
		"another method": {stage.Fault{Kind: stage.Status, Method: "PUT"}, false, 200, true},
		"another path":   {stage.Fault{Kind: stage.Status, Path: "/api/v1"}, false, 200, true},
	} {
		t.Run(name, func(t *testing.T) {
			a := connect(t, Options{})
			a.s.Inject(tt.fault)
			got, err := a.try("POST", "/schema/load", load1("Ledger"))
			if tt.dropped != (err != nil) || err == nil && got.Status != tt.status {
				t.Errorf("got %+v, %v", got, err)
			}
			loads := strings.Count(a.dump(), `"by": "api-runner@example.com"`)
			if applied := loads == 1; applied != tt.applied {
				t.Errorf("applied: %v", applied)
			}
			log := a.s.Requests()
			if len(log) != 1 || log[0].Path != "/incorta/api/v2/example/schema/load" || log[0].Status != tt.status || string(log[0].Body) != load1("Ledger") {
				t.Errorf("logged %+v", log)
			}
		})
	}
}

// TestLandedLoad is what a client can find out when the answer to a load is lost.
func TestLandedLoad(t *testing.T) {
	a := connect(t, Options{})
	before := a.detail("Ledger", lastLoadTime)
	a.s.Inject(stage.Fault{Kind: stage.DropAfter, Method: "POST"})
	if _, err := a.try("POST", "/schema/load", load1("Ledger")); err == nil {
		t.Fatal("there was an answer")
	}
	if after := a.detail("Ledger", lastLoadTime); after <= before || a.state("Ledger") != "QUEUED" {
		t.Errorf("the time of the last load went from %s to %s", before, after)
	}
	a.want(400, "POST", "/schema/load", load1("Ledger"))
}

func TestTokenExpiresBetween(t *testing.T) {
	a := connect(t, Options{})
	id := a.run(FinancePlan)
	a.s.Inject(stage.Fault{Kind: stage.ExpireTokens, Method: "GET", Path: "/api/v2/*/load-plan/status"})
	a.want(401, "GET", "/load-plan/status/"+id, "")
	a.want(401, "GET", "/load-plan/status/"+id, "")
	var err error
	if a.Token, err = a.s.CreatePAT(LoginName, "the next", seedDay.Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	a.get("/load-plan/status/" + id)
	b := connect(t, Options{}).v1(t)
	b.s.Inject(stage.Fault{Kind: stage.ExpireTokens})
	b.want(403, "GET", "/schema/Ledger/status", "")
	b.Token = b.v1(t).Token
	b.get("/schema/Ledger/status")
}

// TestHTML is a proxy that answers in the vendor's place.
func TestHTML(t *testing.T) {
	a := connect(t, Options{})
	a.s.Inject(stage.Fault{Kind: stage.Status, Status: 200, Body: "<html>Sign in</html>", Header: http.Header{"Content-Type": {"text/html"}}})
	if got := a.get("/catalog"); got.Body != "<html>Sign in</html>" || got.json != nil {
		t.Errorf("got %q", got.Body)
	}
	a.get("/catalog").same(t, a.get("/catalog").Body)
}

// work does everything that can be done, and some of it at once.
func work(a *api) {
	for _, on := range slices.Sorted(func(yield func(string) bool) {
		for on := range exercises {
			if !yield(on) {
				return
			}
		}
	}) {
		method, _, _ := strings.Cut(on, " ")
		if _, err := a.try(method, exercises[on].path, exercises[on].body); err != nil {
			a.T.Error(err)
		}
		a.clock.Wait(700 * time.Millisecond)
	}
	a.clock.Wait(time.Hour)
}

func TestSameRequestsSameState(t *testing.T) {
	a, b := connect(t, Options{}), connect(t, Options{})
	fresh := a.dump()
	work(a)
	work(b)
	for range 3 {
		b.get("/load-plan/status/1?level=4") // looking changes nothing
	}
	if a.dump() != b.dump() {
		t.Error("the same requests led to different states")
	}
	if a.dump() == fresh {
		t.Error("the work did not show")
	}
	if len(a.s.State()) != strings.Count(fresh, "\n  \"") {
		t.Error("the state is not the dump")
	}
	// Loads that nobody watched end as those that were watched do.
	c, d := connect(t, Options{}), connect(t, Options{})
	for _, x := range []*api{c, d} {
		x.run(FinancePlan)
		for range 40 {
			x.clock.Wait(500 * time.Millisecond)
			if x == d {
				d.get("/load-plan/status/3")
			}
		}
	}
	if c.dump() != d.dump() {
		t.Error("watching a plan changes how it goes")
	}
}

func TestSeed(t *testing.T) {
	early := &stagetest.Clock{T: time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)}
	a := connect(t, Options{Now: early.Now})
	if got := a.detail("Ledger", lastLoadTime); got != "1999-12-31T18:00:00.000Z" {
		t.Errorf("a clock that is behind: the last load was at %s", got)
	}
	a.post("/schema/load", load1("Ledger"))
	early.Wait(time.Minute)
	if got := a.state("Ledger"); got != "SUCCESS" {
		t.Errorf("a clock that is behind: %s", got)
	}
	if !bytes.Equal(New(Options{}).Dump(), New(Options{}).Dump()) {
		t.Error("the seed depends on the real clock")
	}
	if strings.Contains(a.dump(), "emulated-") {
		t.Error("the dump holds a token or a key")
	}
	for _, p := range a.s.state.plans {
		for _, name := range slices.Concat(p.Groups...) {
			if s := a.s.state.schema(name); s == nil || s.Type != physical {
				t.Errorf("the load plan %s loads %s", p.Name, name)
			}
		}
	}
	for _, d := range a.s.state.dashboards {
		if _, r := a.s.state.viewNamed(d.Insights[0].View); r == nil {
			t.Errorf("the dashboard %s shows %s", d.Name, d.Insights[0].View)
		}
	}
}

func TestEmpty(t *testing.T) {
	a := connect(t, Options{Empty: true})
	a.post("/schema/list?schemaType=ALL", `{"limit":0,"offset":0}`).same(t, `{"total":0,"schemasDetails":[]}`)
	a.get("/catalog").same(t, `{"total":0,"catalogDetails":[]}`)
	a.want(200, "PATCH", "/users/resetPasswords", "")
	a.post("/extraction/schema", newSchema)
}

func TestParallelRequests(t *testing.T) {
	a := connect(t, Options{Now: time.Now})
	var wg sync.WaitGroup
	for i := range 10 {
		wg.Go(func() {
			body := fmt.Sprintf(`{"toExternalEmails":["n%d@example.com"]}`, i)
			for _, request := range [][3]string{{"POST", "/dashboards/" + KPIDashboard + "/send-report", body}, {"POST", "/schema/load", load1("Ledger")},
				{"GET", "/schema/Ledger/status", ""}, {"GET", "/catalog", ""}} {
				if _, err := a.try(request[0], request[1], request[2]); err != nil {
					t.Error(err)
				}
			}
			a.s.Dump()
			a.s.Requests()
		})
	}
	wg.Wait()
	if n := len(a.s.State()["reports"].([]any)); n != 13 {
		t.Errorf("%d reports, want 13", n)
	}
}

func BenchmarkNew(b *testing.B) {
	for b.Loop() {
		New(Options{})
	}
}

package emulator

import (
	"encoding/json"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"runner/internal/vendors/stage/stagetest"
)

// TestGarbage replaces every part of every good body and query, one after the other, by what does not belong there.
// Whatever the answer is, it must not be the emulator's fault, and a refusal must not change anything.
func TestGarbage(t *testing.T) {
	clock := &stagetest.Clock{T: ago(0)}
	o := Options{Now: clock.Now}
	before := string(New(o).Dump())
	s := New(o)
	try := func(request, body string) {
		t.Helper()
		method, path, _ := strings.Cut(request, " ")
		r := httptest.NewRequest(method, basePath+path, strings.NewReader(body))
		r.Header.Set("Authorization", "Bearer "+AdminToken)
		r.Header.Set("Content-Type", "application/json")
		if strings.Contains(path, "import") {
			r.Header.Set("Content-Type", "application/octet-stream")
		}
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		if w.Code >= 500 {
			t.Errorf("%s with %.300s: %d %s", request, body, w.Code, w.Body)
		}
		if w.Code < 300 && method != "GET" {
			clock.T = ago(-1) // let it take its time, and panic if it must
			s.state.settle(clock.T)
			clock.T = ago(0)
			s = New(o)
		}
	}
	garbage := []string{`null`, `""`, `"x"`, `"\u0000"`, `-1`, `1e300`, `0.5`, `99999999999999999999`, `true`, `[]`, `[null]`, `{}`, `{"a":null}`, `[{"object":null}]`, `{`, `PK`}
	for _, list := range exercises {
		for _, e := range list {
			for _, g := range garbage {
				try(e[0], g)
				everywhere(e[1], g, func(body string) { try(e[0], body) })
				path, query, _ := strings.Cut(e[0], "?")
				for part := range strings.SplitSeq(query, "&") {
					name, _, _ := strings.Cut(part, "=")
					try(path+"?"+name+"="+strings.Map(queryRune, g), e[1])
				}
			}
			for _, id := range []string{"x", "-1", "0", "99999999999999999999", "%00", "%2e%2e", "f", "fx"} {
				parts := strings.Split(e[0], "/")
				for i := range parts[1:] {
					changed := append([]string{}, parts...)
					changed[i+1] = id
					try(strings.Join(changed, "/"), e[1])
				}
			}
			if now := string(s.Dump()); now != before {
				t.Errorf("%s: something that was refused changed the state", e[0])
				s = New(o)
			}
		}
	}
}

func queryRune(r rune) rune {
	if strings.ContainsRune(`"{}[]:\ `, r) {
		return -1
	}
	return r
}

func TestExercisesAreComplete(t *testing.T) {
	for _, rt := range allRoutes() {
		if !rt.open && len(exercises[rt.on]) == 0 {
			t.Errorf("%s is not exercised", rt.on)
		}
	}
	for pattern, list := range exercises {
		for _, e := range list {
			a := connect(t, Options{})
			a.clock.Wait(time.Second)
			before := len(a.s.state.log)
			if got := a.Do(e[0], e[1]); got.Status >= 400 {
				t.Errorf("%s: %s: %d %s", pattern, e[0], got.Status, got.Body)
			} else if logged := len(a.s.state.log) > before; logged != (len(a.s.Mutations()) > 0) && !strings.Contains(got.Body, `"success":false`) {
				t.Errorf("%s: a row in the activity log: %v", e[0], logged)
			}
		}
	}
}

// everywhere yields a body with each of its values, however deep, replaced.
func everywhere(body, by string, yield func(string)) {
	var good, bad any
	if json.Unmarshal([]byte(body), &good) != nil || json.Unmarshal([]byte(by), &bad) != nil {
		return
	}
	stagetest.Everywhere(good, bad, func(changed any) {
		if out, err := json.Marshal(changed); err == nil {
			yield(string(out))
		}
	})
}

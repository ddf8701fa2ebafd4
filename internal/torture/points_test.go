package torture

import (
	"fmt"
	"slices"
	"testing"
)

// calls are a read and a change of two requests, in branches that took turns.
func calls(turns ...string) (list []Call) {
	for _, branch := range turns {
		write := Request{Line: "PUT /x", Mutates: true}
		list = append(list,
			Call{Key: "/each[" + branch + "]:acme.get#1", Read: true, Requests: []Request{{Line: "POST /token"}, {Line: "GET /x"}}},
			Call{Key: "/each[" + branch + "]:acme.put#1", Requests: []Request{{Line: "GET /x"}, write}})
	}
	return list
}

func TestPoints(t *testing.T) {
	points := Points(calls("a", "b"))
	count := map[string]int{}
	for _, p := range points {
		count[fmt.Sprintf("%s %d %v", p.Moment.Name, p.Request, p.Read)]++
	}
	for name, want := range map[string]int{
		"before-intent 0 true": 2, "before-intent 0 false": 2, "limited 0 true": 2, "limited 0 false": 2, "limited 1 false": 2,
		"kill-after 0 true": 0, "kill-after 0 false": 0, "kill-after 1 false": 2, "limited 1 true": 0,
	} {
		if count[name] != want {
			t.Errorf("%s: %d points, want %d", name, count[name], want)
		}
	}
	if got := Points(calls("b", "a")); !slices.Equal(got, points) {
		t.Error("the points stand in another order when branches take other turns")
	}
	for i, p := range points {
		for _, what := range []string{fmt.Sprint(i + 1), p.Name()} {
			if got, ok := Find(points, what); !ok || got != p {
				t.Errorf("%q is %v", what, got)
			}
		}
	}
	for _, what := range []string{"0", fmt.Sprint(len(points) + 1), "limited", ""} {
		if p, ok := Find(points, what); ok {
			t.Errorf("%q is %v", what, p)
		}
	}
}

func TestSample(t *testing.T) {
	points := Points(calls("a", "b", "c", "d"))
	one := Sample(points, 2*len(Moments), 7)
	count := map[string]int{}
	for _, p := range one {
		count[p.Moment.Name]++
	}
	for _, m := range Moments {
		if n := count[m.Name]; n < 1 || n > 3 {
			t.Errorf("%d points of %s", n, m.Name)
		}
	}
	if !slices.Equal(one, Sample(points, 2*len(Moments), 7)) || slices.Equal(one, Sample(points, 2*len(Moments), 8)) {
		t.Error("the seed does not decide")
	}
	if got := Sample(points, len(points)+1, 7); len(got) != len(points) {
		t.Errorf("%d of %d", len(got), len(points))
	}
}

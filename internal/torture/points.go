package torture

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
)

// A Call is a call of the undisturbed run, with the requests that it took.
type Call struct {
	Key      string
	Read     bool
	Requests []Request
}

// A Point is a moment of one call, or of one of its requests.
type Point struct {
	Moment  Moment
	Call    string
	Read    bool
	Request int // for which request of the call; 0 for moments within the process
}

// Name is what a point is called: it is the same in each undisturbed run.
func (p Point) Name() string {
	if p.Request == 0 {
		return p.Moment.Name + " " + p.Call
	}
	return fmt.Sprintf("%s %s (request %d)", p.Moment.Name, p.Call, p.Request+1)
}

// Points are all points of a run, in the order of its calls. Branches take
// turns in another order each time, so the calls stand in the order of their
// first step, and then of their names.
func Points(calls []Call) (points []Point) {
	for _, c := range inOrder(calls) {
		for _, m := range Moments {
			switch {
			case m.Writes && c.Read:
			case m.Inside:
				points = append(points, Point{Moment: m, Call: c.Key, Read: c.Read})
			default:
				n := 0
				for _, r := range c.Requests {
					if !r.Counted() {
						continue
					}
					if !m.Writes || r.Mutates {
						points = append(points, Point{m, c.Key, c.Read, n})
					}
					n++
				}
			}
		}
	}
	return points
}

// inOrder puts calls of one step together.
func inOrder(calls []Call) []Call {
	place := map[string]int{}
	step := func(c Call) string {
		s, _, _ := strings.Cut(c.Key, "[")
		s, _, _ = strings.Cut(s, ":")
		return s
	}
	for i, c := range calls {
		if _, ok := place[step(c)]; !ok {
			place[step(c)] = i
		}
	}
	out := slices.Clone(calls)
	slices.SortStableFunc(out, func(a, b Call) int {
		return cmp.Or(cmp.Compare(place[step(a)], place[step(b)]), branchOrder(a.Key, b.Key))
	})
	return out
}

// branchOrder compares the branches of calls; the calls of one branch stay in
// their order.
func branchOrder(a, b string) int {
	a, _, _ = strings.Cut(a, ":")
	b, _, _ = strings.Cut(b, ":")
	return strings.Compare(a, b)
}

// Sample takes n of the points, of each moment about as many as of any other.
// The same seed takes the same.
func Sample(points []Point, n int, seed uint64) []Point {
	if n >= len(points) {
		return points
	}
	rng := rand.New(rand.NewPCG(seed, 1)) //nolint:gosec // it has to come out the same again
	by := map[string][]int{}
	for i, p := range points {
		by[p.Moment.Name] = append(by[p.Moment.Name], i)
	}
	var order []string
	for _, m := range Moments {
		if list := by[m.Name]; len(list) > 0 {
			order = append(order, m.Name)
			rng.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
		}
	}
	rng.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
	var taken []int
	for round := 0; len(taken) < n; round++ {
		for _, name := range order {
			if list := by[name]; round < len(list) && len(taken) < n {
				taken = append(taken, list[round])
			}
		}
	}
	slices.Sort(taken)
	out := make([]Point, n)
	for i, at := range taken {
		out[i] = points[at]
	}
	return out
}

// Find finds a point by its number, counted from 1, or its name.
func Find(points []Point, what string) (Point, bool) {
	if n, err := strconv.Atoi(what); err == nil && n >= 1 && n <= len(points) {
		return points[n-1], true
	}
	for _, p := range points {
		if p.Name() == what {
			return p, true
		}
	}
	return Point{}, false
}

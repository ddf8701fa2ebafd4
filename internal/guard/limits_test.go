package guard

import (
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"runner/internal/op"
)

// set makes limits of "what = amount" and "what = amount on connection"; the
// source of each is "set:" and its number. "population = n" declares one.
func set(t *testing.T, l *Limits, lines ...string) {
	t.Helper()
	for i, line := range lines {
		source := fmt.Sprintf("set:%d", i+1)
		what, amount, _ := strings.Cut(line, " = ")
		amount, connection, _ := strings.Cut(amount, " on ")
		if what == "population" {
			n := 0
			fmt.Sscan(amount, &n)
			l.SetPopulation(n, source)
			continue
		}
		limit, e := Parse(what, amount, source)
		if e != nil {
			t.Fatal(e)
		}
		limit.Connection = connection
		l.Add(limit)
	}
}

func TestAllow(t *testing.T) {
	raise := " | check what the script selects, or raise the limit: set:1"
	for name, tt := range map[string]struct {
		limits  []string
		calls   []*op.Operation // the last one may be refused, the others are allowed
		refused string
	}{
		"no limits":          {nil, []*op.Operation{deleteUser, createUser}, ""},
		"changes":            {[]string{"changes = 2"}, []*op.Operation{createUser, deleteUser, stopFlow}, "desk.stop_flow: limit changes = 2 (set:1): this would be call 3" + raise},
		"reads do not count": {[]string{"changes = 1", "acme.* = 1"}, []*op.Operation{listUsers, listUsers, createUser, listUsers}, ""},
		"destructive":        {[]string{"destructive = 1"}, []*op.Operation{deleteUser, createUser, deleteFlow}, "desk.delete_flow: limit destructive = 1 (set:1): this would be call 2" + raise},
		"writes are allowed": {[]string{"destructive = 0"}, []*op.Operation{createUser, updateUser, stopFlow}, ""},
		"a pattern":          {[]string{"acme.delete_* = 2"}, []*op.Operation{deleteUser, deleteAsset, deleteFlow, deleteAsset}, "acme.delete_asset: limit acme.delete_* = 2 (set:1): this would be call 3" + raise},
		"one operation":      {[]string{"acme.delete_user = 1"}, []*op.Operation{deleteUser, deleteAsset, deleteUser}, "acme.delete_user: limit acme.delete_user = 1 (set:1): this would be call 2" + raise},
		"zero":               {[]string{"destructive = 0"}, []*op.Operation{deleteUser}, "acme.delete_user: limit destructive = 0 (set:1): no such call may be made" + raise},
		"the strictest wins": {[]string{"changes = 1", "destructive = 2"}, []*op.Operation{deleteUser, deleteUser}, "acme.delete_user: limit changes = 1 (set:1): this would be call 2" + raise},
		"the strictest is told": {[]string{"changes = 1", "changes = 3", "acme.* = 1", "changes = 0"}, []*op.Operation{createUser},
			"acme.create_user: limit changes = 0 (set:4): no such call may be made | check what the script selects, or raise the limit: set:4"},
		"the first of equals is told": {[]string{"destructive = 1", "acme.delete_* = 1"}, []*op.Operation{deleteUser, deleteAsset},
			"acme.delete_asset: limit destructive = 1 (set:1): this would be call 2" + raise},
		"of a later limit":         {[]string{"changes = 3", "changes = 2"}, []*op.Operation{createUser, createUser, createUser}, "acme.create_user: limit changes = 2 (set:2): this would be call 3 | check what the script selects, or raise the limit: set:2"},
		"a connection":             {[]string{"changes = 1 on acme"}, []*op.Operation{createUser, stopFlow, stopFlow, createUser}, "acme.create_user: limit changes = 1 (set:1): this would be call 2" + raise},
		"another connection":       {[]string{"changes = 0 on elsewhere"}, []*op.Operation{createUser, deleteFlow}, ""},
		"a percentage":             {[]string{"destructive = 2%", "population = 100"}, []*op.Operation{deleteUser, deleteUser, deleteUser}, "acme.delete_user: limit destructive = 2% of 100 = 2 (set:1): this would be call 3" + raise + " (the population: set:2)"},
		"a percentage of a double": {[]string{"changes = 29%", "population = 100"}, slices.Repeat([]*op.Operation{createUser}, 29), ""}, // 0.29 * 100 < 29
		"rounded down":             {[]string{"changes = 0.5%", "population = 399"}, []*op.Operation{createUser, createUser}, "acme.create_user: limit changes = 0.5% of 399 = 1, rounded down (set:1): this would be call 2" + raise + " (the population: set:2)"},
		"rounded down to none":     {[]string{"changes = 2%", "population = 40"}, []*op.Operation{createUser}, "acme.create_user: limit changes = 2% of 40 = 0, rounded down (set:1): no such call may be made" + raise + " (the population: set:2)"},
		"all of a population":      {[]string{"changes = 100%", "population = 1"}, []*op.Operation{createUser, createUser}, "acme.create_user: limit changes = 100% of 1 = 1 (set:1): this would be call 2" + raise + " (the population: set:2)"},
		"the smallest population":  {[]string{"changes = 50%", "population = 4", "population = 2", "population = 1000"}, []*op.Operation{createUser, createUser}, "acme.create_user: limit changes = 50% of 2 = 1 (set:1): this would be call 2" + raise + " (the population: set:3)"},
		"no population":            {[]string{"destructive = 2%"}, []*op.Operation{createUser, deleteUser}, "acme.delete_user: limit destructive = 2% (set:1): no population was declared | say how many objects there are: limits { population = #users }"},
		"a population of none":     {[]string{"destructive = 2%", "population = 0", "population = -5"}, []*op.Operation{deleteUser}, "acme.delete_user: limit destructive = 2% (set:1): no population was declared | say how many objects there are: limits { population = #users }"},
		"a number says more than no population": {[]string{"destructive = 2%", "changes = 0"}, []*op.Operation{deleteUser},
			"acme.delete_user: limit changes = 0 (set:2): no such call may be made | check what the script selects, or raise the limit: set:2"},
	} {
		t.Run(name, func(t *testing.T) {
			l := &Limits{}
			set(t, l, tt.limits...)
			for i, o := range tt.calls {
				e, want := l.Allow(o.Module(), o), ""
				if i == len(tt.calls)-1 {
					want = tt.refused
				}
				if said(e) != want {
					t.Errorf("call %d, %s: %q\nwant %q", i+1, o.Name, said(e), want)
				}
				if e != nil && (e.Kind != op.Refused || e.Op != o.Name || e.RetryAfter != -1) {
					t.Errorf("call %d, %s: %+v", i+1, o.Name, e)
				}
			}
		})
	}
}

func TestARefusedCallIsNotCounted(t *testing.T) {
	l := &Limits{}
	set(t, l, "changes = 5", "destructive = 0")
	for range 3 {
		if e := l.Allow("acme", deleteUser); e == nil {
			t.Fatal("a call was allowed")
		}
	}
	want := []Count{{Limit{What: "changes", Max: 5, Source: "set:1"}, 0, 5, true}, {Limit{What: "destructive", Source: "set:2"}, 0, 0, true}}
	if got := l.Counts(); !reflect.DeepEqual(got, want) {
		t.Errorf("Counts() = %+v\nwant %+v", got, want)
	}
}

// A limit that comes late holds for the whole run.
func TestALimitCountsTheCallsBeforeIt(t *testing.T) {
	l := &Limits{}
	l.Count("acme", deleteUser)
	l.Count("acme", createUser)
	l.Count("desk", deleteFlow)
	l.Count("acme", listUsers)
	set(t, l, "destructive = 2", "changes = 9 on acme", "*.*_flow = 1%")
	var got []int
	for _, c := range l.Counts() {
		got = append(got, c.Calls)
	}
	if want := []int{2, 2, 1}; !slices.Equal(got, want) {
		t.Errorf("calls of the limits = %v, want %v", got, want)
	}
	if e := l.Allow("acme", deleteUser); said(e) != "acme.delete_user: limit destructive = 2 (set:1): this would be call 3 | check what the script selects, or raise the limit: set:1" {
		t.Errorf("Allow = %q", said(e))
	}
	for what, want := range map[string]int{"changes": 3, "destructive": 2, "acme.*": 2, "nothing.*": 0} {
		if got := l.Calls(what); got != want {
			t.Errorf("Calls(%q) = %d, want %d", what, got, want)
		}
	}
}

func TestALimitIsAddedOnce(t *testing.T) {
	l := &Limits{}
	a := Limit{What: "changes", Max: 5, Source: "a.lua:1"}
	b := Limit{What: "changes", Max: 5, Source: "a.lua:2"}
	for _, limit := range []Limit{a, b, a, b, a} {
		l.Add(limit)
	}
	if got := l.List(); !slices.Equal(got, []Limit{a, b}) {
		t.Errorf("List() = %+v", got)
	}
}

func TestExceeded(t *testing.T) {
	l := &Limits{}
	set(t, l, "changes = 3", "destructive = 50%", "acme.delete_* = 2", "desk.* = 0", "*.stop_* = 10%", "acme.create_* = 1%", "population = 4")
	if got := l.Exceeded(); got != nil {
		t.Errorf("an empty plan exceeds %v", got)
	}
	for _, o := range []*op.Operation{deleteUser, deleteAsset, deleteUser, stopFlow, listUsers} {
		l.Count(o.Module(), o)
	}
	var got []string
	for _, e := range l.Exceeded() {
		got = append(got, said(e))
		if e.Kind != op.Refused {
			t.Errorf("%v is %s", e, e.Kind)
		}
	}
	want := []string{
		"limit changes = 3 (set:1): 4 such calls are planned | check what the script selects, or raise the limit: set:1",
		"limit destructive = 50% of 4 = 2 (set:2): 3 such calls are planned | check what the script selects, or raise the limit: set:2 (the population: set:7)",
		"limit acme.delete_* = 2 (set:3): 3 such calls are planned | check what the script selects, or raise the limit: set:3",
		"limit desk.* = 0 (set:4): 1 such call is planned | check what the script selects, or raise the limit: set:4",
		"limit *.stop_* = 10% of 4 = 0, rounded down (set:5): 1 such call is planned | check what the script selects, or raise the limit: set:5 (the population: set:7)",
	}
	if !slices.Equal(got, want) {
		t.Errorf("Exceeded() = %s\nwant %s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestAPlanWithoutPopulation(t *testing.T) {
	l := &Limits{}
	set(t, l, "changes = 100%")
	if got := l.Exceeded(); got != nil {
		t.Errorf("an empty plan exceeds %v", got)
	}
	l.Count("acme", createUser)
	if got := l.Exceeded(); len(got) != 1 || got[0].Cause != "no population was declared" {
		t.Errorf("Exceeded() = %v", got)
	}
	if got := l.Counts(); got[0].Known || got[0].Calls != 1 || got[0].Most != 0 {
		t.Errorf("Counts() = %+v", got)
	}
	l.SetPopulation(1, "here")
	if got := l.Exceeded(); got != nil {
		t.Errorf("a plan that keeps to its limit exceeds %v", got)
	}
}

func TestTheZeroValueLimitsNothing(t *testing.T) {
	var l Limits
	for range 100 {
		if e := l.Allow("", deleteUser); e != nil {
			t.Fatal(e)
		}
	}
	if n, source := l.Population(); l.Counts() != nil || l.List() != nil || l.Exceeded() != nil || n != 0 || source != "" {
		t.Errorf("the zero value has %+v, %d %s", l.Counts(), n, source)
	}
}

func TestShareDoesNotOverflow(t *testing.T) {
	for n, want := range map[int]int{1 << 53: 1 << 52, 3: 1, 1_999_999: 999_999, 1: 0} {
		if got, exact := share(n, whole/2); got != want || exact != (n%2 == 0) {
			t.Errorf("share(%d, 50%%) = %d, %v, want %d", n, got, exact, want)
		}
	}
	if got, exact := share(1<<53, whole); got != 1<<53 || !exact {
		t.Errorf("share(1<<53, 100%%) = %d, %v", got, exact)
	}
}

// Whatever is limited and called, in whatever order: of the allowed calls no
// limit counts more than it allows, and a call is refused only if one would.
func TestAllowedCallsExceedNoLimit(t *testing.T) {
	whats := []string{"changes", "destructive", "acme.*", "*.delete_*", "desk.stop_flow", "*.*_user"}
	amounts := []string{"0", "1", "3", "7", "20", "0%", "1%", "12.5%", "99.9%", "100%"}
	connections := []string{"", "prod", "dev"}
	for seed := range uint64(500) {
		r := rand.New(rand.NewPCG(seed, 1))
		l := &Limits{}
		type made struct {
			connection string
			o          *op.Operation
		}
		var calls []made
		// over counts anew, from the calls alone.
		over := func(calls []made) bool {
			n, _ := l.Population()
			for _, x := range l.List() {
				count := 0
				for _, c := range calls {
					if x.covers(call{c.connection, c.o.Name, c.o.Effect}) {
						count++
					}
				}
				most := x.Max
				if x.Percent {
					most = n * x.Share / whole
				}
				if count > most {
					return true
				}
			}
			return false
		}
		for range 60 {
			switch {
			case r.IntN(10) == 0:
				limit, e := Parse(whats[r.IntN(len(whats))], amounts[r.IntN(len(amounts))], fmt.Sprint("seed ", seed))
				if e != nil {
					t.Fatal(e)
				}
				limit.Connection = connections[r.IntN(len(connections))]
				l.Add(limit)
			case r.IntN(20) == 0:
				l.SetPopulation(r.IntN(60), "here")
			}
			next := made{connections[1+r.IntN(2)], operations[r.IntN(len(operations))]}
			was := l.Counts()
			e := l.Allow(next.connection, next.o)
			broken := false
			for i, c := range l.Counts() {
				grew := c.Calls > was[i].Calls
				if e == nil && grew && c.Calls > c.Most {
					t.Fatalf("seed %d: %s was allowed, and is call %d of %+v", seed, next.o.Name, c.Calls, c)
				}
				if e != nil && grew {
					t.Fatalf("seed %d: %s was refused and counted: %v", seed, next.o.Name, e)
				}
				broken = broken || c.covers(call{next.connection, next.o.Name, next.o.Effect}) && was[i].Calls+1 > c.Most
			}
			if broken != (e != nil) {
				t.Fatalf("seed %d: %s: broken is %v, and Allow said %v", seed, next.o.Name, broken, e)
			}
			if e == nil {
				calls = append(calls, next)
			}
			if (len(l.Exceeded()) > 0) != over(calls) {
				t.Fatalf("seed %d: Exceeded() = %v, and counting anew says %v", seed, l.Exceeded(), over(calls))
			}
		}
	}
}

func BenchmarkAllow(b *testing.B) {
	l := &Limits{}
	for _, what := range []string{"changes", "destructive", "acme.delete_*", "*.*_user"} {
		l.Add(Limit{What: what, Max: math.MaxInt32})
	}
	for b.Loop() {
		l.Allow("acme", deleteUser)
	}
}

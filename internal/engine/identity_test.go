package engine

import (
	"slices"
	"testing"

	"runner/internal/journal"
	"runner/internal/op"
)

// keys are the keys of calls and branches, in the order of the journal.
func keysOf(m *memory) []string {
	var keys []string
	for _, r := range m.records {
		if r.Kind == journal.Begin {
			keys = append(keys, r.Key)
		}
	}
	return keys
}

func TestKeys(t *testing.T) {
	conn := to(echo)
	get := func(b *Branch) { _, _ = call(b, conn, getFlow, "7", "") }
	step := func(b *Branch, name string, f func()) {
		b.Step(name, func() Ended { f(); return Ended{Status: journal.StatusDone} })
	}
	// branches makes one call in a branch for each key.
	branches := func(b *Branch, name string, keys ...string) {
		_, _ = each(b, name, 1, keys, func(b *Branch, _ string) *op.Error { get(b); return nil })
	}
	for name, tt := range map[string]struct {
		script func(b *Branch)
		want   []string
	}{
		"ordinals count uses of an operation": {
			func(b *Branch) { get(b); _, _ = call(b, conn, createFlow, "7", ""); get(b) },
			[]string{":acme.get_flow#1", ":acme.create_flow#1", ":acme.get_flow#2"},
		},
		"they begin anew in every step, and go on after it": {
			func(b *Branch) { get(b); step(b, "a", func() { get(b); get(b) }); get(b) },
			[]string{":acme.get_flow#1", "/a:acme.get_flow#1", "/a:acme.get_flow#2", ":acme.get_flow#2"},
		},
		"steps within steps": {
			func(b *Branch) { step(b, "a", func() { step(b, "b", func() { get(b) }); get(b) }) },
			[]string{"/a/b:acme.get_flow#1", "/a:acme.get_flow#1"},
		},
		"a repeated step": {
			func(b *Branch) {
				for range 3 {
					step(b, "a", func() { get(b) })
				}
			},
			[]string{"/a:acme.get_flow#1", "/a#2:acme.get_flow#1", "/a#3:acme.get_flow#1"},
		},
		"the same name elsewhere is another step": {
			func(b *Branch) {
				step(b, "a", func() { step(b, "a", func() { get(b) }) })
				step(b, "b", func() { step(b, "a", func() { get(b) }) })
			},
			[]string{"/a/a:acme.get_flow#1", "/b/a:acme.get_flow#1"},
		},
		"a step that is called like a repeated one": {
			func(b *Branch) {
				for _, name := range []string{"a", "a", "a#2", "a"} {
					step(b, name, func() { get(b) })
				}
			},
			[]string{"/a:acme.get_flow#1", "/a#2:acme.get_flow#1", "/a#2#2:acme.get_flow#1", "/a#3:acme.get_flow#1"},
		},
		"the other way round": {
			func(b *Branch) {
				for _, name := range []string{"a#2", "a", "a"} {
					step(b, name, func() { get(b) })
				}
			},
			[]string{"/a#2:acme.get_flow#1", "/a:acme.get_flow#1", "/a#3:acme.get_flow#1"},
		},
		"a step that is called like a branch": {
			func(b *Branch) {
				branches(b, "each", "k")
				step(b, "each[k]", func() { get(b) })
				step(b, "load [k]", func() { get(b) })
				step(b, "load [l]", func() { get(b) })
			},
			[]string{"/each[k]:acme.get_flow#1", "/each[k]#2:acme.get_flow#1", "/load [k]:acme.get_flow#1", "/load [l]:acme.get_flow#1"},
		},
		"a branch that is called like a step": {
			func(b *Branch) {
				step(b, "each[k]", func() { get(b) })
				branches(b, "each", "k")
				branches(b, "each", "k")
			},
			[]string{"/each[k]:acme.get_flow#1", "/each#2[k]:acme.get_flow#1", "/each#3[k]:acme.get_flow#1"},
		},
		"slashes part nothing": {
			func(b *Branch) {
				step(b, "a/b", func() { get(b) })
				step(b, "a", func() { step(b, "b", func() { get(b) }) })
				branches(b, "x/y", "in/out")
			},
			[]string{"/a∕b:acme.get_flow#1", "/a/b:acme.get_flow#1", "/x∕y[in∕out]:acme.get_flow#1"},
		},
		"a fan-out again": {
			func(b *Branch) { branches(b, "each", "k", "l"); branches(b, "each", "k") },
			[]string{"/each[k]:acme.get_flow#1", "/each[l]:acme.get_flow#1", "/each#2[k]:acme.get_flow#1"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			m := &memory{}
			start(t, m, Perform).Do(tt.script)
			if got := keysOf(m); !slices.Equal(got, tt.want) {
				t.Errorf("got  %q\nwant %q", got, tt.want)
			}
		})
	}
}

// Parallel branches count for themselves, however their calls interleave.
func TestBranchesDoNotDisturbEachOthersOrdinals(t *testing.T) {
	conn := to(echo)
	for _, width := range []int{1, 2, 3} {
		m := &memory{}
		start(t, m, Perform).Do(func(b *Branch) {
			_, _ = each(b, "each", width, numbers(3), func(b *Branch, key string) *op.Error {
				for range 2 {
					if _, e := call(b, conn, getFlow, key, ""); e != nil {
						return e
					}
					b.Step("part", func() Ended {
						_, _ = call(b, conn, getFlow, key, "")
						return Ended{Status: journal.StatusDone}
					})
				}
				return nil
			})
		})
		want := []string{
			"/each[0]/part#2:acme.get_flow#1", "/each[0]/part:acme.get_flow#1", "/each[0]:acme.get_flow#1", "/each[0]:acme.get_flow#2",
			"/each[1]/part#2:acme.get_flow#1", "/each[1]/part:acme.get_flow#1", "/each[1]:acme.get_flow#1", "/each[1]:acme.get_flow#2",
			"/each[2]/part#2:acme.get_flow#1", "/each[2]/part:acme.get_flow#1", "/each[2]:acme.get_flow#1", "/each[2]:acme.get_flow#2",
		}
		if got := slices.Sorted(slices.Values(keysOf(m))); !slices.Equal(got, want) {
			t.Errorf("width %d: got %q", width, got)
		}
	}
}

func TestKeysOfAFanOutMustDiffer(t *testing.T) {
	for name, tt := range map[string]struct {
		keys  []string
		cause string
	}{
		"twice":                   {[]string{"ada", "lin", "ada"}, `items 1 and 3 have the same key "ada"`},
		"next to each other":      {[]string{"ada", "lin", "lin", "lin"}, `items 2 and 3 have the same key "lin"`},
		"the same in the journal": {[]string{"in/out", "in∕out"}, `items 1 and 2 have the same key "in∕out"`},
	} {
		t.Run(name, func(t *testing.T) {
			m := &memory{}
			start(t, m, Perform).Do(func(b *Branch) {
				n, e := each(b, "each", 2, tt.keys, func(*Branch, string) *op.Error {
					t.Error("a branch ran")
					return nil
				})
				sameError(t, e, op.Error{Kind: op.Invalid, Cause: tt.cause, Hint: `give a key that differs for every item: { key = "id" }`, RetryAfter: -1})
				if n != 0 || len(m.records) != 0 {
					t.Errorf("%d not started, records %q", n, m.lines())
				}
			})
		})
	}
}

func TestDigestTellsCallsApart(t *testing.T) {
	acme, other := to(echo), NewConnection("other", op.Client{})
	r := start(t, &memory{}, Perform)
	seen := map[string]string{}
	for name, c := range map[string]Call{
		"a call":               {Op: getFlow, Connection: acme, Args: flow("7", "")},
		"other arguments":      {Op: getFlow, Connection: acme, Args: flow("8", "")},
		"another operation":    {Op: createFlow, Connection: acme, Args: flow("7", "")},
		"another connection":   {Op: getFlow, Connection: other, Args: flow("7", "")},
		"the first page":       {Op: getFlow, Connection: acme, Args: flow("7", ""), Page: true},
		"the page that begins": {Op: getFlow, Connection: acme, Args: flow("7", ""), Page: true, Cursor: "2"},
	} {
		h := r.digest(c)
		if twin, ok := seen[h]; ok || len(h) != 24 {
			t.Errorf("%s and %s have the same digest, %q", name, twin, h)
		}
		seen[h] = name
	}
	if a, b := r.digest(Call{Op: getFlow, Connection: acme, Args: flow("7", ""), At: "a.lua:1"}), r.digest(Call{Op: getFlow, Connection: acme, Args: flow("7", ""), At: "a.lua:2"}); a != b {
		t.Error("the place in the script is part of the digest")
	}
}

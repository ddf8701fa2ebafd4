package survival

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// A patch makes a guard depend on a variable of the environment: from stands
// once in the file, else the test has to be written anew.
type patch struct{ file, from, to string }

// off is added to the packages that are patched.
const off = `

import "os"

func off(guard string) bool { return os.Getenv("SURVIVAL_OFF") == guard }
`

// A guard is what keeps one promise; without it the suite must fail, for the
// reason that is expected.
var guards = map[string]struct {
	patches []patch
	reason  string
	scene   func(t *testing.T, bin string, env ...string) error // nil for kills at random
}{
	"order": {
		patches: []patch{{
			"internal/engine/baton.go", "x.rank < b.arrived[best].rank", `x.rank < b.arrived[best].rank && !off("order")`,
		}},
		reason: `error\[mismatch\]`,
	},
	"digest": {
		patches: []patch{
			{"internal/engine/recall.go", "want.Kind == journal.Begin && want.H != got.H", `want.Kind == journal.Begin && want.H != got.H && !off("digest")`},
			{"internal/engine/recall.go", "!k.asked && k.begin.H == rec.H", `!k.asked && (k.begin.H == rec.H || off("digest"))`},
		},
		reason: `it was not refused, and what came is .*create q3`,
		scene:  changedModule,
	},
	"settle": {
		patches: []patch{{
			"internal/engine/settle.go", "	if wait > announced {", `	if off("settle") {
		wait = 0
	}
	if wait > announced {`,
		}},
		reason: `twice: create f1 came 2 times`,
		scene:  lateEffect,
	},
	"durable": {
		patches: []patch{{"internal/journal/read.go", "case rec.S >= want:", `case rec.S >= want && !off("durable"):`}},
		reason:  `it was not refused, and what came is`,
		scene:   flippedByte,
	},
	"intent": { // it is appended by who sends, when it sends
		patches: []patch{
			{"internal/engine/call.go", "	n := r.append(rec, body)\n", `	n := int64(-1)
	if k == nil && !r.past.replaying() && off("intent") {
		rec.B = marshalCall(body)
	} else {
		n = r.append(rec, body)
	}
`},
			{"internal/engine/settle.go", "r.baton.wait(b.strand, func() func() {\n", `r.baton.wait(b.strand, func() func() {
			if s.intent < 0 {
				s.intent, s.began = r.append(rec, nil), r.last
				rec.B = nil
			}
`},
		},
		reason: `error\[mismatch\]`,
	},
}

// Each guard is needed: without it runs that are killed come to harm, and the
// suite sees it.
func TestGuards(t *testing.T) {
	prepare(t)
	dir := t.TempDir()
	bin := filepath.Join(dir, "runner")
	if err := build(dir, bin, patched(t)); err != nil {
		t.Fatal(err)
	}
	for name, g := range guards {
		t.Run(name, func(t *testing.T) {
			env, reason := "SURVIVAL_OFF="+name, regexp.MustCompile(g.reason)
			if g.scene != nil {
				if err := g.scene(t, bin, env); err == nil || !reason.MatchString(err.Error()) {
					t.Errorf("nothing was seen, or something else: %v", err)
				}
				return
			}
			var seen, other error
			s := &series{
				shapes: []shape{fanout(12), queue(12), nested(6)}, width: 2,
				next: func(_ int, s shape, seed uint64) *trial {
					x := newTrial(t, bin, s, seed)
					x.env = []string{env}
					return x
				},
				enough: func(s *series) bool { return s.kills >= 3000 || seen != nil },
				ended: func(x *trial, err error) {
					switch {
					case err == nil:
					case reason.MatchString(err.Error()):
						seen = err
					default:
						other = fmt.Errorf("%w\n%s", err, x.story())
					}
				},
			}
			s.play()
			if seen == nil {
				t.Errorf("nothing was seen in %d kills, or something else: %v", s.kills, other)
			}
			t.Logf("seen after %d kills, in %d runs", s.kills, s.runs)
		})
	}
	t.Run("none", func(t *testing.T) { // the patches themselves do no harm
		for name, play := range scenes {
			if err := play(t, bin); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}

// patched is the files that have guards, with all of them made to depend.
func patched(t *testing.T) map[string]string {
	t.Helper()
	files := map[string]string{}
	for name, g := range guards {
		for _, p := range g.patches {
			text, ok := files[p.file]
			if !ok {
				b, err := os.ReadFile(filepath.Join("..", "..", p.file))
				if err != nil {
					t.Fatal(err)
				}
				text = string(b)
			}
			if n := strings.Count(text, p.from); n != 1 {
				t.Fatalf("guard %s: %q stands %d times in %s: mend the patch", name, p.from, n, p.file)
			}
			files[p.file] = strings.Replace(text, p.from, p.to, 1)
			folder := filepath.Dir(p.file)
			files[folder+"/off.go"] = "package " + filepath.Base(folder) + off
		}
	}
	return files
}

package engine

import (
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"runner/internal/journal"
	"runner/internal/op"
)

func TestEachKeepsItsWidth(t *testing.T) {
	for name, tt := range map[string]struct {
		items, width   int
		most, workers  int
		took           time.Duration
		started, ended int
	}{
		"one at a time":            {5, 1, 1, 1, 5 * time.Second, 5, 5},
		"two at a time":            {5, 2, 2, 2, 3 * time.Second, 5, 5},
		"wider than there are":     {3, 10, 3, 3, time.Second, 3, 3},
		"no items":                 {0, 4, 0, 0, 0, 0, 0},
		"a width of zero is one":   {2, 0, 1, 1, 2 * time.Second, 2, 2},
		"a negative width is one":  {2, -3, 1, 1, 2 * time.Second, 2, 2},
		"as many as there are two": {2, 2, 2, 2, time.Second, 2, 2},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				running, most, workers, started, ended := 0, 0, 0, 0, 0
				r := start(t, &memory{}, Perform)
				began := time.Now()
				r.Do(func(b *Branch) {
					n, e := b.Each(FanOut{Name: "each", Keys: numbers(tt.items), Width: tt.width, Worker: func() func(*Branch, int) (Ended, bool) {
						workers++
						return func(b *Branch, _ int) (Ended, bool) {
							started++
							running++
							most = max(most, running)
							_ = b.Sleep(time.Second)
							running--
							ended++
							return Ended{Status: journal.StatusDone}, false
						}
					}})
					if n != 0 || e != nil {
						t.Errorf("%d not started, %v", n, e)
					}
				})
				if most != tt.most || workers != tt.workers || started != tt.started || ended != tt.ended {
					t.Errorf("at most %d at a time, %d workers, %d started, %d ended; want %+v", most, workers, started, ended, tt)
				}
				if took := time.Since(began); took != tt.took {
					t.Errorf("took %v, want %v", took, tt.took)
				}
			})
		})
	}
}

func TestFirstFailureStartsNoFurtherBranch(t *testing.T) {
	for name, tt := range map[string]struct {
		width      int
		fails      []string
		notStarted int
		want       []string
	}{
		"one at a time": {
			1, []string{"1"}, 4,
			[]string{
				"step /each[0] start", "timer /each[0]:sleep#1", "step /each[0] end done",
				"step /each[1] start", "timer /each[1]:sleep#1", "step /each[1] end failed",
			},
		},
		"those under way come to their end": {
			3, []string{"0"}, 3,
			[]string{
				"step /each[0] start", "step /each[1] start", "step /each[2] start",
				"timer /each[0]:sleep#1", "step /each[0] end failed",
				"timer /each[1]:sleep#1", "step /each[1] end done",
				"timer /each[2]:sleep#1", "step /each[2] end done",
			},
		},
		"two failures": {
			2, []string{"0", "1"}, 4,
			[]string{
				"step /each[0] start", "step /each[1] start",
				"timer /each[0]:sleep#1", "step /each[0] end failed",
				"timer /each[1]:sleep#1", "step /each[1] end failed",
			},
		},
		"the last fails": {
			6, []string{"5"}, 0,
			[]string{
				"step /each[0] start", "step /each[1] start", "step /each[2] start", "step /each[3] start", "step /each[4] start", "step /each[5] start",
				"timer /each[0]:sleep#1", "step /each[0] end done", "timer /each[1]:sleep#1", "step /each[1] end done",
				"timer /each[2]:sleep#1", "step /each[2] end done", "timer /each[3]:sleep#1", "step /each[3] end done",
				"timer /each[4]:sleep#1", "step /each[4] end done", "timer /each[5]:sleep#1", "step /each[5] end failed",
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				m := &memory{}
				keys := numbers(6)
				start(t, m, Perform).Do(func(b *Branch) {
					n, e := each(b, "each", tt.width, keys, func(b *Branch, key string) *op.Error {
						if e := b.Sleep(time.Second + time.Duration(slices.Index(keys, key))); e != nil {
							return e
						}
						if slices.Contains(tt.fails, key) {
							return &op.Error{Kind: op.Failed}
						}
						return nil
					})
					if n != tt.notStarted || e != nil {
						t.Errorf("%d not started, %v; want %d", n, e, tt.notStarted)
					}
				})
				sameLines(t, m.lines(), tt.want)
			})
		})
	}
}

// The width of a fan-out holds for itself: those within it multiply.
func TestEachWithinEach(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m, running, most := &memory{}, 0, 0
		r := start(t, m, Perform)
		r.Do(func(b *Branch) {
			_, e := each(b, "outer", 2, numbers(4), func(b *Branch, _ string) *op.Error {
				n, e := each(b, "inner", 3, numbers(5), func(b *Branch, key string) *op.Error {
					running++
					most = max(most, running)
					defer func() { running-- }()
					if key == "4" {
						return &op.Error{Kind: op.Failed}
					}
					return b.Sleep(time.Second)
				})
				if n != 0 {
					t.Errorf("%d not started", n)
				}
				return e
			})
			if e != nil {
				t.Error(e)
			}
		})
		if most != 6 {
			t.Errorf("at most %d at a time", most)
		}
		var ended []string
		for _, l := range m.lines() {
			if strings.HasSuffix(l, " end done") && strings.Count(l, "/") == 1 {
				ended = append(ended, l)
			}
		}
		slices.Sort(ended)
		sameLines(t, ended, []string{"step /outer[0] end done", "step /outer[1] end done", "step /outer[2] end done", "step /outer[3] end done"})
	})
}

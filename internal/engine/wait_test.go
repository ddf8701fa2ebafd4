package engine

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"runner/internal/op"
)

// Others go on while a branch waits, and its end is an event, as that of a
// sleep is. What is ready at once is none.
func TestWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &memory{}
		start(t, m, Perform).Do(func(b *Branch) {
			began := b.Now()
			_, _ = each(b, "each", 2, []string{"a", "b"}, func(b *Branch, key string) *op.Error {
				if key == "a" {
					_ = b.Wait("thing", func() bool { return true }, nil)
					return b.Wait("thing", func() bool { return false }, func(context.Context) { time.Sleep(time.Minute) })
				}
				_, e := call(b, to(takes), getFlow, key, "5s")
				return e
			})
			if took := b.Now().Sub(began); took != time.Minute {
				t.Errorf("the run's clock went on by %v", took)
			}
		})
		sameLines(t, m.lines(), []string{
			"step /each[a] start", "step /each[b] start", "begin /each[b]:acme.get_flow#1", "done /each[b]:acme.get_flow#1", "step /each[b] end done",
			"timer /each[a]:thing#2", "step /each[a] end done",
		})
	})
}

func TestWaitEndsWithTheRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &memory{}
		r := start(t, m, Perform)
		stopAfterASecond(r)
		r.Do(func(b *Branch) {
			sameError(t, b.Wait("thing", func() bool { return false }, func(ctx context.Context) { <-ctx.Done() }), interrupted)
			sameError(t, b.Wait("thing", func() bool { t.Error("it was asked after the stop"); return true }, nil), interrupted)
		})
		sameLines(t, m.lines(), []string{})
	})
}

package journal

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "rewrite golden files")

// TestCorpus reads journals of all versions. It keeps their readers from changing what was written.
func TestCorpus(t *testing.T) {
	files, err := filepath.Glob("testdata/corpus/*.jsonl")
	must(t, err)
	golden := filepath.Join("testdata", "corpus", "summary.golden")
	var b strings.Builder
	kinds := map[Kind]int{}
	for _, path := range files {
		data, err := os.ReadFile(path)
		must(t, err)
		fmt.Fprintf(&b, "%s\n%s\n", filepath.Base(path), summary(t, string(data), kinds))
	}
	for _, k := range []Kind{Open, Resume, Account, Begin, Done, Fail, Planned, Timer, Step, Decide, Point, Note, Output, End} {
		if kinds[k] == 0 {
			t.Errorf("no journal has a record of kind %s", k)
		}
	}
	if *update {
		must(t, os.WriteFile(golden, []byte(b.String()), 0o644))
	}
	want, err := os.ReadFile(golden)
	must(t, err)
	if got := b.String(); got != string(want) {
		t.Errorf("the corpus reads as\n%s\nwant\n%s", got, want)
	}
}

// summary says what is in a journal. Its digest is of all that records tell, in an order of its own,
// so that fields which are added later leave it as it is.
func summary(t *testing.T, data string, kinds map[Kind]int) string {
	recs, err := readAll(data)
	mine, fields, digest := map[Kind]int{}, map[string]int{}, sha256.New()
	for _, r := range recs {
		kinds[r.Kind]++
		mine[r.Kind]++
		fmt.Fprintf(digest, "%d %d %s %q\n", r.N, r.S, r.T.Format("2006-01-02T15:04:05.000000000Z07:00"), r.Kind)
		for _, f := range []struct{ name, text string }{
			{"key", r.Key}, {"op", r.Op}, {"h", r.H}, {"b", string(r.B)}, {"e", string(r.E)},
			{"next", r.Next}, {"x", r.X}, {"c", r.C}, {"via", r.Via}, {"id", r.ID},
		} {
			if f.text != "" {
				fields[f.name]++
				fmt.Fprintf(digest, "%s %q\n", f.name, f.text)
			}
		}
	}
	var b strings.Builder
	fmt.Fprintf(&b, "  %d records, the last of %s\n", len(recs), recs[len(recs)-1].T.Format("2006-01-02T15:04:05.999999999Z07:00"))
	fmt.Fprintf(&b, "  kinds: %s\n", counts(mine))
	fmt.Fprintf(&b, "  fields: %s\n", counts(fields))
	fmt.Fprintf(&b, "  digest: %.16x\n", digest.Sum(nil))
	var o Opening
	must(t, json.Unmarshal(recs[0].B, &o))
	fmt.Fprintf(&b, "  format %d, run %s, mode %s, seed %d, script %s\n", o.Format, o.Run, o.Mode, o.Seed, o.Script)
	if last := recs[len(recs)-1]; last.Kind == End {
		var e Ending
		must(t, json.Unmarshal(last.B, &e))
		fmt.Fprintf(&b, "  ended: %d, %s\n", e.Code, e.Reason)
	}
	fmt.Fprintf(&b, "  reads: %s\n", orFine(err))
	w, again, err := reopen(holding(data), Options{})
	if err == nil {
		must(t, w.Close())
	} else if !errors.As(err, new(*Damaged)) {
		t.Errorf("reopened: %v", err)
	}
	fmt.Fprintf(&b, "  reopens: %s, with %d records\n", orFine(err), len(again))
	return b.String()
}

func orFine(err error) string {
	if err == nil {
		return "fine"
	}
	return err.Error()
}

func counts[K ~string](of map[K]int) string {
	var list []string
	for _, k := range slices.Sorted(maps.Keys(of)) {
		list = append(list, fmt.Sprintf("%s %d", k, of[k]))
	}
	return strings.Join(list, ", ")
}

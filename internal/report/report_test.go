package report_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"runner/internal/journal"
	"runner/internal/op"
	"runner/internal/report"
)

var update = flag.Bool("update", false, "rewrite golden files")

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s is\n%s\nwant\n%s", name, got, want)
	}
}

// A run writes the records of a run, one second apart.
type run struct{ records []journal.Record }

var noon = time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)

func (r *run) add(k journal.Kind, key, operation string, body any, failure *op.Error) {
	rec := journal.Record{Kind: k, Key: key, Op: operation, T: noon.Add(time.Duration(len(r.records)) * time.Second)}
	if body != nil {
		rec.B = raw(body)
	}
	if failure != nil {
		rec.E = raw(failure)
	}
	r.records = append(r.records, rec)
}

func raw(v any) json.RawMessage {
	if b, ok := v.(json.RawMessage); ok {
		return b
	}
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return b
}

func (r *run) call(key, operation, effect, thing, args, answer string, failure *op.Error) {
	r.add(journal.Begin, key, operation, journal.Call{Effect: effect, Thing: thing, Args: raw(json.RawMessage(args)), At: "x.lua:1"}, nil)
	if failure != nil {
		r.add(journal.Fail, key, operation, nil, failure)
		return
	}
	r.add(journal.Done, key, operation, json.RawMessage(answer), nil)
}

func (r *run) step(path, event, status, reason string) {
	r.add(journal.Step, path, "", journal.StepEvent{Event: event, Status: status, Reason: reason}, nil)
}

func (r *run) open(mode string) {
	r.add(journal.Open, "", "", journal.Opening{Format: 1, Run: "20260601T120000-abcd", Tool: "1.0", Script: "x.lua", SHA256: "ab", Mode: mode, Params: map[string]string{"who": "ada@example.com"}}, nil)
}

func (r *run) report() *report.Report {
	rep := report.New()
	for _, rec := range r.records {
		rep.Add(rec)
	}
	rep.Close("/state/runs/20260601T120000-abcd")
	return rep
}

func (r *run) names(rep *report.Report) report.Names {
	return rep.Names(func(yield func(journal.Record, error) bool) {
		for _, rec := range r.records {
			if !yield(rec, nil) {
				return
			}
		}
	})
}

const adaID, linID = "61d57bea3c15317e1a48205b", "61d57bea3c15317e1a48205c"

// failed is a run with a bit of everything.
func failed() *run {
	r := &run{}
	r.open("run")
	r.step("/find", "start", "", "")
	r.call("/find:a.list_users#1", "a.list_users", "read", "", `{}`, `[{"id":"`+adaID+`","name":"Ada Winter"},{"id":"`+linID+`","email":"lin@example.com"}]`, nil)
	r.call("/find:a.get_user#1", "a.get_user", "read", "", `{}`, `{"id":"`+adaID+`","email":"ada@example.com","name":"Ada Winter"}`, nil)
	r.step("/find", "end", journal.StatusDone, "")
	r.step("/hand over", "start", "", "")
	r.step("/hand over/each[x]", "start", "", "")
	r.call("/hand over/each[x]:a.transfer_assets#1", "a.transfer_assets", "destructive", "assets of user "+adaID, `{"user_id":"`+adaID+`","owner_id":"`+linID+`"}`, `[]`, nil)
	r.call("/hand over/each[x]:a.add_user#1", "a.add_user", "write", "user new@example.com", `{"email":"new@example.com","tags":["a","b"],"note":null}`, `null`, nil)
	r.call("/hand over/each[x]:a.update_user#1", "a.update_user", "write", "user "+linID, `{"user_id":"`+linID+`","name":"evil\u001b[31m\r\n::error::x"}`, ``,
		&op.Error{Kind: op.Invalid, Cause: "no such name", Status: 400, RetryAfter: -1})
	r.call("/hand over/each[x]:a.create_user#1", "a.create_user", "write", "user z@example.com", `{"email":"z@example.com"}`, ``, &op.Error{Kind: op.InDoubt, Cause: "gone", RetryAfter: -1})
	r.step("/hand over/each[x]", "end", journal.StatusFailed, "no such name")
	r.step("/hand over", "end", journal.StatusFailed, "no such name")
	r.step("/rest", "start", "", "")
	r.step("/rest", "end", journal.StatusSkipped, "there is nothing left to do, which takes a while to say and so is wrapped")
	r.add(journal.Output, "", "", journal.Result{Name: "n", Value: raw([]map[string]any{{"a": 1}})}, nil)
	r.add(journal.Note, "", "", journal.Line{Level: "warn", Text: "careful"}, nil)
	r.add(journal.Note, "", "", journal.Line{Level: "warn", Text: "careful"}, nil)
	r.add(journal.Note, "", "", journal.Line{Level: "print", Text: "two\nlines"}, nil)
	e := &op.Error{Kind: op.Invalid, Op: "a.update_user", Subject: "user " + linID, Cause: "no such name", Hint: "use another\nor none", Status: 400, RequestID: "r-1", Attempts: 2, RetryAfter: -1}
	r.add(journal.End, "", "", journal.Ending{Code: 6, Reason: e.Error(), At: "x.lua:7", Step: "/hand over/each[x]", Source: `  a.update_user { user_id = "x" }`}, e)
	return r
}

// dry is a dry run that could not be followed to its end.
func dry() *run {
	r := &run{}
	r.open("dry-run")
	r.add(journal.Planned, ":a.create_user#1", "a.create_user", journal.Call{Effect: "write", Thing: "user new@example.com", Args: raw(json.RawMessage(`{"email":"new@example.com"}`))}, nil)
	r.add(journal.Planned, ":a.delete_user#1", "a.delete_user", journal.Call{Effect: "destructive", Thing: "user <id of user new@example.com>", Args: raw(json.RawMessage(`{"user_id":{"$unknown":"id of user new@example.com"},"why":"x"}`))}, nil)
	r.add(journal.Point, "", "", journal.OpenPoint{At: "x.lua:9", Label: "role of user new@example.com", Why: "the script decides by it"}, nil)
	r.add(journal.End, "", "", journal.Ending{Code: 0, Reason: "done"}, nil)
	return r
}

func TestText(t *testing.T) {
	cut := failed()
	cut.records = cut.records[:10] // while the first change is under way
	nothing := &run{}
	nothing.open("run")
	nothing.add(journal.End, "", "", journal.Ending{Reason: "done"}, nil)
	stopped := &run{}
	stopped.open("run")
	e := &op.Error{Kind: op.Cancelled, Subject: "the run", Cause: "it was interrupted", RetryAfter: -1}
	stopped.call(":a.list_users#1", "a.list_users", "read", "", `{}`, `[]`, nil)
	stopped.add(journal.End, "", "", journal.Ending{Code: 130, Reason: e.Error()}, e)
	for name, r := range map[string]*run{"failed": failed(), "dry": dry(), "cut": cut, "nothing": nothing, "stopped": stopped, "resumed": resumed()} {
		for _, width := range []int{0, 40} {
			var b strings.Builder
			rep := r.report()
			rep.Text(&b, report.Style{Width: width}, r.names(rep))
			if width == 0 {
				rep.WriteLog(&b, report.Style{})
				rep.WriteLog(&b, report.Style{Full: true})
			}
			inert(t, b.String())
			golden(t, fmt.Sprintf("%s-%d.txt", name, width), b.String())
		}
	}
}

// The JSON form is a contract.
func TestJSON(t *testing.T) {
	for name, r := range map[string]*run{"failed": failed(), "dry": dry(), "resumed": resumed()} {
		b, err := r.report().JSON()
		if err != nil {
			t.Fatal(err)
		}
		b = report.Escape(b)
		inert(t, string(b))
		golden(t, name+".json", string(b)+"\n")
	}
}

func inert(t *testing.T, text string) {
	t.Helper()
	if got := report.Inert(text); got != text {
		t.Errorf("this acts: %q", text)
	}
}

// Whatever the records are, a report of them is that of the journal they were
// written to.
func TestReportIsAFunctionOfTheJournal(t *testing.T) {
	for seed := range uint64(60) {
		r := random(rand.New(rand.NewPCG(seed, 1)))
		dir := t.TempDir()
		w, err := journal.Create(dir, journal.Options{Now: time.Now})
		if err != nil {
			t.Fatal(err)
		}
		live := report.New()
		for _, rec := range r.records {
			live.Add(rec)
			if _, err := w.Append(rec); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		back := report.New()
		for rec, err := range journal.ReadRun(dir) {
			if err != nil {
				t.Fatal(err)
			}
			back.Add(rec)
		}
		live.Close(dir)
		back.Close(dir)
		if a, b := all(t, live, dir), all(t, back, dir); a != b {
			t.Fatalf("seed %d: live\n%s\nfrom the journal\n%s", seed, a, b)
		}
		c := live.Counts
		if c.Unanswered < 0 || c.Reads+c.Writes+c.Destructive+c.Failed+c.InDoubt > len(r.records) {
			t.Errorf("seed %d: counts %+v", seed, c)
		}
	}
}

func all(t *testing.T, r *report.Report, dir string) string {
	t.Helper()
	b, err := r.JSON()
	if err != nil {
		t.Fatal(err)
	}
	var text strings.Builder
	r.Text(&text, report.Style{Full: true}, r.Names(journal.ReadRun(dir)))
	return string(b) + text.String()
}

// random makes records in an order that a run could write, more or less.
func random(x *rand.Rand) *run {
	r := &run{}
	pick := func(list ...string) string { return list[x.IntN(len(list))] }
	r.open(pick("run", "dry-run"))
	for i := range x.IntN(60) {
		path := pick("", "/a", "/a/each[1]", "/b")
		key := fmt.Sprintf("%s:v.op#%d", path, x.IntN(10))
		call := journal.Call{Effect: pick("read", "write", "destructive"), Thing: "user " + adaID, Args: raw(json.RawMessage(`{"id":"` + adaID + `","n":[1,{"b":null}]}`))}
		switch x.IntN(8) {
		case 0, 1:
			r.add(journal.Begin, key, "v.op", call, nil)
		case 2:
			r.add(journal.Done, key, "v.op", json.RawMessage(`{"id":"`+adaID+`","name":"N`+fmt.Sprint(i)+`"}`), nil)
		case 3:
			r.add(journal.Fail, key, "v.op", nil, &op.Error{Kind: op.Kind(pick("in_doubt", "invalid")), Cause: "why", RetryAfter: -1})
		case 4:
			r.add(journal.Planned, key, "v.op", call, nil)
		case 5:
			r.step(path+"/a", pick("start", "end"), pick("done", "failed", "open"), "x.lua:1")
		case 6:
			r.add(journal.Note, path, "", journal.Line{Level: pick("print", "warn"), Text: "t"}, nil)
		default:
			r.add(journal.Output, path, "", journal.Result{Name: "o", Value: json.RawMessage(`[{"a":1}]`)}, nil)
		}
		if x.IntN(5) == 0 { // a clock that was put back
			r.records[len(r.records)-1].T = noon
		}
	}
	if x.IntN(3) > 0 {
		e := &op.Error{Kind: op.Kind(pick("failed", "cancelled")), Cause: "c", RetryAfter: -1}
		r.add(journal.End, "", "", journal.Ending{Code: x.IntN(7), Reason: "r", At: "x.lua:2", Step: "/a"}, e)
	}
	return r
}

package report_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"runner/internal/journal"
	"runner/internal/op"
	"runner/internal/report"
)

func (r *run) resume(c journal.Continuation) { r.add(journal.Resume, "", "", c, nil) }

// begin and end are the two records of a call.
func (r *run) begin(key, effect, h, via, from string) {
	name, _, _ := strings.Cut(key[strings.LastIndexByte(key, ':')+1:], "#")
	r.add(journal.Begin, key, name, journal.Call{Effect: effect, Thing: "user of " + h, Args: raw(json.RawMessage(`{"id":"` + h + `"}`)), At: "x.lua:1", From: from}, nil)
	last := &r.records[len(r.records)-1]
	last.H, last.Via = h, via
}

func (r *run) answer(key, via string, failure *op.Error) {
	name, _, _ := strings.Cut(key[strings.LastIndexByte(key, ':')+1:], "#")
	kind := journal.Done
	if failure != nil {
		kind = journal.Fail
	}
	r.add(kind, key, name, json.RawMessage(`{}`), failure)
	r.records[len(r.records)-1].Via = via
}

func (r *run) made(key, effect, h, via string, failure *op.Error) {
	r.begin(key, effect, h, via, "")
	if via == "" {
		via = "sent"
	}
	r.answer(key, via, failure)
}

func (r *run) end(code int, e *op.Error) {
	if e == nil {
		r.add(journal.End, "", "", journal.Ending{Code: code, Reason: "done"}, nil)
		return
	}
	r.add(journal.End, "", "", journal.Ending{Code: code, Reason: e.Error()}, e)
}

var (
	refusal = &op.Error{Kind: op.Conflict, Cause: "it is running", RetryAfter: -1}
	doubt   = &op.Error{Kind: op.InDoubt, Cause: "gone", RetryAfter: -1}
)

// Each call counts once, as what came of it at last.
func TestCountsOfResumedRuns(t *testing.T) {
	anew := journal.Continuation{Anew: true}
	first := func(r *run) {
		r.step("/a", "start", "", "")
		r.made("/a:a.get_user#1", "read", "g", "", nil)
		r.made("/a:a.create_user#1", "write", "c", "", nil)
		r.made("/a:a.delete_user#1", "destructive", "d", "", nil)
	}
	recalled := func(r *run) {
		r.step("/a", "start", "", "")
		r.made("/a:a.get_user#1", "read", "g", "recalled", nil)
		r.made("/a:a.create_user#1", "write", "c", "recalled", nil)
		r.made("/a:a.delete_user#1", "destructive", "d", "recalled", nil)
	}
	for name, tt := range map[string]struct {
		records func(r *run)
		counts  report.Counts
		step    [3]int   // reads, writes and destructive calls of /a
		changes []string // key, status, via and whether it is of before
	}{
		"answered from the record": {func(r *run) {
			first(r)
			r.end(1, refusal)
			r.resume(anew)
			recalled(r)
		}, report.Counts{Reads: 1, Writes: 1, Destructive: 1}, [3]int{1, 1, 1},
			[]string{"/a:a.create_user#1 done", "/a:a.delete_user#1 done"}},
		"three times": {func(r *run) {
			first(r)
			for range 3 {
				r.end(1, refusal)
				r.resume(anew)
				recalled(r)
			}
		}, report.Counts{Reads: 1, Writes: 1, Destructive: 1}, [3]int{1, 1, 1},
			[]string{"/a:a.create_user#1 done", "/a:a.delete_user#1 done"}},
		"a change that is tried again": {func(r *run) {
			first(r)
			r.made("/a:a.add_user#1", "write", "b", "", refusal)
			r.end(1, refusal)
			r.resume(anew)
			recalled(r)
			r.made("/a:a.add_user#1", "write", "b", "", nil)
		}, report.Counts{Reads: 1, Writes: 2, Destructive: 1}, [3]int{1, 2, 1},
			[]string{"/a:a.create_user#1 done", "/a:a.delete_user#1 done", "/a:a.add_user#1 done"}},
		"a read that is tried again": {func(r *run) {
			first(r)
			r.made("/a:a.list_users#1", "read", "l", "", refusal)
			r.end(1, refusal)
			r.resume(anew)
			recalled(r)
			r.made("/a:a.list_users#1", "read", "l", "", nil)
		}, report.Counts{Reads: 2, Writes: 1, Destructive: 1}, [3]int{2, 1, 1},
			[]string{"/a:a.create_user#1 done", "/a:a.delete_user#1 done"}},
		"and fails again": {func(r *run) {
			first(r)
			r.made("/a:a.list_users#1", "read", "l", "", refusal)
			r.made("/a:a.add_user#1", "write", "b", "", refusal)
			r.end(1, refusal)
			r.resume(anew)
			recalled(r)
			r.made("/a:a.list_users#1", "read", "l", "", refusal)
			r.made("/a:a.add_user#1", "write", "b", "", refusal)
		}, report.Counts{Reads: 1, Writes: 1, Destructive: 1, Failed: 2}, [3]int{1, 1, 1},
			[]string{"/a:a.create_user#1 done", "/a:a.delete_user#1 done", "/a:a.add_user#1 failed"}},
		"a failure that stays": {func(r *run) {
			first(r)
			r.made("/a:a.list_users#1", "read", "l", "", refusal)
			r.made("/a:a.add_user#1", "write", "b", "", refusal)
			r.end(1, refusal)
			r.resume(anew)
			recalled(r)
			r.made("/a:a.list_users#1", "read", "l", "recalled", refusal)
			r.made("/a:a.add_user#1", "write", "b", "recalled", refusal)
		}, report.Counts{Reads: 1, Writes: 1, Destructive: 1, Failed: 2}, [3]int{1, 1, 1},
			[]string{"/a:a.create_user#1 done", "/a:a.delete_user#1 done", "/a:a.add_user#1 failed"}},
		"looked up": {func(r *run) {
			first(r)
			r.made("/a:a.add_user#1", "write", "b", "", doubt)
			r.end(6, doubt)
			r.resume(anew)
			recalled(r)
			r.begin("/a:a.add_user#1", "write", "b", "recalled", "")
			r.answer("/a:a.add_user#1", "probed", nil)
		}, report.Counts{Reads: 1, Writes: 2, Destructive: 1}, [3]int{1, 2, 1},
			[]string{"/a:a.create_user#1 done", "/a:a.delete_user#1 done", "/a:a.add_user#1 done probed"}},
		"sent again": {func(r *run) {
			first(r)
			r.begin("/a:a.add_user#1", "write", "b", "", "")
			r.resume(journal.Continuation{})
			r.begin("/a:a.add_user#1", "write", "b", "again", "")
			r.answer("/a:a.add_user#1", "sent", nil)
		}, report.Counts{Reads: 1, Writes: 2, Destructive: 1}, [3]int{1, 2, 1},
			[]string{"/a:a.create_user#1 done", "/a:a.delete_user#1 done", "/a:a.add_user#1 done"}},
		"in doubt again": {func(r *run) {
			first(r)
			r.made("/a:a.add_user#1", "write", "b", "", doubt)
			r.end(6, doubt)
			r.resume(anew)
			recalled(r)
			r.begin("/a:a.add_user#1", "write", "b", "recalled", "")
			r.answer("/a:a.add_user#1", "sent", doubt)
		}, report.Counts{Reads: 1, Writes: 1, Destructive: 1, InDoubt: 1}, [3]int{1, 1, 1},
			[]string{"/a:a.create_user#1 done", "/a:a.delete_user#1 done", "/a:a.add_user#1 in_doubt"}},
		"a person said so": {func(r *run) {
			first(r)
			r.begin("/a:a.add_user#1", "write", "b", "", "")
			r.add(journal.Settle, "/a:a.add_user#1", "", journal.Settlement{Landed: true}, nil)
			r.resume(anew)
			recalled(r)
			r.begin("/a:a.add_user#1", "write", "b", "recalled", "")
			r.answer("/a:a.add_user#1", "decided", nil)
		}, report.Counts{Reads: 1, Writes: 2, Destructive: 1}, [3]int{1, 2, 1},
			[]string{"/a:a.create_user#1 done", "/a:a.delete_user#1 done", "/a:a.add_user#1 done decided"}},
		"other arguments, accepted": {func(r *run) {
			first(r)
			r.end(1, refusal)
			r.resume(journal.Continuation{Anew: true, Accept: true})
			r.step("/a", "start", "", "")
			r.made("/a:a.create_user#1", "write", "other", "", nil)
		}, report.Counts{Reads: 1, Writes: 2, Destructive: 1}, [3]int{0, 1, 0},
			[]string{"/a:a.create_user#1 done earlier", "/a:a.delete_user#1 done earlier", "/a:a.create_user#1 done"}},
		"moved": {func(r *run) {
			first(r)
			r.end(1, refusal)
			r.resume(journal.Continuation{Anew: true, Accept: true})
			r.begin(":a.create_user#1", "write", "c", "recalled", "/a:a.create_user#1")
			r.answer(":a.create_user#1", "recalled", nil)
		}, report.Counts{Reads: 1, Writes: 1, Destructive: 1}, [3]int{},
			[]string{":a.create_user#1 done", "/a:a.delete_user#1 done earlier"}},
	} {
		t.Run(name, func(t *testing.T) {
			r := &run{}
			r.open("run")
			tt.records(r)
			rep := r.report()
			if rep.Counts != tt.counts {
				t.Errorf("counts %+v, want %+v", rep.Counts, tt.counts)
			}
			var step [3]int
			for _, s := range rep.Steps {
				if s.Path == "/a" {
					step = [3]int{s.Reads, s.Writes, s.Destructive}
				}
			}
			if step != tt.step {
				t.Errorf("step /a has %v, want %v", step, tt.step)
			}
			var changes []string
			for _, c := range rep.Changes {
				words := []string{c.Key, c.Status}
				if c.Via != "" {
					words = append(words, c.Via)
				}
				if c.Earlier {
					words = append(words, "earlier")
				}
				changes = append(changes, strings.Join(words, " "))
			}
			if fmt.Sprint(changes) != fmt.Sprint(tt.changes) {
				t.Errorf("changes %q, want %q", changes, tt.changes)
			}
		})
	}
}

// resumed is a run that failed, was changed, and came to its end.
func resumed() *run {
	r := &run{}
	r.open("run")
	r.step("/old", "start", "", "")
	r.made("/old:a.create_user#1", "write", "one", "", nil)
	r.made("/old:a.create_user#2", "write", "two", "", nil)
	r.made("/old:a.add_user#1", "write", "three", "", doubt)
	r.step("/old", "end", journal.StatusInDoubt, "gone")
	r.end(6, doubt)
	r.resume(journal.Continuation{Anew: true, Accept: true})
	r.step("/new", "start", "", "")
	r.begin("/new:a.create_user#1", "write", "one", "recalled", "/old:a.create_user#1")
	r.answer("/new:a.create_user#1", "recalled", nil)
	r.begin("/new:a.add_user#1", "write", "three", "recalled", "/old:a.add_user#1")
	r.answer("/new:a.add_user#1", "probed", nil)
	r.step("/new", "end", journal.StatusDone, "")
	r.end(0, nil)
	return r
}

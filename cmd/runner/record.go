package main

import (
	"cmp"
	"encoding/json"
	"errors"
	"sync"

	"runner/internal/bindings"
	"runner/internal/journal"
	"runner/internal/plan"
)

// record is the run's journal. Its folder is made with the first call: a
// script that calls nothing leaves nothing.
//
// The journal of a run that goes on is open from the start. Nothing is written
// to it before the run has something to add.
//
// Where it cannot be made, reads and dry runs go on without one; the first
// change does not.
type record struct {
	dir       string
	script    bindings.Script
	seed      uint64
	options   journal.Options
	observe   func(journal.Record)
	unwritten func(error)           // told once that there is no journal
	redact    func(string) string   // for the copy of the script
	goesOn    *journal.Continuation // how the run goes on; nil if it is new, or was told

	mu     sync.Mutex
	early  []journal.Record
	writer *journal.Writer
	kept   string // the copy of the script
	beside []keep // to be kept as soon as there is a folder
	absent error  // why there is no journal
	err    error  // why the run may not go on
	n      int64  // records that no writer has numbered

	safe   bool  // what is kept beside the journal is on disk
	unsafe error // why it is not
}

// A keep is a file that is kept beside the journal.
type keep struct {
	kind, name string
	content    []byte
}

// Keep keeps a file beside the journal, so that the run can go on without it;
// of a run that goes on, not before that is told: a run that is refused stays
// as it was. What holds a secret is not kept.
func (r *record) Keep(kind, name string, content []byte) {
	if text := string(content); r.redact(text) != text {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.beside = append(r.beside, keep{kind, name, content})
	if r.writer != nil && r.goesOn == nil && r.err == nil {
		r.err = r.keepBeside()
	}
}

func (r *record) keepBeside() error {
	for _, k := range r.beside {
		r.safe = false
		if _, err := journal.Keep(r.dir, k.kind, k.name, k.content); err != nil {
			return err
		}
	}
	r.beside = nil
	return nil
}

// Append takes a record.
func (r *record) Append(rec journal.Record) (int64, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.err == nil && r.writer == nil && called(rec.Kind) {
		r.create(rec)
	}
	if c := r.goesOn; c != nil && r.err == nil {
		r.goesOn = nil
		resume := journal.Record{Kind: journal.Resume, T: rec.T, B: marshal(c)}
		r.observe(resume)
		if _, r.err = r.writer.Append(resume); r.err == nil {
			r.err = errors.Join(r.keepBeside(), r.keepScript())
		}
	}
	if r.err == nil || rec.Kind != journal.Begin { // what is not recorded does not begin
		r.observe(rec)
	}
	switch {
	case r.err != nil:
		return 0, r.err
	case r.writer != nil:
		return r.writer.Append(rec)
	case r.absent == nil:
		r.early = append(r.early, rec)
	}
	r.n++
	return r.n, nil
}

func called(k journal.Kind) bool {
	return k == journal.Begin || k == journal.Planned || k == journal.Point || k == journal.Timer || k == journal.Decide
}

// changes reports whether the record is the intent of a change.
func changes(rec journal.Record) bool {
	var c journal.Call
	return rec.Kind == journal.Begin && (json.Unmarshal(rec.B, &c) != nil || c.Effect != "read")
}

// create makes the journal, or finds out that there is none.
func (r *record) create(rec journal.Record) {
	if r.absent == nil {
		if r.absent = r.open(); r.absent != nil {
			r.early = nil
			r.unwritten(r.absent)
		}
	}
	if r.absent != nil && changes(rec) {
		r.err = r.absent
	}
}

func (r *record) open() error {
	if r.dir == "" {
		return errors.New("there is no folder for it: neither HOME nor XDG_STATE_HOME is set")
	}
	w, err := journal.Create(r.dir, r.options)
	if err != nil {
		return err
	}
	for _, rec := range r.early {
		if _, err := w.Append(rec); err != nil {
			return err
		}
	}
	r.writer, r.early = w, nil
	if err := r.keepBeside(); err != nil {
		return err
	}
	return r.keepScript()
}

// keepScript keeps the script without the secrets that are known by now.
func (r *record) keepScript() error {
	source := r.redact(r.script.Source)
	if source == r.kept {
		return nil
	}
	r.kept, r.safe = source, false
	_, err := journal.Keep(r.dir, journal.KeptScript, keptScript(r.script.Name, plan.Digest([]byte(r.script.Source))), []byte(source))
	return err
}

// Flush asks that a record be on disk soon.
func (r *record) Flush(n int64) {
	if w, _ := r.current(); w != nil {
		w.Flush(n)
	}
}

// Sync waits until a record is on disk, and before it what the run needs to go
// on.
func (r *record) Sync(n int64) error {
	w, err := r.keptSafely()
	if w == nil || err != nil {
		return err
	}
	return w.Sync(n)
}

// keptSafely is the journal when what is kept beside it is on disk. Nothing is
// kept meanwhile: what is half written has a name that goes.
func (r *record) keptSafely() (*journal.Writer, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.writer != nil && r.err == nil && r.unsafe == nil && !r.safe {
		r.unsafe = journal.SyncKept(r.dir)
		r.safe = true
	}
	return r.writer, cmp.Or(r.err, r.unsafe)
}

func (r *record) current() (*journal.Writer, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.writer, r.err
}

// Close ends the journal; folder is "" if there is none.
func (r *record) Close() (folder string, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.writer == nil {
		return "", r.err
	}
	if r.goesOn == nil {
		err = r.keepScript() // a secret may have become known since
	}
	if e := r.writer.Close(); e != nil {
		err = e
	}
	return r.dir, err
}

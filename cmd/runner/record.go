package main

import (
	"encoding/json"
	"errors"
	"path/filepath"
	"sync"

	"runner/internal/bindings"
	"runner/internal/journal"
)

// record is the run's journal. Its folder is made with the first call: a
// script that calls nothing leaves nothing.
//
// Where it cannot be made, reads and dry runs go on without one; the first
// change does not.
type record struct {
	dir       string
	script    bindings.Script
	seed      uint64
	options   journal.Options
	observe   func(journal.Record)
	unwritten func(error)         // told once that there is no journal
	redact    func(string) string // for the copy of the script

	mu     sync.Mutex
	early  []journal.Record
	writer *journal.Writer
	kept   string // the copy of the script
	absent error  // why there is no journal
	err    error  // why the run may not go on
	n      int64  // records that no writer has numbered
}

// Append takes a record.
func (r *record) Append(rec journal.Record) (int64, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.err == nil && r.writer == nil && called(rec.Kind) {
		r.create(rec)
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
	return r.keepScript()
}

// keepScript keeps the script without the secrets that are known by now.
func (r *record) keepScript() error {
	source := r.redact(r.script.Source)
	if source == r.kept {
		return nil
	}
	r.kept = source
	return journal.KeepScript(r.dir, filepath.Base(r.script.Name), source)
}

// Flush asks that a record be on disk soon.
func (r *record) Flush(n int64) {
	if w, _ := r.current(); w != nil {
		w.Flush(n)
	}
}

// Sync waits until a record is on disk.
func (r *record) Sync(n int64) error {
	w, err := r.current()
	if w == nil {
		return err
	}
	return w.Sync(n)
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
	err = r.keepScript() // a secret may have become known since
	if e := r.writer.Close(); e != nil {
		err = e
	}
	return r.dir, err
}

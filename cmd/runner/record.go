package main

import (
	"errors"
	"path/filepath"
	"sync"

	"runner/internal/bindings"
	"runner/internal/journal"
)

// record is the run's journal. Its folder is made with the first call: a
// script that calls nothing leaves nothing.
type record struct {
	dir     string
	script  bindings.Script
	options journal.Options
	observe func(journal.Record)

	mu     sync.Mutex
	early  []journal.Record
	writer *journal.Writer
	err    error
}

// Append takes a record.
func (r *record) Append(rec journal.Record) (int64, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.observe(rec)
	if r.err != nil {
		return 0, r.err
	}
	if r.writer == nil {
		switch rec.Kind {
		case journal.Begin, journal.Planned, journal.Point, journal.Timer:
			if r.err = r.create(); r.err != nil {
				return 0, r.err
			}
		default:
			r.early = append(r.early, rec)
			return int64(len(r.early)), nil
		}
	}
	return r.writer.Append(rec)
}

func (r *record) create() error {
	if r.dir == "" {
		return errors.New("there is no folder for it: neither HOME nor XDG_STATE_HOME is set")
	}
	w, err := journal.Create(r.dir, r.options)
	if err != nil {
		return err
	}
	if err := journal.KeepScript(r.dir, filepath.Base(r.script.Name), r.script.Source); err != nil {
		return err
	}
	for _, rec := range r.early {
		if _, err := w.Append(rec); err != nil {
			return err
		}
	}
	r.writer, r.early = w, nil
	return nil
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
	return r.dir, r.writer.Close()
}

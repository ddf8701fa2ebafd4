package journal

import (
	"errors"
	"path/filepath"
)

// ErrEmpty says that there is no whole record in a journal, so that nothing can go on from it.
var ErrEmpty = errors.New("it has no whole record")

// Reopen goes on with the journal in dir. Every record in it is given to each, verified and in
// order, and an error of each ends the opening and is returned. Then a torn tail is cut off, and
// all that is left is on disk before Reopen returns. The next record gets the next number.
//
// Nothing is changed if the error is that of each, *Damaged, a *Held, or wraps ErrEmpty or, where
// there is no journal, fs.ErrNotExist. Records may have been given to each before an error.
func Reopen(dir string, o Options, each func(Record) error) (*Writer, error) {
	o = o.complete()
	path := filepath.Join(dir, FileName)
	file, err := o.FS.Open(path)
	if err != nil {
		return nil, failure("reopen", path, err)
	}
	held, err := take(dir, o)
	if err != nil {
		_ = file.Close()
		return nil, failure("reopen", path, err)
	}
	w := writerOn(path, o, file, held)
	if err := w.takeUp(dir, each); err != nil {
		_ = file.Close()
		_ = held.Close()
		return nil, err
	}
	go w.commitAll()
	return w, nil
}

// takeUp reads what is there and makes sure of it.
func (w *Writer) takeUp(dir string, each func(Record) error) error {
	torn, err := w.replay(each)
	if err != nil {
		return err
	}
	if w.n == 0 {
		return failure("reopen", w.path, ErrEmpty)
	}
	if torn != nil {
		if err := w.file.Truncate(torn.Offset); err != nil {
			return failure("cut torn tail off", w.path, err)
		}
	}
	// What was read may be known to this machine's memory only. And were the tail to come back
	// after a power cut, behind what is appended now, its records would be taken for later ones.
	if err := w.file.Sync(); err != nil {
		return failure("sync", w.path, err)
	}
	if err := settle(w.opts.FS, dir); err != nil {
		return failure("sync folder of", w.path, err)
	}
	w.wanted, w.synced = w.n, w.n
	return nil
}

// replay gives the records to each. It returns the torn tail, if there is one.
func (w *Writer) replay(each func(Record) error) (*Torn, error) {
	for r, err := range Read(w.file) {
		if torn, ok := errors.AsType[*Torn](err); ok {
			return torn, nil
		}
		if err != nil {
			return nil, err
		}
		if err := each(r); err != nil {
			return nil, err
		}
		w.n, w.clock = r.N, r.T.UTC()
	}
	return nil, nil
}

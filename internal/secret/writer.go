package secret

import (
	"io"
	"sync"
)

// Writer removes secrets from a stream, also those that arrive in pieces. It is safe for concurrent
// use.
type Writer struct {
	r *Redactor
	w io.Writer

	mu sync.Mutex
	// held is the end of the stream that could be the beginning of a secret.
	held []byte
	// before is the byte before held, 0 at the beginning.
	before byte
}

// Writer returns a writer that passes on to w what it is given, without secrets. What could be the
// beginning of a secret is held back until more arrives, or Flush or Close is called; everything
// else is passed on at once.
func (r *Redactor) Writer(w io.Writer) *Writer { return &Writer{r: r, w: w} }

// Write passes p on, in at most one write.
func (w *Writer) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if err := w.pass(p, false); err != nil {
		return 0, err
	}
	return len(p), nil
}

// Flush passes on what is held back. It may let the beginning of a secret through whose rest comes
// later: flush where a text ends or a person is asked, not on a timer.
func (w *Writer) Flush() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.pass(nil, true)
}

// Close flushes. It does not close the writer below, and may be called more than once.
func (w *Writer) Close() error { return w.Flush() }

func (w *Writer) pass(p []byte, whole bool) error {
	data := p
	if len(w.held) > 0 {
		data = append(w.held, p...)
	}
	if len(data) == 0 {
		return nil
	}
	var out []byte
	m, t, last := w.r.matcher(), view(data), 0
	start, end, hold := m.find(t, 0, w.before, whole)
	if start < 0 {
		out = data[:hold]
	} else {
		out = make([]byte, 0, len(data)+len(Mask))
		for ; start >= 0; start, end, hold = m.find(t, last, w.before, whole) {
			out = append(append(out, t[last:start]...), Mask...)
			last = end
		}
		out = append(out, t[last:hold]...)
	}
	var err error
	if len(out) > 0 {
		_, err = w.w.Write(out)
	}
	if hold > 0 {
		w.before = data[hold-1]
	}
	w.held = append(w.held[:0], data[hold:]...)
	return err
}

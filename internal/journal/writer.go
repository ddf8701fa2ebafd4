package journal

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"sync"
	"time"
)

// Options of a journal.
type Options struct {
	// Now tells the wall time. Required.
	Now func() time.Time

	// Redact takes secrets out of a JSON text: a body, or a key or operation as a JSON string. It
	// returns valid JSON, a string for a string. It is called from any goroutine, must not change
	// its argument and must not keep it. Nil means that there are no secrets.
	Redact func([]byte) []byte

	// Observe is told every record as a reader will see it, in the order of the file, before it is
	// on disk. It is called inside Append: it must be quick, must not use the writer, and must not
	// keep the bodies. May be nil.
	Observe func(Record)

	// PID and Host say who has the journal open, to others who try. Zero values are allowed.
	PID  int
	Host string

	// NetworkFS allows a folder that is on another machine. There a lock may not keep others out,
	// and a sync may not last.
	NetworkFS bool

	// FS is where the journal is kept; nil means the real file system.
	FS FS
}

// complete returns o with what may be left out.
func (o Options) complete() Options {
	if o.Now == nil {
		panic("journal: Options.Now is not set")
	}
	if o.FS == nil {
		o.FS = osFS{}
	}
	return o
}

// Writer appends to the journal of one run. All methods may be called from any goroutine. The
// first write or sync that fails is final: what is on disk is then unknown, so nothing more is
// written and everybody is told.
type Writer struct {
	opts Options
	path string
	file File
	lock io.Closer     // kept until Close: a writer that failed may still have calls under way
	free sync.Once     // of the lock
	dirs []string      // to be synced with the first records; used by the committing goroutine only
	done chan struct{} // closed when that goroutine has ended

	mu      sync.Mutex
	work    sync.Cond // the committing goroutine waits here
	room    sync.Cond // appenders wait here for the queue to be taken
	durable sync.Cond // syncers wait here

	queue   []byte // framed and not yet taken
	spare   []byte // the buffer of the batch before, empty
	n       int64  // last number given
	wanted  int64  // highest number that somebody wants on disk
	synced  int64  // highest number on disk
	clock   time.Time
	lazy    *time.Timer // set when the queue gets its first record; nil before that
	late    bool        // the first record in the queue has waited long enough
	closing bool
	err     error
}

// Create makes the journal of a new run in dir, which is made if missing. If there is a journal
// already, the error wraps fs.ErrExist, or is a *Held while somebody writes it.
func Create(dir string, o Options) (*Writer, error) {
	o = o.complete()
	path := filepath.Join(dir, FileName)
	above, err := makeDir(o.FS, dir)
	if err != nil {
		return nil, failure("create", path, err)
	}
	held, err := take(dir, o)
	if err != nil {
		return nil, failure("create", path, err)
	}
	file, err := o.FS.Create(path)
	if err != nil {
		_ = held.Close()
		return nil, failure("create", path, err)
	}
	w := writerOn(path, o, file, held)
	w.dirs = append([]string{dir}, above...)
	go w.commitAll()
	return w, nil
}

func writerOn(path string, o Options, file File, held io.Closer) *Writer {
	w := &Writer{opts: o, path: path, file: file, lock: held, done: make(chan struct{})}
	w.work.L, w.room.L, w.durable.L = &w.mu, &w.mu, &w.mu
	return w
}

// Append queues r and returns the number it was given; N and S are set here, T if it is zero or
// runs back. It does not wait for the disk unless more than 8 MiB are queued. Its error is that
// of the writer, or says what is wrong with r, which then leaves no trace and takes no number.
func (w *Writer) Append(r Record) (int64, error) {
	if err := clean(&r, w.opts.Redact); err != nil {
		return 0, fmt.Errorf("append to journal: %s: record of kind %q: %w", w.path, r.Kind, err)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	for len(w.queue) > maxQueued && w.err == nil && !w.closing {
		w.room.Wait()
	}
	if w.err != nil {
		return 0, w.err
	}
	if w.closing {
		return 0, failure("append to", w.path, fs.ErrClosed)
	}
	w.n++
	r.N, r.S, r.T = w.n, w.synced, w.stamp(r.T)
	if len(w.queue) == 0 {
		w.arm()
	}
	w.queue = appendFrame(w.queue, &r)
	if len(w.queue) >= lazySize {
		w.work.Signal()
	}
	if w.opts.Observe != nil {
		w.opts.Observe(r)
	}
	return w.n, nil
}

// stamp returns the time of the next record, for which t was asked.
func (w *Writer) stamp(t time.Time) time.Time {
	if t.IsZero() {
		t = w.opts.Now()
	}
	// UTC drops the monotonic reading too, by which After would let the wall time step back.
	if t = t.UTC(); t.After(w.clock) {
		w.clock = t
	}
	return w.clock
}

// Flush asks for record n, and so all before it, to be on disk soon, and returns at once. A number
// not given yet stands for the last one given.
func (w *Writer) Flush(n int64) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.want(n)
}

// Sync returns nil when record n, and so all before it, is on disk. If the writer has failed it
// returns that error, whatever n is. A number not given yet stands for the last one given.
func (w *Writer) Sync(n int64) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	n = w.want(n)
	for w.synced < n && w.err == nil {
		w.durable.Wait()
	}
	return w.err
}

func (w *Writer) want(n int64) int64 {
	n = min(n, w.n)
	if n > w.synced && n > w.wanted {
		w.wanted = n
		w.work.Signal()
	}
	return n
}

// Err returns why the writer failed, or nil.
func (w *Writer) Err() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.err
}

// Close returns when everything appended is on disk and the file is closed, or the writer has
// failed. Others may open the journal from then on, and not before, even if it has failed. It may
// be called again and returns the same.
func (w *Writer) Close() error {
	w.mu.Lock()
	w.closing = true
	w.want(w.n)
	w.work.Signal()
	w.room.Broadcast()
	w.mu.Unlock()
	<-w.done
	w.free.Do(w.unlock)
	return w.Err()
}

func (w *Writer) unlock() {
	err := w.lock.Close()
	w.mu.Lock()
	defer w.mu.Unlock()
	if err != nil && w.err == nil {
		w.err = failure("unlock", w.path, err)
	}
}

// failure says what was attempted with which journal.
func failure(attempt, path string, err error) error {
	return fmt.Errorf("%s journal: %s: %w", attempt, path, bare(err))
}

// bare leaves out the path that an operating system error carries, since it is ours or that of a
// folder above.
func bare(err error) error {
	if pe, ok := errors.AsType[*fs.PathError](err); ok {
		return pe.Err
	}
	return err
}

// This file brings queued records to the file. The rules are:
//
//   - One goroutine writes: it takes everything queued, writes it at once, and syncs if somebody
//     wants a record in it, or one before it, on disk. While it does, the next batch gathers.
//   - What nobody asked for waits until there is enough of it, or for a moment. A run of reads
//     then pays for encoding only.
//   - After a failure nothing is tried again: a second sync can succeed although the first one
//     threw the data away.

package journal

import (
	"io"
	"time"
)

const (
	lazySize  = 64 << 10              // queued bytes that are written though nobody asked
	lazyDelay = 50 * time.Millisecond // how long a record may stay queued if nobody asks
	maxQueued = 8 << 20               // queued bytes beyond which Append waits
	maxSpare  = 1 << 20               // largest buffer that is kept for the next batch
)

// arm sees to it that what is queued from now on is written after a moment.
func (w *Writer) arm() {
	if w.lazy == nil {
		w.lazy = time.AfterFunc(lazyDelay, w.expire)
		return
	}
	w.lazy.Reset(lazyDelay)
}

// expire may come when its batch is long taken. The queue is then empty, and nothing is written.
func (w *Writer) expire() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.late = true
	w.work.Signal()
}

func (w *Writer) commitAll() {
	defer close(w.done)
	w.mu.Lock()
	defer w.mu.Unlock()
	for w.err == nil && !(w.closing && w.synced == w.n) {
		if w.due() {
			w.commit()
		} else {
			w.work.Wait()
		}
	}
	if err := w.file.Close(); err != nil && w.err == nil {
		w.err = failure("close", w.path, err)
	}
}

func (w *Writer) due() bool {
	return w.wanted > w.synced || w.late || len(w.queue) >= lazySize
}

// commit takes the queue and writes it, without the lock while it waits for the disk.
func (w *Writer) commit() {
	batch, last, sync := w.queue, w.n, w.wanted > w.synced
	w.queue, w.spare, w.late = w.spare, nil, false
	w.room.Broadcast()
	w.mu.Unlock()
	err := w.put(batch, sync)
	w.mu.Lock()
	if cap(batch) <= maxSpare {
		w.spare = batch[:0]
	}
	switch {
	case err != nil:
		w.err = err
		w.room.Broadcast()
		w.durable.Broadcast()
	case sync:
		w.synced = last
		w.durable.Broadcast()
	}
}

func (w *Writer) put(batch []byte, sync bool) error {
	if len(batch) > 0 {
		n, err := w.file.Write(batch)
		if err == nil && n < len(batch) {
			err = io.ErrShortWrite
		}
		if err != nil {
			return failure("write", w.path, err)
		}
	}
	if !sync {
		return nil
	}
	if err := w.file.Sync(); err != nil {
		return failure("sync", w.path, err)
	}
	for ; len(w.dirs) > 0; w.dirs = w.dirs[1:] {
		if err := w.opts.FS.SyncDir(w.dirs[0]); err != nil {
			return failure("sync folder of", w.path, err)
		}
	}
	return nil
}

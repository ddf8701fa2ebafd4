// This file reads a journal and judges how it ends. Records are accepted while checksum and number
// fit. What follows the last good one is then searched for a later record that was written when
// the missing one was known to be on disk: with such a record the journal is damaged, without it
// the tail is what a crash left of records nobody had been promised.
//
// A disk may write the sectors of an unsynced batch in any order, so good records behind a hole
// alone prove nothing.

package journal

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"
)

// Torn says that a journal ends in something that is not a whole record, as after a crash. All
// records before it were delivered. Nothing shows that what is lost was ever known to be on disk.
type Torn struct {
	Line   int64 // the first bad line, from 1
	Offset int64 // where it begins, in bytes: the length of the good part
	Last   int64 // number of the last good record, 0 if there is none
}

func (t *Torn) Error() string {
	return fmt.Sprintf("read journal: line %d, byte %d: incomplete tail after record %d", t.Line, t.Offset, t.Last)
}

// Damaged says that a journal has lost what was once safely on disk. The records before the place
// were delivered; they can be looked at, but the run must not go on from them.
type Damaged struct {
	Line   int64  // the first bad line, from 1
	Offset int64  // where it begins, in bytes
	N      int64  // number of the record that should stand there
	Cause  string // how it is known
}

func (d *Damaged) Error() string {
	return fmt.Sprintf("read journal: line %d, byte %d: record %d is damaged: %s", d.Line, d.Offset, d.N, d.Cause)
}

// ReadRun reads the journal in the folder of a run, as Read does. It can be ranged over again.
func ReadRun(dir string) iter.Seq2[Record, error] {
	return func(yield func(Record, error) bool) {
		path := filepath.Join(dir, FileName)
		f, err := os.Open(path)
		if err != nil {
			yield(Record{}, failure("read", path, err))
			return
		}
		defer f.Close()
		Read(f)(yield)
	}
}

// Read delivers the records of a journal in order, each verified. If the journal does not end with
// a whole record, the last pair has an error: *Torn, *Damaged, or that of r. The records are the
// caller's to keep. It can be ranged over once.
func Read(r io.Reader) iter.Seq2[Record, error] {
	return func(yield func(Record, error) bool) {
		l := lines{from: bufio.NewReaderSize(r, 64<<10)}
		for want := int64(1); ; want++ {
			text, err := l.next()
			if err == io.EOF && len(text) == 0 {
				return
			}
			if err == nil {
				rec, err := parse(text)
				if err == nil && rec.N == want {
					if !yield(rec, nil) {
						return
					}
					continue
				}
			}
			yield(Record{}, l.verdict(text, err, want))
			return
		}
	}
}

// lines is where a reader stands.
type lines struct {
	from   *bufio.Reader
	long   []byte // of a line that does not fit the buffer of from
	line   int64  // number of the line that next returned
	offset int64  // where that line begins
	end    int64  // where it ends
}

// next returns a line without its newline, good until it is called again. With an error, which is
// io.EOF at the end, it returns what there is of a line.
func (l *lines) next() ([]byte, error) {
	text, err := l.from.ReadSlice('\n')
	if err == bufio.ErrBufferFull {
		l.long = l.long[:0]
		for err == bufio.ErrBufferFull {
			l.long = append(l.long, text...)
			text, err = l.from.ReadSlice('\n')
		}
		l.long = append(l.long, text...)
		text = l.long
	}
	l.line++
	l.offset, l.end = l.end, l.end+int64(len(text))
	return bytes.TrimSuffix(text, []byte{'\n'}), err
}

// verdict judges a journal by its rest. The line last read is text, ended by err, and it is not the
// record wanted.
func (l *lines) verdict(text []byte, err error, want int64) error {
	line, offset := l.line, l.offset
	for {
		if cause := proof(text, want); cause != "" {
			return &Damaged{Line: line, Offset: offset, N: want, Cause: cause}
		}
		if err == io.EOF {
			return &Torn{Line: line, Offset: offset, Last: want - 1}
		}
		if err != nil {
			return fmt.Errorf("read journal: byte %d: %w", l.end, err)
		}
		text, err = l.next()
	}
}

// proof says how text shows that the record wanted was on disk, or is empty if it does not. It
// looks inside the line too, since a lost newline glues a good record to a bad one.
func proof(text []byte, want int64) string {
	const sum = sumLen + 1
	for {
		rec, err := parse(text)
		switch {
		case err == errSum:
		case err != nil:
			return "its checksum fits, but " + err.Error()
		case rec.S >= want:
			return fmt.Sprintf("record %d says that it was on disk", rec.N)
		case rec.N < want:
			return fmt.Sprintf("record %d comes again", rec.N)
		}
		if len(text) <= sum {
			return ""
		}
		i := bytes.Index(text[sum+1:], []byte(`{"n":`))
		if i < 0 {
			return ""
		}
		text = text[i+1:]
	}
}

var errSum = errors.New("the checksum does not fit")

// parse reads one line. An error other than errSum means that the line is as it was written, and
// was written wrongly.
func parse(text []byte) (Record, error) {
	if len(text) <= sumLen || text[sumLen] != ' ' {
		return Record{}, errSum
	}
	var sum [sumLen]byte
	putSum(sum[:], checksum(text[sumLen+1:]))
	if !bytes.Equal(sum[:], text[:sumLen]) {
		return Record{}, errSum
	}
	rec, err := decode(text[sumLen+1:])
	if err != nil {
		return Record{}, fmt.Errorf("it is no record: %w", err)
	}
	if rec.S < 0 || rec.S >= rec.N {
		return Record{}, fmt.Errorf("record %d cannot follow record %d", rec.N, rec.S)
	}
	if rec.T.UTC().Year() > 9999 { // the record after it could not be read
		return Record{}, fmt.Errorf("record %d is of a time that cannot be written in UTC", rec.N)
	}
	return rec, nil
}

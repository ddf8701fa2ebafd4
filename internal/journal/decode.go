// This file reads the JSON text of a record. Nearly all are as appendFrame writes them, and those
// are taken apart by hand; encoding/json reads whatever else there is, and says what is wrong.
// Both must come to the same record.

package journal

import (
	"bytes"
	"encoding/json"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
)

func decode(text []byte) (rec Record, err error) {
	if rec, ok := decodeOwn(text); ok {
		return rec, nil
	}
	err = json.Unmarshal(text, &rec)
	return rec, err
}

// decodeOwn reads a record whose fields have the order of appendFrame, without spaces between them
// or escapes in them. It is not ok with any other.
func decodeOwn(text []byte) (rec Record, ok bool) {
	f := fields{rest: text, ok: true}
	var at, kind []byte
	f.number(`{"n":`, &rec.N)
	f.number(`,"s":`, &rec.S)
	f.quoted(`,"t":`, &at)
	f.quoted(`,"k":`, &kind)
	if !f.ok || rec.T.UnmarshalText(at) != nil {
		return Record{}, false
	}
	rec.Kind = Kind(kind)
	f.text(`,"key":`, &rec.Key)
	f.text(`,"op":`, &rec.Op)
	f.text(`,"h":`, &rec.H)
	f.body(`,"b":`, &rec.B)
	f.body(`,"e":`, &rec.E)
	f.text(`,"next":`, &rec.Next)
	f.text(`,"x":`, &rec.X)
	f.text(`,"c":`, &rec.C)
	f.text(`,"via":`, &rec.Via)
	f.text(`,"id":`, &rec.ID)
	return rec, f.ok && string(f.rest) == "}"
}

// fields is where a reader stands in a record.
type fields struct {
	rest []byte
	ok   bool
}

// begins reports whether a field comes next, and goes to its value.
func (f *fields) begins(name string) bool {
	if !f.ok || len(f.rest) < len(name) || string(f.rest[:len(name)]) != name {
		return false
	}
	f.rest = f.rest[len(name):]
	return true
}

// number reads a field that must be there.
func (f *fields) number(name string, to *int64) {
	if !f.begins(name) {
		f.ok = false
		return
	}
	n, i := int64(0), 0
	for ; i < len(f.rest) && i < 18 && '0' <= f.rest[i] && f.rest[i] <= '9'; i++ {
		n = n*10 + int64(f.rest[i]-'0')
	}
	if i == 0 || i > 1 && f.rest[0] == '0' {
		f.ok = false
		return
	}
	*to, f.rest = n, f.rest[i:]
}

// quoted reads a field that must be there. The text is good as long as that of the record.
func (f *fields) quoted(name string, to *[]byte) {
	if !f.begins(name) {
		f.ok = false
		return
	}
	*to = f.plain()
}

// text reads a field that may be there.
func (f *fields) text(name string, to *string) {
	if f.begins(name) {
		*to = string(f.plain())
	}
}

// plain reads a string without escapes.
func (f *fields) plain() []byte {
	if len(f.rest) == 0 || f.rest[0] != '"' {
		f.ok = false
		return nil
	}
	end := bytes.IndexByte(f.rest[1:], '"') + 1
	if end == 0 {
		f.ok = false
		return nil
	}
	s := f.rest[1:end]
	ascii := true
	for _, c := range s {
		if c < ' ' || c == '\\' {
			f.ok = false
			return nil
		}
		ascii = ascii && c < utf8.RuneSelf
	}
	if !ascii && !utf8.Valid(s) {
		f.ok = false
		return nil
	}
	f.rest = f.rest[end+1:]
	return s
}

// body reads a field that may be there, as it stands.
func (f *fields) body(name string, to *json.RawMessage) {
	if !f.begins(name) {
		return
	}
	end := valueEnd(f.rest)
	if end == 0 || f.rest[0] <= ' ' || f.rest[end-1] <= ' ' { // encoding/json leaves spaces out
		f.ok = false
		return
	}
	// encoding/json, which checked it when it was written, lets both pass.
	if !jsontext.Value(f.rest[:end]).IsValid(jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true)) {
		f.ok = false
		return
	}
	*to, f.rest = bytes.Clone(f.rest[:end]), f.rest[end:]
}

// valueEnd is where the JSON value at the start of b ends, if it is one.
func valueEnd(b []byte) int {
	depth := 0
	for i := 0; i < len(b); i++ {
		switch b[i] {
		case '"':
			i = stringEnd(b, i)
		case '{', '[':
			depth++
		case '}', ']':
			depth--
			if depth < 0 { // that of the record
				return i
			}
		case ',':
			if depth == 0 {
				return i
			}
		}
	}
	return len(b)
}

// stringEnd is where the string that begins at i has its last quote.
func stringEnd(b []byte, i int) int {
	for i++; i < len(b) && b[i] != '"'; i++ {
		if b[i] == '\\' {
			i++
		}
	}
	return i
}

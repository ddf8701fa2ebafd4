package journal

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// clean makes r fit to be framed: redacted, valid, and on one line. A record that is not valid is
// refused here, since on disk it would hide everything after it from the reader.
func clean(r *Record, redact func([]byte) []byte) (err error) {
	if r.Kind == "" {
		return errors.New("it has no kind")
	}
	r.Kind = Kind(validText(string(r.Kind)))
	r.H, r.X, r.C, r.Via = validText(r.H), validText(r.X), validText(r.C), validText(r.Via)
	if r.Next, err = cleanText(r.Next, redact); err != nil {
		return fmt.Errorf("next: %w", err)
	}
	if r.Key, err = cleanText(r.Key, redact); err != nil {
		return fmt.Errorf("key: %w", err)
	}
	if r.Op, err = cleanText(r.Op, redact); err != nil {
		return fmt.Errorf("op: %w", err)
	}
	if r.ID, err = cleanText(r.ID, redact); err != nil {
		return fmt.Errorf("id: %w", err)
	}
	if r.B, err = cleanBody(r.B, redact); err != nil {
		return fmt.Errorf("b: %w", err)
	}
	if r.E, err = cleanBody(r.E, redact); err != nil {
		return fmt.Errorf("e: %w", err)
	}
	return nil
}

func cleanText(s string, redact func([]byte) []byte) (string, error) {
	s = validText(s)
	if redact == nil || s == "" {
		return s, nil
	}
	before := appendString(make([]byte, 0, len(s)+8), s) // as a rule nothing is escaped
	after := redact(before)
	if bytes.Equal(before, after) {
		return s, nil
	}
	var t string
	err := json.Unmarshal(after, &t)
	return t, err
}

func cleanBody(b json.RawMessage, redact func([]byte) []byte) (json.RawMessage, error) {
	if len(b) == 0 {
		return nil, nil
	}
	if redact != nil {
		b = redact(b)
	}
	if bytes.IndexByte(b, '\n') >= 0 {
		var line bytes.Buffer
		err := json.Compact(&line, b)
		return line.Bytes(), err
	}
	if !json.Valid(b) {
		// The text itself stays out of the message: it may be what redaction tripped over.
		return nil, errors.New("it is not JSON")
	}
	return b, nil
}

func validText(s string) string {
	return strings.ToValidUTF8(s, "\uFFFD")
}

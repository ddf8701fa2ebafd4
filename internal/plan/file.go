package plan

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"runner/internal/journal"
)

// This file is how a plan is written: a line of JSON for the header, one for
// each record, and one with the digest of all before it. The digest shows
// what was cut off, and what was edited by somebody who did not mean to
// deceive; it is no signature.

// A seal is the last line.
type seal struct {
	Lines  int    `json:"lines"` // before this one
	SHA256 string `json:"sha256"`
}

// Write writes a plan. redact takes the secrets out of a line.
func (p *Plan) Write(w io.Writer, redact func([]byte) []byte) error {
	var b bytes.Buffer
	lines := 0
	add := func(v any) error {
		line, err := json.Marshal(v)
		if err != nil {
			return err
		}
		lines++
		b.Write(redact(line))
		return b.WriteByte('\n')
	}
	if err := add(p.Header); err != nil {
		return err
	}
	for _, r := range p.Records {
		if err := add(r); err != nil {
			return err
		}
	}
	if err := json.NewEncoder(&b).Encode(seal{lines, Digest(b.Bytes())}); err != nil {
		return err
	}
	_, err := w.Write(b.Bytes())
	return err
}

// Digest is how plans name contents.
func Digest(b []byte) string { return fmt.Sprintf("%x", sha256.Sum256(b)) }

// Broken says why a file cannot be used as a plan.
type Broken struct {
	Cause string
	Hint  string
}

func (e *Broken) Error() string { return e.Cause }

// Is reports whether a file looks like a plan, by how it begins.
func Is(b []byte) bool { return bytes.HasPrefix(b, []byte(`{"schema":"runner.plan/`)) }

// Read reads a plan, and checks that it is whole.
func Read(b []byte) (*Plan, error) {
	again := "make it again with runner plan"
	if !Is(b) {
		return nil, &Broken{"it is not a plan", "runner plan SCRIPT --out FILE makes one"}
	}
	p := &Plan{}
	head, rest, _ := bytes.Cut(b, []byte("\n"))
	var by struct{ Schema, Tool string } // of a newer one nothing else need be as we know it
	if json.Unmarshal(head, &by) == nil && by.Schema != Schema {
		return nil, &Broken{fmt.Sprintf("it is of version %s, and this runner reads %s", strings.TrimPrefix(by.Schema, "runner.plan/"), strings.TrimPrefix(Schema, "runner.plan/")), "use the runner that made it (" + by.Tool + "), or " + again}
	}
	if err := json.Unmarshal(head, &p.Header); err != nil || strings.ContainsAny(p.ID, `/\.`) {
		return nil, &Broken{"it is cut off, or was edited", again}
	}
	if !bytes.HasSuffix(b, []byte("\n")) {
		return nil, &Broken{"it is cut off", again}
	}
	last := bytes.LastIndexByte(b[:len(b)-1], '\n') + 1
	var s seal
	if json.Unmarshal(b[last:], &s) != nil || s.SHA256 == "" {
		return nil, &Broken{"it is cut off: its last line is missing", again}
	}
	whole, _ := json.Marshal(seal{bytes.Count(b[:last], []byte("\n")), Digest(b[:last])})
	if !bytes.Equal(b[last:len(b)-1], whole) {
		return nil, &Broken{"it was edited since it was made: its digest does not fit", again}
	}
	for line := range bytes.Lines(rest[:last-len(head)-1]) {
		var r journal.Record
		if err := json.Unmarshal(line, &r); err != nil {
			return nil, &Broken{"it was edited since it was made", again}
		}
		p.Records = append(p.Records, r)
	}
	p.index()
	return p, nil
}

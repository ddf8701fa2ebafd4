// Package journal keeps the record of a run: one folder per run, one line per record, written by
// group commit and verified when it is read.
//
// A line is the CRC-32C of the JSON text in eight lower-case hex digits, a space, one JSON object
// and a newline. Records are numbered 1, 2, 3 … without gaps, and each names the highest number
// that was known to be on disk when it was written: that is what tells a torn tail, which a crash
// leaves and which is harmless, from damage.
package journal

import (
	"encoding/json"
	"time"
)

// FileName is the name of the journal inside the folder of its run.
const FileName = "journal.jsonl"

// Kind says what a record tells. Readers must pass over kinds they do not know.
type Kind string

// The kinds of record.
const (
	Open    Kind = "open"    // the run starts: versions, script, params
	Resume  Kind = "resume"  // the run goes on in another process
	Account Kind = "account" // a connection was opened: where it leads, and as whom
	Begin   Kind = "begin"   // a call is about to be sent
	Done    Kind = "done"    // a call was answered
	Fail    Kind = "fail"    // a call failed
	Planned Kind = "planned" // a call that a dry run did not send
	Timer   Kind = "timer"   // a sleep is over
	Step    Kind = "step"    // a step or branch starts or ends
	Decide  Kind = "decide"  // a person was asked
	Settle  Kind = "settle"  // a person said what came of a call in doubt
	Point   Kind = "point"   // an open point of a dry run
	Note    Kind = "note"    // a line of the log or a printed text
	Output  Kind = "output"  // a result of the script
	End     Kind = "end"     // the run is over
)

// Record is one line of a journal.
type Record struct {
	N    int64           `json:"n"`              // 1, 2, 3 … without gaps
	S    int64           `json:"s"`              // highest number known to be on disk when this was written
	T    time.Time       `json:"t"`              // wall time in UTC; never before that of the record above
	Kind Kind            `json:"k"`              // what it tells
	Key  string          `json:"key,omitempty"`  // identity of the call or step
	Op   string          `json:"op,omitempty"`   // operation of the call
	H    string          `json:"h,omitempty"`    // digest of operation and canonical arguments
	B    json.RawMessage `json:"b,omitempty"`    // result or arguments
	E    json.RawMessage `json:"e,omitempty"`    // error
	Next string          `json:"next,omitempty"` // of a page: the cursor of the one after it
	X    string          `json:"x,omitempty"`    // the result with its secrets, sealed to the user's key
	C    string          `json:"c,omitempty"`    // the time that the script saw, if it is not t
	Via  string          `json:"via,omitempty"`  // how the result came about: sent, planned …
	ID   string          `json:"id,omitempty"`   // the vendor's name for the request
}

package report

import (
	"encoding/json"
	"fmt"
	"strings"

	"runner/internal/journal"
	"runner/internal/op"
)

func (r *Report) ended(rec journal.Record) {
	var end journal.Ending
	if json.Unmarshal(rec.B, &end) != nil {
		return
	}
	r.Exit = &Exit{Code: end.Code, Reason: end.Reason}
	var e op.Error
	if len(rec.E) > 0 && json.Unmarshal(rec.E, &e) == nil {
		r.Error = NewCard(&e, end.At, end.Step, end.Source)
		r.signal = e.Kind == op.Cancelled
	}
}

// Close completes the report when all records were added. folder is where the
// journal is kept, "" if it is not.
func (r *Report) Close(folder string) {
	r.Folder = folder
	if r.Error != nil {
		r.Error.State = r.State()
	}
	r.Next = r.next()
}

// State says what state things are in.
func (r *Report) State() string {
	made, doubt := r.Counts.made(), r.Counts.doubtful()
	switch {
	case r.Dry():
		return "nothing was changed: this was a dry run"
	case made+doubt == 0:
		return "nothing was changed"
	}
	var parts []string
	switch {
	case made == 1:
		parts = append(parts, "1 change was made before this, and stays")
	case made > 1:
		parts = append(parts, fmt.Sprintf("%d changes were made before this, and stay", made))
	}
	switch {
	case doubt == 1:
		parts = append(parts, "whether the one in doubt was made is not known")
	case doubt > 1:
		parts = append(parts, fmt.Sprintf("whether the %d in doubt were made is not known", doubt))
	}
	return strings.Join(parts, "; ")
}

// next says what to do next.
func (r *Report) next() []string {
	next := []string{}
	c := r.Counts
	broke := r.signal || r.Exit == nil
	switch {
	case r.Dry() || !broke && (r.Exit.Code == 0 || c.made()+c.doubtful() == 0):
	case r.Emulate || r.Folder == "":
		if broke {
			next = append(next, "see above what was done, then run it again")
		}
	case broke:
		next = append(next, "runner resume "+r.Run+" goes on with what is left")
	case r.Error != nil && r.Error.Kind == op.Script:
		next = append(next, "mend the script; then runner resume "+r.Run+" --with-script FILE goes on")
	case r.Error != nil && (r.Error.Kind == op.Stale || r.Error.Kind == op.Failed && r.Error.Operation == ""):
		// The plan does not fit any more, or the script itself said that it fails: resuming it would come to the same.
	default:
		next = append(next, "runner resume "+r.Run+" goes on with what is left, once that is mended")
	}
	if r.Dry() && r.Error == nil && r.Exit != nil && c.Planned > 0 {
		text := "the same command without --dry-run does it"
		if len(r.OpenPoints) > 0 {
			text += ", and what follows the open points"
		}
		next = append(next, text)
	}
	if r.Folder != "" && !r.Dry() && c.made()+c.doubtful()+c.Failed > 0 {
		next = append(next, "runner show "+r.Run+" shows this report again")
	}
	return next
}

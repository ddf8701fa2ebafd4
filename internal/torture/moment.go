package torture

import "cmp"

// A Moment is what goes wrong, and when, around one call or one of its
// requests.
type Moment struct {
	Name string
	Doc  string
	// Inside says that the process is killed by itself, where it writes the
	// records of the call. Otherwise the server sees to it, when a request comes.
	Inside bool
	Kills  bool // the process does not outlive it
	Writes bool // it makes a difference only to what may change something
	Slow   bool // the process has to lose its patience first
	// As is the moment that this one begins as, and Then that within the process
	// at which the run is killed again when it is resumed; empty for most.
	As, Then string
}

// Moments are all, in the order in which they come around a call.
var Moments = []Moment{
	{Name: "before-intent", Doc: "killed before the intent is written", Inside: true, Kills: true},
	{Name: "intent-torn", Doc: "killed when half of the intent is on disk", Inside: true, Kills: true},
	{Name: "after-intent", Doc: "killed when the intent is on disk, and nothing was sent", Inside: true, Kills: true},
	{Name: "limited", Doc: "answered 429"},
	{Name: "error-before", Doc: "answered 500 before the effect"},
	{Name: "error-after", Doc: "answered 500 after the effect", Writes: true},
	{Name: "drop-before", Doc: "the connection is closed before the effect"},
	{Name: "drop-after", Doc: "the connection is closed after the effect", Writes: true},
	{Name: "half-answer", Doc: "the connection is closed in the middle of the answer"},
	{Name: "timeout-before", Doc: "no answer, and no effect", Slow: true},
	{Name: "timeout-after", Doc: "no answer after the effect", Writes: true, Slow: true},
	{Name: "kill-before", Doc: "killed when the request has come, which is not carried out", Kills: true},
	{Name: "kill-late", Doc: "killed when the request has come, which is carried out later", Kills: true, Writes: true},
	{Name: "kill-after", Doc: "killed after the effect and before the answer", Kills: true, Writes: true},
	{Name: "before-outcome", Doc: "killed with the answer, before it is written", Inside: true, Kills: true},
	{Name: "outcome-torn", Doc: "killed when half of the outcome is on disk", Inside: true, Kills: true},
	{Name: "after-outcome", Doc: "killed when the outcome is on disk", Inside: true, Kills: true},
	{Name: "after-intent-twice", Doc: "killed as after-intent, and when it is resumed before the outcome is written", Inside: true, Kills: true, Writes: true, As: "after-intent", Then: "before-outcome"},
	{Name: "error-after-twice", Doc: "answered as error-after, and killed when it is resumed before the outcome is written", Writes: true, As: "error-after", Then: "before-outcome"},
	{Name: "kill-after-twice", Doc: "killed as kill-after, and when it is resumed before the outcome is written", Kills: true, Writes: true, As: "kill-after", Then: "before-outcome"},
}

// Kind is what happens at first: the name, but for moments that begin as
// another.
func (m Moment) Kind() string { return cmp.Or(m.As, m.Name) }

// MomentOf is the moment of a name.
func MomentOf(name string) (Moment, bool) {
	for _, m := range Moments {
		if m.Name == name {
			return m, true
		}
	}
	return Moment{}, false
}

// Torn reports whether half of the last record is to be cut off.
func (m Moment) Torn() bool { return m.Name == "intent-torn" || m.Name == "outcome-torn" }

// Names are the names of all moments.
func Names() (names []string) {
	for _, m := range Moments {
		names = append(names, m.Name)
	}
	return names
}

package quota

import (
	"bytes"
	"encoding/binary"
	"time"
)

// A state is what the processes tell each other. Times are Unix nanoseconds.
type state struct {
	slots
	At       int64   // when it was written
	Asked    int64   // a 429 asked that nothing be sent before
	Share    float64 // of the rate, when it was lowered; 0 if it never was
	Lowered  int64   // since when it recovers
	Said     int64   // headers said that nothing is left before
	Gap      int64   // headers said that requests have to be so far apart
	GapUntil int64   // until then
}

// slots are the turns that were given.
type slots struct {
	Next int64 // the theoretical arrival time of the next request
	Last int64 // the last turn
}

// hold is the moment before which nothing may be sent.
func (s *state) hold() int64 { return max(s.Asked, s.Said) }

// gap is what headers said that has to lie between two requests.
func (s *state) gap(now int64) int64 {
	if now >= s.GapUntil {
		return 0
	}
	return s.Gap
}

// share is the part of the rate that is used now.
func (s *state) share(now int64) float64 {
	if s.Share == 0 {
		return 1
	}
	return min(1, s.Share+float64(max(0, now-s.Lowered))/float64(recovery))
}

// settle makes a state that was read one that can be true now. A clock that
// was put back takes all moments with it; what is still too far ahead was
// never written by us.
func (s *state) settle(now int64, step, burst time.Duration) {
	if back := s.At - now; back > 0 {
		for _, t := range []*int64{&s.Next, &s.Last, &s.Asked, &s.Lowered, &s.Said, &s.GapUntil} {
			*t = max(0, *t-back)
		}
	}
	drop := func(t *int64, most time.Duration) {
		if *t < 0 || *t-now > int64(most) {
			*t = 0
		}
	}
	drop(&s.Asked, longestAsked)
	drop(&s.Lowered, longestAsked)
	drop(&s.Said, longestSaid)
	drop(&s.GapUntil, longestSaid)
	if !(s.Share >= lowestPace && s.Share <= 1) {
		s.Share = 0
	}
	if s.Gap < 0 || s.Gap > int64(longestSaid) {
		s.Gap = 0
	}
	// As many processes as that may stand in line; or one had a slower rate.
	ahead := burst + time.Minute + 256*max(step, time.Duration(s.Gap))
	drop(&s.Next, ahead)
	drop(&s.Last, ahead)
}

// magic is the first bytes of the file, with its version.
const magic = "runquot1"

func (s *state) encode() []byte {
	b, _ := binary.Append(append(make([]byte, 0, size), magic...), binary.LittleEndian, s) // of fixed size
	return b
}

// size is how large the file is.
const size = len(magic) + 9*8

// decode is the state in b, and an empty one if there is none.
func decode(b []byte) (s state) {
	if len(b) == size && bytes.HasPrefix(b, []byte(magic)) {
		_, _ = binary.Decode(b[len(magic):], binary.LittleEndian, &s) // of fixed size
	}
	return s
}

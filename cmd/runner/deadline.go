package main

import (
	"strings"
	"time"
)

// deadline stops the run when it has taken as long as --timeout allows. Calls
// under way come to their end. release ends that.
func (s *session) deadline() (release func()) {
	if s.f.timeout == 0 {
		return func() {}
	}
	told := make(chan struct{})
	t := time.AfterFunc(s.f.timeout, func() {
		defer close(told)
		e := refused("the run", "it took longer than --timeout "+spanText(s.f.timeout), "")
		s.run.Stop(e)
		if s.run.Stopped() == e { // it had not ended, nor was it stopped before
			s.err.line("stopping: " + e.Cause + "; calls under way come to their end, and no further one begins")
		}
	})
	return func() {
		if !t.Stop() {
			<-told
		}
	}
}

// spanText is a span as people write it: 30m, not 30m0s.
func spanText(d time.Duration) string {
	text := d.String()
	if strings.HasSuffix(text, "m0s") {
		text = strings.TrimSuffix(text, "0s")
	}
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	return text
}

package main

import (
	"os"
	"syscall"

	"runner/internal/engine"
	"runner/internal/op"
)

// onSignal stops the run at the first signal and gives it up at the second.
// release ends that, and answers the first signal.
func (a *app) onSignal(run *engine.Run, err *printer) (release func() os.Signal) {
	done, finished := make(chan struct{}), make(chan struct{})
	var first os.Signal
	go func() {
		defer close(finished)
		for {
			select {
			case <-done:
				return
			case sig := <-a.signals:
				stop := &op.Error{Kind: op.Cancelled, Subject: "the run", Cause: "it was interrupted", RetryAfter: -1}
				if sig == syscall.SIGTERM {
					stop.Cause = "it was terminated"
				}
				if first != nil {
					run.Abort(stop)
					return
				}
				first = sig
				run.Stop(stop)
				err.line("stopping: calls under way come to their end, and no further one begins; Ctrl-C again gives them up")
			}
		}
	}()
	return func() os.Signal {
		close(done)
		<-finished
		return first
	}
}

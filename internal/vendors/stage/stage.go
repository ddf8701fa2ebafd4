// Package stage is what emulators stand on: it keeps a log of requests, and
// lets faults befall them. It knows no vendor.
package stage

import (
	"bytes"
	"io"
	"net/http"
	"sync"
)

// maxBody is more than a vendor takes: packages are the largest bodies.
const maxBody = 64 << 20

// A Stage logs the requests of one emulator and lets faults befall them. It
// may be used from many goroutines.
type Stage struct {
	// Base is the path that all endpoints lie under, without a slash at its
	// end. Faults may leave it out.
	Base string
	// Reads reports requests that change nothing although they are no GET: those
	// for tokens, and searches that are posted. None if nil.
	Reads func(r *http.Request) bool
	// Expire makes all tokens invalid; what the fault ExpireTokens does.
	Expire func()

	mu     sync.Mutex // guards what follows
	log    []Request
	faults []*Fault
}

// A Request is one request as it was received.
type Request struct {
	Method string
	Path   string // with the query
	Body   []byte
	Status int // of the answer; 0 if the connection was dropped or the answer is still to come

	reads bool
}

// Requests are all requests in the order of their arrival, those for tokens
// too.
func (s *Stage) Requests() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Request(nil), s.log...)
}

// Mutations are the requests that could have changed something.
func (s *Stage) Mutations() []Request {
	var out []Request
	for _, r := range s.Requests() {
		if !r.reads {
			out = append(out, r)
		}
	}
	return out
}

// Mutates reports whether a request could change something.
func (s *Stage) Mutates(r *http.Request) bool {
	return r.Method != http.MethodGet && r.Method != http.MethodHead && (s.Reads == nil || !s.Reads(r))
}

// Serve has a request answered, unless a fault befalls it. The handler gets
// the whole body, and may answer at leisure: nothing is sent before it
// returns. To drop a connection Serve panics with [http.ErrAbortHandler],
// which net/http's server understands.
func (s *Stage) Serve(w http.ResponseWriter, r *http.Request, handle http.Handler) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		w.WriteHeader(http.StatusRequestEntityTooLarge) // or the client is gone and does not mind
		return
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	entry, f := s.receive(r, body)
	a := &answer{header: http.Header{}}
	switch f.Kind {
	case DropBefore:
		panic(http.ErrAbortHandler)
	case Status:
		f.answer(a)
	case ExpireTokens:
		s.Expire()
		fallthrough
	default:
		handle.ServeHTTP(a, r)
	}
	switch f.Kind {
	case DropAfter:
		panic(http.ErrAbortHandler)
	case StatusAfter:
		f.answer(a)
	case Slow:
		if !f.wait(r.Context()) {
			panic(http.ErrAbortHandler)
		}
	}
	if a.status == 0 {
		a.status = http.StatusOK
	}
	s.mu.Lock()
	s.log[entry].Status = a.status
	s.mu.Unlock()
	a.writeTo(w)
}

// receive logs a request and tells its place in the log and the fault that
// befalls it.
func (s *Stage) receive(r *http.Request, body []byte) (int, Fault) {
	reads := !s.Mutates(r)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.log = append(s.log, Request{Method: r.Method, Path: r.URL.RequestURI(), Body: body, reads: reads})
	return len(s.log) - 1, s.nextFault(r.Method, r.URL.Path)
}

// An answer is put together in memory, because a fault may still replace or
// withhold it.
type answer struct {
	header http.Header
	status int
	out    bytes.Buffer
}

func (a *answer) Header() http.Header         { return a.header }
func (a *answer) Write(p []byte) (int, error) { return a.out.Write(p) }
func (a *answer) WriteHeader(status int)      { a.status = status }

func (a *answer) writeTo(w http.ResponseWriter) {
	for name, values := range a.header {
		w.Header()[name] = values
	}
	w.WriteHeader(a.status)
	_, _ = w.Write(a.out.Bytes()) // an error means that the client is gone
}

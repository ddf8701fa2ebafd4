package torture

import (
	"bytes"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"
)

// CallHeader names the call that a request is for: its key in the journal,
// escaped. Only a process under torture sends it.
const CallHeader = "Runner-Call"

// Mark says in a request which call it is for.
func Mark(r *http.Request, call string) { r.Header.Set(CallHeader, url.QueryEscape(call)) }

// An Emulator is what stands in for a vendor.
type Emulator interface {
	http.Handler
	Mutates(r *http.Request) bool
	Dump() []byte
}

// A Request is one request as it came.
type Request struct {
	Vendor  string `json:"vendor"`
	Call    string `json:"call"`
	Line    string `json:"line"`    // method and address
	Mutates bool   `json:"mutates"` // it may change something
	Carried bool   `json:"carried"` // the emulator got it
	Done    bool   `json:"done"`    // and said that it is well
	Effect  bool   `json:"effect"`  // and something is different since
}

// An Ambush is what befalls one request of one call, once.
type Ambush struct {
	Moment  Moment
	Call    string
	Request int           // counted from 0, without those that ask for tokens
	Kill    func()        // ends the process that sent it
	Late    time.Duration // when the effect of kill-late comes
}

// A Stand serves emulators, keeps a log of what they are asked, and has an
// ambush befall one request.
type Stand struct {
	clock Clock
	real  func() time.Time

	mu     sync.Mutex
	log    []*Request
	seen   map[string]int
	ambush *Ambush
	late   sync.WaitGroup

	vendors []*vendor
}

// NewStand makes one whose emulators go by the clock.
func NewStand(c Clock, realTime func() time.Time) *Stand {
	return &Stand{clock: c, real: realTime, seen: map[string]int{}}
}

// A vendor is one emulator. It carries out one request at a time, and time
// stands still for it meanwhile: so what changed is the work of that request.
type vendor struct {
	*Stand
	name     string
	emulator Emulator

	mu     sync.Mutex
	still  sync.Mutex // guards frozen
	frozen time.Time
}

// Add makes an emulator part of the stand. It is made with the clock that it is
// to go by, and comes into being at the clock's base.
func (s *Stand) Add(name string, emulate func(now func() time.Time) Emulator) http.Handler {
	v := &vendor{Stand: s, name: name, frozen: s.clock.Base}
	v.emulator = emulate(v.now)
	v.freeze(time.Time{})
	s.vendors = append(s.vendors, v)
	return v
}

func (v *vendor) now() time.Time {
	v.still.Lock()
	defer v.still.Unlock()
	if !v.frozen.IsZero() {
		return v.frozen
	}
	return v.clock.At(v.real())
}

func (v *vendor) freeze(at time.Time) {
	v.still.Lock()
	defer v.still.Unlock()
	v.frozen = at
}

// Lay has an ambush befall a request; nil for none.
func (s *Stand) Lay(a *Ambush) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ambush = a
	clear(s.seen)
}

// Sprung reports whether the ambush was met.
func (s *Stand) Sprung() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.ambush == nil
}

// Settle waits until all late effects have come.
func (s *Stand) Settle() { s.late.Wait() }

// Requests are all so far, in the order of their arrival.
func (s *Stand) Requests() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make([]Request, len(s.log))
	for i, r := range s.log {
		out[i] = *r
	}
	return out
}

// Dumps are the states of the emulators, by vendor.
func (s *Stand) Dumps() map[string][]byte {
	out := map[string][]byte{}
	for _, v := range s.vendors {
		v.mu.Lock()
		out[v.name] = v.emulator.Dump()
		v.mu.Unlock()
	}
	return out
}

// Counted reports whether a request is one of a call, rather than one that
// asks for a token: which call has to do that is chance.
func (r Request) Counted() bool { return r.Mutates || strings.HasPrefix(r.Line, http.MethodGet+" ") }

// receive logs a request, and tells the ambush that it runs into, if any.
func (v *vendor) receive(r *http.Request) (*Request, *Ambush) {
	call, _ := url.QueryUnescape(r.Header.Get(CallHeader))
	req := &Request{Vendor: v.name, Call: call, Line: r.Method + " " + r.URL.RequestURI(), Mutates: v.emulator.Mutates(r)}
	s := v.Stand
	s.mu.Lock()
	defer s.mu.Unlock()
	s.log = append(s.log, req)
	if !req.Counted() {
		return req, nil
	}
	n := s.seen[call]
	s.seen[call]++
	a := s.ambush
	if a == nil || a.Moment.Inside || a.Call != call || a.Request != n {
		return req, nil
	}
	s.ambush = nil
	if a.Moment.Kind() == "kill-late" {
		s.late.Add(1)
	}
	return req, a
}

func (v *vendor) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		panic(http.ErrAbortHandler) // the process was killed in the middle of it
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	req, a := v.receive(r)
	if a == nil {
		v.carryOut(req, r).writeTo(w)
		return
	}
	switch a.Moment.Kind() {
	case "limited":
		refusal(http.StatusTooManyRequests).writeTo(w)
	case "error-before":
		refusal(http.StatusInternalServerError).writeTo(w)
	case "error-after":
		v.carryOut(req, r)
		refusal(http.StatusInternalServerError).writeTo(w)
	case "drop-before":
		panic(http.ErrAbortHandler)
	case "drop-after":
		v.carryOut(req, r)
		panic(http.ErrAbortHandler)
	case "half-answer":
		v.carryOut(req, r).halfTo(w)
	case "timeout-before":
		<-r.Context().Done()
		panic(http.ErrAbortHandler)
	case "timeout-after":
		v.carryOut(req, r)
		<-r.Context().Done()
		panic(http.ErrAbortHandler)
	case "kill-before":
		a.Kill()
		panic(http.ErrAbortHandler)
	case "kill-late":
		again := r.Clone(noCancel(r))
		again.Body = r.Body
		time.AfterFunc(a.Late, func() {
			defer v.late.Done()
			v.carryOut(req, again)
		})
		a.Kill()
		panic(http.ErrAbortHandler)
	case "kill-after":
		v.carryOut(req, r)
		a.Kill()
		panic(http.ErrAbortHandler)
	default:
		panic("torture: no such moment: " + a.Moment.Name)
	}
}

// carryOut has the emulator answer, and notes what came of it.
func (v *vendor) carryOut(req *Request, r *http.Request) *answer {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.freeze(v.clock.At(v.real()))
	defer v.freeze(time.Time{})
	var before []byte
	if req.Mutates {
		before = v.emulator.Dump()
	}
	r.Header.Del(CallHeader)
	a := &answer{header: http.Header{}, status: http.StatusOK}
	v.emulator.ServeHTTP(a, r)
	effect := req.Mutates && !Same(before, v.emulator.Dump(), v.clock.Base)
	v.Stand.mu.Lock()
	defer v.Stand.mu.Unlock()
	req.Carried, req.Done, req.Effect = true, a.status < 400, effect
	return a
}

// Effects are the requests that made a difference, by the calls that they are
// for.
func Effects(log []Request) map[string][]string {
	out := map[string][]string{}
	for _, r := range log {
		if r.Effect {
			out[r.Call] = append(out[r.Call], r.Line)
		}
	}
	for _, lines := range out {
		slices.Sort(lines)
	}
	return out
}

package survival

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// A vendor is the model that a run is judged by: it acts on each request that
// it gets to the end, also when nobody waits for the answer any more, and
// counts what it did. It keeps to one promise, that of a settle time: what it
// has not done within it after the request left, it does not do at all.
type vendor struct {
	*http.Server
	url    string
	settle time.Duration
	// around, if it is not nil, says when a request is acted on.
	around func(r *http.Request, act func())

	mu       sync.Mutex
	random   *rand.Rand
	things   []thing
	effects  map[string]int     // how often it acted, by operation and name
	receipts map[string][]int64 // what it answered then
	keyed    map[string]receipt
	lives    []*life
	cuts     map[string]time.Time // when connections were cut, by their address
	working  int                  // requests that it is at work on
	idle     sync.Cond
	ids      int64
}

type thing struct {
	ID    int64  `json:"id"`
	Name  string `json:"name"`
	Value string `json:"value"`
}

type receipt struct {
	ID int64 `json:"id"`
}

// A life is a process of the run. Each has an address of its own.
type life struct {
	kill func() // the process; nil once it is gone
	trap int    // the event at which it dies, counted from 1; 0 for none
	gone time.Time
	past bool // what it sent is not acted on any more
}

// settle is how long the vendor may be at work on a request, if a test does not
// say otherwise. It stops before: the runner's clock starts when the request
// was last seen to leave.
const settle = 60 * time.Millisecond

func (v *vendor) atWork() time.Duration { return v.settle * 3 / 4 }

func newVendor(t *testing.T, seed uint64) *vendor {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	v := &vendor{
		url: l.Addr().String(), settle: settle, random: rand.New(rand.NewPCG(seed, 2)),
		effects: map[string]int{}, receipts: map[string][]int64{}, keyed: map[string]receipt{}, cuts: map[string]time.Time{},
	}
	v.idle.L = &v.mu
	v.Server = &http.Server{Handler: v}
	go func() { _ = v.Serve(l) }() // ends with Close
	return v
}

// born takes note of a process, and tells the path of its address.
func (v *vendor) born(l *life) (path string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.lives = append(v.lives, l)
	return fmt.Sprint("/", len(v.lives)-1)
}

// die kills the process of a life, if it is alive.
func (v *vendor) die(l *life) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if l.kill != nil {
		l.gone = time.Now() // no later than it happens
		l.kill()
		l.kill = nil
	}
}

// rest returns when nothing is done any more that the processes so far have
// asked for: a person who looks then sees what has come of it.
func (v *vendor) rest() {
	v.mu.Lock()
	defer v.mu.Unlock()
	for _, l := range v.lives {
		l.past = true
	}
	for v.working > 0 {
		v.idle.Wait()
	}
}

// event is one of the moments of a request at which a process may die.
func (v *vendor) event(l *life) {
	v.mu.Lock()
	l.trap--
	dies := l.trap == 0
	v.mu.Unlock()
	if dies {
		v.die(l)
	}
}

// pause is mostly short, and sometimes longer than a new process takes to
// start.
func (v *vendor) pause() {
	v.mu.Lock()
	d := time.Duration(v.random.Int64N(int64(3 * time.Millisecond)))
	if v.random.IntN(5) == 0 {
		d = time.Duration(v.random.Int64N(int64(v.atWork())))
	}
	v.mu.Unlock()
	time.Sleep(d)
}

func (v *vendor) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	parts := strings.SplitN(r.URL.Path, "/", 4) // "", life, kind, name
	v.mu.Lock()
	n, err := strconv.Atoi(parts[1])
	if err != nil || n >= len(v.lives) || len(parts) < 3 {
		v.mu.Unlock()
		http.NotFound(w, r)
		return
	}
	l := v.lives[n]
	v.working++
	v.mu.Unlock()
	defer func() {
		v.mu.Lock()
		defer v.mu.Unlock()
		if v.working--; v.working == 0 {
			v.idle.Broadcast()
		}
	}()
	var in thing
	if r.Method == http.MethodPost || r.Method == http.MethodPut {
		if json.NewDecoder(r.Body).Decode(&in) != nil {
			panic(http.ErrAbortHandler) // cut off in the middle
		}
	}
	if len(parts) == 4 {
		in.Name = parts[3]
	}
	v.event(l)
	var status int
	var answer any
	act := func() { status, answer = v.act(l, r, parts[2], in) }
	if v.around != nil {
		v.around(r, act)
	} else {
		v.pause()
		act()
	}
	if status == 0 {
		panic(http.ErrAbortHandler)
	}
	v.event(l)
	v.pause()
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(answer)
	_ = http.NewResponseController(w).Flush()
	v.event(l)
}

// act does what a request asks for; status 0 says that it is too late for it.
func (v *vendor) act(l *life, r *http.Request, kind string, in thing) (status int, answer any) {
	v.mu.Lock()
	defer v.mu.Unlock()
	left, cut := v.cuts[r.RemoteAddr]
	if !l.gone.IsZero() && (!cut || l.gone.Before(left)) {
		left, cut = l.gone, true
	}
	if l.past || cut && time.Since(left) > v.atWork() {
		return 0, nil
	}
	at := slices.IndexFunc(v.things, func(t thing) bool { return t.Name == in.Name })
	switch method := r.Method + " " + kind; {
	case r.URL.Query().Has("name"):
		return http.StatusOK, map[string]any{"things": v.named(r.URL.Query().Get("name"))}
	case method == "GET things" && in.Name == "":
		return http.StatusOK, v.page(r.URL.Query().Get("prefix"), r.URL.Query().Get("after"))
	case method == "POST things" && strings.HasSuffix(in.Name, "taken"):
		return http.StatusConflict, map[string]string{"message": "it is taken"}
	case method == "POST things":
		in.ID = v.acted("create", in.Name)
		v.things = append(v.things, in)
		return http.StatusCreated, in
	case method == "POST notes":
		return http.StatusCreated, receipt{v.acted("note", in.Name)}
	case method == "POST seats":
		key := r.Header.Get("Idempotency-Key")
		if _, ok := v.keyed[key]; !ok || key == "" {
			v.keyed[key] = receipt{v.acted("seat", in.Name)}
		}
		return http.StatusCreated, v.keyed[key]
	case at < 0:
		return http.StatusNotFound, map[string]string{"message": "there is no such thing"}
	case method == "GET things":
		return http.StatusOK, v.things[at]
	case method == "PUT things":
		v.things[at].Value = in.Value
		return http.StatusOK, v.things[at]
	case method == "DELETE things":
		v.acted("delete", in.Name)
		v.things = slices.Delete(v.things, at, at+1)
		return http.StatusNoContent, nil
	}
	return http.StatusMethodNotAllowed, nil
}

// acted counts an effect, and makes an id that nobody can foresee.
func (v *vendor) acted(what, name string) (id int64) {
	v.ids++
	id = v.ids*1000 + v.random.Int64N(1000)
	v.effects[what+" "+name]++
	v.receipts[what+" "+name] = append(v.receipts[what+" "+name], id)
	return id
}

func (v *vendor) named(name string) []thing {
	found := []thing{}
	for _, t := range v.things {
		if t.Name == name {
			found = append(found, t)
		}
	}
	return found
}

// page answers three things at a time.
func (v *vendor) page(prefix, after string) any {
	from, _ := strconv.ParseInt(after, 10, 64)
	found, next := []thing{}, ""
	for _, t := range v.things {
		if t.ID <= from || !strings.HasPrefix(t.Name, prefix) {
			continue
		}
		if len(found) == 3 {
			next = strconv.FormatInt(found[2].ID, 10)
			break
		}
		found = append(found, t)
	}
	return map[string]any{"things": found, "next": next}
}

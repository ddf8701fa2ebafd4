package survival

import (
	"maps"
	"math/rand/v2"
	"net"
	"slices"
	"sync"
	"testing"
	"time"
)

// A fault is what a network does to a request.
type fault string

const (
	none    fault = ""
	before  fault = "cut before the request was passed on"
	within  fault = "cut in the middle of the request"
	after   fault = "cut after the request"
	middle  fault = "cut in the middle of the answer"
	slow    fault = "slow"
	refused fault = "refused for a while"
)

var allFaults = []fault{before, within, after, middle, slow, refused}

// A wire carries the connections of a run to its vendor, and breaks.
type wire struct {
	v *vendor
	l *net.TCPListener

	mu     sync.Mutex
	random *rand.Rand
	left   int // faults that the current process still meets
	made   map[fault]int
}

func newWire(t *testing.T, v *vendor, seed uint64) *wire {
	t.Helper()
	l, err := listen()
	if err != nil {
		t.Fatal(err)
	}
	w := &wire{v: v, l: l, random: rand.New(rand.NewPCG(seed, 3)), made: map[fault]int{}}
	go w.accept()
	return w
}

// listen takes a port by its number: one that the system chose would be lost
// when the listener refuses.
func listen() (*net.TCPListener, error) {
	for tries := 0; ; tries++ {
		chosen, err := net.ListenTCP("tcp", &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)})
		if err != nil {
			return nil, err
		}
		at := chosen.Addr().(*net.TCPAddr)
		if err := chosen.Close(); err != nil {
			return nil, err
		}
		if l, err := net.ListenTCP("tcp", at); err == nil || tries == 9 { // somebody else may have been quicker
			return l, err
		}
	}
}

// accept ends with the listener; one that refuses for a while comes back.
func (w *wire) accept() {
	for {
		client, err := w.l.AcceptTCP()
		if err == nil {
			go w.carry(client)
			continue
		}
		if !reopened(w.l) {
			return
		}
	}
}

// address is what the next process is given. The faults that it meets are less
// than the attempts that a call has.
func (w *wire) address(*life) string {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.left = 1 + w.random.IntN(3)
	return w.l.Addr().String()
}

// draw is what happens to the next request, after how long, and in which part
// of it or of its answer.
func (w *wire) draw() (f fault, d time.Duration, part float64) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.left == 0 || w.random.IntN(3) > 0 {
		return none, 0, 0
	}
	w.left--
	f = allFaults[w.random.IntN(len(allFaults))]
	if f == refused && !canRefuse {
		f = before
	}
	w.made[f]++
	return f, time.Duration(w.random.Int64N(int64(8 * time.Millisecond))), w.random.Float64()
}

// A line is one connection through the wire.
type line struct {
	v              *vendor
	client, server *net.TCPConn
	reset          bool // with RST, not FIN

	mu   sync.Mutex
	next fault   // of the next answer
	part float64 // where it breaks
}

func (w *wire) carry(client *net.TCPConn) {
	defer client.Close()
	server, err := net.Dial("tcp", w.v.url)
	if err != nil {
		return
	}
	defer server.Close()
	c := &line{v: w.v, client: client, server: server.(*net.TCPConn)}
	w.mu.Lock()
	c.reset = w.random.IntN(2) == 0
	w.mu.Unlock()
	w.v.mu.Lock()
	delete(w.v.cuts, server.LocalAddr().String()) // of one that had the address before
	w.v.mu.Unlock()
	go c.answers()
	buf := make([]byte, 64<<10)
	for {
		// A request comes in one piece: none is sent before the last was answered.
		n, err := client.Read(buf)
		if err != nil {
			return
		}
		f, d, part := w.draw()
		switch f {
		case refused:
			refuse(w.l, 4*d)
			c.cut()
			return
		case before:
			c.cut()
			return
		case within:
			_, _ = server.Write(buf[:int(part*float64(n))])
			c.cut()
			return
		case middle, slow:
			c.mu.Lock()
			c.next, c.part = f, part
			c.mu.Unlock()
		case after:
			time.AfterFunc(d, c.cut)
		}
		if _, err := server.Write(buf[:n]); err != nil {
			return
		}
	}
}

// answers carries what comes back.
func (c *line) answers() {
	defer c.client.Close()
	buf := make([]byte, 64<<10)
	for {
		n, err := c.server.Read(buf)
		if err != nil {
			return
		}
		c.mu.Lock()
		f, part := c.next, c.part
		c.next = none
		c.mu.Unlock()
		from := 0
		for ; f == slow && from < n-1; from += 1 + n/10 {
			if _, err := c.client.Write(buf[from:min(n, from+1+n/10)]); err != nil {
				return
			}
			time.Sleep(time.Millisecond)
		}
		if f == middle {
			n = int(part * float64(n))
		}
		if _, err := c.client.Write(buf[min(from, n):n]); err != nil {
			return
		}
		if f == middle {
			c.cut()
			return
		}
	}
}

// cut breaks the connection. The vendor is told when: it is at work on the
// request no longer than its settle time after that.
func (c *line) cut() {
	c.v.mu.Lock()
	if at := c.server.LocalAddr().String(); c.v.cuts[at].IsZero() {
		c.v.cuts[at] = time.Now()
	}
	c.v.mu.Unlock()
	if c.reset {
		_ = c.client.SetLinger(0)
	}
	_ = c.client.Close()
	_ = c.server.Close()
}

// Runs over a network that breaks in every phase of a request come to their end
// with every effect once, and with the right results.
func TestNetwork(t *testing.T) {
	prepare(t)
	began := time.Now()
	bad, made := 0, map[fault]int{}
	s := &series{
		shapes: []shape{fanout(4), queue(4), nested(2)}, width: 8,
		next: func(_ int, s shape, seed uint64) *trial {
			x := newTrial(t, runner, s, seed)
			x.wire = newWire(t, x.v, seed)
			return x
		},
		enough: func(s *series) bool { return s.runs >= *faults || bad >= 3 },
		ended: func(x *trial, err error) {
			x.wire.mu.Lock()
			defer x.wire.mu.Unlock()
			for f, n := range x.wire.made {
				made[f] += n
			}
			if err != nil {
				bad++
				t.Errorf("%v\n%v\n%s", err, x.wire.made, x.story())
			}
		},
	}
	s.play()
	for _, f := range allFaults {
		if made[f] == 0 && (f != refused || canRefuse) && *faults >= 1000 {
			t.Errorf("no connection was %s", f)
		}
	}
	t.Logf("%d runs in %v: %d of them wrong", s.runs, time.Since(began).Round(time.Second), bad)
	for _, f := range slices.Sorted(maps.Keys(made)) {
		t.Logf("%5d %s", made[f], f)
	}
}

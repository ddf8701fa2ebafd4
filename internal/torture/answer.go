package torture

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"strconv"
)

// An answer is put together in memory: what the process gets to see of it is
// decided later.
type answer struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (a *answer) Header() http.Header         { return a.header }
func (a *answer) Write(p []byte) (int, error) { return a.body.Write(p) }
func (a *answer) WriteHeader(status int)      { a.status = status }

// refusal is an answer of a server that has too much to do, or is out of order.
func refusal(status int) *answer {
	a := &answer{header: http.Header{"Content-Type": {"application/json"}}, status: status}
	if status == http.StatusTooManyRequests {
		a.header.Set("Retry-After", "0")
		a.header.Set("X-Retry-After", "0")
	}
	fmt.Fprintf(&a.body, `{"message":%q}`, http.StatusText(status))
	return a
}

func (a *answer) writeTo(w http.ResponseWriter) {
	for name, values := range a.header {
		w.Header()[name] = values
	}
	w.WriteHeader(a.status)
	_, _ = w.Write(a.body.Bytes()) // an error means that the client is gone
}

// halfTo sends an answer up to the middle of its body, or of its head if it has
// none, and closes the connection.
func (a *answer) halfTo(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	defer conn.Close()
	var raw bytes.Buffer
	fmt.Fprintf(&raw, "HTTP/1.1 %d %s\r\n", a.status, http.StatusText(a.status))
	a.header.Set("Content-Length", strconv.Itoa(a.body.Len()))
	_ = a.header.Write(&raw) // into memory
	raw.WriteString("\r\n")
	end := raw.Len() + a.body.Len()/2
	if a.body.Len() == 0 {
		end = raw.Len() / 2
	}
	raw.Write(a.body.Bytes())
	_, _ = conn.Write(raw.Bytes()[:end])
}

// noCancel is the context of a request that its sender does not wait for.
func noCancel(r *http.Request) context.Context { return context.WithoutCancel(r.Context()) }

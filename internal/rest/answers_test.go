package rest

import (
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"

	"runner/internal/op"
)

type thing struct {
	ID   int    `json:"id"`
	Name string `json:"name"`
}

func TestAnswers(t *testing.T) {
	for name, tt := range map[string]struct {
		contentType, body string
		want              thing
		cause, hint       string
	}{
		"JSON":               {"application/json", `{"id":7,"name":"a"}`, thing{7, "a"}, "", ""},
		"other case":         {"application/json", `{"ID":7,"Name":"a"}`, thing{7, "a"}, "", ""},
		"more than is known": {"application/json", `{"id":7,"new":{"x":[1]}}`, thing{7, ""}, "", ""},
		"a byte order mark":  {"application/json", "\ufeff{\"id\":7}\n", thing{7, ""}, "", ""},
		"JSON called HTML":   {"text/html", `{"id":7}`, thing{7, ""}, "", ""},
		"JSON called text":   {"text/plain", `{"id":7}`, thing{7, ""}, "", ""},
		"HTML": {"text/html", "<html><head><title>Sign in</title></head><body>…</body></html>", thing{},
			`HTTP 200: it answered a web page titled "Sign in" instead of data`, "check the connection's url, now URL; a login page or a proxy may be in the way"},
		"nothing":           {"application/json", "", thing{}, "HTTP 200: the answer is empty", ""},
		"white space":       {"application/json", "\r\n", thing{}, "HTTP 200: the answer is empty", ""},
		"broken JSON":       {"application/json", `{"id":7,"na`, thing{7, ""}, `HTTP 200: the answer is not JSON: {"id":7,"na`, "check the connection's url"},
		"text":              {"text/plain", "OK\x1b[0m", thing{}, "HTTP 200: the answer is not JSON: OK[0m", "check the connection's url"},
		"another shape":     {"application/json", `[1]`, thing{}, "HTTP 200: the answer has another shape than the manual says: a list at the top", ""},
		"two values":        {"application/json", `{"id":7} {"id":8}`, thing{7, ""}, `HTTP 200: the answer is not JSON: {"id":7} {"id":8}`, "check the connection's url"},
		"a number too high": {"application/json", `{"id":1e99}`, thing{}, "HTTP 200: the answer has another shape than the manual says: a number at /id", ""},
	} {
		t.Run(name, func(t *testing.T) {
			c := serve(t, func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Content-Type", tt.contentType)
				w.Header().Set("X-Request-Id", "r-1")
				fmt.Fprint(w, tt.body)
			}, Settings{}, Options{})
			var got thing
			err := c.Post(t.Context(), "/x", nil, &got)
			if got != tt.want {
				t.Errorf("%q: got %+v, want %+v", tt.body, got, tt.want)
			}
			if tt.cause == "" {
				if err != nil {
					t.Errorf("%q: %v", tt.body, err)
				}
				return
			}
			sameError(t, errorOf(t, err), op.Error{
				Kind: op.Garbled, Cause: tt.cause, Hint: strings.Replace(tt.hint, "URL", c.Base(), 1),
				Status: 200, RequestID: "r-1", Sent: true, Acts: true, RetryAfter: noWait,
			})
			// Who wants no value does not mind what the answer is.
			if err := c.Post(t.Context(), "/x", nil, nil); err != nil {
				t.Errorf("%q without a value to read: %v", tt.body, err)
			}
		})
	}
}

func TestAnswerIsWhole(t *testing.T) {
	c := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Date", "today")
		w.Header().Set("X-Request-Id", "r-1")
		w.WriteHeader(201)
		fmt.Fprint(w, "body")
	}, Settings{}, Options{})
	got, err := c.Do(t.Context(), Request{Method: "PUT", Path: "/x"})
	if err != nil {
		t.Fatal(err)
	}
	want := &Answer{
		Status: 201, Body: []byte("body"), RequestID: "r-1", Method: "PUT", URL: c.Base() + "/x",
		Header: http.Header{"Date": {"today"}, "X-Request-Id": {"r-1"}, "Content-Length": {"4"}, "Content-Type": {"text/plain; charset=utf-8"}},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

// A server that closes, speaks something else, or stops half-way.
func TestBrokenAnswers(t *testing.T) {
	for name, tt := range map[string]struct {
		answer string
		want   op.Error
	}{
		"closed without a word":    {"", op.Error{Kind: op.Unavailable, Cause: "the connection to HOST broke before the answer was complete: EOF"}},
		"half a header":            {"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n", op.Error{Kind: op.Unavailable, Cause: "the connection to HOST broke before the answer was complete: unexpected EOF"}},
		"half an answer":           {"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"id\":", op.Error{Kind: op.Unavailable, Cause: "the connection to HOST broke before the answer was complete: unexpected EOF"}},
		"half a chunk":             {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{\"i", op.Error{Kind: op.Unavailable, Cause: "the connection to HOST broke before the answer was complete: unexpected EOF"}},
		"half an error":            {"HTTP/1.1 404 Not Found\r\nContent-Length: 100\r\n\r\n{", op.Error{Kind: op.Unavailable, Cause: "the connection to HOST broke before the answer was complete: unexpected EOF"}},
		"another protocol":         {"SSH-2.0-OpenSSH_9.9\r\n", op.Error{Kind: op.Garbled, Cause: `what HOST answers is not HTTP: malformed HTTP response "SSH-2.0-OpenSSH_9.9"`, Hint: "check the connection's url: http or https, and the port"}},
		"TLS":                      {"\x15\x03\x01\x00\x02\x02\x50\n", op.Error{Kind: op.Garbled, Cause: `what HOST answers is not HTTP: malformed HTTP response "\x15\x03\x01\x00\x02\x02P"`, Hint: "check the connection's url: http or https, and the port"}},
		"a status without a sense": {"HTTP/1.1 abc OK\r\n\r\n", op.Error{Kind: op.Garbled, Cause: `what HOST answers is not HTTP: malformed HTTP status code "abc"`, Hint: "check the connection's url: http or https, and the port"}},
		"a header without a colon": {"HTTP/1.1 200 OK\r\nnonsense\r\n\r\n", op.Error{Kind: op.Unavailable, Cause: `the connection to HOST broke before the answer was complete: malformed MIME header: missing colon: "nonsense"`}},
	} {
		t.Run(name, func(t *testing.T) {
			c := open(t, Settings{URL: raw(t, tt.answer)}, Options{})
			want := tt.want
			want.Cause = strings.ReplaceAll(want.Cause, "HOST", c.base.Host)
			want.Attempts, want.Sent, want.Acts, want.RetryAfter = 1, true, true, noWait
			sameError(t, errorOf(t, c.Post(t.Context(), "/x", nil, nil)), want)
		})
	}
}

func TestLargestAnswer(t *testing.T) {
	const all = 100 << 20
	for name, tt := range map[string]struct {
		max               op.Opt[int64]
		announced, zipped bool
		status            int
		memory            uint64
		want              string // "" for a success
	}{
		"the usual limit":        {memory: 6 * 64 << 20, want: "the answer is larger than 64 MiB"},
		"the usual, announced":   {announced: true, memory: 8 << 20, want: "the answer is larger than 64 MiB"},
		"a low limit":            {max: op.Some[int64](1 << 20), memory: 12 << 20, want: "the answer is larger than 1 MiB"},
		"a low limit, announced": {max: op.Some[int64](1 << 20), announced: true, memory: 8 << 20, want: "the answer is larger than 1 MiB"},
		"no round number":        {max: op.Some[int64](1000), memory: 8 << 20, want: "the answer is larger than 1000 bytes"},
		"a bomb":                 {max: op.Some[int64](1 << 20), zipped: true, memory: 12 << 20, want: "the answer is larger than 1 MiB"},
		"an error is cut":        {status: 500, memory: 16 << 20, want: "HTTP 500 Internal Server Error: " + strings.Repeat("x", 199) + "…"},
	} {
		t.Run(name, func(t *testing.T) {
			var written atomic.Int64
			chunk := []byte(strings.Repeat("x", 1<<16))
			c := serve(t, func(w http.ResponseWriter, r *http.Request) {
				var out io.Writer = w
				if tt.announced {
					w.Header().Set("Content-Length", fmt.Sprint(all))
				}
				if tt.zipped {
					w.Header().Set("Content-Encoding", "gzip")
					z, _ := gzip.NewWriterLevel(w, gzip.BestSpeed)
					defer z.Close()
					out = z
				}
				if tt.status != 0 {
					w.WriteHeader(tt.status)
				}
				for range all / len(chunk) {
					n, err := out.Write(chunk)
					written.Add(int64(n))
					if err != nil {
						return
					}
				}
			}, Settings{MaxAnswer: tt.max}, Options{})
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			got := errorOf(t, c.Get(t.Context(), "/x", nil, nil))
			runtime.ReadMemStats(&after)
			want := op.Error{Kind: op.Garbled, Cause: tt.want, Hint: "ask for less with a filter, or raise max_answer on the connection", Attempts: 1, Sent: true, RetryAfter: noWait}
			if tt.status != 0 {
				want.Kind, want.Hint, want.Status = op.Unavailable, "", tt.status
			}
			sameError(t, got, want)
			if used := after.TotalAlloc - before.TotalAlloc; used > tt.memory {
				t.Errorf("took %d MiB in all, want %d at most", used>>20, tt.memory>>20)
			}
			if n := written.Load(); n >= all && !tt.zipped {
				t.Errorf("the server could write all %d MiB", n>>20)
			}
		})
	}
}

func TestAnswerOfTheLargestSize(t *testing.T) {
	for _, announced := range []bool{true, false} {
		c := serve(t, func(w http.ResponseWriter, r *http.Request) {
			if !announced {
				http.NewResponseController(w).Flush()
			}
			fmt.Fprint(w, strings.Repeat("x", 1000))
		}, Settings{MaxAnswer: op.Some[int64](1000)}, Options{})
		a, err := c.Do(t.Context(), Request{Method: "GET", Path: "/x"})
		if err != nil || len(a.Body) != 1000 {
			t.Errorf("exactly max_answer bytes, announced %v: %v", announced, err)
		}
	}
}

// The length in the answer to a HEAD is not that of its body.
func TestHead(t *testing.T) {
	c := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Length", "1000000000")
	}, Settings{}, Options{})
	a, err := c.Do(t.Context(), Request{Method: "HEAD", Path: "/x"})
	if err != nil || len(a.Body) != 0 || a.Header.Get("Content-Length") != "1000000000" {
		t.Errorf("got %+v, %v", a, err)
	}
}

package rest

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"testing"

	"runner/internal/op"
)

func TestRequestAsItIsSent(t *testing.T) {
	for name, tt := range map[string]struct {
		r    Request
		want string
	}{
		"nothing":           {Request{Method: "POST"}, `POST 0 "" type "" accept "application/json"`},
		"JSON":              {Request{Method: "PUT", Body: map[string]any{"b": 1, "a": "<ä>"}}, `PUT 18 "{\"a\":\"<ä>\",\"b\":1}" type "application/json" accept "application/json"`},
		"JSON null":         {Request{Method: "PUT", Body: op.Opt[int64]{}}, `PUT 4 "null" type "application/json" accept "application/json"`},
		"raw":               {Request{Method: "POST", Raw: []byte("a=b"), Header: http.Header{"content-type": {"text/x"}}}, `POST 3 "a=b" type "text/x" accept "application/json"`},
		"another answer":    {Request{Method: "GET", Accept: "*/*"}, `GET 0 "" type "" accept "*/*"`},
		"its own of accept": {Request{Method: "GET", Header: http.Header{"Accept": {"text/csv"}}, Accept: "*/*"}, `GET 0 "" type "" accept "text/csv"`},
	} {
		t.Run(name, func(t *testing.T) {
			var seen string
			c := serve(t, func(w http.ResponseWriter, r *http.Request) {
				b, _ := io.ReadAll(r.Body)
				seen = fmt.Sprintf("%s %d %q type %q accept %q", r.Method, r.ContentLength, b, r.Header.Get("Content-Type"), r.Header.Get("Accept"))
			}, Settings{}, Options{})
			tt.r.Path = "/x"
			if _, err := c.Do(t.Context(), tt.r); err != nil || seen != tt.want {
				t.Errorf("the server saw\n%s\nwant\n%s\n%v", seen, tt.want, err)
			}
		})
	}
}

func TestRequestThatCannotBeWritten(t *testing.T) {
	h, n := inTurn(status(200))
	c := serve(t, h, Settings{}, Options{})
	err := c.Post(t.Context(), "/x", func() {}, nil)
	if e := errorOf(t, err); e.Kind != op.Invalid || e.Sent || n.Load() != 0 {
		t.Errorf("got %+v; the server saw %d", e, n.Load())
	}
	_, err = c.Do(t.Context(), Request{Method: "GE T", Path: "/x"})
	sameError(t, errorOf(t, err), op.Error{Kind: op.Bug, Cause: `net/http: invalid method "GE T"`})
}

// A RoundTripper may not change its request: an earlier attempt may still be
// writing it.
func TestCredentialsGoToACopy(t *testing.T) {
	c := serve(t, status(200), Settings{}, Options{Auth: Bearer("t")})
	x := &exchange{c: c, rules: once{}}
	req, err := http.NewRequestWithContext(context.WithValue(t.Context(), exchangeKey{}, x), http.MethodGet, c.Base(), nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := c.http.Transport.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if len(req.Header) != 0 || resp.Request.Header.Get("Authorization") != "Bearer t" {
		t.Errorf("the request has now %v; sent was %v", req.Header, resp.Request.Header)
	}
}

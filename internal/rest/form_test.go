package rest

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
)

// The bytes are written out: a cassette is matched by them.
func TestFormBytes(t *testing.T) {
	form := &Form{FileName: "a \"b\".yxzp", File: []byte("PK\x00\xff")}
	form.Add("name", "Müller & Söhne")
	form.Add("ids", "1")
	form.Add("ids", "2")
	form.Add("empty", "")
	const boundary = "BOUNDARY"
	want := strings.ReplaceAll(strings.Join([]string{
		"--BOUNDARY", `Content-Disposition: form-data; name="name"`, "", "Müller & Söhne",
		"--BOUNDARY", `Content-Disposition: form-data; name="ids"`, "", "1",
		"--BOUNDARY", `Content-Disposition: form-data; name="ids"`, "", "2",
		"--BOUNDARY", `Content-Disposition: form-data; name="empty"`, "", "",
		"--BOUNDARY", `Content-Disposition: form-data; name="file"; filename="a \"b\".yxzp"`, "Content-Type: application/octet-stream", "", "PK\x00\xff",
		"--BOUNDARY--", "",
	}, "\r\n"), boundary, "runner-b95117dca8cb340cbc5e276c2976fb37")
	for range 3 {
		body, contentType, err := form.encode()
		if err != nil || contentType != "multipart/form-data; boundary=runner-b95117dca8cb340cbc5e276c2976fb37" || string(body) != want {
			t.Errorf("got %q, %v\n%q\nwant\n%q", contentType, err, body, want)
		}
	}
}

// A content that holds another form's boundary gets one of its own.
func TestFormBoundaryIsNotInTheContent(t *testing.T) {
	inner, _, err := (&Form{Fields: [][2]string{{"a", "b"}}}).encode()
	if err != nil {
		t.Fatal(err)
	}
	outer := &Form{Fields: [][2]string{{"a", string(inner)}}}
	_, first, _ := (&Form{Fields: [][2]string{{"a", "b"}}}).encode()
	_, second, err := outer.encode()
	if err != nil || first == second {
		t.Errorf("the same boundary for two contents, %q; %v", first, err)
	}
}

func TestFormIsSent(t *testing.T) {
	var seen []string
	c := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if err := r.ParseMultipartForm(1 << 20); err != nil {
			t.Error(err)
			return
		}
		f, h, err := r.FormFile("file")
		if err != nil {
			t.Error(err)
			return
		}
		b, _ := io.ReadAll(f)
		seen = append(seen, fmt.Sprintf("%v %s %d %s", r.MultipartForm.Value, h.Filename, len(b), r.Header.Get("Accept")))
		if len(seen) == 1 {
			w.WriteHeader(500)
		}
	}, Settings{}, Options{})
	d := &diary{waits: []time.Duration{0}}
	form := &Form{Fields: [][2]string{{"a", "1"}, {"a", "2"}, {"b", "3"}}, FileName: "x.zip", File: make([]byte, 100_000)}
	_, err := c.Do(WithRules(t.Context(), d), Request{Method: http.MethodPost, Path: "/x", Form: form, Accept: "text/plain"})
	want := "map[a:[1 2] b:[3]] x.zip 100000 text/plain"
	if got := strings.Join(seen, "; "); err != nil || got != want+"; "+want {
		t.Errorf("got %q, %v; want it twice: %q", got, err, want)
	}
}

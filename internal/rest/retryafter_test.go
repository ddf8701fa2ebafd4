package rest

import (
	"net/http"
	"sync"
	"testing"
	"time"

	"runner/internal/op"
)

var noon = time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)

func TestParseWait(t *testing.T) {
	for name, tt := range map[string]struct {
		text string
		want time.Duration
	}{
		"seconds":              {"120", 2 * time.Minute},
		"with space":           {" 7 ", 7 * time.Second},
		"a fraction":           {"1.5", 1500 * time.Millisecond},
		"a small fraction":     {".25", 250 * time.Millisecond},
		"less than is kept":    {"0.0001", 0},
		"zero":                 {"0", 0},
		"negative":             {"-5", 0},
		"negative fraction":    {"-0.001", 0},
		"huge":                 {"99999999999999999999", 1e9 * time.Second},
		"out of range":         {"1e999", noWait},
		"infinite":             {"inf", 1e9 * time.Second},
		"minus infinite":       {"-inf", 0},
		"no number":            {"NaN", noWait},
		"a date to come":       {"Wed, 04 Mar 2026 12:00:30 GMT", 30 * time.Second},
		"a date in the past":   {"Wed, 04 Mar 2026 11:59:59 GMT", 0},
		"now":                  {"Wed, 04 Mar 2026 12:00:00 GMT", 0},
		"an old form of date":  {"Wednesday, 04-Mar-26 12:01:00 GMT", time.Minute},
		"C's form of date":     {"Wed Mar  4 12:01:00 2026", time.Minute},
		"a date far away":      {"Fri, 31 Dec 9999 23:59:59 GMT", 1e9 * time.Second},
		"another form of date": {"2026-03-04T12:00:30Z", noWait},
		"nonsense":             {"soon", noWait},
		"with a unit":          {"5s", noWait},
		"nothing":              {"", noWait},
		"space":                {" \t", noWait},
	} {
		t.Run(name, func(t *testing.T) {
			if got := parseWait(tt.text, noon); got != tt.want {
				t.Errorf("parseWait(%q) = %v, want %v", tt.text, got, tt.want)
			}
		})
	}
}

func FuzzParseWait(f *testing.F) {
	for _, text := range []string{"", "0", "-1", "1.5", "1e300", "NaN", "-Inf", "0x1p-2", "Wed, 04 Mar 2026 12:00:30 GMT", "Fri, 31 Dec 9999 23:59:59 GMT"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if got := parseWait(text, noon); got != noWait && (got < 0 || got > 1e9*time.Second) {
			t.Errorf("parseWait(%q) = %v", text, got)
		}
	})
}

func TestWaitHeaders(t *testing.T) {
	for name, tt := range map[string]struct {
		own    []string
		header http.Header
		want   time.Duration
	}{
		"none":                       {nil, http.Header{}, noWait},
		"Retry-After":                {nil, http.Header{"Retry-After": {"3"}}, 3 * time.Second},
		"the vendor's first":         {[]string{"X-Wait"}, http.Header{"X-Wait": {"1"}, "Retry-After": {"3"}}, time.Second},
		"the vendor's first, of two": {[]string{"X-A", "X-B"}, http.Header{"X-B": {"2"}, "Retry-After": {"3"}}, 2 * time.Second},
		"the vendor's is missing":    {[]string{"X-Wait"}, http.Header{"Retry-After": {"3"}}, 3 * time.Second},
		"the vendor's is nonsense":   {[]string{"X-Wait"}, http.Header{"X-Wait": {"-"}, "Retry-After": {"3"}}, 3 * time.Second},
		"the vendor's is 0":          {[]string{"X-Wait"}, http.Header{"X-Wait": {"0"}, "Retry-After": {"3"}}, 0},
		"not the vendor's to say":    {nil, http.Header{"X-Wait": {"1"}}, noWait},
	} {
		t.Run(name, func(t *testing.T) {
			c := serve(t, func(w http.ResponseWriter, r *http.Request) {
				for n, v := range tt.header {
					w.Header()[n] = v
				}
				w.WriteHeader(429)
			}, Settings{}, Options{WaitHeaders: tt.own})
			if got := errorOf(t, c.Get(t.Context(), "/x", nil, nil)); got.RetryAfter != tt.want || got.Kind != op.Limited {
				t.Errorf("%v with %v: got %s, %v, want %v", tt.header, tt.own, got.Kind, got.RetryAfter, tt.want)
			}
		})
	}
}

// Calls share the list of headers. It was appended to, and where it had room
// two calls wrote to the same place.
func TestWaitHeadersAreShared(t *testing.T) {
	own := append(make([]string, 0, 8), "X-Wait")
	c := serve(t, status(429), Settings{}, Options{WaitHeaders: own})
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() { _ = c.Get(t.Context(), "/x", nil, nil) })
	}
	wg.Wait()
	if got := own[:2][1]; got != "" {
		t.Errorf("%q was written behind the vendor's list", got)
	}
}

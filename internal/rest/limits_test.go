package rest

import (
	"math"
	"net/http"
	"strconv"
	"strings"
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

func FuzzRetryAfter(f *testing.F) {
	for _, text := range []string{"", "0", "-1", "1.5", "1e300", "NaN", "-Inf", "0x1p-2", "5, 10", "Wed, 04 Mar 2026 12:00:30 GMT", "Fri, 31 Dec 9999 23:59:59 GMT"} {
		f.Add(text, text, int64(0))
		f.Add(text, "1", int64(1)<<62)
	}
	f.Fuzz(func(t *testing.T, first, second string, now int64) {
		if got := longest([]string{first, second}, time.Unix(now, 0)); got != noWait && (got < 0 || got > longestWait) {
			t.Errorf("%q and %q at %d: %v", first, second, now, got)
		}
	})
}

func TestRetryAfterIsTheLongest(t *testing.T) {
	for name, tt := range map[string]struct {
		values []string
		want   time.Duration
	}{
		"none":                    {nil, noWait},
		"two headers":             {[]string{"5", "10"}, 10 * time.Second},
		"two in one":              {[]string{"10, 5"}, 10 * time.Second},
		"two that are the same":   {[]string{"5,5"}, 5 * time.Second},
		"a number and nonsense":   {[]string{"5, soon"}, 5 * time.Second},
		"a date and a number":     {[]string{"Wed, 04 Mar 2026 12:00:30 GMT", "5"}, 30 * time.Second},
		"nonsense":                {[]string{"soon, later", ""}, noWait},
		"past and now":            {[]string{"-5, 0"}, 0},
		"a date of no form":       {[]string{"Wed, the fourth of March"}, noWait},
		"infinite, and a second":  {[]string{"inf, 1"}, longestWait},
		"no number, and a second": {[]string{"NaN, 1"}, time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			if got := longest(tt.values, noon); got != tt.want {
				t.Errorf("longest(%q) = %v, want %v", tt.values, got, tt.want)
			}
		})
	}
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

func TestReadQuota(t *testing.T) {
	epoch := func(d time.Duration) string { return strconv.FormatInt(noon.Add(d).Unix(), 10) }
	left := func(n float64, reset time.Duration) op.Quota { return op.Quota{Remaining: n, Reset: reset} }
	for name, tt := range map[string]struct {
		headers string // "name: value" lines
		want    op.Quota
	}{
		"none":                     {"Content-Type: text/plain", op.Quota{}},
		"seconds from now":         {"X-RateLimit-Limit: 60\nX-RateLimit-Remaining: 12\nX-RateLimit-Reset: 30", left(12, 30*time.Second)},
		"a fraction of a second":   {"X-RateLimit-Remaining: 1\nX-RateLimit-Reset: 0.5", left(1, 500*time.Millisecond)},
		"an epoch in seconds":      {"X-RateLimit-Remaining: 3\nX-RateLimit-Reset: " + epoch(time.Minute), left(3, time.Minute)},
		"an epoch in milliseconds": {"X-RateLimit-Remaining: 3\nX-RateLimit-Reset: " + epoch(time.Minute) + "250", left(3, time.Minute+250*time.Millisecond)},
		"an epoch with a fraction": {"X-RateLimit-Remaining: 3\nX-RateLimit-Reset: " + epoch(time.Minute) + ".5", left(3, time.Minute+500*time.Millisecond)},
		"an epoch that is past":    {"X-RateLimit-Remaining: 0\nX-RateLimit-Reset: " + epoch(-time.Minute), op.Quota{}},
		"the clock of the answer":  {"Date: Wed, 04 Mar 2026 12:00:50 GMT\nX-RateLimit-Remaining: 3\nX-RateLimit-Reset: " + epoch(time.Minute), left(3, 10*time.Second)},
		"nanoseconds":              {"X-RateLimit-Remaining: 3\nX-RateLimit-Reset: " + epoch(time.Minute) + "000000000", op.Quota{}},
		"neither span nor epoch":   {"X-RateLimit-Remaining: 3\nX-RateLimit-Reset: 500000000", op.Quota{}},
		"an HTTP date":             {"X-RateLimit-Remaining: 3\nX-RateLimit-Reset: Wed, 04 Mar 2026 12:00:30 GMT", left(3, 30*time.Second)},
		"RFC 3339":                 {"X-RateLimit-Remaining: 3\nX-RateLimit-Reset: 2026-03-04T12:00:30Z", left(3, 30*time.Second)},
		"C's form of date":         {"X-RateLimit-Remaining: 3\nX-RateLimit-Reset: Wed Mar  4 12:01:00 2026", left(3, time.Minute)},
		"a duration":               {"X-RateLimit-Remaining: 3\nX-RateLimit-Reset: 6m0s", left(3, 6*time.Minute)},
		"a negative duration":      {"X-RateLimit-Remaining: 3\nX-RateLimit-Reset: -6m", op.Quota{}},
		"a negative reset":         {"X-RateLimit-Remaining: 3\nX-RateLimit-Reset: -6", op.Quota{}},
		"no number":                {"X-RateLimit-Remaining: NaN\nX-RateLimit-Reset: 30", op.Quota{}},
		"a reset of no number":     {"X-RateLimit-Remaining: 3\nX-RateLimit-Reset: NaN", op.Quota{}},
		"infinitely many":          {"X-RateLimit-Remaining: inf\nX-RateLimit-Reset: 30", op.Quota{}},
		"too large for a number":   {"X-RateLimit-Remaining: 1e999\nX-RateLimit-Reset: 1e999", op.Quota{}},
		"less than none":           {"X-RateLimit-Remaining: -2\nX-RateLimit-Reset: 30", left(0, 30*time.Second)},
		"no reset":                 {"X-RateLimit-Limit: 60\nX-RateLimit-Remaining: 0", op.Quota{}},
		"only a reset":             {"X-RateLimit-Reset: 30", op.Quota{}},
		"nonsense":                 {"X-RateLimit-Remaining: many\nX-RateLimit-Reset: soon", op.Quota{}},
		"older names":              {"RateLimit-Limit: 10, 10;w=1\nRateLimit-Remaining: 4\nRateLimit-Reset: 1", left(4, time.Second)},
		"with two hyphens":         {"X-Rate-Limit-Remaining: 4\nX-Rate-Limit-Reset: 9", left(4, 9*time.Second)},
		"lower case":               {"x-ratelimit-remaining: 4\nx-ratelimit-reset: 9", left(4, 9*time.Second)},
		"Alteryx Cloud's, the workspace's is tighter": {"X-Rate-Limit-User-Limit: 30\nX-Rate-Limit-User-Remaining: 20\nX-Rate-Limit-User-Reset: " + epoch(30*time.Second) + "000\n" +
			"X-Rate-Limit-Workspace-Limit: 60\nX-Rate-Limit-Workspace-Remaining: 2\nX-Rate-Limit-Workspace-Reset: " + epoch(40*time.Second) + "000", left(2, 40*time.Second)},
		"counted behind the word":       {"X-RateLimit-Remaining-Minute: 2\nX-RateLimit-Reset-Minute: 20\nX-RateLimit-Remaining-Hour: 900\nX-RateLimit-Reset-Hour: 900", left(2, 20*time.Second)},
		"used up is tighter":            {"X-RateLimit-Remaining-A: 0\nX-RateLimit-Reset-A: 2\nX-RateLimit-Remaining-B: 1\nX-RateLimit-Reset-B: 60", left(0, 2*time.Second)},
		"of two used up the later":      {"X-RateLimit-Remaining-A: 0\nX-RateLimit-Reset-A: 2\nX-RateLimit-Remaining-B: 0\nX-RateLimit-Reset-B: 60", left(0, time.Minute)},
		"the older draft":               {"RateLimit: limit=100, remaining=50, reset=30\nRateLimit-Policy: 100;w=60", left(50, 30*time.Second)},
		"the newer draft":               {`RateLimit: "default";r=50;t=30` + "\n" + `RateLimit-Policy: "default";q=100;w=60`, left(50, 30*time.Second)},
		"the newer draft, two windows":  {`RateLimit: "burst";r=5;t=1, "daily";r=10;t=3600`, left(10, time.Hour)},
		"the newer draft, two headers":  {`RateLimit: "burst";r=5;t=1` + "\n" + `RateLimit: "daily";r=0;t=3600`, left(0, time.Hour)},
		"the newer draft, with spaces":  {`RateLimit: "default" ; r=50 ; t=30`, left(50, 30*time.Second)},
		"the policy tells the window":   {`RateLimit: "default";r=50` + "\n" + `RateLimit-Policy: "other";q=1;w=5, "default";q=100;w=60`, left(50, time.Minute)},
		"of a window without policy":    {`RateLimit: "default";r=50`, op.Quota{}},
		"a policy alone":                {`RateLimit-Policy: "default";q=100;w=60`, op.Quota{}},
		"nonsense for a structure":      {`RateLimit: ;;=,=;r;t=,"`, op.Quota{}},
		"an empty header":               {"RateLimit: \nX-RateLimit-Remaining: \nX-RateLimit-Reset: ", op.Quota{}},
		"a reset far away in the draft": {`RateLimit: "default";r=1;t=1e300`, left(1, longestWait)},
	} {
		t.Run(name, func(t *testing.T) {
			if got := readQuota(headers(tt.headers), noon); got != tt.want {
				t.Errorf("%s\ngot  %+v\nwant %+v", tt.headers, got, tt.want)
			}
		})
	}
}

// headers are those of some "name: value" lines.
func headers(text string) http.Header {
	h := http.Header{}
	for line := range strings.SplitSeq(text, "\n") {
		name, value, _ := strings.Cut(line, ":")
		h.Add(strings.TrimSpace(name), strings.TrimSpace(value))
	}
	return h
}

// A 429 that names no wait, but a limit that is used up, means until its
// reset; what asks to wait says nothing else of the limit.
func TestWaitAndQuota(t *testing.T) {
	const usedUp, some = "X-RateLimit-Remaining: 0\nX-RateLimit-Reset: 30", "X-RateLimit-Remaining: 2\nX-RateLimit-Reset: 30"
	for name, tt := range map[string]struct {
		status  int
		headers string
		wait    time.Duration
		said    op.Quota
	}{
		"a success":                    {200, some, noWait, op.Quota{Remaining: 2, Reset: 30 * time.Second}},
		"a success, Retry-After":       {200, some + "\nRetry-After: 5", 5 * time.Second, op.Quota{Remaining: 2, Reset: 30 * time.Second}},
		"refused, used up":             {429, usedUp, 30 * time.Second, op.Quota{Reset: 30 * time.Second}},
		"refused, some are left":       {429, some, noWait, op.Quota{Remaining: 2, Reset: 30 * time.Second}},
		"refused, Retry-After":         {429, usedUp + "\nRetry-After: 5", 5 * time.Second, op.Quota{}},
		"unavailable, used up":         {503, usedUp, noWait, op.Quota{Reset: 30 * time.Second}},
		"unavailable, and Retry-After": {503, usedUp + "\nRetry-After: 5", 5 * time.Second, op.Quota{}},
	} {
		t.Run(name, func(t *testing.T) {
			c := &Client{now: func() time.Time { return noon }}
			wait, said := c.wait(tt.status, headers(tt.headers)), c.quota(tt.status, headers(tt.headers))
			if wait != tt.wait || said != tt.said {
				t.Errorf("got %v and %+v, want %v and %+v", wait, said, tt.wait, tt.said)
			}
		})
	}
}

// FuzzLimits reads anything as headers of a limit.
func FuzzLimits(f *testing.F) {
	for _, seed := range []string{
		"X-RateLimit-Remaining: 3\nX-RateLimit-Reset: 1772625600", "X-Rate-Limit-User-Remaining: 0\nX-Rate-Limit-User-Reset: 1772625660000",
		"RateLimit: limit=100, remaining=50, reset=30", `RateLimit: "a";r=50;t=30, "b";r=0` + "\n" + `RateLimit-Policy: "b";q=1;w=9`,
		"Date: Wed, 04 Mar 2026 12:00:50 GMT\nX-RateLimit-Remaining: 1e308\nX-RateLimit-Reset: 6m0s",
	} {
		f.Add(seed, int64(1772625600))
	}
	f.Fuzz(func(t *testing.T, text string, now int64) {
		q := readQuota(headers(text), time.Unix(now, 0))
		if q.Reset < 0 || q.Reset > longestWait || !(q.Remaining >= 0) || math.IsInf(q.Remaining, 0) || q.Reset == 0 && q != (op.Quota{}) {
			t.Errorf("%q at %d: %+v", text, now, q)
		}
	})
}

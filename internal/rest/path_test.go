package rest

import (
	"net/http"
	"net/url"
	"testing"

	"runner/internal/op"
)

func TestPath(t *testing.T) {
	for name, tt := range map[string]struct {
		segments []any
		want     string // as the server sees it
	}{
		"plain":              {[]any{"v3", "users"}, "/v3/users"},
		"a number":           {[]any{"flows", int64(9007199254740993), "stop"}, "/flows/9007199254740993/stop"},
		"a slash":            {[]any{"users", "a/b"}, "/users/a%2Fb"},
		"a space and a plus": {[]any{"a b+c"}, "/a%20b+c"},
		"beyond ASCII":       {[]any{"Müller", "日本"}, "/M%C3%BCller/%E6%97%A5%E6%9C%AC"},
		"a percent sign":     {[]any{"100%", "%2F"}, "/100%25/%252F"},
		"a query":            {[]any{"a?b=c&d"}, "/a%3Fb=c&d"},
		"a fragment":         {[]any{"a#b"}, "/a%23b"},
		"a semicolon":        {[]any{"a;b"}, "/a%3Bb"},
		"a backslash":        {[]any{`a\b`}, "/a%5Cb"},
		"an address":         {[]any{"users", "ada@example.com"}, "/users/ada@example.com"},
		"a line break":       {[]any{"a\r\nHost: evil"}, "/a%0D%0AHost:%20evil"},
		"a zero byte":        {[]any{"a\x00b"}, "/a%00b"},
		"bytes":              {[]any{"\xff"}, "/%FF"},
		"three dots":         {[]any{"..."}, "/..."},
		"dots in a name":     {[]any{"..a", "b.."}, "/..a/b.."},
		"a URL":              {[]any{"http://evil.example"}, "/http:%2F%2Fevil.example"},
	} {
		t.Run(name, func(t *testing.T) {
			for _, under := range []string{"", "/api"} {
				var seen string
				c := serve(t, func(w http.ResponseWriter, r *http.Request) { seen = r.RequestURI }, Settings{}, Options{Path: under})
				if err := c.Get(t.Context(), Path(tt.segments...), nil, nil); err != nil || seen != under+tt.want {
					t.Errorf("Path(%q): the server saw %q, want %q; %v", tt.segments, seen, under+tt.want, err)
				}
			}
		})
	}
}

func TestRefusedPath(t *testing.T) {
	refused := op.Error{Kind: op.Invalid, Cause: `an id is empty, "." or ".."; the request would reach another object`, Hint: "check where the id comes from"}
	for name, tt := range map[string]struct {
		path string
		want op.Error
	}{
		"empty":              {Path("users", ""), refused},
		"empty in between":   {Path("users", "", "deactivate"), refused},
		"a dot":              {Path("users", "."), refused},
		"two dots":           {Path("users", ".."), refused},
		"up inside":          {Path("users", "7/../8"), refused},
		"up at the start":    {Path("users", "../8"), refused},
		"up at the end":      {Path("users", `7\..`), refused},
		"nothing":            {Path(nil), op.Error{Kind: op.Invalid, Cause: refused.Cause, Hint: refused.Hint}},
		"a broken constant":  {"/100%", op.Error{Kind: op.Bug, Cause: `the path "/100%" is not escaped well`}},
		"a broken constant2": {"/%zz", op.Error{Kind: op.Bug, Cause: `the path "/%zz" is not escaped well`}},
	} {
		t.Run(name, func(t *testing.T) {
			h, n := inTurn(status(200))
			c := serve(t, h, Settings{}, Options{})
			d := &diary{}
			for _, method := range []string{"GET", "DELETE"} {
				_, err := c.Do(WithRules(t.Context(), d), Request{Method: method, Path: tt.path})
				sameError(t, errorOf(t, err), tt.want)
			}
			if n.Load() != 0 || d.text() != "" {
				t.Errorf("%q was sent %d times; the rules saw %q", tt.path, n.Load(), d.text())
			}
		})
	}
}

func TestQuery(t *testing.T) {
	type inner struct{ A int }
	for name, tt := range map[string]struct {
		in   any
		want string
	}{
		"texts": {struct {
			View  string `json:"view"`
			Email string `json:"email"`
			None  string `json:"none"`
		}{"Full", "ada+x@example.com & co", ""}, "email=ada%2Bx%40example.com+%26+co&view=Full"},
		"numbers and truths": {struct {
			N int64   `json:"n"`
			F float64 `json:"f"`
			B bool    `json:"b"`
			Z int     `json:"z"`
		}{9007199254740993, 0.5, true, 0}, "b=true&f=0.5&n=9007199254740993"},
		"options": {struct {
			No   op.Opt[bool]   `json:"no,omitzero"`
			Zero op.Opt[int64]  `json:"zero,omitzero"`
			Text op.Opt[string] `json:"text,omitzero"`
		}{Zero: op.Some[int64](0), Text: op.Some("")}, "text=&zero=0"},
		"lists": {struct {
			IDs   []string `json:"ids"`
			Ns    []int    `json:"ns"`
			Empty []string `json:"empty"`
			Nil   []string `json:"nil"`
		}{[]string{"a", "b,c"}, []int{1, 2}, []string{}, nil}, "ids=a%2Cb%2Cc&ns=1%2C2"},
		"fields that are elsewhere": {struct {
			ID   string `json:"-"`
			Page int    `json:"page"`
		}{"7", 2}, "page=2"},
		"a map":   {map[string]any{"b": 1, "a": nil}, "b=1"},
		"nothing": {nil, ""},
	} {
		t.Run(name, func(t *testing.T) {
			if got := Query(tt.in).Encode(); got != tt.want {
				t.Errorf("Query(%+v) = %q, want %q", tt.in, got, tt.want)
			}
		})
	}
	for name, in := range map[string]any{"a number": 7, "an object in it": struct{ In inner }{inner{1}}, "a channel": struct{ C chan int }{make(chan int)}} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if recover() == nil {
					t.Errorf("Query(%T) did not panic", in)
				}
			}()
			Query(in)
		})
	}
}

func TestQueryIsSent(t *testing.T) {
	var seen string
	c := serve(t, func(w http.ResponseWriter, r *http.Request) { seen = r.RequestURI }, Settings{}, Options{})
	if err := c.Get(t.Context(), "/x", url.Values{"b": {"1", "2"}, "a": {"ä?&"}}, nil); err != nil || seen != "/x?a=%C3%A4%3F%26&b=1&b=2" {
		t.Errorf("the server saw %q, %v", seen, err)
	}
}

func TestFilled(t *testing.T) {
	for text, want := range map[string]op.Kind{"": op.Invalid, " \t": op.Invalid, "7": ""} {
		if err := Filled("flow_id", text); (err != nil) != (want != "") || err != nil && op.KindOf(err) != want {
			t.Errorf("Filled(%q) = %v, want %q", text, err, want)
		}
	}
}

package rest

import (
	"math"
	"net/http"
	"strings"
	"testing"
	"time"

	"runner/internal/op"
)

func TestBase(t *testing.T) {
	const hint = "write it like https://server.example.com"
	const plainHint = "use https://, or set allow_http = true on the connection if the network is trusted"
	held := op.Error{Kind: op.Invalid, Subject: "setting url", Cause: "it holds a user or password", Hint: "take them out; credentials have settings of their own"}
	bad := func(text string) op.Error {
		return op.Error{Kind: op.Invalid, Subject: "setting url", Cause: `"` + text + `" is not the address of a server`, Hint: hint}
	}
	clear := func(host string) op.Error {
		return op.Error{Kind: op.Invalid, Subject: "setting url", Cause: "http://" + host + " would send credentials unencrypted", Hint: plainHint}
	}
	for name, tt := range map[string]struct {
		url   string
		allow bool
		path  string
		base  string
		want  op.Error
	}{
		"a host":                      {url: "https://a.example", base: "https://a.example"},
		"a slash":                     {url: "https://a.example/", base: "https://a.example"},
		"white space around":          {url: "  https://a.example\n", base: "https://a.example"},
		"with the vendor's path":      {url: "https://a.example", path: "/webapi", base: "https://a.example/webapi"},
		"which is there":              {url: "https://a.example/webapi", path: "/webapi", base: "https://a.example/webapi"},
		"which is there, slash":       {url: "https://a.example/webapi/", path: "/webapi", base: "https://a.example/webapi"},
		"which is there, slashes":     {url: "https://a.example/webapi///", path: "/webapi", base: "https://a.example/webapi"},
		"which is there below":        {url: "https://a.example/x/webapi", path: "/webapi", base: "https://a.example/x/webapi"},
		"a path that only ends alike": {url: "https://a.example/mywebapi", path: "/webapi", base: "https://a.example/mywebapi/webapi"},
		"another path":                {url: "https://a.example/gallery", path: "/webapi", base: "https://a.example/gallery/webapi"},
		"another port":                {url: "https://a.example:8443/x", path: "/webapi", base: "https://a.example:8443/x/webapi"},
		"an escaped path":             {url: "https://a.example/a%2Fb/", path: "/webapi", base: "https://a.example/a%2Fb/webapi"},
		"query and fragment":          {url: "https://a.example/x?y=1#z", base: "https://a.example/x"},
		"an empty query":              {url: "https://a.example/x?", base: "https://a.example/x"},
		"upper case":                  {url: "HTTPS://A.example", base: "https://A.example"},
		"loopback":                    {url: "http://127.0.0.1:80", base: "http://127.0.0.1:80"},
		"loopback, another":           {url: "http://127.3.2.1", base: "http://127.3.2.1"},
		"loopback, IPv6":              {url: "http://[::1]:8080", base: "http://[::1]:8080"},
		"loopback, mapped":            {url: "http://[::ffff:127.0.0.1]", base: "http://[::ffff:127.0.0.1]"},
		"localhost":                   {url: "http://localhost:8080", base: "http://localhost:8080"},
		"Localhost":                   {url: "http://LOCALHOST", base: "http://LOCALHOST"},
		"http":                        {url: "http://a.example", want: clear("a.example")},
		"http, a port":                {url: "http://a.example:8080/x", want: clear("a.example:8080")},
		"http, a name that pretends":  {url: "http://localhost.evil.example", want: clear("localhost.evil.example")},
		"http, a private address":     {url: "http://10.0.0.1", want: clear("10.0.0.1")},
		"http, any address":           {url: "http://0.0.0.0", want: clear("0.0.0.0")},
		"http, allowed":               {url: "http://a.example", allow: true, base: "http://a.example"},
		"ftp":                         {url: "ftp://a.example", want: bad("ftp://a.example")},
		"ftp, allowed":                {url: "ftp://localhost", allow: true, want: bad("ftp://localhost")},
		"no scheme":                   {url: "a.example", want: bad("a.example")},
		"no scheme, a port":           {url: "a.example:8080", want: bad("a.example:8080")},
		"no host":                     {url: "https:///x", want: bad("https:///x")},
		"only a port":                 {url: "https://:443", want: bad("https://:443")},
		"nothing":                     {url: "", want: bad("")},
		"a user":                      {url: "https://ada@a.example", want: held},
		"a password":                  {url: "https://ada:s3cret@a.example", want: held},
		"a password, ftp":             {url: "ftp://ada:s3cret@a.example", want: held},
		"a password with a percent":   {url: "https://ada:s3%cret@a.example", want: held},
		"a password, no scheme":       {url: "ada:s3cret@a.example", want: held},
		"an at sign in the path":      {url: "https://a.example/@x", base: "https://a.example/@x"},
	} {
		t.Run(name, func(t *testing.T) {
			c, err := New(Settings{URL: tt.url, AllowHTTP: tt.allow}, op.World{}, Options{Path: tt.path})
			if tt.base == "" {
				sameError(t, errorOf(t, err), tt.want)
				return
			}
			if err != nil || c.Base() != tt.base {
				t.Errorf("%q: got %v, want %q", tt.url, err, tt.base)
			}
		})
	}
}

func TestBasePathIsSent(t *testing.T) {
	var seen []string
	c := serve(t, func(w http.ResponseWriter, r *http.Request) { seen = append(seen, r.RequestURI) }, Settings{}, Options{})
	for _, s := range []string{"", "/", "/x", "/a%2Fb/"} {
		c := open(t, Settings{URL: c.Base() + s}, Options{Path: "/webapi"})
		if err := c.Get(t.Context(), Path("users", "7"), nil, nil); err != nil {
			t.Error(err)
		}
	}
	if got, want := strings.Join(seen, " "), "/webapi/users/7 /webapi/users/7 /x/webapi/users/7 /a%2Fb/webapi/users/7"; got != want {
		t.Errorf("the server saw %s, want %s", got, want)
	}
}

func TestRefusedSettings(t *testing.T) {
	no := func(setting, cause, hint string) op.Error {
		return op.Error{Kind: op.Invalid, Subject: "setting " + setting, Cause: cause, Hint: hint}
	}
	const shareHint = "write 0.5 for half of the limit, or leave it out for all of it"
	const proxy, proxyHint = "it is not an address", "write it like http://proxy.example.com:3128"
	for name, tt := range map[string]struct {
		change func(*Settings)
		want   op.Error
	}{
		"no time":                   {func(s *Settings) { s.Timeout = op.Some(0.0) }, no("timeout", "0 is not above 0", "leave it out for 60")},
		"less than no time":         {func(s *Settings) { s.Timeout = op.Some(-1.0) }, no("timeout", "-1 is not above 0", "leave it out for 60")},
		"a time of no number":       {func(s *Settings) { s.Timeout = op.Some(math.NaN()) }, no("timeout", "NaN is not above 0", "leave it out for 60")},
		"no time for a call":        {func(s *Settings) { s.CallTimeout = op.Some(0.0) }, no("call_timeout", "0 is not above 0", "leave it out for 600")},
		"no rate":                   {func(s *Settings) { s.Rate = op.Some(0.0) }, no("rate", "0 is not above 0", "leave it out for the vendor's limit")},
		"no share":                  {func(s *Settings) { s.Share = op.Some(0.0) }, no("share", "0 is not above 0 and at most 1", shareHint)},
		"less than no share":        {func(s *Settings) { s.Share = op.Some(-0.5) }, no("share", "-0.5 is not above 0 and at most 1", shareHint)},
		"more than all":             {func(s *Settings) { s.Share = op.Some(50.0) }, no("share", "50 is not above 0 and at most 1", shareHint)},
		"a share of no number":      {func(s *Settings) { s.Share = op.Some(math.NaN()) }, no("share", "NaN is not above 0 and at most 1", shareHint)},
		"no connections":            {func(s *Settings) { s.Connections = op.Some[int64](0) }, no("connections", "0 is not above 0", "leave it out for 256")},
		"no answer":                 {func(s *Settings) { s.MaxAnswer = op.Some[int64](-1) }, no("max_answer", "-1 is not above 0", "leave it out for 64 MiB")},
		"a certificate of nonsense": {func(s *Settings) { s.CA = []byte("nonsense") }, no("ca_file", "there is no certificate in it", "give a PEM file")},
		"a key for a certificate": {func(s *Settings) { s.CA = []byte("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n") },
			no("ca_file", "there is no certificate in it", "give a PEM file")},
		"a proxy without scheme": {func(s *Settings) { s.Proxy = "proxy.example:3128" }, no("proxy", proxy, proxyHint)},
		"a proxy by ftp":         {func(s *Settings) { s.Proxy = "ftp://proxy.example" }, no("proxy", proxy, proxyHint)},
		"a proxy's password":     {func(s *Settings) { s.Proxy = "http://ada:s3%cret@proxy.example" }, no("proxy", proxy, proxyHint)},
	} {
		t.Run(name, func(t *testing.T) {
			s := Settings{URL: "https://a.example"}
			tt.change(&s)
			_, err := New(s, op.World{}, Options{})
			sameError(t, errorOf(t, err), tt.want)
		})
	}
}

func TestLimit(t *testing.T) {
	vendor := op.Limit{PerSecond: 10, Burst: 20}
	for name, tt := range map[string]struct {
		rate, share op.Opt[float64]
		want        op.Limit
	}{
		"the vendor's":         {op.Opt[float64]{}, op.Opt[float64]{}, vendor},
		"more":                 {op.Some(100.5), op.Opt[float64]{}, op.Limit{PerSecond: 100.5, Burst: 100}},
		"slow":                 {op.Some(0.1), op.Opt[float64]{}, op.Limit{PerSecond: 0.1, Burst: 1}},
		"without bound":        {op.Some(1e300), op.Opt[float64]{}, op.Limit{PerSecond: 1e300, Burst: 1e9}},
		"half of the vendor's": {op.Opt[float64]{}, op.Some(0.5), op.Limit{PerSecond: 5, Burst: 10, Share: 0.5}},
		"a little of a rate":   {op.Some(4.0), op.Some(0.125), op.Limit{PerSecond: 0.5, Burst: 1, Share: 0.125}},
		"all":                  {op.Opt[float64]{}, op.Some(1.0), op.Limit{PerSecond: 10, Burst: 20, Share: 1}},
	} {
		t.Run(name, func(t *testing.T) {
			if got := (Settings{Rate: tt.rate, Share: tt.share}).Limit(vendor); got != tt.want {
				t.Errorf("rate %+v, share %+v: got %+v, want %+v", tt.rate, tt.share, got, tt.want)
			}
		})
	}
}

func TestCallDeadline(t *testing.T) {
	for name, tt := range map[string]struct {
		seconds op.Opt[float64]
		want    time.Duration
	}{
		"the usual":      {op.Opt[float64]{}, 10 * time.Minute},
		"a fraction":     {op.Some(0.25), 250 * time.Millisecond},
		"without bounds": {op.Some(math.Inf(1)), 1e9 * time.Second},
		"too long":       {op.Some(1e300), 1e9 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			if got := (Settings{CallTimeout: tt.seconds}).CallDeadline(); got != tt.want {
				t.Errorf("%v s: got %v, want %v", tt.seconds.Value, got, tt.want)
			}
		})
	}
}

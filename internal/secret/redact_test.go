package secret_test

import (
	"strings"
	"testing"

	"runner/internal/secret"
)

func TestRedactorString(t *testing.T) {
	key := "-----BEGIN KEY-----\nMIIEvQIBADANBg\nkqhkiG9w0BAQEF\nA==\n-----END KEY-----\n"
	account := `{"type": "service_account", "id": 12, "keys": ["k1-abcdef"], "tag": "abc",` + "\n" + `"private_key": "MIIEvQIB\nAQEFAASC\n"}`
	for name, tt := range map[string]struct {
		secrets  []string
		in, want string
	}{
		"no secret known":           {nil, "hunter2", "hunter2"},
		"an empty secret":           {[]string{""}, "abc", "abc"},
		"nothing found":             {[]string{"hunter2"}, "hunter3", "hunter3"},
		"all of the text":           {[]string{"hunter2"}, "hunter2", "[secret]"},
		"twice":                     {[]string{"hunter2"}, "hunter2hunter2, hunter2", "[secret][secret], [secret]"},
		"the longest":               {[]string{"hunt", "hunter2", "hunter"}, "a hunter2.", "a [secret]."},
		"one within another":        {[]string{"unter", "hunter2"}, "a hunter2, unter", "a [secret], [secret]"},
		"overlapping":               {[]string{"abcdef", "defghi"}, "xabcdefghiy", "x[secret]y"},
		"an almost overlapping one": {[]string{"abcdef", "defghi"}, "xabcdefghy", "x[secret]ghy"},
		"redacted already":          {[]string{"secret", "[sec"}, "a [secret], a secret", "a [secret], a [secret]"},
		"a query":                   {[]string{"a b+c/d=ü"}, "?k=a+b%2Bc%2Fd%3D%C3%BC&x", "?k=[secret]&x"},
		"a query in small letters":  {[]string{"a b+c/d=ü"}, "?k=a+b%2bc%2fd%3d%c3%bc&x", "?k=[secret]&x"},
		"a path":                    {[]string{"a b+c/d"}, "/a%20b+c%2Fd/x", "/[secret]/x"},
		"a query in a query":        {[]string{"a b+c"}, "?u=%3Fk%3Da%2520b%252Bc", "?u=%3Fk%3D[secret]"},
		"JSON":                      {[]string{`a"b\c<d`}, `{"k":"a\"b\\c<d"}`, `{"k":"[secret]"}`},
		"JSON for HTML":             {[]string{`a"b\c<d`}, `{"k":"a\"b\\c\u003cd"}`, `{"k":"[secret]"}`},
		"JSON in JSON":              {[]string{`a"b\c<d`}, `{"k":"{\"x\":\"a\\\"b\\\\c\\u003Cd\"}"}`, `{"k":"{\"x\":\"[secret]\"}"}`},
		"JSON of .NET":              {[]string{`a+b'c"d`}, `"a\u002Bb\u0027c\u0022d"`, `"[secret]"`},
		"JSON of PHP":               {[]string{`a/b/cü`}, `"a\/b\/c\u00fc"`, `"[secret]"`},
		"a pair of surrogates":      {[]string{"ab😀cd"}, `"ab\uD83D\ude00cd"`, `"[secret]"`},
		"bytes that are no UTF-8":   {[]string{"ab\xffcd"}, `"ab\ufffdcd"`, `"[secret]"`},
		"a literal backslash n":     {[]string{`ab\ncd`}, `ab\ncd, "ab\\ncd"`, `[secret], "[secret]"`},
		"a percent sign":            {[]string{`ab%41"cd`}, `ab%41\"cd ab%2541%22cd`, `[secret] [secret]`},
		"HTML":                      {[]string{`a<b>&"c'd`}, `<p>a&lt;b&gt;&amp;&#34;c&#x27;d</p>`, `<p>[secret]</p>`},
		"HTML in JSON":              {[]string{`a<b&c`}, `"a\u0026lt;b\u0026amp;c"`, `"[secret]"`},
		"a Go literal":              {[]string{"ab\x00\tcd"}, `"ab\x00\tcd"`, `"[secret]"`},
		"control characters":        {[]string{"a\b\f\v\a\rz"}, `"a\b\u000c\v\a\rz" "a\x08\f\x0b\u0007\u000Dz"`, `"[secret]" "[secret]"`},
		"half a pair of surrogates": {[]string{"ab😀cd"}, `"ab\uD83Dcd" "ab\uD83D\n"`, `"ab\uD83Dcd" "ab\uD83D\n"`},
		"eight hex digits":          {[]string{"ab😀cd"}, `"ab\U0001f600cd"`, `"[secret]"`},
		"HTML in other ways":        {[]string{`a"b'cü+d`}, `a&quot;b&apos;c&#xFC;&#43;d`, `[secret]`},
		"no HTML":                   {[]string{`a"b'c`}, `a&#;b &#x;b &#xg;b &#3a4;b &#;&quot;`, `a&#;b &#x;b &#xg;b &#3a4;b &#;&quot;`},
		"base64":                    {[]string{"hunter2"}, "aHVudGVyMg== aHVudGVyMg", "[secret] [secret]"},
		"base64 for URLs":           {[]string{"??>>??"}, "Pz8-Pj8_ Pz8+Pj8/ Pz8%2BPj8%2F", "[secret] [secret] [secret]"},
		"basic authentication":      {[]string{"hunter2"}, "Basic dXNlcjpodW50ZXIy", "Basic dXNlcjp[secret]"},
		"hexadecimal":               {[]string{"hunter2"}, "68756e74657232 68756E74657232", "[secret] [secret]"},
		"lines of a key":            {[]string{key}, "> MIIEvQIBADANBg\r\n> kqhkiG9w0BAQEF\r\n> A==\r\n", "> [secret]\r\n> [secret]\r\n> A==\r\n"},
		"all lines of a key":        {[]string{key}, "key:" + key + ".", "key:[secret]."},
		"without the last newline":  {[]string{"hunter2\n"}, "hunter2", "[secret]"},
		"leaves of an object": {
			[]string{account}, `k1-abcdef abc 12 service_account MIIEvQIB AQEFAASC`,
			"[secret] abc 12 [secret] [secret] [secret]",
		},
		"all of an object": {[]string{account}, account, "[secret]"},
		"short ones only where they stand alone": {
			[]string{"7", "ab"}, `7 17 7.5 x7 _7 (7) "ab" abc ab: 7`, `[secret] 17 [secret].5 x7 _7 ([secret]) "[secret]" abc [secret]: [secret]`,
		},
		"a short one in base64": {[]string{"abc"}, "YWJj YWJjZA==", "[secret] YWJjZA=="},
	} {
		t.Run(name, func(t *testing.T) {
			var r secret.Redactor
			for _, s := range tt.secrets {
				r.Add(s)
				r.Add(s)
			}
			got := r.String(tt.in)
			if got != tt.want {
				t.Errorf("String(%q) = %q, want %q, secrets %q", tt.in, got, tt.want, tt.secrets)
			}
			if b := r.Bytes([]byte(tt.in)); string(b) != tt.want {
				t.Errorf("Bytes(%q) = %q, want %q, secrets %q", tt.in, b, tt.want, tt.secrets)
			}
			if again := r.String(got); again != got {
				t.Errorf("String(%q) = %q, want it unchanged, secrets %q", got, again, tt.secrets)
			}
			for split := range len(tt.in) + 1 {
				if w := written(t, &r, tt.in[:split], tt.in[split:]); w != tt.want {
					t.Errorf("written as %q and %q: got %q, want %q, secrets %q", tt.in[:split], tt.in[split:], w, tt.want, tt.secrets)
				}
			}
			if w := written(t, &r, strings.Split(tt.in, "")...); w != tt.want {
				t.Errorf("%q written letter by letter: got %q, want %q, secrets %q", tt.in, w, tt.want, tt.secrets)
			}
		})
	}
}

func written(t *testing.T, r *secret.Redactor, pieces ...string) string {
	t.Helper()
	var b strings.Builder
	w := r.Writer(&b)
	for _, p := range pieces {
		if n, err := w.Write([]byte(p)); n != len(p) || err != nil {
			t.Fatalf("Write(%q) = %d, %v", p, n, err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatalf("Close() = %v", err)
	}
	return b.String()
}

func TestRedactorBytesWithoutSecrets(t *testing.T) {
	var r secret.Redactor
	r.Add("hunter2")
	b := []byte(strings.Repeat("nothing to see here\\n %20 ", 100))
	if got := r.Bytes(b); &got[0] != &b[0] {
		t.Error("Bytes copies a text without secrets")
	}
	if allocs := testing.AllocsPerRun(10, func() { r.Bytes(b) }); allocs != 0 {
		t.Errorf("Bytes allocates %v times for a text without secrets, want 0", allocs)
	}
}

// A secret and a text of nothing but backslashes can be read in very many ways.
func TestRedactorBackslashes(t *testing.T) {
	var r secret.Redactor
	r.Add(strings.Repeat(`\`, 20) + "x")
	in := strings.Repeat(`\`, 200)
	if got := r.String(in); got != in {
		t.Errorf("String of %d backslashes = %q, want it unchanged", len(in), got)
	}
}

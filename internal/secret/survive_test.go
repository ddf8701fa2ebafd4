package secret_test

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"html"
	"math/rand/v2"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"runner/internal/secret"
)

// encodings are the ways in which a text can reach an output. Each can be taken back.
var encodings = map[string]struct {
	encode func(string) string
	decode func(string) string
}{
	"plain":         {func(s string) string { return s }, func(s string) string { return s }},
	"query":         {url.QueryEscape, func(s string) string { s, _ = url.QueryUnescape(s); return s }},
	"path":          {url.PathEscape, func(s string) string { s, _ = url.PathUnescape(s); return s }},
	"small query":   {func(s string) string { return smallHex(url.QueryEscape(s)) }, func(s string) string { s, _ = url.QueryUnescape(s); return s }},
	"JSON":          {jsonOf, jsonTo},
	"ASCII JSON":    {func(s string) string { return strings.ReplaceAll(strconv.QuoteToASCII(s), `\x`, `\u00`) }, jsonTo},
	"JSON in JSON":  {func(s string) string { return jsonOf(jsonOf(s)) }, func(s string) string { return jsonTo(jsonTo(s)) }},
	"query in JSON": {func(s string) string { return jsonOf(url.QueryEscape(s)) }, func(s string) string { s, _ = url.QueryUnescape(jsonTo(s)); return s }},
	"Go":            {strconv.Quote, func(s string) string { s, _ = strconv.Unquote(s); return s }},
	"HTML":          {html.EscapeString, html.UnescapeString},
	"hex":           {func(s string) string { return hex.EncodeToString([]byte(s)) }, fromHex},
	"capital hex":   {func(s string) string { return strings.ToUpper(hex.EncodeToString([]byte(s))) }, fromHex},
	"base64":        {base64With(base64.StdEncoding), fromBase64},
	"raw base64":    {base64With(base64.RawStdEncoding), fromBase64},
	"URL base64":    {base64With(base64.URLEncoding), fromBase64},
	"base64 query":  {func(s string) string { return url.QueryEscape(base64.StdEncoding.EncodeToString([]byte(s))) }, func(s string) string { s, _ = url.QueryUnescape(s); return fromBase64(s) }},
	"OAuth of JavaScript": {func(s string) string {
		return base64.StdEncoding.EncodeToString([]byte(strings.ReplaceAll(url.QueryEscape(s), "+", "%20")))
	}, func(s string) string { s, _ = url.QueryUnescape(fromBase64(s)); return s }},
	"JSON in base64": {func(s string) string { return base64.StdEncoding.EncodeToString([]byte(jsonOf(s))) }, fromBase64},
	"JSON not for HTML in base64": {func(s string) string {
		var b bytes.Buffer
		encoder := json.NewEncoder(&b)
		encoder.SetEscapeHTML(false)
		_ = encoder.Encode(s)
		return base64.StdEncoding.EncodeToString(b.Bytes())
	}, fromBase64},
	"OAuth": {func(s string) string { return base64.StdEncoding.EncodeToString([]byte(url.QueryEscape(s))) }, func(s string) string { s, _ = url.QueryUnescape(fromBase64(s)); return s }},
}

func base64With(e *base64.Encoding) func(string) string {
	return func(s string) string { return e.EncodeToString([]byte(s)) }
}

func smallHex(s string) string {
	b := []byte(s)
	for i := range b {
		if b[i] == '%' {
			copy(b[i:i+3], bytes.ToLower(b[i:i+3]))
		}
	}
	return string(b)
}

func jsonOf(s string) string {
	b, _ := json.Marshal(s)
	return string(b)
}

func jsonTo(s string) string {
	var out string
	if json.Unmarshal([]byte(s), &out) != nil {
		return s
	}
	return out
}

func fromHex(s string) string {
	b, _ := hex.DecodeString(s)
	return string(b)
}

// fromBase64 decodes what is left around replacements, at every alignment.
func fromBase64(s string) string {
	s = strings.TrimRight(strings.NewReplacer("-", "+", "_", "/").Replace(s), "=")
	var out strings.Builder
	for _, chunk := range strings.Split(s, secret.Mask) {
		for skip := range 4 {
			if skip < len(chunk) {
				b, _ := base64.RawStdEncoding.DecodeString(chunk[skip:])
				out.WriteString(" " + string(b))
			}
		}
	}
	return out.String()
}

// No secret may survive, in no encoding, wherever it stands and however the stream is cut.
func TestNoSecretSurvives(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	for round := range 120 {
		var r secret.Redactor
		secrets := make([]string, 1+random.IntN(5))
		for i := range secrets {
			secrets[i] = text(random, 5+random.IntN(20))
			r.Add(secrets[i])
		}
		value := secrets[0]
		for name, encoding := range encodings {
			in := encoding.encode(text(random, random.IntN(12)) + value + text(random, random.IntN(12)))
			out := r.String(in)
			for _, form := range []string{out, encoding.decode(out)} {
				if strings.Contains(form, value) || !strings.Contains(out, secret.Mask) {
					t.Fatalf("round %d, %s: String(%q) = %q holds %q", round, name, in, out, value)
				}
			}
			for cut := range len(in) + 1 {
				if got := written(t, &r, in[:cut], in[cut:]); got != out {
					t.Fatalf("round %d, %s: written as %q and %q: got %q, want %q", round, name, in[:cut], in[cut:], got, out)
				}
			}
			if got := written(t, &r, strings.Split(in, "")...); got != out {
				t.Fatalf("round %d, %s: %q written letter by letter: got %q, want %q", round, name, in, got, out)
			}
			if again := r.String(out); strings.Contains(again, value) {
				t.Fatalf("round %d, %s: String(%q) = %q holds %q", round, name, out, again, value)
			}
		}
		document := fmt.Appendf(nil, `{"a":%s,"b":[1,%s]}`, jsonOf(value), jsonOf("x"+value))
		if got := r.JSON(document); !json.Valid(got) || strings.Contains(string(got), value) {
			t.Fatalf("round %d: JSON(%s) = %s", round, document, got)
		}
	}
}

// text makes a random text of what encoders like to escape. It begins and ends with no white space,
// which a secret would be hidden without.
func text(random *rand.Rand, n int) string {
	pool := []rune("abcXYZ0189n\"\\'`<>&%+/=- ~_.:;{}äß€😀\n\t\u2028")
	var b strings.Builder
	for range n {
		b.WriteRune(pool[random.IntN(len(pool))])
	}
	return b.String() + "q"
}

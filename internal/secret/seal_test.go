package secret

import (
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"filippo.io/age"
)

// newKey makes a secret key, as age-keygen prints it, and its public key.
func newKey(t testing.TB) (public, file string) {
	t.Helper()
	i, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	public = i.Recipient().String()
	return public, fmt.Sprintf("# created: 2026-01-02T15:04:05Z\n# public key: %s\n%s\n", public, i)
}

func newHybridKey(t testing.TB) (public, secret string) {
	t.Helper()
	i, err := age.GenerateHybridIdentity()
	if err != nil {
		t.Fatal(err)
	}
	return i.Recipient().String(), i.String()
}

func opener(t *testing.T, keys string) *Opener {
	t.Helper()
	o, err := NewOpener(keys)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func TestSealAndOpen(t *testing.T) {
	public, file := newKey(t)
	public2, file2 := newKey(t)
	hybrid, hybridKey := newHybridKey(t)
	for name, tt := range map[string]struct {
		to      []string
		openers []string
	}{
		"one key":                 {[]string{public}, []string{file}},
		"two keys, either opens":  {[]string{public, public2}, []string{file, file2}},
		"a file of several":       {[]string{public2}, []string{file + "\r\n" + file2}},
		"a post-quantum key":      {[]string{hybrid}, []string{hybridKey, file + hybridKey}},
		"white space around keys": {[]string{" " + public + "\n"}, []string{"  " + strings.ReplaceAll(file, "\n", "  \r\n")}},
	} {
		t.Run(name, func(t *testing.T) {
			s, err := NewSealer(tt.to...)
			if err != nil {
				t.Fatal(err)
			}
			for _, plain := range []string{"", "x", `{"token":"a new one"}`, strings.Repeat("long ", 50_000)} {
				sealed, err := s.Seal([]byte(plain))
				if err != nil || strings.ContainsAny(sealed, "\r\n \"\\") {
					t.Fatalf("Seal(%.20q) = %.40q, %v, want one line", plain, sealed, err)
				}
				if raw, err := base64.StdEncoding.DecodeString(sealed); err != nil || !strings.HasPrefix(string(raw), "age-encryption.org/v1\n") {
					t.Errorf("it is not age's format in base64: %.30q, %v", raw, err)
				}
				for _, keys := range tt.openers {
					if got, err := opener(t, keys).Open(sealed); err != nil || string(got) != plain {
						t.Errorf("Open(Seal(%.20q)) = %.20q, %v", plain, got, err)
					}
				}
			}
		})
	}
}

// What is sealed twice differs, so that nobody sees that it is the same.
func TestSealsDiffer(t *testing.T) {
	public, _ := newKey(t)
	s, err := NewSealer(public)
	if err != nil {
		t.Fatal(err)
	}
	one, _ := s.Seal([]byte("token"))
	two, _ := s.Seal([]byte("token"))
	if one == two {
		t.Errorf("twice %q", one)
	}
}

// A key's own public key is enough to seal to it.
func TestPublicKeys(t *testing.T) {
	public, file := newKey(t)
	hybrid, hybridKey := newHybridKey(t)
	got := opener(t, file+hybridKey).PublicKeys()
	if len(got) != 2 || got[0] != public || got[1] != hybrid {
		t.Errorf("got %.60q, want %q and %.40q", got, public, hybrid)
	}
}

func TestOpenRefuses(t *testing.T) {
	public, file := newKey(t)
	_, other := newKey(t)
	s, err := NewSealer(public)
	if err != nil {
		t.Fatal(err)
	}
	sealed, err := s.Seal([]byte("hunter2hunter2"))
	if err != nil {
		t.Fatal(err)
	}
	raw, _ := base64.StdEncoding.DecodeString(sealed)
	raw[len(raw)-1] ^= 1
	for name, tt := range map[string]struct{ keys, sealed, want string }{
		"another key":     {other, sealed, "it is sealed to another key"},
		"no base64":       {file, "[secret]", "what was sealed is damaged"},
		"not sealed":      {file, base64.StdEncoding.EncodeToString([]byte("hello")), "what was sealed is damaged"},
		"nothing":         {file, "", "what was sealed is damaged"},
		"cut off":         {file, sealed[:len(sealed)/4*3/4*4], "what was sealed is damaged"},
		"one bit flipped": {file, base64.StdEncoding.EncodeToString(raw), "what was sealed is damaged"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := opener(t, tt.keys).Open(tt.sealed)
			e, ok := errors.AsType[*Error](err)
			if !ok || e.Cause != tt.want || got != nil {
				t.Errorf("Open = %q, %v, want %q", got, err, tt.want)
			}
		})
	}
}

func TestBadPublicKeys(t *testing.T) {
	public, file := newKey(t)
	hybrid, _ := newHybridKey(t)
	key := opener(t, file).identities[0].(*age.X25519Identity).String()
	for name, tt := range map[string]struct {
		keys []string
		want string
	}{
		"none":                  {nil, "there is no public key to seal to"},
		"empty":                 {[]string{""}, "it is not a public key of age"},
		"a secret key":          {[]string{key}, "a secret key stands where public keys belong"},
		"in small letters":      {[]string{strings.ToLower(key)}, "a secret key stands where public keys belong"},
		"beside a good one":     {[]string{public, key}, "a secret key stands where public keys belong"},
		"a file of keys":        {[]string{file}, "it is not a public key of age"},
		"some text":             {[]string{"hunter2hunter2"}, "it is not a public key of age"},
		"an SSH key":            {[]string{"ssh-ed25519 AAAAC3Nza ada@example.com"}, "keys of SSH are not taken"},
		"a plugin's key":        {[]string{"age1yubikey1qwt50d05nh5vutpdzmlg5wn80xq5negm4uj9ghv0snvdd3yysf5yw3rhl3t"}, "a key of a plugin"},
		"a letter less":         {[]string{public[:len(public)-1]}, fmt.Sprintf("%q is not a whole public key", public[:16]+"…")},
		"a letter too many":     {[]string{public + "q"}, "is not a whole public key"},
		"two in one":            {[]string{public + "," + public}, "a key of a plugin, or mistyped"},
		"two lines":             {[]string{"age1\n" + strings.Repeat("q", 58)}, "is not a whole public key"},
		"nothing but its start": {[]string{"age1"}, `"age1" is not a whole public key`},
		"two kinds":             {[]string{public, hybrid}, "cannot stand together"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := NewSealer(tt.keys...)
			e, ok := errors.AsType[*Error](err)
			if !ok || !strings.Contains(e.Cause, tt.want) || e.Hint == "" {
				t.Fatalf("got %v, want %q and a hint", err, tt.want)
			}
			if text := strings.ToLower(e.Error() + e.Hint); strings.Contains(text, strings.ToLower(key)[20:]) || strings.Contains(text, "hunter2") {
				t.Errorf("the message shows what may be secret: %s", text)
			}
		})
	}
}

// No message shows a letter of a key: whatever is changed in it.
func TestBadSecretKeys(t *testing.T) {
	public, file := newKey(t)
	key := opener(t, file).identities[0].(*age.X25519Identity).String()
	for name, tt := range map[string]struct{ keys, want string }{
		"nothing":           {"", "there is no secret key in it"},
		"comments only":     {"# created: today\n\n", "there is no secret key in it"},
		"a public key":      {public, "line 1 is a public key, and opens nothing"},
		"a letter less":     {file + key[:len(key)-1], "line 4 is not a whole secret key of age"},
		"a separator in it": {key[:40] + "1" + key[41:], "line 1 is not a whole secret key of age"},
		"cases mixed":       {key[:40] + strings.ToLower(key[40:]), "line 1 is not a whole secret key of age"},
		"no letter of one":  {key[:40] + "b" + key[41:], "line 1 is not a whole secret key of age"},
		"a password":        {"hunter2hunter2", "line 1 is not a whole secret key of age"},
		"a plugin's":        {"AGE-PLUGIN-YUBIKEY-1QQPQ", "line 1 is a key of a plugin; only age's own keys are taken"},
		"SSH":               {"-----BEGIN OPENSSH PRIVATE KEY-----\nabc", "keys of SSH and certificates are not taken"},
		"a passphrase":      {"-----BEGIN AGE ENCRYPTED FILE-----\nabc", "the key is locked with a passphrase, which nobody is there to type"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := NewOpener(tt.keys)
			e, ok := errors.AsType[*Error](err)
			if !ok || e.Cause != tt.want || e.Hint == "" {
				t.Fatalf("got %v, want %q and a hint", err, tt.want)
			}
			if text := e.Error() + e.Hint; strings.Contains(text, key[20:30]) || strings.Contains(text, "hunter2") || e.Unwrap() != nil {
				t.Errorf("the message shows what is secret: %s", text)
			}
		})
	}
}

// All branches of a run seal with one sealer.
func TestSealAtOnce(t *testing.T) {
	public, file := newKey(t)
	s, err := NewSealer(public)
	if err != nil {
		t.Fatal(err)
	}
	o := opener(t, file)
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			plain := fmt.Sprint("token ", i)
			sealed, err := s.Seal([]byte(plain))
			if err != nil {
				t.Error(err)
				return
			}
			if got, err := o.Open(sealed); err != nil || string(got) != plain {
				t.Errorf("Open = %q, %v, want %q", got, err, plain)
			}
		})
	}
	all.Wait()
}

func BenchmarkSeal(b *testing.B) {
	plain := []byte(`{"id":7,"token":"wrkaus-eyJhbGciOiJSUzI1NiJ9.abcdefghijklmnopqrstuvwxyz"}`)
	for name, generate := range map[string]func(testing.TB) (string, string){"X25519": newKey, "hybrid": newHybridKey} {
		b.Run(name, func(b *testing.B) {
			public, _ := generate(b)
			b.ReportAllocs()
			for b.Loop() {
				s, err := NewSealer(public)
				if err != nil {
					b.Fatal(err)
				}
				sealed, err := s.Seal(plain)
				if err != nil {
					b.Fatal(err)
				}
				b.ReportMetric(float64(len(sealed)), "B/sealed")
			}
		})
	}
}

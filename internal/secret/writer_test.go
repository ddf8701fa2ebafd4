package secret_test

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"

	"runner/internal/secret"
)

func TestWriterPassesOnAtOnce(t *testing.T) {
	for name, tt := range map[string]struct {
		secret string
		writes []string
		want   []string
	}{
		"no beginning of a secret": {"hunter2", []string{"step 1\n", "step 2\n"}, []string{"step 1\n", "step 2\n"}},
		"a beginning":              {"hunter2", []string{"a hunt", "ing"}, []string{"a ", "hunting"}},
		"a secret in pieces":       {"hunter2", []string{"a hu", "nt", "er2 b"}, []string{"a ", "[secret] b"}},
		"the beginning at the end": {"hunter2", []string{"a hunt"}, []string{"a ", "hunt"}},
		"a secret at the end":      {"hunter2", []string{"a hunter2"}, []string{"a [secret]"}},
		"a longer form may follow": {"hunter2", []string{"aHVudGVyMg", "=", "=\n"}, []string{"[secret]\n"}},
		"an escape cut in two":     {`a"bcde`, []string{`a\`, `"bc`, `de`}, []string{`[secret]`}},
		"an escape at the start":   {`"bcde`, []string{`x\`, `"bcde`}, []string{"x", `[secret]`}},
		"a short one at the end":   {"7", []string{"a 7", "7 ", "7"}, []string{"a ", "77 ", "[secret]"}},
		"a short one after a word": {"7", []string{"a", "7"}, []string{"a", "7"}},
		"nothing":                  {"hunter2", []string{"", ""}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			var r secret.Redactor
			r.Add(tt.secret)
			var got list
			w := r.Writer(&got)
			for _, s := range tt.writes {
				_, _ = w.Write([]byte(s))
			}
			_ = w.Flush()
			if strings.Join(got, "|") != strings.Join(tt.want, "|") {
				t.Errorf("writes of %q are passed on as %q, want %q, secret %q", tt.writes, got, tt.want, tt.secret)
			}
		})
	}
}

// Wherever a stream is cut, also within escapes, it comes out as if it had been one text.
func TestWriterAgreesWithString(t *testing.T) {
	random := rand.New(rand.NewPCG(8, 9))
	const letters = `\\\%%&&+ 0025abcdefUuxnt#;"amp[]`
	draw := func(n int) string {
		b := make([]byte, n)
		for i := range b {
			b[i] = letters[random.IntN(len(letters))]
		}
		return string(b)
	}
	for range 3000 {
		var r secret.Redactor
		secrets := []string{draw(1 + random.IntN(4)), draw(2 + random.IntN(4))}
		for _, s := range secrets {
			r.Add(s)
		}
		in := draw(random.IntN(40))
		if random.IntN(2) == 0 {
			in += secrets[0] + draw(5) + secrets[1]
		}
		cut := random.IntN(len(in) + 1)
		want := r.String(in)
		for _, pieces := range [][]string{strings.Split(in, ""), {in[:cut], in[cut:]}} {
			if got := written(t, &r, pieces...); got != want {
				t.Fatalf("written as %q: got %q, want %q, secrets %q", pieces, got, want, secrets)
			}
		}
	}
}

type list []string

func (l *list) Write(p []byte) (int, error) {
	*l = append(*l, string(p))
	return len(p), nil
}

func TestWriterReportsErrors(t *testing.T) {
	var r secret.Redactor
	w := r.Writer(failing{})
	if n, err := w.Write([]byte("text")); n != 0 || !errors.Is(err, errFull) {
		t.Errorf("Write = %d, %v, want 0, %v", n, err, errFull)
	}
}

var errFull = errors.New("full")

type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, errFull }

func TestRedactorConcurrently(t *testing.T) {
	var (
		r   secret.Redactor
		out bytes.Buffer
		all sync.WaitGroup
	)
	w := r.Writer(&out)
	for i := range 8 {
		all.Go(func() {
			value := fmt.Sprintf("hunter-%d-%d", i, i)
			for range 50 {
				r.Add(value)
				_, _ = fmt.Fprintf(w, "%s\n", value)
				if got := r.String(value); got != secret.Mask {
					t.Errorf("String(%q) = %q, want %q", value, got, secret.Mask)
				}
			}
		})
	}
	all.Wait()
	_ = w.Close()
	if want := strings.Repeat(secret.Mask+"\n", 400); out.String() != want {
		t.Errorf("the stream is %q, want 400 lines of %q", out.String(), secret.Mask)
	}
}

package secret_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"runner/internal/secret"
)

func BenchmarkBytes(b *testing.B) {
	for _, secrets := range []int{0, 5, 200} {
		for _, kind := range []string{"record", "nested"} {
			for _, size := range []int{1 << 10, 1 << 20} {
				b.Run(fmt.Sprintf("secrets=%d/text=%s/size=%d", secrets, kind, size), func(b *testing.B) {
					random := rand.New(rand.NewPCG(1, 2))
					var r secret.Redactor
					for range secrets {
						r.Add(token(random, 40))
					}
					text := []byte(records(random, kind == "nested", size))
					r.Bytes(text)
					b.SetBytes(int64(len(text)))
					b.ReportAllocs()
					for b.Loop() {
						r.Bytes(text)
					}
				})
			}
		}
	}
}

func BenchmarkAdd(b *testing.B) {
	random := rand.New(rand.NewPCG(1, 2))
	tokens := make([]string, 200)
	for i := range tokens {
		tokens[i] = token(random, 40)
	}
	b.Run("200 and build", func(b *testing.B) {
		for b.Loop() {
			var r secret.Redactor
			for _, token := range tokens {
				r.Add(token)
			}
			_ = r.String("text")
		}
	})
	b.Run("again", func(b *testing.B) {
		var r secret.Redactor
		r.Add(tokens[0])
		for b.Loop() {
			r.Add(tokens[0])
		}
	})
}

func token(random *rand.Rand, n int) string {
	const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_"
	b := make([]byte, n)
	for i := range b {
		b[i] = letters[random.IntN(len(letters))]
	}
	return string(b)
}

// records are lines as a journal has them; nested ones hold a body that is escaped once more.
func records(random *rand.Rand, nested bool, size int) string {
	var b strings.Builder
	for b.Len() < size {
		line := fmt.Sprintf(`{"t":"2026-02-03T04:05:06.789Z","op":"alteryx.update_user","id":"%s","email":"a.b+c@example.com",`+
			`"name":"Möller & Söhne","url":"https://x.example/api/v3/users?limit=100&offset=%d"}`, token(random, 24), random.IntN(1e6))
		if nested {
			body, _ := json.Marshal(line)
			line = `{"status":200,"body":` + string(body) + `}`
		}
		b.WriteString(line + "\n")
	}
	return b.String()[:size]
}

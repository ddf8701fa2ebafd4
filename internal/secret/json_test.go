package secret_test

import (
	"encoding/json"
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf8"

	"runner/internal/secret"
)

func TestRedactorJSON(t *testing.T) {
	for name, tt := range map[string]struct {
		secret, in, want string
	}{
		"nothing found":                  {"hunter2", `{"a": 1}`, `{"a": 1}`},
		"a string":                       {"hunter2", `{"a": "x hunter2 y"}`, `{"a": "x [secret] y"}`},
		"a key":                          {"hunter2", `{"hunter2": 1}`, `{"[secret]": 1}`},
		"a number":                       {"1234", `{"a": 1234, "b": "1234"}`, `{"a": "[secret]", "b": "[secret]"}`},
		"part of a number":               {"1234", `[91234.5, 1]`, `["[secret]", 1]`},
		"a literal":                      {"true", `[true,false]`, `["[secret]",false]`},
		"an escape cut in two":           {"nhunter2", `{"a":"x\nhunter2","b":1}`, `{"a":"[secret]","b":1}`},
		"a string with its quotes":       {`"hunter2"`, `{"a":"hunter2"}`, `{"a":"[secret]"}`},
		"with one of its quotes":         {`hunter2"`, `{"a":"x hunter2"}`, `{"a":"[secret]"}`},
		"a member":                       {`"a":12`, `[{"a":12,"b":1},{"b":2}]`, `["[secret]",{"b":2}]`},
		"several members":                {`1,2,3`, `{"a":[0,1,2,3,4],"b":1}`, `{"a":"[secret]","b":1}`},
		"all of an object":               {`{"p":"abc","n":1}`, `{"a":{"p":"abc","n":1}}`, `{"a":"[secret]"}`},
		"all of the document":            {`{"p":"abc","n":1}`, `{"p":"abc","n":1}` + "\n", `"[secret]"` + "\n"},
		"not JSON":                       {"hunter2", `{"a": hunter2`, `{"a": [secret]`},
		"several documents":              {"1234", "{\"a\":1234}\n{\"a\":1}\n", "{\"a\":[secret]}\n{\"a\":1}\n"},
		"numbers and strings in a row":   {"1234", `[ 1234 ,"a\"1234", -1234, "\\"]`, `[ "[secret]" ,"a\"[secret]", "[secret]", "\\"]`},
		"an escaped string among others": {"1234", `{"a\"":[1234,"b\\"],"c":null}`, `{"a\"":["[secret]","b\\"],"c":null}`},
	} {
		t.Run(name, func(t *testing.T) {
			var r secret.Redactor
			r.Add(tt.secret)
			got := string(r.JSON([]byte(tt.in)))
			if got != tt.want {
				t.Errorf("JSON(%q) = %q, want %q, secret %q", tt.in, got, tt.want, tt.secret)
			}
			if json.Valid([]byte(tt.in)) && !json.Valid([]byte(got)) {
				t.Errorf("JSON(%q) = %q, which is not JSON", tt.in, got)
			}
		})
	}
}

// Whatever part of a document is a secret, what is left is JSON without it.
func TestRedactorJSONStaysValid(t *testing.T) {
	random := rand.New(rand.NewPCG(6, 7))
	for round := range 3000 {
		in, err := json.Marshal(document(random, 3))
		if err != nil {
			t.Fatal(err)
		}
		from := random.IntN(len(in))
		value := string(in[from:min(len(in), from+4+random.IntN(12))])
		var r secret.Redactor
		r.Add(value)
		got := r.JSON(in)
		if !json.Valid(got) || utf8.RuneCountInString(value) >= 4 && strings.Contains(string(got), value) {
			t.Fatalf("round %d: JSON(%s) = %s, secret %q", round, in, got, value)
		}
	}
}

func document(random *rand.Rand, depth int) any {
	switch n := random.IntN(6); {
	case n == 0 || depth == 0:
		return text(random, random.IntN(8))
	case n == 1:
		return random.IntN(1e9)
	case n == 2:
		return random.IntN(2) == 0
	case n == 3:
		items := make([]any, random.IntN(4))
		for i := range items {
			items[i] = document(random, depth-1)
		}
		return items
	default:
		members := map[string]any{}
		for range random.IntN(4) {
			members[text(random, random.IntN(4))] = document(random, depth-1)
		}
		return members
	}
}

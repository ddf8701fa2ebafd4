package stage

import (
	"errors"
	"testing"
)

func TestDecode(t *testing.T) {
	var v map[string]any
	if err := Decode([]byte(` {"id": 9007199254740993} `), &v); err != nil {
		t.Fatal(err)
	}
	if n, ok := Integer(v["id"]); n != 9007199254740993 || !ok {
		t.Errorf("the id is %v", v["id"])
	}
	for _, text := range []string{``, `{`, `[]`, `{"a":1]`} {
		if err := Decode([]byte(text), &v); err == nil || errors.Is(err, ErrMore) {
			t.Errorf("Decode(%q) = %v", text, err)
		}
	}
	if err := Decode([]byte(`{} {}`), &v); !errors.Is(err, ErrMore) {
		t.Errorf("two values: %v", err)
	}
	var n any
	for _, text := range []string{`1.5`, `"7"`, `null`, `1e3`, `9223372036854775808`} {
		if err := Decode([]byte(text), &n); err != nil {
			t.Fatal(err)
		}
		if _, ok := Integer(n); ok {
			t.Errorf("%s passes for an integer", text)
		}
	}
}

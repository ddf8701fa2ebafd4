package secret_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"runner/internal/secret"
)

func TestValue(t *testing.T) {
	v := secret.New("hunter2")
	inner := struct{ token secret.Value }{v}
	for _, format := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		for _, x := range []any{v, &v, inner, &inner, []any{v}} {
			if got := fmt.Sprintf(format, x); strings.Contains(got, "hunter2") || strings.Contains(got, "68756e7465723") {
				t.Errorf("Sprintf(%q, %T) = %q", format, x, got)
			}
		}
	}
	if got, _ := json.Marshal(map[string]any{"v": v, "p": &v}); string(got) != `{"p":"[secret]","v":"[secret]"}` {
		t.Errorf("Marshal = %s", got)
	}
	for name, got := range map[string]string{"String": v.String(), "GoString": v.GoString()} {
		if got != secret.Mask {
			t.Errorf("%s() = %q, want %q", name, got, secret.Mask)
		}
	}
	if got, _ := v.MarshalText(); string(got) != secret.Mask {
		t.Errorf("MarshalText() = %q, want %q", got, secret.Mask)
	}
	if got := v.Reveal(); got != "hunter2" {
		t.Errorf("Reveal() = %q, want %q", got, "hunter2")
	}
	if got := (secret.Value{}).Reveal(); got != "" {
		t.Errorf("Reveal() of the zero value = %q, want nothing", got)
	}
}

package op

import "testing"

func TestTheOne(t *testing.T) {
	for name, tt := range map[string]struct {
		found  []string
		one    string
		landed bool
		kind   Kind
	}{
		"none":    {nil, "", false, ""},
		"one":     {[]string{"a"}, "a", true, ""},
		"several": {[]string{"a", "b"}, "", false, InDoubt},
	} {
		t.Run(name, func(t *testing.T) {
			one, landed, err := TheOne(tt.found, "flow", "in Acme")
			if kind := KindOf(err); one != tt.one || landed != tt.landed || (err != nil) != (tt.kind != "") || err != nil && kind != tt.kind {
				t.Errorf("TheOne(%v) = %q, %t, %v, want %q, %t, %q", tt.found, one, landed, err, tt.one, tt.landed, tt.kind)
			}
		})
	}
}

package journal

import (
	"bytes"
	"crypto/rand"
	"regexp"
	"testing"
	"testing/iotest"
	"time"
)

func TestNewID(t *testing.T) {
	for name, tt := range map[string]struct {
		now    time.Time
		random []byte
		want   string
	}{
		"the lowest letters":  {noon, []byte{0, 0, 0}, "20261121T120000-aaaa"},
		"the highest letters": {noon, []byte{255, 255, 255}, "20261121T120000-7777"},
		"a time elsewhere":    {noon.In(time.FixedZone("X", -3600)), []byte{1, 2, 3}, "20261121T120000-aeba"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := NewID(tt.now, bytes.NewReader(tt.random)); got != tt.want {
				t.Errorf("NewID(%v, %v) = %q, want %q", tt.now, tt.random, got, tt.want)
			}
		})
	}
	if id := NewID(noon, rand.Reader); !regexp.MustCompile(`^\d{8}T\d{6}-[a-z2-7]{4}$`).MatchString(id) {
		t.Errorf("id is %q", id)
	}
}

func TestNewIDNeedsRandom(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("NewID without random did not panic")
		}
	}()
	NewID(noon, iotest.ErrReader(errDisk))
}

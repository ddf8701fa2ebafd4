package report_test

import (
	"testing"
	"time"

	"runner/internal/report"
)

func TestDuration(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0: "0 ms", 999 * time.Millisecond: "999 ms", time.Second: "1.0 s", 59990 * time.Millisecond: "59.9 s",
		time.Minute: "1 min 0 s", 125 * time.Second: "2 min 5 s", 3*time.Hour + 59*time.Second: "3 h 0 min",
	} {
		if got := report.Duration(d); got != want {
			t.Errorf("Duration(%v) = %q, want %q", d, got, want)
		}
	}
}

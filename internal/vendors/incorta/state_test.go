package incorta

import "testing"

// A word that is not known must never be taken for a success.
func TestStates(t *testing.T) {
	for word, want := range map[string]string{
		"SUCCESS": succeeded, "Successful": succeeded, "Completed Successfully": succeeded, "LOADED": succeeded,
		"RUNNING": running, "In Progress": running, "IN_QUEUE": running, "Stopping": running,
		"FAILED": failed, "Finished with Errors": failed, "PARTIALLY_SUCCEEDED": failed, "Load failed": failed,
		"CANCELLED": stopped, "Interrupted": stopped, "Timed out": stopped,
		"NEVER_LOADED": none, "": unknown, "UNSUCCESSFUL": unknown, "entangled": unknown, "not completed": unknown,
	} {
		if got := stateOf(word); got != want {
			t.Errorf("stateOf(%q) = %s, want %s", word, got, want)
		}
	}
}

func TestMoments(t *testing.T) {
	for text, want := range map[string]string{
		`1772445600000`:                  "2026-03-02T10:00:00.000Z",
		`"1772445600000"`:                "2026-03-02T10:00:00.000Z",
		`"2026-03-02T10:00:00Z"`:         "2026-03-02T10:00:00.000Z",
		`"2026-03-02T12:00:00.5+02:00"`:  "2026-03-02T10:00:00.500Z",
		`"2026-03-02T10:00:00.000+0000"`: "2026-03-02T10:00:00.000Z",
		`"2026-03-02T10:00:00"`:          "2026-03-02T10:00:00.000Z",
		`"2026-03-02 10:00:00"`:          "2026-03-02T10:00:00.000Z",
		`"yesterday"`:                    "yesterday",
		`42`:                             "42",
	} {
		if got := momentOf([]byte(text)); string(got) != want {
			t.Errorf("momentOf(%s) = %s, want %s", text, got, want)
		}
	}
}

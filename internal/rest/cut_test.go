package rest

import (
	"testing"

	"runner/internal/op"
)

// An answer that breaks off, wherever that is, is a connection that broke: what
// was cut is no sign that the server speaks another protocol.
func TestAnswersCutAnywhere(t *testing.T) {
	const whole = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nDate: Sun, 22 Nov 2026 06:28:16 GMT\r\nContent-Length: 9\r\n\r\n{\"id\":17}"
	for n := range len(whole) {
		c := open(t, Settings{URL: raw(t, whole[:n])}, Options{})
		var out struct {
			ID int64 `json:"id"`
		}
		if e := errorOf(t, c.Get(t.Context(), "/x", nil, &out)); e.Kind != op.Unavailable || !e.Sent {
			t.Errorf("after %q: %s: %s", whole[max(0, n-20):n], e.Kind, e.Cause)
		}
	}
}

package emulator

import (
	"bytes"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"time"
)

// A usageEvent has a ULID, which sorts by time.
type usageEvent struct {
	EventID string    `json:"eventId"`
	Time    time.Time `json:"time"`
	Kind    string    `json:"kind"`
}

func usageRoutes() []route {
	return []route{
		{on: "GET /v3/usage", need: curator, do: downloadUsage, newer: true},
		{on: "POST /v3/usage", need: curator, do: clearUsage, newer: true, body: contract(opt(upload, "file"))},
	}
}

// downloadUsage answers a file. (inf) What is in it is not documented; here it is a line of JSON for each event.
func downloadUsage(c *call) (any, error) {
	if len(c.usage) == 0 {
		return nil, refuse(http.StatusNotFound, "No records are available for download.")
	}
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	for _, e := range c.usage {
		if err := enc.Encode(e); err != nil {
			return nil, err
		}
	}
	return file{"usage.jsonl", "application/octet-stream", out.Bytes()}, nil
}

// clearUsage deletes the events up to and including the one whose id is in the file.
func clearUsage(c *call) (any, error) {
	f, _ := c.in["file"].(uploaded)
	last := strings.TrimSpace(string(f.Data))
	if last == "" {
		return nil, badRequest("Missing or empty AAC response file.")
	}
	c.usage = slices.DeleteFunc(c.usage, func(e usageEvent) bool { return e.EventID <= last })
	return nil, nil
}

package stage

import (
	"bytes"
	"encoding/json"
)

// Dump is what an emulator remembers as indented JSON, the same bytes for the
// same records.
func Dump(records any) []byte {
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(records); err != nil {
		return []byte(err.Error())
	}
	return out.Bytes()
}

// State is a dump as plain JSON values. Numbers are [json.Number], because ids
// may be beyond what a float holds.
func State(dump []byte) map[string]any {
	var out map[string]any
	dec := json.NewDecoder(bytes.NewReader(dump))
	dec.UseNumber()
	if dec.Decode(&out) != nil {
		return nil // cannot be: Dump made it
	}
	return out
}

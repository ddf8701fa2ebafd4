package stage

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strconv"
)

// ErrMore says that something follows a JSON value.
var ErrMore = errors.New("it is more than one JSON value")

// Decode reads the one JSON value that b is. Numbers stay as they are written:
// ids may be beyond 2^53.
func Decode(b []byte, v any) error {
	dec := json.NewDecoder(bytes.NewReader(b))
	dec.UseNumber()
	if err := dec.Decode(v); err != nil {
		return err
	}
	if _, err := dec.Token(); err != io.EOF {
		return ErrMore
	}
	return nil
}

// Integer is a decoded number without a fraction.
func Integer(v any) (int64, bool) {
	n, ok := v.(json.Number)
	if !ok {
		return 0, false
	}
	i, err := strconv.ParseInt(n.String(), 10, 64)
	return i, err == nil
}

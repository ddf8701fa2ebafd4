package emulator

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"
)

// A style is the way one service wraps what it answers.
type style uint8

const (
	designCenter style = iota
	engine
	container
)

// These answers are not wrapped.
type (
	bare     struct{ v any }    // JSON without an envelope
	text     string             // plain text
	document string             // XML
	page     string             // HTML
	made     struct{ v any }    // wrapped, with status 201
	also     struct{ bare any } // JSON without an envelope, with status 201
)

// A failure is an error as the vendor tells it.
type failure struct {
	status  int
	message string
	text    bool // not JSON
	body    any  // instead of the usual one
}

func (f *failure) Error() string { return f.message }

func refuse(status int, format string, args ...any) error {
	return &failure{status: status, message: fmt.Sprintf(format, args...)}
}

func badRequest(format string, args ...any) error {
	return refuse(http.StatusBadRequest, format, args...)
}

func notFound(what, id string) error { return refuse(http.StatusNotFound, "%s %s not found", what, id) }

// notAllowed is the answer to a missing right. Its status is that of a missing token.
func notAllowed() error {
	return refuse(http.StatusUnauthorized, "The user is not authorized to perform this operation")
}

func (st style) succeed(w http.ResponseWriter, v any, now time.Time) {
	switch v := v.(type) {
	case bare:
		writeJSON(w, http.StatusOK, v.v)
	case also:
		writeJSON(w, http.StatusCreated, v.bare)
	case made:
		writeJSON(w, http.StatusCreated, st.wrap(v.v, now))
	case text:
		write(w, http.StatusOK, "text/plain; charset=UTF-8", []byte(v))
	case document:
		write(w, http.StatusOK, "application/xml; charset=UTF-8", []byte(v))
	case page:
		write(w, http.StatusOK, "text/html; charset=UTF-8", []byte(v))
	default:
		writeJSON(w, http.StatusOK, st.wrap(v, now))
	}
}

func (st style) wrap(v any, now time.Time) any {
	switch st {
	case designCenter:
		return envelope{Status: plainStatus{"response.ok", "OK"}, Response: v}
	case engine:
		return envelope{Status: codedStatus{0, "200 OK"}, Created: moment(now), Response: v}
	}
	return v
}

func (st style) fail(w http.ResponseWriter, err error, now time.Time) {
	var f *failure
	if !errors.As(err, &f) {
		f = &failure{status: http.StatusInternalServerError, message: err.Error()}
	}
	if f.text {
		write(w, f.status, "text/plain; charset=UTF-8", []byte(f.message))
		return
	}
	body := f.body
	if body == nil {
		body = st.wrapError(f, now)
	}
	writeJSON(w, f.status, body)
}

// wrapError makes the body of an error. (inf) What status holds, what the stack looks like, and all of the container
// edition's.
func (st style) wrapError(f *failure, now time.Time) any {
	reason := http.StatusText(f.status)
	told := map[string]string{"error": f.message, "stack": "com.atscale.ApiException: " + f.message}
	switch st {
	case designCenter:
		return envelope{Status: plainStatus{"response.error", reason}, Response: told}
	case engine:
		return envelope{Status: codedStatus{1, fmt.Sprintf("%d %s", f.status, reason)}, Created: moment(now), Response: told}
	}
	return map[string]any{"statusCode": f.status, "error": reason, "message": f.message}
}

type envelope struct {
	Status   any    `json:"status"`
	Created  string `json:"responseCreated,omitempty"`
	Response any    `json:"response"`
}

type plainStatus struct {
	Key     string `json:"i18n_message"`
	Message string `json:"message"`
}

type codedStatus struct {
	Code    int    `json:"code"`
	Message string `json:"message"`
}

// moment writes a time as the vendor does: in UTC, with milliseconds.
func moment(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }

func writeJSON(w http.ResponseWriter, status int, v any) {
	data, err := encode(v)
	if err != nil {
		status, data = http.StatusInternalServerError, []byte(`{"response":{"error":"an answer that is no JSON"}}`)
	}
	write(w, status, "application/json", data)
}

func write(w http.ResponseWriter, status int, mediaType string, data []byte) {
	w.Header().Set("Content-Type", mediaType)
	w.WriteHeader(status)
	_, _ = w.Write(data) // to memory
}

// encode leaves letters alone that are only special in HTML.
func encode(v any) ([]byte, error) {
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	err := enc.Encode(v)
	return out.Bytes(), err
}

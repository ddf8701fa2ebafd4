package emulator

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
)

// The numbers of errors. codeToken and codeBusy are the vendor's, the others stand in for numbers that no public page
// shows (inf).
const (
	codeToken    = "09030101"
	codeBusy     = "05290501"
	codeTenant   = "09030102"
	codeRights   = "09030103"
	codeLogin    = "09030104"
	codeRoute    = "09010100"
	codeInput    = "09010101"
	codeUnknown  = "09010102"
	codeRefused  = "09010103"
	codeInternal = "09010104"
	codeLoad     = "05290601"
)

// created is an answer with status 201.
type created struct{ body any }

// plain is an answer that is text.
type plain string

// csvText is an answer that is a table of text.
type csvText string

// A failure is an error as the vendor tells it.
type failure struct {
	status int
	code   string
	text   string
}

func (f *failure) Error() string { return "INC_" + f.code + ": " + f.text }

func refuse(status int, code, format string, args ...any) error {
	return &failure{status, code, fmt.Sprintf(format, args...)}
}

// badInput refuses a request that is wrong by itself.
func badInput(format string, args ...any) error {
	return refuse(http.StatusBadRequest, codeInput, format, args...)
}

// refused refuses a request that does not fit what there is.
func refused(format string, args ...any) error {
	return refuse(http.StatusBadRequest, codeRefused, format, args...)
}

// unknown is for what the path names, and for names in the body with another status.
func unknown(format string, args ...any) error {
	return refuse(http.StatusNotFound, codeUnknown, format, args...)
}

func unknownInBody(format string, args ...any) error {
	return refuse(http.StatusBadRequest, codeUnknown, format, args...)
}

func forbidden(format string, args ...any) error {
	return refuse(http.StatusForbidden, codeRights, format, args...)
}

func noEndpoint(r *http.Request) error {
	return refuse(http.StatusNotFound, codeRoute, "There is no endpoint %s.", r.URL.Path)
}

// writeAnswer writes what a handler answered. Nothing is an empty body.
func writeAnswer(w http.ResponseWriter, v any) {
	switch v := v.(type) {
	case nil:
		w.WriteHeader(http.StatusOK)
	case created:
		writeJSON(w, http.StatusCreated, v.body)
	case plain:
		writeText(w, "text/plain", string(v))
	case csvText:
		writeText(w, "text/csv", string(v))
	default:
		writeJSON(w, http.StatusOK, v)
	}
}

func writeText(w http.ResponseWriter, mediaType, text string) {
	w.Header().Set("Content-Type", mediaType+"; charset=utf-8")
	_, _ = w.Write([]byte(text))
}

func writeFailure(w http.ResponseWriter, err error) {
	var f *failure
	if !errors.As(err, &f) {
		f = &failure{http.StatusInternalServerError, codeInternal, err.Error()}
	}
	writeJSON(w, f.status, map[string]any{"message": f.Error()})
}

func writeJSON(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(v) // an error means that the client is gone
}

package emulator

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"
)

// object is a JSON object.
type object = map[string]any

// Answers other than 200 with JSON.
type (
	created   struct{ body any } // 201
	noContent struct{}           // 204
	redirect  struct{ to string }
	file      struct{ data []byte } // a zip
)

// A failure is a refusal with its body.
type failure struct {
	status     int
	body       any
	retryAfter string
}

func (f *failure) Error() string { return fmt.Sprint(f.body) }

func refuse(status int, format string, args ...any) error {
	return &failure{status: status, body: object{"message": fmt.Sprintf(format, args...)}}
}

func badRequest(format string, args ...any) error {
	return refuse(http.StatusBadRequest, format, args...)
}

func notFound() error { return refuse(http.StatusNotFound, "Not found") }

// complaints say what is wrong with which field.
type complaints map[string][]string

// add keeps the first complaint about a field: others only follow from it.
func (w complaints) add(field, format string, args ...any) {
	if w[field] == nil {
		w[field] = []string{fmt.Sprintf(format, args...)}
	}
}

// err is nil if nothing is wrong.
func (w complaints) err() error {
	if len(w) == 0 {
		return nil
	}
	var all []string
	for _, field := range slices.Sorted(maps.Keys(w)) {
		all = append(all, field+" "+strings.Join(w[field], ", "))
	}
	return &failure{status: http.StatusBadRequest, body: object{"message": strings.Join(all, "; "), "errors": w}}
}

// badField is a refusal that names one field of the request.
func badField(field, format string, args ...any) error {
	w := complaints{}
	w.add(field, format, args...)
	return w.err()
}

// success is what many changes are answered with.
func success() object { return object{"success": true} }

func result(v any) object { return object{"result": v} }

func data(v any) object { return object{"data": v} }

func succeed(w http.ResponseWriter, r *http.Request, v any) {
	switch v := v.(type) {
	case nil:
		w.WriteHeader(http.StatusOK)
	case noContent:
		w.WriteHeader(http.StatusNoContent)
	case created:
		writeJSON(w, http.StatusCreated, v.body)
	case redirect:
		http.Redirect(w, r, v.to, http.StatusFound)
	case file:
		w.Header().Set("Content-Type", "application/zip")
		w.WriteHeader(http.StatusOK)
		_, _ = w.Write(v.data) // into memory
	default:
		writeJSON(w, http.StatusOK, v)
	}
}

func fail(w http.ResponseWriter, err error) {
	f := &failure{status: http.StatusInternalServerError, body: object{"message": "Server error", "id": newUUID(0)}}
	errors.As(err, &f)
	if f.retryAfter != "" {
		w.Header().Set("Retry-After", f.retryAfter)
	}
	writeJSON(w, f.status, f.body)
}

func writeJSON(w http.ResponseWriter, status int, v any) {
	out, err := json.Marshal(v)
	if err != nil {
		status, out = http.StatusInternalServerError, []byte(`{"message":"Server error"}`)
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(out) // into memory
}

// pacific is where the vendor's clocks stand. There is no summer time here (inf), which saves a table of zones.
var pacific = time.FixedZone("", -8*60*60)

// at shows a time as most answers do; null if there is none.
func at(t time.Time) any { return show(t, pacific) }

// atUTC shows a time as tokens and connections do.
func atUTC(t time.Time) any { return show(t, time.UTC) }

func show(t time.Time, in *time.Location) any {
	if t.IsZero() {
		return nil
	}
	return t.In(in).Format("2006-01-02T15:04:05.000Z07:00")
}

// orNull shows what is missing as null.
func orNull[T comparable](v T) any {
	var none T
	if v == none {
		return nil
	}
	return v
}

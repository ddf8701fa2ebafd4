package emulator

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"
)

// object is a JSON object.
type object = map[string]any

// Answers other than 200 with JSON. No body is none at all.
type (
	created     struct{ body any } // 201
	noContent   struct{}           // 204
	notModified struct{}           // 304
	file        struct {
		mediaType string
		data      []byte
	}
)

// A failure is a refusal as the vendor tells it; how it is written depends on the service.
type failure struct {
	status  int
	name    string // of the exception
	code    string
	message string
	details any

	body any    // instead of an exception
	page string // the title of an HTML page instead
}

func (f *failure) Error() string { return f.name + ": " + f.message }

// refuse is about what a request asks for.
func refuse(format string, args ...any) error {
	return &failure{status: http.StatusBadRequest, name: "ValidationFailed", message: fmt.Sprintf(format, args...)}
}

// badInput is about how a request is put.
func badInput(details ...string) error {
	return &failure{status: http.StatusBadRequest, name: "ApiValidationFailed",
		message: "The request is not valid.", details: details}
}

// forbidden has the vendor's name; its words are (inf).
func forbidden(format string, args ...any) error {
	return &failure{status: http.StatusForbidden, name: "AccessControlException", message: fmt.Sprintf(format, args...)}
}

func unauthorized() error {
	return &failure{status: http.StatusUnauthorized, name: "UnauthorizedException", // (inf) the name
		message: "The token is missing, unknown or expired."}
}

func notFound(what string, id any) error {
	return &failure{status: http.StatusNotFound, name: "DataNotFoundException",
		message: fmt.Sprintf("%s %v was not found.", what, id)}
}

func gone(format string, args ...any) error {
	return &failure{status: http.StatusGone, name: "GoneException", message: fmt.Sprintf(format, args...)}
}

func noRoute(r *http.Request) error {
	return &failure{status: http.StatusNotFound, name: "RouteNotFoundException", message: "Route not found.",
		details: "Cannot " + r.Method + " " + r.URL.Path}
}

func page404() error { return &failure{status: http.StatusNotFound, page: "Error: Not Found"} }

func succeed(w http.ResponseWriter, v any) {
	switch v := v.(type) {
	case nil:
		w.WriteHeader(http.StatusOK)
	case noContent:
		w.WriteHeader(http.StatusNoContent)
	case notModified:
		w.WriteHeader(http.StatusNotModified)
	case created:
		if v.body == nil {
			w.WriteHeader(http.StatusCreated)
			return
		}
		writeJSON(w, http.StatusCreated, v.body)
	case file:
		w.Header().Set("Content-Type", v.mediaType)
		w.WriteHeader(http.StatusOK)
		_, _ = w.Write(v.data) // into memory
	default:
		writeJSON(w, http.StatusOK, v)
	}
}

// fail writes a refusal in the way of the service that was called.
func (c *call) fail(w http.ResponseWriter, err error) {
	f := &failure{status: http.StatusInternalServerError, name: "InternalServerError", message: err.Error()}
	errors.As(err, &f)
	switch {
	case f.page != "":
		writeText(w, f.status, "text/html", "<!DOCTYPE html><html><head><title>"+f.page+"</title></head></html>")
	case f.body != nil:
		writeJSON(w, f.status, f.body)
	case c.in.behindGateway() && f.status == http.StatusUnauthorized:
		writeText(w, f.status, "text/plain", "Unauthorized")
	case c.in == billing && f.status == http.StatusForbidden:
		writeJSON(w, f.status, object{"data": nil, "msg": f.message})
	case c.in == workflowService:
		writeJSON(w, f.status, object{"kind": f.kind(), "message": f.message, "errors": f.list(), "params": object{}})
	default:
		writeJSON(w, f.status, object{"exception": f.exception()})
	}
}

func (f *failure) exception() object {
	out := object{"name": f.name, "message": f.message}
	if f.details != nil {
		out["details"] = f.details
	}
	if f.code != "" {
		out["code"] = f.code
	}
	return out
}

// kind is the name of a refusal of the workflow service; those for 401 and 403 are (inf).
func (f *failure) kind() string {
	switch {
	case f.name == "ApiValidationFailed":
		return "SchemaValidationError"
	case f.status == http.StatusNotFound:
		return "NotFoundError"
	case f.status == http.StatusForbidden:
		return "ForbiddenError"
	case f.status == http.StatusUnauthorized:
		return "UnauthorizedError"
	}
	return "BadRequestError"
}

func (f *failure) list() any {
	if list, ok := f.details.([]string); ok {
		return list
	}
	return []string{}
}

func writeJSON(w http.ResponseWriter, status int, v any) {
	out, err := json.Marshal(v)
	if err != nil {
		status, out = http.StatusInternalServerError, []byte(`{"exception":{"name":"InternalServerError"}}`)
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(out) // into memory
}

func writeText(w http.ResponseWriter, status int, mediaType, text string) {
	w.Header().Set("Content-Type", mediaType+"; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write([]byte(text)) // into memory
}

// stamp shows a time; null if there is none.
func stamp(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UTC().Format("2006-01-02T15:04:05.000Z")
}

// orNull shows what is missing as null.
func orNull[T comparable](v T) any {
	var none T
	if v == none {
		return nil
	}
	return v
}

// ref is a reference to another object.
func ref(id int64) any {
	if id == 0 {
		return nil
	}
	return object{"id": id}
}

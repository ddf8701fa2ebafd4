package emulator

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// created is an answer with status 201.
type created struct{ body any }

// file is an answer that is downloaded.
type file struct {
	name, mediaType string
	data            []byte
}

// A failure is an error as the vendor tells it. Each route has one of three ways to write it.
type failure struct {
	status  int
	message string
	model   modelState
}

// modelState says what is wrong with which field.
type modelState map[string][]string

func (m modelState) add(field, format string, args ...any) {
	m[field] = append(m[field], fmt.Sprintf(format, args...))
}

// err is nil if nothing is wrong.
func (m modelState) err() error {
	if len(m) == 0 {
		return nil
	}
	return &failure{status: http.StatusBadRequest, message: "The request is invalid.", model: m}
}

func (f *failure) Error() string { return f.message }

func refuse(status int, format string, args ...any) error {
	return &failure{status: status, message: fmt.Sprintf(format, args...)}
}

func badRequest(format string, args ...any) error {
	return refuse(http.StatusBadRequest, format, args...)
}

// badField is a refusal that names one field of the request.
func badField(field, format string, args ...any) error {
	return modelState{field: {fmt.Sprintf(format, args...)}}.err()
}

func notFound(what string) error { return refuse(http.StatusNotFound, "%s not found.", what) }

// unauthorized is the answer to a missing token and to a missing role alike.
func unauthorized() error {
	return refuse(http.StatusUnauthorized, "Authorization has been denied for this request.")
}

func noResource(r *http.Request) error {
	return refuse(http.StatusNotFound, "No HTTP resource was found that matches the request URI '%s'.", r.URL.Path)
}

func (a *answer) succeed(v any) {
	a.status = http.StatusOK
	switch v := v.(type) {
	case nil:
	case created:
		a.status = http.StatusCreated
		a.json(v.body)
	case file:
		a.header.Set("Content-Type", v.mediaType)
		a.header.Set("Content-Disposition", fmt.Sprintf("attachment; filename=%q", v.name))
		a.out.Write(v.data)
	default:
		a.json(v)
	}
}

// fail writes an error. The case of the keys is not documented; the swagger has them in lower case (inf).
func (a *answer) fail(rt *route, err error) {
	var f *failure
	if !errors.As(err, &f) {
		f = &failure{status: http.StatusInternalServerError, message: err.Error()}
	}
	a.status = f.status
	switch {
	case f.status == http.StatusUnauthorized:
		a.header.Set("WWW-Authenticate", "Bearer")
		a.json(map[string]any{"message": f.message})
	case rt.texts:
		a.json(f.text())
	case rt.legacy:
		a.json(map[string]any{"data": nil, "innerExceptionMessage": "", "message": f.text(),
			"exceptionName": strings.ReplaceAll(http.StatusText(f.status), " ", "") + "Exception"}) // (inf) its words
	case f.model != nil:
		a.json(map[string]any{"message": f.message, "modelState": f.model})
	default:
		a.json(map[string]any{"message": f.message})
	}
}

// text is the whole failure in one string, for routes that answer no more than that.
func (f *failure) text() string {
	lines := []string{f.message}
	for _, texts := range f.model {
		lines = append(lines, texts...)
	}
	slices.Sort(lines[1:])
	return strings.Join(lines, " ")
}

func (a *answer) json(v any) {
	a.header.Set("Content-Type", "application/json; charset=utf-8")
	enc := json.NewEncoder(&a.out)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		a.status = http.StatusInternalServerError
		return
	}
	a.out.Truncate(a.out.Len() - 1) // Encode ends the line, the vendor does not
}

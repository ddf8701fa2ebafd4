package emulator

import (
	"bytes"
	"encoding/json"
	"io"
	"maps"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// input is an object that has passed its contract: canonical names, right types, nothing unknown.
type input map[string]any

func (in input) has(name string) bool { _, ok := in[name]; return ok }

func (in input) str(name string) string { s, _ := in[name].(string); return s }

func (in input) flag(name string) bool { b, _ := in[name].(bool); return b }

func (in input) num(name string) int { n, _ := in[name].(int); return n }

func (in input) time(name string) time.Time { t, _ := in[name].(time.Time); return t }

func (in input) strs(name string) []string { return texts(in[name]) }

func texts(v any) []string {
	list, _ := v.([]any)
	out := make([]string, 0, len(list))
	for _, s := range list {
		if s, ok := s.(string); ok {
			out = append(out, s)
		}
	}
	return out
}

// into sets the fields of a record that were given and leaves the rest as they are. The record's JSON names are those
// of the contract.
func (in input) into(record any) error {
	data, err := json.Marshal(in)
	if err != nil {
		return err
	}
	return json.Unmarshal(data, record)
}

// uploaded is a file in a multipart body.
type uploaded struct {
	Name string `json:"-"`
	Data []byte `json:"-"`
}

// decode reads the query and the body of a request and holds them against the contracts of its route.
func (rt *route) decode(c *call, body []byte) error {
	bad := modelState{}
	if rt.query != nil {
		given := c.r.URL.Query()
		maps.DeleteFunc(given, func(_ string, values []string) bool { return values[0] == "" })
		c.query = rt.query.checkObject(rt.query.fromForm(given), "", bad)
	}
	if rt.body != nil {
		v, err := rt.body.read(c.r, body)
		if err != nil {
			return err
		}
		if rt.body.kind == kObject {
			object, _ := v.(map[string]any) // anything else is an object without the required fields
			c.in = rt.body.checkObject(object, "", bad)
		} else {
			c.bare = rt.body.check(v, "body", bad)
		}
	}
	return bad.err()
}

func (s *shape) read(r *http.Request, body []byte) (any, error) {
	mediaType, params, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	switch {
	case len(body) == 0:
		return nil, nil
	case mediaType == "application/json" || mediaType == "text/json":
		var v any
		if err := json.Unmarshal(body, &v); err != nil {
			return nil, badField("body", "The body is not valid JSON.")
		}
		return v, nil
	case mediaType == "application/x-www-form-urlencoded":
		values, err := url.ParseQuery(string(body))
		if err != nil {
			return nil, badField("body", "The body is not a valid form.")
		}
		return s.fromForm(values), nil
	case mediaType == "multipart/form-data":
		v, err := s.fromMultipart(multipart.NewReader(bytes.NewReader(body), params["boundary"]))
		if err != nil {
			return nil, badField("body", "The body is not a valid multipart form.")
		}
		return v, nil
	}
	return nil, refuse(http.StatusUnsupportedMediaType,
		"The request entity's media type '%s' is not supported for this resource.", mediaType)
}

// fromForm turns texts into values of the declared kinds. What cannot be turned stays a text, and fails its check.
func (s *shape) fromForm(values url.Values) map[string]any {
	out := map[string]any{}
	for name, given := range values {
		for _, f := range s.fields {
			if strings.EqualFold(f.name, name) {
				out[name] = f.fromTexts(given)
			}
		}
	}
	return out
}

func (s *shape) fromTexts(given []string) any {
	first := given[0]
	if first == "" && (s.kind != kText || s.enum != nil && !slices.Contains(s.enum, "")) {
		return nil
	}
	switch s.kind {
	case kBoolean:
		if b, err := strconv.ParseBool(first); err == nil {
			return b
		}
	case kInteger:
		if n, err := strconv.ParseInt(first, 10, 32); err == nil {
			return float64(n)
		}
	case kList:
		var list []any
		if strings.HasPrefix(first, "[") && json.Unmarshal([]byte(first), &list) == nil {
			return list // as the uploads want lists
		}
		for _, one := range given {
			list = append(list, one)
		}
		return list
	}
	return first
}

func (s *shape) fromMultipart(parts *multipart.Reader) (map[string]any, error) {
	values, files := url.Values{}, map[string]any{}
	for {
		part, err := parts.NextPart()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, err
		}
		data, err := io.ReadAll(part)
		if err != nil {
			return nil, err
		}
		if part.FileName() != "" {
			files[part.FormName()] = uploaded{part.FileName(), data}
		} else {
			values.Add(part.FormName(), string(data))
		}
	}
	out := s.fromForm(values)
	for name, f := range files {
		out[name] = f
	}
	return out, nil
}

package atscale

import (
	"cmp"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"runner/internal/op"
	"runner/internal/rest"
)

// This file reads error answers. Their message is in response.error; what
// status holds then is unconfirmed.

// An explainer knows whose answers it reads.
type explainer struct {
	renews       bool // a refused token was renewed before
	designCenter bool // Design Center's, or what stands behind it
}

func (x explainer) explain(a *rest.Answer) *op.Error {
	e := &op.Error{Cause: vendorsWords(a.Body)}
	switch {
	case a.Status == 401 && x.renews:
		// The token was new, so it is a right that is missing.
		e.Kind, e.Hint = op.Denied, "the connection's user lacks the right: most operations need a system permission of a role as well as one on the project or cube"
	case a.Status == 401:
		e.Hint = "the connection's token has ended, or its user lacks the right; with username and password the token would be renewed"
	case a.Status == 503 && x.designCenter && a.Header.Get("Retry-After") == "" && isObject(a.Body):
		// The vendor's reading of a 503. One from what stands in front of the
		// server is no JSON, and means what it does everywhere.
		why := "the Design Center APIs are not enabled on this server"
		if e.Cause != "" {
			why += ": " + e.Cause
		}
		e.Kind, e.Cause, e.Hint = op.Unsupported, why, "have an administrator of the server switch the Design Center APIs on"
	case a.Status == 503 && x.designCenter:
		e.Hint = "if it stays so, the Design Center APIs may not be enabled on this server"
	}
	return e
}

// vendorsWords is what the vendor says went wrong; empty if it says nothing.
func vendorsWords(body []byte) string {
	var answer struct {
		Status struct {
			Message string `json:"message"`
		} `json:"status"`
		Response jsontext.Value `json:"response"`
	}
	if json.Unmarshal(body, &answer, json.MatchCaseInsensitiveNames(true)) != nil {
		return ""
	}
	var response struct {
		Error   string `json:"error"`
		Message string `json:"message"`
	}
	var text string
	_ = json.Unmarshal(answer.Response, &text)
	_ = json.Unmarshal(answer.Response, &response)
	return rest.Shorten(cmp.Or(response.Error, response.Message, text, answer.Status.Message))
}

func isObject(body []byte) bool {
	v := jsontext.Value(strings.TrimSpace(string(body)))
	return v.Kind() == '{' && v.IsValid()
}

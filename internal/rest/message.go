package rest

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"html"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"runner/internal/op"
)

// This file finds the words for an answer: what the vendor says went wrong,
// or why its answer cannot be used.

// message is what the vendor says went wrong: a JSON string, or the member of
// a JSON object that usually holds it; never a page of HTML.
func message(a *Answer) string {
	status := strings.TrimSpace(fmt.Sprintf("HTTP %d %s", a.Status, http.StatusText(a.Status)))
	body := content(a)
	switch {
	case len(body) == 0:
		return status
	case isHTML(a):
		return fmt.Sprintf("%s, with a web page%s instead of an answer", status, title(body))
	}
	text := Shorten(messageIn(body, 0))
	if text == "" && !body.IsValid() {
		if text = Shorten(string(body)); text != "" {
			text = status + ": " + text
		}
	}
	if text == "" {
		return status
	}
	return text
}

// byteOrderMark is what some servers put before their JSON.
var byteOrderMark = []byte("\ufeff")

// content is the body without what surrounds it.
func content(a *Answer) jsontext.Value {
	return jsontext.Value(bytes.TrimSpace(bytes.TrimPrefix(a.Body, byteOrderMark)))
}

// messageNames are the members of an error object that may hold its message,
// the best first. Their case does not matter.
var messageNames = []string{"message", "error_description", "error_message", "detail", "details", "description", "errors", "error", "title", "reason"}

// messageIn looks for the message in v, at most five levels down.
func messageIn(v jsontext.Value, depth int) string {
	if depth > 5 {
		return ""
	}
	switch v.Kind() {
	case '"':
		var text string
		_ = json.Unmarshal(v, &text) // or it stays empty
		return text
	case '[':
		var items []jsontext.Value
		_ = json.Unmarshal(v, &items)
		for _, item := range items {
			if text := messageIn(item, depth+1); text != "" {
				return text
			}
		}
	case '{':
		var members map[string]jsontext.Value
		if json.Unmarshal(v, &members) != nil {
			return ""
		}
		inOrder := make([]string, 0, len(members))
		for name := range members {
			inOrder = append(inOrder, name)
		}
		slices.Sort(inOrder)
		for _, name := range messageNames {
			for _, member := range inOrder {
				if strings.EqualFold(member, name) {
					if text := messageIn(members[member], depth+1); text != "" {
						return text
					}
				}
			}
		}
	}
	return ""
}

// notJSON finds out why an answer that should be JSON is not.
func (c *Client) notJSON(a *Answer) *op.Error {
	body := content(a)
	switch {
	case len(body) == 0:
		return garbled(a, "the answer is empty", "")
	case isHTML(a):
		return garbled(a, fmt.Sprintf("it answered a web page%s instead of data", title(body)),
			fmt.Sprintf("check the connection's url, now %s; a login page or a proxy may be in the way", c.base))
	case !body.IsValid():
		return garbled(a, "the answer is not JSON: "+Shorten(string(body[:min(len(body), 1000)])), "check the connection's url")
	}
	return nil
}

// misshapen says where an answer is not what the manual says.
func (c *Client) misshapen(a *Answer, err error) *op.Error {
	why := Shorten(err.Error())
	if at, ok := errors.AsType[*json.SemanticError](err); ok {
		what := map[jsontext.Kind]string{'n': "null", 't': "true", 'f': "false", '"': "a string", '0': "a number", '{': "an object", '[': "a list"}[at.JSONKind]
		why = fmt.Sprintf("%s at %s", cmp.Or(what, "a value"), cmp.Or(Shorten(string(at.JSONPointer)), "the top"))
	}
	e := garbled(a, "the answer has another shape than the manual says: "+why, "")
	return e.Wrap(err)
}

func garbled(a *Answer, cause, hint string) *op.Error {
	return &op.Error{Kind: op.Garbled, Cause: fmt.Sprintf("HTTP %d: %s", a.Status, cause), Hint: hint, Status: a.Status, RequestID: a.RequestID, Sent: true, RetryAfter: noWait}
}

// isHTML looks at the content too: some servers call everything text/html.
func isHTML(a *Answer) bool {
	body := content(a)
	if strings.HasPrefix(a.Header.Get("Content-Type"), "text/html") {
		return !body.IsValid()
	}
	start := bytes.ToLower(body[:min(len(body), 20)])
	return bytes.HasPrefix(start, []byte("<!doctype html")) || bytes.HasPrefix(start, []byte("<html"))
}

func title(page []byte) string {
	page = page[:min(len(page), 1<<16)]
	m := regexp.MustCompile(`(?is)<title[^>]*>(.*?)</title>`).FindSubmatch(page)
	if m == nil {
		return ""
	}
	text := Shorten(html.UnescapeString(string(m[1])))
	if text == "" {
		return ""
	}
	return fmt.Sprintf(" titled %q", text)
}

// Shorten keeps a message to one line of at most 200 characters, none of
// which may steer a terminal.
func Shorten(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case !unicode.IsPrint(r):
			return -1
		}
		return r
	}, s)
	s = strings.Join(strings.Fields(s), " ")
	if r := []rune(s); len(r) > 200 {
		return string(r[:199]) + "…"
	}
	return s
}

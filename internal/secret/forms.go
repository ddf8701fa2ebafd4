package secret

import (
	"bytes"
	"encoding/base64"
	hexadecimal "encoding/hex"
	"encoding/json"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"
)

// This file lists the forms in which a secret may stand in a text, apart from escapes, which
// escape.go reads. A secret stands for its parts too: the lines of a key, the texts in a JSON
// document. The parts and the whole have these forms:
//
//   - as it is
//   - base64, in both alphabets, as a text of its own, and within a longer text such as the
//     user:secret of a header. There its first and last bytes share letters with their neighbours,
//     and where it begins decides about all letters: hence three forms without these edges.
//   - the same for the secret as URLs and JSON escape it (OAuth does so before it makes a header)
//   - hexadecimal
//
// A part of fewer than minLength characters is found only where no letter, digit or underscore
// touches it: "7" is not to be cut out of every number, but it is not to stand alone either.
// Source.Resolve accepts no such secret.

const (
	minLength = 4
	minLine   = 8
	// minEdgeless keeps the edgeless base64 forms of tiny secrets from hitting other texts by
	// chance. Secrets of five bytes and more are found at all three places.
	minEdgeless = 6
)

// parts lists what has to be hidden if value is to be: all of it, and what is worth hiding in it.
func parts(value string) []string {
	list := []string{value}
	if trimmed := strings.TrimSpace(value); trimmed != value && trimmed != "" {
		list = append(list, trimmed)
	}
	if leaves, ok := leaves(value); ok {
		// The lines of a document are not listed: most hold no secret.
		for _, leaf := range leaves {
			if utf8.RuneCountInString(leaf) >= minLength {
				list = append(list, parts(leaf)...)
			}
		}
		return list
	}
	if strings.ContainsAny(value, "\r\n") {
		for line := range strings.FieldsFuncSeq(value, func(r rune) bool { return r == '\r' || r == '\n' }) {
			if line = strings.TrimSpace(line); utf8.RuneCountInString(line) >= minLine {
				list = append(list, line)
			}
		}
	}
	return list
}

// leaves lists the texts in a JSON object or array.
func leaves(value string) (list []string, ok bool) {
	value = strings.TrimSpace(value)
	if value == "" || value[0] != '{' && value[0] != '[' {
		return nil, false
	}
	var document any
	if json.Unmarshal([]byte(value), &document) != nil {
		return nil, false
	}
	var walk func(any)
	walk = func(node any) {
		switch node := node.(type) {
		case string:
			list = append(list, node)
		case []any:
			for _, item := range node {
				walk(item)
			}
		case map[string]any:
			for _, item := range node {
				walk(item)
			}
		}
	}
	walk(document)
	return list, true
}

// forms calls add with every form of a part. Where alone is true, it counts only if no word
// touches it.
func forms(part string, add func(form string, alone bool)) {
	if part == "" {
		return
	}
	alone := utf8.RuneCountInString(part) < minLength
	add(part, alone)
	if !utf8.ValidString(part) {
		// What encoders of JSON make of it.
		add(string([]rune(part)), alone)
	}
	for _, spelled := range spellings(part) {
		for _, encoding := range []*base64.Encoding{base64.StdEncoding, base64.URLEncoding} {
			add(encoding.EncodeToString([]byte(spelled)), alone)
			encoding = encoding.WithPadding(base64.NoPadding)
			add(encoding.EncodeToString([]byte(spelled)), alone)
			for before := range 3 {
				if form := edgeless(encoding, spelled, before); len(form) >= minEdgeless {
					add(form, alone)
				}
			}
		}
	}
	if alone {
		// Its hexadecimal form is a number of few digits.
		return
	}
	digits := hexadecimal.EncodeToString([]byte(part))
	add(digits, false)
	add(strings.ToUpper(digits), false)
}

// edgeless returns the letters that are the same in the encoding of every text in which s stands
// after the given number of bytes, counted modulo three.
func edgeless(encoding *base64.Encoding, s string, before int) string {
	padded := make([]byte, before, before+len(s))
	encoded := encoding.EncodeToString(append(padded, s...))
	// A letter holds six bits.
	first := (before*8 + 5) / 6
	last := (before + len(s)) * 8 / 6
	return encoded[min(first, last):last]
}

// spellings lists the ways in which s may be written before it is encoded as a whole.
func spellings(s string) []string {
	query := url.QueryEscape(s)
	list := []string{s, query, strings.ReplaceAll(query, "+", "%20"), quoted(s, true), quoted(s, false)}
	slices.Sort(list)
	return slices.Compact(list)
}

// quoted returns s as it stands between the quotes of a JSON string.
func quoted(s string, html bool) string {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(html)
	if encoder.Encode(s) != nil {
		return s
	}
	return strings.TrimSuffix(strings.TrimPrefix(strings.TrimSpace(b.String()), `"`), `"`)
}

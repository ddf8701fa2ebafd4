package secret

import (
	"strings"

	"runner/internal/spell"
)

// Ref says where a secret is kept. It holds no secret and may be printed. Only Parse makes one.
type Ref struct{ scheme, rest string }

var schemes = []string{"env", "file", "keyring", "exec"}

// Parse reads a reference:
//
//	env:NAME              an environment variable
//	file:PATH             a file that nobody else may read; ~/ is the home folder
//	keyring:SERVICE/USER  an entry of the operating system's keyring
//	exec:COMMAND ARGS     what a command prints; see Source.Resolve
//
// The error is an *Error. It never holds the text, which may be a secret in the wrong place.
func Parse(text string) (Ref, error) {
	scheme, rest, found := strings.Cut(strings.TrimSpace(text), ":")
	r := Ref{strings.ToLower(scheme), strings.TrimSpace(rest)}
	if !found {
		return Ref{}, &Error{
			Cause: "a secret may not stand here itself, only a reference to it",
			Hint:  hintForms,
		}
	}
	var ok bool
	var want string
	switch r.scheme {
	case "env":
		ok, want = isName(r.rest), "env:NAME, a name of letters, digits and underscores"
	case "file":
		ok, want = r.rest != "", "file:PATH"
	case "keyring":
		service, user := r.entry()
		ok, want = service != "" && user != "", "keyring:SERVICE/USER"
	case "exec":
		words, closed := split(r.rest)
		ok, want = closed && len(words) > 0 && words[0] != "", "exec:COMMAND ARGS, with every quote closed"
	default:
		// Only the suggestion is printed: before the colon may stand half of user:password.
		err := &Error{Cause: "unknown kind of reference", Hint: hintForms}
		if near := spell.Suggest(r.scheme, schemes); near != "" {
			err.Cause += ": " + near
		}
		return Ref{}, err
	}
	if !ok {
		return Ref{}, &Error{Cause: "not a complete " + r.scheme + " reference", Hint: "write " + want}
	}
	return r, nil
}

const hintForms = "keep the secret elsewhere and write env:NAME, file:PATH, keyring:SERVICE/USER or exec:COMMAND"

// String returns the reference as Parse reads it.
func (r Ref) String() string {
	if r == (Ref{}) {
		return ""
	}
	return r.scheme + ":" + r.rest
}

// entry takes a keyring reference apart. Services may hold slashes, users hold none.
func (r Ref) entry() (service, user string) {
	i := strings.LastIndexByte(r.rest, '/')
	if i < 0 {
		return "", ""
	}
	return r.rest[:i], r.rest[i+1:]
}

func isName(s string) bool {
	for i, c := range []byte(s) {
		if escapable(c) && c != '_' || i == 0 && c >= '0' && c <= '9' {
			return false
		}
	}
	return s != ""
}

// split takes a command line apart as a shell would, but expands nothing. Quotes of both kinds keep
// white space; a backslash, except in single quotes, takes the meaning from a quote, a white space
// or another backslash, and is itself before anything else, so that C:\tools needs no care. closed
// is false if a quote is not.
func split(line string) (words []string, closed bool) {
	var (
		word   strings.Builder
		quote  byte
		inWord bool
	)
	for i := 0; i < len(line); i++ {
		c := line[i]
		switch {
		case c == '\\' && quote != '\'' && i+1 < len(line) && strings.IndexByte("\\\"' \t", line[i+1]) >= 0:
			i++
			word.WriteByte(line[i])
			inWord = true
		case quote != 0 && c == quote:
			quote = 0
		case quote != 0:
			word.WriteByte(c)
		case c == '"' || c == '\'':
			quote, inWord = c, true
		case c == ' ' || c == '\t' || c == '\r' || c == '\n':
			if inWord {
				words = append(words, word.String())
			}
			word.Reset()
			inWord = false
		default:
			word.WriteByte(c)
			inWord = true
		}
	}
	if inWord {
		words = append(words, word.String())
	}
	return words, quote == 0
}

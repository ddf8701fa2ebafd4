package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"runner/internal/op"
	"runner/internal/secret"
)

// This file reads the keys to which secrets are sealed that a journal has to
// keep. What holds is, from strong to weak and for each setting: environment
// variables, [journal] in runner.toml of the project, and in that of the user.

const sealToVariable, identityVariable = "RUNNER_SEAL_TO", "RUNNER_IDENTITY"

var journalSettings = []string{"seal_to", "identity"}

// A journalTable is [journal] of a file.
type journalTable struct {
	file     string // as messages give it
	dir      string // that of the file
	settings map[string]any
}

// addJournal takes in [journal] of a file.
func (c *config) addJournal(table any, file, dir string) *op.Error {
	if table == nil {
		return nil
	}
	settings, ok := table.(map[string]any)
	if !ok {
		return configError(file, "journal is "+typeName(table), "write [journal] above its settings")
	}
	for _, key := range sortedKeys(settings) {
		if !slices.Contains(journalSettings, key) {
			return configError(file+": journal", fmt.Sprintf("there is no setting %q", key), nearOr(key, journalSettings, "it has "+strings.Join(journalSettings, " and ")))
		}
	}
	c.journal = append(c.journal, journalTable{file, dir, settings})
	return nil
}

// sealing are the keys of a run. No key is parsed before it is needed, and the
// secret one is not read: it may stand in a keyring that a person has to
// unlock. What kind of text stands there is looked at before.
type sealing struct {
	public   []string // keys to seal to; if there are none, those of the secret keys
	publicAt string   // where they stand, for messages
	secret   func() (string, *op.Error)
	secretAt string
	looked   []string // where settings could stand

	sealer func() (*secret.Sealer, *op.Error)
	opener func() (*secret.Opener, *op.Error)
}

// sealing reads the settings.
func (a *app) sealing(c *config) (*sealing, *op.Error) {
	s := &sealing{looked: c.looked}
	s.sealer, s.opener = sync.OnceValues(s.newSealer), sync.OnceValues(s.newOpener)
	for _, t := range slices.Backward(c.journal) { // the weakest first
		at := t.file + ": journal: setting "
		if v, ok := t.settings["seal_to"]; ok {
			if e := a.sealTo(s, v, at+`"seal_to"`); e != nil {
				return nil, e
			}
		}
		if v, ok := t.settings["identity"]; ok {
			if e := a.identity(s, v, t.dir, at+`"identity"`, false); e != nil {
				return nil, e
			}
		}
	}
	if text, ok := a.env(sealToVariable); ok && text != "" {
		if e := a.sealTo(s, text, sealToVariable); e != nil {
			return nil, e
		}
	}
	if text, ok := a.env(identityVariable); ok && text != "" {
		if e := a.identity(s, text, a.here(), identityVariable, true); e != nil {
			return nil, e
		}
	}
	return s, nil
}

// sealTo takes public keys: a list, or a text with commas between them.
func (a *app) sealTo(s *sealing, v any, at string) *op.Error {
	keys, ok := texts(v)
	if !ok {
		return configError(at, "want a text or a list of texts, got "+typeName(v), "")
	}
	if len(keys) == 0 {
		return configError(at, "it has no key", "write at least one, or leave it out")
	}
	for _, key := range keys {
		if err := secret.CheckPublicKey(key); err != nil {
			a.redactor.Add(key) // it may be a secret in the wrong place
			return keyError(at, err)
		}
	}
	s.public, s.publicAt = keys, at
	return nil
}

// texts takes a list of texts, or what stands between the commas and ends of
// lines of a text.
func texts(v any) (list []string, ok bool) {
	switch v := v.(type) {
	case string:
		for text := range strings.FieldsFuncSeq(v, func(r rune) bool { return r == ',' || r == '\n' }) {
			if text = strings.TrimSpace(text); text != "" {
				list = append(list, text)
			}
		}
		return list, true
	case []any:
		for _, item := range v {
			text, isText := item.(string)
			if !isText {
				return nil, false
			}
			list = append(list, text)
		}
		return list, true
	}
	return nil, false
}

// identity takes a reference to secret keys. In the environment they may stand
// themselves.
func (a *app) identity(s *sealing, v any, dir, at string, fromEnv bool) *op.Error {
	text, isText := v.(string)
	if !isText {
		return configError(at, "want a reference to a secret, got "+typeName(v), "write env:NAME, file:PATH, keyring:SERVICE/USER or exec:COMMAND")
	}
	s.secretAt = at
	_, err := a.place(text)
	switch {
	case err == nil:
		s.secret = func() (string, *op.Error) { return a.secretIn(dir, text) }
	case fromEnv && secret.HasSecretKey(text):
		s.secret = func() (string, *op.Error) { return text, nil }
	case fromEnv:
		return configError(at, "it is neither a secret key of age nor a reference to one", "write env:NAME, file:PATH, keyring:SERVICE/USER or exec:COMMAND")
	default:
		return keyError(at, err)
	}
	return nil
}

// keyError says what is wrong with a setting. The cause never shows a key.
func keyError(at string, err error) *op.Error {
	x, ok := errors.AsType[*secret.Error](err)
	if !ok {
		return configError(at, err.Error(), "").Wrap(err)
	}
	return configError(at, x.Cause, x.Hint).Wrap(err)
}

// Configured reports whether there is a key to seal to.
func (s *sealing) Configured() bool { return s.public != nil || s.secret != nil }

// Seal returns what only the user can open. The error is an *op.Error.
func (s *sealing) Seal(plain []byte) (string, error) {
	sealer, e := s.sealer()
	if e != nil {
		return "", e
	}
	return sealer.Seal(plain)
}

// Open returns what was sealed.
func (s *sealing) Open(sealed string) ([]byte, *op.Error) {
	opener, e := s.opener()
	if e != nil {
		return nil, e
	}
	plain, err := opener.Open(sealed)
	if err != nil {
		return nil, keyError(s.secretAt, err)
	}
	return plain, nil
}

func (s *sealing) newSealer() (*secret.Sealer, *op.Error) {
	keys, at := s.public, s.publicAt
	if !s.Configured() {
		return nil, s.missing("there is no key to seal to", identityVariable+" or "+sealToVariable, "identity or seal_to")
	}
	if keys == nil {
		opener, e := s.opener()
		if e != nil {
			return nil, e
		}
		keys, at = opener.PublicKeys(), s.secretAt
	}
	sealer, err := secret.NewSealer(keys...)
	if err != nil {
		return nil, keyError(at, err)
	}
	return sealer, nil
}

func (s *sealing) newOpener() (*secret.Opener, *op.Error) {
	if s.secret == nil {
		return nil, s.missing("no identity is set, which opens what was sealed", identityVariable, "identity")
	}
	keys, e := s.secret()
	if e != nil {
		e.Subject = strings.TrimSuffix(s.secretAt+": "+e.Subject, ": ")
		return nil, e
	}
	opener, err := secret.NewOpener(keys)
	if err != nil {
		return nil, keyError(s.secretAt, err)
	}
	return opener, nil
}

// missing says what is not set, and where it could be.
func (s *sealing) missing(what, variables, settings string) *op.Error {
	return configError("journal", what, fmt.Sprintf("set %s\nor write %s under [journal] in %s", variables, settings, strings.Join(s.looked, " or ")))
}

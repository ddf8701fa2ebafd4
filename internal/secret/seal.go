package secret

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"strings"

	"filippo.io/age"
)

// This file seals what may not be written as it is, and has to be read again
// later: to public keys of age, for whoever has the secret key of one. It takes
// age's own keys, post-quantum ones too. No error holds a secret key, nor what
// could be one: age's own errors name letters of it, so they are not passed on.

const (
	publicKey, secretKey = "age1", "AGE-SECRET-KEY-"
	hybrid               = "age1pq1" // begins post-quantum keys

	hintPublic = "write what age-keygen -y prints for the secret key; it begins with " + publicKey
	hintSecret = "make a key with age-keygen -o FILE"
)

// A Sealer seals to public keys. It may be used by many goroutines.
type Sealer struct{ recipients []age.Recipient }

// NewSealer takes at least one public key; all can open what is sealed. Every
// error is an *Error.
func NewSealer(keys ...string) (*Sealer, error) {
	if len(keys) == 0 {
		return nil, &Error{Cause: "there is no public key to seal to", Hint: hintPublic}
	}
	s := &Sealer{}
	for _, key := range keys {
		key = strings.TrimSpace(key)
		if err := CheckPublicKey(key); err != nil {
			return nil, err
		}
		if strings.HasPrefix(key, hybrid) != strings.HasPrefix(strings.TrimSpace(keys[0]), hybrid) {
			return nil, &Error{
				Cause: "post-quantum public keys and others cannot stand together: what both open is as weak as the others",
				Hint:  "seal to keys of one kind",
			}
		}
		list, err := age.ParseRecipients(strings.NewReader(key))
		if err != nil {
			return nil, &Error{Cause: fmt.Sprintf("%q is not a whole public key", start(key)), Hint: hintPublic}
		}
		s.recipients = append(s.recipients, list...)
	}
	return s, nil
}

// CheckPublicKey looks at what kind of text a public key is, which costs
// nothing. Every error is an *Error.
func CheckPublicKey(key string) error {
	key = strings.TrimSpace(key)
	kind, _ := strings.CutPrefix(key, publicKey)
	switch {
	case strings.HasPrefix(strings.ToUpper(key), secretKey):
		return &Error{Cause: "a secret key stands where public keys belong", Hint: hintPublic}
	case strings.HasPrefix(key, "ssh-"):
		return &Error{Cause: "keys of SSH are not taken", Hint: hintSecret}
	case !strings.HasPrefix(key, publicKey):
		return &Error{Cause: "it is not a public key of age", Hint: hintPublic}
	case strings.Contains(kind, "1") && !strings.HasPrefix(key, hybrid): // no other key has a second 1
		return &Error{Cause: fmt.Sprintf("%q is a key of a plugin, or mistyped; only age's own keys are taken", start(key)), Hint: hintPublic}
	}
	return nil
}

// HasSecretKey reports whether a text is meant to have secret keys in it.
func HasSecretKey(text string) bool { return strings.Contains(text, secretKey) }

// start is enough of a public key to find it.
func start(key string) string {
	if len(key) > 16 {
		return key[:16] + "…"
	}
	return key
}

// Seal returns what only the owner of a secret key can open: age's format, in
// base64 on one line.
func (s *Sealer) Seal(plain []byte) (string, error) {
	var sealed bytes.Buffer
	w, err := age.Encrypt(&sealed, s.recipients...)
	if err == nil {
		_, err = w.Write(plain)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		return "", &Error{Cause: "it cannot be sealed: " + err.Error(), err: err}
	}
	return base64.StdEncoding.EncodeToString(sealed.Bytes()), nil
}

// An Opener opens what was sealed to the public keys of its secret keys. It
// may be used by many goroutines.
type Opener struct {
	identities []age.Identity
	public     []string
}

// NewOpener takes secret keys as age-keygen writes them, one on a line, with
// comments. Every error is an *Error.
func NewOpener(keys string) (*Opener, error) {
	o := &Opener{}
	number := 0
	for line := range strings.Lines(keys) {
		number++
		if line = strings.TrimSpace(line); line == "" || line[0] == '#' {
			continue
		}
		list, err := age.ParseIdentities(strings.NewReader(line))
		if err != nil {
			return nil, noSecretKey(line, number)
		}
		for _, identity := range list {
			switch i := identity.(type) {
			case *age.X25519Identity:
				o.public = append(o.public, i.Recipient().String())
			case *age.HybridIdentity:
				o.public = append(o.public, i.Recipient().String())
			}
		}
		o.identities = append(o.identities, list...)
	}
	if len(o.identities) == 0 {
		return nil, &Error{Cause: "there is no secret key in it", Hint: hintSecret}
	}
	return o, nil
}

// noSecretKey says what a line is instead, without a letter of it.
func noSecretKey(line string, number int) *Error {
	e := &Error{Cause: fmt.Sprintf("line %d is not a whole secret key of age", number), Hint: hintSecret}
	switch {
	case strings.HasPrefix(line, publicKey):
		e.Cause = fmt.Sprintf("line %d is a public key, and opens nothing", number)
		e.Hint = "give the secret key; it begins with " + secretKey
	case strings.HasPrefix(line, "AGE-PLUGIN-"):
		e.Cause = fmt.Sprintf("line %d is a key of a plugin; only age's own keys are taken", number)
	case strings.HasPrefix(line, "-----BEGIN AGE ENCRYPTED"), strings.HasPrefix(line, "age-encryption.org/"):
		e.Cause = "the key is locked with a passphrase, which nobody is there to type"
		e.Hint = "keep the key without one where only you can read it: keyring:SERVICE/USER"
	case strings.HasPrefix(line, "-----BEGIN "):
		e.Cause = "keys of SSH and certificates are not taken"
	}
	return e
}

// PublicKeys are those of the secret keys.
func (o *Opener) PublicKeys() []string { return o.public }

// Open returns what was sealed. Every error is an *Error; none holds what was
// sealed.
func (o *Opener) Open(sealed string) ([]byte, error) {
	b, err := base64.StdEncoding.DecodeString(sealed)
	if err != nil {
		return nil, broken(err)
	}
	r, err := age.Decrypt(bytes.NewReader(b), o.identities...)
	if _, ok := errors.AsType[*age.NoIdentityMatchError](err); ok {
		return nil, &Error{Cause: "it is sealed to another key", Hint: "give the secret key of the public key that it was sealed to", err: err}
	}
	if err != nil {
		return nil, broken(err)
	}
	plain, err := io.ReadAll(r)
	if err != nil {
		return nil, broken(err)
	}
	return plain, nil
}

func broken(err error) *Error {
	return &Error{Cause: "what was sealed is damaged", err: err}
}

package rest

import "net/http"

// Auth adds credentials to requests. It must be safe for concurrent use.
type Auth interface {
	// Authorize adds credentials to a request that is about to be sent; it may
	// have to fetch them first.
	Authorize(*http.Request) error
	// Renew is told of a request that was answered 401, and reports whether
	// other credentials are worth a second try.
	Renew(refused *http.Request) bool
}

// Bearer is a token that does not change.
func Bearer(token string) Auth { return fixed("Bearer " + token) }

type fixed string

func (f fixed) Authorize(r *http.Request) error {
	r.Header.Set("Authorization", string(f))
	return nil
}

func (f fixed) Renew(*http.Request) bool { return false }

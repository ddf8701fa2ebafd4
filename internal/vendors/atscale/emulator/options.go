package emulator

import (
	"cmp"
	"net/http"
	"time"
)

// An Edition is one of the two products that share a name.
type Edition uint8

// The editions.
const (
	Installer Edition = iota // yearly installers: organizations, projects, a port per service
	Container                // Kubernetes: one host, catalogs, API tokens
)

// Options of an emulator. The zero value is the installer edition on the real clock, with the seed company.
type Options struct {
	Now     func() time.Time // time.Now if nil
	Empty   bool             // nobody but the API user, and nothing made
	Edition Edition

	APIDisabled       bool // the switch for Design Center's APIs is off: 503
	SSO               bool // Basic login is for the API user only
	ExternalDirectory bool // users are administered elsewhere, and cannot be changed here
	ReturnUserID      bool // creating a user answers with its id, which the vendor's example has empty
	IgnoreOffset      bool // lists know limit but not offset
	OldEngine         bool // starting a build answers 200, with no more than its id and status
	FreshEngineIDs    bool // what is published again after it was unpublished has another id

	TokenLife time.Duration // of a JWT; an hour if 0
	BuildTime time.Duration // of aggregates; two minutes if 0, the first tenth of them in the queue
	Refusal   int           // status of refusals whose real status is not known; 400 if 0
	Duplicate int           // status of a user name that is taken; 409 if 0
}

func (o Options) filled() Options {
	if o.Now == nil {
		o.Now = time.Now
	}
	o.TokenLife = cmp.Or(o.TokenLife, time.Hour)
	o.BuildTime = cmp.Or(o.BuildTime, 2*time.Minute)
	o.Refusal = cmp.Or(o.Refusal, http.StatusBadRequest)
	o.Duplicate = cmp.Or(o.Duplicate, http.StatusConflict)
	return o
}

// Org is the organization that everything of the seed is in but one empty laboratory.
const Org = "default"

// Username and Password are those of the seeded API user, a superuser with every right.
const (
	Username = "api-runner"
	Password = "emulated-password"
)

// APIToken is the API token of the API user in the container edition.
const APIToken = "emulated-api-token"

// ClientID is a client of the identity broker that may trade a user name and a password for a token.
const ClientID = "atscale-ai-link"

// PasswordOf returns the password of any seeded user, by user name.
func PasswordOf(username string) string {
	if username == Username {
		return Password
	}
	return Password + "-" + username
}

// APITokenOf returns the API token of any seeded user of the container edition, by user name. A real one is made on
// the user's own panel, where it can be read once.
func APITokenOf(username string) string {
	if username == Username {
		return APIToken
	}
	return APIToken + "-" + username
}

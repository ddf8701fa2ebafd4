package emulator

import (
	"net/http"
	"path"
	"strings"
	"sync"
	"time"

	"runner/internal/vendors/stage"
)

// The paths of the two versions. Everything of v2 lies under the tenant.
const (
	basePath = "/incorta"
	v1Path   = basePath + "/api/v1"
	v2Path   = basePath + "/api/v2"
)

// Tenant is the only tenant. Its case matters.
const Tenant = "example"

// Options of an emulator. The zero value is a cloud cluster of today on the real clock, with the seed company.
type Options struct {
	Now   func() time.Time // the cluster's clock; time.Now if nil
	Empty bool             // nobody but the API user, and nothing

	V1Only       bool // before 2023.4 and 6.0: there is no v2
	NoTenant     bool // before 2023.7: paths of v2 have no tenant
	NoTableLoads bool // before 8.1.0: no loads of single tables
	OAuth        bool // v2 takes the JWTs of an authorization server instead of personal access tokens

	ExpiredIs403     bool // v2 answers 403 to a bad token, as v1 does
	UnknownInStatus  bool // a load of an unknown schema says so in loadingStatus instead of refusing the call
	UndefinedPort    bool // the port of the SQL interface is the word undefined
	NoMail           bool // the tenant has no mail settings
	NoDetailTracking bool // detailed load job tracking is off: failed steps cannot be run again by themselves
	NoExtraction     bool // Advanced SQLi is not configured

	Words Words // for how far loads are
}

// Words are the vendor's words for how far a load is. The vendor's page is cut off before it names them (inf).
type Words struct{ Queued, Running, Success, Failed string }

// Server is an emulated cluster. It may be used from many goroutines; requests are carried out one by one.
type Server struct {
	*stage.Stage
	opts Options
	mux  *http.ServeMux

	mu    sync.Mutex // guards all below
	state *state
	keys  *keyring
}

// New returns an emulated cluster in its initial state.
func New(o Options) *Server {
	if o.Now == nil {
		o.Now = time.Now
	}
	o.Words = o.Words.orDefault()
	s := &Server{opts: o, state: newState(o)}
	s.keys = newKeyring(s.state)
	s.mux = s.router()
	s.Stage = &stage.Stage{Base: basePath, Reads: onlyReads, Expire: s.expire}
	return s
}

func (w Words) orDefault() Words {
	for word, usual := range map[*string]string{
		&w.Queued: "QUEUED", &w.Running: "RUNNING", &w.Success: "SUCCESS", &w.Failed: "FAILED",
	} {
		if *word == "" {
			*word = usual
		}
	}
	return w
}

// BasePath returns the path that all endpoints lie under but [TokenPath], which is not the vendor's.
func (s *Server) BasePath() string { return basePath }

// ServeHTTP answers one request. To drop a connection it panics with [http.ErrAbortHandler], which net/http's server
// understands; a caller without one has to recover.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.Serve(w, r, http.HandlerFunc(s.answer))
}

// answer has a request answered by its route, or says that there is none.
func (s *Server) answer(w http.ResponseWriter, r *http.Request) {
	if path.Clean(r.URL.Path) != r.URL.Path { // ServeMux would redirect to the clean path
		writeFailure(w, noEndpoint(r))
		return
	}
	handler, pattern := s.mux.Handler(r)
	if pattern != "" {
		s.mux.ServeHTTP(w, r)
		return
	}
	status := statusOnly{header: w.Header()}
	handler.ServeHTTP(&status, r)
	if status.code == http.StatusMethodNotAllowed {
		writeFailure(w, &failure{status.code, codeRoute, "Method " + r.Method + " is not allowed."})
		return
	}
	writeFailure(w, noEndpoint(r))
}

// statusOnly keeps what ServeMux would say of a request that it has no route for, but for the text.
type statusOnly struct {
	header http.Header
	code   int
}

func (s *statusOnly) Header() http.Header         { return s.header }
func (s *statusOnly) Write(p []byte) (int, error) { return len(p), nil }
func (s *statusOnly) WriteHeader(code int)        { s.code = code }

// onlyReads are the lists and queries that are posted, and the calls for tokens.
func onlyReads(r *http.Request) bool {
	if r.Method != http.MethodPost {
		return false
	}
	for _, end := range []string{"/list", "/query", "/sqlxquery", "/tokens", "/tokens/refresh", TokenPath} {
		if strings.HasSuffix(r.URL.Path, end) {
			return true
		}
	}
	return false
}

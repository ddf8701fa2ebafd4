package main

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"

	"runner/internal/op"
	"runner/internal/vendors"
	"runner/internal/vendors/casetest"
)

// recorder answers the requests of a case in any order, and remembers what
// came.
type recorder struct {
	mu       sync.Mutex
	requests []string
	mutating []string
}

func (r *recorder) serve(t *testing.T, c casetest.Case) *httptest.Server {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		if strings.HasSuffix(req.URL.Path, "/oauth2/token") {
			w.Header().Set("Content-Type", "application/json")
			_, _ = w.Write([]byte(`{"access_token":"case-token","token_type":"bearer","expires_in":3600}`))
			return
		}
		line := req.Method + " " + req.URL.Path
		r.mu.Lock()
		defer r.mu.Unlock()
		r.requests = append(r.requests, line)
		if req.Method != http.MethodGet && req.Method != http.MethodHead {
			r.mutating = append(r.mutating, line)
		}
		for _, x := range c.Exchanges {
			want, err := url.Parse(x.Target)
			if err == nil && x.Method == req.Method && want.EscapedPath() == req.URL.EscapedPath() && want.Query().Encode() == req.URL.Query().Encode() {
				for name, value := range x.AnswerHeader {
					w.Header().Set(name, value)
				}
				w.WriteHeader(x.Status)
				_, _ = w.Write(x.Answer)
				return
			}
		}
		w.WriteHeader(http.StatusTeapot)
	}))
	t.Cleanup(s.Close)
	return s
}

// signIn are the credentials of modules that take one of several kinds.
var signIn = map[string][]string{"incorta": {"token"}, "atscale": {"token"}, "alteryx_cloud": {"access_token"}}

// In a dry run no request that may change something reaches the vendor, and
// every read does: for all operations of all vendors, through the real
// command line.
func TestDryRunSendsOnlyReads(t *testing.T) {
	reads, planned := 0, 0
	for _, v := range vendors.All {
		m := v.Module
		if v.Local {
			continue // it sends nothing
		}
		dir := "../../internal/vendors/" + folderOf(m) + "/testdata"
		cases := map[string]casetest.Case{}
		for _, c := range casetest.Load(t, dir) {
			if _, seen := cases[c.Operation]; !seen || len(cases[c.Operation].Exchanges) == 0 {
				cases[c.Operation] = c
			}
		}
		for _, o := range m.Operations {
			t.Run(o.Name, func(t *testing.T) {
				r := &recorder{}
				server := r.serve(t, cases[o.Name])
				cmd := &cmdline{env: map[string]string{variableOf(m.Name, "url"): server.URL}}
				for _, f := range m.Settings().Fields {
					if (f.Required || slices.Contains(signIn[m.Name], f.Name)) && f.Name != "url" {
						cmd.env[variableOf(m.Name, f.Name)] = "case-secret"
					}
				}
				if strings.Contains(o.Doc, "Container edition") { // the other edition has others
					cmd.env[variableOf(m.Name, "edition")] = "container"
				}
				code := cmd.run(t, append([]string{"call", o.Name, "--dry-run", "--json"}, arguments(t, cases[o.Name])...)...)
				if o.Effect == op.Read { // some lists and queries are posted
					r.mutating = slices.DeleteFunc(r.mutating, func(line string) bool { return strings.HasPrefix(line, "POST ") })
				}
				if len(r.mutating) > 0 {
					t.Errorf("a dry run sent %v", r.mutating)
				}
				var rep struct {
					Changes []struct{ Operation, Status string }
				}
				if err := json.Unmarshal(cmd.stdout.Bytes(), &rep); err != nil {
					t.Fatalf("exit %d, no report: %v\n%s%s", code, err, &cmd.stdout, &cmd.stderr)
				}
				if o.Effect == op.Read {
					reads++
					if len(r.requests) == 0 {
						t.Errorf("a dry run did not send the read\n%s", &cmd.stderr)
					}
					return
				}
				planned++
				if len(rep.Changes) != 1 || rep.Changes[0].Operation != o.Name || rep.Changes[0].Status != "planned" {
					t.Errorf("exit %d, planned %+v, want %s\n%s", code, rep.Changes, o.Name, &cmd.stderr)
				}
			})
		}
	}
	t.Logf("%d reads reached the vendor, %d changes did not", reads, planned)
	if reads == 0 || planned == 0 {
		t.Errorf("%d reads and %d changes were tried", reads, planned)
	}
}

func folderOf(m *op.Module) string {
	switch m.Name {
	case "http":
		return "web"
	case "alteryx_cloud":
		return "alteryxcloud"
	}
	return m.Name
}

// arguments writes a case's arguments for the command line.
func arguments(t *testing.T, c casetest.Case) []string {
	var args map[string]json.RawMessage
	if err := json.Unmarshal(c.Args, &args); err != nil {
		t.Fatalf("%s: %v", c.Name, err)
	}
	var list []string
	for name, v := range args {
		list = append(list, name+":="+string(v))
	}
	return list
}

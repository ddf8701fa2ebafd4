package workato

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"

	"runner/internal/op"
	"runner/internal/vendors/casetest"
)

var settings = map[string]any{"token": "wrkaus-case.token.value"}

// rows are as many rows with ids from 1 on, and those on a page of them.
func rows(n, number, size int) string {
	var list []string
	for i := (number - 1) * size; i < min(n, number*size); i++ {
		list = append(list, fmt.Sprintf(`{"id": %d, "name": "n%d"}`, i+1, i+1))
	}
	return "[" + strings.Join(list, ",") + "]"
}

func number(q url.Values, name string, otherwise int) int {
	if n, err := strconv.Atoi(q.Get(name)); err == nil {
		return n
	}
	return otherwise
}

// Lists end where they should, whatever the last page looks like, and never
// go on for ever.
func TestPages(t *testing.T) {
	paged := func(n int) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			q := r.URL.Query()
			fmt.Fprint(w, rows(n, number(q, "page", number(q, "page[number]", 1)), number(q, "per_page", number(q, "page[size]", 100))))
		}
	}
	whole := func(n int) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, rows(n, 1, n)) }
	}
	for name, tt := range map[string]struct {
		verb, args string
		handler    http.HandlerFunc
		want       int // how many are listed, -1 for an answer that cannot be used
		requests   int
	}{
		"none":                            {"list_projects", `{}`, paged(0), 0, 1},
		"a page that is not full":         {"list_projects", `{}`, paged(99), 99, 1},
		"a full page":                     {"list_projects", `{}`, paged(100), 100, 2},
		"two pages":                       {"list_projects", `{}`, paged(150), 150, 2},
		"two full pages":                  {"list_projects", `{}`, paged(200), 200, 3},
		"pages in brackets":               {"list_environment_roles", `{}`, paged(200), 200, 3},
		"long pages":                      {"list_lookup_table_rows", `{"lookup_table_id":1}`, paged(1000), 1000, 2},
		"the same page for ever":          {"list_projects", `{}`, whole(100), -1, 2},
		"a longer page than asked for":    {"list_projects", `{}`, whole(150), -1, 2},
		"connections, all at once":        {"list_connections", `{}`, whole(150), 150, 1},
		"connections, all at once, 100":   {"list_connections", `{}`, whole(100), 100, 2},
		"connections, in pages":           {"list_connections", `{}`, paged(250), 250, 3},
		"members of a group, all at once": {"list_user_group_members", `{"user_group_id":"am-1-1"}`, whole(100), 100, 2},
		"the audit log, by the id of its last": {"list_activity_logs", `{}`, func(w http.ResponseWriter, r *http.Request) {
			after := number(r.URL.Query(), "page[after]", 0)
			fmt.Fprint(w, rows(200, after/100+1, 100))
		}, 200, 3},
		"the audit log, the same page for ever": {"list_activity_logs", `{}`, whole(100), -1, 2},
	} {
		t.Run(name, func(t *testing.T) {
			requests := 0
			s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if requests++; requests > 20 {
					w.WriteHeader(http.StatusTeapot)
					return
				}
				tt.handler(w, r)
			}))
			defer s.Close()
			o, _ := Module.Operation(tt.verb)
			answer, err := o.Perform(t.Context(), casetest.Connect(t, Module, s.URL, settings).Vendor, []byte(tt.args))
			got := -1
			if err == nil {
				items, _ := op.Tree(answer).([]any)
				got = len(items)
			} else if op.KindOf(err) != op.Garbled {
				t.Fatal(err)
			}
			if got != tt.want || requests != tt.requests {
				t.Errorf("%s lists %d with %d requests (%v), want %d with %d", tt.verb, got, requests, err, tt.want, tt.requests)
			}
		})
	}
}

func TestCursorsAreChecked(t *testing.T) {
	o, _ := Module.Operation("list_projects")
	client := casetest.Connect(t, Module, "http://127.0.0.1:1", settings)
	for _, cursor := range []string{"x", "1:5", "-1:5", "0"} {
		if _, err := o.PerformPage(t.Context(), client.Vendor, nil, cursor); op.KindOf(err) != op.Invalid {
			t.Errorf("cursor %q: %v, want invalid", cursor, err)
		}
	}
}

// What was exported may be kept by a storage on another host: the token must
// not go there.
func TestPackageFromStorage(t *testing.T) {
	storage := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if got := r.Header.Get("Authorization"); got != "" {
			t.Errorf("the storage got the credentials %q", got)
		}
		fmt.Fprint(w, "PK made up")
	}))
	defer storage.Close()
	elsewhere := storage.URL + "/package.zip?signature=1"
	workato := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/download") {
			http.Redirect(w, r, elsewhere, http.StatusFound)
			return
		}
		b, _ := json.Marshal(map[string]any{"id": 242, "status": "completed", "download_url": elsewhere})
		_, _ = w.Write(b)
	}))
	defer workato.Close()
	o, _ := Module.Operation("get_package_content")
	got, err := o.Perform(t.Context(), casetest.Connect(t, Module, workato.URL, settings).Vendor, []byte(`{"package_id":242}`))
	if want := `{"content":"UEsgbWFkZSB1cA=="}`; err != nil || string(got) != want {
		t.Errorf("get_package_content = %s, %v, want %s", got, err, want)
	}
}

// A removal whose answer was lost is sent again and finds nothing: it is done.
func TestRemovalsSentTwice(t *testing.T) {
	for verb, tt := range map[string]struct{ args, target string }{
		"delete_developer_api_client": {`{"developer_api_client_id":7}`, "/api/developer_api_clients/7"},
		"remove_member":               {`{"member_id":7}`, "/api/members/7"},
		"delete_recipe":               {`{"recipe_id":7}`, "/api/recipes/7"},
		"delete_project":              {`{"project_id":7}`, "/api/projects/7"},
	} {
		t.Run(verb, func(t *testing.T) {
			server := casetest.Server(t, casetest.Case{Exchanges: []casetest.Exchange{
				{Method: http.MethodDelete, Target: tt.target, Status: 503},
				{Method: http.MethodDelete, Target: tt.target, Status: 404, Answer: []byte(`{"message":"Not found"}`)},
			}})
			client := casetest.Connect(t, Module, server.URL, settings)
			o, _ := Module.Operation(verb)
			if _, err := o.Perform(casetest.Again(t.Context()), client.Vendor, []byte(tt.args)); err != nil {
				t.Errorf("%s%s: %v", verb, tt.args, err)
			}
		})
	}
}

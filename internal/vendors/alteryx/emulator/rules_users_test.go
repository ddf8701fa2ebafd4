package emulator

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"runner/internal/vendors/stage/stagetest"
)

// The tests of rules are named after the numbered rules of the vendor file.

func TestRule1Tokens(t *testing.T) {
	key, secret := Keys(ada)
	for name, tt := range map[string]struct {
		form       url.Values
		key, basic string
		want       int
	}{
		"basic":            {url.Values{"grant_type": {"client_credentials"}}, ClientID, ClientSecret, 200},
		"form":             {url.Values{"grant_type": {"client_credentials"}, "client_id": {ClientID}, "client_secret": {ClientSecret}}, "", "", 200},
		"somebody else":    {url.Values{"grant_type": {"client_credentials"}, "client_id": {key}, "client_secret": {secret}}, "", "", 200},
		"wrong secret":     {url.Values{"grant_type": {"client_credentials"}}, ClientID, "guess", 401},
		"another's secret": {url.Values{"grant_type": {"client_credentials"}}, ClientID, secret, 401},
		"no client":        {url.Values{"grant_type": {"client_credentials"}}, "", "", 401},
		"another grant":    {url.Values{"grant_type": {"password"}}, ClientID, ClientSecret, 400},
	} {
		t.Run(name, func(t *testing.T) {
			r := httptest.NewRequest("POST", tokenPath, strings.NewReader(tt.form.Encode()))
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			if tt.key != "" {
				r.SetBasicAuth(tt.key, tt.basic)
			}
			w := httptest.NewRecorder()
			New(Options{}).ServeHTTP(w, r)
			if w.Code != tt.want {
				t.Errorf("status %d, want %d: %s", w.Code, tt.want, w.Body)
			}
			if got := w.Body.String(); tt.want == 200 &&
				got != `{"access_token":"emulated-token-1","expires_in":3600,"token_type":"bearer"}` {
				t.Errorf("got %s", got)
			}
		})
	}
}

func TestRule1TokensEnd(t *testing.T) {
	const denied = "Authorization has been denied for this request."
	me := "/v3/users/" + grace
	for name, end := range map[string]func(a *api, c *stagetest.Clock){
		"after an hour":   func(a *api, c *stagetest.Clock) { c.Wait(time.Hour) },
		"on deactivation": func(a *api, c *stagetest.Clock) { a.want(200, "POST", me+"/deactivate", nil) },
		"on locking": func(a *api, c *stagetest.Clock) {
			a.want(200, "PUT", me, with(fullUser, object{"isAccountLocked": true, "email": "grace@example.com"}))
		},
		"without API access": func(a *api, c *stagetest.Clock) {
			a.want(200, "PUT", me, with(fullUser, object{"isApiEnabled": false, "email": "grace@example.com"}))
		},
		"on demotion": func(a *api, c *stagetest.Clock) {
			a.want(200, "PUT", me, with(fullUser, object{"email": "grace@example.com"}))
		},
	} {
		t.Run(name, func(t *testing.T) {
			c := &stagetest.Clock{T: ago(0)}
			a := connect(t, Options{Now: c.Now})
			b := a.as(grace)
			b.get(me)
			end(a, c)
			if got := message(b.want(http.StatusUnauthorized, "GET", me, nil)); got != denied {
				t.Errorf("message %q, want %q", got, denied)
			}
		})
	}
	a := connect(t, Options{})
	a.token = "made-up"
	if got := message(a.want(http.StatusUnauthorized, "GET", me, nil)); got != denied {
		t.Errorf("message %q, want %q", got, denied)
	}
}

func TestRule2Roles(t *testing.T) {
	a := connect(t, Options{})
	a.as(ada).want(http.StatusUnauthorized, "GET", "/v3/users", nil)
	a.as(ada).want(http.StatusOK, "GET", "/v3/workflows", nil)

	// Nia's role is Evaluated: Artisan through a group, then Curator, then nothing but the default.
	a.want(200, "PUT", "/v3/users/"+nia, with(fullUser, object{"role": "Evaluated", "email": "nia@example.com"}))
	b := a.as(nia)
	b.want(http.StatusOK, "GET", "/v3/workflows", nil)
	b.want(http.StatusUnauthorized, "GET", "/v3/users", nil)
	a.want(200, "PUT", "/v3/usergroups/"+financeAnalysts, object{"name": "Finance Analysts", "role": "Curator"})
	b.want(http.StatusOK, "GET", "/v3/users", nil)
	a.want(200, "DELETE", "/v3/usergroups/"+financeAnalysts+"/users/"+nia, nil)
	b.want(http.StatusUnauthorized, "GET", "/v3/workflows", nil)
}

func TestRule3CreateUser(t *testing.T) {
	jo := object{"firstName": "Jo", "lastName": "D'Arc & Söhne", "email": "jo@example.com"}
	a := connect(t, Options{})
	got := a.want(http.StatusCreated, "POST", "/v3/users", with(jo, object{"lastname": nil, "somethingNew": 7}))
	want := object{
		"id": "6f0000000000000000000001", "firstName": "Jo", "lastName": "D'Arc & Söhne", "email": "jo@example.com",
		"role": "Evaluated", "defaultWorkerTag": "", "canScheduleJobs": false, "canPrioritizeJobs": false, "canAssignJobs": false,
		"canCreateCollections": false, "isApiEnabled": false, "defaultCredentialId": "", "isAccountLocked": false,
		"isActive": true, "isValidated": false, "timeZone": "", "language": "en-us", "sharedCredentialIds": []any{},
		"dataConnectionIds": []any{}, "canCreateAndUpdateDcm": false, "canShareForExecutionDcm": false,
		"canShareForCollaborationDcm": false, "canManageGenericVaultsDcm": false,
	}
	if !reflect.DeepEqual(got, any(want)) {
		t.Errorf("got %v, want %v", got, want)
	}
	for name, tt := range map[string]struct {
		body  any
		field string
	}{
		"no first name":  {with(jo, object{"firstName": nil}), "firstName"},
		"null":           {`{"firstName": null, "lastName": "x", "email": "y@example.com"}`, "firstName"},
		"empty":          {with(jo, object{"lastName": ""}), "lastName"},
		"long":           {with(jo, object{"lastName": strings.Repeat("ö", 256)}), "lastName"},
		"no email":       {with(jo, object{"email": nil}), "email"},
		"taken email":    {with(jo, object{"email": "ADA@example.com"}), "email"},
		"unknown role":   {with(jo, object{"role": "Boss"}), "role"},
		"no flag":        {with(jo, object{"isActive": "perhaps"}), "isActive"},
		"not JSON":       {"{", "body"},
		"form, bad flag": {url.Values{"firstName": {"a"}, "lastName": {"b"}, "email": {"c@example.com"}, "isActive": {"perhaps"}}, "isActive"},
	} {
		t.Run(name, func(t *testing.T) {
			v, _ := a.want(http.StatusBadRequest, "POST", "/v3/users", tt.body).(object)
			if state, _ := v["modelState"].(object); state[tt.field] == nil {
				t.Errorf("modelState does not name %s: %v", tt.field, v)
			}
		})
	}
	t.Run("form", func(t *testing.T) {
		v := a.want(http.StatusCreated, "POST", "/v3/users", url.Values{"firstName": {"Al"}, "lastName": {"B"},
			"email": {"al@example.com"}, "isActive": {"False"}, "role": {"viewer"}})
		if u := v.(object); u["isActive"] != false || u["role"] != "Viewer" {
			t.Errorf("got %v", u)
		}
	})
	t.Run("Windows", func(t *testing.T) {
		connect(t, Options{Windows: true}).want(http.StatusBadRequest, "POST", "/v3/users", jo)
	})
	t.Run("XML", func(t *testing.T) {
		r := httptest.NewRequest("POST", basePath+"/v3/users", strings.NewReader("<a/>"))
		r.Header.Set("Content-Type", "text/xml")
		r.Header.Set("Authorization", "Bearer "+a.token)
		w := httptest.NewRecorder()
		if a.s.ServeHTTP(w, r); w.Code != http.StatusUnsupportedMediaType {
			t.Errorf("status %d: %s", w.Code, w.Body)
		}
	})
}

func TestRule4UpdateUser(t *testing.T) {
	for field := range fullUser {
		t.Run("without "+field, func(t *testing.T) {
			v := connect(t, Options{}).want(http.StatusBadRequest, "PUT", "/v3/users/"+ada, with(fullUser, object{field: nil}))
			if state, _ := v.(object)["modelState"].(object); state[field] == nil {
				t.Errorf("modelState does not name %s: %v", field, v)
			}
		})
	}
	a := connect(t, Options{})
	before := a.get("/v3/users/" + ada)
	got := a.want(200, "PUT", "/v3/users/"+ada, with(before, object{"id": lin, "isActive": false, "language": "fr-fr"}))
	if want := with(before, object{"isActive": false, "language": "fr-fr"}); !reflect.DeepEqual(got, any(want)) {
		t.Errorf("got %v, want %v", got, want)
	}
	if !a.hasMember(financeAnalysts, ada) {
		t.Error("PUT with isActive false took the user out of a group")
	}
	a.want(http.StatusBadRequest, "PUT", "/v3/users/"+ada, with(before, object{"email": "lin@example.com"}))
	connect(t, Options{Windows: true}).want(200, "PUT", "/v3/users/"+ada, with(fullUser, object{"firstName": nil, "lastName": nil}))
}

func (a *api) hasMember(groupID, userID string) bool {
	members, _ := a.get("/v3/usergroups/" + groupID)["members"].([]any)
	return slices.ContainsFunc(members, func(m any) bool { return m.(object)["userId"] == userID })
}

func TestRule5Deactivate(t *testing.T) {
	a := connect(t, Options{})
	path := "/v3/users/" + ada + "/deactivate"
	if got, want := a.want(200, "POST", path, nil), []any{financeAnalysts, dataStewards}; !reflect.DeepEqual(got, any(want)) {
		t.Errorf("got %v, want %v", got, want)
	}
	if got := a.want(200, "POST", path, nil); !reflect.DeepEqual(got, any([]any{})) {
		t.Errorf("the second time got %v, want an empty list", got)
	}
	if a.get("/v3/users/" + ada)["isActive"] != false || a.hasMember(financeAnalysts, ada) || a.hasMember(dataStewards, ada) {
		t.Error("the user is active or in a group")
	}
	if n := len(a.get("/v3/users/" + ada + "/assets")["workflows"].([]any)); n != 3 {
		t.Errorf("%d workflows are left, want 3", n)
	}
	a.want(http.StatusBadRequest, "POST", "/v3/users/"+apiUserID+"/deactivate", nil)
	b := a.as(grace)
	a.want(200, "POST", "/v3/users/"+grace+"/deactivate", nil)
	b.want(http.StatusUnauthorized, "POST", "/v3/users/"+apiUserID+"/deactivate", nil)
}

func TestRule6DeleteUser(t *testing.T) {
	a := connect(t, Options{})
	for name, id := range map[string]string{"owner": ada, "only in a group": sean, "inactive owner": paul} {
		t.Run(name, func(t *testing.T) {
			if _, text := a.want(http.StatusConflict, "DELETE", "/v3/users/"+id, nil).(string); !text {
				t.Error("the refusal is not a JSON string")
			}
		})
	}
	a.want(http.StatusBadRequest, "DELETE", "/v3/users/"+apiUserID, nil)
	a.want(200, "PUT", "/v3/users/"+ada+"/assetTransfer", transferAll(lin))
	a.want(200, "POST", "/v3/users/"+ada+"/deactivate", nil)
	if got := a.want(200, "DELETE", "/v3/users/"+ada, nil); got != nil {
		t.Errorf("the body is %v, want none", got)
	}
	a.want(http.StatusNotFound, "DELETE", "/v3/users/"+ada, nil)
	if dump := string(a.s.Dump()); strings.Count(dump, ada) != strings.Count(dump, `"submittedById": "`+ada)+strings.Count(dump, `"lastModifiedId": "`+ada) {
		t.Error("something is still shared with the deleted user")
	}
}

func TestRule7Assets(t *testing.T) {
	a := connect(t, Options{})
	for kind, want := range map[string][3]int{
		"": {3, 3, 1}, "All": {3, 3, 1}, "Workflows": {3, 0, 0}, "Schedules": {0, 3, 0}, "Collections": {0, 0, 1},
	} {
		v := a.get("/v3/users/" + ada + "/assets?assetType=" + kind)
		if kind == "" {
			v = a.get("/v3/users/" + ada + "/assets")
		}
		var got [3]int
		for i, name := range []string{"workflows", "schedules", "collections"} {
			list, ok := v[name].([]any)
			if got[i] = len(list); !ok {
				t.Errorf("%q: %s is not a list", kind, name)
			}
		}
		if got != want {
			t.Errorf("%q: got %v, want %v", kind, got, want)
		}
	}
}

func TestRule8AssetTransfer(t *testing.T) {
	path := "/v3/users/" + ada + "/assetTransfer"
	for name, tt := range map[string]struct {
		path string
		body object
		as   string
		want int
	}{
		"nobody":         {path, transferAll("nobody"), apiUserID, 404},
		"from nobody":    {"/v3/users/nobody/assetTransfer", transferAll(lin), apiUserID, 404},
		"a Member":       {path, transferAll(sean), apiUserID, 400},
		"inactive":       {path, transferAll(paul), apiUserID, 400},
		"to the same":    {path, transferAll(ada), apiUserID, 400},
		"by an Artisan":  {path, transferAll(lin), lin, 403},
		"a field is out": {path, with(transferAll(lin), object{"transferSchedules": nil}), apiUserID, 400},
	} {
		t.Run(name, func(t *testing.T) {
			a := connect(t, Options{})
			before := string(a.s.Dump())
			if _, text := a.as(tt.as).want(tt.want, "PUT", tt.path, tt.body).(string); !text {
				t.Error("the refusal is not a JSON string")
			}
			if string(a.s.Dump()) != before {
				t.Error("a refused transfer changed something")
			}
		})
	}

	a := connect(t, Options{})
	want := []any{object{"affectedScheduleId": auditWeekly}}
	if got := a.want(200, "PUT", path, transferAll(lin)); !reflect.DeepEqual(got, any(want)) {
		t.Errorf("affected: got %v, want %v", got, want)
	}
	if got := a.want(200, "PUT", path, transferAll(lin)); !reflect.DeepEqual(got, any([]any{})) {
		t.Errorf("affected the second time: got %v, want an empty list", got)
	}
	if got, want := a.get("/v3/users/"+ada+"/assets"), (object{"workflows": []any{}, "schedules": []any{}, "collections": []any{}}); !reflect.DeepEqual(got, want) {
		t.Errorf("left: %v", got)
	}
	if n := len(a.list("/v3/schedules?ownerId=" + lin)); n != 4 {
		t.Errorf("Lin has %d schedules, want 4", n)
	}
}

func TestRule8SchedulesStayBehind(t *testing.T) {
	path := "/v3/users/" + ada + "/assetTransfer"
	all := []any{object{"affectedScheduleId": auditWeekly}, object{"affectedScheduleId": monthEndMonthly}, object{"affectedScheduleId": revenueDaily}}
	for name, tt := range map[string]struct {
		to      string
		prepare func(a *api)
		body    object
	}{
		"the new owner may not schedule": {lin, func(a *api) {
			a.want(200, "PUT", "/v3/users/"+lin, with(a.get("/v3/users/"+lin), object{"canScheduleJobs": false}))
		}, transferAll(lin)},
		"the new owner cannot reach the workflows": {omar, func(*api) {}, with(transferAll(omar), object{"transferWorkflows": false, "transferCollections": false})},
		"nobody asked for schedules":               {lin, func(*api) {}, with(transferAll(lin), object{"transferSchedules": false})},
	} {
		t.Run(name, func(t *testing.T) {
			a := connect(t, Options{})
			tt.prepare(a)
			if got := a.want(200, "PUT", path, tt.body); !reflect.DeepEqual(got, any(all)) {
				t.Errorf("affected: got %v, want %v", got, all)
			}
			if n := len(a.list("/v3/schedules?ownerId=" + ada)); n != 3 {
				t.Errorf("Ada has %d schedules, want 3", n)
			}
		})
	}
}

package emulator

import (
	"net/http"
	"reflect"
	"strings"
	"testing"
)

func TestDCMVisibility(t *testing.T) {
	a := connect(t, Options{})
	path := "/v3/dcm/connections/" + ledgerDCM
	owner, borrower := a.as(ada), a.as(lin)
	if own := owner.get(path); own["sharedBy"] != nil || own["sharing"] == nil {
		t.Errorf("the owner sees %v", own)
	}
	if lent := borrower.get(path); lent["sharing"] != nil || !reflect.DeepEqual(lent["sharedBy"], any(object{"id": ada, "email": "ada@example.com"})) {
		t.Errorf("a borrower sees %v", lent)
	}
	a.as(omar).want(http.StatusNotFound, "GET", path, nil)
	a.want(http.StatusNotFound, "GET", path, nil) // a Curator has other endpoints
	borrower.want(http.StatusNotFound, "DELETE", path, nil)
	borrower.want(http.StatusNotFound, "POST", "/v3/dcm/connections", with(newDCM, object{"id": ledgerDCM}))
	borrower.want(http.StatusUnauthorized, "PUT", path+"/sharing/execution", object{"userIds": []string{}, "userGroupIds": []string{}})
	owner.want(http.StatusBadRequest, "PUT", path+"/sharing/execution", object{"userIds": []string{"nobody"}, "userGroupIds": []string{}})
	owner.want(http.StatusBadRequest, "PUT", path+"/sharing/collaboration",
		object{"sharedCredentials": []string{"other"}, "userIds": []string{}, "userGroupIds": []string{}})
	owner.want(http.StatusBadRequest, "GET", "/v3/dcm/connections/lookup", nil)

	visible := func() int { return len(a.list("/v3/dcm/admin/connections?visibleBy=" + lin)) }
	if n := visible(); n != 1 {
		t.Errorf("Lin sees %d connections, want 1", n)
	}
	a.want(200, "DELETE", "/v3/dcm/admin/connections/"+ledgerDCM+"/sharing/execution", nil)
	if n := visible(); n != 0 {
		t.Errorf("Lin sees %d connections, want none", n)
	}
	a.want(http.StatusBadRequest, "GET", "/v3/dcm/admin/connections?visibleBy=nobody", nil)
}

func TestDCMSecrets(t *testing.T) {
	a := connect(t, Options{})
	const admin, key = "/v3/dcm/admin/connections", "7b0c9a10-3c15-4319-8e1a-510000000001"
	save := func(secrets object) object {
		return a.want(200, "POST", admin, with(newDCM, object{"ownerId": ada, "id": ledgerDCM, "credentials": object{
			"login": object{"object": object{"id": key, "name": "k", "schemaName": "s", "parameters": object{}, "secrets": secrets}}}})).(object)
	}
	stored := func() string {
		for _, k := range a.s.State()["dcmCredentials"].([]any) {
			if k := k.(object); k["id"] == key {
				return string(mustJSON(t, k["secrets"]))
			}
		}
		return ""
	}
	for _, step := range []struct {
		secrets object
		want    string
	}{
		{object{"password": object{"value": object{"text": "rotated"}, "parameters": object{}}}, `{"password":{"parameters":{},"value":{"text":"rotated"}}}`},
		{object{"password": object{"parameters": object{}}}, `{"password":{"parameters":{},"value":{"text":"rotated"}}}`},
		{object{"token": object{"value": object{"text": "new"}, "parameters": object{}}}, `{"token":{"parameters":{},"value":{"text":"new"}}}`},
	} {
		view := string(mustJSON(t, save(step.secrets)))
		if strings.Contains(view, "rotated") || strings.Contains(view, `"new"`) {
			t.Errorf("the answer shows a secret: %s", view)
		}
		if got := stored(); got != step.want {
			t.Errorf("after %v: stored %s, want %s", step.secrets, got, step.want)
		}
	}
	a.want(http.StatusBadRequest, "POST", admin, with(newDCM, object{"ownerId": ada, "dataSource": object{
		"object": object{"id": "nothing", "name": "n", "schemaName": "s", "parameters": object{}}}}))
	a.want(http.StatusNotFound, "POST", admin, with(newDCM, object{"ownerId": "nobody"}))
	a.want(http.StatusNotFound, "POST", admin, with(newDCM, object{"ownerId": ada, "id": "nothing"}))
}

func TestDCMDeletesWhatNobodyElseUses(t *testing.T) {
	a := connect(t, Options{})
	const source = "7b0c9a10-3c15-4318-8e1a-510000000001"
	linked := with(newDCM, object{"ownerId": lin, "dataSource": object{
		"object": object{"id": source, "name": "shared", "schemaName": "s", "parameters": object{}}}})
	other := a.want(201, "POST", "/v3/dcm/admin/connections", linked).(object)["id"].(string)
	for _, step := range []struct {
		id      string
		sources int
	}{{ledgerDCM, 0}, {other, 1}} {
		gone := a.want(200, "DELETE", "/v3/dcm/admin/connections/"+step.id, nil).(object)
		if got := len(gone["deletedDataSources"].([]any)); got != step.sources || len(gone["deletedCredentials"].([]any)) != 1 {
			t.Errorf("%s: got %v, want %d data sources", step.id, gone, step.sources)
		}
		a.want(http.StatusNotFound, "DELETE", "/v3/dcm/admin/connections/"+step.id, nil)
	}
}

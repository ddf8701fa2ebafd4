package emulator

import (
	"net/http"
	"net/url"
	"reflect"
	"testing"
)

func TestOlderEndpoints(t *testing.T) {
	a := connect(t, Options{})
	if got := a.list("/admin/v1/workflows/migratable/"); len(got) != 2 {
		t.Errorf("migratable: %v", got)
	}
	want := []any{object{"appId": customerDedup, "revisionId": partOf(customerDedup, 1), "subscriptionId": platformStudio}}
	a.want(200, "PUT", "/v3/workflows/"+headcountReport+"/transfer", object{"ownerId": lin, "transferSchedules": false})
	if got := a.list("/admin/v1/workflows/migratable/?subscriptionIds=" + platformStudio + "," + operationsStudio); !reflect.DeepEqual(got, want) {
		t.Errorf("migratable: got %v, want %v", got, want)
	}
	body := form{"file": "moved", "name": "Moved", "owner": "lin@example.com", "sourceId": partOf(cashForecast, 15)}
	if id := a.want(200, "POST", "/admin/v1/workflows/", body); id != cashForecast {
		t.Errorf("a new version went to %v", id)
	}
	body["sourceId"] = "new"
	id := a.want(200, "POST", "/admin/v1/workflows/", body).(string)
	if got := a.want(200, "GET", "/admin/v1/"+id+"/package/", nil); got != "moved" {
		t.Errorf("downloaded %q", got)
	}
	v := a.want(http.StatusNotFound, "GET", "/admin/v1/nothing/package/", nil).(object)
	if _, ok := v["exceptionName"]; !ok {
		t.Errorf("an old error looks like %v", v)
	}
}

func TestAuditLog(t *testing.T) {
	a := connect(t, Options{})
	path := func(entity string) string {
		return "/admin/v1/auditlog?pageSize=100&page=0&entity=" + url.QueryEscape(entity)
	}
	if n := len(a.list(path("User"))); n != len(people) {
		t.Errorf("%d entries at first, want %d", n, len(people))
	}
	a.want(200, "POST", "/v3/users/"+ada+"/deactivate", nil)
	a.want(200, "POST", "/v3/users/"+ada+"/deactivate", nil)
	want := object{"id": "6e00000000000000" + "00000012", "entity": "User", "entityId": ada, "userId": apiUserID, "timestamp": "2026-06-01T08:00:00Z",
		"event": "update", "oldValues": object{"isActive": true}, "newValues": object{"isActive": false}}
	if got := a.list(path("User"))[len(people):]; !reflect.DeepEqual(got, []any{want}) {
		t.Errorf("got %v, want only %v", got, want)
	}
	a.want(200, "DELETE", "/v3/usergroups/"+newStarters, nil)
	a.want(200, "POST", "/v3/collections", object{"name": "x"})
	for entity, event := range map[string]string{"UserGroup": "delete", "Collection": "insert"} {
		if list := a.list(path(entity)); list[len(list)-1].(object)["event"] != event {
			t.Errorf("%s: %v", entity, list)
		}
	}
	if got := a.list("/admin/v1/auditlog?pageSize=5&page=3&entity=User"); len(got) != 3 {
		t.Errorf("the last page has %d entries, want 3", len(got))
	}
	for _, bad := range []string{"", "entity=Shoe&page=0&pageSize=1", "entity=User&page=0"} {
		a.want(http.StatusBadRequest, "GET", "/admin/v1/auditlog?"+bad, nil)
	}
}

package emulator

import (
	"archive/zip"
	"bytes"
	"net/http"
	"testing"
)

func TestWorkflowsUpAndDown(t *testing.T) {
	a := connect(t, Options{})
	id := a.want(200, "POST", "/v3/workflows", upload1).(string)
	if got := a.want(200, "GET", "/v3/workflows/"+id+"/package", nil); got != upload1["file"] {
		t.Errorf("downloaded %q", got)
	}
	if cols := a.get("/v3/collections/" + monthEnd)["workflowIds"].([]any); len(cols) != 2 {
		t.Errorf("the collection has %v", cols)
	}
	w := a.get("/v3/workflows/" + id)
	again := form{"sourceAppId": w["sourceAppId"].(string)}
	for k, v := range upload1 {
		again[k] = v
	}
	a.want(http.StatusBadRequest, "POST", "/v3/workflows", again)
	again["file"] = ""
	a.want(http.StatusBadRequest, "POST", "/v3/workflows/"+id+"/versions", again)
	again["file"], again["makePublished"] = "v2", "false"
	full := a.want(200, "POST", "/v3/workflows/"+id+"/versions", again).(object)
	versions := full["versions"].([]any)
	if len(versions) != 2 || full["publishedVersionId"] != versions[0].(object)["versionId"] {
		t.Errorf("got %v", full)
	}
	second := versions[1].(object)["versionId"].(string)
	if got := a.want(200, "GET", "/v3/workflows/"+id+"/package?versionId="+second, nil); got != "v2" {
		t.Errorf("downloaded %q", got)
	}
	a.want(http.StatusBadRequest, "GET", "/v3/workflows/"+id+"/package?versionId=x", nil)
	a.as(omar).want(http.StatusForbidden, "GET", "/v3/workflows/"+id+"/package", nil)

	data := a.do("GET", "/admin/v1/"+monthEndClose+"/package/", nil).Body.Bytes()
	if z, err := zip.NewReader(bytes.NewReader(data), int64(len(data))); err != nil || z.File[0].Name != "Month_End_Close.yxmd" {
		t.Errorf("a seeded package is no archive: %v", err)
	}
}

package emulator

import (
	"archive/zip"
	"bytes"
	"io"
	"mime/multipart"
	"strings"
	"testing"

	"runner/internal/vendors/stage/stagetest"
)

func TestConnections(t *testing.T) {
	a := connect(t, Options{})
	a.wantColumn("/v4/connections", "id", `[7001,7002,7003,7004,7005,7006,7007]`)
	a.wantColumn("/v4/connections?vendors=oracle&vendors=sftp&sort=-name", "id", `[7006,7004]`)
	a.wantColumn("/v4/connections?filter=spielwiese", "name", `["Ada's \"Spielwiese\""]`)
	ada := a.as(AdaLegacyToken)
	ada.wantColumn("/v4/connections", "id", `[7001,7005,7007]`) // paul is suspended
	ada.wantColumn("/v4/connections?sharedRole=owner", "id", `[7005]`)
	const body = `{"vendor":"postgres","vendorName":"PostgreSQL","type":"jdbc","credentialType":"basic","name":"Neu \"x\" / y","params":{"database":"d"},"host":"h","port":5432,"ssl":true,"credentials":[{"username":"u","password":"secret"}]}`
	a.want(
		exchange{"GET /v4/connections/count", "", 200, `{"count":7}`},
		exchange{"GET /v4/connections/count?vendors=oracle", "", 200, `{"count":1}`},
		exchange{"GET /v4/connections?sharedRole=x", "", 400, invalid},
		exchange{"GET /v4/connections/7001", "", 200, `{"id":7001,"uuid":"…","name":"Finance Warehouse","vendor":"snowflake","type":"jdbc","credentialType":"basic","hasCredentials":true,"credentials":[{"username":"svc_snowflake"}],"creator":{"id":51002}}`},
		exchange{"GET /v4/connections/7", "", 404, absent},
		exchange{"POST /v4/connections", body, 201, `{"id":900001,"name":"Neu \"x\" / y","port":5432,"params":{"database":"d"},"credentials":[{"username":"u"}],"creator":{"id":51001}}`},
		exchange{"POST /v4/connections", `{"name":"x"}`, 400, invalid},
		exchange{"POST /v4/connections", `{"vendor":"v","vendorName":"v","type":"odbc","credentialType":"basic","name":"x","params":{}}`, 400, invalid},
		exchange{"POST /v4/connections", `{"vendor":"v","vendorName":"v","type":"jdbc","credentialType":"magic","name":"x","params":{}}`, 400, invalid},
		exchange{"GET /v4/connections/7004/status", "", 200, `{"result":"FAILURE"}`},
		exchange{"PATCH /v4/connections/7004", `{"credentials":[{"username":"new","password":"newer"}]}`, 200, `{"credentials":[{"username":"new"}],"updater":{"id":51001},"creator":{"id":51008}}`},
		exchange{"GET /v4/connections/7004/status", "", 200, `{"result":"SUCCESS"}`},
		exchange{"PATCH /v4/connections/7001", `{"isGlobal":true}`, 200, `{"isGlobal":true}`},
		exchange{"PATCH /v4/connections/7001", `{"isGlobal":false}`, 400, invalid},
		exchange{"PATCH /v4/connections/7001", `{"name":""}`, 400, invalid},
		exchange{"PATCH /v4/connections/7001", `{"port":"443"}`, 400, invalid},
		exchange{"DELETE /v4/connections/7003", "", 204, "empty"},
		exchange{"DELETE /v4/connections/7003", "", 404, absent},
		exchange{"GET /v4/connections/7003", "", 404, absent},
	)
	ada.want(
		exchange{"PATCH /v4/connections/7001", `{"name":"x"}`, 403, denied},
		exchange{"DELETE /v4/connections/7001", "", 403, denied},
		exchange{"DELETE /v4/connections/7002", "", 404, absent},
		exchange{"POST /v4/connections", `{"vendor":"v","vendorName":"v","type":"jdbc","credentialType":"basic","name":"x","params":{},"isGlobal":true}`, 403, denied},
	)
	if got := a.Do("GET /v4/connections", ""); bytes.Contains([]byte(got.Body), []byte("password")) {
		t.Error("secrets are shown")
	}
	if !bytes.Contains(a.s.Dump(), []byte(`"newer"`)) {
		t.Error("new secrets are not kept")
	}
}

func TestConnectionShares(t *testing.T) {
	a := connect(t, Options{})
	const subjects = "GET /v4/connections/7003/permissions/sharedSubjects"
	a.want(
		exchange{subjects, "", 200, `{"data":[{"subjectId":51007,"subjectType":"person","policy":"connection_viewer","email":"zoe@example.com"}]}`},
		exchange{"POST /v4/connections/share", `{"connectionId":7003,"policy":"connection_editor","subjects":{"person":["51003"],"group":["6101"]}}`, 201, `{"data":[{"subjectId":51003},{"subjectId":6101,"name":"Finance Analysts"}]}`},
		exchange{"POST /v4/connections/share", `{"connectionId":7003,"policy":"connection_viewer","subjects":{"person":["51003"]}}`, 201, ""},
		exchange{subjects, "", 200, `{"data":[{"subjectId":6101,"subjectType":"group"},{"subjectId":51003,"policy":"connection_viewer"},{"subjectId":51007}]}`},
		exchange{"POST /v4/connections/share", `{"connectionId":7003,"policy":"connection_viewer","subjects":{"person":["51003"],"group":[]}}`, 400, invalid},
		exchange{"POST /v4/connections/share", `{"connectionId":7003,"policy":"connection_viewer","subjects":{}}`, 400, invalid},
		exchange{"POST /v4/connections/share", `{"connectionId":7003,"policy":"connection_viewer","subjects":{"person":[51003]}}`, 400, invalid},
		exchange{"POST /v4/connections/share", `{"connectionId":7003,"policy":"connection_viewer","subjects":{"robot":["51003"]}}`, 400, invalid},
		exchange{"POST /v4/connections/share", `{"connectionId":7003,"policy":"king","subjects":{"person":["51003"]}}`, 400, invalid},
		exchange{"POST /v4/connections/share", `{"connectionId":7003,"policy":"connection_viewer","subjects":{"person":["7"]}}`, 400, refused},
		exchange{"POST /v4/connections/share", `{"connectionId":7003,"policy":"connection_viewer","subjects":{"group":["7"]}}`, 400, refused},
		exchange{"POST /v4/connections/share", `{"connectionId":7,"policy":"connection_viewer","subjects":{"person":["51003"]}}`, 404, absent},
		exchange{"DELETE /v4/connections/share?connectionId=7003&subjectId=51003&subjectType=person", "", 204, "empty"},
		exchange{"DELETE /v4/connections/share?connectionId=7003&subjectId=51003&subjectType=person", "", 404, absent},
		exchange{"DELETE /v4/connections/share?connectionId=7003&subjectId=6101&subjectType=group", "", 204, "empty"},
		exchange{"DELETE /v4/connections/share?connectionId=7003&subjectId=6101", "", 400, invalid},
		exchange{"DELETE /v4/connections/share?connectionId=7003&subjectId=6101&subjectType=robot", "", 400, invalid},
		exchange{"POST /v4/connections/7003/permissions", `{"data":[{"personId":51004,"role":"readOnly"},{"email":"sean@example.com","role":"owner"}]}`, 201, `{"data":[{"role":"readOnly","person":{"id":51004},"connection":{"id":7003}},{"role":"owner","person":{"id":51010}}]}`},
		exchange{"POST /v4/connections/7003/permissions", `{"data":[{"personId":51004,"role":"collaborator"}]}`, 400, invalid},
		exchange{"POST /v4/connections/7003/permissions", `{"data":[{"personId":7,"role":"readOnly"}]}`, 400, refused},
		exchange{"POST /v4/connections/7003/permissions", `{"data":[]}`, 400, invalid},
		exchange{"GET /v4/connections/7003", "", 200, `{"creator":{"id":51006}}`},
	)
	a.as(AdaLegacyToken).want(
		exchange{"POST /v4/connections/share", `{"connectionId":7001,"policy":"connection_viewer","subjects":{"person":["51010"]}}`, 403, denied},
		exchange{"DELETE /v4/connections/share?connectionId=7001&subjectId=51003&subjectType=person", "", 403, denied})
}

func TestFlows(t *testing.T) {
	a := connect(t, Options{})
	if n := len(a.column("/v4/flows", "id")); n != 25 {
		t.Errorf("the first page has %d flows", n)
	}
	a.wantColumn("/v4/flows?offset=25", "id", `[]`)
	a.wantColumn("/v4/flows?sort=-id&limit=1", "id", `[9007199254740993]`)
	a.wantColumn("/v4/flows?folderId=312", "name", `["Legacy Ledger","Übergabe: Paul's export"]`)
	a.wantColumn("/v4/folders/311/flows?limit=2&offset=1", "id", `[3002,3004]`)
	ada := a.as(AdaLegacyToken)
	ada.wantColumn("/v4/flows", "id", `[3001,3002,3003,9007199254740993]`)
	ada.wantColumn("/v4/flows?flowsFilter=owned", "id", `[3001,3002,3003]`)
	ada.wantColumn("/v4/flows?flowsFilter=shared", "id", `[9007199254740993]`)
	ada.wantColumn("/v4/flowsLibrary?flowsFilter=forTransfer", "id", `[3001,3002,3003]`)
	a.want(
		exchange{"GET /v4/flows/count", "", 200, `{"count":25}`},
		exchange{"GET /v4/flowsLibrary/count?flowsFilter=forTransfer", "", 200, `{"count":25}`},
		exchange{"GET /v4/flows?flowsFilter=forTransfer", "", 400, invalid},
		exchange{"GET /v4/flows/9007199254740993", "", 200, `{"id":9007199254740993,"name":"Customer Dedup"}`},
		exchange{"GET /v4/flows/3001?fields=id;name", "", 200, `{"id":3001,"name":"Month End Close"}`},
		exchange{"GET /v4/flows/7", "", 404, absent},
		exchange{"GET /v4/flows/x", "", 404, absent},
		exchange{"POST /v4/flows", `{"name":"New / \"flow\"","folderId":311}`, 201, `{"id":900001,"folder":{"id":311},"creator":{"id":51001}}`},
		exchange{"POST /v4/flows", `{"folderId":7}`, 400, refused},
		exchange{"PATCH /v4/flows/3001", `{"name":"Renamed","folderId":null,"settings":{"x":1}}`, 200, `{"id":3001,"updater":{"id":51001},"updatedAt":"2026-06-01T08:00:00.000Z"}`},
		exchange{"GET /v4/flows/3001", "", 200, `{"name":"Renamed","folder":null,"creator":{"id":51003}}`},
		exchange{"PATCH /v4/flows/3001", `{"name":7}`, 400, invalid},
		exchange{"POST /v4/flows/3001/copy", `{"copyDatasources":true}`, 201, `{"name":"Copy of Renamed","creator":{"id":51001}}`},
		exchange{"POST /v4/flows/3001/copy", ``, 201, ""},
		exchange{"POST /v4/flows/3001/copy", `{"name":"Mine"}`, 201, `{"name":"Mine"}`},
		exchange{"DELETE /v4/flows/3001", "", 204, "empty"},
		exchange{"DELETE /v4/flows/3001", "", 404, absent},
	)
	ada.want(
		exchange{"PATCH /v4/flows/9007199254740993", `{"name":"x"}`, 403, denied}, // read only
		exchange{"DELETE /v4/flows/9007199254740993", "", 403, denied},
		exchange{"DELETE /v4/flows/3003", "", 204, ""})
}

func TestGone(t *testing.T) {
	a := connect(t, Options{Gone: true})
	for _, path := range []string{"/v4/flows/3001", "/v4/connections/7001", "/v4/folders/311", "/v4/environmentParameters/601"} {
		a.want(
			exchange{"DELETE " + path, "", 204, ""},
			exchange{"GET " + path, "", 410, `{"exception":{"name":"GoneException"}}`},
			exchange{"DELETE " + path, "", 410, ""})
	}
	a.want(exchange{"GET /v4/flows/7", "", 404, absent})
}

func TestFlowShares(t *testing.T) {
	a := connect(t, Options{})
	a.want(
		exchange{"GET /v4/flows/3003/permissions", "", 403, denied}, // with a legacy token
		exchange{"POST /v4/flows/3003/permissions", `{"data":[{"personId":51004,"role":"collaborator","policy":"flow_editor"},{"email":"nia@example.com","role":"readOnly"}]}`, 201, `{"data":[{"role":"collaborator","person":{"id":51004},"flow":{"id":3003}},{"role":"readOnly","person":{"id":51009,"email":"nia@example.com"}}]}`},
		exchange{"POST /v4/flows/3003/permissions", `{"data":[{"personId":51004,"role":"owner"}]}`, 400, invalid},
		exchange{"POST /v4/flows/3003/permissions", `{"data":[{"role":"readOnly"}]}`, 400, invalid},
		exchange{"POST /v4/flows/3003/permissions", `{"data":[{"email":"nobody@example.com","role":"readOnly"}]}`, 400, refused},
		exchange{"POST /v4/flows/3003/permissions", `{}`, 400, invalid},
	)
	b, _ := a.signIn(RefreshToken)
	b.want(exchange{"GET /v4/flows/3003/permissions", "", 200, `{"data":[{"role":"owner","person":{"id":51003}},{"role":"collaborator"},{"role":"readOnly"}]}`})
}

func TestFolders(t *testing.T) {
	a := connect(t, Options{})
	a.wantColumn("/v4/folders", "name", `["Finance","Paul's \"Ablage\" / alt"]`)
	a.want(
		exchange{"GET /v4/folders/count", "", 200, `{"count":2}`},
		exchange{"GET /v4/folders/312", "", 200, `{"id":312,"creator":{"id":51008}}`},
		exchange{"POST /v4/folders", `{"name":"Neu","description":"d"}`, 201, `{"id":900001,"name":"Neu","description":"d"}`},
		exchange{"PATCH /v4/folders/900001", `{"name":"Neuer"}`, 200, `{"id":900001,"updater":{"id":51001}}`},
		exchange{"PATCH /v4/folders/900001", `{"name":1}`, 400, invalid},
		exchange{"DELETE /v4/folders/312", "", 204, "empty"},
		exchange{"GET /v4/folders/312", "", 404, absent},
		exchange{"GET /v4/folders/312/flows", "", 404, absent},
		exchange{"GET /v4/flows/3006", "", 200, `{"folder":null}`},
	)
	a.as(AdaLegacyToken).want(
		exchange{"PATCH /v4/folders/311", `{"name":"x"}`, 403, denied},
		exchange{"DELETE /v4/folders/311", "", 403, denied})
}

func TestPlans(t *testing.T) {
	a := connect(t, Options{})
	for _, at := range []string{"/v4", "/plans/v1"} {
		a.wantColumn(at+"/plans", "id", `[2001,2002,2003,2004,2005,2006,2007]`)
	}
	ada := a.as(AdaLegacyToken)
	ada.wantColumn("/v4/plans", "id", `[2001,2002]`)
	ada.wantColumn("/v4/plans?ownershipFilter=owned", "id", `[2001]`)
	ada.wantColumn("/v4/plans?ownershipFilter=shared", "id", `[2002]`)
	a.want(
		exchange{"GET /v4/plans/count", "", 200, `{"count":7}`},
		exchange{"GET /v4/plans?ownershipFilter=x", "", 400, invalid},
		exchange{"GET /v4/plans/2001/full?includeCreatorInfo=true&includeAssociatedPeople=true", "", 200, `{"id":2001,"name":"Month End","notificationsEnabled":true,"creator":{"email":"ada@example.com"},"planNodes":{"data":[{"id":21001,"name":"Close","flow":{"id":3001}},{"id":21002}]},"latestPlanSnapshotRun":{"id":55001,"status":"Complete"},"planSnapshotRunCount":1,"associatedPeople":{"data":[{"id":51002},{"id":51004}]}}`},
		exchange{"GET /plans/v1/plans/7/full", "", 404, absent},
		exchange{"POST /v4/plans", `{"name":"Neu / \"x\"","description":"d"}`, 201, `{"id":900001,"name":"Neu / \"x\"","planNodes":{"data":[]}}`},
		exchange{"POST /plans/v1/plans", `{"name":"Copy","originalPlanId":2001}`, 201, `{"originalPlanId":2001,"planNodes":{"data":[{"flow":{"id":3001}},{"flow":{"id":3002}}]}}`},
		exchange{"POST /v4/plans", `{"name":"Copy","originalPlanId":7}`, 400, refused},
		exchange{"POST /v4/plans", `{}`, 400, invalid},
		exchange{"PATCH /v4/plans/2001", `{"name":"Renamed","notificationsEnabled":false}`, 200, `{"name":"Renamed","notificationsEnabled":false,"updater":{"id":51001}}`},
		exchange{"PATCH /plans/v1/plans/2001", `{"name":""}`, 400, invalid},
		exchange{"GET /v4/plans/2001/runParameters", "", 200, `{"planNodeParameters":[{"planNodeId":21001},{"planNodeId":21002}]}`},
		exchange{"GET /v4/plans/2003/schedules", "", 200, `{"data":[{"id":1004,"enabled":true,"createdBy":51008}]}`},
		exchange{"DELETE /v4/plans/2003", "", 204, "empty"},
		exchange{"DELETE /plans/v1/plans/2003", "", 404, absent},
		exchange{"POST /v4/schedules/1004/disable", "", 404, absent}, // it went with the plan
	)
	ada.want(
		exchange{"PATCH /v4/plans/2002", `{"name":"x"}`, 403, denied},
		exchange{"DELETE /v4/plans/2002", "", 403, denied},
		exchange{"GET /v4/plans/2004/full", "", 404, absent})
}

func TestPlanShares(t *testing.T) {
	a := connect(t, Options{})
	const at = "/v4/plans/2001/permissions"
	a.want(
		exchange{"GET " + at, "", 200, `{"data":[{"id":51002,"email":"grace@example.com"},{"id":51004,"policy":"plan_editor"}]}`},
		exchange{"POST " + at, `{"data":[{"personId":51010,"role":"readOnly","policy":"plan_viewer"},{"email":"grace@example.com","role":"collaborator","policy":"plan_editor"}]}`, 201, `{"data":[{"personId":51010,"isPermissionChange":false},{"person":{"id":51002},"isPermissionChange":true,"policy":"plan_editor"}]}`},
		exchange{"POST " + at, `{"data":[{"personId":51010,"role":"readOnly"}]}`, 400, invalid},
		exchange{"POST " + at, `{"data":[{"personId":51010,"role":"readOnly","policy":"flow_viewer"}]}`, 400, invalid},
		exchange{"POST " + at, `{"data":[{"personId":7,"role":"readOnly","policy":"plan_viewer"}]}`, 400, refused},
		exchange{"DELETE " + at + "/51010", "", 204, "empty"},
		exchange{"DELETE " + at + "/51010", "", 404, absent},
		exchange{"DELETE /plans/v1/plans/2001/permissions/x", "", 404, absent},
	)
}

func TestWorkflows(t *testing.T) {
	a := connect(t, Options{})
	const at = "/svc-workflow/api"
	one := at + "/v1/workflows/" + ChurnWorkflow
	a.wantColumn("/v4/workflows", "name", `["Churn / scoring","Export für Prüfer","Ledger preview"]`)
	a.wantColumn(at+"/v1/assets?limit=1", "name", `["Churn / scoring"]`)
	a.wantColumn(at+"/v1/workflows?name[like]=export&type[eq]=CLOUD", "id", `["`+ExportWorkflow+`"]`)
	a.want(
		exchange{"GET " + one, "", 200, `{"id":"` + ChurnWorkflow + `"}`},
		exchange{"GET " + at + "/v1/workflows/x", "", 404, `{"kind":"NotFoundError","message":"…","errors":[],"params":{}}`},
		exchange{"POST " + one + "/run?executionEngine=amp", "", 200, `{"jobId":900002,"jobStatus":"Created","jobgroupId":900001}`},
		exchange{"GET /v4/jobGroups/900001/status", "", 200, `"Created"`},
		exchange{"POST " + at + "/v1/jobs/900002/cancel", "", 404, `{"kind":"NotFoundError","message":"WFS Jobs is not enabled"}`},
	)
	share := "POST " + at + "/v2/workflows/" + ChurnWorkflow + "/share"
	a.want(
		exchange{share, `{"includeDependencies":true,"privileges":["read","update"],"sendEmail":false,"toPersonIds":["51004"],"toGroupIds":["6101"]}`, 200, ""},
		exchange{"GET " + one + "?includeAssociatedSubjects=true", "", 200, `{"associatedSubjects":[{"subjectId":6101},{"subjectId":51003},{"subjectId":51004,"privileges":["read","update"]}]}`},
		exchange{share, `{"includeDependencies":true,"privileges":["read"],"sendEmail":false,"toPersonIds":[51004]}`, 400, `{"kind":"SchemaValidationError","errors":["toPersonIds must be an array of strings that are ids"]}`},
		exchange{share, `{"includeDependencies":true,"privileges":["read"],"sendEmail":false,"toPersonIds":["51004"],"additionalInfoMsg":null}`, 400, `{"kind":"SchemaValidationError"}`},
		exchange{share, `{"includeDependencies":true,"privileges":["fly"],"sendEmail":false}`, 400, `{"kind":"SchemaValidationError"}`},
		exchange{share, `{"privileges":["read"]}`, 400, `{"kind":"SchemaValidationError"}`},
		exchange{share, `{"includeDependencies":true,"privileges":["read"],"sendEmail":false,"toPersonIds":["7"]}`, 400, `{"kind":"BadRequestError"}`},
		exchange{"DELETE " + at + "/v2/workflows/" + ExportWorkflow, "", 200, `{}`},
		exchange{"DELETE " + at + "/v2/workflows/" + ExportWorkflow, "", 404, `{"kind":"NotFoundError"}`},
	)
	a.as(AdaLegacyToken).want(exchange{"DELETE " + at + "/v2/workflows/" + ChurnWorkflow, "", 403, `{"kind":"ForbiddenError"}`})
	a.as("x").want(exchange{"GET " + one, "", 401, `{"kind":"UnauthorizedError"}`})
}

func TestParameters(t *testing.T) {
	a := connect(t, Options{})
	a.wantColumn("/v4/environmentParameters?includeUsageInfo=true", "overrideKey", `["load date","bucket \"Zürich\""]`)
	a.want(
		exchange{"GET /v4/environmentParameters/601", "", 200, `{"id":601,"value":{"type":"string"}}`},
		exchange{"POST /v4/environmentParameters", `{"overrideKey":"new","value":{"x":9007199254740993}}`, 201, `{"id":900001,"value":{"x":9007199254740993}}`},
		exchange{"POST /v4/environmentParameters", `{"overrideKey":"new","value":{}}`, 400, refused},
		exchange{"POST /v4/environmentParameters", `{"overrideKey":"other"}`, 400, invalid},
		exchange{"DELETE /v4/environmentParameters/900001", "", 204, "empty"},
		exchange{"DELETE /v4/environmentParameters/900001", "", 404, absent},
	)
	pack := a.Do("GET /v4/environmentParameters/package", "")
	a.want(exchange{"DELETE /v4/environmentParameters/601", "", 204, ""})
	a.want(
		exchange{"POST /v4/environmentParameters/package", string(pack.Body), 201, ""},
		exchange{"POST /v4/environmentParameters/package", `{"x":1}`, 400, invalid},
	)
	a.wantColumn("/v4/environmentParameters", "overrideKey", `["bucket \"Zürich\"","load date"]`)
	if hidden := a.Do("GET /v4/environmentParameters/package?hideSecrets=true", ""); strings.Contains(hidden.Body, "zuerich") {
		t.Error("values are shown")
	}
}

// upload sends a file as a form.
func (a *api) upload(request, data string) stagetest.Answer {
	a.T.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	_ = form.WriteField("environmentParameterMapping", "[]")
	w, _ := form.CreateFormFile("File", "package.zip")
	_, _ = io.WriteString(w, data)
	_ = form.Close()
	return a.with("Content-Type", form.FormDataContentType()).Do(request, body.String())
}

// unpack is what is in the only file of a zip.
func unpack(t *testing.T, data string) []byte {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader([]byte(data)), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	r, err := z.File[0].Open()
	if err != nil {
		t.Fatal(err)
	}
	out, _ := io.ReadAll(r)
	return out
}

func TestPackages(t *testing.T) {
	a := connect(t, Options{})
	flow := a.Do("GET /v4/flows/3001/package?comment=x", "")
	if flow.Header.Get("Content-Type") != "application/zip" || !bytes.Contains(unpack(t, flow.Body), []byte("Month End checks")) {
		t.Errorf("%d %q", flow.Status, flow.Body)
	}
	a.want(
		exchange{"GET /v4/flows/3001/package/dryRun", "", 200, `{}`},
		exchange{"GET /v4/flows/7/package", "", 404, absent},
		exchange{"POST /v4/flows/package", `{}`, 415, ""},
	)
	for _, tt := range []struct {
		request, data string
		status        int
		want          string
	}{
		{"POST /v4/flows/package/dryRun", flow.Body, 200, `{"flows":[{"name":"Month End Close"}]}`},
		{"POST /v4/flows/package?folderId=311&overrideJsUdfs=true", flow.Body, 201, `{"flows":[{"id":900001,"name":"Month End Close","folder":{"id":311},"creator":{"id":51001}}],"primaryFlowIds":[900001]}`},
		{"POST /v4/flows/package?folderId=7", flow.Body, 400, refused},
		{"POST /v4/flows/package", "no zip", 400, refused},
		{"POST /v4/plans/package", flow.Body, 400, refused},
		{"POST /v4/plans/package", a.Do("GET /v4/plans/2001/package", "").Body, 201, `{"planPackage":{"name":"Month End","planNodes":{"data":[{"name":"Month End Close"},{"name":"Ledger / Reconciliation"}]}},"taskCount":2,"flowPackages":[{},{}]}`},
		{"POST /plans/v1/plans/package", a.Do("GET /plans/v1/plans/2006/package", "").Body, 201, `{"taskCount":0}`},
	} {
		got := a.upload(tt.request, tt.data)
		if got.Status != tt.status || !stagetest.Matches(stagetest.Parse(t, got.Body), stagetest.Parse(t, tt.want)) {
			t.Errorf("%s: %d %s", tt.request, got.Status, got.Body)
		}
	}
	if n := len(a.column("/v4/flows?limit=100", "id")); n != 28 {
		t.Errorf("%d flows", n)
	}
}

func TestDocuments(t *testing.T) {
	a := connect(t, Options{})
	spec := a.Get("/v4/open-api-spec")
	if o := spec["paths"].(object)["/v4/flows/{id}"].(object); o["get"] == nil || o["patch"] == nil || spec["openapi"] == nil {
		t.Errorf("%v", o)
	}
	a.want(exchange{"GET /billing/v1/my/billing-accounts/current", "", 200, `{"data":{"name":"Example GmbH","workspaces":[{"id":4242},{"id":4243}]}}`})
	if got := a.Do("GET /billing/v1/usage/export", ""); got.Status != 200 || !bytes.HasPrefix([]byte(got.Body), []byte("workspace,")) {
		t.Errorf("%d %s", got.Status, got.Body)
	}
}

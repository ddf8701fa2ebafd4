package emulator

import "net/http"

// An exercise is one successful request of an operation of the vendor's swagger. The path is that of the swagger with its
// parameters filled in.
type exercise struct {
	params  map[string]string // of the path
	query   string
	body    any
	status  int          // 200 if 0
	prepare func(a *api) // what must be so first
	as      string       // the user; the API user if empty
}

var (
	fullUser = object{
		"firstName": "Ada", "lastName": "Winter", "email": "ada@example.com", "role": "Artisan", "defaultWorkerTag": "",
		"canScheduleJobs": true, "canPrioritizeJobs": false, "canAssignJobs": false, "canCreateCollections": true,
		"isApiEnabled": true, "defaultCredentialId": "", "isAccountLocked": false, "isActive": true, "isValidated": true,
		"timeZone": "UTC", "language": "de-de",
	}
	daily630     = object{"iterationType": "Daily", "startTime": "2026-06-02T06:30:00Z", "dailyContract": object{"runOnlyWorkWeek": true}}
	fullSchedule = object{
		"workflowId": cashForecast, "ownerId": lin, "iteration": daily630, "name": "Forecast", "comment": "", "priority": "Low",
		"workerTag": "", "enabled": true, "credentialId": "", "questions": []object{{"name": "a", "value": "b"}},
	}
	fullWorkflow = object{
		"name": "Close", "versionId": partOf(monthEndClose, 1), "makePublished": true, "ownerId": lin, "workerTag": "",
		"districtTags": []string{"x"}, "comments": "", "isPublic": false, "isReadyForMigration": true,
		"othersMayDownload": true, "othersCanExecute": true, "executionMode": "Safe", "workflowCredentialType": "Specific",
		"credentialId": financeCredential,
	}
	upload1 = form{
		"file": "PK not really", "name": "Uploaded", "ownerId": lin, "isPublic": "false", "isReadyForMigration": "false",
		"othersMayDownload": "true", "othersCanExecute": "true", "executionMode": "Safe", "workflowCredentialType": "Default",
		"collectionIds": `["` + monthEnd + `"]`, "makePublished": "true",
	}
	newDCM = object{
		"name": "New", "schemaName": "mssql", "parameters": object{},
		"dataSource": object{"object": object{"name": "host", "schemaName": "mssql", "host": nil, "parameters": object{}}},
		"credentials": object{"login": object{"object": object{"name": "key", "schemaName": "password", "userName": "u",
			"parameters": object{}, "secrets": object{"password": object{
				"value": object{"text": "s"}, "expiresOn": "2027-01-01T00:00:00Z", "parameters": object{}}}}}},
	}
	allowed = object{"collectionsPermissions": object{"canAddAssets": true}, "expirationDate": "2030-01-01T00:00:00Z"}

	inCol   = map[string]string{"collectionId": monthEnd}
	inUser  = map[string]string{"userId": ada}
	inGrp   = map[string]string{"userGroupId": financeAnalysts}
	inCred  = map[string]string{"credentialId": auditCredential}
	inSched = map[string]string{"scheduleId": revenueDaily}
	inJob   = map[string]string{"jobId": doneJob}
	inFlow  = map[string]string{"workflowId": monthEndClose}
	inSub   = map[string]string{"subscriptionId": financeStudio}
	inConn  = map[string]string{"dataConnectionId": financeWarehouse}
	inDCM1  = map[string]string{"id": ledgerDCM, "Id": ledgerDCM, "connectionId": workflowSideID(ledgerDCM)}
	inRule  = map[string]string{"id": "7b0c9a10-3c15-4320-8e1a-510000000001"}
	inADGrp = map[string]string{"userGroupId": financeAnalysts, "adGroupSid": dataTeamSID}
)

const dataTeamSID = "S-1-5-21-1004336348-1177238915-682003330-2001"

// more adds parameters to those of a path.
func more(params map[string]string, name, value string) map[string]string {
	out := map[string]string{name: value}
	for k, v := range params {
		out[k] = v
	}
	return out
}

// exercises has at least one entry for every operation of the swagger.
var exercises = map[string][]exercise{
	"GET /v3/users":                                      {{query: "view=Full"}, {query: "view=Full&email=ada%40example.com&active=true"}},
	"POST /v3/users":                                     {{body: object{"firstName": "Jo", "lastName": "Doe", "email": "jo@example.com"}, status: 201}},
	"GET /v3/users/{userId}":                             {{params: inUser}},
	"PUT /v3/users/{userId}":                             {{params: inUser, body: fullUser}},
	"DELETE /v3/users/{userId}":                          {{params: map[string]string{"userId": victor}}},
	"GET /v3/users/{userId}/assets":                      {{params: inUser}, {params: inUser, query: "assetType=Schedules"}},
	"PUT /v3/users/{userId}/assetTransfer":               {{params: inUser, body: transferAll(lin)}},
	"POST /v3/users/{userId}/deactivate":                 {{params: inUser}},
	"POST /v3/users/{userId}/passwordReset":              {{params: inUser}},
	"GET /v3/usergroups":                                 {{}},
	"POST /v3/usergroups":                                {{body: object{"name": "Auditors", "role": "Viewer"}, status: 201}},
	"GET /v3/usergroups/{userGroupId}":                   {{params: inGrp}},
	"PUT /v3/usergroups/{userGroupId}":                   {{params: inGrp, body: object{"name": "Analysts", "role": "Artisan"}}},
	"DELETE /v3/usergroups/{userGroupId}":                {{params: inGrp, query: "forceDelete=true"}},
	"POST /v3/usergroups/{userGroupId}/users":            {{params: inGrp, body: []string{sean, "nobody"}}},
	"DELETE /v3/usergroups/{userGroupId}/users/{userId}": {{params: more(inGrp, "userId", ada)}},

	"GET /v3/collections":                                            {{}, {query: "view=Full"}},
	"POST /v3/collections":                                           {{body: object{"name": "New"}}},
	"GET /v3/collections/{collectionId}":                             {{params: inCol}},
	"PUT /v3/collections/{collectionId}":                             {{params: inCol, body: object{"name": "Renamed", "ownerId": lin}}},
	"DELETE /v3/collections/{collectionId}":                          {{params: inCol, query: "forceDelete=true"}},
	"POST /v3/collections/{collectionId}/users":                      {{params: inCol, body: with(allowed, object{"userId": lin})}},
	"POST /v3/collections/{collectionId}/userGroups":                 {{params: inCol, body: with(allowed, object{"userGroupId": dataStewards})}},
	"POST /v3/collections/{collectionId}/workflows":                  {{params: inCol, body: object{"workflowId": cashForecast}}},
	"POST /v3/collections/{collectionId}/schedules":                  {{params: inCol, body: object{"scheduleId": revenueDaily}}},
	"DELETE /v3/collections/{collectionId}/workflows/{workflowId}":   {{params: more(inCol, "workflowId", monthEndClose)}},
	"DELETE /v3/collections/{collectionId}/schedules/{scheduleId}":   {{params: more(inCol, "scheduleId", monthEndMonthly)}},
	"DELETE /v3/collections/{collectionId}/userGroups/{userGroupId}": {{params: more(inCol, "userGroupId", financeViewers)}},
	"DELETE /v3/collections/{collectionId}/users/{userId}": {{
		params: map[string]string{"collectionId": reports, "userId": ada}}},
	"PUT /v3/collections/{collectionId}/users/{userId}/permissions": {{
		params: map[string]string{"collectionId": reports, "userId": ada}, body: allowed}},
	"PUT /v3/collections/{collectionId}/userGroups/{userGroupId}/permissions": {{
		params: more(inCol, "userGroupId", financeViewers), body: allowed}},

	"GET /v3/credentials":                                            {{}, {query: "view=Full&userId=" + ada}, {as: ada}},
	"POST /v3/credentials":                                           {{body: object{"username": `EXAMPLE\svc-new`, "password": "p"}}},
	"GET /v3/credentials/{credentialId}":                             {{params: inCred}},
	"PUT /v3/credentials/{credentialId}":                             {{params: inCred, body: object{"newPassword": "p2"}}},
	"DELETE /v3/credentials/{credentialId}":                          {{params: inCred, query: "force=true"}},
	"POST /v3/credentials/{credentialId}/users":                      {{params: inCred, body: object{"userId": lin}}},
	"POST /v3/credentials/{credentialId}/userGroups":                 {{params: inCred, body: object{"userGroupId": dataStewards}}},
	"DELETE /v3/credentials/{credentialId}/users/{userId}":           {{params: more(inCred, "userId", ada)}},
	"DELETE /v3/credentials/{credentialId}/userGroups/{userGroupId}": {{params: map[string]string{"credentialId": financeCredential, "userGroupId": financeAnalysts}}},

	"GET /v3/schedules": {{}, {query: "view=Full"}, {query: "runsAfter=2026-06-01T00:00:00Z&runsBefore=2026-06-08T00:00:00Z"}, {as: ada}},
	"POST /v3/schedules": {{status: 201, body: object{"workflowId": boardPack, "iteration": daily630}}, {status: 201,
		body: object{"workflowId": boardPack, "iteration": object{"iterationType": "Cron", "startTime": "2026-06-02T06:30:00Z",
			"cronContract": object{"cronExpression": "*/5 8-17 * * 1-5"}}}}},
	"GET /v3/schedules/{scheduleId}":    {{params: inSched}},
	"PUT /v3/schedules/{scheduleId}":    {{params: inSched, body: fullSchedule}},
	"PATCH /v3/schedules/{scheduleId}":  {{params: inSched, body: object{"enabled": false}}},
	"DELETE /v3/schedules/{scheduleId}": {{params: inSched}},

	"GET /v3/jobs":                  {{}, {query: "allUsers=true&statuses=Queued,Running"}, {query: "allUsers=true&limit=3&offset=3&sortField=Priority&direction=asc"}},
	"GET /v3/jobs/{jobId}":          {{params: inJob, query: "includeMessages=true"}},
	"DELETE /v3/jobs/{jobId}":       {{params: map[string]string{"jobId": runningJob}}},
	"GET /v3/jobs/{jobId}/messages": {{params: inJob}},

	"GET /v3/workflows":                        {{}, {query: "view=Full&ownerId=" + ada}, {as: ada}},
	"POST /v3/workflows":                       {{body: upload1}},
	"GET /v3/workflows/{workflowId}":           {{params: inFlow}},
	"PUT /v3/workflows/{workflowId}":           {{params: inFlow, body: fullWorkflow}},
	"DELETE /v3/workflows/{workflowId}":        {{params: inFlow, query: "force=true"}},
	"GET /v3/workflows/{workflowId}/package":   {{params: inFlow}},
	"GET /v3/workflows/{workflowId}/questions": {{params: inFlow}},
	"GET /v3/workflows/{workflowId}/jobs":      {{params: inFlow, query: "status=Complete&resultCode=Success&limit=5"}},
	"POST /v3/workflows/{workflowId}/jobs":     {{params: inFlow, body: object{"priority": "High", "questions": []object{{"name": "Entity", "value": "FR"}}}}},
	"PUT /v3/workflows/{workflowId}/transfer":  {{params: inFlow, body: object{"ownerId": omar, "transferSchedules": true}}},
	"POST /v3/workflows/{workflowId}/versions": {{params: inFlow, body: upload1}},

	"GET /v3/subscriptions":                        {{}, {query: "userCountGreaterThanEquals=1&name=Finance%20Studio"}},
	"POST /v3/subscriptions":                       {{body: object{"name": "Lab"}, status: 201}},
	"GET /v3/subscriptions/{subscriptionId}":       {{params: inSub}},
	"PUT /v3/subscriptions/{subscriptionId}":       {{params: inSub, body: object{"name": "Fin", "credentialId": "", "canShareSchedules": false}}},
	"PUT /v3/subscriptions/{subscriptionId}/users": {{params: inSub, body: object{"userIds": []string{omar}}}},
	"DELETE /v3/subscriptions": {{query: "subscriptionId=6f0000000000000000000001", prepare: func(a *api) {
		a.want(http.StatusCreated, "POST", "/v3/subscriptions", object{"name": "Lab"})
	}}},

	"GET /v3/serverDataConnections":                                      {{}, {query: "view=Full"}},
	"GET /v3/serverDataConnections/{dataConnectionId}":                   {{params: inConn}},
	"PUT /v3/serverDataConnections/{dataConnectionId}":                   {{params: inConn, body: object{"name": "Renamed"}}},
	"DELETE /v3/serverDataConnections/{dataConnectionId}":                {{params: inConn}},
	"POST /v3/serverDataConnections/{dataConnectionId}/users":            {{params: inConn, body: object{"userId": lin}}},
	"POST /v3/serverDataConnections/{dataConnectionId}/userGroups":       {{params: inConn, body: object{"userGroupId": dataStewards}}},
	"DELETE /v3/serverDataConnections/{dataConnectionId}/users/{userId}": {{params: more(inConn, "userId", ada)}},
	"DELETE /v3/serverDataConnections/{dataConnectionId}/userGroups/{userGroupId}": {{
		params: map[string]string{"dataConnectionId": customerLake, "userGroupId": dataStewards}}},

	"GET /v3/dcm/connections/{Id}":    {{params: inDCM1, as: ada}, {params: inDCM1, as: lin}},
	"DELETE /v3/dcm/connections/{Id}": {{params: inDCM1, as: ada}},
	"GET /v3/dcm/connections/lookup":  {{query: "connectionId=" + workflowSideID(ledgerDCM), as: ada}},
	"POST /v3/dcm/connections": {{body: newDCM, status: 201, as: ada},
		{body: with(newDCM, object{"id": ledgerDCM}), as: ada}},
	"PUT /v3/dcm/connections/{id}/sharing/execution": {{params: inDCM1, as: ada,
		body: object{"userIds": []string{lin}, "userGroupIds": []string{financeAnalysts}}}},
	"DELETE /v3/dcm/connections/{id}/sharing/execution": {{params: inDCM1, as: ada}},
	"PUT /v3/dcm/connections/{id}/sharing/collaboration": {{params: inDCM1, as: ada, body: object{
		"sharedCredentials": []string{"7b0c9a10-3c15-4319-8e1a-510000000001"}, "userIds": []string{lin}, "userGroupIds": []string{}}}},

	"GET /v3/dcm/admin/connections":                               {{}, {query: "visibleBy=" + lin}, {query: "connectionId=" + workflowSideID(opsDCM)}},
	"POST /v3/dcm/admin/connections":                              {{body: with(newDCM, object{"ownerId": lin}), status: 201}, {body: with(newDCM, object{"ownerId": lin, "id": ledgerDCM})}},
	"GET /v3/dcm/admin/connections/{id}":                          {{params: inDCM1}},
	"DELETE /v3/dcm/admin/connections/{id}":                       {{params: inDCM1}},
	"DELETE /v3/dcm/admin/connections/{id}/sharing/execution":     {{params: inDCM1}},
	"DELETE /v3/dcm/admin/connections/{id}/sharing/collaboration": {{params: inDCM1}},
	"GET /v3/dcm/admin/connectionhandlingrules":                   {{}},
	"POST /v3/dcm/admin/connectionhandlingrules":                  {{body: object{"sourceConnectionId": "a"}, status: 201}, {body: with(object{"sourceConnectionId": "a"}, object{"id": inRule["id"]})}},
	"GET /v3/dcm/admin/connectionhandlingrules/{id}":              {{params: inRule}},
	"DELETE /v3/dcm/admin/connectionhandlingrules/{id}":           {{params: inRule}},
	"GET /v3/DCMEConnections/{connectionId}":                      {{params: inDCM1}},

	"GET /v3/usage":  {{}},
	"POST /v3/usage": {{body: form{"file": "01KSVYBA000000000000000002"}}},
}

// windowsExercises are those that only work with Windows authentication.
var windowsExercises = map[string][]exercise{
	"POST /v3/usergroups/{userGroupId}/activedirectorygroups": {{params: inGrp, body: `"` + dataTeamSID + `"`}},
	"DELETE /v3/usergroups/{userGroupId}/activedirectorygroups/{adGroupSid}": {{params: inADGrp, prepare: func(a *api) {
		a.want(http.StatusOK, "POST", "/v3/usergroups/"+financeAnalysts+"/activedirectorygroups", `"`+dataTeamSID+`"`)
	}}},
	"GET /v3/usergroups/{userGroupId}": {{params: inGrp, prepare: func(a *api) {
		a.want(http.StatusOK, "POST", "/v3/usergroups/"+financeAnalysts+"/activedirectorygroups", `"`+dataTeamSID+`"`)
	}}},
	"GET /v3/collections/{collectionId}": {{params: map[string]string{"collectionId": reports}}},
}

func transferAll(to string) object {
	return object{"ownerId": to, "transferWorkflows": true, "transferSchedules": true, "transferCollections": true}
}

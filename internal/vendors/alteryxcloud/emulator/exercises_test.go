package emulator

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"runner/internal/vendors/stage/stagetest"
)

const newConnection = `{"vendor":"v","vendorName":"v","type":"jdbc","credentialType":"basic","name":"x","params":{"a":"b"},"host":"h","port":1,"ssl":true,"credentials":[{"username":"u","password":"p"}]}`

const newSchedule = `{"name":"x","triggers":[{"timeBased":{"weekly":{"hourOfDay":5,"minuteOfHour":30,"daysOfWeek":["MONDAY"]},"timezone":"UTC"}}],"tasks":[{"runPlan":{"planId":2001}}]}`

// exercises has one good request for every route: the path below the service, and the body. Those that need a file or
// another token are elsewhere.
var exercises = map[string][2]string{
	"GET /oAuth2ApiTokens/{sid}":                              {"/oAuth2ApiTokens/" + RunnerSID + "?tokenType=Workspace"},
	"GET /auth":                                               {"/auth"},
	"GET /apiAccessTokens":                                    {"/apiAccessTokens?limit=1&offset=0&includeCount=true"},
	"POST /apiAccessTokens":                                   {"/apiAccessTokens", `{"lifetimeSeconds":60,"description":"d"}`},
	"GET /apiAccessTokens/{tokenId}":                          {"/apiAccessTokens/8e000000-0000-4000-8000-000000000001"},
	"DELETE /apiAccessTokens/{tokenId}":                       {"/apiAccessTokens/8e000000-0000-4000-8000-000000000001"},
	"GET /workspaces":                                         {"/workspaces?accountId=1&fields=id"},
	"POST /workspaces":                                        {"/workspaces", `{"name":"n","tier":"pro","state":"active","custom_url":"u","max_user_number":3,"emrConfigId":1}`},
	"GET /workspaces/current":                                 {"/workspaces/current"},
	"GET /workspaces/{workspace}":                             {"/workspaces/4242"},
	"GET /workspaces/{workspace}/configuration":               {"/workspaces/4242/configuration?key=a"},
	"PATCH /workspaces/{workspace}/configuration":             {"/workspaces/4242/configuration", `{"configuration":[{"key":"webapp.session.durationInMins","value":1}]}`},
	"POST /workspaces/{workspace}/delete-configuration":       {"/workspaces/4242/delete-configuration", `{"settings":["x"]}`},
	"GET /workspaces/{workspace}/configuration-schema":        {"/workspaces/4242/configuration-schema"},
	"GET /workspaces/{workspace}/people":                      {"/workspaces/4242/people?status=new&roles=1&excludingRoles=2&limit=2&sort=name&filter=a&filterFields=name&filterType=exact"},
	"GET /workspaces/{workspace}/admins":                      {"/workspaces/4242/admins?includeStatus=new"},
	"GET /people":                                             {"/people?email=a&state=active&isDisabled=false&includePrivileges=true&noLimit=true&peopleIds=1&includeStatus=true"},
	"GET /people/current":                                     {"/people/current?includePrivileges=true&fields=id&embed=x"},
	"GET /people/{id}":                                        {"/people/51003?uuid=1&workspaceId=4242"},
	"POST /workspaces/{workspace}/people":                     {"/workspaces/4242/people", `{"email":"x@example.com","skipEmailInvitations":["a"]}`},
	"POST /workspaces/{workspace}/people/batch":               {"/workspaces/4242/people/batch", `{"emails":["x@example.com"],"roles":[8102]}`},
	"PATCH /workspaces/{workspace}/people/batch":              {"/workspaces/4242/people/batch", `{"personIds":[51017]}`},
	"GET /workspaces/{workspace}/invitationLink":              {"/workspaces/4242/invitationLink?personId=51017"},
	"POST /accounts/peopleworkspaces":                         {"/accounts/peopleworkspaces?workspaceId=4243&accountId=" + AccountID, `{"emails":["ada@example.com"],"skipInviterEmail":true}`},
	"PUT /workspaces/{workspace}/people/{personId}/suspended": {"/workspaces/4242/people/51003/suspended", `{"suspended":true}`},
	"POST /workspaces/{workspace}/people/suspend":             {"/workspaces/4242/people/suspend", `{"personIds":[51003]}`},
	"POST /workspaces/{workspace}/people/unsuspend":           {"/workspaces/4242/people/unsuspend", `{"personIds":[51008]}`},
	"PATCH /workspaces/{workspace}/people/{id}":               {"/workspaces/4242/people/51003", `{"name":"n","email":"n@example.com","isDisabled":true,"state":"hidden","outputHomeDir":"/a","uploadDir":"/b","validateExportCompliance":true,"authorizationRoles":[{"policyId":8102}]}`},
	"PUT /workspaces/{workspace}/people/{id}":                 {"/workspaces/4242/people/51003", `{"outputHomeDir":"/a","uploadDir":"/b","authorizationRoles":[{"policyId":8102}]}`},
	"DELETE /workspaces/{workspace}/people/{personId}":        {"/workspaces/4242/people/51003"},
	"PATCH /workspaces/{workspace}/transfer":                  {"/workspaces/4242/transfer", `{"fromPersonId":51008,"toPersonId":51003,"assets":{"flows":[3006],"plans":"all"}}`},
	"GET /authorization/roles":                                {"/authorization/roles?limit=2&offset=1&workspaceId=4242"},
	"GET /authorization/roles/{id}":                           {"/authorization/roles/8101"},
	"PUT /authorization/roles/{id}/people":                    {"/authorization/roles/8103/people", `[51003]`},
	"DELETE /authorization/roles/{id}/people/{subject}":       {"/authorization/roles/8102/people/51003"},
	"GET /groups":                                             {"/groups?name=a&limit=1&offset=0&includeFullUsers=true"},
	"GET /workspaces/{workspace}/groups":                      {"/workspaces/4242/groups?name=a"},
	"POST /workspaces/{workspace}/groups":                     {"/workspaces/4242/groups", `{"name":"n","members":["51003"],"roles":[8102],"scimEnabled":true,"externalId":"x"}`},
	"PUT /workspaces/{workspace}/groups/{groupId}":            {"/workspaces/4242/groups/6101", `{"name":"n"}`},
	"PUT /workspaces/{workspace}/groups/{groupId}/roles":      {"/workspaces/4242/groups/6101/roles", `{"roleIds":[8102]}`},
	"POST /workspaces/{workspace}/groups/{groupId}/users":     {"/workspaces/4242/groups/6101/users?userIds=51003"},
	"DELETE /workspaces/{workspace}/groups/{groupId}/users":   {"/workspaces/4242/groups/6101/users?userIds=51003"},
	"DELETE /workspaces/{workspace}/groups/{groupId}":         {"/workspaces/4242/groups/6101"},
	"GET /connections":                                        {"/connections?sharedRole=owner&vendors=x&operations=y&limit=1"},
	"GET /connections/count":                                  {"/connections/count"},
	"POST /connections":                                       {"/connections", newConnection},
	"GET /connections/{id}":                                   {"/connections/7001?fields=id&embed=x&includeDeleted=true"},
	"PATCH /connections/{id}":                                 {"/connections/7001", newConnection},
	"GET /connections/{id}/status":                            {"/connections/7001/status"},
	"DELETE /connections/{id}":                                {"/connections/7001"},
	"GET /connections/{id}/permissions/sharedSubjects":        {"/connections/7001/permissions/sharedSubjects"},
	"POST /connections/{id}/permissions":                      {"/connections/7001/permissions", `{"data":[{"personId":51004,"role":"readOnly","policy":"p"}]}`},
	"POST /connections/share":                                 {"/connections/share", `{"connectionId":7001,"policy":"connection_viewer","subjects":{"person":["51004"],"group":["6101"]}}`},
	"DELETE /connections/share":                               {"/connections/share?connectionId=7001&subjectId=51003&subjectType=person"},
	"GET /flows":                                              {"/flows?folderId=311&flowsFilter=all&limit=1&sort=-name"},
	"GET /flows/count":                                        {"/flows/count?filter=a"},
	"GET /flowsLibrary":                                       {"/flowsLibrary?flowsFilter=forTransfer"},
	"GET /flowsLibrary/count":                                 {"/flowsLibrary/count?flowsFilter=forTransfer"},
	"POST /flows":                                             {"/flows", `{"name":"n","description":"d","settings":{"a":1},"folderId":311,"incrementName":true}`},
	"GET /flows/{id}":                                         {"/flows/9007199254740993"},
	"PATCH /flows/{id}":                                       {"/flows/3001", `{"name":"n","description":"d","settings":{"a":1},"folderId":311}`},
	"POST /flows/{id}/copy":                                   {"/flows/3001/copy", `{"name":"n","description":"d","copyDatasources":true}`},
	"DELETE /flows/{id}":                                      {"/flows/3001"},
	"POST /flows/{id}/permissions":                            {"/flows/3001/permissions", `{"data":[{"email":"nia@example.com","role":"readOnly","policy":"p"}]}`},
	"GET /folders":                                            {"/folders"},
	"GET /folders/count":                                      {"/folders/count"},
	"POST /folders":                                           {"/folders", `{"name":"n","description":"d"}`},
	"GET /folders/{id}":                                       {"/folders/311"},
	"PATCH /folders/{id}":                                     {"/folders/311", `{"name":"n","description":"d"}`},
	"DELETE /folders/{id}":                                    {"/folders/311"},
	"GET /folders/{id}/flows":                                 {"/folders/311/flows?flowsFilter=owned"},
	"POST /flows/{id}/run":                                    {"/flows/3001/run?runAsync=true", `{"wrangledDatasetIds":[40001],"execution":"amp","runParameters":{"a":1},"overrides":{"a":1},"ignoreRecipeErrors":true}`},
	"GET /plans":                                              {"/plans?includeAssociatedPeople=true&ownershipFilter=all"},
	"GET /plans/count":                                        {"/plans/count?ownershipFilter=all"},
	"GET /plans/{id}/full":                                    {"/plans/2001/full?includeAssociatedPeople=true&includeCreatorInfo=true"},
	"POST /plans":                                             {"/plans", `{"name":"n","description":"d","originalPlanId":2001}`},
	"PATCH /plans/{id}":                                       {"/plans/2001", `{"name":"n","description":"d","notificationsEnabled":true}`},
	"DELETE /plans/{id}":                                      {"/plans/2001"},
	"GET /plans/{id}/runParameters":                           {"/plans/2001/runParameters"},
	"GET /plans/{id}/permissions":                             {"/plans/2001/permissions"},
	"POST /plans/{id}/permissions":                            {"/plans/2001/permissions", `{"data":[{"personId":51009,"role":"readOnly","policy":"plan_viewer"}]}`},
	"DELETE /plans/{id}/permissions/{subjectId}":              {"/plans/2001/permissions/51004"},
	"GET /plans/{id}/schedules":                               {"/plans/2001/schedules"},
	"POST /plans/{id}/run":                                    {"/plans/2001/run", `{"planNodeOverrides":[{"a":1}]}`},
	"GET /planSnapshotRuns":                                   {"/planSnapshotRuns?status=Failed&ranfrom=ui&runBy=all&dateFilter[createdAt][gte]=1"},
	"GET /planSnapshotRuns/count":                             {"/planSnapshotRuns/count"},
	"GET /planSnapshotRuns/{id}":                              {"/planSnapshotRuns/55001?includeFlowCreatorInfo=true"},
	"POST /planSnapshotRuns/{id}/cancel":                      {"/planSnapshotRuns/55005/cancel", `{}`},
	"GET /planSnapshotRuns/{id}/schedule":                     {"/planSnapshotRuns/55001/schedule"},
	"GET /schedules":                                          {"/schedules?taskTypeFilter=runPlan&assetId=1&limit=2"},
	"GET /schedules/count":                                    {"/schedules/count"},
	"POST /schedules":                                         {"/schedules", newSchedule},
	"GET /schedules/{id}":                                     {"/schedules/1001"},
	"PUT /schedules/{id}":                                     {"/schedules/1001", newSchedule},
	"POST /schedules/{id}/enable":                             {"/schedules/1002/enable"},
	"POST /schedules/{id}/disable":                            {"/schedules/1001/disable"},
	"POST /schedules/transferOwnership":                       {"/schedules/transferOwnership", `{"scheduleIds":[1004],"toUserId":51003,"toWorkspaceId":4242}`},
	"DELETE /schedules/{id}":                                  {"/schedules/1001"},
	"POST /jobGroups":                                         {"/jobGroups", `{"wrangledDataset":{"id":40001},"overrides":{"profiler":true},"runParameters":{"a":1},"testMode":false,"ignoreRecipeErrors":true,"forceCacheUpdate":true,"ranfrom":"api"}`},
	"GET /jobGroups":                                          {"/jobGroups"},
	"GET /jobGroups/{id}":                                     {"/jobGroups/88001?embed=jobs&fields=id"},
	"GET /jobGroups/{id}/status":                              {"/jobGroups/88001/status"},
	"POST /jobGroups/{id}/cancel":                             {"/jobGroups/88001/cancel", `{}`},
	"GET /jobGroups/{id}/jobs":                                {"/jobGroups/88001/jobs"},
	"GET /jobGroups/{id}/inputs":                              {"/jobGroups/88001/inputs"},
	"GET /jobGroups/{id}/outputs":                             {"/jobGroups/88001/outputs"},
	"GET /jobGroups/{id}/publications":                        {"/jobGroups/88001/publications"},
	"GET /jobGroups/{id}/profile":                             {"/jobGroups/88001/profile"},
	"GET /jobGroups/{id}/profileResults":                      {"/jobGroups/88001/profileResults"},
	"GET /jobGroups/{id}/pdfResults":                          {"/jobGroups/88001/pdfResults"},
	"GET /jobs/{id}/status":                                   {"/jobs/99001/status"},
	"GET /jobLibrary":                                         {"/jobLibrary?status=Failed&ranfrom=ui&ranfor=recipe&type=x&runBy=all&dateFilter[createdAt][gte]=1"},
	"GET /jobLibrary/count":                                   {"/jobLibrary/count"},
	"GET /workflows":                                          {"/workflows?limit=1"},
	"GET /v1/workflows":                                       {"/v1/workflows?limit=1&offset=0&sort=name&name[like]=a&type[eq]=CLOUD&includeAssociatedSubjects=true"},
	"GET /v1/assets":                                          {"/v1/assets"},
	"GET /v1/workflows/{id}":                                  {"/v1/workflows/" + ChurnWorkflow},
	"POST /v1/workflows/{id}/run":                             {"/v1/workflows/" + ChurnWorkflow + "/run?compilerVersion=1&executionEngine=amp"},
	"POST /v2/workflows/{id}/share":                           {"/v2/workflows/" + ChurnWorkflow + "/share", `{"includeDependencies":true,"privileges":["read"],"sendEmail":false,"toPersonIds":["51004"],"toGroupIds":["6101"],"additionalInfoMsg":"x"}`},
	"DELETE /v2/workflows/{id}":                               {"/v2/workflows/" + ChurnWorkflow},
	"GET /flows/{id}/package":                                 {"/flows/3001/package?comment=x"},
	"GET /flows/{id}/package/dryRun":                          {"/flows/3001/package/dryRun"},
	"GET /plans/{id}/package":                                 {"/plans/2001/package?comment=x"},
	"GET /environmentParameters":                              {"/environmentParameters?includeUsageInfo=true"},
	"POST /environmentParameters":                             {"/environmentParameters", `{"overrideKey":"k","value":{"a":1}}`},
	"GET /environmentParameters/{id}":                         {"/environmentParameters/601"},
	"DELETE /environmentParameters/{id}":                      {"/environmentParameters/601"},
	"GET /environmentParameters/package":                      {"/environmentParameters/package?hideSecrets=true"},
	"GET /open-api-spec":                                      {"/open-api-spec"},
	"GET /my/billing-accounts/current":                        {"/my/billing-accounts/current"},
	"GET /usage/export":                                       {"/usage/export"},
}

// elsewhere are the routes that are tested by themselves.
var elsewhere = []string{"POST /token", "GET /people/count", "GET /authorization/roles/{id}/people", "PUT /flows/{id}",
	"GET /flows/{id}/permissions", "GET /flowRuns/{id}", "GET /flowRuns/{id}/status", "GET /flowRuns/{id}/jobGroups",
	"POST /v1/jobs/{id}/cancel", "POST /flows/package", "POST /flows/package/dryRun", "POST /plans/package",
	"POST /environmentParameters/package"}

// goodRequests are the exercises at every service that has them.
func goodRequests(visit func(request, body string)) (left []string) {
	for _, rt := range allRoutes() {
		e, ok := exercises[rt.on]
		if !ok {
			left = append(left, rt.on)
			continue
		}
		method, _, _ := strings.Cut(rt.on, " ")
		for _, s := range services {
			if rt.in&s.service != 0 {
				visit(method+" "+s.path+e[0], e[1])
			}
		}
	}
	return left
}

func TestEveryRoute(t *testing.T) {
	left := goodRequests(func(request, body string) {
		a := connect(t, Options{})
		if got := a.Do(request, body); got.Status >= 300 {
			t.Errorf("%s: %d %s", request, got.Status, got.Body)
		}
		for what, b := range map[string]*api{"no token": a.as(""), "a wrong token": a.as("x")} {
			if got := b.Do(request, body); got.Status != 401 {
				t.Errorf("%s with %s: %d %s", request, what, got.Status, got.Body)
			}
		}
	})
	for _, on := range left {
		if !slices.Contains(elsewhere, on) {
			t.Errorf("%s is not exercised", on)
		}
	}
}

// Nothing but a GET is a mutation, and no GET changes anything.
func TestReadsChangeNothing(t *testing.T) {
	a := connect(t, Options{})
	before := string(a.s.Dump())
	goodRequests(func(request, _ string) {
		if strings.HasPrefix(request, "GET") {
			a.Do(request, "")
		}
	})
	if string(a.s.Dump()) != before || len(a.s.Mutations()) != 0 {
		t.Errorf("%d mutations", len(a.s.Mutations()))
	}
}

// Two emulators that are given the same requests end alike, in every answer and in the dump.
func TestDeterminism(t *testing.T) {
	var runs [2]string
	for i := range runs {
		a := connect(t, Options{})
		b, _ := a.with("Host", "us1.alteryxcloud.com").signIn(RefreshToken)
		b.URL = a.URL
		goodRequests(func(request, body string) {
			if strings.Contains(request, "apiAccessTokens/") {
				return // it would be the last
			}
			got := a.Do(request, body)
			runs[i] += fmt.Sprintln(request, got.Status, strings.ReplaceAll(got.Body, a.URL, "URL"), got.Header.Get("x-trifacta-request-id"))
		})
		runs[i] += b.Token + string(a.s.Dump())
	}
	if runs[0] != runs[1] {
		t.Error("the same requests end differently")
	}
}

// TestGarbage replaces every part of every good body and query, one after the other, by what does not belong there.
// Whatever the answer is, it must not be the emulator's fault, and a refusal must not change anything.
func TestGarbage(t *testing.T) {
	garbage := []string{`null`, `""`, `"x"`, `-1`, `0`, `1e300`, `0.5`, `true`, `[]`, `[null]`, `{}`, `{"a":null}`, `[{"a":{}}]`,
		`[[]]`, `99999999999999999999`, `"\u0000"`}
	s := New(Options{Now: (&stagetest.Clock{T: ago(0)}).Now})
	before := string(s.Dump())
	try := func(request, body string) {
		method, path, _ := strings.Cut(request, " ")
		r, err := http.NewRequest(method, path, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Authorization", "Bearer "+LegacyToken)
		r.Header.Set("Content-Type", "application/json")
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		switch {
		case w.Code >= 500:
			t.Errorf("%s with %s: %d %s", request, body, w.Code, w.Body)
		case w.Code < 400 && method != "GET": // one server takes request after request as long as all are refused
			s = New(s.opts)
		}
	}
	unchanged := func(by string) {
		if string(s.Dump()) != before {
			t.Errorf("%s: something that was refused changed the state", by)
			s = New(s.opts)
		}
	}
	goodRequests(func(request, body string) {
		if strings.Contains(request, "apiAccessTokens/") {
			return
		}
		for _, g := range garbage {
			try(request, g)
			if body != "" {
				stagetest.Everywhere(stagetest.Parse(t, body), stagetest.Parse(t, g), func(changed any) { try(request, encode(changed)) })
			}
		}
		path, query, _ := strings.Cut(request, "?")
		for _, g := range []string{"-1", "", "%00", "99999999999999999999", "true", "[", "x;y", "1e9"} {
			for part := range strings.SplitSeq(query, "&") {
				name, _, _ := strings.Cut(part, "=")
				try(path+"?"+name+"="+g, body)
			}
			method, p, _ := strings.Cut(path, " ")
			segments := strings.Split(p, "/")
			for i := range segments[1:] {
				changed := slices.Clone(segments)
				changed[i+1] = strings.ReplaceAll(g, "[", "%5B")
				try(method+" "+strings.Join(changed, "/")+"?"+query, body)
			}
		}
		unchanged(request)
	})
}

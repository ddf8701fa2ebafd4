package emulator

import (
	"strings"
	"testing"
	"time"
)

func TestFolders(t *testing.T) {
	a := connect(t, Options{})
	a.want(
		exchange{"GET /folders?per_page=1", "", 200, `[{"id":1101,"name":"Finance","parent_id":1000,"is_project":true,"project_id":601,"created_at":"…","updated_at":"…"}]`},
		exchange{"GET /folders?parent_id=1112", "", 200, `[{"id":1113,"name":"2026/Q1","is_project":false,"project_id":601}]`},
		exchange{"GET /folders?parent_id=77", "", 404, ""},
		exchange{"GET /folders?parent_id=x", "", 400, ""},
		exchange{"GET /folders?parent_id=1101&with_nested_folders=true", "", 200, `[{"id":1111},{"id":1112},{"id":1113}]`},
		exchange{"GET /folders/1111", "", 200, `{"id":1111,"name":"Month End","parent_id":1101}`},
		exchange{"GET /folders/1000", "", 404, ""},
		exchange{"POST /folders", `{"name":"Team \"A\"/ß"}`, 200, `{"id":900001,"name":"Team \"A\"/ß","parent_id":1000,"is_project":true,"project_id":900002}`},
		exchange{"POST /folders", `{"name":"Team \"A\"/ß"}`, 400, `{"errors":{"name":["has already been taken"]}}`},
		exchange{"POST /folders", `{"name":"Sub","parent_id":"900001"}`, 200, `{"id":900003,"is_project":false,"project_id":900002,"parent_id":900001}`},
		exchange{"POST /folders", `{"name":"Sub","parent_id":77}`, 400, ""},
		exchange{"POST /folders", `{}`, 400, ""},
		exchange{"PUT /folders/900003", `{"name":"Sub 2","parent_id":1111}`, 200, `{"name":"Sub 2","parent_id":1111,"project_id":601}`},
		exchange{"PUT /folders/1111", `{"parent_id":900003}`, 400, ""},
		exchange{"PUT /folders/1101", `{"parent_id":1102}`, 400, ""},
		exchange{"PUT /folders/1111", `{"parent_id":1000}`, 400, ""},
		exchange{"PUT /folders/1111", `{"name":""}`, 400, ""},
		exchange{"DELETE /folders/900003", "", 200, `{"success":true}`},
		exchange{"DELETE /folders/900003", "", 404, ""},
		exchange{"DELETE /folders/900001", "", 400, `{"message":"…"}`},
		exchange{"DELETE /folders/1112", "", 400, `{"message":"Cannot destroy folder: it contains recipes"}`},
		exchange{"DELETE /folders/1112?force=true", "", 400, `{"message":"Cannot destroy folder: it contains running recipes"}`},
		exchange{"PUT /recipes/8110/stop", "", 200, ""},
		exchange{"DELETE /folders/1112?force=true", "", 200, `{"success":true}`},
		exchange{"GET /recipes/8110", "", 404, ""},
		exchange{"GET /folders/1113", "", 404, ""})
}

func TestFullPage(t *testing.T) {
	a := connect(t, Options{})
	for request, want := range map[string]int{
		"/folders?parent_id=1104":                     100,
		"/folders?parent_id=1104&page=2":              0,
		"/folders?parent_id=1104&per_page=500":        100,
		"/folders?parent_id=1104&per_page=99":         99,
		"/folders?parent_id=1104&per_page=99&page=2":  1,
		"/folders?parent_id=1104&per_page=0&page=-3":  100,
		"/folders?parent_id=1104&page=99999999999999": 0,
		"/folders?parent_id=1104&page=9999999":        0,
	} {
		if got := len(a.List(request)); got != want {
			t.Errorf("%s: %d rows, want %d", request, got, want)
		}
	}
	connect(t, Options{StrictPages: true}).want(
		exchange{"GET /folders?per_page=101", "", 400, ""},
		exchange{"GET /user_groups?page[size]=101", "", 400, ""},
		exchange{"GET /folders?per_page=100", "", 200, ""})
}

func TestProjects(t *testing.T) {
	a := connect(t, Options{})
	a.want(
		exchange{"GET /projects?per_page=2&page=2", "", 200, `[{"id":603,"name":"Platform","description":"Customer data","folder_id":1103},{"id":604}]`},
		exchange{"PUT /projects/605", `{"name":"Sandbox","description":"d"}`, 200, `{"id":605,"name":"Sandbox","description":"d","folder_id":1105}`},
		exchange{"GET /folders/1105", "", 200, `{"name":"Sandbox"}`},
		exchange{"PUT /folders/1105", `{"name":"Zoë"}`, 200, ""},
		exchange{"GET /projects?per_page=1&page=5", "", 200, `[{"name":"Zoë"}]`},
		exchange{"PUT /projects/605", `{"name":"Finance"}`, 400, ""},
		exchange{"PUT /projects/1105", `{"name":"x"}`, 404, ""},
		exchange{"DELETE /projects/601", "", 403, `{"message":"Cannot destroy folder"}`},
		exchange{"DELETE /projects/605", "", 200, `{"success":true}`},
		exchange{"DELETE /projects/605", "", 404, ""},
		exchange{"GET /folders/1105", "", 404, ""},
		exchange{"PUT /recipes/9007199254740993/stop", "", 200, ""},
		exchange{"DELETE /projects/604", "", 200, ""},
		exchange{"GET /project_grants/pg-Sd000006-aaAAaa", "", 404, ""},
		exchange{"GET /members/7008/project_grants", "", 200, `{"data":[]}`})
}

func TestConnections(t *testing.T) {
	a := connect(t, Options{})
	a.want(
		exchange{"GET /connections?folder_id=1101", "", 200, `[{"id":4101,"application":"snowflake","name":"Ledger Snowflake","description":null,
			"authorized_at":"2026-04-02T08:00:00.000Z","authorization_status":"success","authorization_error":null,
			"created_at":"…","updated_at":"…","external_id":null,"folder_id":1101,"connection_lost_at":null,
			"connection_lost_reason":null,"parent_id":null},{"id":4102},
			{"id":4103,"authorization_status":"failed","authorization_error":"…","connection_lost_at":"2026-05-23T08:00:00.000Z","connection_lost_reason":"…"}]`},
		exchange{"GET /connections?provider=netsuite&includes[]=tags", "", 200, `[{"id":4106,"authorization_status":null,"tags":[]}]`},
		exchange{"GET /connections?parent_id=4102", "", 200, `[]`},
		exchange{"GET /connections?parent_id=4102&include_runtime_connections=true", "", 200, `[{"id":4108,"external_id":"hana@example.com","parent_id":4102}]`},
		exchange{"GET /connections?external_id=crm-1", "", 200, `[{"id":4105}]`},
		exchange{"GET /connections?updated_after=2026-05-01T00:00:00Z", "", 200, `[]`},
		exchange{"GET /connections?updated_after=yesterday", "", 400, ""},
		exchange{"POST /connections", `{"name":"Shell","provider":"jira","folder_id":1101,"shell_connection":true,"input":{"host":"x"}}`, 200,
			`{"id":900001,"application":"jira","authorization_status":null,"folder_id":1101}`},
		exchange{"POST /connections", `{"name":"Real","provider":"jira","parent_id":900001,"input":{"token":"s"}}`, 200,
			`{"id":900002,"authorization_status":"success","authorized_at":"2026-06-01T08:00:00.000Z","folder_id":1000,"parent_id":900001}`},
		exchange{"POST /connections", `{"name":"x"}`, 400, ""},
		exchange{"POST /connections", `{"name":"x","provider":"slack","parent_id":900001}`, 400, ""},
		exchange{"POST /connections", `{"name":"x","provider":"slack","folder_id":77}`, 400, ""},
		exchange{"POST /connections", `{"name":"x","provider":"slack","input":"secret"}`, 400, ""},
		exchange{"PUT /connections/900001", `{"name":"Shell 2","input":{"token":"s"}}`, 200, `{"name":"Shell 2","authorization_status":"success"}`},
		exchange{"PUT /connections/900001", `{"provider":"slack"}`, 400, ""},
		exchange{"GET /connections/900001", "", 404, ""},
		exchange{"POST /connections/900001/pick_list", `{"pick_list_name":"projects"}`, 200, `{"data":[["First entry","first"],["Second entry","second"]]}`},
		exchange{"POST /connections/900001/pick_list", `{}`, 400, ""},
		exchange{"POST /connections/4106/pick_list", `{"pick_list_name":"x"}`, 400, ""},
		exchange{"POST /connections/runtime_user_connections", `{"parent_id":4102,"folder_id":1101,"external_id":"ben"}`, 200, `{"data":{"id":900003,"url":"…"}}`},
		exchange{"POST /connections/runtime_user_connections", `{"parent_id":4102,"folder_id":1101,"external_id":"ben"}`, 200, `{"data":{"id":900003}}`},
		exchange{"POST /connections/runtime_user_connections", `{"parent_id":77,"external_id":"ben"}`, 400, ""},
		exchange{"GET /connections/runtime_user_connections/900003/get_oauth_url", "", 200, `{"data":{"url":"…"}}`},
		exchange{"GET /connections/runtime_user_connections/4101/get_oauth_url", "", 404, ""})
}

func TestDisconnect(t *testing.T) {
	a := connect(t, Options{})
	a.want(
		exchange{"POST /connections/4104/disconnect", "", 400, `{"message":"…"}`},
		exchange{"DELETE /connections/4104", "", 400, ""},
		exchange{"GET /recipes/8106", "", 200, `{"running":true}`},
		exchange{"POST /connections/4104/disconnect", `{"force":true}`, 200, `{"success":true,"status":"disconnected"}`},
		exchange{"POST /connections/4104/disconnect", "", 200, `{"success":true}`},
		exchange{"GET /recipes/8106", "", 200, `{"running":false}`},
		exchange{"GET /recipes/9007199254740993", "", 200, `{"running":false}`},
		exchange{"PUT /recipes/8106/start", "", 200, `{"success":false,"code_errors":[],"config_errors":[[0,[["account_id",4104,"…",{"key":"sqlserver"}]]]]}`},
		exchange{"DELETE /connections/4104", "", 200, `{"success":true}`},
		exchange{"DELETE /connections/4104", "", 404, ""},
		exchange{"DELETE /connections/4102", "", 400, ""},
		exchange{"POST /connections/4102/disconnect?force=true", "", 200, `{"success":true}`},
		exchange{"POST /connections/4102/disconnect", `{"force":"yes"}`, 400, ""})
}

func TestListRecipes(t *testing.T) {
	a := connect(t, Options{})
	for query, want := range map[string]string{
		"per_page=3":                                        "9007199254740993 8110 8109",
		"per_page=3&page=4":                                 "8102 8101",
		"since_id=8103":                                     "8102 8101",
		"since_id=9007199254740993&per_page=1":              "8110",
		"folder_id=1111":                                    "8103 8102",
		"running=false":                                     "8109 8107 8105 8103",
		"active=true&folder_id=1102":                        "8106",
		"stop_cause=trigger_errors_limit":                   "8103",
		"adapter_names_all=slack,snowflake":                 "8101",
		"adapter_names_any=netsuite,gmail":                  "8109 8103",
		"stopped_after=2026-05-01T00:00:00Z&folder_id=1102": "8107",
		"updated_after=2026-05-01T00:00:00Z":                "",
		"order=activity&folder_id=1102":                     "8106 8107",
	} {
		var got []string
		for _, r := range a.Get("/recipes?" + query)["items"].([]any) {
			got = append(got, r.(object)["id"].(interface{ String() string }).String())
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s: %v, want %s", query, got, want)
		}
	}
	a.want(exchange{"GET /recipes?folder_id=x", "", 400, ""}, exchange{"GET /recipes?since_id=x", "", 400, ""})
	if got := a.Do("GET /recipes?exclude_code=true&per_page=1", ""); strings.Contains(got.Body, `"code":`) {
		t.Errorf("the code is shown: %s", got.Body)
	}
}

func TestRecipe(t *testing.T) {
	connect(t, Options{}).want(exchange{"GET /recipes/8101?includes[]=tags", "", 200, `{"id":8101,"user_id":7003,"name":"Revenue reconciliation",
		"description":"","folder_id":1101,"running":true,"trigger_application":"snowflake","action_applications":["snowflake","slack"],
		"applications":["snowflake","slack"],"config":[{"keyword":"application","name":"snowflake","provider":"snowflake",
		"skip_validation":false,"account_id":4101},{"account_id":4107}],"code":"…","version_no":2,"version_author_name":"Ada Winter",
		"version_author_email":"ada@example.com","version_comment":"Ada: rounds to cents","author_name":"Ada Winter",
		"job_succeeded_count":122,"job_failed_count":4,"lifetime_task_count":840,"last_run_at":"…","stopped_at":null,
		"stop_cause":null,"webhook_url":null,"copy_count":0,"parameters":{},"parameters_schema":[],"created_at":"…","updated_at":"…","tags":["tag-Sd000001-aaAAaa"]}`})
}

const code = `"{\"keyword\":\"trigger\",\"provider\":\"clock\",\"name\":\"tick\",\"block\":[{\"number\":1,\"keyword\":\"action\",\"provider\":\"slack\",\"name\":\"post\"}]}"`

func TestWriteRecipes(t *testing.T) {
	a := connect(t, Options{})
	a.want(
		exchange{"POST /recipes", `{"recipe":{"name":"New","code":` + code + `,"folder_id":"1102"}}`, 200, `{"success":true,"id":900001}`},
		exchange{"GET /recipes/900001", "", 200, `{"running":false,"version_no":1,"trigger_application":"clock","folder_id":1102,
			"config":[{"provider":"clock","account_id":null},{"provider":"slack","account_id":null}]}`},
		exchange{"POST /recipes", `{"name":"Flat","code":` + code + `}`, 200, `{"success":true}`},
		exchange{"POST /recipes", `{"name":"x"}`, 400, `{"errors":{"code":["can't be blank"]}}`},
		exchange{"POST /recipes", `{"name":"x","code":{}}`, 400, ""},
		exchange{"POST /recipes", `{"name":"x","code":"{}","folder_id":1102}`, 400, `{"errors":{"folder_id":["must be a String"]}}`},
		exchange{"POST /recipes", `{"name":"x","code":"{}","folder_id":"77"}`, 400, ""},
		exchange{"POST /recipes", `{"name":"x","code":"{}","config":"{"}`, 400, ""},
		exchange{"POST /recipes", `{"code":"{}","name":"` + strings.Repeat("ß", 256) + `"}`, 400, ""},
		exchange{"PUT /recipes/900001", `{"recipe":{"name":"Newer","folder_id":"1101"}}`, 200, `{"success":true}`},
		exchange{"GET /recipes/900001", "", 200, `{"name":"Newer","folder_id":1101,"version_no":1}`},
		exchange{"PUT /recipes/900001", `{"folder_id":1102}`, 400, ""},
		exchange{"PUT /recipes/900001", `{"code":"{}"}`, 200, ""},
		exchange{"GET /recipes/900001/versions?per_page=1", "", 200, `{"data":[{"version_no":2,"author_email":"api-runner@example.com","comment":null}]}`},
		exchange{"POST /recipes/8101/copy", `{"folder_id":"1102"}`, 200, `{"success":true,"new_flow_id":900006}`},
		exchange{"GET /recipes/900006", "", 200, `{"name":"Copy of Revenue reconciliation","running":false,"folder_id":1102}`},
		exchange{"GET /recipes/8101", "", 200, `{"copy_count":1}`},
		exchange{"POST /recipes/8101/copy", `{"folder_id":1102}`, 400, ""},
		exchange{"POST /recipes/8101/copy", ``, 200, ""},
		exchange{"DELETE /recipes/900001", "", 200, `{"success":true}`},
		exchange{"DELETE /recipes/900001", "", 404, ""},
		exchange{"PUT /recipes/8101", `{"name":"x"}`, 200, `{"success":false,"errors":{"running":["can't modify running recipe"]}}`},
		exchange{"DELETE /recipes/8101", "", 200, `{"success":false,"errors":{"running":["Can't change the recipe state: invalid state running"]}}`},
		exchange{"GET /recipes/8101", "", 200, `{"name":"Revenue reconciliation"}`})
}

func TestStartAndStop(t *testing.T) {
	a := connect(t, Options{})
	a.want(
		exchange{"PUT /recipes/8101/start", "", 200, `{"success":true}`},
		exchange{"PUT /recipes/8101/stop", "", 200, `{"success":true}`},
		exchange{"GET /recipes/8101", "", 200, `{"running":false,"stopped_at":"2026-06-01T00:00:00.000-08:00"}`},
		exchange{"PUT /recipes/8101/stop", "", 200, `{"success":true}`},
		exchange{"PUT /recipes/8101/start", "", 200, `{"success":true}`},
		exchange{"GET /recipes/8101", "", 200, `{"running":true,"stopped_at":null}`},
		exchange{"PUT /recipes/8103/start", "", 200, `{"success":false,"code_errors":[],"config_errors":[[0,[["account_id",4103,"…",{"key":"gmail"}]]]]}`},
		exchange{"PUT /recipes/8105/start", "", 200, `{"success":false,"code_errors":[[1,[["Action",null,"Action can't be blank","name"]]]],"config_errors":[]}`},
		exchange{"GET /recipes/8105", "", 200, `{"running":false}`},
		exchange{"PUT /recipes/77/start", "", 404, ""},
		exchange{"PUT /recipes/8101/connect", `{"adapter_name":"snowflake","connection_id":4101}`, 400, `{"message":"…"}`},
		exchange{"PUT /recipes/8103/connect", `{"adapter_name":"gmail","connection_id":"4101"}`, 400, ""},
		exchange{"PUT /recipes/8103/connect", `{"adapter_name":"gmail","connection_id":77}`, 404, ""},
		exchange{"PUT /recipes/8103/connect", `{"adapter_name":"gmail","connection_id":4101}`, 400, ""},
		exchange{"PUT /recipes/8103/connect", `{"connection_id":4101}`, 400, ""},
		exchange{"POST /connections", `{"name":"Mail 2","provider":"gmail","input":{"k":"v"}}`, 200, `{"id":900001}`},
		exchange{"PUT /recipes/8103/connect", `{"adapter_name":"gmail","connection_id":900001}`, 200, `{"success":true}`},
		exchange{"GET /recipes/8103", "", 200, `{"version_no":3,"config":[{"account_id":900001},{}]}`},
		exchange{"PUT /recipes/8103/start", "", 200, `{"success":true}`},
		exchange{"GET /recipes/8103", "", 200, `{"running":true,"stop_cause":null}`})
}

func TestRecipeDelay(t *testing.T) {
	a := connect(t, Options{RecipeDelay: 3 * time.Second})
	a.want(
		exchange{"PUT /recipes/8107/start", "", 200, `{"success":true}`},
		exchange{"GET /recipes/8107", "", 200, `{"running":false}`},
		exchange{"PUT /recipes/8107", `{"name":"x"}`, 200, `{"success":false}`})
	a.clock.Wait(3 * time.Second)
	a.want(
		exchange{"GET /recipes/8107", "", 200, `{"running":true}`},
		exchange{"PUT /recipes/8107/stop", "", 200, `{"success":true}`},
		exchange{"GET /recipes/8107", "", 200, `{"running":true}`})
	a.clock.Wait(3 * time.Second)
	a.want(exchange{"GET /recipes/8107", "", 200, `{"running":false,"stopped_at":"2026-06-01T00:00:06.000-08:00"}`})
}

func TestRecipeExtras(t *testing.T) {
	a := connect(t, Options{})
	a.want(
		exchange{"POST /recipes/8101/poll_now", "", 200, `{"success":true,"message":"Poll started"}`},
		exchange{"POST /recipes/8101/poll_now", "", 200, `{"success":true,"message":"Poll is already in progress"}`},
		exchange{"POST /recipes/8107/poll_now", "", 400, `{"success":false}`},
		exchange{"POST /recipes/77/poll_now", "", 404, `{"success":false,"message":"Not Found"}`},
		exchange{"POST /recipes/8107/reset_trigger", "", 200, `{"success":true}`},
		exchange{"POST /recipes/8101/reset_trigger", "", 400, ""},
		exchange{"POST /recipes/8101/force_run", "", 200, `{"success":true,"job_id":"j-Em000001-aaAAaa"}`},
		exchange{"POST /recipes/8107/force_run", "", 400, ""},
		exchange{"GET /recipes/8103/health", "", 404, ""},
		exchange{"POST /recipes/8103/health", "", 200, `{"data":{"status":"in_progress"}}`},
		exchange{"GET /recipes/8101/versions", "", 200, `{"data":[{"id":81011,"version_no":2,"comment":"Ada: rounds to cents","author_name":"Ada Winter",
			"author_email":"ada@example.com","created_at":"…","updated_at":"…"},{"id":81010,"version_no":1}]}`},
		exchange{"GET /recipes/8101/versions/81010", "", 200, `{"version_no":1,"comment":null}`},
		exchange{"PATCH /recipes/8101/versions/81010", `{"comment":"first"}`, 200, `{"comment":"first"}`},
		exchange{"PUT /recipes/8101/versions/81010", `{"comment":"` + strings.Repeat("x", 256) + `"}`, 400, ""},
		exchange{"GET /recipes/8101/versions/7", "", 404, ""},
		exchange{"GET /recipes/job_counts?recipe_ids[]=8101", "", 200, `[{"recipe_id":8101,"job_succeeded_count":122,"job_failed_count":4}]`})
	a.clock.Wait(10 * time.Second)
	a.want(exchange{"GET /recipes/8103/health", "", 200, `{"data":{"status":"completed","issues_count":1}}`})
}

func TestJobs(t *testing.T) {
	a := connect(t, Options{})
	a.want(
		exchange{"GET /recipes/8101/jobs", "", 200, `{"job_count":126,"job_succeeded_count":122,"job_failed_count":4,"items":[
			{"id":"j-Sd000003-aaAAaa","recipe_id":8101,"status":"succeeded","started_at":"…","completed_at":"…","title":"…","is_error":false,
			"error":null,"is_poll_error":false,"calling_recipe_id":null,"calling_job_id":null,"master_job_id":null},
			{"id":"j-Sd000002-aaAAaa","is_error":true,"error":"…"},{"id":"j-Sd000001-aaAAaa"}]}`},
		exchange{"GET /recipes/8101/jobs?status=failed", "", 200, `{"items":[{"id":"j-Sd000002-aaAAaa"}]}`},
		exchange{"GET /recipes/8101/jobs?offset_job_id=j-Sd000002-aaAAaa", "", 200, `{"items":[{"id":"j-Sd000001-aaAAaa"}]}`},
		exchange{"GET /recipes/8101/jobs?offset_job_id=j-Sd000002-aaAAaa&prev=true", "", 200, `{"items":[{"id":"j-Sd000003-aaAAaa"}]}`},
		exchange{"GET /recipes/8101/jobs?per_page=3&offset_job_id=j-Sd000001-aaAAaa", "", 200, `{"items":[]}`},
		exchange{"GET /recipes/8101/jobs/j-Sd000002-aaAAaa", "", 200, `{"status":"failed","lines":[{"adapter_name":"snowflake"}]}`},
		exchange{"GET /recipes/8102/jobs/j-Sd000002-aaAAaa", "", 404, ""},
		exchange{"POST /recipes/8106/repeat_jobs", `{"job_ids":["j-Sd000006-aaAAaa","j-Sd000007-aaAAaa","j-none"]}`, 200, `{"results":[
			{"job_id":"j-Sd000006-aaAAaa","status":"enqueued","error":null},{"status":"failed","error":"…"},{"status":"failed","error":"…"}]}`},
		exchange{"GET /recipes/8106/jobs?rerun_only=true", "", 200, `{"items":[{"id":"j-Em000001-aaAAaa","status":"pending","completed_at":null,"master_job_id":"j-Sd000006-aaAAaa"}]}`},
		exchange{"POST /recipes/8106/repeat_jobs", `{"job_ids":[` + strings.Repeat(`"j",`, 25) + `"j"]}`, 400, ""},
		exchange{"POST /recipes/8106/repeat_jobs", `{}`, 400, ""},
		exchange{"POST /recipes/8106/cancel_jobs", `{"job_ids":["j-Sd000007-aaAAaa"]}`, 200, `{"results":[{"status":"canceled"}]}`},
		exchange{"POST /job/resume", `{"token":"emulated-resume-token"}`, 404, ""},
		exchange{"POST /job/resume", `{}`, 400, ""})
	a.clock.Wait(5 * time.Second)
	a.want(exchange{"GET /recipes/8106/jobs/j-Em000001-aaAAaa", "", 200, `{"status":"succeeded","completed_at":"2026-06-01T00:00:05.000-08:00"}`})
	connect(t, Options{}).want(
		exchange{"POST /job/resume", `{"token":"emulated-resume-token","data":{}}`, 204, "empty"},
		exchange{"GET /recipes/8106/jobs/j-Sd000007-aaAAaa", "", 200, `{"status":"succeeded"}`})
}

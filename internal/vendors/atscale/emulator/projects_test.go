package emulator

import (
	"strings"
	"testing"
)

const projectsPath = "/api/1.0/org/default/projects"

func projectPath(n int) string { return "/api/1.0/org/default/project/" + projectID(n) }

// note returns the value of an annotation of a project.
func note(p object, name string) any {
	notes, _ := p["annotations"].(object)["annotation"].([]any)
	return with(notes, "name", name)["value"]
}

func TestReadProjects(t *testing.T) {
	a := connect(t, Options{})
	all := a.list(projectsPath)
	if len(all) != 7 {
		t.Errorf("%d projects", len(all))
	}
	p := a.get(projectPath(sales))
	notes := p["annotations"].(object)["annotation"].([]any)
	same(t, "third annotation", notes[2], `{"name":"engineId","value":"`+engineID(sales)+`"}`)
	if note(a.get(projectPath(sizes)), "engineId") != nil {
		t.Error("a draft that was never published has an engine's id")
	}
	cubes := p["cubes"].(object)["cube"].([]any)
	if len(cubes) != 2 || cubes[0].(object)["id"] != cubeID(internetSales) || p["created"] != float64(ago(299).UnixMilli()) {
		t.Errorf("got %v", p)
	}
	a.refusal(404, "GET", "/api/1.0/org/default/project/x", "")
	if got := len(a.as("omar").list(projectsPath)); got != 4 {
		t.Errorf("omar sees %d projects, want 4: three are exclusive", got)
	}
}

func TestProjectOptions(t *testing.T) {
	a := connect(t, Options{})
	same(t, "superuser", a.get(projectPath(sales)+"/options"), `{"id":"`+projectID(sales)+`","can_update":true,"can_delete":true}`)
	same(t, "colleague", a.as("lin").get(projectPath(sales)+"/options"), `{"id":"`+projectID(sales)+`","can_update":true,"can_delete":false}`)
	a.refusal(400, "GET", projectPath(sales)+"x/options", "")
	a.refusal(404, "GET", strings.Replace(projectPath(sales), "default", "x", 1)+"/options", "")
}

func TestClone(t *testing.T) {
	a := connect(t, Options{})
	before := string(a.s.Dump())
	p := a.get(projectPath(sales) + "/clone")
	if p["id"] == projectID(sales) || note(p, "engineId") != nil || string(a.s.Dump()) != before {
		t.Errorf("got %v", p)
	}
}

func TestProjectXML(t *testing.T) {
	a := connect(t, Options{})
	text := a.want(200, "GET", projectPath(sizes)+"/xml", "").(string)
	if !strings.HasPrefix(text, "<?xml") || !strings.Contains(text, `name="Größen &amp; &#34;Maße&#34; / EMEA"`) {
		t.Errorf("got %s", text)
	}
	raw := a.do("GET", "/org/default/project/"+projectID(sizes)+"/xml/download", "")
	if raw.Body.String() != text || !strings.HasPrefix(raw.Header().Get("Content-Type"), "application/xml") {
		t.Errorf("got %s", raw.Body)
	}
	engine := a.get("/projects/orgId/default/schema/" + engineID(sales))
	if s, _ := engine["response"].(string); !strings.HasPrefix(s, "<?xml") {
		t.Errorf("got %v", engine)
	}
	made := a.want(200, "POST", "/api/1.0/org/default/project", text).(object)
	if made["id"] == projectID(sizes) || made["name"] != `Größen & "Maße" / EMEA` {
		t.Errorf("got %v", made)
	}
}

func TestCreateProjects(t *testing.T) {
	a := connect(t, Options{})
	path := "/api/1.0/org/default/project"
	p := a.want(200, "POST", path, `{"id":"mine","name":"P","datasets":{"data-set":[{"id":"d"}]},"cubes":{"cube":[{"id":"k","name":"K"},{"name":"L"}]}}`).(object)
	cubes := p["cubes"].(object)["cube"].([]any)
	if p["id"] != "mine" || cubes[0].(object)["id"] != "k" || cubes[1].(object)["id"] == "" {
		t.Errorf("got %v", p)
	}
	same(t, "what the emulator does not know", p["datasets"], `{"data-set":[{"id":"d"}]}`)
	again := a.want(200, "POST", path, `{"id":"mine","name":"P","cubes":{"cube":[{"id":"k","name":"K"}]}}`).(object)
	if again["id"] == "mine" {
		t.Error("an id was given twice")
	}
	empty := a.want(200, "POST", path+"/createEmpty?name=E&speculative-aggregate=true&inclusive-access=false", `{}`).(object)
	if empty["name"] != "E" || empty["properties"].(object)["speculative-aggregates"] != true {
		t.Errorf("got %v", empty)
	}
	a.want(200, "POST", path+"/createEmpty", `{"name":"F","speculative-aggregate":false,"inclusive-access":true}`)
	if n := len(a.as("omar").list(projectsPath)); n != 7 {
		t.Errorf("omar sees %d projects, want 7: one of the new ones is exclusive", n)
	}
	for _, body := range []string{"x", "[]", `{"name":""}`, `{"name":7}`, "<", "<a/>", "<a name='x'>"} {
		a.refusal(400, "POST", path, body)
	}
	a.refusal(400, "POST", path+"/createEmpty", "{}")
	a.refusal(400, "POST", path+"/createEmpty?name=x&inclusive-access=7", "")
}

func form(name, content string, more ...string) string {
	out := "--cut\r\nContent-Disposition: form-data; name=\"" + name + "\"; filename=\"p.xml\"\r\n\r\n" + content + "\r\n"
	for _, m := range more {
		out += "--cut\r\nContent-Disposition: form-data; name=\"" + m + "\"\r\n\r\ntrue\r\n"
	}
	return out + "--cut--\r\n"
}

func TestImport(t *testing.T) {
	a := connect(t, Options{})
	path := "/api/1.0/org/default/file/import"
	text := `<project id="p" name="Imported"><cubes><cube id="c" name="C"/></cubes></project>`
	before := string(a.s.Dump())
	same(t, "verified", a.want(200, "POST", path, form("file", text, "verifyOnly")), `{"id":"p","name":"Imported"}`)
	if string(a.s.Dump()) != before {
		t.Error("verifying stored something")
	}
	same(t, "imported", a.want(200, "POST", path, form("file", text)), `{"id":"p","name":"Imported"}`)
	if p := a.get("/api/1.0/org/default/project/p"); p["cubes"].(object)["cube"].([]any)[0].(object)["id"] != "c" {
		t.Errorf("got %v", p)
	}
	a.refusal(400, "POST", path, text)
	a.refusal(400, "POST", path, form("other", text))
	a.refusal(400, "POST", path, form("file", "x"))
	a.refusal(400, "POST", path, "--cut\r\nx")
}

func TestChangeProject(t *testing.T) {
	a := connect(t, Options{})
	p := a.want(200, "PATCH", projectPath(sales), `{"projectId":"`+projectID(sales)+`","display_name":"New","description":"ignored","prediction_def_aggs":true}`).(object)
	properties := p["properties"].(object)
	if p["name"] != "Sales Insights" || properties["caption"] != "New" || properties["description"] != "Daily revenue" || properties["prediction-defined-aggregates"] != true {
		t.Errorf("got %v", p)
	}
	p = a.want(200, "PATCH", projectPath(sales), `{"display_name":"Newer","renaming_query_name":true,"description":"","updating_description":true}`).(object)
	if p["name"] != "Newer" || p["properties"].(object)["description"] != "" {
		t.Errorf("got %v", p)
	}
	id := a.want(200, "POST", "/environments/orgId/default", `{"name":"Test","connectionIds":["finance-warehouse"],"hiveServer2Port":11120}`).(object)["id"].(string)
	if p = a.want(200, "PATCH", projectPath(sales), `{"intended_env_id":"`+id+`"}`).(object); p["environment"] != id {
		t.Errorf("got %v", p["environment"])
	}
	for _, body := range []string{`{"intended_env_id":"x"}`, `{"projectId":"x"}`, `{"display_name":""}`, `{"renaming_query_name":true}`, `[]`} {
		a.refusal(400, "PATCH", projectPath(sales), body)
	}
}

func TestCopyProject(t *testing.T) {
	a := connect(t, Options{}).as("lin")
	p := a.want(200, "POST", projectPath(sales)+"/copy?access=copy&newName=Copy&speculativeAggregate=false", "").(object)
	if p["name"] != "Copy" || note(p, "createdBy") != personID("lin") || note(p, "engineId") != nil {
		t.Errorf("got %v", p)
	}
	got := a.get("/api/1.0/org/default/permissions/project/" + p["id"].(string))["designtime_permissions"].(object)
	if got["designtime_permission_matrix"].(object)[personID("ada")] == nil {
		t.Errorf("got %v", got)
	}
	a.refusal(400, "POST", projectPath(sales)+"/copy", "")
}

func TestDeleteProject(t *testing.T) {
	a := connect(t, Options{})
	a.want(200, "DELETE", projectPath(sales), "")
	a.refusal(404, "DELETE", projectPath(sales), "")
	if with(a.list("/projects/published/orgId/default"), "id", engineID(sales)) == nil {
		t.Error("deleting the draft took away what was published")
	}
}

func TestPublish(t *testing.T) {
	a := connect(t, Options{})
	if w := a.do("POST", projectPath(sizes)+"/publish", ""); w.Code != 200 || !strings.Contains(w.Body.String(), "response.ok") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	id, _ := note(a.get(projectPath(sizes)), "engineId").(string)
	if id == "" || id == projectID(sizes) {
		t.Errorf("published as %q", id)
	}
	all := a.list("/projects/published/orgId/default")
	same(t, "published", with(all, "id", id), `{"id":"`+id+`","name":"Größen & \"Maße\" / EMEA","caption":"Größen & \"Maße\" / EMEA",
		"linkedProjectId":"`+projectID(sizes)+`","cubes":[{"id":"`+cubeID(sizeCube)+`","name":"Größen","caption":"Größen","projectId":"`+id+`"}]}`)
	if data := a.get("/projects/orgId/default")["data"].([]any); with(data, "id", id) == nil || len(data) != len(all) {
		t.Errorf("the engine has %v", data)
	}
	a.want(200, "POST", projectPath(sizes)+"/publish", "")
	if note(a.get(projectPath(sizes)), "engineId") != id || len(a.list("/projects/published/orgId/default")) != len(all) {
		t.Error("publishing again made another")
	}
}

func TestUnpublish(t *testing.T) {
	for name, fresh := range map[string]bool{"the same id": false, "another id": true} {
		t.Run(name, func(t *testing.T) {
			a := connect(t, Options{FreshEngineIDs: fresh})
			path := "/projects/orgId/default/schema/" + engineID(sales)
			a.refusal(404, "DELETE", "/projects/orgId/default/schema/"+projectID(sales), "") // the draft's
			a.want(200, "DELETE", path, "")
			a.refusal(404, "DELETE", path, "")
			if n := a.get("/aggregates/orgId/default?projectId=" + engineID(sales))["total"]; n != 0.0 {
				t.Errorf("%v aggregates are left", n)
			}
			if note(a.get(projectPath(sales)), "engineId") != engineID(sales) {
				t.Error("the draft forgot its engine's id")
			}
			a.want(200, "POST", projectPath(sales)+"/publish", "")
			if got := note(a.get(projectPath(sales)), "engineId"); (got == engineID(sales)) == fresh {
				t.Errorf("published again as %v", got)
			}
			if list := a.get("/aggregates/orgId/default?cubeId=" + cubeID(internetSales))["data"].([]any); len(list) != 1 || list[0].(object)["type"] != "user_defined" {
				t.Errorf("the draft's own aggregates: %v", list)
			}
		})
	}
}

func TestPublishSchema(t *testing.T) {
	a := connect(t, Options{})
	path := "/projects/orgId/default/schema/publish/new-one?publishType=normal_publish&publisherId=admin1234&linkedProjectId=" + projectID(sizes) + "&schemaType=project"
	a.want(200, "POST", path, `<project name="Straight"><cubes><cube id="c1" name="C"/></cubes></project>`)
	if p := with(a.list("/projects/published/orgId/default"), "id", "new-one"); p["name"] != "Straight" || p["linkedProjectId"] != projectID(sizes) {
		t.Errorf("got %v", p)
	}
	a.refusal(400, "POST", path, "{}")
}

func TestSnapshots(t *testing.T) {
	a := connect(t, Options{})
	list := a.list(projectPath(sales) + "/snapshots")
	if len(list) != 2 || len(a.list(projectPath(sizes)+"/snapshots")) != 0 {
		t.Fatalf("got %v", list)
	}
	one := projectPath(sales) + "/snapshots/" + list[0].(object)["id"].(string)
	if got := a.get(one)["project"].(object)["properties"].(object)["description"]; got != "Weekly revenue" {
		t.Errorf("got %v", got)
	}
	p := a.want(200, "POST", one+"/restore", "").(object)
	if len(p["cubes"].(object)["cube"].([]any)) != 1 || p["id"] != projectID(sales) {
		t.Errorf("got %v", p)
	}
	a.refusal(404, "GET", strings.Replace(one, projectID(sales), projectID(sizes), 1), "")
	a.refusal(404, "POST", one+"x/restore", "")
}

func TestFolders(t *testing.T) {
	root := connect(t, Options{}).get("/api/1.0/org/default/folders")
	folders := root["child_folders"].([]any)
	if len(folders) != 3 || len(root["items"].([]any)) != 2 || folders[0].(object)["items"].([]any)[0].(object)["id"] != projectID(sales) {
		t.Errorf("got %v", root)
	}
}

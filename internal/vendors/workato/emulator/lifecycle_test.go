package emulator

import (
	"archive/zip"
	"bytes"
	"io"
	"strings"
	"testing"
	"time"
)

func TestManifests(t *testing.T) {
	connect(t, Options{}).want(
		exchange{"GET /export_manifests/folder_assets?folder_id=1112", "", 200, `{"result":{"assets":[{"id":8105,"name":"Vendor scorecard","type":"recipe","version":2,
			"folder":"Reports","absolute_path":"All projects/Finance/Reports","root_folder":false,"unreachable":false,"zip_name":"vendor_scorecard.recipe.json","checked":true,"status":"added"},{"id":8110}]}}`},
		exchange{"GET /export_manifests/folder_assets?folder_id=77", "", 404, ""},
		exchange{"POST /export_manifests", `{"export_manifest":{"name":"M","assets":[{"id":8101,"type":"recipe"}]}}`, 201, `{"result":{"id":900001,"name":"M","status":"working",
			"created_at":"…","updated_at":"…","deleted_at":null,"last_exported_at":null,"project_path":"All projects"}}`},
		exchange{"POST /export_manifests", `{"export_manifest":{"name":"M","auto_generate_assets":true,"folder_id":1101}}`, 201, ""},
		exchange{"POST /export_manifests", `{"name":"M","auto_generate_assets":true}`, 400, ""},
		exchange{"POST /export_manifests", `{"export_manifest":{"name":"M"}}`, 400, ""},
		exchange{"POST /export_manifests", `{"export_manifest":{"name":"M","assets":[{"id":77,"type":"recipe"}]}}`, 400, ""},
		exchange{"PUT /export_manifests/900001", `{"export_manifest":{"assets":[{"id":4101,"type":"connection"}]}}`, 200, `{"result":{"name":"M"}}`},
		exchange{"GET /export_manifests/900001", "", 200, `{"result":{"id":900001}}`},
		exchange{"DELETE /export_manifests/900001", "", 200, ""},
		exchange{"GET /export_manifests/900001", "", 404, ""})
}

func TestExport(t *testing.T) {
	a := connect(t, Options{})
	a.want(
		exchange{"POST /export_manifests", `{"export_manifest":{"name":"M","auto_generate_assets":true,"folder_id":1101}}`, 201, ""},
		exchange{"POST /packages/export/900001", "", 200, `{"id":900002,"operation_type":"export","status":"in_progress","export_manifest_id":900001,"download_url":null}`},
		exchange{"GET /packages/900002/download", "", 404, ""},
		exchange{"POST /packages/export/77", "", 404, ""})
	a.clock.Wait(2 * time.Second)
	a.want(exchange{"GET /packages/900002", "", 200, `{"status":"processing"}`})
	a.clock.Wait(3 * time.Second)
	a.want(
		exchange{"GET /packages/900002", "", 200, `{"status":"completed","download_url":"…"}`},
		exchange{"GET /export_manifests/900001", "", 200, `{"result":{"last_exported_at":"…"}}`})
	a.outside().want(exchange{"GET /storage/packages/x.zip", "", 404, ""})
	got := a.Do("GET /packages/900002/download", "")
	if got.Status != 302 {
		t.Fatalf("download: %d %s", got.Status, got.Body)
	}
	data := a.outside().as("").Do("GET "+got.Header.Get("Location"), "")
	z, err := zip.NewReader(strings.NewReader(data.Body), int64(len(data.Body)))
	if err != nil || len(z.File) != 9 {
		t.Fatalf("the zip is not good: %v", err)
	}
	if name := z.File[len(z.File)-1].Name; name != `Reports/8110_board__pack_.recipe.json` {
		t.Errorf("the last file is %s", name)
	}
}

// packageOf makes a zip of pairs of names and contents.
func packageOf(t *testing.T, files ...string) string {
	t.Helper()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for i := 0; i < len(files); i += 2 {
		f, err := w.Create(files[i])
		if err == nil {
			_, err = io.WriteString(f, files[i+1])
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func changed(name, provider string) string {
	return `{"name":"` + name + `","code":"{\"keyword\":\"trigger\",\"provider\":\"` + provider + `\",\"name\":\"changed\"}"}`
}

func TestImport(t *testing.T) {
	a := connect(t, Options{})
	pack := packageOf(t,
		"a.recipe.json", changed("Revenue reconciliation", "snowflake"),
		"b.recipe.json", changed("Cash forecast", "jira"),
		"Month End/c.recipe.json", changed("Expense audit", "gmail"),
		"New/d.recipe.json", changed("Brand new", "clock"),
		"New/e.connection.json", `{"name":"Jira","provider":"jira"}`)
	a.want(
		exchange{"POST /packages/import/1101?restart_recipes=true", pack, 200, `{"id":900001,"operation_type":"import","status":"in_progress","recipe_status":[]}`},
		exchange{"GET /recipes/8101", "", 200, `{"version_no":2}`})
	a.clock.Wait(time.Hour)
	a.want(
		exchange{"GET /packages/900001", "", 200, `{"status":"completed","recipe_status":[{"id":8101,"import_result":"restarted"},
			{"id":8104,"import_result":"restart_failed"},{"id":8103,"import_result":"no_update_or_update_without_restart"},{"import_result":"no_update_or_update_without_restart"}]}`},
		exchange{"GET /recipes/8101", "", 200, `{"version_no":3,"running":true}`},
		exchange{"GET /recipes/8104", "", 200, `{"running":false,"stopped_at":"2026-06-01T00:00:05.000-08:00"}`},
		exchange{"GET /connections?provider=jira", "", 200, `[{"name":"Jira","authorization_status":null}]`},
		exchange{"GET /packages/900001/download", "", 404, ""},
		exchange{"GET /packages/77", "", 404, ""})
}

func TestImportFails(t *testing.T) {
	for name, pack := range map[string]string{
		"a recipe runs": packageOf(t, "a.recipe.json", changed("Revenue reconciliation", "snowflake")),
		"no zip":        "PK no zip",
		"no JSON":       packageOf(t, "a.recipe.json", "{"),
	} {
		t.Run(name, func(t *testing.T) {
			a := connect(t, Options{})
			a.want(exchange{"POST /packages/import/1101", pack, 200, ""})
			a.clock.Wait(5 * time.Second)
			a.want(
				exchange{"GET /packages/900001", "", 200, `{"status":"failed","error":"…","recipe_status":[]}`},
				exchange{"GET /recipes/8101", "", 200, `{"version_no":2,"running":true}`})
		})
	}
	connect(t, Options{}).want(
		exchange{"POST /packages/import/1101", `{}`, 400, `{"message":"Bad request"}`},
		exchange{"POST /packages/import/1101", ``, 400, ""},
		exchange{"POST /packages/import/77", `PK`, 404, ""})
}

func TestExportAndImport(t *testing.T) {
	a := connect(t, Options{})
	a.want(
		exchange{"POST /export_manifests", `{"export_manifest":{"name":"M","auto_generate_assets":true,"folder_id":1101}}`, 201, ""},
		exchange{"POST /packages/export/900001", "", 200, ""})
	a.clock.Wait(5 * time.Second)
	zipped := a.outside().Do("GET "+a.Do("GET /packages/900002/download", "").Header.Get("Location"), "").Body
	b := a.as(TestToken)
	b.want(exchange{"POST /packages/import/2101", zipped, 200, ""})
	a.clock.Wait(5 * time.Second)
	b.want(
		exchange{"GET /packages/900003", "", 200, `{"status":"completed","recipe_status":[{},{},{},{},{},{}]}`},
		exchange{"GET /folders?parent_id=2101", "", 200, `[{"name":"Month End"},{"name":"Reports"}]`},
		exchange{"GET /recipes?folder_id=2101", "", 200, `{"items":[{"name":"Cash forecast","running":false},{"id":8201,"version_no":3}]}`})
	a.want(exchange{"GET /packages/900003", "", 404, ""})
}

func TestDeploy(t *testing.T) {
	a := connect(t, Options{})
	a.want(
		exchange{"POST /projects/602/build", `{"description":"d"}`, 200, `{"id":900001,"state":"pending","project_id":602,"description":"d","download_url":null,"performed_by_name":"Service Runner"}`},
		exchange{"POST /projects/f1102/build", ``, 200, `{"id":900002,"project_id":602}`},
		exchange{"POST /projects/77/build", ``, 404, ""},
		exchange{"POST /project_builds/900001/deploy?environment_type=prod", ``, 200, `{"id":900003,"state":"pending","project_build_id":900001,"environment_type":"prod","project_id":602}`},
		exchange{"POST /projects/f1102/deploy?environment_type=test", `{"description":"e"}`, 200, `{"id":900005,"description":"e","project_build_id":900004}`},
		exchange{"POST /projects/601/deploy?environment_type=test", ``, 200, `{"id":900007}`},
		exchange{"POST /projects/602/deploy", ``, 400, ""},
		exchange{"POST /projects/602/deploy?environment_type=dev", ``, 404, `{"message":"Not found"}`},
		exchange{"POST /project_builds/77/deploy?environment_type=prod", ``, 404, ""},
		exchange{"POST /projects/602/nothing", ``, 404, `{"message":"API not found"}`})
	a.clock.Wait(5 * time.Second)
	a.want(
		exchange{"GET /project_builds/900001", "", 200, `{"state":"success"}`},
		exchange{"GET /deployments/900003", "", 200, `{"state":"pending"}`})
	a.clock.Wait(5 * time.Second)
	a.want(
		exchange{"GET /deployments/900003", "", 200, `{"state":"success","updated_at":"2026-06-01T00:00:10.000-08:00"}`},
		exchange{"GET /deployments/900007", "", 200, `{"state":"failed"}`},
		exchange{"GET /deployments?state=success&environment_type=test", "", 200, `{"items":[{"id":9981},{"id":900005}]}`},
		exchange{"GET /deployments?project_id=601", "", 200, `{"items":[{"id":9981},{"id":9982},{"id":900007}]}`},
		exchange{"GET /deployments?folder_id=f1102", "", 200, `{"items":[{},{}]}`},
		exchange{"GET /deployments?from=2026-06-02T00:00:00Z", "", 200, `{"items":[]}`},
		exchange{"GET /deployments/77", "", 404, ""})
	a.as(ProdToken).want(exchange{"GET /recipes?folder_id=3102", "", 200, `{"items":[{"name":"Today's shipment delays","running":false},{"id":8302,"version_no":3,"running":false}]}`})
	a.as(TestToken).want(exchange{"GET /projects", "", 200, `[{"id":651},{"name":"Operations"}]`})
}

func TestDeployWithoutEnvironments(t *testing.T) {
	a := connect(t, Options{NoEnvironments: true})
	for _, request := range []string{"POST /projects/602/build", "POST /projects/602/deploy?environment_type=test", "GET /project_builds/1",
		"POST /project_builds/1/deploy", "GET /deployments", "GET /deployments/1"} {
		a.want(exchange{request, "", 400, `{"message":"Environments not provisioned"}`})
	}
}

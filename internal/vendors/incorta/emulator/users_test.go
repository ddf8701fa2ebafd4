package emulator

import (
	"fmt"
	"strings"
	"testing"
)

func transferBody(from, to string, shares bool) string {
	return fmt.Sprintf(`{"ownerEmail":"%s","newOwnerEmail":"%s","transferSharingPermission":%v}`, from, to, shares)
}

func TestTransferOwnership(t *testing.T) {
	a := connect(t, Options{})
	got := a.want(200, "PATCH", "/users/transferOwnership", transferBody("paul@example.com", "omar@example.com", false))
	if got.Body != "" {
		t.Errorf("body %q, want none", got.Body)
	}
	if owned := strings.Count(a.dump(), `"owner": "paul@example.com"`); owned != 1 { // his token
		t.Errorf("Paul owns %d things", owned)
	}
	if !strings.Contains(a.dump(), `"paul@example.com": "view"`) {
		t.Error("what is shared with Paul was moved, too")
	}
	entry := a.find("ownershipTransfers", "from", "paul@example.com")
	if got := fmt.Sprintln(entry["to"], entry["by"], entry["owned"], entry["shares"], entry["at"]); strings.TrimSpace(got) != "omar@example.com api-runner@example.com 209 0 2026-06-01T08:00:00Z" {
		t.Errorf("audit: %s", got)
	}
	if s := a.find("schemas", "name", "Warehouse"); s["owner"] != "omar@example.com" {
		t.Errorf("Warehouse belongs to %v", s["owner"])
	}
	if s := a.find("schemas", "name", FailingSchema); len(s["users"].(map[string]any)) != 0 {
		t.Errorf("it is shared with its owner: %v", s["users"])
	}
	a.want(200, "PATCH", "/users/transferOwnership", transferBody("paul@example.com", "omar@example.com", false)) // finds nothing
	if n := strings.Count(a.dump(), `"owned": 0`); n != 1 {
		t.Errorf("%d transfers moved nothing, want one", n)
	}
}

func TestTransferShares(t *testing.T) {
	a := connect(t, Options{})
	a.want(200, "PATCH", "/users/transferOwnership", transferBody("Paul@Example.com", "lin@example.com", true))
	if strings.Contains(a.dump(), `"paul@example.com": "`) {
		t.Error("something is still shared with Paul")
	}
	users := func(schema string) string { return fmt.Sprint(a.find("schemas", "name", schema)["users"]) }
	for schema, want := range map[string]string{
		"FinanceMart": "map[lin@example.com:view]",                       // Paul's share
		"Shipments":   "map[lin@example.com:edit sean@example.com:edit]", // beside another
		"Warehouse":   "map[]",                                           // she had one, and owns it now
	} {
		if got := users(schema); got != want {
			t.Errorf("%s: %s, want %s", schema, got, want)
		}
	}
}

func TestTransferRefuses(t *testing.T) {
	for name, body := range map[string]string{
		"no owner":         transferBody("nobody@example.com", "lin@example.com", true),
		"no new owner":     transferBody("ada@example.com", "nobody@example.com", true),
		"to the same":      transferBody("ada@example.com", "ADA@example.com", true),
		"inactive":         transferBody("ada@example.com", "paul@example.com", true),
		"lower":            transferBody("ada@example.com", "nia@example.com", true),
		"lower than Super": transferBody("api-runner@example.com", "grace@example.com", true),
		"another role":     transferBody("erik@example.com", "ada@example.com", true),
		"one missing":      `{"ownerEmail":"ada@example.com"}`,
		"nothing":          ``,
		"no flag":          strings.Replace(transferBody("ada@example.com", "lin@example.com", true), "true", `"yes"`, 1),
	} {
		t.Run(name, func(t *testing.T) {
			a := connect(t, Options{})
			before := a.dump()
			a.want(400, "PATCH", "/users/transferOwnership", body)
			if a.dump() != before {
				t.Error("a refused transfer changed something")
			}
		})
	}
	a := connect(t, Options{})
	for from, to := range map[string]string{"nia": "ada", "sean": "ada", "ada": "grace", "erik": "grace", "victor": "nia", "hana": "maria"} {
		a.want(200, "PATCH", "/users/transferOwnership", transferBody(from+"@example.com", to+"@example.com", false))
	}
}

func TestResetPasswords(t *testing.T) {
	a := connect(t, Options{})
	if got := a.want(200, "PATCH", "/users/resetPasswords", ""); got.Body != "" {
		t.Errorf("body %q, want none", got.Body)
	}
	for name, want := range map[string]string{"ada": "true 1", "api-runner": "true 1", "victor": "true 1", "paul": "false 0", "zoe": "false 0"} {
		u := a.find("users", "email", name+"@example.com")
		if got := fmt.Sprint(u["mustChangePassword"], " ", u["passwordResets"]); got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
	a.want(200, "PATCH", "/users/resetPasswords", "whatever") // has no body, looks at none
	if got := fmt.Sprint(a.find("users", "email", "ada@example.com")["passwordResets"]); got != "2" {
		t.Errorf("%s resets, want 2", got)
	}
}

// TestOffboard does what the vendor file proposes.
func TestOffboard(t *testing.T) {
	a := connect(t, Options{})
	owns := func(owner string) int {
		n := 0
		lists := [][]string{
			a.post("/schema/list?schemaType=ALL", `{"limit":0,"offset":0}`).each("schemasDetails", "owner"),
			a.get("/catalog/search?keyword=e&limit=2147483647").each("catalogDetails", "owner"),
		}
		for _, list := range lists {
			for _, o := range list {
				if o == owner {
					n++
				}
			}
		}
		return n
	}
	before := owns("lin@example.com")
	moved := owns("ada@example.com")
	a.want(200, "PATCH", "/users/transferOwnership", transferBody("ada@example.com", "lin@example.com", true))
	if left, now := owns("ada@example.com"), owns("lin@example.com"); moved == 0 || left != 0 || now != before+moved {
		t.Errorf("Ada owned %d and owns %d, Lin owned %d and owns %d", moved, left, before, now)
	}
}

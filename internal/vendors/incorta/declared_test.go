package incorta

import (
	"testing"

	"runner/internal/op"
	"runner/internal/vendors/declared"
)

var suite = declared.Suite{
	Module: Module,
	Unprobed: map[string]string{
		"start_load_plan":         "only the answer names the execution, and nothing lists them",
		"restart_load_plan":       "only the answer names the execution, and nothing lists them",
		"send_report":             "nothing lists mails",
		"reset_all_passwords":     "no read tells of passwords",
		"create_external_schema":  "nothing lists external schemas",
		"create_external_table":   "nothing lists external tables",
		"add_external_table_rows": "nothing counts the rows of an external table",
	},
	Unread: map[string]string{
		"dashboard":       "a report is of one; no read tells of the mails",
		"user":            "a transfer names two; the public API lists no users",
		"external schema": "nothing lists external schemas",
		"external table":  "nothing lists external tables",
	},
}

func TestDeclarations(t *testing.T) { suite.Check(t) }

func TestPlans(t *testing.T) {
	for name, tt := range map[string]struct {
		verb, args string
		want, not  []string
	}{
		"a load touches its schemas only": {"start_load", `{"schema_names":["Sales","HR"]}`,
			[]string{`schema "Sales" sets load_state {"$unknown"`, `schema "HR" sets load_time`}, []string{"all"}},
		"a load of tables": {"start_table_load", `{"schema_name":"Sales","tables":["orders"]}`,
			[]string{`schema "Sales" sets load_state`}, []string{"all"}},
		"a load plan may load any": {"start_load_plan", `{"load_plan_name":"Nightly"}`,
			[]string{`creates`, `"load_plan_name":"Nightly"`, `schema all sets load_time`}, nil},
		"a transfer may move any": {"transfer_ownership", `{"owner_email":"a@example.com","new_owner_email":"b@example.com"}`,
			[]string{"schema all sets owner ", "schema all sets owner_name ", "content of the catalog all hides"}, nil},
		"a cascade takes the tables": {"delete_external_schema", `{"schema_name":"lake","cascade":true}`,
			[]string{"external table all hides"}, nil},
		"no cascade leaves them": {"delete_external_schema", `{"schema_name":"lake"}`,
			nil, []string{"external table"}},
	} {
		t.Run(name, func(t *testing.T) {
			suite.Plans(t, tt.verb, tt.args, tt.want, tt.not)
		})
	}
}

func TestInverses(t *testing.T) {
	for name, tt := range map[string]struct{ verb, args, want string }{
		"a new external schema":       {"create_external_schema", `{"schema_name":"lake"}`, `delete_external_schema {"schema_name":"lake"}`},
		"a new external table":        {"create_external_table", `{"source_table_name":"F.o","target_table_name":"lake.o"}`, `delete_external_table {"purge":true,"table_name":"lake.o"}`},
		"a table that was replaced":   {"create_external_table", `{"source_table_name":"F.o","target_table_name":"lake.o","more":{"overwrite":true}}`, ""},
		"a load cannot be taken back": {"start_load", `{"schema_names":["Sales"]}`, ""},
	} {
		t.Run(name, func(t *testing.T) {
			if got := suite.Inverse(t, tt.verb, op.Undo{Args: op.ArgsOf([]byte(tt.args))}); got != tt.want {
				t.Errorf("inverse of %s%s = %q, want %q", tt.verb, tt.args, got, tt.want)
			}
		})
	}
}

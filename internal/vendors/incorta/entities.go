package incorta

import "runner/internal/op"

// This file says which objects the cluster keeps, so that a dry run knows what
// its reads will show.

var (
	schema    = &op.Entity{Name: "schema", Get: "get_schema_status", By: "schema_name", ID: "schema_name"}
	execution = &op.Entity{Name: "load plan execution", Get: "get_load_plan_execution", By: "execution_id", ID: "execution_id"}
)

// These are no objects that can be read one by one. What depends on them is
// unknown after a call that changes them.
var (
	content        = &op.Entity{Name: "content of the catalog"}
	dashboard      = &op.Entity{Name: "dashboard"}
	user           = &op.Entity{Name: "user"}
	passwords      = &op.Entity{Name: "passwords of all users"}
	externalSchema = &op.Entity{Name: "external schema"}
	externalTable  = &op.Entity{Name: "external table"}
)

// loadFields are the fields of a schema that a load changes.
var loadFields = []string{"load_state", "load_status", "load_time", "load_end_time", "load_message", "physical_schema_details", "is_empty", "tables"}

// loads says that schemas are loaded. What their data is then, and so the
// answers of queries, nobody knows.
func loads(arg string) op.Change {
	return func(s *op.Scene) {
		names, ok := s.Args[arg].([]any)
		if !ok && s.Args[arg] != nil {
			names = []any{s.Args[arg]}
		}
		for _, name := range names {
			s.Do(op.Mutation{Entity: schema, ID: name, Act: op.ActHide})
			for _, f := range loadFields {
				s.Do(op.Mutation{Entity: schema, ID: name, Act: op.ActSet, Field: f, Value: s.Vague(f)})
			}
		}
	}
}

package workato

import (
	"testing"

	"runner/internal/op"
)

// What a call took is taken back by another, as far as that can be known.
func TestInverses(t *testing.T) {
	for name, tt := range map[string]struct {
		verb string
		undo op.Undo
		want string
	}{
		"roles": {"update_member_roles", op.Undo{
			Args: op.ArgsOf([]byte(`{"member_id":1,"env_roles":[{"environment_type":"dev","name":"NoAccess"},{"environment_type":"prod","name":"Admin"}]}`)),
			Before: op.ArgsOf([]byte(`{"id":1,"roles":[{"environment_type":"dev","role_name":"Operator","role_type":"privilege_group"},
				{"environment_type":"test","role_name":"Admin"},{"environment_type":"prod","role_name":"No access"}]}`)),
		}, `update_member_roles {"env_roles":[{"environment_type":"dev","name":"Operator","role_type":"privilege_group"},{"environment_type":"prod","name":"NoAccess"}],"member_id":1}`},
		"roles that were not read": {"update_member_roles", op.Undo{
			Args: op.ArgsOf([]byte(`{"member_id":1,"env_roles":[{"environment_type":"dev","name":"NoAccess"}]}`)),
		}, ""},
		"a start": {"start_recipe", op.Undo{
			Args: op.ArgsOf([]byte(`{"recipe_id":1}`)), Before: op.ArgsOf([]byte(`{"id":1,"running":false}`)),
		}, `stop_recipe {"recipe_id":1}`},
		"a start of what ran": {"start_recipe", op.Undo{
			Args: op.ArgsOf([]byte(`{"recipe_id":1}`)), Before: op.ArgsOf([]byte(`{"id":1,"running":true}`)),
		}, ""},
		"another connection": {"update_recipe_connection", op.Undo{
			Args:   op.ArgsOf([]byte(`{"recipe_id":1,"adapter_name":"salesforce","connection_id":37}`)),
			Before: op.ArgsOf([]byte(`{"id":1,"config":[{"provider":"netsuite","account_id":5},{"provider":"salesforce","account_id":36}]}`)),
		}, `update_recipe_connection {"adapter_name":"salesforce","connection_id":36,"recipe_id":1}`},
		"a project": {"create_folder", op.Undo{
			Args: op.ArgsOf([]byte(`{"name":"Finance"}`)), Answer: op.Tree([]byte(`{"id":193,"is_project":true,"project_id":12}`)),
		}, `delete_project {"project_id":12}`},
		"a folder": {"create_folder", op.Undo{
			Args: op.ArgsOf([]byte(`{"name":"Invoices","parent_id":193}`)), Answer: op.Tree([]byte(`{"id":204,"is_project":false,"project_id":12}`)),
		}, `delete_folder {"folder_id":204}`},
		"a revoked grant": {"revoke_project_grant", op.Undo{
			Args:   op.ArgsOf([]byte(`{"project_grant_id":"pg-1-1"}`)),
			Before: op.ArgsOf([]byte(`{"id":"pg-1-1","project":{"id":12},"project_role":{"id":"pr-1-1"},"user":{"id":523144}}`)),
		}, `grant_project_roles {"project_grants":[{"assignment_id":"523144","assignment_type":"User","project_role_id":"pr-1-1"}],"project_id":12}`},
		"new credentials": {"update_connection", op.Undo{
			Args: op.ArgsOf([]byte(`{"connection_id":1,"input":{"password":"x"}}`)), Before: op.ArgsOf([]byte(`{"id":1}`)),
		}, ""},
		"a name": {"update_connection", op.Undo{
			Args: op.ArgsOf([]byte(`{"connection_id":1,"name":"b"}`)), Before: op.ArgsOf([]byte(`{"id":1,"name":"a"}`)),
		}, `update_connection {"connection_id":1,"name":"a"}`},
	} {
		t.Run(name, func(t *testing.T) {
			if got := suite.Inverse(t, tt.verb, tt.undo); got != tt.want {
				t.Errorf("the inverse of %s is %s, want %s", tt.verb, got, tt.want)
			}
		})
	}
}

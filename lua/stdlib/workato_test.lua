--- Tests of what the library adds to workato, on the emulator's company.

-- Things by their names.
eq(workato.find_developer_api_client { name = "runner administration" }.id, 5101)
eq(workato.find_developer_api_client { name = "Runner administration", environment_name = "Test" }, nil)
workato.find_developer_api_client { name = "Finance onyl", required = true } -- want: not_found: developer API client.*did you mean "Finance only"
eq(workato.find_developer_api_client_role { name = "auditor" }.id, 42)
workato.find_developer_api_client_role { nmae = "Admin" } -- want: script: .*did you mean "name"
workato.find_member {} -- want: script: .*argument "email": it is required
workato.find_member "ada@example.com" -- want: script: .*one table of named arguments
eq(workato.find_member { email = "ADA@Example.com" }.id, 7003)
eq(workato.find_member { email = "da@example.com" }, nil)
workato.find_member { email = "adda@example.com", required = true } -- want: not_found: member.*did you mean "ada@example.com"
eq(workato.find_user_group { name = "operations" }.id, "pf-Sd000003-aaAAaa")
eq(workato.find_project { name = "Finance" }.folder_id, 1101)
eq(workato.find_folder { name = "finance" }.id, 1101)
eq(workato.find_folder { name = "Nothing", parent_id = 1101 }, nil)
eq(workato.find_connection { name = "Ledger Snowflake" }.id, 4101)
eq(workato.find_recipe { name = "month end close" }.id, 8102)
eq(workato.find_recipe { name = "Month end close", folder_id = 1101 }, nil)
workato.find_recipe { name = "Month end closed", required = true } -- want: not_found: recipe.*did you mean "Month end close"
eq(workato.find_connection { name = "Ledger Snowflake", folder_id = 1102 }, nil)
workato.find_connection { name = "Ledger Snowflak", required = true } -- want: not_found: connection.*did you mean "Ledger Snowflake"
workato.find_folder { name = "Month Ends", parent_id = 1101, required = true } -- want: not_found: folder.*did you mean "Month End"
workato.find_folder { name = "Month End", parent_id = 77 } -- want: not_found
workato.find_user_group { name = "Operation", required = true } -- want: not_found: user group.*did you mean "Operations"
workato.find_project { name = "Finanze", required = true } -- want: not_found: project.*did you mean "Finance"
eq(workato.find_project_role { name = "ledger READER" }.id, "6204")
workato.find_project_role { name = "Ledger readers", required = true } -- want: not_found: project role.*did you mean "Ledger reader"
eq(workato.find_environment_role { name = "release manager" }.id, "6104")
workato.find_environment_role { name = "Release managers", required = true } -- want: not_found: environment role.*did you mean "Release manager"
eq(workato.find_lookup_table { name = "accounts" }.id, 9101)
workato.find_lookup_table { name = "Account", required = true } -- want: not_found: lookup table.*did you mean "Accounts"
eq(workato.find_tag { title = "sox" }.handle, "tag-Sd000001-aaAAaa")
workato.find_tag { title = "SO", required = true } -- want: not_found: tag.*did you mean "SOX"
workato.find_tag { name = "SOX" } -- want: script: .*argument "name": there is no such argument

-- Two may have one name.
workato.create_recipe { name = "twice", code = "{}", folder_id = 1101 }
workato.create_recipe { name = "twice", code = "{}", folder_id = 1103 }
workato.find_recipe { name = "twice" } -- want: conflict: recipe "twice": there are 2 of this name
eq(workato.find_recipe { name = "Twice", folder_id = 1103 }.folder_id, 1103)

-- What is there already is left as it is.
local project, new = workato.ensure_project { name = "Finance" }
eq({ project.id, project.project_id, new }, { 1101, 601, false })
project, new = workato.ensure_project { name = "Audit 2027" }
eq({ project.is_project, new }, { true, true })
eq(workato.ensure_project { name = "Audit 2027" }.id, project.id)
local folder
folder, new = workato.ensure_folder { name = "Evidence", parent_id = project.id }
eq(new, true)
folder, new = workato.ensure_folder { name = "Evidence", parent_id = project.id }
eq({ folder.parent_id, new }, { project.id, false })

-- API clients: a new one has its token, and nothing is changed twice.
local wanted = {
  name = "Audit export", api_privilege_group_id = 42, all_folders = false, folder_ids = { project.id },
  environment_name = "Development",
}
local client, changes
client, changes, new = workato.ensure_developer_api_client(wanted)
eq({ #changes, new, client.token.value ~= nil }, { 0, true, true })
client, changes, new = workato.ensure_developer_api_client(wanted)
eq({ #changes, new, client.token.value == nil }, { 0, false, true })
wanted.folder_ids = { project.id, folder.id }
client, changes, new = workato.ensure_developer_api_client(wanted)
eq({ #changes, changes[1].field, new }, { 1, "folder_ids", false })
wanted.folder_ids = { folder.id, project.id }
wanted.ip_allow_list = ""
client, changes, new = workato.ensure_developer_api_client(wanted)
eq({ #changes, new }, { 0, false })
wanted.ip_allow_list = "192.0.2.7/32"
wanted.api_privilege_group_id = 43
client, changes, new = workato.ensure_developer_api_client(wanted)
eq({ #changes, changes[1].field, changes[1].from, changes[1].to, changes[2].field }, { 2, "api_privilege_group_id", 42, 43, "ip_allow_list" })
eq({ client.api_privilege_group_id, client.ip_allow_list, #client.folder_ids }, { 43, "192.0.2.7/32", 2 })
wanted.folder_ids, wanted.all_folders = nil, true
client, changes, new = workato.ensure_developer_api_client(wanted)
eq({ #changes, changes[1].field, client.all_folders, client.folder_ids }, { 1, "all_folders", true, nil })
wanted.all_folders = false
workato.ensure_developer_api_client(wanted) -- want: invalid: .*folder_ids is empty
wanted.environment_name, wanted.folder_ids = "Test", { 2101 }
client, changes, new = workato.ensure_developer_api_client(wanted)
eq(new, true)
eq(workato.find_developer_api_client { name = "Audit export", environment_name = "Test" }.id, client.id)
workato.find_developer_api_client { name = "Audit export" } -- want: conflict: developer API client "Audit export": there are 2
workato.ensure_developer_api_client { name = "Audit export", all_folders = true } -- want: script: .*argument "api_privilege_group_id": it is required

-- People
eq(workato.ensure_member {
  email = "new@example.com", name = "New One", env_roles = { { environment_type = "dev", name = "Analyst" } },
}, "invited")
local ada = workato.find_member { email = "ada@example.com" }
local roles = {}
for i, r in ipairs(ada.roles) do
  roles[i] = { environment_type = r.environment_type, name = r.role_name == "No access" and "NoAccess" or r.role_name }
end
eq(workato.ensure_member { email = "ada@example.com", name = "Ada", env_roles = roles }, "unchanged")
local group = workato.find_user_group { name = "Operations" }
eq(workato.ensure_member_in_group { member_id = ada.id, user_group_id = group.id }, true)
eq(workato.ensure_member_in_group { member_id = ada.id, user_group_id = group.id }, false)
eq(#workato.revoke_member_access { member_id = ada.id } > 0, true)
eq(#workato.revoke_member_access { member_id = ada.id }, 0)
workato.revoke_member_access { member_id = 77 } -- want: not_found
workato.ensure_member_in_group { member_id = 77, user_group_id = group.id } -- want: not_found
workato.ensure_member_in_group { member_id = ada.id, user_group_id = "pf-none" } -- want: not_found

local function dev_role(name, kind)
  return {
    email = "LIN@example.com", name = "Lin", env_roles = { { environment_type = "dev", name = name, role_type = kind } },
  }
end
eq(workato.ensure_member(dev_role("Admin")), "updated")
eq(workato.ensure_member(dev_role("Admin")), "unchanged")
eq(workato.ensure_member(dev_role("Member", "environment")), "updated")
eq(workato.ensure_member(dev_role("Member", "environment")), "unchanged")
workato.ensure_member(dev_role("Member")) -- want: invalid: .*the role "Member" is unknown
eq(workato.ensure_member(dev_role("NoAccess")), "updated")
eq(workato.ensure_member(dev_role("NoAccess", "environment")), "unchanged")
workato.ensure_member(dev_role("Nobody")) -- want: invalid: .*the role "Nobody" is unknown
workato.ensure_member { email = "lin@example.com", name = "Lin" } -- want: script: .*argument "env_roles": it is required

local paul = workato.find_member { email = "paul@example.com" }
local left = workato.remove_member_from_groups { member_id = paul.id }
eq({ #left, left[1].name, left[2].name }, { 2, "Everyone", "Operations" })
eq(workato.remove_member_from_groups { member_id = paul.id }, {})

-- Recipes
local recipe, done = workato.stop_recipe_and_wait { recipe_id = 8102, every = 0.01 }
eq({ recipe.running, done }, { false, true })
recipe, done = workato.stop_recipe_and_wait { recipe_id = 8102 }
eq({ recipe.running, done }, { false, false })
recipe, done = workato.start_recipe_and_wait { recipe_id = 8102, every = 0.01 }
eq({ recipe.running, done }, { true, true })
recipe, done = workato.start_recipe_and_wait { recipe_id = 8102 }
eq({ recipe.running, done }, { true, false })
workato.start_recipe_and_wait { recipe_id = 8105 } -- want: conflict: .*recipe 8105: .*Action can.t be blank
workato.start_recipe_and_wait { recipe_id = 8103 } -- want: conflict: .*recipe 8103
workato.start_recipe_and_wait { recipe_id = 77 } -- want: not_found
workato.stop_recipe_and_wait { recipe_id = 77 } -- want: not_found
workato.stop_recipe_and_wait { recipe = 8102 } -- want: script: .*did you mean "recipe_id"

-- Packages
local manifest = workato.create_export_manifest { name = "Finance", auto_generate_assets = true, folder_id = 1101 }
local package = workato.export_package_and_wait { export_manifest_id = manifest.id, every = 0.01 }
eq(package.status, "completed")
local content = workato.get_package_content { package_id = package.id }.content
eq(content:sub(1, 2), "PK")
eq(workato.import_package_and_wait { folder_id = folder.id, content = content, every = 0.01 }.status, "completed")
workato.export_package_and_wait { export_manifest_id = manifest.id, every = 0.01, timeout = 0.05 } -- want: timeout: package %d+
workato.export_package_and_wait { export_manifest_id = 77 } -- want: not_found
workato.import_package_and_wait { folder_id = 1101 } -- want: script: .*argument "content": it is required
workato.import_package_and_wait { folder_id = folder.id, content = "no package", every = 0.01 } -- want: failed: package %d+: the file is not a valid package
workato.import_package_and_wait { folder_id = 1101, content = content, every = 0.01 } -- want: failed: package %d+: the recipe .* is running

-- An import that is completed, and leaves a recipe that does not run again.
local forecast = workato.get_recipe { recipe_id = 8104 }
local broken = forecast.code:gsub("clock", "gmail")
workato.stop_recipe { recipe_id = 8104 }
workato.update_recipe { recipe_id = 8104, code = broken }
package = workato.export_package_and_wait { export_manifest_id = manifest.id, every = 0.01 }
workato.update_recipe { recipe_id = 8104, code = forecast.code }
workato.start_recipe { recipe_id = 8104 }
content = workato.get_package_content { package_id = package.id }.content
workato.import_package_and_wait { folder_id = 1101, content = content, restart_recipes = true, every = 0.01 } -- want: failed: package %d+: not every recipe went well: recipe 8104: restart_failed

-- Deployments
local deployed = workato.run_project_deployment_and_wait { project_id = "602", environment_type = "test", every = 0.01 }
eq({ deployed.state, deployed.environment_type }, { "success", "test" })
local build = workato.create_project_build_and_wait { project_id = "f1102", every = 0.01 }
eq(build.state, "success")
eq(workato.run_build_deployment_and_wait {
  project_build_id = build.id, environment_type = "prod", every = 0.01,
}.state, "success")
workato.run_project_deployment_and_wait { project_id = "601", environment_type = "test", every = 0.01 } -- want: failed: deployment .*it ended as failed
workato.create_project_build_and_wait { project_id = "602", every = 0.01, timeout = 0.05 } -- want: timeout: project build %d+
workato.run_project_deployment_and_wait { project_id = "602", environment_type = "dev" } -- want: script: .*argument "environment_type"
workato.run_project_deployment_and_wait { project_id = "77", environment_type = "test" } -- want: not_found
workato.run_build_deployment_and_wait { project_build_id = 77, environment_type = "test" } -- want: not_found
workato.run_build_deployment_and_wait { project_build_id = build.id } -- want: script: .*argument "environment_type": it is required

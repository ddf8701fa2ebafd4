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

-- Recipes
local recipe, done = workato.stop_recipe_and_wait { recipe_id = 8102, every = 0.01 }
eq({ recipe.running, done }, { false, true })
recipe, done = workato.stop_recipe_and_wait { recipe_id = 8102 }
eq({ recipe.running, done }, { false, false })
recipe, done = workato.start_recipe_and_wait { recipe_id = 8102, every = 0.01 }
eq({ recipe.running, done }, { true, true })
eq(workato.start_recipe_and_wait { recipe_id = 8102 }.running, true)

-- Packages
local manifest = workato.create_export_manifest { name = "Finance", auto_generate_assets = true, folder_id = 1101 }
local package = workato.export_package_and_wait { export_manifest_id = manifest.id, every = 0.01 }
eq(package.status, "completed")
local content = workato.get_package_content { package_id = package.id }.content
eq(content:sub(1, 2), "PK")
eq(workato.import_package_and_wait { folder_id = folder.id, content = content, every = 0.01 }.status, "completed")

-- Deployments
local deployed = workato.run_project_deployment_and_wait { project_id = "602", environment_type = "test", every = 0.01 }
eq({ deployed.state, deployed.environment_type }, { "success", "test" })
local build = workato.create_project_build_and_wait { project_id = "f1102", every = 0.01 }
eq(build.state, "success")
eq(workato.run_build_deployment_and_wait {
  project_build_id = build.id, environment_type = "prod", every = 0.01,
}.state, "success")
workato.run_project_deployment_and_wait { project_id = "601", environment_type = "test", every = 0.01 } -- want: failed: deployment .*it ended as failed

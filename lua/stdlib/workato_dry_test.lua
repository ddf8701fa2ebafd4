--- Tests of what the library adds to workato in a dry run: nothing is waited for.

-- What is planned is there for the helpers that follow.
local project, new = workato.ensure_project { name = "Audit 2027" }
eq({ project.name, project.is_project, new }, { "Audit 2027", true, true })
project, new = workato.ensure_project { name = "audit 2027" }
eq({ project.name, new }, { "Audit 2027", false })
local folder
folder, new = workato.ensure_folder { name = "Evidence", parent_id = project.id }
eq({ folder.name, folder.is_project, new }, { "Evidence", false, true })
folder, new = workato.ensure_folder { name = "Evidence", parent_id = project.id }
eq({ folder.name, new }, { "Evidence", false })

-- API clients: a new one has no token yet, and none is rotated for it.
local wanted = {
  name = "Audit export", api_privilege_group_id = 42, all_folders = false, folder_ids = { 1101 },
  environment_name = "Development",
}
local client, changes
client, changes, new = workato.ensure_developer_api_client(wanted)
eq({ client.name, #changes, new }, { "Audit export", 0, true })
client, changes, new = workato.ensure_developer_api_client(wanted)
eq({ client.name, #changes, new }, { "Audit export", 0, false })
wanted.api_privilege_group_id = 43
client, changes, new = workato.ensure_developer_api_client(wanted)
eq({ client.api_privilege_group_id, changes[1].field, new }, { 43, "api_privilege_group_id", false })
client, changes = workato.ensure_developer_api_client(wanted)
eq(#changes, 0)

-- People
local ada = workato.find_member { email = "ada@example.com" }
eq(workato.ensure_member {
  email = "ada@example.com", name = "Ada", env_roles = { { environment_type = "prod", name = "Admin" } },
}, "updated")
eq(workato.ensure_member {
  email = "ada@example.com", name = "Ada", env_roles = { { environment_type = "prod", name = "Admin" } },
}, "unchanged")
eq(#workato.revoke_member_access { member_id = ada.id }, 3)
eq(#workato.revoke_member_access { member_id = ada.id }, 0)
eq(workato.ensure_member {
  email = "new@example.com", name = "New One", env_roles = { { environment_type = "dev", name = "Analyst" } },
}, "invited")
local left = workato.remove_member_from_groups { member_id = ada.id }
eq({ #left, left[2].name, left[3].name }, { 3, "Finance Analysts", "Data Stewards" })

-- Recipes
local recipe, done = workato.stop_recipe_and_wait { recipe_id = 8102 }
eq({ recipe.running, done }, { false, true })
recipe, done = workato.stop_recipe_and_wait { recipe_id = 8102 }
eq({ recipe.running, done }, { false, false })
recipe, done = workato.start_recipe_and_wait { recipe_id = 8102 }
eq({ recipe.running, done }, { true, true })
recipe, done = workato.start_recipe_and_wait { recipe_id = 8102 }
eq({ recipe.running, done }, { true, false })

-- What goes on at Workato once it is begun
local build = workato.create_project_build_and_wait { project_id = "602", description = "Q2" }
eq(build.description, "Q2")
eq(workato.run_build_deployment_and_wait { project_build_id = build.id, environment_type = "test" }.environment_type, "test")
eq(workato.run_project_deployment_and_wait { project_id = "602", environment_type = "prod" }.environment_type, "prod")
local manifest = workato.create_export_manifest { name = "Finance", auto_generate_assets = true, folder_id = 1101 }
eq(workato.export_package_and_wait { export_manifest_id = manifest.id }.operation_type, "export")
eq(workato.import_package_and_wait { folder_id = 1101, content = "PK", restart_recipes = true }.operation_type, "import")

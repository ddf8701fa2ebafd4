--- What scripts often need of Workato, over its operations.
---
--- find_… looks something up by its name and answers nil if there is none;
--- ensure_… does what is missing, so that it may be called again;
--- …_and_wait waits until what it began has ended.
local arguments = require("arguments")
local named = require("named").at("that the client can see")

local workato = {}

local check = arguments.of("workato")

--- Finds a Developer API client by its name, without regard to capitals.
---
--- Takes `name`; `environment_name`: only clients of this environment; and
--- `required`: false if omitted.
---
--- Answers the client as get_developer_api_client does; nil if there is none.
---
--- Raises `conflict` if several have the name, and `not_found`, with the
--- nearest known name, if there is none and `required` is true.
---
---@param args { name: string, environment_name?: string, required?: boolean }
---@return table?
function workato.find_developer_api_client(module, args)
  check("find_developer_api_client", args, { "name" }, { "environment_name", "required" })
  local list = {}
  for _, c in ipairs(module.list_developer_api_clients {}) do
    if not args.environment_name or c.environment_name == args.environment_name then
      list[#list + 1] = c
    end
  end
  return named(list, "developer API client", "name", args.name, args.required)
end

--- Finds a role of Developer API clients by its name.
---
--- Takes `name`, and `required`: false if omitted.
---
--- Capitals do not matter. Answers the role; nil if there is none. Its id is the
--- api_privilege_group_id of clients.
---
--- Raises `conflict` if several have the name, and `not_found`, with the
--- nearest known name, if there is none and `required` is true.
---
---@param args { name: string, required?: boolean }
---@return table?
function workato.find_developer_api_client_role(module, args)
  check("find_developer_api_client_role", args, { "name" }, { "required" })
  local list = module.list_developer_api_client_roles {}
  return named(list, "developer API client role", "name", args.name, args.required)
end

--- Finds a collaborator by the e-mail address, without regard to capitals.
---
--- Takes `email`, and `required`: false if omitted.
---
--- Answers the member; nil if there is none. Who was invited and has not
--- accepted yet is no member. If Workato's own filter finds nobody, all are
--- read, in case it minds capitals.
---
--- Raises `conflict` if several have the address, and `not_found`, with the
--- nearest known address, if there is none and `required` is true.
---
---@param args { email: string, required?: boolean }
---@return table?
function workato.find_member(module, args)
  check("find_member", args, { "email" }, { "required" })
  local list = module.list_members { email = args.email }
  local found = named(list, "member", "email", args.email)
  return found or named(module.list_members {}, "member", "email", args.email, args.required)
end

--- Finds a group of collaborators by its name, without regard to capitals.
---
--- Takes `name`, and `required`: false if omitted.
---
--- Answers the group, without its members; nil if there is none.
---
--- Raises `conflict` if several have the name, and `not_found`, with the
--- nearest known name, if there is none and `required` is true.
---
---@param args { name: string, required?: boolean }
---@return table?
function workato.find_user_group(module, args)
  check("find_user_group", args, { "name" }, { "required" })
  return named(module.list_user_groups {}, "user group", "name", args.name, args.required)
end

--- Finds a project role by its name, without regard to capitals.
---
--- Takes `name`, and `required`: false if omitted.
---
--- Answers the role as the list shows it; nil if there is none.
---
--- Raises `conflict` if several have the name, and `not_found`, with the
--- nearest known name, if there is none and `required` is true.
---
---@param args { name: string, required?: boolean }
---@return table?
function workato.find_project_role(module, args)
  check("find_project_role", args, { "name" }, { "required" })
  return named(module.list_project_roles {}, "project role", "name", args.name, args.required)
end

--- Finds an environment role by its name, without regard to capitals.
---
--- Takes `name`, and `required`: false if omitted.
---
--- Answers the role as the list shows it; nil if there is none.
---
--- Raises `conflict` if several have the name, and `not_found`, with the
--- nearest known name, if there is none and `required` is true.
---
---@param args { name: string, required?: boolean }
---@return table?
function workato.find_environment_role(module, args)
  check("find_environment_role", args, { "name" }, { "required" })
  local list = module.list_environment_roles {}
  return named(list, "environment role", "name", args.name, args.required)
end

--- Finds a project by its name, without regard to capitals.
---
--- Takes `name`, and `required`: false if omitted.
---
--- Answers the project; nil if there is none. Its folder is folder_id.
---
--- Raises `conflict` if several have the name, and `not_found`, with the
--- nearest known name, if there is none and `required` is true.
---
---@param args { name: string, required?: boolean }
---@return table?
function workato.find_project(module, args)
  check("find_project", args, { "name" }, { "required" })
  return named(module.list_projects {}, "project", "name", args.name, args.required)
end

--- Finds a folder by its name, without regard to capitals.
---
--- Takes `name`; `parent_id`: the folder it is in, the one at the top if
--- omitted; and `required`: false if omitted.
---
--- Answers the folder; nil if there is none.
---
--- Raises `conflict` if several have the name, and `not_found`, with the
--- nearest known name, if there is none and `required` is true.
---
---@param args { name: string, parent_id?: integer, required?: boolean }
---@return table?
function workato.find_folder(module, args)
  check("find_folder", args, { "name" }, { "parent_id", "required" })
  local list
  if args.parent_id then
    list = module.list_folders { parent_id = args.parent_id }
  else
    list = module.list_root_folders {}
  end
  return named(list, "folder", "name", args.name, args.required)
end

--- Finds a connection by its name, without regard to capitals.
---
--- Takes `name`; `folder_id`: the folder it is in, any if omitted; and
--- `required`: false if omitted.
---
--- Answers the connection; nil if there is none.
---
--- Raises `conflict` if several have the name, and `not_found`, with the
--- nearest known name, if there is none and `required` is true.
---
---@param args { name: string, folder_id?: integer, required?: boolean }
---@return table?
function workato.find_connection(module, args)
  check("find_connection", args, { "name" }, { "folder_id", "required" })
  local list = module.list_connections { folder_id = args.folder_id }
  return named(list, "connection", "name", args.name, args.required)
end

--- Finds a recipe by its name, without regard to capitals.
---
--- Takes `name`; `folder_id`: the folder it is in, any if omitted; and
--- `required`: false if omitted.
---
--- Answers the recipe, without its code; nil if there is none.
---
--- Raises `conflict` if several have the name, and `not_found`, with the
--- nearest known name, if there is none and `required` is true.
---
---@param args { name: string, folder_id?: integer, required?: boolean }
---@return table?
function workato.find_recipe(module, args)
  check("find_recipe", args, { "name" }, { "folder_id", "required" })
  local list = module.list_recipes { folder_id = args.folder_id, exclude_code = true }
  return named(list, "recipe", "name", args.name, args.required)
end

--- Finds a lookup table by its name, without regard to capitals.
---
--- Takes `name`, and `required`: false if omitted.
---
--- Answers the table, without its rows; nil if there is none.
---
--- Raises `conflict` if several have the name, and `not_found`, with the
--- nearest known name, if there is none and `required` is true.
---
---@param args { name: string, required?: boolean }
---@return table?
function workato.find_lookup_table(module, args)
  check("find_lookup_table", args, { "name" }, { "required" })
  return named(module.list_lookup_tables {}, "lookup table", "name", args.name, args.required)
end

--- Finds a tag by its title, without regard to capitals.
---
--- Takes `title`, and `required`: false if omitted.
---
--- Answers the tag; nil if there is none.
---
--- Raises `conflict` if several have the title, and `not_found`, with the
--- nearest known title, if there is none and `required` is true.
---
---@param args { title: string, required?: boolean }
---@return table?
function workato.find_tag(module, args)
  check("find_tag", args, { "title" }, { "required" })
  return named(module.list_tags {}, "tag", "title", args.title, args.required)
end

--- Sees to it that there is a project.
---
--- Takes `name`.
---
--- Answers the folder of the project, as create_folder does: its id is
--- folder_id elsewhere, its project_id the project. And whether it is new.
---
--- Raises `conflict` if several have the name.
---
---@param args { name: string }
---@return table, boolean
function workato.ensure_project(module, args)
  check("ensure_project", args, { "name" })
  local projects = {}
  for _, f in ipairs(module.list_root_folders {}) do
    if f.is_project then projects[#projects + 1] = f end
  end
  local found = named(projects, "project", "name", args.name)
  if found then return found, false end
  return module.create_folder { name = args.name }, true
end

--- Sees to it that there is a folder in another.
---
--- Takes `name` and `parent_id`.
---
--- Answers the folder, and whether it is new.
---
--- Raises `conflict` if several have the name, and what create_folder raises.
---
---@param args { name: string, parent_id: integer }
---@return table, boolean
function workato.ensure_folder(module, args)
  check("ensure_folder", args, { "name", "parent_id" })
  local found = module.find_folder { name = args.name, parent_id = args.parent_id }
  if found then return found, false end
  return module.create_folder { name = args.name, parent_id = args.parent_id }, true
end

--- Whether two lists have the same elements, in any order.
local function same_set(a, b)
  local there = {}
  for _, x in ipairs(b or {}) do there[tostring(x)] = true end
  if #(a or {}) ~= #(b or {}) then return false end
  for _, x in ipairs(a or {}) do
    if not there[tostring(x)] then return false end
  end
  return true
end

--- Creates or updates a Developer API client, as far as it is needed.
---
--- Takes `name`, `api_privilege_group_id`, `all_folders`, and `folder_ids`,
--- `environment_name` and `ip_allow_list` as create_developer_api_client does.
---
--- A client of that name in that environment is taken for the one that is
--- meant; only fields that are given and differ are changed. Answers the client;
--- a list of { field, from, to }, empty if nothing was changed or the client is
--- new; and whether it is new. Only a new one has its token, in token.value:
--- store it at once, no read shows it later. If the answer that held it was lost
--- and the client found again, the token is rotated, so that there is one.
---
--- Raises `conflict` if several clients have the name there, and what
--- create_developer_api_client and update_developer_api_client raise.
---
---@param args table
---@return table, table[], boolean
function workato.ensure_developer_api_client(module, args)
  local optional = { "folder_ids", "environment_name", "ip_allow_list" }
  local required = { "name", "api_privilege_group_id", "all_folders" }
  check("ensure_developer_api_client", args, required, optional)
  local client = module.find_developer_api_client {
    name = args.name, environment_name = args.environment_name,
  }
  if not client then
    client = module.create_developer_api_client(args)
    if not dry_run() and not (client.token and client.token.value) then
      client = module.rotate_developer_api_client_token { developer_api_client_id = client.id }
    end
    return client, {}, true
  end
  local changes, update = {}, { developer_api_client_id = client.id }
  for _, field in ipairs { "api_privilege_group_id", "all_folders", "ip_allow_list" } do
    local wanted = args[field]
    local has = client[field]
    if field == "ip_allow_list" and has == nil then has = "" end
    if wanted ~= nil and wanted ~= has then
      update[field] = wanted
      changes[#changes + 1] = { field = field, from = client[field], to = wanted }
    end
  end
  if args.folder_ids and not same_set(args.folder_ids, client.folder_ids) then
    update.folder_ids = args.folder_ids
    changes[#changes + 1] = {
      field = "folder_ids", from = client.folder_ids, to = args.folder_ids,
    }
  end
  if #changes > 0 then client = module.update_developer_api_client(update) end
  return client, changes, false
end

--- Invites a person, or gives a collaborator roles, as far as it is needed.
---
--- Takes `email`, `name` and `env_roles`, and `user_group_ids` for a person who
--- is invited, as invite_member does.
---
--- Answers "invited", "updated" if roles of a collaborator were changed, or
--- "unchanged". Environments that are not named keep their role. Nobody can see
--- who was invited and has not accepted, so a person who lets it lie is invited
--- again; Workato refuses that for 20 minutes.
---
--- Raises `conflict` if several collaborators have the address, and what
--- invite_member and update_member_roles raise.
---
---@param args table
---@return string
function workato.ensure_member(module, args)
  check("ensure_member", args, { "email", "name", "env_roles" }, { "user_group_ids" })
  local member = module.find_member { email = args.email }
  if not member then
    module.invite_member(args)
    return "invited"
  end
  local now, missing = {}, {}
  for _, r in ipairs(member.roles) do now[r.environment_type] = r end
  for _, wanted in ipairs(args.env_roles) do
    local role = now[wanted.environment_type]
    local name = role and role.role_name or "No access"
    if name == "No access" then name = "NoAccess" end
    local kind = role and role.role_type
    -- Two roles of different models may have one name; that there is none is the same in both.
    local differs = kind and name ~= "NoAccess" and kind ~= (wanted.role_type or "privilege_group")
    if name ~= wanted.name or differs then missing[#missing + 1] = wanted end
  end
  if #missing == 0 then return "unchanged" end
  module.update_member_roles { member_id = member.id, env_roles = missing }
  return "updated"
end

--- Sees to it that a collaborator has no access to any environment.
---
--- Takes `member_id`. The collaborator stays one, so the access can be given
--- back: remove_member is for good.
---
--- Answers the environments whose role was taken away, each as { environment_type,
--- role_name }: an empty list if there was none.
---
--- Raises `not_found` if there is no such member.
---
---@param args { member_id: integer }
---@return table[]
function workato.revoke_member_access(module, args)
  check("revoke_member_access", args, { "member_id" })
  local taken, roles = {}, {}
  for _, r in ipairs(module.get_member { member_id = args.member_id }.roles) do
    if r.role_name ~= "No access" and r.role_name ~= "NoAccess" then
      taken[#taken + 1] = { environment_type = r.environment_type, role_name = r.role_name }
      roles[#roles + 1] = {
        environment_type = r.environment_type, name = "NoAccess", role_type = r.role_type,
      }
    end
  end
  if #roles > 0 then
    module.update_member_roles { member_id = args.member_id, env_roles = roles }
  end
  return taken
end

--- Sees to it that a collaborator is in a group.
---
--- Takes `member_id` and `user_group_id`. Answers whether the collaborator was
--- added: false if they were in it.
---
--- Raises `not_found` if there is no such group or collaborator.
---
---@param args { member_id: integer, user_group_id: string }
---@return boolean
function workato.ensure_member_in_group(module, args)
  check("ensure_member_in_group", args, { "member_id", "user_group_id" })
  for _, m in ipairs(module.list_user_group_members { user_group_id = args.user_group_id }) do
    if m.id == args.member_id then return false end
  end
  module.add_user_group_members {
    user_group_id = args.user_group_id, user_ids = { args.member_id },
  }
  return true
end

--- Sees to it that a collaborator is in no group.
---
--- Takes `member_id`. Reads the members of every group.
---
--- Answers the groups that the collaborator was taken out of: an empty list if
--- there was none.
---
---@param args { member_id: integer }
---@return table[]
function workato.remove_member_from_groups(module, args)
  check("remove_member_from_groups", args, { "member_id" })
  local left = {}
  for _, group in ipairs(module.list_user_groups {}) do
    for _, m in ipairs(module.list_user_group_members { user_group_id = group.id }) do
      if m.id == args.member_id then left[#left + 1] = group end
    end
  end
  -- Only now: a dry run does not know who is in the groups once one has changed.
  for _, group in ipairs(left) do
    module.remove_user_group_members { user_group_id = group.id, user_ids = { args.member_id } }
  end
  return left
end

--- Waits until `look` answers a true value, and answers that. It looks less and
--- less often, but at the latest after 30 seconds, and once more when the time is
--- over. `opts` are those of wait_until.
local function patiently(opts, look)
  local pause, due = opts.every, now()
  local ok, got = pcall(wait_until, opts, function()
    if now() < due then return false end
    local seen = look()
    pause = math.max(opts.every, math.min(pause * 1.5, 30))
    due = now() + pause
    return seen
  end)
  if ok then return got end
  if type(got) ~= "table" or got.kind ~= "timeout" or got.op then error(got, 0) end
  return look() or error(got, 0)
end

--- Waits until a recipe runs, or does not.
local function wait_for_recipe(module, args, running, timeout)
  local opts = {
    every = args.every or 5, timeout = args.timeout or timeout,
    what = string.format("recipe %s %s", args.recipe_id, running and "to run" or "to stop"),
  }
  return patiently(opts, function()
    local seen = module.get_recipe { recipe_id = args.recipe_id }
    return seen.running == running and seen
  end)
end

--- Starts a recipe, unless it runs, and waits until it does.
---
--- Takes `recipe_id`, and `every` and `timeout`: seconds, 5 and 120 if omitted.
---
--- Answers the recipe as get_recipe does, and whether it was started. A dry run
--- does not wait.
---
--- Raises `conflict` if it cannot be started, `timeout` if it does not run after
--- `timeout` seconds, and `not_found` if there is no such recipe.
---
---@param args { recipe_id: integer, every?: number, timeout?: number }
---@return table, boolean
function workato.start_recipe_and_wait(module, args)
  check("start_recipe_and_wait", args, { "recipe_id" }, { "every", "timeout" })
  local now = module.get_recipe { recipe_id = args.recipe_id }
  if now.running == true then return now, false end
  module.start_recipe { recipe_id = args.recipe_id }
  if dry_run() then return module.get_recipe { recipe_id = args.recipe_id }, true end
  return wait_for_recipe(module, args, true, 120), true
end

--- Stops a recipe, if it runs, and waits until it does not.
---
--- Takes `recipe_id`, and `every` and `timeout`: seconds, 5 and 120 if omitted.
---
--- Answers the recipe as get_recipe does, and whether it was stopped. A dry run
--- does not wait.
---
--- Raises `conflict` if its state forbids it, `timeout` if it still runs after
--- `timeout` seconds, and `not_found` if there is no such recipe.
---
---@param args { recipe_id: integer, every?: number, timeout?: number }
---@return table, boolean
function workato.stop_recipe_and_wait(module, args)
  check("stop_recipe_and_wait", args, { "recipe_id" }, { "every", "timeout" })
  local now = module.get_recipe { recipe_id = args.recipe_id }
  if now.running == false then return now, false end
  module.stop_recipe { recipe_id = args.recipe_id }
  if dry_run() then return module.get_recipe { recipe_id = args.recipe_id }, true end
  return wait_for_recipe(module, args, false, 120), true
end

--- Waits until what a call began has succeeded: good and bad are its states.
local function wait_for_end(what, get, args, field, good, bad, timeout)
  local opts = { every = args.every or 3, timeout = args.timeout or timeout, what = what }
  local seen = patiently(opts, function()
    local last = get()
    return (last[field] == good or last[field] == bad) and last
  end)
  if seen[field] == good then return seen end
  fail { subject = what, cause = seen.error or ("it ended as " .. seen[field]) }
end

--- Exports a manifest and waits until the package is there.
---
--- Takes `export_manifest_id`, and `every` and `timeout`: seconds, 3 and 300 if
--- omitted.
---
--- Answers the package as get_package does; get_package_content fetches what is
--- in it. A dry run does not wait.
---
--- Raises `failed` if the export fails, and `timeout` if it has not ended after
--- `timeout` seconds.
---
---@param args { export_manifest_id: integer, every?: number, timeout?: number }
---@return table
function workato.export_package_and_wait(module, args)
  check("export_package_and_wait", args, { "export_manifest_id" }, { "every", "timeout" })
  local begun = module.export_package { export_manifest_id = args.export_manifest_id }
  if dry_run() then return begun end
  return wait_for_end("package " .. begun.id, function()
    return module.get_package { package_id = begun.id }
  end, args, "status", "completed", "failed", 300)
end

-- What becomes of a recipe of an import, where all went well.
local IMPORTED = {
  no_update_or_update_without_restart = true,
  no_update_or_updated_without_restart = true,
  restarted = true,
}

--- Imports a package and waits until all of it is there.
---
--- Takes the arguments of import_package, and `every` and `timeout`: seconds, 3
--- and 300 if omitted.
---
--- Answers the package as get_package does. A dry run does not wait.
---
--- Raises `failed` if the import fails, or it completes and a recipe was not
--- updated or does not run again, which it names; and `timeout` if it has not
--- ended after `timeout` seconds, and then it goes on.
---
---@param args table
---@return table
function workato.import_package_and_wait(module, args)
  check("import_package_and_wait", args, { "folder_id", "content" },
    { "restart_recipes", "include_tags", "folder_id_for_home_assets", "every", "timeout" })
  local begun = module.import_package {
    folder_id = args.folder_id, content = args.content,
    restart_recipes = args.restart_recipes, include_tags = args.include_tags,
    folder_id_for_home_assets = args.folder_id_for_home_assets,
  }
  if dry_run() then return begun end
  sleep(2) -- before, Workato's own clients say, there is nothing to see
  local what = "package " .. begun.id
  local done = wait_for_end(what, function()
    return module.get_package { package_id = begun.id }
  end, args, "status", "completed", "failed", 300)
  local bad = {}
  for _, r in ipairs(done.recipe_status) do
    if not IMPORTED[r.import_result] then
      bad[#bad + 1] = string.format("recipe %s: %s", r.id, r.import_result)
    end
  end
  if #bad > 0 then
    fail {
      subject = what, cause = "not every recipe went well: " .. table.concat(bad, ", "),
      hint = "stopped and restart_failed are updated and do not run; the others are not updated",
    }
  end
  return done
end

--- Builds a project and waits until the build is done.
---
--- Takes the arguments of create_project_build, and `every` and `timeout`:
--- seconds, 3 and 600 if omitted.
---
--- Answers the build as get_project_build does. A dry run does not wait.
---
--- Raises `failed` if the build fails, and `timeout` if it has not ended after
--- `timeout` seconds.
---
---@param args table
---@return table
function workato.create_project_build_and_wait(module, args)
  check("create_project_build_and_wait", args, { "project_id" },
    { "description", "include_test_cases", "every", "timeout" })
  local begun = module.create_project_build {
    project_id = args.project_id, description = args.description,
    include_test_cases = args.include_test_cases,
  }
  if dry_run() then return begun end
  return wait_for_end("project build " .. begun.id, function()
    return module.get_project_build { project_build_id = begun.id }
  end, args, "state", "success", "failed", 600)
end

--- Waits until a deployment has succeeded.
local function wait_for_deployment(module, args, begun)
  if dry_run() then return begun end
  return wait_for_end("deployment " .. begun.id, function()
    return module.get_deployment { deployment_id = begun.id }
  end, args, "state", "success", "failed", 600)
end

--- Deploys a build and waits until it is done.
---
--- Takes the arguments of run_build_deployment, and `every` and `timeout`:
--- seconds, 3 and 600 if omitted.
---
--- Answers the deployment as get_deployment does. A dry run does not wait.
---
--- Raises `failed` if the deployment fails, and `timeout` if it has not ended
--- after `timeout` seconds, and then it goes on.
---
---@param args table
---@return table
function workato.run_build_deployment_and_wait(module, args)
  check("run_build_deployment_and_wait", args, { "project_build_id", "environment_type" },
    { "description", "every", "timeout" })
  return wait_for_deployment(module, args, module.run_build_deployment {
    project_build_id = args.project_build_id, environment_type = args.environment_type,
    description = args.description,
  })
end

--- Builds and deploys a project and waits until it is done.
---
--- Takes the arguments of run_project_deployment, and `every` and `timeout`:
--- seconds, 3 and 600 if omitted.
---
--- Answers the deployment as get_deployment does. A dry run does not wait.
---
--- Raises `failed` if the deployment fails, and `timeout` if it has not ended
--- after `timeout` seconds, and then it goes on.
---
---@param args table
---@return table
function workato.run_project_deployment_and_wait(module, args)
  check("run_project_deployment_and_wait", args, { "project_id", "environment_type" },
    { "description", "every", "timeout" })
  return wait_for_deployment(module, args, module.run_project_deployment {
    project_id = args.project_id, environment_type = args.environment_type,
    description = args.description,
  })
end

return workato

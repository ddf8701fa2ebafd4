--- What scripts often need of AtScale, over its operations.
---
--- find_… looks something up by its name and answers nil if there is none;
--- ensure_… does what is missing, so that it may be called again.
--- Cubes and projects are the installer edition's, models and catalogs the
--- container edition's.
local arguments = require("arguments")
local named = require("named").at("in AtScale")

local atscale = {}

local check = arguments.of("atscale")

--- Finds an organization by its name, without regard to capitals.
---
--- Takes `name`, and `required`: false if omitted.
---
--- Answers it as list_organizations does; nil if there is none that the
--- connection's user can reach.
---
--- Raises `conflict` if several fit, and `not_found`, with the nearest known
--- name, if there is none and `required` is true.
---
---@param args { name: string, required?: boolean }
---@return table?
function atscale.find_organization(module, args)
  check("find_organization", args, { "name" }, { "required" })
  local list = module.list_organizations {}
  return named(list, "organization", "name", args.name, args.required)
end

--- Finds a role by its title, without regard to capitals.
---
--- Takes `title`, and `required`: false if omitted.
---
--- Answers the role as list_roles does; nil if there is none.
---
--- Raises `conflict` if several fit, and `not_found`, with the nearest known
--- title, if there is none and `required` is true.
---
---@param args { title: string, required?: boolean }
---@return table?
function atscale.find_role(module, args)
  check("find_role", args, { "title" }, { "required" })
  return named(module.list_roles {}, "role", "title", args.title, args.required)
end

--- Finds a user by sign-in name or address, without regard to capitals.
---
--- Takes `username`, or `email`: the address, which may also be the name to sign
--- in with; and `required`: false if omitted.
---
--- Answers the user as list_users does; nil if there is none. Who has no role
--- in the organization is not found.
---
--- Raises `conflict` if several fit, and `not_found`, with the nearest known
--- name, if there is none and `required` is true.
---
---@param args { username?: string, email?: string, required?: boolean }
---@return table?
function atscale.find_user(module, args)
  if type(args) == "table" and args.email ~= nil and args.username == nil then
    check("find_user", args, { "email" }, { "required" })
    local list = module.list_users {}
    return named(list, "user", { "email", "auth_username" }, args.email, args.required)
  end
  check("find_user", args, { "username" }, { "required" })
  local list = module.list_users {}
  return named(list, "user", "auth_username", args.username, args.required)
end

--- Finds a group by its name, without regard to capitals.
---
--- Takes `name`, and `required`: false if omitted.
---
--- Answers the group as list_groups does; nil if there is none.
---
--- Raises `conflict` if several fit, and `not_found`, with the nearest known
--- name, if there is none and `required` is true.
---
---@param args { name: string, required?: boolean }
---@return table?
function atscale.find_group(module, args)
  check("find_group", args, { "name" }, { "required" })
  return named(module.list_groups {}, "group", "name", args.name, args.required)
end

--- Finds a draft project by its name, without regard to capitals.
---
--- Takes `name`, and `required`: false if omitted.
---
--- Answers the project as get_project does: its `engine_id` is the id of what
--- is published of it. nil if there is none.
---
--- Raises `conflict` if several fit, and `not_found`, with the nearest known
--- name, if there is none and `required` is true.
---
---@param args { name: string, required?: boolean }
---@return table?
function atscale.find_project(module, args)
  check("find_project", args, { "name" }, { "required" })
  return named(module.list_projects {}, "project", "name", args.name, args.required)
end

--- Finds a published project by its name, without regard to capitals.
---
--- Takes `name`, and `required`: false if omitted.
---
--- Answers it as list_published_projects does, with its cubes; nil if there is
--- none.
---
--- Raises `conflict` if several fit, and `not_found`, with the nearest known
--- name, if there is none and `required` is true.
---
---@param args { name: string, required?: boolean }
---@return table?
function atscale.find_published_project(module, args)
  check("find_published_project", args, { "name" }, { "required" })
  local list = module.list_published_projects {}
  return named(list, "published project", "name", args.name, args.required)
end

--- Finds a published cube by the names of its project and its own.
---
--- Capitals do not count.
---
--- Takes `project` and `cube`, names, and `required`: false if omitted.
---
--- Answers `project_id` and `cube_id`, as start_cube_build takes them; nil if
--- there is none.
---
--- Raises `conflict` if several fit, and `not_found`, with the nearest known
--- name, if there is none and `required` is true.
---
---@param args { project: string, cube: string, required?: boolean }
---@return { project_id: string, cube_id: string }?
function atscale.find_cube(module, args)
  check("find_cube", args, { "project", "cube" }, { "required" })
  local project = module.find_published_project {
    name = args.project, required = args.required,
  }
  local cube = project and named(project.cubes, "cube", "name", args.cube, args.required)
  return cube and { project_id = project.id, cube_id = cube.id }
end

--- Finds a data warehouse of the installer edition by its name.
---
--- Capitals do not count.
---
--- Takes `name`, and `required`: false if omitted.
---
--- Answers it as list_connection_groups does; nil if there is none.
---
--- Raises `conflict` if several fit, and `not_found`, with the nearest known
--- name, if there is none and `required` is true.
---
---@param args { name: string, required?: boolean }
---@return table?
function atscale.find_connection_group(module, args)
  check("find_connection_group", args, { "name" }, { "required" })
  local list = module.list_connection_groups {}
  return named(list, "connection group", "name", args.name, args.required)
end

--- Finds a deployed catalog by its name, without regard to capitals.
---
--- Takes `name`, and `required`: false if omitted.
---
--- Answers it as list_catalogs does, with its models; nil if there is none.
---
--- Raises `conflict` if several fit, and `not_found`, with the nearest known
--- name, if there is none and `required` is true.
---
---@param args { name: string, required?: boolean }
---@return table?
function atscale.find_catalog(module, args)
  check("find_catalog", args, { "name" }, { "required" })
  return named(module.list_catalogs {}, "catalog", "name", args.name, args.required)
end

--- Finds a model by the names of its catalog and its own.
---
--- Capitals do not count.
---
--- Takes `catalog` and `model`, names, and `required`: false if omitted.
---
--- Answers `catalog_id` and `model_id`, as start_model_build takes them; nil if
--- there is none.
---
--- Raises `conflict` if several fit, and `not_found`, with the nearest known
--- name, if there is none and `required` is true.
---
---@param args { catalog: string, model: string, required?: boolean }
---@return { catalog_id: string, model_id: string }?
function atscale.find_model(module, args)
  check("find_model", args, { "catalog", "model" }, { "required" })
  local catalog = module.find_catalog { name = args.catalog, required = args.required }
  local model = catalog and named(catalog.models, "model", "name", args.model, args.required)
  return model and { catalog_id = catalog.id, model_id = model.id }
end

--- Finds an attached Git repository by its name, without regard to capitals.
---
--- Takes `name`, and `required`: false if omitted.
---
--- Answers it as list_repositories does; nil if there is none.
---
--- Raises `conflict` if several fit, and `not_found`, with the nearest known
--- name, if there is none and `required` is true.
---
---@param args { name: string, required?: boolean }
---@return table?
function atscale.find_repository(module, args)
  check("find_repository", args, { "name" }, { "required" })
  local list = module.list_repositories {}
  return named(list, "repository", "name", args.name, args.required)
end

--- Finds a data warehouse of the container edition by its name.
---
--- Capitals do not count.
---
--- Takes `name`, and `required`: false if omitted.
---
--- Answers it as list_data_warehouses does; nil if there is none.
---
--- Raises `conflict` if several fit, and `not_found`, with the nearest known
--- name, if there is none and `required` is true.
---
---@param args { name: string, required?: boolean }
---@return table?
function atscale.find_data_warehouse(module, args)
  check("find_data_warehouse", args, { "name" }, { "required" })
  local list = module.list_data_warehouses {}
  return named(list, "data warehouse", "name", args.name, args.required)
end

--- Creates or updates a user, as far as it is needed.
---
--- Takes `username`; `password` and `roles`, titles of roles, for a new user;
--- `email` and `name`.
---
--- Creates the user if there is none; else changes only `email` and `name`,
--- where they are given and differ. Password and roles of a user who is there
--- stay as they are: AtScale does not tell them, so they cannot be compared.
---
--- Answers the user as it is then; a list of { field, from, to }, empty if
--- nothing was changed or the user is new; and whether the user is new. In a
--- dry run the id of a new user is an unknown.
---
--- Raises `script` if the user has to be created and `password` or `roles` is
--- missing, `not_found`, with the nearest known title, if there is no such
--- role, and what create_user and update_user raise.
---
---@param args table
---@return table, table[], boolean
function atscale.ensure_user(module, args)
  local optional = { "password", "roles", "email", "name" }
  check("ensure_user", args, { "username" }, optional)
  local user = module.find_user { username = args.username }
  if not user then
    check("ensure_user", args, { "username", "password", "roles" }, { "email", "name" })
    local roles, known = {}, module.list_roles {}
    for i, title in ipairs(args.roles) do
      roles[i] = named(known, "role", "title", title, true).id
    end
    return module.create_user {
      username = args.username, password = args.password, roles = roles,
      email = args.email, name = args.name,
    }, {}, true
  end
  local changes, update = {}, { user_id = user.user_id }
  for _, field in ipairs { "email", "name" } do
    local wanted = args[field]
    if wanted ~= nil and wanted ~= user[field] then
      update[field] = wanted
      changes[#changes + 1] = { field = field, from = user[field], to = wanted }
    end
  end
  if #changes > 0 then
    module.update_user(update)
    local after = {}
    for k, v in pairs(user) do after[k] = v end
    for _, c in ipairs(changes) do after[c.field] = c.to end
    user = after
  end
  return user, changes, false
end

--- Creates a group unless there is one of its name, in whatever capitals.
---
--- Takes `name`. Answers the group, and whether it is new.
---
--- Raises `conflict` if several fit.
---
---@param args { name: string }
---@return table, boolean
function atscale.ensure_group(module, args)
  check("ensure_group", args, { "name" })
  local group = module.find_group { name = args.name }
  if group then return group, false end
  return module.create_group { name = args.name }, true
end

--- Adds a schedule for the builds of a cube unless there is one like it.
---
--- Takes `project_id`, `cube_id`, `time_expression` and `full_build` as
--- create_build_schedule does. Answers the schedule, and whether it is new.
--- Other schedules of the cube stay.
---
---@param args table
---@return table, boolean
function atscale.ensure_build_schedule(module, args)
  check("ensure_build_schedule", args,
    { "project_id", "cube_id", "time_expression", "full_build" })
  local of = { project_id = args.project_id, cube_id = args.cube_id }
  for _, s in ipairs(module.list_build_schedules(of)) do
    local same = s.full_build == nil or s.full_build == args.full_build
    if s.time_expression == args.time_expression and same then return s, false end
  end
  return module.create_build_schedule(args), true
end

--- Attaches a Git repository unless one of its address is attached.
---
--- Takes the arguments of create_repository. Answers the repository, and
--- whether it is new. One that is attached stays as it is.
---
---@param args table
---@return table, boolean
function atscale.ensure_repository(module, args)
  check("ensure_repository", args, { "name", "url" },
    { "type", "visible_branches_pattern", "default_branch" })
  for _, r in ipairs(module.list_repositories {}) do
    if r.url == args.url then return r, false end
  end
  return module.create_repository(args), true
end

local RUNNING = { new = true, inprogress = true, running = true, active = true, pending = true }
local SUCCEEDED = { done = true, success = true }
local LONGEST_PAUSE = 60

--- Starts a build and waits until it has ended. `list` and `of` tell the builds
--- there are. A build that was there before is never taken for the new one.
local function build_and_wait(noun, id, args, list, of, start)
  if dry_run() then return start() end
  local subject, before = noun .. " " .. id, {}
  for b in iter(list, of) do
    before[b.id] = true
    if RUNNING[b.status:lower()] then
      fail {
        kind = "conflict", subject = subject, cause = "build " .. b.id .. " runs already",
        hint = "wait until it has ended, and start again",
      }
    end
  end
  local build = start()
  local function is_ours(b)
    if build.id ~= "" then return b.id == build.id end
    return not before[b.id]
  end
  local pause = args.every or 5
  local look_at = now() + pause
  local what = "build " .. (build.id ~= "" and build.id .. " of " or "of ") .. subject
  local opts = { every = pause, timeout = args.timeout or 3600, what = what }
  build = wait_until(opts, function()
    if now() < look_at then return nil end
    for b in iter(list, of) do
      if is_ours(b) then
        if not RUNNING[b.status:lower()] then return b end
        break
      end
    end
    pause = math.max(pause, math.min(pause * 1.5, LONGEST_PAUSE))
    look_at = now() + pause
    return nil
  end)
  if SUCCEEDED[build.status:lower()] then return build end
  fail { subject = what, cause = "it ended with " .. build.status }
end

--- Starts a build of the aggregates of a cube and waits until it has ended.
---
--- Takes the arguments of start_cube_build, and `every` and `timeout`: seconds,
--- 5 and 3600 if omitted. It looks less and less often, once a minute in the
--- end.
---
--- Answers the build as list_cube_builds does. A dry run does not wait.
---
--- Raises `conflict` if a build of the cube runs already; `failed` if it ended
--- with anything but success; `timeout` if it has not ended after `timeout`
--- seconds, and then it goes on running; and what start_cube_build raises.
---
---@param args table
---@return table
function atscale.start_cube_build_and_wait(module, args)
  check("start_cube_build_and_wait", args, { "project_id", "cube_id", "is_full_build" },
    { "every", "timeout" })
  local of = { project_id = args.project_id, cube_id = args.cube_id }
  return build_and_wait("cube", args.cube_id, args, module.list_cube_builds, of, function()
    return module.start_cube_build {
      project_id = args.project_id, cube_id = args.cube_id, is_full_build = args.is_full_build,
    }
  end)
end

--- Starts a build of the aggregates of a model and waits until it has ended.
---
--- Takes the arguments of start_model_build, and `every` and `timeout`: seconds,
--- 5 and 3600 if omitted. It looks less and less often, once a minute in the
--- end.
---
--- Answers the build as list_model_builds does. A dry run does not wait.
---
--- Raises `conflict` if a build of the model runs already; `failed` if it ended
--- with anything but success; `timeout` if it has not ended after `timeout`
--- seconds, and then it goes on running; and what start_model_build raises.
---
---@param args table
---@return table
function atscale.start_model_build_and_wait(module, args)
  check("start_model_build_and_wait", args, { "catalog_id", "model_id", "is_full_build" },
    { "grace_period_overrides", "every", "timeout" })
  local of = { catalog_id = args.catalog_id, model_id = args.model_id }
  return build_and_wait("model", args.model_id, args, module.list_model_builds, of, function()
    return module.start_model_build {
      catalog_id = args.catalog_id, model_id = args.model_id,
      is_full_build = args.is_full_build,
      grace_period_overrides = args.grace_period_overrides,
    }
  end)
end

return atscale

--- What scripts often need of Alteryx Analytics Cloud, over its operations.
---
--- find_… looks something up by its name and answers nil if there is none;
--- ensure_… does what is missing, so that it may be called again; …_and_wait
--- starts something and waits for its end.
local arguments = require("arguments")
local named = require("named").at("in this workspace")

local alteryx_cloud = {}

local check = arguments.of("alteryx_cloud")

--- Sees to it that the connection leads to the workspace that a runbook is for.
---
--- Takes `workspace_id`, its number, or `name`, or both. A token acts in one
--- workspace: call this first, before anything is changed.
---
--- Answers the workspace as get_current_workspace does.
---
--- Raises `conflict` if the token is for another workspace.
---
---@param args { workspace_id?: integer, name?: string }
---@return table
function alteryx_cloud.check_workspace(module, args)
  check("check_workspace", args, {}, { "workspace_id", "name" })
  local is = module.get_current_workspace {}
  local wanted = args.workspace_id or args.name
  if wanted == nil then
    fail {
      kind = "script", op = "alteryx_cloud.check_workspace",
      cause = "it is not said which one is wanted", hint = "give workspace_id or name",
    }
  end
  local other = args.workspace_id ~= nil and tostring(args.workspace_id) ~= tostring(is.id)
    or args.name ~= nil and args.name ~= is.name
  if other then
    fail {
      kind = "conflict", subject = "workspace " .. tostring(wanted),
      cause = string.format("the token is for workspace %s, %s", is.id, is.name or "no name"),
      hint = "use a connection with a token of the workspace that is wanted",
    }
  end
  return is
end

--- Finds a person by the e-mail address, without regard to capitals.
---
--- Takes `email`, and `required`: false if omitted.
---
--- Answers the person as get_person does, with roles; nil if there is none. The
--- vendor may ignore the filter, so what it answers is checked; if it finds
--- nobody, all people are read, in case it minds capitals.
---
--- Raises `conflict` if several people have the address, and `not_found`, with
--- the nearest known address, if there is none and `required` is true.
---
---@param args { email: string, required?: boolean }
---@return table?
function alteryx_cloud.find_person(module, args)
  check("find_person", args, { "email" }, { "required" })
  local p = named(module.list_people { email = args.email }, "person", { "email" }, args.email)
  if not p then
    p = named(module.list_people {}, "person", { "email" }, args.email, args.required)
  end
  return p and module.get_person { person_id = p.id }
end

--- Finds a role by its name or its tag, without regard to capitals.
---
--- Takes `name`, like Viewer, or the tag of a built-in role, like
--- workspace_admin; and `required`: false if omitted.
---
--- Answers the role as list_roles does; nil if there is none. The id that other
--- calls take is its `policy_id`.
---
--- Raises `conflict` if several are called so, and `not_found`, with the nearest
--- known name, if there is none and `required` is true.
---
---@param args { name: string, required?: boolean }
---@return table?
function alteryx_cloud.find_role(module, args)
  check("find_role", args, { "name" }, { "required" })
  return named(module.list_roles {}, "role", { "name", "tag" }, args.name, args.required)
end

--- Finds a group by its name, without regard to capitals.
---
--- Takes `name`, and `required`: false if omitted.
---
--- Answers the group as list_groups does, with who is in it; nil if there is
--- none.
---
--- Raises `conflict` if several are called so, and `not_found`, with the nearest
--- known name, if there is none and `required` is true.
---
---@param args { name: string, required?: boolean }
---@return table?
function alteryx_cloud.find_group(module, args)
  check("find_group", args, { "name" }, { "required" })
  return named(module.list_groups {}, "group", { "name" }, args.name, args.required)
end

--- Finds a connection by its name, without regard to capitals.
---
--- Takes `name`, and `required`: false if omitted.
---
--- Answers the connection as list_connections does; nil if there is none.
---
--- Raises `conflict` if several are called so, and `not_found`, with the nearest
--- known name, if there is none and `required` is true.
---
---@param args { name: string, required?: boolean }
---@return table?
function alteryx_cloud.find_connection(module, args)
  check("find_connection", args, { "name" }, { "required" })
  return named(module.list_connections {}, "connection", { "name" }, args.name, args.required)
end

--- Finds a flow by its name, without regard to capitals.
---
--- Takes `name`, and `required`: false if omitted.
---
--- Answers the flow as list_flows does; nil if there is none that the caller can
--- see.
---
--- Raises `conflict` if several are called so, and `not_found`, with the nearest
--- known name, if there is none and `required` is true.
---
---@param args { name: string, required?: boolean }
---@return table?
function alteryx_cloud.find_flow(module, args)
  check("find_flow", args, { "name" }, { "required" })
  return named(module.list_flows {}, "flow", { "name" }, args.name, args.required)
end

--- Finds a folder of flows by its name, without regard to capitals.
---
--- Takes `name`, and `required`: false if omitted.
---
--- Answers the folder as list_folders does; nil if there is none that the caller
--- can see.
---
--- Raises `conflict` if several are called so, and `not_found`, with the nearest
--- known name, if there is none and `required` is true.
---
---@param args { name: string, required?: boolean }
---@return table?
function alteryx_cloud.find_folder(module, args)
  check("find_folder", args, { "name" }, { "required" })
  return named(module.list_folders {}, "folder", { "name" }, args.name, args.required)
end

--- Finds a plan by its name, without regard to capitals.
---
--- Takes `name`, and `required`: false if omitted.
---
--- Answers the plan as list_plans does; nil if there is none that the caller can
--- see.
---
--- Raises `conflict` if several are called so, and `not_found`, with the nearest
--- known name, if there is none and `required` is true.
---
---@param args { name: string, required?: boolean }
---@return table?
function alteryx_cloud.find_plan(module, args)
  check("find_plan", args, { "name" }, { "required" })
  return named(module.list_plans {}, "plan", { "name" }, args.name, args.required)
end

--- Finds one of the caller's own schedules by its name, without regard to capitals.
---
--- Takes `name`, and `required`: false if omitted.
---
--- Answers the schedule as list_schedules does; nil if there is none. Those of
--- others are not found: see list_schedules_of_person.
---
--- Raises `conflict` if several are called so, and `not_found`, with the nearest
--- known name, if there is none and `required` is true.
---
---@param args { name: string, required?: boolean }
---@return table?
function alteryx_cloud.find_schedule(module, args)
  check("find_schedule", args, { "name" }, { "required" })
  return named(module.list_schedules {}, "schedule", { "name" }, args.name, args.required)
end

--- Finds a cloud-native workflow by its name, without regard to capitals.
---
--- Takes `name`, and `required`: false if omitted.
---
--- Answers the workflow as list_workflows does; nil if there is none that the
--- caller can see.
---
--- Raises `conflict` if several are called so, and `not_found`, with the nearest
--- known name, if there is none and `required` is true.
---
---@param args { name: string, required?: boolean }
---@return table?
function alteryx_cloud.find_workflow(module, args)
  check("find_workflow", args, { "name" }, { "required" })
  return named(module.list_workflows {}, "workflow", { "name" }, args.name, args.required)
end

--- Finds an environment parameter by the name that flows use.
---
--- Takes `override_key`, like env.region, and `required`: false if omitted.
---
--- Answers the parameter as list_environment_parameters does; nil if there is
--- none.
---
--- Raises `not_found`, with the nearest known name, if there is none and
--- `required` is true.
---
---@param args { override_key: string, required?: boolean }
---@return table?
function alteryx_cloud.find_environment_parameter(module, args)
  check("find_environment_parameter", args, { "override_key" }, { "required" })
  return named(module.list_environment_parameters {}, "environment parameter", { "override_key" },
    args.override_key, args.required)
end

--- Finds one of the caller's API access tokens by its description.
---
--- Takes `description`, and `required`: false if omitted.
---
--- Answers the token as list_api_access_tokens does, without its value; nil if
--- there is none.
---
--- Raises `conflict` if several are described so, and `not_found`, with the
--- nearest known description, if there is none and `required` is true.
---
---@param args { description: string, required?: boolean }
---@return table?
function alteryx_cloud.find_api_access_token(module, args)
  check("find_api_access_token", args, { "description" }, { "required" })
  return named(module.list_api_access_tokens {}, "API access token", { "description" },
    args.description, args.required)
end

--- Lists the groups that a person is in.
---
--- Takes `person_id`.
---
--- Answers them as list_groups does, in the vendor's order.
---
---@param args { person_id: integer }
---@return table[]
function alteryx_cloud.list_groups_of_person(module, args)
  check("list_groups_of_person", args, { "person_id" })
  local found = {}
  for _, g in ipairs(module.list_groups {}) do
    for _, u in ipairs(g.users or {}) do
      if u.id == args.person_id then found[#found + 1] = g end
    end
  end
  return found
end

--- Lists the schedules of plans that a person created.
---
--- Takes `person_id`.
---
--- Answers them as list_plan_schedules does, by plan. It reads every plan that
--- the caller can see: nothing else shows schedules of others. Schedules of
--- flows and workflows are not among them.
---
---@param args { person_id: integer }
---@return table[]
function alteryx_cloud.list_schedules_of_person(module, args)
  check("list_schedules_of_person", args, { "person_id" })
  local found, seen = {}, {}
  for _, plan in ipairs(module.list_plans {}) do
    for _, s in ipairs(module.list_plan_schedules { plan_id = plan.id }) do
      local owner = s.created_by or s.creator and s.creator.id
      if owner == args.person_id and not seen[s.id] then
        seen[s.id] = true
        found[#found + 1] = s
      end
    end
  end
  return found
end

-- The helpers below look first whether there is anything to do.

--- Sees to it that a person holds a role.
---
--- Takes `person_id` and `role_id`, which is the role's policy id. Answers
--- whether it was given: false if the person held it.
---
--- Raises `not_found` if there is no such person or role, and `denied` if the
--- caller is no Workspace Admin.
---
---@param args { person_id: integer, role_id: integer }
---@return boolean
function alteryx_cloud.ensure_role(module, args)
  check("ensure_role", args, { "person_id", "role_id" })
  local p = module.get_person { person_id = args.person_id }
  for _, r in ipairs(p.authorization_roles or {}) do
    if r.policy_id == args.role_id then return false end
  end
  module.grant_role { role_id = args.role_id, person_ids = { args.person_id } }
  return true
end

--- Sees to it that somebody is a member of the workspace, with these roles.
---
--- Takes `email`, and `roles`: policy ids, none if omitted.
---
--- Invites who is not there: the vendor sends mail, and they may accept much
--- later. Gives the roles that are missing; roles that are not named stay.
---
--- Answers the person as get_person does, before roles were given; whether they
--- were invited; and a list of the roles that were given to somebody who was
--- there, empty if none was.
---
--- Raises `unavailable` if somebody who was invited cannot be seen after a
--- minute, and what invite_people and grant_role raise.
---
---@param args { email: string, roles?: integer[] }
---@return table, boolean, integer[]
function alteryx_cloud.ensure_member(module, args)
  check("ensure_member", args, { "email" }, { "roles" })
  local person, invited = module.find_person { email = args.email }, false
  if not person then
    module.invite_people { emails = { args.email }, roles = args.roles }
    invited = true
    for _ = 1, 13 do
      person = module.find_person { email = args.email }
      if person or dry_run() then break end
      sleep(5)
    end
    if not person then
      fail {
        kind = "unavailable", subject = string.format("person %q", args.email),
        cause = "they were invited, and are not among the people of the workspace yet",
        hint = "run it again later",
      }
    end
  end
  local given = {}
  for _, role in ipairs(args.roles or {}) do
    if module.ensure_role { person_id = person.id, role_id = role } then
      given[#given + 1] = role
    end
  end
  return person, invited, given
end

--- Sees to it that there is a group of a name.
---
--- Takes `name`, and what else create_group takes. What a group that is there
--- has stays as it is.
---
--- Answers the group, and whether it is new.
---
--- Raises what find_group and create_group raise.
---
---@param args table
---@return table, boolean
function alteryx_cloud.ensure_group(module, args)
  check("ensure_group", args, { "name" }, { "members", "roles", "scim_enabled", "external_id" })
  local group = module.find_group { name = args.name }
  if group then return group, false end
  return module.create_group(args), true
end

--- Sees to it that people are in a group.
---
--- Takes `group_id` and `user_ids`. Answers a list of those who were added, empty
--- if all were in it.
---
--- Raises `not_found` if there is no such group.
---
---@param args { group_id: integer, user_ids: integer[] }
---@return integer[]
function alteryx_cloud.ensure_group_users(module, args)
  check("ensure_group_users", args, { "group_id", "user_ids" })
  local group
  for _, g in ipairs(module.list_groups {}) do
    if g.id == args.group_id then group = g end
  end
  if not group then
    fail {
      kind = "not_found", subject = "group " .. tostring(args.group_id), cause = "there is none",
    }
  end
  local inside, missing = {}, {}
  for _, u in ipairs(group.users or {}) do inside[u.id] = true end
  for _, id in ipairs(args.user_ids) do
    if not inside[id] then
      inside[id] = true
      missing[#missing + 1] = id
    end
  end
  if #missing > 0 then
    module.add_group_users { group_id = args.group_id, user_ids = missing }
  end
  return missing
end

--- Sees to it that a schedule is enabled or disabled.
---
--- Takes `schedule_id`, and `enabled`: true or false. Answers whether it was
--- changed.
---
--- Raises `not_found` if there is no such schedule.
---
---@param args { schedule_id: integer, enabled: boolean }
---@return boolean
function alteryx_cloud.ensure_schedule(module, args)
  check("ensure_schedule", args, { "schedule_id", "enabled" })
  if module.get_schedule { schedule_id = args.schedule_id }.enabled == args.enabled then
    return false
  end
  if args.enabled then
    module.enable_schedule { schedule_id = args.schedule_id }
  else
    module.disable_schedule { schedule_id = args.schedule_id }
  end
  return true
end

local ENDED = { Complete = true, Failed = true, Canceled = true }

--- Waits until `look` answers a status at which something has ended, and returns
--- the status and what else it answers. It looks less and less often.
local function wait_for_end(args, what, look)
  local every, timeout = args.every or 3, args.timeout or 3600
  local pause, due = every, now()
  local status, seen
  local function ended()
    status, seen = look()
    return ENDED[status]
  end
  local ok, e = pcall(wait_until, { every = every, timeout = timeout, what = what }, function()
    if now() < due then return false end
    if ended() then return true end
    pause = math.min(pause * 1.5, every * 10)
    due = now() + pause
    return false
  end)
  if not ok then
    if type(e) ~= "table" or e.kind ~= "timeout" or e.op then error(e, 0) end
    if not ended() then
      fail {
        kind = "timeout", subject = what,
        cause = string.format("it has not ended after %d s: it is %s", timeout, tostring(status)),
        hint = "it goes on; give a longer timeout, or look at it later by its id",
      }
    end
  end
  return status, seen
end

--- Fails unless something has ended well.
local function must_be_complete(status, what, hint)
  if status == "Complete" then return end
  local cause = "it failed"
  if status == "Canceled" then cause = "it was cancelled" end
  fail { subject = what, cause = cause, hint = hint }
end

--- Runs a plan and waits until it has ended.
---
--- Takes `plan_id` and `overrides`, as run_plan does; and `every` and `timeout`:
--- seconds, 3 and 3600 if omitted. It looks less often the longer it takes.
---
--- Answers the run as get_plan_run does. A dry run does not wait.
---
--- Raises `failed` if the run failed or was cancelled; `timeout` if it has not
--- ended after `timeout` seconds, and then it goes on; and what run_plan raises.
---
---@param args { plan_id: integer, overrides?: table[], every?: number, timeout?: number }
---@return table
function alteryx_cloud.run_plan_and_wait(module, args)
  check("run_plan_and_wait", args, { "plan_id" }, { "overrides", "every", "timeout" })
  local begun = module.run_plan { plan_id = args.plan_id, overrides = args.overrides }
  local id = begun.plan_snapshot_run_id
  if dry_run() then return module.get_plan_run { plan_run_id = id } end
  local what = string.format("run %s of plan %s", id, args.plan_id)
  local status, run = wait_for_end(args, what, function()
    local seen = module.get_plan_run { plan_run_id = id }
    return seen.status, seen
  end)
  must_be_complete(status, what, "look at the run in the workspace: it shows which task failed")
  return run
end

--- What the jobs of failed job groups say, in one line; nil if nothing.
local function why_failed(module, ids)
  for _, id in ipairs(ids) do
    for _, job in ipairs(module.list_job_group_jobs { job_group_id = id }) do
      if job.status == "Failed" then
        local said = job.error_message
        if type(said) == "table" then said = said.message end
        local kind = job.job_type and " (" .. job.job_type .. ")" or ""
        return "job " .. job.id .. kind .. (said and ": " .. tostring(said) or " failed")
      end
    end
  end
end

--- Runs a flow and waits until it has ended.
---
--- Takes the arguments of run_flow; and `every` and `timeout`: seconds, 3 and 3600
--- if omitted. It looks less often the longer it takes.
---
--- Answers the run as get_flow_run does. A dry run does not wait.
---
--- Raises `failed`, with what a job said, if the run failed or was cancelled;
--- `timeout` if it has not ended after `timeout` seconds, and then it goes on; and
--- what run_flow raises.
---
---@param args table
---@return table
function alteryx_cloud.run_flow_and_wait(module, args)
  local taken = {
    "run_async", "run_parameters", "wrangled_dataset_ids", "execution", "overrides",
    "ignore_recipe_errors",
  }
  local optional = { "every", "timeout" }
  for _, name in ipairs(taken) do
    optional[#optional + 1] = name
  end
  check("run_flow_and_wait", args, { "flow_id" }, optional)
  local call = { flow_id = args.flow_id }
  for _, name in ipairs(taken) do
    call[name] = args[name]
  end
  local id = module.run_flow(call).flow_run_id
  if dry_run() then return module.get_flow_run { flow_run_id = id } end
  local what = string.format("run %s of flow %s", id, args.flow_id)
  local status = wait_for_end(args, what, function()
    return module.get_flow_run_status { flow_run_id = id }
  end)
  if status ~= "Complete" then
    local ids = {}
    for _, g in ipairs(module.list_flow_run_job_groups { flow_run_id = id }) do
      if g.status == "Failed" then ids[#ids + 1] = g.id end
    end
    must_be_complete(status, what, why_failed(module, ids))
  end
  return module.get_flow_run { flow_run_id = id }
end

--- Waits for the end of a job group, and answers it.
local function job_group_ended(module, args, id, what)
  local status = wait_for_end(args, what, function()
    return module.get_job_group_status { job_group_id = id }
  end)
  if status ~= "Complete" then must_be_complete(status, what, why_failed(module, { id })) end
  return module.get_job_group { job_group_id = id }
end

--- Runs a recipe and waits until it has ended.
---
--- Takes the arguments of run_recipe but test_mode; and `every` and `timeout`:
--- seconds, 3 and 3600 if omitted. It looks less often the longer it takes.
---
--- Answers the job group as get_job_group does. A dry run does not wait.
---
--- Raises `failed`, with what a job said, if the run failed or was cancelled;
--- `timeout` if it has not ended after `timeout` seconds, and then it goes on; and
--- what run_recipe raises.
---
---@param args table
---@return table
function alteryx_cloud.run_recipe_and_wait(module, args)
  check("run_recipe_and_wait", args, { "recipe_id" }, {
    "overrides", "run_parameters", "ignore_recipe_errors", "force_cache_update", "every", "timeout",
  })
  local id = module.run_recipe {
    recipe_id = args.recipe_id, overrides = args.overrides, run_parameters = args.run_parameters,
    ignore_recipe_errors = args.ignore_recipe_errors, force_cache_update = args.force_cache_update,
  }.id
  if dry_run() then return module.get_job_group { job_group_id = id } end
  return job_group_ended(module, args, id,
    string.format("job group %s of recipe %s", id, args.recipe_id))
end

--- Runs a cloud-native workflow and waits until it has ended.
---
--- Takes `workflow_id`, `compiler_version` and `execution_engine`, as run_workflow
--- does; and `every` and `timeout`: seconds, 3 and 3600 if omitted. It looks less
--- often the longer it takes.
---
--- Answers the job group as get_job_group does. A dry run does not wait.
---
--- Raises `failed`, with what a job said, if the run failed or was cancelled;
--- `timeout` if it has not ended after `timeout` seconds, and then it goes on; and
--- what run_workflow raises.
---
---@param args table
---@return table
function alteryx_cloud.run_workflow_and_wait(module, args)
  check("run_workflow_and_wait", args, { "workflow_id" },
    { "compiler_version", "execution_engine", "every", "timeout" })
  local id = module.run_workflow {
    workflow_id = args.workflow_id, compiler_version = args.compiler_version,
    execution_engine = args.execution_engine,
  }.job_group_id
  if dry_run() then return module.get_job_group { job_group_id = id } end
  return job_group_ended(module, args, id,
    string.format("job group %s of workflow %s", id, args.workflow_id))
end

--- Waits until a job group has ended.
---
--- Takes `job_group_id`; and `every` and `timeout`: seconds, 3 and 3600 if omitted.
--- It looks less often the longer it takes.
---
--- Answers the job group as get_job_group does. A dry run looks once.
---
--- Raises `failed`, with what a job said, if it failed or was cancelled; `timeout`
--- if it has not ended after `timeout` seconds; and `not_found` if there is none.
---
---@param args { job_group_id: integer, every?: number, timeout?: number }
---@return table
function alteryx_cloud.wait_for_job_group(module, args)
  check("wait_for_job_group", args, { "job_group_id" }, { "every", "timeout" })
  if dry_run() then return module.get_job_group { job_group_id = args.job_group_id } end
  return job_group_ended(module, args, args.job_group_id, "job group " .. args.job_group_id)
end

--- Waits until a run of a plan has ended.
---
--- Takes `plan_run_id`; and `every` and `timeout`: seconds, 3 and 3600 if omitted.
--- It looks less often the longer it takes.
---
--- Answers the run as get_plan_run does. A dry run looks once.
---
--- Raises `failed` if it failed or was cancelled; `timeout` if it has not ended
--- after `timeout` seconds; and `not_found` if there is none.
---
---@param args { plan_run_id: integer, every?: number, timeout?: number }
---@return table
function alteryx_cloud.wait_for_plan_run(module, args)
  check("wait_for_plan_run", args, { "plan_run_id" }, { "every", "timeout" })
  if dry_run() then return module.get_plan_run { plan_run_id = args.plan_run_id } end
  local what = "plan run " .. tostring(args.plan_run_id)
  local status, run = wait_for_end(args, what, function()
    local seen = module.get_plan_run { plan_run_id = args.plan_run_id }
    return seen.status, seen
  end)
  must_be_complete(status, what, "look at the run in the workspace: it shows which task failed")
  return run
end

return alteryx_cloud

--- What scripts often need of an Alteryx Server, over its operations.
---
--- find_… looks something up by its name and answers nil if there is none;
--- ensure_… does what is missing, so that it may be called again.
local arguments = require("arguments")
local named = require("named").at("on this Server")
local spell = require("spell")

local alteryx = {}

local check = arguments.of("alteryx")

--- Finds a user by the e-mail address, without regard to capitals.
---
--- Takes `email`, and `required`: false if omitted.
---
--- Answers the user as get_user does, permissions and shares included; nil if
--- there is none. If the Server's own filter finds nobody, all users are read,
--- in case it minds capitals.
---
--- Raises `conflict` if several users have the address, and `not_found`, with
--- the nearest known address, if there is none and `required` is true.
---
---@param args { email: string, required?: boolean }
---@return table?
function alteryx.find_user(module, args)
  check("find_user", args, { "email" }, { "required" })
  local wanted, names = args.email:lower(), {}
  local function matches(list)
    local found = {}
    for _, u in ipairs(list) do
      if u.email:lower() == wanted then found[#found + 1] = u end
      names[#names + 1] = u.email
    end
    return found
  end
  local found = matches(module.list_users { email = args.email })
  if #found == 0 then found = matches(module.list_users {}) end
  local subject = string.format("user %q", args.email)
  if #found > 1 then
    fail {
      kind = "conflict", subject = subject, cause = #found .. " users have this address",
      hint = "find out which one is meant, and use the operations with its id",
    }
  end
  if found[1] then return module.get_user { user_id = found[1].id } end
  if args.required then
    fail {
      kind = "not_found", subject = subject, cause = "nobody on this Server has this address",
      hint = spell.hint(args.email, names),
    }
  end
  return nil
end

--- Finds a user group by its name, without regard to capitals.
---
--- Takes `name`, and `required`: false if omitted.
---
--- Answers the group as get_user_group does, with its members; nil if there is
--- none.
---
--- Raises `conflict` if several differ in capitals only and none is exactly
--- so, and `not_found`, with the nearest known name, if there is none and
--- `required` is true.
---
---@param args { name: string, required?: boolean }
---@return table?
function alteryx.find_user_group(module, args)
  check("find_user_group", args, { "name" }, { "required" })
  local list = module.list_user_groups {}
  local g = named(list, "user group", "name", args.name, args.required)
  return g and module.get_user_group { user_group_id = g.id }
end

--- Finds a collection by its name, without regard to capitals.
---
--- Takes `name`, and `required`: false if omitted.
---
--- Answers the collection as get_collection does, with what and who is in it;
--- nil if there is none. Only what the connection's user may see is found.
---
--- Raises `conflict` if several differ in capitals only and none is exactly
--- so, and `not_found`, with the nearest known name, if there is none and
--- `required` is true.
---
---@param args { name: string, required?: boolean }
---@return table?
function alteryx.find_collection(module, args)
  check("find_collection", args, { "name" }, { "required" })
  local list = module.list_collections {}
  local c = named(list, "collection", "name", args.name, args.required)
  return c and module.get_collection { collection_id = c.id }
end

--- Finds a stored credential by its account, without regard to capitals.
---
--- Takes `username`, and `required`: false if omitted.
---
--- Answers the credential as get_credential does, with who may use it; nil if
--- there is none.
---
--- Raises `conflict` if several differ in capitals only and none is exactly
--- so, and `not_found`, with the nearest known account, if there is none and
--- `required` is true.
---
---@param args { username: string, required?: boolean }
---@return table?
function alteryx.find_credential(module, args)
  check("find_credential", args, { "username" }, { "required" })
  local list = module.list_credentials {}
  local k = named(list, "credential", "username", args.username, args.required)
  return k and module.get_credential { credential_id = k.id }
end

--- Finds a data connection by its name, without regard to capitals.
---
--- Takes `name`, and `required`: false if omitted.
---
--- Answers the data connection as get_data_connection does, with whom it is
--- shared; nil if there is none. DCM connections are not among them.
---
--- Raises `conflict` if several differ in capitals only and none is exactly
--- so, and `not_found`, with the nearest known name, if there is none and
--- `required` is true.
---
---@param args { name: string, required?: boolean }
---@return table?
function alteryx.find_data_connection(module, args)
  check("find_data_connection", args, { "name" }, { "required" })
  local list = module.list_data_connections {}
  local d = named(list, "data connection", "name", args.name, args.required)
  return d and module.get_data_connection { data_connection_id = d.id }
end

--- Finds a studio by its name, without regard to capitals.
---
--- Takes `name`, and `required`: false if omitted.
---
--- Answers the studio as get_subscription does, with its users and workflows;
--- nil if there is none.
---
--- Raises `conflict` if several differ in capitals only and none is exactly
--- so, and `not_found`, with the nearest known name, if there is none and
--- `required` is true.
---
---@param args { name: string, required?: boolean }
---@return table?
function alteryx.find_subscription(module, args)
  check("find_subscription", args, { "name" }, { "required" })
  local list = module.list_subscriptions {}
  local s = named(list, "studio", "name", args.name, args.required)
  return s and module.get_subscription { subscription_id = s.id }
end

--- Lists the user groups that a user is in.
---
--- Takes `user_id`.
---
--- Answers them as get_user_group does, in the Server's order. It reads every
--- group. Membership through a group of the Active Directory is not seen.
---
---@param args { user_id: string }
---@return table[]
function alteryx.list_groups_of_user(module, args)
  check("list_groups_of_user", args, { "user_id" })
  local found = {}
  for _, listed in ipairs(module.list_user_groups {}) do
    local group = module.get_user_group { user_group_id = listed.id }
    for _, m in ipairs(group.members) do
      if m.user_id == args.user_id then found[#found + 1] = group end
    end
  end
  return found
end

-- In ascending order.
local ROLES = { NoAccess = 1, Viewer = 2, Member = 3, Artisan = 4, Curator = 5 }

--- Tells which role counts for a user, also for one that is Evaluated.
---
--- Takes `user_id`.
---
--- That of an Evaluated user is the highest role of their groups; nil if they
--- are in no group that can be read: then the Server's default role or a group
--- of the Active Directory decides.
---
---@param args { user_id: string }
---@return string?  # NoAccess, Viewer, Member, Artisan or Curator.
function alteryx.get_effective_role(module, args)
  check("get_effective_role", args, { "user_id" })
  local user = module.get_user { user_id = args.user_id }
  if user.role ~= "Evaluated" then return user.role end
  local best
  for _, g in ipairs(module.list_groups_of_user { user_id = args.user_id }) do
    if (ROLES[g.role] or 0) > (ROLES[best or ""] or 0) then best = g.role end
  end
  return best
end

local USER_FIELDS = {
  "first_name", "last_name", "role", "default_worker_tag", "can_schedule_jobs",
  "can_prioritize_jobs", "can_assign_jobs", "can_create_collections", "is_api_enabled",
  "default_credential_id", "is_active", "time_zone", "can_create_and_update_dcm",
  "can_share_for_execution_dcm", "can_share_for_collaboration_dcm",
  "can_manage_generic_vaults_dcm",
}

--- Creates, reactivates or updates a user, as far as it is needed.
---
--- Takes `email`, and any other argument of create_user.
---
--- Creates the user if there is none; else changes only the fields that are
--- given and differ. The user is active afterwards unless `is_active = false`
--- is given. Fields that are not given stay as they are.
---
--- Answers the user as it is then; a list of { field, from, to }, empty if
--- nothing was changed or the user is new; and whether the user is new. In a
--- dry run the id of a new user is an unknown.
---
--- Raises `script` if the user has to be created and `first_name` or
--- `last_name` is missing, `conflict` if several users have the address, and
--- what create_user and update_user raise.
---
---@param args table
---@return table, table[], boolean
function alteryx.ensure_user(module, args)
  check("ensure_user", args, { "email" }, USER_FIELDS)
  local user = module.find_user { email = args.email }
  if not user then
    check("ensure_user", args, { "email", "first_name", "last_name" }, USER_FIELDS)
    return module.create_user(args), {}, true
  end
  local changes, update = {}, { user_id = user.id }
  for _, field in ipairs(USER_FIELDS) do
    local wanted = args[field]
    if field == "is_active" and wanted == nil then wanted = true end
    if wanted ~= nil and wanted ~= user[field] then
      update[field] = wanted
      changes[#changes + 1] = { field = field, from = user[field], to = wanted }
    end
  end
  if #changes > 0 then user = module.update_user(update) end
  return user, changes, false
end

-- The helpers below look first whether there is anything to do.

--- Sees to it that a user is in a user group.
---
--- Takes `user_id` and `group_id`. Answers whether the user was added: false if
--- they were in the group.
---
--- Raises `conflict` with the Server's reason if it did not add the user, and
--- `not_found` if there is no such group.
---
---@param args { user_id: string, group_id: string }
---@return boolean
function alteryx.ensure_user_in_group(module, args)
  check("ensure_user_in_group", args, { "user_id", "group_id" })
  local function is_member()
    for _, m in ipairs(module.get_user_group { user_group_id = args.group_id }.members) do
      if m.user_id == args.user_id then return true end
    end
    return false
  end
  if is_member() then return false end
  local answer = module.add_group_users {
    user_group_id = args.group_id, user_ids = { args.user_id },
  }
  if dry_run() then return true end
  local reason = answer.failed_user_reasons[args.user_id]
  if reason and not is_member() then -- who is one now was added, and the answer was lost
    fail {
      kind = "conflict", subject = string.format("user group %s", args.group_id),
      cause = string.format("user %s was not added: %s", args.user_id, reason),
    }
  end
  return true
end

--- Sees to it that a user has access to a collection.
---
--- Takes `user_id`, `collection_id`, `permissions` and `expiration_date` as
--- add_collection_user does. Answers whether access was given: false if the
--- user had it.
---
--- Who has access keeps the permissions and the end date that they have: the
--- Server does not tell them, so they cannot be compared. With Windows
--- authentication `user_id` is the user's sid.
---
--- Raises `not_found` if there is no such collection or user.
---
---@param args table
---@return boolean
function alteryx.ensure_user_in_collection(module, args)
  check("ensure_user_in_collection", args, { "user_id", "collection_id" },
    { "permissions", "expiration_date" })
  for _, u in ipairs(module.get_collection { collection_id = args.collection_id }.users) do
    local sid = u.active_directory_object and u.active_directory_object.sid
    if args.user_id == u.user_id or args.user_id == sid then return false end
  end
  module.add_collection_user {
    user_id = args.user_id, collection_id = args.collection_id, permissions = args.permissions,
    expiration_date = args.expiration_date,
  }
  return true
end

--- Sees to it that a user is in a studio.
---
--- Takes `user_id` and `subscription_id`. Answers whether the user was moved:
--- false if they were in it. A user is in one studio, so they leave the one
--- before.
---
--- Raises `not_found` if there is no such studio.
---
---@param args { user_id: string, subscription_id: string }
---@return boolean
function alteryx.ensure_user_in_subscription(module, args)
  check("ensure_user_in_subscription", args, { "user_id", "subscription_id" })
  local studio = module.get_subscription { subscription_id = args.subscription_id }
  for _, u in ipairs(studio.users) do
    if u.id == args.user_id then return false end
  end
  module.add_subscription_users {
    subscription_id = args.subscription_id, user_ids = { args.user_id },
  }
  return true
end

--- Sees to it that a stored credential is shared with a user.
---
--- Takes `user_id` and `credential_id`. Answers whether it was shared: false if
--- it was before. That the user may use it through a group does not count.
---
--- Raises `not_found` if there is no such credential or user.
---
---@param args { user_id: string, credential_id: string }
---@return boolean
function alteryx.ensure_user_has_credential(module, args)
  check("ensure_user_has_credential", args, { "user_id", "credential_id" })
  local credential = module.get_credential { credential_id = args.credential_id }
  for _, id in ipairs(credential.user_ids) do
    if id == args.user_id then return false end
  end
  module.add_credential_user { user_id = args.user_id, credential_id = args.credential_id }
  return true
end

--- Sees to it that a data connection is shared with a user.
---
--- Takes `user_id`, `data_connection_id` and `user_is_new`: true if the user
--- was just created, and so has none. Answers whether it was shared: false if
--- it was before. That the user may use it through a group does not count.
---
--- Raises `not_found` if there is no such data connection.
---
---@param args { user_id: string, data_connection_id: string }
---@return boolean
function alteryx.ensure_user_has_data_connection(module, args)
  check("ensure_user_has_data_connection", args, { "user_id", "data_connection_id" })
  local connection = module.get_data_connection { data_connection_id = args.data_connection_id }
  for _, id in ipairs(connection.user_ids) do
    if id == args.user_id then return false end
  end
  module.add_data_connection_user {
    user_id = args.user_id, data_connection_id = args.data_connection_id,
  }
  return true
end

--- Runs a workflow and waits until it has ended.
---
--- Takes the arguments of run_workflow, and `every` and `timeout`: seconds, 5 and
--- 3600 if omitted.
---
--- Answers the job as get_job does. A dry run does not wait.
---
--- Raises `failed`, with what the job said last, if it was cancelled or ended
--- with anything but Success; `timeout` if it has not ended after `timeout`
--- seconds, and then it goes on running; and what run_workflow raises.
---
---@param args table
---@return table
function alteryx.run_workflow_and_wait(module, args)
  check("run_workflow_and_wait", args, { "workflow_id" },
    { "questions", "priority", "worker_tag", "credential_id", "every", "timeout" })
  local job = module.run_workflow {
    workflow_id = args.workflow_id, questions = args.questions, priority = args.priority,
    worker_tag = args.worker_tag, credential_id = args.credential_id,
  }
  if dry_run() then return job end
  local opts = { every = args.every or 5, timeout = args.timeout or 3600, what = "job " .. job.id }
  job = wait_until(opts, function()
    local seen = module.get_job { job_id = job.id }
    return (seen.status == "Completed" or seen.status == "Cancelled") and seen
  end)
  if job.status == "Completed" and job.disposition == "Success" then return job end
  local last = job.messages[#job.messages]
  local ended = "it ended with " .. (job.disposition or "no disposition")
  if job.status == "Cancelled" then ended = "it was cancelled" end
  fail {
    subject = "job " .. job.id, cause = ended .. (last and ": " .. last.text or ""),
    hint = "alteryx.get_job_messages tells all that it said",
  }
end

return alteryx

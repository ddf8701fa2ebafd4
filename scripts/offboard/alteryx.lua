--- What offboard.lua does on an Alteryx Server.
---
--- Workflows keep the credentials and connections that they were made with.
--- What of these the heir lacks is listed, or given with --share-access.
--- The Server must be of 2024.1 or later, and the runner act as a Curator.
local part = { title = "Alteryx Server" }

-- Whether the Server's audit log knows that a user with this address was deleted.
function part.was_deleted(email)
  for e in iter(alteryx.list_audit_log, { entity = "User" }) do
    local old = e.old_values
    if e.event == "delete" and old and old.email and old.email:lower() == email:lower() then
      return true
    end
  end
  return false
end

-- What an account is in one word.
local function state_of(user)
  return user.is_active and "active" or user.is_api_enabled and "inactive, API on" or "inactive"
end

function part.find(case)
  local leaver, near = case.seek(alteryx.find_user, { email = case.leaver })
  if not leaver then return nil, near end
  local found = {
    account = leaver.email, state = state_of(leaver), leaver = leaver, belongings = {},
    schedules = {}, credentials = {}, connections = {}, collections = {},
  }
  local owned = alteryx.get_user_assets { user_id = leaver.id }
  found.owned = owned
  for i, s in ipairs(owned.schedules) do
    found.schedules[i] = alteryx.get_schedule { schedule_id = s.id }
  end
  for i, id in ipairs(leaver.shared_credential_ids or {}) do
    found.credentials[i] = alteryx.get_credential { credential_id = id }
  end
  for i, id in ipairs(leaver.data_connection_ids or {}) do
    found.connections[i] = alteryx.get_data_connection { data_connection_id = id }
  end
  found.groups = alteryx.list_groups_of_user { user_id = leaver.id }
  for c in iter(alteryx.list_collections, { view = "Full" }) do
    for _, u in ipairs(c.users) do
      -- With Windows authentication the Server wants the sid to take access away.
      local sid = u.active_directory_object and u.active_directory_object.sid
      if u.user_id == leaver.id then
        table.insert(found.collections, { id = c.id, name = c.name, member = sid or u.user_id })
      end
    end
  end
  found.dcm = alteryx.list_admin_dcm_connections { visible_by = leaver.id }

  local function row(kind, name, how, id)
    table.insert(found.belongings, { kind = kind, name = name, how = how, id = id })
  end
  for _, w in ipairs(owned.workflows) do row("workflow", w.name, "owner", w.id) end
  for _, s in ipairs(owned.schedules) do row("schedule", s.name, "owner", s.id) end
  for _, c in ipairs(owned.collections) do row("collection", c.name, "owner", c.id) end
  for _, c in ipairs(found.collections) do row("collection", c.name, "access", c.id) end
  for _, g in ipairs(found.groups) do row("user group", g.name, "member", g.id) end
  for _, k in ipairs(found.credentials) do row("credential", k.username, "shared", k.id) end
  for _, d in ipairs(found.connections) do row("data connection", d.name, "shared", d.id) end
  for _, d in ipairs(found.dcm) do
    row("DCM connection", d.name, d.owner.id == leaver.id and "owner" or "shared", d.id)
  end

  found.own_dcm = 0
  for _, d in ipairs(found.dcm) do
    if d.owner.id == leaver.id then
      found.own_dcm = found.own_dcm + 1
      case.person_must("DCM connection " .. d.name, "no call gives it away: make it anew as "
        .. case.heir .. ", let the workflows use that one, then delete this one")
    elseif not case.delete then
      case.person_must("DCM connection " .. d.name,
        d.owner.email .. " should stop sharing it with " .. leaver.email)
    end
  end
  found.owns = #owned.workflows + #owned.schedules + #owned.collections > 0
  found.has_access = #found.collections + #found.credentials + #found.connections
    + #found.groups > 0
  found.is_done = not (found.owns or found.has_access or leaver.is_active
    or leaver.is_api_enabled or case.delete)
  if case.delete and found.own_dcm > 0 then
    fail {
      kind = "conflict", subject = string.format("user %q", leaver.email),
      cause = "DCM connections that would be lost with the account: " .. found.own_dcm,
      hint = "run it without --delete, see to what is to do by hand, and delete the account then",
    }
  end
  return found
end

-- Finds out what the heir would need, and may not use: credentials,
-- connections, and the schedules (by id) that would break.
function part.check_heir(case, found)
  local heir = alteryx.find_user { email = case.heir, required = true }
  local leaver = found.leaver
  found.heir = heir
  local function unfit(cause, change)
    fail {
      kind = "conflict", subject = string.format("heir %q", heir.email), cause = cause,
      hint = "name somebody else, or change it: runner call alteryx.update_user user_id="
        .. heir.id .. " " .. change,
    }
  end
  if not heir.is_active then unfit("the heir's account is inactive", "is_active=true") end
  local role = alteryx.get_effective_role { user_id = heir.id }
  if role == nil then
    log.warn(heir.email .. "'s role is the Server's default, which no call tells;"
      .. " it must be Artisan or Curator")
  elseif role ~= "Artisan" and role ~= "Curator" then
    unfit("the heir's role is " .. role .. ", and only an Artisan or Curator can own assets",
      "role=Artisan")
  end
  if #found.schedules > 0 and role ~= "Curator" and not heir.can_schedule_jobs then
    unfit("the heir may not schedule jobs, and schedules are to be taken over: "
      .. #found.schedules, "can_schedule_jobs=true")
  end

  local heirs_groups = {}
  for _, g in ipairs(alteryx.list_groups_of_user { user_id = heir.id }) do
    heirs_groups[g.id] = true
  end
  local function heir_may_use(thing)
    for _, id in ipairs(thing.user_ids or {}) do
      if id == heir.id then return true end
    end
    for _, id in ipairs(thing.user_group_ids or {}) do
      if heirs_groups[id] then return true end
    end
    return false
  end

  local lacking = { credentials = {}, connections = {}, schedules = {} }
  found.lacking = lacking
  local usable = {} -- by credential
  for _, s in ipairs(found.schedules) do
    local id = s.credential_id or ""
    if id ~= "" and usable[id] == nil then
      local k = alteryx.get_credential { credential_id = id }
      usable[id] = heir_may_use(k)
      if not usable[id] then lacking.credentials[#lacking.credentials + 1] = k end
    end
    if id ~= "" and not usable[id] then
      lacking.schedules[s.id] = true
      if not case.share_access then
        case.person_must("schedule " .. s.name, "let " .. heir.email
          .. " use the credential it runs with, or give it another one; see --share-access")
      end
    end
  end
  for _, d in ipairs(found.connections) do
    if not heir_may_use(d) then
      lacking.connections[#lacking.connections + 1] = d
      if not case.share_access then
        case.person_must("data connection " .. d.name,
          "share it with " .. heir.email .. " if a workflow needs it; see --share-access")
      end
    end
  end
  local visible = {}
  for d in iter(alteryx.list_admin_dcm_connections, { visible_by = heir.id }) do
    visible[d.id] = true
  end
  for _, d in ipairs(found.dcm) do
    if d.owner.id ~= leaver.id and d.owner.id ~= heir.id and not visible[d.id] then
      case.person_must("DCM connection " .. d.name,
        d.owner.email .. " should share it with " .. heir.email .. " if a workflow needs it")
    end
  end

  -- Who is in the studio of a workflow's owner can see it.
  if #found.owned.workflows > 0 then
    for studio in iter(alteryx.list_subscriptions, { user_count_greater_than_equals = 2 }) do
      local members = {}
      for _, u in ipairs(alteryx.get_subscription { subscription_id = studio.id }.users) do
        members[u.id] = true
      end
      if members[leaver.id] and not members[heir.id] then
        case.person_must("studio " .. studio.name,
          "its other users lose sight of the workflows, as " .. heir.email
            .. " is in another one: let them in by a collection")
      end
    end
  end
end

-- Schedules of workflows that somebody else owns stay behind.
local function see_to_schedules(case, found, affected)
  local seen = {}
  local left = alteryx.get_user_assets { user_id = found.leaver.id, asset_type = "Schedules" }
  for _, s in ipairs(left.schedules) do
    seen[s.id] = true
    local ok, problem = pcall(alteryx.update_schedule,
      { schedule_id = s.id, owner_id = found.heir.id })
    if not ok then
      if problem.kind ~= "invalid" and problem.kind ~= "denied" then fail(problem) end
      case.person_must("schedule " .. s.name, case.heir .. " cannot own it: " .. problem.cause
        .. "; let them at its workflow and run this again, or delete it")
    end
  end
  if dry_run() then return end -- which ones break is known once assets are moved
  for _, a in ipairs(affected) do
    local id = a.affected_schedule_id
    if not seen[id] and not found.lacking.schedules[id] then
      case.person_must("schedule " .. alteryx.get_schedule { schedule_id = id }.name,
        "the Server says that it will break: look at what it runs with")
    end
  end
end

function part.take(case, found)
  local leaver = found.leaver
  step("let the heir use what is needed", function()
    if not found.owns then skip("there is nothing to inherit") end
    if not case.share_access then skip("only with --share-access") end
    for _, k in ipairs(found.lacking.credentials) do
      alteryx.add_credential_user { credential_id = k.id, user_id = found.heir.id }
    end
    for _, d in ipairs(found.lacking.connections) do
      alteryx.add_data_connection_user { data_connection_id = d.id, user_id = found.heir.id }
    end
  end)

  local affected = step("hand over what the leaver owns", function()
    if not found.owns then skip("there is nothing to inherit") end
    return alteryx.transfer_assets { user_id = leaver.id, owner_id = found.heir.id }
  end)

  step("see to schedules left behind", function()
    if #found.schedules == 0 then skip("there are no schedules") end
    see_to_schedules(case, found, affected)
  end)

  step("take back what was shared", function()
    if not found.has_access then skip("nothing was shared") end
    for _, k in ipairs(found.credentials) do
      alteryx.remove_credential_user { credential_id = k.id, user_id = leaver.id }
    end
    for _, d in ipairs(found.connections) do
      alteryx.remove_data_connection_user { data_connection_id = d.id, user_id = leaver.id }
    end
    for _, c in ipairs(found.collections) do
      alteryx.remove_collection_user { collection_id = c.id, user_id = c.member }
    end
  end)

  step("deactivate the account", function()
    if not leaver.is_active and #found.groups == 0 then skip("inactive, and in no group") end
    alteryx.deactivate_user { user_id = leaver.id }
  end)

  -- API keys outlive a deactivation, and would work again if the account were
  -- reactivated. It comes after the deactivation, which the Server refuses for
  -- the runner's own account: so the runner cannot lock itself out.
  step("switch off API access", function()
    if not leaver.is_api_enabled then skip("it is off") end
    if case.delete then skip("the account is deleted") end
    alteryx.update_user { user_id = leaver.id, is_api_enabled = false }
    case.person_must("API keys",
      "no call revokes them; they do not work while API access is off")
  end)

  step("delete the account", function()
    if not case.delete then skip("only with --delete") end
    alteryx.delete_user { user_id = leaver.id }
  end)
end

function part.verify(case, found)
  local leaver = found.leaver
  local user = alteryx.find_user { email = leaver.email }
  if case.delete then
    if user then case.wrong("the account is still there") end
    return
  end
  local left = alteryx.get_user_assets { user_id = leaver.id }
  local n = #left.workflows + #left.schedules + #left.collections
  if n > 0 then case.wrong("assets that are still theirs: " .. n) end
  if user.is_active then case.wrong("the account is still active") end
  if #(user.shared_credential_ids or {}) + #(user.data_connection_ids or {}) > 0 then
    case.wrong("credentials or data connections are still shared with them")
  end
  if #alteryx.list_groups_of_user { user_id = leaver.id } > 0 then
    case.wrong("they are still in a user group")
  end
end

return part

--- What onboard.lua does on an Alteryx Server.
---
--- Names and role are set to what is given. Not for Servers with Windows
--- authentication, where accounts come from the Active Directory. The runner
--- must act as a Curator.
local part = { title = "Alteryx Server" }

local RIGHTS = {
  schedule = "can_schedule_jobs", prioritize = "can_prioritize_jobs",
  assign_workers = "can_assign_jobs", create_collections = "can_create_collections",
  api = "is_api_enabled", dcm = "can_create_and_update_dcm",
}

function part.look_up(case)
  local p = case.p
  local found = { groups = {}, collections = {}, credentials = {}, connections = {} }
  for i, name in ipairs(p.alteryx_groups or {}) do
    found.groups[i] = alteryx.find_user_group { name = name, required = true }
  end
  if p.alteryx_studio then
    found.studio = alteryx.find_subscription { name = p.alteryx_studio, required = true }
  end
  for i, name in ipairs(p.alteryx_collections or {}) do
    found.collections[i] = alteryx.find_collection { name = name, required = true }
  end
  for i, account in ipairs(p.alteryx_credentials or {}) do
    found.credentials[i] = alteryx.find_credential { username = account, required = true }
  end
  for i, name in ipairs(p.alteryx_data_connections or {}) do
    found.connections[i] = alteryx.find_data_connection { name = name, required = true }
  end
  return found
end

function part.give(case, found)
  local p, note = case.p, case.note
  local user, is_new = step("see to the account", function()
    local account = {
      email = p.email, first_name = p.first_name, last_name = p.last_name, role = p.alteryx_role,
    }
    for _, right in ipairs(p.alteryx_rights or {}) do account[RIGHTS[right]] = true end
    local user, changes, created = alteryx.ensure_user(account)
    if created then note("created", p.email) end
    for _, c in ipairs(changes) do
      note(c.field == "is_active" and "reactivated" or "changed " .. c.field,
        string.format("%s, was %s", tostring(c.to), tostring(c.from)))
    end
    if not created and user.is_account_locked then
      log.warn(p.email
        .. " is locked out after failed sign-ins: a Curator has to unlock the account")
    end
    return user, created
  end)
  found.user = user

  step("add to user groups", function()
    if #found.groups == 0 then skip("none are given") end
    for _, g in ipairs(found.groups) do
      local added = alteryx.ensure_user_in_group { user_id = user.id, group_id = g.id }
      if added then note("added to user group", g.name) end
    end
  end)

  step("move to the studio", function()
    if not found.studio then skip("none is given") end
    local moved = alteryx.ensure_user_in_subscription {
      user_id = user.id, subscription_id = found.studio.id,
    }
    if moved then note("moved to studio", found.studio.name) end
  end)

  step("let into collections", function()
    if #found.collections == 0 then skip("none are given") end
    for _, c in ipairs(found.collections) do
      local let_in = alteryx.ensure_user_in_collection { user_id = user.id, collection_id = c.id }
      if let_in then note("let into collection", c.name) end
    end
  end)

  step("share what the person may use", function()
    if #found.credentials + #found.connections == 0 then skip("none are given") end
    for _, k in ipairs(found.credentials) do
      local shared = alteryx.ensure_user_has_credential {
        user_id = user.id, credential_id = k.id,
      }
      if shared then note("shared credential", k.username) end
    end
    for _, d in ipairs(found.connections) do
      local shared = alteryx.ensure_user_has_data_connection {
        user_id = user.id, data_connection_id = d.id,
      }
      if shared then note("shared data connection", d.name) end
    end
  end)

  step("mail a link to set a password", function()
    if not p.alteryx_password_mail then skip("only with --alteryx-password-mail") end
    if not is_new then skip("the account was there before") end
    alteryx.reset_password { user_id = user.id }
    note("mailed a link to set a password", p.email)
  end)
end

function part.verify(case, found)
  local p, user = case.p, found.user
  local function has(list, field)
    for _, x in ipairs(list) do
      if (field and x[field] or x) == user.id then return true end
    end
    return false
  end
  local seen = alteryx.get_user { user_id = user.id }
  if not seen.is_active then case.missing("the account", p.email) end
  if p.alteryx_role and seen.role ~= p.alteryx_role then
    case.missing("the role", p.alteryx_role)
  end
  for _, g in ipairs(found.groups) do
    if not has(alteryx.get_user_group { user_group_id = g.id }.members, "user_id") then
      case.missing("user group", g.name)
    end
  end
  local studio = found.studio
  if studio and not has(alteryx.get_subscription { subscription_id = studio.id }.users, "id") then
    case.missing("studio", studio.name)
  end
  for _, c in ipairs(found.collections) do
    if not has(alteryx.get_collection { collection_id = c.id }.users, "user_id") then
      case.missing("collection", c.name)
    end
  end
  for _, k in ipairs(found.credentials) do
    if not has(alteryx.get_credential { credential_id = k.id }.user_ids) then
      case.missing("credential", k.username)
    end
  end
  for _, d in ipairs(found.connections) do
    if not has(alteryx.get_data_connection { data_connection_id = d.id }.user_ids) then
      case.missing("data connection", d.name)
    end
  end
end

return part

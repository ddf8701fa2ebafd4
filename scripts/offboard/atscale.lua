--- What offboard.lua does in AtScale.
---
--- Nothing is inherited: projects, aggregates and build schedules belong to the
--- organization. No call shuts an account: without --delete it loses its roles,
--- and with them the organization. Users of the container edition are kept by
--- its Identity Broker. The runner must administer the organization.
local part = { title = "AtScale" }

-- Whom the runner signs in as; nil in the container edition, which has catalogs
-- in place of projects.
local function session_of_runner()
  local ok, session = pcall(atscale.get_session, {})
  if ok then return session end
  if session.kind ~= "unsupported" or not pcall(atscale.list_catalogs, {}) then fail(session) end
  return nil
end

-- What a read answers; nil if this release or the runner's rights do not allow
-- it. Several of these calls are inferred from others.
local function readable(read, args)
  local ok, answer = pcall(read, args)
  if ok then return answer end
  local kind = answer.kind
  if kind ~= "denied" and kind ~= "not_found" and kind ~= "unsupported" then fail(answer) end
  return nil
end

-- Whether a matrix of permissions names somebody.
local function names(permissions, user)
  local design, runtime = permissions.designtime_permissions, permissions.runtime_permissions
  for _, matrix in ipairs { design or {}, runtime or {} } do
    for _, field in ipairs { "designtime_permission_matrix", "runtime_permission_matrix" } do
      local may = matrix[field] and matrix[field][user.user_id]
      if may and #may > 0 then return true end
    end
  end
  return false
end

-- The projects that somebody is let into by name, each with such cubes; and
-- whether all could be read.
local function projects_of(user)
  local found, all = {}, true
  for _, project in ipairs(readable(atscale.list_projects, {}) or {}) do
    local x = { name = project.name, id = project.id, cubes = {} }
    local permissions = readable(atscale.get_project_permissions, { project_id = project.id })
    all = all and permissions ~= nil
    x.is_named = permissions and names(permissions, user) or false
    for _, cube in ipairs(project.cubes and project.cubes.cube or {}) do
      local of = { project_id = project.id, cube_id = cube.id }
      local may = readable(atscale.get_cube_permissions, of)
      all = all and may ~= nil
      if may and names(may, user) then x.cubes[#x.cubes + 1] = cube end
    end
    if x.is_named or #x.cubes > 0 then found[#found + 1] = x end
  end
  return found, all
end

-- The connections to data warehouses that sign in there by the same name.
local function connections_of(user)
  local found = {}
  for _, w in ipairs(readable(atscale.list_connection_groups, {}) or {}) do
    for _, c in ipairs(w.subgroups or {}) do
      local name = c.username
      if type(name) == "string" and name:lower() == user.auth_username:lower() then
        found[#found + 1] = { name = w.name .. " / " .. (c.name or "?"), id = c.id }
      end
    end
  end
  return found
end

-- The organizations that somebody is in, if the runner may see others.
local function organizations_of(user)
  local found = {}
  for _, o in ipairs(readable(atscale.list_organizations, {}) or {}) do
    for _, u in ipairs(readable(atscale.list_users, { org_id = o.id }) or {}) do
      if u.user_id == user.user_id then found[#found + 1] = o end
    end
  end
  return found
end

-- Names in place of ids, as far as they are known.
local function named(ids, list, field)
  local out = {}
  for i, x in ipairs(ids) do
    local id = type(x) == "table" and x.id or x
    out[i] = { id = id, name = tostring(id) }
    for _, y in ipairs(list) do
      if y.id == id then out[i].name = y[field] end
    end
  end
  return out
end

-- Puts out what no call can do.
local function tell(case, found)
  local email = found.account
  if #found.organizations > 1 then
    local list = {}
    for i, o in ipairs(found.organizations) do list[i] = o.name end
    case.person_must("organizations " .. table.concat(list, ", "),
      email .. " is in all of them: run this with a connection to each")
  end
  for _, c in ipairs(found.connections) do
    case.person_must("connection " .. c.name, "it signs in to the data warehouse as "
      .. found.user.auth_username .. ": give it another account, if that one is theirs")
  end
  if case.delete then return end
  for _, x in ipairs(found.projects) do
    case.person_must("project " .. x.name,
      "take " .. email .. " out of its permissions, and those of its cubes, in Design Center")
  end
  if not found.all_read then
    case.person_must("permissions of projects",
      "not all could be read: look in Design Center for those that name " .. email)
  end
  for _, g in ipairs(found.groups or {}) do
    case.person_must("group " .. g.name, "take " .. email .. " out of it in Design Center")
  end
  if not found.groups then
    case.person_must("groups", "AtScale does not tell who is in which: take " .. email
      .. " out of theirs in Design Center")
  end
  if found.user.super_user or found.user.api_super_user then
    case.person_must("superuser", "no call takes that right away, and it may work without a role: "
      .. "take it from " .. email .. " in Design Center, or delete the account")
  end
end

function part.find(case)
  local session = session_of_runner()
  if not session then
    case.person_must("account", "disable " .. case.leaver .. " in the Identity Broker, and sign "
      .. "out their sessions of the client atscale-public-api: that ends their API tokens")
    return { belongings = {}, owns = false, is_done = true }
  end
  local user, near = case.seek(atscale.find_user, { email = case.leaver })
  if not user then return nil, near or "AtScale lists only who has a role" end
  if user.user_id == session.user_id then
    fail {
      kind = "conflict", subject = string.format("user %q", user.auth_username),
      cause = "the runner signs in as this user",
      hint = "use a connection of another administrator",
    }
  end
  local account = readable(atscale.get_user, { user_id = user.user_id }) or {}
  local found = {
    account = user.email or user.auth_username, user = user, state = "member", belongings = {},
    owns = false, is_done = false, -- who has no role is not found
    roles = named(account.roles or {}, atscale.list_roles {}, "title"),
    groups = account.groups and named(account.groups, atscale.list_groups {}, "name"),
    connections = connections_of(user), organizations = organizations_of(user),
  }
  if user.super_user or user.api_super_user then found.state = "superuser" end
  found.projects, found.all_read = projects_of(user)

  local function row(kind, name, how, id)
    table.insert(found.belongings, { kind = kind, name = name, how = how, id = id })
  end
  for _, o in ipairs(found.organizations) do row("organization", o.name, "member", o.id) end
  for _, r in ipairs(found.roles) do row("role", r.name, "role", r.id) end
  for _, g in ipairs(found.groups or {}) do row("group", g.name, "member", g.id) end
  for _, x in ipairs(found.projects) do
    if x.is_named then row("project", x.name, "access", x.id) end
    for _, k in ipairs(x.cubes) do row("cube", x.name .. " / " .. k.name, "access", k.id) end
  end
  for _, c in ipairs(found.connections) do row("connection", c.name, "same name", c.id) end
  tell(case, found)
  return found
end

-- Makes a call that a directory outside AtScale may forbid.
local function change(call, args)
  local ok, problem = pcall(call, args)
  if ok then return end
  if problem.kind == "invalid" or problem.kind == "conflict" then
    problem.hint = "if a directory keeps the users, do it there; else in Design Center"
  end
  fail(problem)
end

function part.take(case, found)
  local user = found.user
  step("take roles away", function()
    if case.delete then skip("the account is deleted") end
    change(atscale.update_user, { user_id = user.user_id, roles = {} })
    case.person_must("account of " .. user.auth_username, "AtScale does not list who has no role, "
      .. "so no later run finds it: delete it in Design Center when it is not needed")
  end)

  step("delete the account", function()
    if not case.delete then skip("only with --delete") end
    change(atscale.delete_user, { user_id = user.user_id })
  end)
  log.warn("AtScale: a token of " .. found.account .. " works until it ends, for up to an hour")
end

function part.verify(_, found)
  for _, u in ipairs(atscale.list_users {}) do
    if u.user_id == found.user.user_id then
      fail {
        kind = "conflict", subject = string.format("user %q", u.auth_username),
        cause = "they are still in the organization",
        hint = "look at the user in Design Center, then run this again",
      }
    end
  end
end

return part

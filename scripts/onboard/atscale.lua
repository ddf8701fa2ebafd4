--- What onboard.lua does in AtScale.
---
--- The connection says in which organization. Users of the container edition
--- are kept by its Identity Broker. The runner must administer the organization.
local part = { title = "AtScale" }

-- The container edition has catalogs in place of projects.
local function is_container()
  local ok, problem = pcall(atscale.get_session, {})
  if ok then return false end
  if problem.kind ~= "unsupported" or not pcall(atscale.list_catalogs, {}) then fail(problem) end
  return true
end

local function same(a, b) return a ~= nil and a:lower() == b:lower() end

-- Who is to be given things; nil if they have to be created.
local function existing(p)
  local user = atscale.find_user { email = p.email }
  local name = p.atscale_username
  if not name or user and same(user.auth_username, name) then return user end
  local other = atscale.find_user { username = name }
  if not user and not other then return nil end
  fail {
    kind = "conflict", subject = string.format("user %q", name),
    cause = user and p.email .. " signs in as " .. user.auth_username
      or "this is somebody else: " .. (other.email or other.name or other.user_id),
    hint = user and "leave --atscale-username out" or "give another --atscale-username",
  }
end

-- The ids of the roles and groups of an account; nil where this release does not
-- tell them.
local function rights_of(user)
  local ok, account = pcall(atscale.get_user, { user_id = user.user_id })
  if not ok then
    if account.kind ~= "not_found" and account.kind ~= "denied" then fail(account) end
    account = {}
  end
  local function ids_of(list)
    local ids = {}
    for i, x in ipairs(list) do ids[i] = type(x) == "table" and x.id or x end
    return ids
  end
  return account.roles and ids_of(account.roles), account.groups and ids_of(account.groups)
end

-- Those of a list whose ids are not among these.
local function missing_of(list, ids)
  local has, missing = {}, {}
  for _, id in ipairs(ids) do has[id] = true end
  for _, x in ipairs(list) do
    if not has[x.id] then missing[#missing + 1] = x end
  end
  return missing
end

function part.look_up(case)
  local p, found = case.p, { roles = {}, groups = {} }
  if is_container() then
    found.is_container = true
    return found
  end
  for i, title in ipairs(p.atscale_roles or {}) do
    found.roles[i] = atscale.find_role { title = title, required = true }
  end
  for i, name in ipairs(p.atscale_groups or {}) do
    found.groups[i] = atscale.find_group { name = name, required = true }
  end
  found.user = existing(p)
  if found.user then found.role_ids, found.group_ids = rights_of(found.user) end
  local lacking = not p.atscale_password and "--atscale-password"
    or #found.roles == 0 and "--atscale-roles"
  if not found.user and lacking then
    fail {
      kind = "invalid", subject = string.format("user %q", p.email),
      cause = "there is none, and a new one needs a password and a role",
      hint = "add " .. lacking .. (lacking == "--atscale-password" and " env:NAME" or "")
        .. "; if a directory keeps the users, do it there first",
    }
  end
  return found
end

-- Creates the account.
local function create(case, found)
  local p, titles = case.p, {}
  for i, r in ipairs(found.roles) do titles[i] = r.title end
  local ok, user = pcall(atscale.ensure_user, {
    username = p.atscale_username or p.email, password = p.atscale_password, roles = titles,
    email = p.email, name = p.first_name .. " " .. p.last_name,
  })
  if not ok then
    if user.kind == "conflict" or user.kind == "invalid" then
      user.hint = "the name may be that of an account without a role, which no call shows: give "
        .. "it a role in Design Center, and run this again"
    end
    fail(user)
  end
  case.note("created", p.email)
  for _, title in ipairs(titles) do case.note("gave role", title) end
  case.person_must("password", "hand the first one over to " .. p.email
    .. ", who should change it: no call makes them")
  return user
end

function part.give(case, found)
  local p = case.p
  if found.is_container then
    case.person_must("account", "make or enable " .. p.email .. " in the Identity Broker, with the "
      .. "roles and groups that are wanted")
    skip("the Identity Broker keeps the users of the container edition")
  end
  local is_new = not found.user
  step("see to the account", function()
    if is_new then
      found.user = create(case, found)
      return
    end
    local name = p.first_name .. " " .. p.last_name
    local _, changes = atscale.ensure_user { username = found.user.auth_username, name = name }
    for _, c in ipairs(changes) do
      case.note("changed " .. c.field, string.format("%s, was %s", c.to, c.from))
    end
  end)

  step("give roles", function()
    if #found.roles == 0 then skip("none are given") end
    if is_new then skip("the account was made with them") end
    local ids = found.role_ids
    if not ids then
      for _, r in ipairs(found.roles) do
        case.person_must("role " .. r.title, "AtScale does not tell whether " .. p.email
          .. " has it: give it in Design Center if not")
      end
      skip("AtScale does not tell those of before, which would be lost")
    end
    local missing = missing_of(found.roles, ids)
    for _, r in ipairs(missing) do
      ids[#ids + 1] = r.id
      case.note("gave role", r.title)
    end
    if #missing > 0 then atscale.update_user { user_id = found.user.user_id, roles = ids } end
  end)

  step("tell who puts them into groups", function()
    if #found.groups == 0 then skip("none are given") end
    for _, g in ipairs(missing_of(found.groups, found.group_ids or {})) do
      case.person_must("group " .. g.name, "put " .. p.email .. " into it in Design Center")
    end
  end)
end

function part.verify(case, found)
  local user = atscale.find_user { email = case.p.email }
  if not user then case.missing("the account", case.p.email) end
  if dry_run() then return end -- no planned call tells what an account's page shows
  local ids = rights_of(user)
  for _, r in ipairs(ids and missing_of(found.roles, ids) or {}) do
    case.missing("role", r.title)
  end
end

return part

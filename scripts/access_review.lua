--- Shows who can do what on an Alteryx Server, and what of it deserves a look.
---
--- Four tables: "users"; "access", a row for each thing that a user owns or
--- may use, and how they came by it; "groups"; and "findings". With --format
--- json they can be compared with those of the last review.
---
--- It only reads. No call tells what members may do in a collection, when
--- their access to it ends, and who comes in through a group of the Active
--- Directory. Workflows that are seen because they are public, or because
--- their owner is in the same studio, are not in "access". The runner must act
--- as a Curator.
local time = require("time")

local p = params {
  role = {
    "string", choices = { "NoAccess", "Viewer", "Member", "Artisan", "Curator", "Evaluated" },
    help = "Only users with this role. All if omitted.",
  },
  active_only = { "bool", default = false, help = "Leave out inactive users." },
  inactive_days = {
    "int", default = 90,
    help = "After how many days without a sign-in an active user is a finding.",
  },
  as_of = { "date", help = "The day to count back from. Today if omitted." },
}

local today = p.as_of and time.parse(p.as_of) or now()

local users, workflows, schedules = step("read users and what they own", function()
  local only_active = p.active_only or nil
  return alteryx.list_users { view = "Full", role = p.role, active = only_active },
    alteryx.list_workflows {}, alteryx.list_schedules {}
end)

local groups = step("read user groups", function()
  local groups = {}
  for i, g in ipairs(alteryx.list_user_groups {}) do
    groups[i] = alteryx.get_user_group { user_group_id = g.id }
  end
  return groups
end)

local collections, credentials, connections, dcm = step("read what is shared", function()
  return alteryx.list_collections { view = "Full" }, alteryx.list_credentials { view = "Full" },
    alteryx.list_data_connections { view = "Full" }, alteryx.list_admin_dcm_connections {}
end)

local access = {} -- lists of { kind, name, how }, by user
for _, u in ipairs(users) do access[u.id] = {} end

local function grant(user_id, kind, name, how)
  local list = access[user_id]
  if list then list[#list + 1] = { kind = kind, name = name, how = how } end
end

local members = {} -- { name, ids }, by group
local roles = {} -- the highest role of a user's groups

-- In ascending order.
local RANKS = { NoAccess = 1, Viewer = 2, Member = 3, Artisan = 4, Curator = 5 }

for _, g in ipairs(groups) do
  members[g.id] = { name = g.name, ids = {} }
  for _, m in ipairs(g.members) do
    if m.user_id then
      table.insert(members[g.id].ids, m.user_id)
      grant(m.user_id, "user group", g.name, "member")
      local best = roles[m.user_id]
      if RANKS[g.role] and (not best or RANKS[g.role] > RANKS[best]) then
        roles[m.user_id] = g.role
      end
    end
  end
end

-- The role that counts: that of an Evaluated user comes from the groups, or is
-- the Server's default, which no call tells.
local function role_of(user)
  if user.role ~= "Evaluated" then return user.role end
  return roles[user.id] or "Evaluated"
end

local function grant_groups(ids, kind, name)
  for _, id in ipairs(ids or {}) do
    local group = members[id] or { ids = {} }
    for _, user_id in ipairs(group.ids) do grant(user_id, kind, name, "through " .. group.name) end
  end
end

for _, w in ipairs(workflows) do grant(w.owner_id, "workflow", w.name, "owner") end
for _, s in ipairs(schedules) do grant(s.owner_id, "schedule", s.name, "owner") end
for _, c in ipairs(collections) do
  grant(c.owner_id, "collection", c.name, "owner")
  for _, u in ipairs(c.users or {}) do grant(u.user_id, "collection", c.name, "member") end
  grant_groups(c.user_group_ids, "collection", c.name)
end
for _, k in ipairs(credentials) do
  for _, id in ipairs(k.user_ids or {}) do grant(id, "credential", k.username, "shared") end
  grant_groups(k.user_group_ids, "credential", k.username)
end
for _, d in ipairs(connections) do
  for _, id in ipairs(d.user_ids or {}) do grant(id, "data connection", d.name, "shared") end
  grant_groups(d.user_group_ids, "data connection", d.name)
end
for _, d in ipairs(dcm) do
  grant(d.owner.id, "DCM connection", d.name, "owner")
  local sharing = d.sharing or {}
  for _, shared in ipairs { sharing.execution or {}, sharing.collaboration or {} } do
    for _, u in ipairs(shared.users or {}) do grant(u.id, "DCM connection", d.name, "shared") end
    local ids = {}
    for _, g in ipairs(shared.user_groups or {}) do ids[#ids + 1] = g.id end
    grant_groups(ids, "DCM connection", d.name)
  end
end

-- How many things of each kind a user has in these ways, each counted once;
-- and the kinds in the order in which they were met.
local function count(user, wanted)
  local counts, kinds, seen = {}, {}, {}
  for _, a in ipairs(access[user.id]) do
    local key = a.kind .. ": " .. a.name
    if wanted(a) and not seen[key] then
      seen[key] = true
      if not counts[a.kind] then kinds[#kinds + 1] = a.kind end
      counts[a.kind] = (counts[a.kind] or 0) + 1
    end
  end
  return counts, kinds
end

local function owned(a) return a.how == "owner" end
local function not_owned(a) return a.how ~= "owner" end
local function any() return true end

-- "1 schedule, 2 workflows"; nil for none.
local function counted(user, wanted)
  local counts, kinds = count(user, wanted)
  local texts = {}
  for i, kind in ipairs(kinds) do
    texts[i] = counts[kind] .. " " .. kind .. (counts[kind] > 1 and "s" or "")
  end
  if #texts == 0 then return nil end
  return table.concat(texts, ", ")
end

local function put_out(name, rows)
  output(name, #rows > 0 and rows or "none")
end

step("put out users, access and groups", function()
  local user_rows, access_rows, group_rows = {}, {}, {}
  for _, u in ipairs(users) do
    for _, a in ipairs(access[u.id]) do
      access_rows[#access_rows + 1] = { user = u.email, kind = a.kind, name = a.name, how = a.how }
    end
    local owns = 0
    for _, n in pairs((count(u, owned))) do owns = owns + n end
    local has = count(u, not_owned)
    user_rows[#user_rows + 1] = {
      user = u.email, name = u.first_name .. " " .. u.last_name,
      role = role_of(u) == u.role and u.role or u.role .. ": " .. role_of(u),
      active = u.is_active, last_sign_in = u.last_login and u.last_login:sub(1, 10) or "never",
      api = u.is_api_enabled or false, owns = owns, groups = has["user group"] or 0,
      collections = has.collection or 0, credentials = has.credential or 0,
      data_connections = has["data connection"] or 0, dcm = has["DCM connection"] or 0,
    }
  end
  for _, g in ipairs(groups) do
    group_rows[#group_rows + 1] = {
      group = g.name, role = g.role, members = #g.members, credentials = #(g.credential_ids or {}),
      data_connections = #(g.connection_ids or {}),
    }
  end
  put_out("users", user_rows)
  put_out("access", access_rows)
  put_out("groups", group_rows)
end)

step("put out findings", function()
  local findings = {}
  local function finding(user, what, detail)
    findings[#findings + 1] = { finding = what, user = user.email, detail = detail }
  end

  for _, u in ipairs(users) do
    if u.is_active and u.role ~= "NoAccess" then
      local days = u.last_login and math.floor((today - time.parse(u.last_login)) / 86400)
      if not days then
        finding(u, "never signed in", "role " .. role_of(u))
      elseif days >= p.inactive_days then
        finding(u, "no sign-in for long", days .. " days")
      end
    end
  end
  for _, u in ipairs(users) do
    local owns, has = counted(u, owned), counted(u, not_owned)
    if not u.is_active and owns then finding(u, "inactive and still owns", owns) end
    if not u.is_active and has then finding(u, "inactive and still has access", has) end
    if u.is_active and role_of(u) == "NoAccess" and (owns or has) then
      finding(u, "may not sign in and still has", counted(u, any))
    end
  end
  for _, u in ipairs(users) do
    if u.is_account_locked then finding(u, "locked out", "after failed sign-ins") end
  end
  for _, u in ipairs(users) do
    if u.is_active and role_of(u) == "Curator" then
      finding(u, "may do everything",
        u.role == "Curator" and "Curator" or "Curator through a group")
    end
  end
  for _, u in ipairs(users) do
    if u.is_api_enabled then
      finding(u, "has API access", u.is_active and "role " .. role_of(u) or "inactive")
    end
  end
  put_out("findings", findings)
end)

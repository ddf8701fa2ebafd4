--- What access_review.lua reads on an Alteryx Server.
---
--- No call tells what members may do in a collection, when their access to it
--- ends, and who comes in through a group of the Active Directory. Workflows that
--- are seen because they are public, or because their owner is in the same
--- studio, are not in "access". The runner must act as a Curator.
local part = { title = "Alteryx Server" }

-- In ascending order.
local RANKS = { NoAccess = 1, Viewer = 2, Member = 3, Artisan = 4, Curator = 5 }

function part.review(book)
  local users = alteryx.list_users { view = "Full" }
  local workflows, schedules = alteryx.list_workflows {}, alteryx.list_schedules {}
  local groups = {}
  for i, g in ipairs(alteryx.list_user_groups {}) do
    groups[i] = alteryx.get_user_group { user_group_id = g.id }
  end
  local collections = alteryx.list_collections { view = "Full" }
  local credentials = alteryx.list_credentials { view = "Full" }
  local connections = alteryx.list_data_connections { view = "Full" }
  local dcm = alteryx.list_admin_dcm_connections {}

  local best = {} -- the highest role of a user's groups
  for _, g in ipairs(groups) do
    for _, m in ipairs(g.members) do
      local id = m.user_id
      if id and RANKS[g.role] and (not best[id] or RANKS[g.role] > RANKS[best[id]]) then
        best[id] = g.role
      end
    end
  end

  for _, u in ipairs(users) do
    -- The role that counts: that of an Evaluated user comes from the groups, or
    -- is the Server's default, which no call tells.
    local role = u.role == "Evaluated" and best[u.id] or u.role
    book.user {
      id = u.id, user = u.email, name = u.first_name .. " " .. u.last_name,
      role = role == u.role and role or u.role .. ": " .. role,
      active = u.is_active, last_sign_in = u.last_login, api = u.is_api_enabled,
      locked = u.is_account_locked and "after failed sign-ins" or nil,
      admin = role == "Curator"
        and (u.role == "Curator" and "Curator" or "Curator through a group") or nil,
      may_not_sign_in = role == "NoAccess",
    }
  end

  local grant = book.grant
  local members = {} -- { name, ids }, by group
  for _, g in ipairs(groups) do
    members[g.id] = { name = g.name, ids = {} }
    for _, m in ipairs(g.members) do
      if m.user_id then
        table.insert(members[g.id].ids, m.user_id)
        grant(m.user_id, "user group", g.name, "member")
      end
    end
    book.group(g.name, g.role, #g.members)
  end
  local function grant_groups(ids, kind, name)
    for _, id in ipairs(ids or {}) do
      local group = members[id] or { ids = {} }
      for _, user_id in ipairs(group.ids) do
        grant(user_id, kind, name, "through " .. group.name)
      end
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
      for _, u in ipairs(shared.users or {}) do
        grant(u.id, "DCM connection", d.name, "shared")
      end
      local ids = {}
      for _, g in ipairs(shared.user_groups or {}) do ids[#ids + 1] = g.id end
      grant_groups(ids, "DCM connection", d.name)
    end
  end
end

return part

--- What access_review.lua reads in Alteryx Analytics Cloud: the workspace that the
--- connection's token is for.
---
--- Flows, plans, connections and schedules are those that the runner's own person
--- can see, which need not be all. API tokens of others are seen by no call. The
--- runner must act as a Workspace Admin.
local part = { title = "Alteryx Analytics Cloud" }

local function roles_of(member)
  local texts, admin = {}, nil
  for _, r in ipairs(member.authorization_roles or {}) do
    texts[#texts + 1] = r.name or r.tag or tostring(r.policy_id)
    if r.tag == "workspace_admin" then admin = "Workspace Admin" end
  end
  return #texts > 0 and table.concat(texts, ", ") or "no role", admin
end

function part.review(book)
  for _, m in ipairs(alteryx_cloud.list_members { include_privileges = true }) do
    local role, admin = roles_of(m)
    local is_out = m.is_disabled or m.status == "suspended" or m.state == "hidden"
    book.user {
      id = m.id, user = m.email, name = m.name, role = role, admin = admin, active = not is_out,
      state = m.status == "new" and "invited" or m.status == "suspended" and "suspended"
        or m.is_disabled and "disabled" or nil,
      last_sign_in = m.last_login_time,
    }
  end
  for _, g in ipairs(alteryx_cloud.list_groups {}) do
    for _, u in ipairs(g.users or {}) do book.grant(u.id, "group", g.name, "member") end
    book.group(g.name, nil, g.users and #g.users)
  end
  local function owner(thing, kind)
    if thing.creator and thing.creator.id then
      book.grant(thing.creator.id, kind, thing.name, "owner")
    end
  end
  for _, f in ipairs(alteryx_cloud.list_flows {}) do owner(f, "flow") end
  for _, x in ipairs(alteryx_cloud.list_plans {}) do
    owner(x, "plan")
    for _, m in ipairs(alteryx_cloud.list_plan_people { plan_id = x.id }) do
      if not (x.creator and x.creator.id == m.id) then
        book.grant(m.id, "plan", x.name, "shared")
      end
    end
    for _, s in ipairs(alteryx_cloud.list_plan_schedules { plan_id = x.id }) do
      owner(s, "schedule")
    end
  end
  for _, c in ipairs(alteryx_cloud.list_connections {}) do
    owner(c, "connection")
    for _, s in ipairs(alteryx_cloud.list_connection_subjects { connection_id = c.id }) do
      if not (c.creator and c.creator.id == s.id) then
        book.grant(s.id, "connection", c.name, "shared")
      end
    end
  end
  for _, w in ipairs(alteryx_cloud.list_workflows {}) do owner(w, "workflow") end
end

return part

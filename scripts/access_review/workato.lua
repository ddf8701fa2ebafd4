--- What access_review.lua reads in Workato.
---
--- Who was invited and has not accepted yet is seen by no call, nor when somebody
--- signed in: "last_sign_in" is when they last did something that the audit log
--- knows. Developer API clients are no people; they are listed as groups, with
--- their role, since whoever knows a token may do what it may. Connections have no
--- owners. Only projects that the runner's own client can reach are read.
local part = { title = "Workato" }

local function role_of(member)
  local texts = {}
  for _, r in ipairs(member.roles or {}) do
    if r.role_name ~= "No access" then
      texts[#texts + 1] = r.environment_type .. ": " .. r.role_name
    end
  end
  return #texts > 0 and table.concat(texts, ", ") or "No access"
end

-- Workato's own roles that may do everything.
local function is_admin(member)
  for _, r in ipairs(member.roles or {}) do
    if r.role_name == "Environment admin" or r.role_name == "Admin" then
      return r.role_name .. " in " .. r.environment_type
    end
  end
end

function part.review(book)
  for _, m in ipairs(workato.list_members {}) do
    local role = role_of(m)
    local last = m.last_activity_log
    book.user {
      id = m.id, user = m.email, name = m.name, role = role, active = role ~= "No access",
      state = role == "No access" and "no access" or nil,
      last_sign_in = last and last.created_at, admin = is_admin(m),
    }
  end
  local members = {} -- by group
  for _, g in ipairs(workato.list_user_groups {}) do
    members[g.id] = workato.list_user_group_members { user_group_id = g.id }
    for _, m in ipairs(members[g.id]) do book.grant(m.id, "user group", g.name, "member") end
    book.group(g.name, nil, #members[g.id])
  end
  for _, project in ipairs(workato.list_projects {}) do
    for _, grant in ipairs(workato.list_project_grants { project_id = project.id }) do
      local name = project.name
      if grant.project and grant.project.environment then
        name = name .. " (" .. grant.project.environment.type .. ")"
      end
      if grant.user then
        book.grant(grant.user.id, "project", name, grant.project_role.name)
      else
        for _, m in ipairs(members[grant.user_group.id] or {}) do
          book.grant(m.id, "project", name,
            grant.project_role.name .. " through " .. grant.user_group.name)
        end
      end
    end
  end
  local roles = {}
  for _, r in ipairs(workato.list_developer_api_client_roles {}) do roles[r.id] = r.name end
  for _, c in ipairs(workato.list_developer_api_clients {}) do
    book.group("API client " .. c.name,
      (c.environment_name and c.environment_name .. ": " or "")
        .. (roles[c.api_privilege_group_id] or "unknown"))
  end
end

return part

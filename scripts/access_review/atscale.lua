--- What access_review.lua reads in AtScale.
---
--- No call tells which roles and groups a user has, nor when somebody signed in.
--- What is seen are the permissions on draft projects that users have themselves,
--- not through groups, and who may do everything.
--- Users of the container edition are the identity provider's.
local part = { title = "AtScale" }

function part.review(book)
  local ok, users = pcall(atscale.list_users, {})
  if not ok then
    if users.kind ~= "unsupported" then fail(users) end
    book.person_must("users and groups", "they are the identity provider's: look there")
    return
  end
  local ids = {}
  for _, u in ipairs(users) do
    local id = u.user_id ~= "" and u.user_id or u.auth_username
    ids[#ids + 1] = id
    book.user {
      id = id, user = u.email and u.email ~= "" and u.email or u.auth_username, name = u.name,
      role = u.super_user and "superuser" or u.api_super_user and "API superuser" or "user",
      active = true, last_sign_in = false,
      admin = u.super_user and "superuser" or nil, api = u.api_super_user or nil,
    }
  end
  for _, g in ipairs(atscale.list_groups {}) do book.group(g.name, nil, g.number_of_users) end
  for _, project in ipairs(atscale.list_projects {}) do
    local all = atscale.get_project_permissions { project_id = project.id }
    for _, x in ipairs {
      { "project, to design", all.designtime_permissions },
      { "project, to use", all.runtime_permissions },
    } do
      local kind, permissions = x[1], x[2] or {}
      for _, matrix in ipairs {
        permissions.designtime_permission_matrix or {}, permissions.runtime_permission_matrix or {},
      } do
        for _, id in ipairs(ids) do
          if #(matrix[id] or {}) > 0 then
            book.grant(id, kind, project.name, table.concat(matrix[id], ", "))
          end
        end
      end
    end
  end
end

return part

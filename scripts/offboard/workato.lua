--- What offboard.lua does in a Workato workspace.
---
--- Access is taken away, which can be given back; --delete removes the
--- collaborator for good. Recipes, connections and API clients belong to the
--- workspace: nothing is inherited. The API client of the runner must be one of
--- the development environment, and sees no project grants of other ones.
local part = { title = "Workato" }

local function is_access(role)
  return role.role_name ~= "No access" and role.role_name ~= "NoAccess"
end

-- Connections that the audit log of development names with somebody, if the
-- runner's API client may read it: Workato answers a refusal like a dead token.
local function connections_of(member)
  local ok, log = pcall(workato.list_activity_logs,
    { user_ids = { member.id }, include_resource_types = { "SharedAccount" } })
  if not ok then
    if log.kind ~= "denied" and log.kind ~= "unauthenticated" then fail(log) end
    return {}
  end
  local names, seen = {}, {}
  for _, e in ipairs(log) do
    local name = e.resource and e.resource.name
    if name and not seen[name] then
      seen[name] = true
      names[#names + 1] = name
    end
  end
  return names
end

-- What a person may do, in one text: "Folders: read; Recipes: read, run".
local function in_words(privileges)
  local groups = {}
  for group, verbs in pairs(privileges) do
    groups[#groups + 1] = group .. ": " .. table.concat(verbs, ", ")
  end
  table.sort(groups)
  return table.concat(groups, "; ")
end

-- An invitation that was not accepted gives no access yet, and would.
local function see_to_invitation(case)
  case.person_must("invitation of " .. case.leaver,
    "no call shows or takes back one that was not accepted: look among the collaborators in "
      .. "Workato, and cancel it there")
end

-- What no call tells, or can do.
local function see_to_the_rest(case, leaver)
  local theirs = connections_of(leaver)
  case.person_must("connections", "no call tells who authorised them: let somebody else authorise "
    .. "those that use an account of " .. leaver.email
    .. (#theirs > 0 and "; the audit log names " .. table.concat(theirs, ", ") or ""))
  case.person_must("API clients", "they are nobody's, and go on: make new tokens for those that "
    .. leaver.email .. " could know, with scripts/rotate_workato_tokens.lua")
end

function part.find(case)
  local leaver, near = case.seek(workato.find_member, { email = case.leaver })
  if not leaver then
    see_to_invitation(case)
    return nil, near
  end
  local found = {
    account = leaver.email, leaver = leaver, belongings = {}, groups = {}, owns = false,
  }
  local function row(kind, name, how, id)
    table.insert(found.belongings, { kind = kind, name = name, how = how, id = id })
  end
  for _, r in ipairs(leaver.roles) do
    if is_access(r) then
      found.has_role = true
      row("role", r.role_name, r.environment_type)
    end
  end
  for _, p in ipairs(workato.list_member_privileges { member_id = leaver.id }) do
    row("privileges", in_words(p.privileges), p.environment_type)
  end
  for _, g in ipairs(workato.list_user_groups {}) do
    for _, m in ipairs(workato.list_user_group_members { user_group_id = g.id }) do
      if m.id == leaver.id then
        row("user group", g.name, "member", g.id)
        -- All collaborators are in those that Workato made itself.
        if not g.system then table.insert(found.groups, g) end
      end
    end
  end
  found.grants = workato.list_member_project_grants { member_id = leaver.id }
  for _, g in ipairs(found.grants) do
    row("project", g.project.name, "as " .. g.project_role.name, g.id)
  end
  see_to_the_rest(case, leaver)

  found.state = found.has_role and "active" or "no access"
  found.is_done = not (found.has_role or #found.groups + #found.grants > 0 or case.delete)
  return found
end

function part.take(case, found)
  local leaver = found.leaver
  step("take the roles", function()
    if not found.has_role then skip("no access to any environment") end
    workato.revoke_member_access { member_id = leaver.id }
  end)

  step("take out of user groups", function()
    if #found.groups == 0 then skip("in none") end
    if case.delete then skip("the account is deleted") end
    for _, g in ipairs(found.groups) do
      workato.remove_user_group_members { user_group_id = g.id, user_ids = { leaver.id } }
    end
  end)

  step("take the project grants", function()
    if #found.grants == 0 then skip("there are none") end
    if case.delete then skip("the account is deleted") end
    for _, g in ipairs(found.grants) do
      workato.revoke_project_grant { project_grant_id = g.id }
    end
  end)

  step("delete the account", function()
    if not case.delete then skip("only with --delete") end
    workato.remove_member { member_id = leaver.id }
  end)
end

function part.verify(case, found)
  local member = workato.find_member { email = case.leaver }
  if case.delete then
    if member then case.wrong("they are still a collaborator") end
    return
  end
  if not member then return end -- somebody has removed them meanwhile
  for _, r in ipairs(member.roles) do
    if is_access(r) then case.wrong("they still have a role in " .. r.environment_type) end
  end
  for _, g in ipairs(found.groups) do
    local members = workato.list_user_group_members { user_group_id = g.id }
    for _, m in ipairs(assume(members, {})) do
      if m.id == member.id then case.wrong("they are still in user group " .. g.name) end
    end
  end
  local grants = assume(workato.list_member_project_grants { member_id = member.id }, {})
  if #grants > 0 then case.wrong("project grants that are still theirs: " .. #grants) end
end

return part

--- What onboard.lua does in a Workato workspace.
---
--- Who is no collaborator is invited by mail, and becomes one by accepting it.
--- No call lists invitations: the audit log tells whether one was sent, so that
--- a second run sends no second mail. Roles are set to what is given, in the
--- environments that are named. The API client of the runner must be one of the
--- development environment, and may read the audit log.
local called = require("named").at("in this permission model")
local spell = require("spell")

local part = { title = "Workato" }

local ENVIRONMENTS = {
  dev = "dev", development = "dev", test = "test", prod = "prod", production = "prod",
}
local SYSTEM_ROLES = { "Admin", "Analyst", "Operator" } -- of the older model; in no list

local function is_access(name) return name ~= "No access" and name ~= "NoAccess" end

-- The roles of each permission model, of those that may be meant.
local function roles_by_model(p)
  local by_model = {}
  if p.workato_role_model ~= "privilege_group" then
    by_model.environment = workato.list_environment_roles {}
  end
  if p.workato_role_model ~= "environment" then
    local list = workato.list_roles {}
    for _, name in ipairs(SYSTEM_ROLES) do list[#list + 1] = { name = name } end
    by_model.privilege_group = list
  end
  return by_model
end

-- A role as ensure_member takes it.
local function look_up_role(by_model, environment, name, subject)
  local found, known = {}, {}
  for _, model in ipairs { "environment", "privilege_group" } do
    local list = by_model[model] or {}
    local role = called(list, "role", "name", name)
    if role then
      table.insert(found, { environment_type = environment, name = role.name, role_type = model })
    end
    for _, r in ipairs(list) do known[#known + 1] = r.name end
  end
  if #found > 1 then
    fail {
      kind = "conflict", subject = subject, cause = "both permission models have this role",
      hint = "say which one is meant: --workato-role-model",
    }
  end
  if #found == 0 then
    fail {
      kind = "not_found", subject = subject, cause = "there is no such role",
      hint = spell.hint(name, known) or "there are " .. table.concat(known, ", "),
    }
  end
  return found[1]
end

local function look_up_roles(p)
  local roles, given = {}, {}
  if not p.workato_roles then return roles end
  local by_model = roles_by_model(p)
  for i, text in ipairs(p.workato_roles) do
    local subject = string.format("workato_roles %q", text)
    local place, name = text:match("^%s*(.-)%s*:%s*(.-)%s*$")
    local environment = place and ENVIRONMENTS[place:lower()]
    if not environment or name == "" then
      fail {
        kind = "invalid", subject = subject, cause = "it is not an environment and a role",
        hint = "write it as Development:Operator, Test:… or Production:…",
      }
    end
    if given[environment] then
      fail {
        kind = "invalid", subject = subject, cause = "there is another role for " .. environment,
        hint = "give one for each environment",
      }
    end
    given[environment] = true
    roles[i] = look_up_role(by_model, environment, name, subject)
  end
  return roles
end

-- When the last invitation to an address was sent, unless the audit log says that
-- it is over; nil if there is none. In a dry run it is as a person expects it.
local function invited_on(email, expected)
  local log = workato.list_activity_logs { include_resource_types = { "MemberInvitation" } }
  for _, e in ipairs(assume(log, expected or {})) do
    for word in (e.resource and e.resource.name or ""):gmatch("[^%s<>(),;\"]+") do
      if word:lower() == email:lower() then
        local event = (e.event_type or ""):lower()
        for _, over in ipairs { "accept", "cancel", "declin", "delet", "expir", "revok" } do
          if event:find(over) then return nil end
        end
        return e.timestamp or "an unknown day"
      end
    end
  end
  return nil
end

function part.look_up(case)
  local p = case.p
  local found = { roles = look_up_roles(p), groups = {} }
  for i, name in ipairs(p.workato_groups or {}) do
    found.groups[i] = workato.find_user_group { name = name, required = true }
  end
  found.member = workato.find_member { email = p.email }
  if found.member then
    found.is_in = {}
    for _, g in ipairs(found.groups) do
      for _, m in ipairs(workato.list_user_group_members { user_group_id = g.id }) do
        if m.id == found.member.id then found.is_in[g.id] = true end
      end
    end
    return found
  end
  if #found.roles == 0 then
    fail {
      kind = "invalid", subject = "workato_roles",
      cause = p.email .. " is no collaborator yet, and an invitation needs a role",
      hint = "give one, as --workato-roles Development:Operator",
    }
  end
  if p.workato_invite_again then return found end
  local ok, result = pcall(invited_on, p.email)
  if ok then
    found.invited_on = result
  elseif result.kind == "denied" or result.kind == "unauthenticated" then
    fail {
      kind = result.kind, subject = "audit log",
      cause = "it cannot be read (" .. tostring(result.cause) .. "), and only it tells whether "
        .. p.email .. " was invited before",
      hint = "let the role of the runner's API client list it; or, to send an invitation in any "
        .. "case, add --workato-invite-again",
    }
  else
    fail(result)
  end
  return found
end

local function invite(case, found)
  local p, groups = case.p, {}
  for i, g in ipairs(found.groups) do groups[i] = g.id end
  if not found.invited_on then
    workato.ensure_member {
      email = p.email, name = p.first_name .. " " .. p.last_name, env_roles = found.roles,
      user_group_ids = #groups > 0 and groups or nil,
    }
    case.note("invited", p.email)
  end
  case.person_must("invitation of " .. p.email, (found.invited_on
    and "it was sent on " .. found.invited_on .. ", with the roles of then" or "it was sent now")
    .. ": let them accept it, and run this again then, which sees to what is missing"
    .. (found.invited_on and "; --workato-invite-again sends another" or ""))
end

function part.give(case, found)
  local p, note, member = case.p, case.note, found.member
  step("see to the roles", function()
    if not member then return invite(case, found) end
    if #found.roles == 0 then skip("none are given") end
    local before = {}
    for _, r in ipairs(member.roles) do before[r.environment_type] = r.role_name end
    local answer = workato.ensure_member {
      email = p.email, name = p.first_name .. " " .. p.last_name, env_roles = found.roles,
    }
    if answer == "unchanged" then return end
    for _, r in ipairs(found.roles) do
      local was = before[r.environment_type] or "No access"
      if was ~= r.name then
        note(is_access(was) and "changed role" or "gave role",
          string.format("%s in %s, was %s", r.name, r.environment_type, was))
      end
    end
  end)

  step("add to user groups", function()
    if #found.groups == 0 then skip("none are given") end
    if not member then skip("they come with the invitation") end
    for _, g in ipairs(found.groups) do
      if not found.is_in[g.id] then
        workato.add_user_group_members { user_group_id = g.id, user_ids = { member.id } }
        note("added to user group", g.name)
      end
    end
  end)
end

function part.verify(case, found)
  local p = case.p
  local member = found.member
  if not member then
    if not invited_on(p.email, { { resource = { name = p.email } } }) then
      log.warn("the audit log does not show the invitation of " .. p.email
        .. ": another run would send another mail")
    end
    return
  end
  local now = {}
  for _, r in ipairs(workato.get_member { member_id = member.id }.roles) do
    now[r.environment_type] = r.role_name
  end
  for _, r in ipairs(found.roles) do
    if now[r.environment_type] ~= r.name then
      case.missing("role in " .. r.environment_type, r.name)
    end
  end
  for _, g in ipairs(found.groups) do
    local members = workato.list_user_group_members { user_group_id = g.id }
    local is_in = false
    for _, m in ipairs(assume(members, { { id = member.id } })) do
      is_in = is_in or m.id == member.id
    end
    if not is_in then case.missing("user group", g.name) end
  end
end

return part

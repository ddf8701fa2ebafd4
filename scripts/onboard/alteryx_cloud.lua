--- What onboard.lua does in a workspace of Alteryx Analytics Cloud.
---
--- Who is not there is invited, and gets mail once. They may accept much later:
--- what is given to them waits. The name is theirs to set. The runner must act
--- as a Workspace Admin.
local part = { title = "Alteryx Analytics Cloud" }

-- Whether somebody is suspended. Afterwards, a planned end of it is taken to
-- work.
local function is_suspended(person)
  local list = alteryx_cloud.list_people { people_ids = { person.id }, include_status = true }
  for _, p in ipairs(list) do -- the vendor may ignore the filter
    if p.id == person.id then
      return assume(p.status, "active") == "suspended" or assume(p.is_disabled, false) == true
    end
  end
  return false
end

local function is_in(group, person)
  for _, u in ipairs(group.users or {}) do
    if u.id == person.id then return true end
  end
  return false
end

function part.look_up(case)
  local p = case.p
  if p.alteryx_cloud_workspace then
    alteryx_cloud.check_workspace { name = p.alteryx_cloud_workspace }
  end
  local found = { roles = {}, groups = {} }
  for i, name in ipairs(p.alteryx_cloud_roles or {}) do
    found.roles[i] = alteryx_cloud.find_role { name = name, required = true }
  end
  for i, name in ipairs(p.alteryx_cloud_groups or {}) do
    found.groups[i] = alteryx_cloud.find_group { name = name, required = true }
  end
  found.person = alteryx_cloud.find_person { email = p.email }
  found.was_suspended = found.person and is_suspended(found.person)
  return found
end

function part.give(case, found)
  local p, note = case.p, case.note
  step("let in again", function()
    if not found.was_suspended then skip("not suspended") end
    alteryx_cloud.unsuspend_people { person_ids = { found.person.id } }
    note("lifted the suspension", p.email)
    local old = {}
    for i, r in ipairs(found.person.authorization_roles or {}) do old[i] = r.name or r.tag end
    if #old > 0 then
      log.warn(p.email .. " still has the roles of before: " .. table.concat(old, ", "))
    end
  end)

  step("see to the member", function()
    local names, ids = {}, {}
    for i, r in ipairs(found.roles) do
      names[r.policy_id] = r.name or r.tag
      ids[i] = r.policy_id
    end
    local person, invited, given = alteryx_cloud.ensure_member { email = p.email, roles = ids }
    found.person = person
    if invited then
      note("invited", p.email)
      given = ids
      if #ids + #found.groups == 0 then
        case.person_must("role", "give " .. p.email .. " one: nothing can be used without")
      end
    end
    for _, id in ipairs(given) do note("gave role", names[id]) end
  end)

  step("add to groups", function()
    if #found.groups == 0 then skip("none are given") end
    for _, g in ipairs(found.groups) do
      local added = alteryx_cloud.ensure_group_users {
        group_id = g.id, user_ids = { found.person.id },
      }
      if #added > 0 then
        note("added to group", g.name)
        if g.auto_provisioned then
          case.person_must("group " .. g.name, "the identity provider keeps it: put " .. p.email
            .. " into it there, or they are taken out again")
        end
      end
    end
  end)
end

function part.verify(case, found)
  local person = alteryx_cloud.find_person { email = case.p.email }
  if not person then case.missing("the workspace", case.p.email) end
  if found.was_suspended and is_suspended(person) then case.missing("the member", person.email) end
  local held = {}
  for _, r in ipairs(person.authorization_roles or {}) do held[r.policy_id] = true end
  for _, r in ipairs(found.roles) do
    if not held[r.policy_id] then case.missing("role", r.name or r.tag) end
  end
  for _, g in ipairs(found.groups) do
    if not is_in(alteryx_cloud.find_group { name = g.name, required = true }, person) then
      case.missing("group", g.name)
    end
  end
end

return part

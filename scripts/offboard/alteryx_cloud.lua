--- What offboard.lua does in a workspace of Alteryx Analytics Cloud.
---
--- Somebody who is suspended keeps what they own, and their schedules keep
--- running: so all is handed over before the account is shut. The runner must
--- act as a Workspace Admin, and sees what an admin sees.
local part = { title = "Alteryx Analytics Cloud" }

-- What a transfer moves, and how roles name it.
local ASSETS = {
  { kind = "flow", list = alteryx_cloud.list_flows, resource = "flow" },
  { kind = "plan", list = alteryx_cloud.list_plans, resource = "plan" },
  { kind = "connection", list = alteryx_cloud.list_connections, resource = "connection" },
  { kind = "workflow", list = alteryx_cloud.list_workflows },
}

-- What a membership is in one word; unknown if the vendor does not say. A planned
-- suspension is taken to work.
local function state_of(person)
  local list = alteryx_cloud.list_people { people_ids = { person.id }, include_status = true }
  for _, p in ipairs(list) do -- the vendor may ignore the filter
    if p.id == person.id then
      local status = assume(p.status, "suspended")
      if status == "new" then return "invited" end
      local disabled = p.is_disabled
      if status == "suspended" or assume(disabled, true) then return "suspended" end
      return (status or disabled ~= nil) and "active" or "unknown"
    end
  end
  return "unknown"
end

-- Who owns something: the vendor shows no owner beside the creator.
local function owner_of(x)
  local creator = x.created_by or x.creator
  return type(creator) == "table" and creator.id or creator
end

-- What is somebody's, and what was shared with them, as far as a call tells it.
local function belongings_of(person)
  local own = { assets = {}, folders = {}, schedules = {}, shared = {} }
  local function is_theirs(x) return owner_of(x) == person.id end
  local function shared(kind, x)
    own.shared[#own.shared + 1] = { kind = kind, name = x.name, id = x.id }
  end
  for _, a in ipairs(ASSETS) do
    for _, x in ipairs(a.list {}) do
      if is_theirs(x) then
        table.insert(own.assets, { kind = a.kind, name = x.name, id = x.id, asset = a })
      end
      if a.kind == "plan" then
        local people = {}
        -- Once somebody is suspended, a dry run cannot foresee this list.
        for _, p in ipairs(assume(alteryx_cloud.list_plan_people { plan_id = x.id }, {})) do
          people[p.id] = true
        end
        if people[person.id] and not is_theirs(x) then shared("plan", x) end
        -- Nothing else shows schedules of others.
        for _, s in ipairs(alteryx_cloud.list_plan_schedules { plan_id = x.id }) do
          if is_theirs(s) then
            table.insert(own.schedules, {
              name = s.name, id = s.id, enabled = s.enabled, plan = x, people = people,
              is_own_plan = is_theirs(x),
            })
          end
        end
      elseif a.kind == "connection" and not is_theirs(x) then
        for _, s in ipairs(alteryx_cloud.list_connection_subjects { connection_id = x.id }) do
          local is_person = s.subject_type == nil or s.subject_type == "person"
          if is_person and (s.subject_id or s.id) == person.id then shared("connection", x) end
        end
      end
    end
  end
  for _, f in ipairs(alteryx_cloud.list_folders {}) do
    if is_theirs(f) then own.folders[#own.folders + 1] = f end
  end
  return own
end

local function groups_of(case, person)
  local groups = {}
  for _, g in ipairs(alteryx_cloud.list_groups {}) do
    if not g.users then
      case.person_must("group " .. g.name,
        "the workspace does not tell who is in it: take " .. person.email .. " out if they are")
    end
    for _, u in ipairs(g.users or {}) do
      if u.id == person.id then groups[#groups + 1] = g end
    end
  end
  return groups
end

-- Puts out what no call can do.
local function tell(case, found)
  if found.state == "invited" then return end -- who has never been in has none of it
  local email = found.leaver.email
  for _, f in ipairs(found.own.folders) do
    case.person_must("folder " .. (f.name or f.id), "whether it is handed over the vendor does "
      .. "not say: if not, make another as " .. case.heir .. ", move its flows and delete it")
  end
  for _, g in ipairs(found.groups) do
    if g.auto_provisioned then
      case.person_must("group " .. g.name, "the identity provider keeps it: take " .. email
        .. " out of it there, or they are put back in")
    end
  end
  case.person_must("schedules of flows and workflows", "no call lists those of others, and they "
    .. (case.delete and "go with their owner" or "keep running") .. ": look for those of " .. email
    .. " in the workspace, and " .. (case.delete and "make them anew as " .. case.heir .. " before"
    or "disable them"))
  case.person_must("OAuth 2.0 API tokens", "disable those of " .. email .. " on the admin's page "
    .. "of these tokens: no call does; they work for up to 5 minutes more")
  case.person_must("API access tokens", "delete those of " .. email .. " on the page where an "
    .. "admin manages them: no call lists or revokes those of others")
end

function part.find(case)
  if case.alteryx_cloud_workspace then
    alteryx_cloud.check_workspace { name = case.alteryx_cloud_workspace }
  end
  local leaver, near = case.seek(alteryx_cloud.find_person, { email = case.leaver })
  if not leaver then return nil, near end
  if leaver.id == alteryx_cloud.get_current_person({}).id then
    fail {
      kind = "conflict", subject = string.format("user %q", leaver.email),
      cause = "the runner acts as this person", hint = "use a connection of another admin",
    }
  end
  local found = {
    account = leaver.email, state = state_of(leaver), leaver = leaver, belongings = {},
    roles = leaver.authorization_roles or {}, groups = groups_of(case, leaver),
  }
  found.own = belongings_of(leaver)

  local function row(kind, name, how, id)
    table.insert(found.belongings, { kind = kind, name = name, how = how, id = id })
  end
  for _, a in ipairs(found.own.assets) do row(a.kind, a.name, "owner", a.id) end
  for _, s in ipairs(found.own.schedules) do
    row("schedule", s.name, s.enabled == false and "owner, disabled" or "owner", s.id)
  end
  for _, f in ipairs(found.own.folders) do row("folder", f.name, "owner", f.id) end
  for _, s in ipairs(found.own.shared) do row(s.kind, s.name, "shared", s.id) end
  for _, g in ipairs(found.groups) do row("group", g.name, "member", g.id) end
  for _, r in ipairs(found.roles) do row("role", r.name or r.tag, "role", r.policy_id) end

  if case.delete and #found.own.folders > 0 then
    fail {
      kind = "conflict", subject = string.format("user %q", leaver.email),
      cause = "folders that may be lost with the membership: " .. #found.own.folders,
      hint = "run it without --delete, see to what is to do by hand, and remove them then",
    }
  end
  tell(case, found)
  -- What else there is, like datasets, no call lists, and it would be lost.
  found.may_own_more = case.delete and found.state ~= "invited"
  found.owns = #found.own.assets + #found.own.schedules > 0 or found.may_own_more
  found.is_done = found.state == "suspended" and not case.delete and not found.owns
    and #found.own.shared + #found.groups + #found.roles == 0
  return found
end

-- A kind among the assets that neither somebody's roles nor those of their groups
-- let them change; "anything" if they have no role; nil if all is well. The vendor
-- moves assets also to people who can do nothing with them.
local function refused_kind(heir, assets)
  local held, has_any, roles = {}, false, alteryx_cloud.list_roles {}
  local function hold(id)
    if id then held[id], has_any = true, true end
  end
  for _, r in ipairs(heir.authorization_roles or {}) do hold(r.policy_id) end
  for _, g in ipairs(alteryx_cloud.list_groups_of_person { person_id = heir.id }) do
    for _, policy in ipairs(g.policies or {}) do
      hold(type(policy) == "table" and (policy.policyId or policy.id) or policy)
    end
  end
  if not has_any then return "anything" end
  for _, r in ipairs(roles) do
    -- Admins may do everything; of roles that do not tell, it is not known.
    if held[r.policy_id] and (r.tag == "workspace_admin" or not r.resource_operations) then
      return nil
    end
  end
  for _, a in ipairs(assets) do
    local may, is_ruled = false, false -- not ruled: no role is about it
    for _, r in ipairs(roles) do
      for _, of in ipairs(r.resource_operations or {}) do
        if of.resource_type == a.asset.resource then
          is_ruled = true
          for _, what in ipairs(held[r.policy_id] and of.operations or {}) do
            may = may or what == "update"
          end
        end
      end
    end
    if is_ruled and not may then return a.asset.kind .. "s" end
  end
  return nil
end

function part.check_heir(case, found)
  local heir = alteryx_cloud.find_person { email = case.heir, required = true }
  found.heir = heir
  local function unfit(cause, hint)
    fail {
      kind = "conflict", subject = string.format("heir %q", heir.email), cause = cause,
      hint = "name somebody else, or " .. hint,
    }
  end
  local state = state_of(heir)
  if state == "suspended" then unfit("the heir is suspended", "lift the suspension") end
  if state == "invited" then
    unfit("the heir has not accepted the invitation", "wait until they have")
  end
  local kind = refused_kind(heir, found.own.assets)
  if kind == "anything" then unfit("the heir has no role in the workspace", "give them one") end
  if kind then
    unfit("no role of the heir lets them change " .. kind, "give them a role that does")
  end
  for _, s in ipairs(found.own.schedules) do
    if not s.is_own_plan and owner_of(s.plan) ~= heir.id and not s.people[heir.id] then
      case.person_must("schedule " .. s.name,
        "share the plan that it runs, " .. s.plan.name .. ", with " .. heir.email)
    end
  end
end

-- What is left of what a member owns, in words; nil if nothing is. A dry run
-- does not know: what moves is the vendor's to say.
local function left_of(found)
  if dry_run() and found.owns then return nil end
  local own = belongings_of(found.leaver)
  local n = #own.assets + #own.schedules
  if n > 0 then return "assets and schedules that are still theirs: " .. n end
  return nil, own.shared
end

function part.take(case, found)
  local leaver, own = found.leaver, found.own
  step("hand over schedules", function()
    if #own.schedules == 0 then skip("there are none of plans") end
    local ids = {}
    for i, s in ipairs(own.schedules) do ids[i] = s.id end
    alteryx_cloud.transfer_schedules { schedule_ids = ids, to_person_id = found.heir.id }
  end)

  -- It comes before the suspension: whether the vendor moves what somebody
  -- suspended owns is unconfirmed.
  step("hand over what the leaver owns", function()
    if #own.assets == 0 and not found.may_own_more then skip("there is nothing to inherit") end
    local ok, problem = pcall(alteryx_cloud.transfer_assets,
      { from_person_id = leaver.id, to_person_id = found.heir.id })
    if not ok then
      if found.state == "suspended" and problem.kind == "invalid" then
        problem.hint = "if it is because they are suspended: lift that, and run this again"
      end
      fail(problem)
    end
    local flows = 0
    for _, a in ipairs(own.assets) do flows = flows + (a.kind == "flow" and 1 or 0) end
    if flows > 0 and not case.delete then
      case.person_must("flows that were handed over: " .. flows, leaver.email .. " stays a "
        .. "collaborator, which counts once they are let in again: stop sharing them")
    end
  end)

  step("take back what was shared", function()
    local done = 0
    for _, s in ipairs(own.shared) do
      if s.kind == "connection" then
        alteryx_cloud.revoke_connection_access {
          connection_id = s.id, subject_id = leaver.id, subject_type = "person",
        }
      else
        alteryx_cloud.revoke_plan_access { plan_id = s.id, subject_id = leaver.id }
      end
      done = done + 1
    end
    for _, a in ipairs(own.assets) do -- the former owner stays a collaborator
      if a.kind == "plan" then
        local ok, problem = pcall(alteryx_cloud.revoke_plan_access,
          { plan_id = a.id, subject_id = leaver.id })
        if not ok and problem.kind ~= "not_found" then fail(problem) end
        done = done + 1
      end
    end
    if done == 0 then skip("nothing was shared") end
  end)

  step("take out of groups", function()
    if #found.groups == 0 then skip("in none") end
    for _, g in ipairs(found.groups) do
      alteryx_cloud.remove_group_users { group_id = g.id, user_ids = { leaver.id } }
    end
  end)

  step("take roles away", function()
    if #found.roles == 0 then skip("there are none") end
    for _, r in ipairs(found.roles) do
      alteryx_cloud.revoke_role { role_id = r.policy_id, person_id = leaver.id }
    end
  end)

  step("suspend the member", function()
    if found.state == "suspended" then skip("suspended") end
    alteryx_cloud.suspend_people { person_ids = { leaver.id } }
  end)

  step("remove from the workspace", function()
    if not case.delete then skip("only with --delete") end
    local left = left_of(found)
    if left then
      fail {
        kind = "conflict", subject = string.format("user %q", leaver.email),
        cause = left .. "; they would be lost", hint = "hand them over, and run this again",
      }
    end
    alteryx_cloud.remove_person { person_id = leaver.id }
  end)
end

function part.verify(case, found)
  local email = found.leaver.email
  local person = alteryx_cloud.find_person { email = email }
  if case.delete then
    if person then case.wrong("they are still in the workspace") end
    return
  end
  if not person then case.wrong("they are not in the workspace any more") end
  local state = state_of(person)
  if state == "active" or state == "invited" then case.wrong("they are not suspended") end
  if #(person.authorization_roles or {}) > 0 then case.wrong("they still have a role") end
  if #alteryx_cloud.list_groups_of_person { person_id = person.id } > 0 then
    case.wrong("they are still in a group")
  end
  local left, shared = left_of(found)
  if left then case.wrong(left) end
  if #(shared or {}) > 0 then
    case.wrong("connections or plans are still shared with them: " .. #shared)
  end
end

return part

--- What offboard.lua does in an Incorta cluster.
---
--- All that the leaver owns and all that is shared with them goes to the heir,
--- at once. No call knows users: the account is for a person to shut, and who
--- owns nothing cannot be told from who is not there. What is found is what the
--- runner's user may see, which must be a Super User or have the SuperRole.
local spell = require("spell")

local part = { title = "Incorta" }

-- All that the leaver owns, as { kind, name, id }, and whoever owns something.
local function owned_by_leaver(case)
  local owned, owners, seen = {}, {}, {}
  local theirs -- how the cluster writes the leaver
  local function look_at(kind, name, id, owner)
    if not owner then return end
    if not seen[owner] then
      seen[owner] = true
      owners[#owners + 1] = owner
    end
    local as_address = owner:lower() == case.leaver:lower()
    if not as_address and owner ~= case.incorta_name then return end
    if as_address and theirs and theirs ~= owner then
      fail {
        kind = "conflict", subject = string.format("user %q", case.leaver),
        cause = string.format("owners differ in capitals only: %q and %q", theirs, owner),
        hint = "find out in Incorta whose things these are, and hand them over there",
      }
    end
    if as_address then theirs = owner end
    owned[#owned + 1] = { kind = kind, name = name, id = id }
  end
  for _, s in ipairs(incorta.list_schemas {}) do
    look_at(s.schema_type:lower() .. " schema", s.schema_name, s.schema_id, s.owner)
  end
  for _, item in ipairs(incorta.list_whole_catalog {}) do
    look_at(item.type:lower(), item.path, item.guid or item.id, item.owner)
  end
  return owned, owners
end

-- Whether the cluster shows owners by their names.
local function are_names(owners)
  for _, owner in ipairs(owners) do
    if owner:find("@", 1, true) then return false end
  end
  return #owners > 0
end

function part.find(case)
  local owned, owners = owned_by_leaver(case)
  if not case.incorta_name and are_names(owners) then
    fail {
      kind = "invalid", subject = "incorta_name",
      cause = string.format("this cluster shows owners by their names, like %q", owners[1]),
      hint = "say how it calls the leaver: --incorta-name",
    }
  end
  local found = { belongings = {}, owners = {}, owns = #owned > 0, is_done = #owned == 0 }
  for _, owner in ipairs(owners) do found.owners[owner:lower()] = true end
  for i, x in ipairs(owned) do
    found.belongings[i] = { kind = x.kind, name = x.name, how = "owner", id = x.id }
  end
  if found.owns then found.account, found.state = case.leaver, "owner" end
  if not found.owns then
    case.person_must("load plans and scheduled jobs", "they are in no list: see in Incorta whether "
      .. case.leaver .. " has any")
  end
  case.person_must("account of " .. case.leaver, "no call " .. (case.delete and "deletes"
    or "disables") .. " it: do it at the identity provider or in Incorta, and revoke the personal "
    .. "access tokens and API keys there")
  return found, not found.owns and spell.hint(case.leaver, owners) or nil
end

-- That an heir is active and ranks as high as the leaver, only the transfer
-- tells: if not, it is refused, and nothing is changed.
function part.check_heir(case, found)
  if not found.owners[case.heir:lower()] then
    log.warn("Incorta: no call tells whether " .. case.heir
      .. " has an active account; if not, Incorta will refuse to hand over")
  end
end

function part.take(case, found)
  step("hand over what the leaver owns", function()
    if not found.owns then skip("there is nothing to inherit") end
    local ok, problem = pcall(incorta.transfer_ownership, {
      owner_email = case.leaver, new_owner_email = case.heir, transfer_sharing_permission = true,
    })
    if ok then return end
    if problem.kind == "invalid" or problem.kind == "conflict" or problem.kind == "not_found" then
      fail {
        kind = "conflict", subject = string.format("heir %q", case.heir),
        cause = problem.cause or tostring(problem),
        hint = "the heir must be active, with the roles of the leaver or higher ones: name "
          .. "somebody else, or change it in Incorta, and run this again; there, nothing changed",
      }
    end
    fail(problem)
  end)
end

function part.verify(case, found)
  if not found.owns then return end
  -- How the cluster will write the new owner, nobody can foresee.
  if dry_run() then skip("the owners are known when it is done") end
  local left = owned_by_leaver(case)
  if #left > 0 then
    fail {
      kind = "conflict", subject = string.format("user %q", case.leaver),
      cause = string.format("things that are still theirs: %d, like %s %q", #left, left[1].kind,
        left[1].name),
      hint = "look at them in Incorta, then run this again",
    }
  end
end

return part

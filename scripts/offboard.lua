--- Takes a person off all systems: what they own goes to an heir, what was
--- shared with them is taken back, and their accounts are shut.
---
--- They are looked for in every system by their address. What they have there is
--- read and put out before anything is changed: keep the report as evidence. An
--- heir who cannot take over stops the run before it changes anything. What no
--- call can do is put out as "to do by hand".
---
--- A system that fails does not keep the others from being seen to; the run
--- fails in the end then. It can be run again at any time, and does what is left
--- to do. What it does in each system stands in scripts/offboard.
local systems = require("lib.systems")

local p = params {
  leaver = { "email", required = true, help = "Who leaves." },
  heir = { "email", required = true, help = "Who takes over what the leaver owns." },
  systems = {
    "list", choices = systems.ALL,
    help = "Only these systems, as alteryx,workato. All if omitted: each needs a connection.",
  },
  share_access = {
    "bool", default = false,
    help = "Alteryx Server: let the heir use the credentials that the schedules run with, and the "
      .. "data connections of the leaver.",
  },
  incorta_name = {
    "string",
    help = "Incorta: the leaver's name, if the cluster shows owners by name and not by address.",
  },
  alteryx_cloud_workspace = {
    "string", help = "Alteryx Analytics Cloud: name of the workspace that it must be.",
  },
  delete = { "bool", default = false, help = "Delete the accounts in the end." },
}

local parts = systems.parts("offboard", p.systems)

local function put_out(name, rows)
  if #rows > 0 then output(name, rows) end
end

-- What is left for a person.
local by_hand = {}

-- What a find_… helper finds; nil and the name that is near if there is nothing.
local function seek(find, args)
  args.required = true
  local ok, found = pcall(find, args)
  if ok then return found end
  if found.kind ~= "not_found" then fail(found) end
  return nil, found.hint
end

-- What each part is told, and what it tells; wrong fails.
local function case_of(part)
  return {
    leaver = p.leaver, heir = p.heir, share_access = p.share_access, delete = p.delete,
    incorta_name = p.incorta_name, alteryx_cloud_workspace = p.alteryx_cloud_workspace,
    seek = seek,
    person_must = function(about, to_do)
      by_hand[#by_hand + 1] = { system = part.title, about = about, to_do = to_do }
    end,
    wrong = function(cause)
      fail {
        kind = "conflict", subject = string.format("user %q", p.leaver), cause = cause,
        hint = "see what is to do by hand, then run this again",
      }
    end,
  }
end

if p.leaver:lower() == p.heir:lower() then
  fail {
    kind = "invalid", subject = string.format("heir %q", p.heir), cause = "the heir is the leaver",
    hint = "name the person who takes over",
  }
end

-- { part, case, found } of the systems that have to do with the leaver.
local involved, known = step("find the leaver", function()
  local involved, accounts, belongings, near, known = {}, {}, {}, nil, false
  for _, part in ipairs(parts) do
    step(part.title, function()
      local case = case_of(part)
      local found, hint = part.find(case)
      near = near or hint
      accounts[#accounts + 1] = {
        system = part.title,
        account = not found and "none" or found.account or "no call tells",
        state = found and found.state,
      }
      if not found then skip("there is no " .. p.leaver) end
      known = known or found.account ~= nil
      for _, b in ipairs(found.belongings) do
        belongings[#belongings + 1] = {
          system = part.title, kind = b.kind, name = b.name, how = b.how, id = b.id,
        }
      end
      involved[#involved + 1] = { part = part, case = case, found = found }
    end)
  end
  if not known and p.delete then
    for _, part in ipairs(parts) do
      if part.was_deleted and part.was_deleted(p.leaver) then
        put_out("to do by hand", by_hand)
        skip(string.format("nothing to do: %s was deleted before", p.leaver))
      end
    end
  end
  -- If no system that was asked can tell, there may be somebody.
  if not known and #involved < #parts then
    fail {
      kind = "not_found", subject = string.format("user %q", p.leaver),
      cause = "nobody has this address in any of the systems", hint = near,
    }
  end
  output("accounts", accounts)
  put_out("what the leaver has", belongings)
  return involved, known
end)
if not involved then return end

local left = {}
for _, x in ipairs(involved) do
  if not x.found.is_done then left[#left + 1] = x end
end
if #left == 0 then
  put_out("to do by hand", by_hand)
  skip("nothing to do: " .. p.leaver
    .. (known and " has no open account, nothing of their own and no access"
      or " owns nothing, and no call tells whether there is an account")
    .. (#by_hand > 0 and "; what is left is to do by hand" or ""))
end

step("check the heir", function()
  local needed = false
  for _, x in ipairs(left) do
    step(x.part.title, function()
      if not x.found.owns then skip("there is nothing to inherit") end
      needed = true
      x.part.check_heir(x.case, x.found)
    end)
  end
  if not needed then skip("there is nothing to inherit") end
end)

local for_each, finish = systems.over(left)
for_each(function(x) x.part.take(x.case, x.found) end)
put_out("to do by hand", by_hand)
step("verify", function()
  for_each(function(x) x.part.verify(x.case, x.found) end)
end)

finish(string.format("user %q", p.leaver))

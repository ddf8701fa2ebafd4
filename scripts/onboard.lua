--- Gives a person accounts: creates what is missing, or opens again what is
--- there, and gives roles, groups and shares.
---
--- It only adds: what the person has already stays. All names are looked up, in
--- all systems, before anything is changed: a mistyped one changes nothing. What
--- no call can do is put out as "to do by hand".
---
--- A system that fails does not keep the others from being seen to; the run
--- fails in the end then. It can be run again at any time, and does what is
--- missing. What it does in each system stands in scripts/onboard.
local systems = require("lib.systems")

local p = params {
  email = { "email", required = true, help = "Address of the person." },
  first_name = { "string", required = true, help = "First name." },
  last_name = { "string", required = true, help = "Last name." },
  systems = {
    "list", required = true, choices = systems.ALL, help = "Where, as alteryx,workato.",
  },

  alteryx_role = {
    "string", choices = { "Evaluated", "NoAccess", "Viewer", "Member", "Artisan", "Curator" },
    help = "Role. If omitted, that of a new user is Evaluated: decided by the groups.",
  },
  alteryx_rights = {
    "list",
    choices = { "schedule", "prioritize", "assign_workers", "create_collections", "api", "dcm" },
    help = "What the person may do beside the role: schedule, prioritize, assign_workers, "
      .. "create_collections, api, dcm.",
  },
  alteryx_groups = { "list", help = "Names of user groups." },
  alteryx_studio = {
    "string", help = "Name of the studio. A person is in one, and leaves their old one.",
  },
  alteryx_collections = { "list", help = "Names of collections to see and run." },
  alteryx_credentials = { "list", help = "Accounts of stored credentials to run with." },
  alteryx_data_connections = { "list", help = "Names of data connections to use." },
  alteryx_password_mail = {
    "bool", default = false, help = "Mail a link to set a password, if the account is new.",
  },

  alteryx_cloud_workspace = { "string", help = "Name of the workspace that it must be." },
  alteryx_cloud_roles = { "list", help = "Names of roles in the workspace." },
  alteryx_cloud_groups = { "list", help = "Names of groups." },

  atscale_username = {
    "string", help = "Name to sign in with, for a new account. The address if omitted.",
  },
  atscale_password = {
    "secret", help = "Where the first password of a new account stands, as env:NAME.",
  },
  atscale_roles = { "list", help = "Titles of roles. A new account needs one." },
  atscale_groups = { "list", help = "Names of groups, for the person who puts them in." },

  incorta_groups = { "list", help = "Names of groups, for the person who makes the account." },

  workato_roles = {
    "list",
    help = "Roles, as Development:Operator, at most one for each environment (Development, Test, "
      .. "Production). An invitation needs one.",
  },
  workato_role_model = {
    "string", choices = { "environment", "privilege_group" },
    help = "Which permission model the roles are of, if both have one of the name: environment is "
      .. "the newer.",
  },
  workato_groups = { "list", help = "Names of groups of collaborators." },
  workato_invite_again = {
    "bool", default = false, help = "Send another invitation, although one was sent before.",
  },
}

local parts, chosen = systems.parts("onboard", p.systems), {}
for _, system in ipairs(p.systems) do chosen[system] = true end

-- What was meant for a system that is not among the chosen ones would be
-- ignored.
for _, system in ipairs(systems.ALL) do
  for name, value in pairs(p) do
    local its = name:sub(1, #system + 1) == system .. "_"
      and not (system == "alteryx" and name:find("^alteryx_cloud_"))
    if its and not chosen[system] and value ~= false then
      fail {
        kind = "invalid", subject = name, cause = system .. " is not among systems",
        hint = "add it to --systems, or leave --" .. name:gsub("_", "-") .. " out",
      }
    end
  end
end

local done, by_hand = {}, {}

-- What each part is told, and what it tells: note says what was done, or in a
-- dry run would be; missing fails.
local function case_of(part)
  return {
    p = p,
    note = function(what, about)
      done[#done + 1] = { system = part.title, what = what, about = about }
    end,
    person_must = function(about, to_do)
      by_hand[#by_hand + 1] = { system = part.title, about = about, to_do = to_do }
    end,
    missing = function(what, name)
      fail {
        kind = "conflict", subject = string.format("user %q", p.email),
        cause = string.format("%s %q does not show it, although %s accepted it", what, name,
          part.title),
        hint = "look at it in " .. part.title .. ", then run this again",
      }
    end,
  }
end

local wanted = {} -- { part, case, found, problem }
step("look up what is to be given", function()
  for i, part in ipairs(parts) do
    local case = case_of(part)
    wanted[i] = { part = part, case = case }
    step(part.title, function() wanted[i].found = part.look_up(case) end)
  end
end)

local for_each, finish, failed = systems.over(wanted)
for_each(function(x)
  local before = #done
  x.part.give(x.case, x.found)
  x.changed = #done > before
end)
if #done > 0 then output(dry_run() and "would be done" or "done", done) end
if #by_hand > 0 then output("to do by hand", by_hand) end
if #done == 0 and #failed == 0 then
  skip(string.format("nothing to do: %s has all of it", p.email)
    .. (#by_hand > 0 and "; what is left is to do by hand" or ""))
end

step("verify", function()
  for_each(function(x)
    if not x.changed then skip("nothing was changed") end
    x.part.verify(x.case, x.found)
  end)
end)

finish(string.format("user %q", p.email))

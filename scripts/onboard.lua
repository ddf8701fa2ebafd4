--- Puts a person on an Alteryx Server: creates the account, or reactivates
--- the one that is there, and gives it its groups, studio and shares.
---
--- It only adds: groups, rights and shares that the person has already stay.
--- Names and role are set to what is given. It can be run again at any time,
--- and does what is missing. All names are looked up before anything is
--- changed, so a mistyped one changes nothing.
---
--- Not for Servers with Windows authentication, where accounts come from the
--- Active Directory. The runner must act as a Curator.
local p = params {
  email = { "email", required = true, help = "Address of the new user." },
  first_name = { "string", required = true, help = "First name." },
  last_name = { "string", required = true, help = "Last name." },
  role = {
    "string", choices = { "Evaluated", "NoAccess", "Viewer", "Member", "Artisan", "Curator" },
    help = "Role. If omitted, that of a new user is Evaluated: decided by the groups.",
  },
  rights = {
    "list",
    choices = { "schedule", "prioritize", "assign_workers", "create_collections", "api", "dcm" },
    help = "What the person may do beside the role: schedule, prioritize, assign_workers, "
      .. "create_collections, api, dcm.",
  },
  groups = { "list", help = "Names of user groups." },
  studio = { "string", help = "Name of the studio. A person is in one, and leaves their old one." },
  collections = { "list", help = "Names of collections to see and run." },
  credentials = { "list", help = "Accounts of stored credentials to run with." },
  data_connections = { "list", help = "Names of data connections to use." },
  password_mail = {
    "bool", default = false, help = "Mail a link to set a password, if the account is new.",
  },
}

local RIGHTS = {
  schedule = "can_schedule_jobs", prioritize = "can_prioritize_jobs",
  assign_workers = "can_assign_jobs", create_collections = "can_create_collections",
  api = "is_api_enabled", dcm = "can_create_and_update_dcm",
}

local groups, collections, credentials, connections = {}, {}, {}, {}
local studio

step("look up what is to be given", function()
  for i, name in ipairs(p.groups or {}) do
    groups[i] = alteryx.find_user_group { name = name, required = true }
  end
  if p.studio then studio = alteryx.find_subscription { name = p.studio, required = true } end
  for i, name in ipairs(p.collections or {}) do
    collections[i] = alteryx.find_collection { name = name, required = true }
  end
  for i, account in ipairs(p.credentials or {}) do
    credentials[i] = alteryx.find_credential { username = account, required = true }
  end
  for i, name in ipairs(p.data_connections or {}) do
    connections[i] = alteryx.find_data_connection { name = name, required = true }
  end
end)

-- What was done, or in a dry run would be: { what, about }.
local done = {}
local function note(what, about)
  done[#done + 1] = { what = what, about = about }
end

local user, is_new = step("see to the account", function()
  local account = {
    email = p.email, first_name = p.first_name, last_name = p.last_name, role = p.role,
  }
  for _, right in ipairs(p.rights or {}) do account[RIGHTS[right]] = true end
  local user, changes, created = alteryx.ensure_user(account)
  if created then note("created", p.email) end
  for _, c in ipairs(changes) do
    note(c.field == "is_active" and "reactivated" or "changed " .. c.field,
      string.format("%s, was %s", tostring(c.to), tostring(c.from)))
  end
  if not created and user.is_account_locked then
    log.warn(p.email .. " is locked out after failed sign-ins: a Curator has to unlock the account")
  end
  return user, created
end)

step("add to user groups", function()
  if #groups == 0 then skip("none are given") end
  for _, g in ipairs(groups) do
    local added = alteryx.ensure_user_in_group { user_id = user.id, group_id = g.id }
    if added then note("added to user group", g.name) end
  end
end)

step("move to the studio", function()
  if not studio then skip("none is given") end
  local moved = alteryx.ensure_user_in_subscription {
    user_id = user.id, subscription_id = studio.id,
  }
  if moved then note("moved to studio", studio.name) end
end)

step("let into collections", function()
  if #collections == 0 then skip("none are given") end
  for _, c in ipairs(collections) do
    local let_in = alteryx.ensure_user_in_collection { user_id = user.id, collection_id = c.id }
    if let_in then note("let into collection", c.name) end
  end
end)

step("share what the person may use", function()
  if #credentials + #connections == 0 then skip("none are given") end
  for _, k in ipairs(credentials) do
    local shared = alteryx.ensure_user_has_credential { user_id = user.id, credential_id = k.id }
    if shared then note("shared credential", k.username) end
  end
  for _, d in ipairs(connections) do
    local shared = alteryx.ensure_user_has_data_connection {
      user_id = user.id, data_connection_id = d.id,
    }
    if shared then note("shared data connection", d.name) end
  end
end)

step("mail a link to set a password", function()
  if not p.password_mail then skip("only with --password-mail") end
  if not is_new then skip("the account was there before") end
  alteryx.reset_password { user_id = user.id }
  note("mailed a link to set a password", p.email)
end)

if #done == 0 then skip(string.format("nothing to do: %s has all of it", p.email)) end
output(dry_run() and "would be done" or "done", done)

step("verify", function()
  local function has(list, field)
    for _, x in ipairs(list) do
      if (field and x[field] or x) == user.id then return true end
    end
    return false
  end
  local function missing(what, name)
    fail {
      kind = "conflict", subject = string.format("user %q", p.email),
      cause = string.format("%s %q does not show it, although the Server accepted it", what, name),
      hint = "look at it on the Server, then run this again",
    }
  end
  local seen = alteryx.get_user { user_id = user.id }
  if not seen.is_active then missing("the account", p.email) end
  if p.role and seen.role ~= p.role then missing("the role", p.role) end
  for _, g in ipairs(groups) do
    if not has(alteryx.get_user_group { user_group_id = g.id }.members, "user_id") then
      missing("user group", g.name)
    end
  end
  if studio and not has(alteryx.get_subscription { subscription_id = studio.id }.users, "id") then
    missing("studio", studio.name)
  end
  for _, c in ipairs(collections) do
    if not has(alteryx.get_collection { collection_id = c.id }.users, "user_id") then
      missing("collection", c.name)
    end
  end
  for _, k in ipairs(credentials) do
    if not has(alteryx.get_credential { credential_id = k.id }.user_ids) then
      missing("credential", k.username)
    end
  end
  for _, d in ipairs(connections) do
    if not has(alteryx.get_data_connection { data_connection_id = d.id }.user_ids) then
      missing("data connection", d.name)
    end
  end
end)

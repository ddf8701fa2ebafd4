--- Shows who can do what in all systems, and what of it deserves a look.
---
--- Five tables: "people", a row for each address with what it is in each system;
--- "users", a row for each account; "access", a row for each thing that a user
--- owns or may use, and how they came by it; "groups"; and "findings". With
--- --format csv or json they can be compared with those of the last review.
---
--- It only reads. What it cannot see in a system stands in
--- scripts/access_review. A system that fails does not keep the others from
--- being read; the run fails in the end then.
local systems = require("lib.systems")
local time = require("time")

local p = params {
  systems = {
    "list", choices = systems.ALL,
    help = "Only these systems, as alteryx,workato. All if omitted: each needs a connection.",
  },
  user = { "email", help = "Only this person." },
  active_only = { "bool", default = false, help = "Leave out inactive users." },
  inactive_days = {
    "int", default = 90,
    help = "After how many days without a sign-in an active user is a finding.",
  },
  as_of = { "date", help = "The day to count back from. Today if omitted." },
}

local today = p.as_of and time.parse(p.as_of) or now()

-- What a part tells of its system. A user is { id, user, name, role, active,
-- state, last_sign_in, api, admin, locked, may_not_sign_in }: user is the address,
-- or else the name to sign in with; last_sign_in is false where that is not
-- known, and nil where it never was.
local function notebook()
  local book = { users = {}, groups = {}, access = {}, by_hand = {} }

  function book.user(u)
    u.access = {}
    book.users[#book.users + 1] = u
    book.access[u.id] = u.access
  end

  function book.grant(id, kind, name, how)
    local list = book.access[id]
    if list then list[#list + 1] = { kind = kind, name = name, how = how } end
  end

  function book.group(name, role, members)
    book.groups[#book.groups + 1] = { name = name, role = role, members = members }
  end

  function book.person_must(about, to_do)
    book.by_hand[#book.by_hand + 1] = { about = about, to_do = to_do }
  end

  return book
end

local read = {} -- { part, book }
for i, part in ipairs(systems.parts("access_review", p.systems)) do read[i] = { part = part } end
local for_each, finish = systems.over(read)

for_each(function(x)
  local book = notebook()
  x.part.review(book)
  local users = {}
  for _, u in ipairs(book.users) do
    local fits = (not p.user or u.user:lower() == p.user:lower())
      and (u.active or not p.active_only)
    if fits then users[#users + 1] = u end
  end
  book.users = users
  x.book = book
end)

-- How many things of each kind a user has in these ways, each counted once;
-- and the kinds in the order in which they were met.
local function count(user, wanted)
  local counts, kinds, seen = {}, {}, {}
  for _, a in ipairs(user.access) do
    local key = a.kind .. ": " .. a.name
    if wanted(a) and not seen[key] then
      seen[key] = true
      if not counts[a.kind] then kinds[#kinds + 1] = a.kind end
      counts[a.kind] = (counts[a.kind] or 0) + 1
    end
  end
  return counts, kinds
end

local function owned(a) return a.how == "owner" end
local function not_owned(a) return a.how ~= "owner" end
local function any() return true end

local function total(user, wanted)
  local n = 0
  for _, k in pairs((count(user, wanted))) do n = n + k end
  return n
end

-- "1 schedule, 2 workflows"; nil for none.
local function counted(user, wanted)
  local counts, kinds = count(user, wanted)
  local texts = {}
  for i, kind in ipairs(kinds) do
    texts[i] = counts[kind] .. " " .. kind .. (counts[kind] > 1 and "s" or "")
  end
  if #texts == 0 then return nil end
  return table.concat(texts, ", ")
end

local function put_out(name, rows)
  output(name, #rows > 0 and rows or "none")
end

local function state_of(u)
  return u.state or (u.active and "active" or "inactive")
end

local findings = {}
local function finding(system, user, what, detail)
  findings[#findings + 1] = { system = system, finding = what, user = user, detail = detail }
end

-- A row for each address, and what it is in each system.
local people, row_of, states = {}, {}, {}
for _, x in ipairs(read) do
  for _, u in ipairs(x.book and x.book.users or {}) do
    local key = u.user:lower()
    if not row_of[key] then
      row_of[key] = { user = u.user, name = u.name }
      states[key] = { active = {}, inactive = {} }
      people[#people + 1] = row_of[key]
    end
    local what = u.active and u.role or state_of(u)
    local column = x.part.title
    if row_of[key][column] then
      what = row_of[key][column] .. "; " .. what
      finding(column, u.user, "several accounts of one address", what)
    end
    row_of[key][column] = what
    if u.state ~= "unknown" then
      table.insert(states[key][u.active and "active" or "inactive"], column)
    end
  end
end

local users, access, groups, by_hand = {}, {}, {}, {}
for _, x in ipairs(read) do
  local system, book = x.part.title, x.book or notebook()
  for _, u in ipairs(book.users) do
    for _, a in ipairs(u.access) do
      access[#access + 1] = {
        system = system, user = u.user, kind = a.kind, name = a.name, how = a.how,
      }
    end
    users[#users + 1] = {
      system = system, user = u.user, name = u.name, role = u.role, state = state_of(u),
      last_sign_in = u.last_sign_in and u.last_sign_in:sub(1, 10)
        or (u.last_sign_in == nil and "never" or "unknown"),
      api = u.api or false, owns = total(u, owned), has = total(u, not_owned),
    }
  end
  for _, g in ipairs(book.groups) do
    groups[#groups + 1] = { system = system, group = g.name, role = g.role, members = g.members }
  end
  for _, b in ipairs(book.by_hand) do
    by_hand[#by_hand + 1] = { system = system, about = b.about, to_do = b.to_do }
  end
end

-- Each says what deserves a look about a user; nil for nothing.
local RULES = {
  { "never signed in", function(u)
    if u.active and not u.may_not_sign_in and u.last_sign_in == nil then
      return "role " .. u.role
    end
  end },
  { "no sign-in for long", function(u)
    if not (u.active and u.last_sign_in) or u.may_not_sign_in then return nil end
    local days = math.floor((today - time.parse(u.last_sign_in)) / 86400)
    if days >= p.inactive_days then return days .. " days" end
  end },
  { "inactive and still owns", function(u) return not u.active and counted(u, owned) or nil end },
  { "inactive and still has access", function(u)
    return not u.active and counted(u, not_owned) or nil
  end },
  { "may not sign in and still has", function(u)
    return u.active and u.may_not_sign_in and counted(u, any) or nil
  end },
  { "locked out", function(u) return u.locked end },
  { "may do everything", function(u) return u.active and u.admin or nil end },
  { "has API access", function(u)
    return u.api and (u.active and "role " .. u.role or state_of(u)) or nil
  end },
}

for _, x in ipairs(read) do
  for _, rule in ipairs(RULES) do
    for _, u in ipairs(x.book and x.book.users or {}) do
      local detail = rule[2](u)
      if detail then finding(x.part.title, u.user, rule[1], detail) end
    end
  end
end
for _, row in ipairs(people) do
  local of = states[row.user:lower()]
  if #of.active > 0 and #of.inactive > 0 then
    finding(table.concat(of.active, ", "), row.user, "still active",
      "inactive in " .. table.concat(of.inactive, ", "))
  end
end

put_out("people", people)
put_out("users", users)
put_out("access", access)
put_out("groups", groups)
put_out("findings", findings)
if #by_hand > 0 then output("to look at by hand", by_hand) end

finish("review")

--- Makes a new token for each Developer API client of Workato, and stores it.
---
--- The old token is dead at once, and the new one is shown once: each is stored
--- before the next is touched, and shows nowhere. What uses a token has to read
--- it from its place from then on. The client that the runner itself uses comes
--- last, as no call can be made with its old token afterwards.
---
--- All places are looked at before anything is changed. Running it again leaves
--- alone what was rotated a short while ago and stored since, and does what is
--- left: also a client whose answer was lost, whose new token nobody has.
local time = require("time")

local p = params {
  own = {
    "string", required = true,
    help = "Id or name of the client whose token the runner uses; no call tells which it is.",
  },
  to = {
    "string", required = true,
    help = "Where tokens are stored, with {id}, {name} or {environment} in it: file:tokens/{id}, "
      .. "keyring:workato/{id}, or exec:put-secret {id}, which gets the token on standard input.",
  },
  only = { "list", help = "Ids or names of the clients to rotate. All if omitted." },
  environment = { "string", help = "Only clients of this environment." },
  older_than = {
    "duration", default = "12h",
    help = "Leave alone what was made within this time. 0s rotates in any case.",
  },
  leave_own = { "bool", default = false, help = "Leave the runner's own client alone." },
}

local function about(c) return string.format("client %q (%s)", c.name, tostring(c.id)) end

local function is_called(c, wanted) return c.name == wanted or tostring(c.id) == wanted end

-- The one of the clients that has this id or name.
local function the_client(clients, wanted, param)
  local found
  for _, c in ipairs(clients) do
    if is_called(c, wanted) then
      if found then
        fail {
          kind = "conflict", subject = string.format("%s %q", param, wanted),
          cause = "several clients are called so: " .. found.id .. " and " .. c.id,
          hint = "give the id",
        }
      end
      found = c
    end
  end
  if found then return found end
  local names = {}
  for i, c in ipairs(clients) do names[i] = c.name end
  fail {
    kind = "not_found", subject = string.format("%s %q", param, wanted),
    cause = "no client has this id or name", hint = require("spell").hint(wanted, names),
  }
end

-- What a client's token is stored as. Signs that mean something in paths and
-- commands become a hyphen.
local function place_of(c)
  local values = { id = tostring(c.id), name = c.name, environment = c.environment_name or "none" }
  return (p.to:gsub("{(%w+)}", function(field)
    local value = values[field]
    if not value then
      fail {
        kind = "invalid", subject = "to", cause = "{" .. field .. "} stands for nothing",
        hint = "write {id}, {name} or {environment}",
      }
    end
    return (value:gsub("[^%w._-]+", "-"):gsub("^%.+", "-"))
  end))
end

local clients, own = step("find the clients", function()
  local all = workato.list_developer_api_clients {}
  local own = the_client(all, p.own, "own")
  local wanted = {}
  for _, text in ipairs(p.only or {}) do wanted[the_client(all, text, "only").id] = true end
  local clients = {}
  for _, c in ipairs(all) do
    local fits = (not p.only or wanted[c.id])
      and (not p.environment or c.environment_name == p.environment)
    if fits and c.id ~= own.id then clients[#clients + 1] = c end
    if fits and c.id == own.id and not p.leave_own then clients.own = c end
  end
  clients[#clients + 1] = clients.own -- last
  return clients, own
end)
if #clients == 0 then
  fail {
    kind = "not_found", subject = "clients", cause = "none is left to rotate",
    hint = "look at --only, --environment and --leave-own",
  }
end

-- Why a client may be left alone; nil if it is due.
local function why_leave(c, place)
  local made = c.token and c.token.updated_at and time.parse(c.token.updated_at)
  if not made or now() - made >= p.older_than then return nil end
  if place.is_kept == false then return nil end -- then its answer was lost
  local stored = place.stored_at and time.parse(place.stored_at)
  -- A minute, since clocks differ.
  if stored and stored < made - 60 then return nil end
  if stored then return "made and stored a short while ago" end
  return "made a short while ago; whether it was stored cannot be known"
end

local due = step("look at the places", function()
  local due, rows, taken = {}, {}, {}
  for _, c in ipairs(clients) do
    local at = place_of(c)
    if taken[at] then
      fail {
        kind = "conflict", subject = "to",
        cause = string.format("%s and %s would be stored at one place, %s", about(taken[at]),
          about(c), at),
        hint = "put {id} into it",
      }
    end
    taken[at] = c
    local why = why_leave(c, secrets.get_place { at = at })
    if not why then due[#due + 1] = { client = c, at = at } end
    rows[#rows + 1] = {
      client = c.name, id = c.id, environment = c.environment_name, place = at,
      token_of = c.token and c.token.updated_at, left = why,
    }
  end
  output("tokens", rows)
  return due
end)
if #due == 0 then
  skip("nothing to do: all tokens were made a short while ago; see --older-than")
end

-- Stores a new token. It is tried three times: nobody else has it.
local function store(c, at, token)
  local again = c.id == own.id
    and "mend the place, then make another token on Workato's web pages: no call can"
    or string.format("mend the place, then run this again with --only %s --older-than 0s", c.id)
  for attempt = 1, 3 do
    local ok, problem = pcall(secrets.store, { at = at, value = token })
    if ok then return end
    if attempt == 3 then
      fail {
        kind = "failed", subject = about(c), hint = again,
        cause = "its old token is dead, and the new one could not be stored at " .. at .. ": "
          .. problem.cause,
      }
    end
    sleep(2)
  end
end

local function rotate(item)
  local answer = workato.rotate_developer_api_client_token {
    developer_api_client_id = item.client.id,
  }
  store(item.client, item.at, answer.token.value)
end

local last = due[#due]
local has_own = last.client.id == own.id

step("rotate the tokens", function()
  for i, item in ipairs(due) do
    if not (has_own and i == #due) then
      step(about(item.client), function() rotate(item) end)
    end
  end
end)

step("verify", function()
  if dry_run() then skip("there is nothing to see yet") end
  for i, item in ipairs(due) do
    if not (has_own and i == #due) then
      local now_is = workato.get_developer_api_client { developer_api_client_id = item.client.id }
      local was = item.client.token and item.client.token.updated_at
      if was and now_is.token and now_is.token.updated_at == was then
        fail {
          kind = "conflict", subject = about(item.client),
          cause = "Workato accepted the call and still shows the old token",
          hint = string.format("run this again with --only %s --older-than 0s", item.client.id),
        }
      end
    end
  end
end)

-- Nothing may come after it: the connection's token is dead then.
step("rotate the runner's own token", function()
  if not has_own then skip(p.leave_own and "with --leave-own" or "it is not due") end
  rotate(last)
  log.warn("the runner's connection needs its new token from now on: token = " .. last.at)
end)

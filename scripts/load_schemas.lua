--- Loads physical schemas of Incorta in the order in which they depend on each
--- other, and tells what has new data now, and what has not.
---
--- A schema is loaded once all that it depends on are. Those that do not wait
--- for each other are loaded at once. After a failure the rest goes on, but for
--- what depends on it: that would be loaded from old data, and is put out as
--- stale. Loads go on when the run ends before they do.
---
--- All names are checked before anything is sent. Running it again loads again;
--- to load what is left, name only that. The runner must act as a Super User, or
--- as a Schema Manager who may edit each schema.
local spell = require("spell")

local p = params {
  schemas = { "list", required = true, help = "Names of the schemas, in exact case." },
  depends = {
    "list",
    help = 'Which is loaded after which: "Ledger>FinanceMart" loads FinanceMart after Ledger.',
  },
  source = {
    "string", default = "full", choices = { "full", "incremental" },
    help = "Load everything anew, or what is new.",
  },
  load_timeout = { "number", default = 60, help = "How long one load may take, in minutes." },
  at_once = { "int", default = 4, help = "How many are loaded at the same time." },
  every = {
    "number", default = 5, help = "How often a load is looked at in the beginning, in seconds.",
  },
}

local function refuse(subject, cause, hint)
  fail { kind = "invalid", subject = subject, cause = cause, hint = hint }
end

local function join(names) return table.concat(names, ", ") end

if p.at_once < 1 then refuse("at_once", "nothing would be loaded", "give 1 or more") end
if p.load_timeout <= 0 then
  refuse("load_timeout", "no load would end in time", "give it in minutes")
end

local known = {} -- what is to be loaded, by name
for _, name in ipairs(p.schemas) do
  if known[name] then refuse("schemas", string.format("%q is in it twice", name)) end
  known[name] = true
end

local before = {} -- lists of what has to be loaded first, by name
local links = {} -- { first, after }
for _, name in ipairs(p.schemas) do before[name] = {} end
for _, text in ipairs(p.depends or {}) do
  local subject = string.format("depends %q", text)
  local first, after = text:match("^%s*([^>]-)%s*>%s*([^>]-)%s*$")
  if not first or first == "" or after == "" then
    refuse(subject, "it is not like A>B", "write A>B where B is loaded after A")
  end
  for _, name in ipairs { first, after } do
    if not known[name] then
      refuse(subject, string.format("%q is not among schemas", name),
        spell.hint(name, p.schemas) or "add it to schemas, or leave it out here")
    end
  end
  local twice = false
  for _, other in ipairs(before[after]) do twice = twice or other == first end
  if not twice then
    table.insert(before[after], first)
    links[#links + 1] = { first = first, after = after }
  end
end

-- The names of a circle, each before the next one.
local function circle(left)
  local is_left, place, path = {}, {}, {}
  for _, name in ipairs(left) do is_left[name] = true end
  local name = left[1]
  while not place[name] do
    path[#path + 1] = name
    place[name] = #path
    for _, other in ipairs(before[name]) do
      if is_left[other] then
        name = other
        break
      end
    end
  end
  local names = { name }
  for i = #path, place[name], -1 do names[#names + 1] = path[i] end
  return names
end

-- Rounds of names: each depends only on rounds before its own.
local rounds, round_of = {}, {}
local left = p.schemas
while #left > 0 do
  local round, rest = {}, {}
  for _, name in ipairs(left) do
    local ready = true
    for _, other in ipairs(before[name]) do ready = ready and round_of[other] ~= nil end
    table.insert(ready and round or rest, name)
  end
  if #round == 0 then
    refuse("depends", "they go round in a circle: " .. table.concat(circle(left), " > "),
      "leave one of them out")
  end
  for _, name in ipairs(round) do round_of[name] = #rounds + 1 end
  rounds[#rounds + 1] = round
  left = rest
end

local data_of = {} -- when the last load began that is known, by name

step("check the schemas", function()
  local types, names = {}, {}
  for _, s in ipairs(incorta.list_schemas {}) do
    types[s.schema_name] = s.schema_type
    if s.schema_type == "PHYSICAL" then names[#names + 1] = s.schema_name end
  end
  for _, name in ipairs(p.schemas) do
    local subject = string.format("schema %q", name)
    if not types[name] then
      fail {
        kind = "not_found", subject = subject,
        cause = "there is none that the connection's user may see; capitals matter",
        hint = spell.hint(name, names),
      }
    elseif types[name] ~= "PHYSICAL" then
      refuse(subject, "it is a business schema, which has no data",
        "load the physical schemas that its views show")
    end
  end
  for _, name in ipairs(p.schemas) do
    local s = incorta.get_schema_status { schema_name = name }
    if s.load_state == "running" then
      fail {
        kind = "conflict", subject = string.format("schema %q", name),
        cause = "it is being loaded" .. (s.load_time and ", since " .. s.load_time or ""),
        hint = "wait until that load has ended",
      }
    end
    data_of[name] = s.load_state == "succeeded" and s.load_time or nil
  end
end)

local ENDS = { failed = "failed", timeout = "not ended", in_doubt = "in doubt" }
local rows, state_of = {}, {}

-- Loads one schema. Answers how that ended, the times of the load, and why.
local function load(name)
  local missing = {}
  for _, other in ipairs(before[name]) do
    if state_of[other] ~= "loaded" and not dry_run() then missing[#missing + 1] = other end
  end
  if #missing > 0 then
    return { state = "stale", why = "no new data in what it depends on: " .. join(missing) }
  end
  local ok, answer = pcall(incorta.load_schemas, {
    schemas = { name }, source = p.source, timeout = p.load_timeout * 60, every = p.every,
  })
  if ok then
    local one = answer[1]
    return {
      state = dry_run() and "would be loaded" or "loaded", began = one.load_time,
      ended = one.load_end_time,
    }
  end
  if type(answer) ~= "table" or answer.kind == "script" then error(answer, 0) end
  return { state = ENDS[answer.kind] or "not started", why = answer.cause }
end

for i, round in ipairs(rounds) do
  step(string.format("load round %d of %d", i, #rounds), function()
    for k, done in ipairs(each(round, { concurrency = p.at_once }, load)) do
      local name = round[k]
      state_of[name] = done.state
      local row = { round = i, schema = name, state = done.state, after = join(before[name]) }
      if not dry_run() then
        row.began = done.began or ""
        row.ended = done.ended or ""
      end
      row.old_data_of = done.state ~= "loaded" and data_of[name] or ""
      if not dry_run() then row.why = done.why or "" end
      rows[#rows + 1] = row
    end
  end)
end

output(dry_run() and "would be loaded" or "loads", rows)

step("see that all were loaded", function()
  if dry_run() then skip("a dry run loads nothing") end
  local bad, stale, again, is_left, open = {}, {}, {}, {}, false
  for _, row in ipairs(rows) do
    if row.state ~= "loaded" then again[#again + 1], is_left[row.schema] = row.schema, true end
    if row.state == "stale" then
      stale[#stale + 1] = row.schema
    elseif row.state ~= "loaded" then
      bad[#bad + 1] = string.format("%s (%s)", row.schema, row.state)
      open = open or row.state == "not ended" or row.state == "in doubt"
    end
  end
  if #bad == 0 then return end
  local flags = string.format("--schemas '%s'", table.concat(again, ","))
  local texts = {}
  for _, link in ipairs(links) do
    if is_left[link.first] and is_left[link.after] then
      texts[#texts + 1] = link.first .. ">" .. link.after
    end
  end
  if #texts > 0 then flags = flags .. string.format(" --depends '%s'", table.concat(texts, ",")) end
  fail {
    subject = "schemas",
    cause = string.format("%d of %d got no new data: %s", #again, #rows, join(bad))
      .. (#stale > 0 and "; stale because of that: " .. join(stale) or ""),
    hint = "see why in the table" .. (open and ", wait until no load goes on" or "")
      .. ", then load what is left: " .. flags,
  }
end)

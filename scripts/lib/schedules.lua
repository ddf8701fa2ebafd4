--- What pausing and resuming schedules have in common: the schedules of Alteryx
--- Server ("alteryx") and Alteryx Analytics Cloud ("alteryx_cloud") as rows of
--- one form, and the list of them that a maintenance window has.
---
--- A row is { system, id, name, owner, enabled }; the id is a text.
local spell = require("spell")

local schedules = {}

local SERVER, CLOUD = "alteryx", "alteryx_cloud"
local SYSTEMS = { SERVER, CLOUD }
local EXACT = 2 ^ 53 -- ids from here on stay texts

--- What a row is known by among those of both systems.
function schedules.key(row) return row.system .. " " .. row.id end

--- What a row is called in messages.
function schedules.about(row)
  return string.format("%s schedule %q (%s)", row.system, row.name, row.id)
end

local function row_of(system, s, owner)
  return {
    system = system, id = tostring(s.id), name = s.name, owner = tostring(owner or ""),
    enabled = s.enabled,
  }
end

local function cloud_id(text)
  local n = tonumber(text)
  return n < EXACT and n or text
end

local function read_one(row)
  if row.system == SERVER then return alteryx.get_schedule { schedule_id = row.id } end
  return alteryx_cloud.get_schedule { schedule_id = cloud_id(row.id) }
end

--- Reads a schedule anew; nil if it is not there.
function schedules.find(row)
  local ok, s = pcall(read_one, row)
  if ok then return row_of(row.system, s, row.owner) end
  if s.kind ~= "not_found" then error(s, 0) end
end

--- What is wrong with a schedule; it is logged, too. `failure` is that of a call.
function schedules.problem(row, why, failure)
  log.error(schedules.about(row) .. ": " .. why)
  return { row = row, why = why, failure = failure or {} }
end

-- Users are read too, so that a runner who is no Curator, and is shown only
-- schedules of its own, fails.
local function all_of_server()
  local rows, emails, owner_of = {}, {}, {}
  for i, u in ipairs(alteryx.list_users {}) do
    emails[i], owner_of[u.id] = u.email, u.email
  end
  for i, s in ipairs(alteryx.list_schedules { view = "Full" }) do
    rows[i] = row_of(SERVER, s, owner_of[s.owner_id] or s.owner_id)
  end
  return rows, emails
end

-- The list shows the caller's own; those of others show at their plans.
local function all_of_cloud(others)
  local rows, emails, owner_of, seen = {}, {}, {}, {}
  local function add(s)
    local owner = s.created_by or s.creator and s.creator.id
    local row = row_of(CLOUD, s, owner_of[owner] or s.creator and s.creator.email or owner)
    if seen[row.id] then return end
    seen[row.id] = true
    rows[#rows + 1] = row
  end
  if alteryx_cloud.get_current_person {}.is_admin == false then
    log.warn("alteryx_cloud: the connection's user is no Workspace Admin, and may not be shown all")
  end
  for p in iter(alteryx_cloud.list_people, {}) do
    emails[#emails + 1], owner_of[p.id] = p.email, p.email
  end
  for s in iter(alteryx_cloud.list_schedules, {}) do add(s) end
  for plan in iter(alteryx_cloud.list_plans, {}) do
    local ok, list = pcall(alteryx_cloud.list_plan_schedules, { plan_id = plan.id })
    if ok then
      for _, s in ipairs(list) do add(s) end
    elseif list.kind ~= "not_found" then -- a plan that is deleted takes its schedules with it
      error(list, 0)
    end
  end
  for _, id in ipairs(others) do
    if not seen[id] then
      local ok, s = pcall(read_one, { system = CLOUD, id = id })
      if ok then
        add(s)
      elseif s.kind ~= "not_found" then
        error(s, 0)
      end
    end
  end
  return rows, emails
end

--- All schedules of a system that can be seen, each once, and the addresses of
--- its people. `others` are ids of schedules of Analytics Cloud that are looked
--- at besides; what is not there is left out.
function schedules.read_all(system, others)
  if system == SERVER then return all_of_server() end
  return all_of_cloud(others)
end

local function switch(row, enabled)
  if row.system == SERVER then
    alteryx.update_schedule { schedule_id = row.id, enabled = enabled }
  elseif enabled then
    alteryx_cloud.enable_schedule { schedule_id = cloud_id(row.id) }
  else
    alteryx_cloud.disable_schedule { schedule_id = cloud_id(row.id) }
  end
end

--- Enables or disables schedules, one system after the other. One that fails
--- keeps no other from it; but when its system cannot be read either, the rest of
--- that system is left alone.
---
--- Answers { row, why, failure } for each that failed, and a table of the failures of
--- systems that could not be read.
function schedules.switch_all(rows, enabled)
  local problems, down = {}, {}
  for _, system in ipairs(SYSTEMS) do
    local own = {}
    for _, row in ipairs(rows) do
      if row.system == system then own[#own + 1] = row end
    end
    local failures = {} -- by place
    each(own, { key = "id", concurrency = 4, name = system }, function(row, place)
      if down[system] then
        failures[place] = { cause = "not tried, as the system does not answer" }
        return
      end
      local ok, problem = pcall(switch, row, enabled)
      if ok then return end
      if type(problem) ~= "table" or problem.kind == "script" then error(problem, 0) end
      -- It may have happened all the same: an answer can be lost.
      local can_read, is = pcall(schedules.find, row)
      if can_read and is and is.enabled == enabled then return end
      if not can_read then down[system] = down[system] or problem end
      failures[place] = problem
    end)
    for place, row in ipairs(own) do
      local failure = failures[place]
      if failure then
        problems[#problems + 1] = schedules.problem(row, failure.cause, failure)
      end
    end
  end
  return problems, down
end

local function lines_in(row)
  local n = 1
  for _, field in pairs(row) do
    n = n + select(2, field:gsub("\n", ""))
  end
  return n
end

--- The rows of a list that pause_schedules put out, from a param of type csv. A
--- list with a mistake is refused.
function schedules.read_window(list)
  local function refuse(line, cause, hint)
    fail {
      kind = "invalid", subject = "window, line " .. line, cause = cause,
      hint = hint or "take the list as pause_schedules.lua put it out with --format csv",
    }
  end
  if #list == 0 then refuse(1, "no schedule is listed") end
  for _, column in ipairs { "system", "id", "name", "owner" } do
    if not list[1][column] then
      local names = {}
      for name in pairs(list[1]) do names[#names + 1] = name end
      refuse(1, string.format("there is no column %q", column), spell.hint(column, names))
    end
  end
  local rows, line_of, line = {}, {}, 2
  for i, given in ipairs(list) do
    local row = {
      system = given.system, id = given.id:lower(), name = given.name, owner = given.owner,
    }
    if row.system ~= SERVER and row.system ~= CLOUD then
      refuse(line, string.format("no system is called %q", row.system),
        spell.hint(row.system, SYSTEMS) or "write " .. table.concat(SYSTEMS, " or "))
    end
    local fits = row.system == SERVER and #row.id == 24 and row.id:find("^%x+$")
      or row.system == CLOUD and #row.id < 19 and row.id:find("^[1-9]%d*$")
    if not fits then
      refuse(line, string.format("%q is no id of a schedule of %s", given.id, row.system),
        "spreadsheets change ids: take the list as it was put out")
    end
    local key = schedules.key(row)
    if line_of[key] then
      refuse(line, string.format("%s is in line %d, too", schedules.about(row), line_of[key]),
        "leave one of them out")
    end
    line_of[key] = line
    rows[i] = row
    line = line + lines_in(given)
  end
  return rows
end

--- Whether a schedule has the name that a list gives it. Blanks do not count, and
--- a � stands for any character: so a list shows what a terminal might act on.
function schedules.is_called(name, listed)
  local pattern = listed:gsub("%s+", ""):gsub("%p", "%%%0")
    :gsub("\239\191\189", "[%%z\1-\127\194-\244]?[\128-\191]*")
  return name:gsub("%s+", ""):find("^" .. pattern .. "$") ~= nil
end

--- Fails if there are problems, and names them. `what` says what they are.
function schedules.must_be_none(problems, down, what, hint)
  if #problems == 0 then return end
  local texts = {}
  for i, problem in ipairs(problems) do
    if i > 20 then
      texts[i] = "and others, see above"
      break
    end
    texts[i] = schedules.about(problem.row) .. ": " .. problem.why
  end
  local _, failure = next(down)
  fail {
    kind = failure and failure.kind or "failed", status = problems[1].failure.status,
    subject = "schedules", hint = hint,
    cause = string.format("%s: %d; %s", what, #problems, table.concat(texts, "; ")),
  }
end

return schedules

--- Pauses the schedules of Alteryx Server and Alteryx Analytics Cloud for a
--- maintenance window, and puts out the list that resume_schedules.lua takes:
---
---   runner run pause_schedules.lua --format csv > window.csv
---   runner run resume_schedules.lua --window window.csv
---
--- The list is put out before anything is changed. Should the run be cut off, it
--- is in the run's report: runner show --format csv > window.csv
---
--- What is listed is what was enabled. A second run finds nothing to pause and
--- lists nothing: give it the first list with --window, and write to another file.
--- So is done after a pause that did not come to its end, and for a window that
--- overlaps an earlier one; then resume with the last list only.
---
--- Running jobs are not touched. The runner must be a Curator of the Server, and
--- a Workspace Admin. In Analytics Cloud, schedules of others that run flows or
--- workflows, not plans, show in no list: name them with --also.
local schedules = require("lib.schedules")
local spell = require("spell")

local p = params {
  systems = {
    "list", choices = { "alteryx", "alteryx_cloud" }, default = { "alteryx", "alteryx_cloud" },
    help = "Where to pause: Alteryx Server, Analytics Cloud, or both.",
  },
  owner = { "email", help = "Pause only schedules of this person." },
  leave = { "list", help = "Names or ids of schedules to leave running." },
  also = {
    "list", help = "Ids of schedules of Analytics Cloud that no list shows, to be paused, too.",
  },
  window = {
    "csv", help = "List of an earlier pause; what is on it is put out again.",
  },
}

local function refuse(subject, cause, hint)
  fail { kind = "invalid", subject = subject, cause = cause, hint = hint }
end

local wanted = {}
for _, system in ipairs(p.systems) do wanted[system] = true end
if #p.systems == 0 then refuse("systems", "none is named", "leave it out for both") end
local systems = {}
for _, system in ipairs { "alteryx", "alteryx_cloud" } do
  if wanted[system] then systems[#systems + 1] = system end
end

local listed = p.window and schedules.read_window(p.window) or {}

for _, id in ipairs(p.also or {}) do
  if not id:find("^[1-9]%d*$") or #id > 18 then
    refuse("also", string.format("%q is no id of a schedule of Analytics Cloud", id))
  end
  if not wanted.alteryx_cloud then
    refuse("also", "schedules of Analytics Cloud are left alone", "add alteryx_cloud to systems")
  end
end

-- Ids that are looked at besides what lists show.
local others = {}
for _, id in ipairs(p.also or {}) do others[#others + 1] = id end
for _, row in ipairs(listed) do
  if row.system == "alteryx_cloud" then others[#others + 1] = row.id end
end

local function is_left(row)
  for _, text in ipairs(p.leave or {}) do
    if row.name == text or row.id == text then return true end
  end
  return false
end

local function is_wanted(row)
  return (not p.owner or row.owner:lower() == p.owner:lower()) and not is_left(row)
end

local due = step("read the schedules", function()
  local all, names, emails, is_known, is_person = {}, {}, {}, {}, {}
  for _, system in ipairs(systems) do
    local rows, people = schedules.read_all(system, others)
    for _, row in ipairs(rows) do
      all[#all + 1], names[#names + 1] = row, row.name
      is_known[row.name], is_known[row.id], is_known[schedules.key(row)] = true, true, true
    end
    for _, email in ipairs(people) do
      emails[#emails + 1], is_person[email:lower()] = email, true
    end
  end
  -- A mistyped name would pause what should run, or nothing at all.
  if p.owner and not is_person[p.owner:lower()] then
    fail {
      kind = "not_found", subject = string.format("owner %q", p.owner),
      cause = "nobody has this address", hint = spell.hint(p.owner, emails),
    }
  end
  for _, text in ipairs(p.leave or {}) do
    if not is_known[text] then
      fail {
        kind = "not_found", subject = string.format("leave %q", text),
        cause = "no schedule has this name or id", hint = spell.hint(text, names),
      }
    end
  end
  for _, id in ipairs(p.also or {}) do
    if not is_known["alteryx_cloud " .. id] then
      fail {
        kind = "not_found", subject = string.format("also %q", id),
        cause = "Analytics Cloud shows the runner no schedule with this id",
      }
    end
  end
  local due = {}
  for _, row in ipairs(all) do
    if row.enabled == nil and is_wanted(row) then
      fail {
        kind = "conflict", subject = schedules.about(row),
        cause = "nothing says whether it is enabled", hint = "look at it, and use --leave",
      }
    end
    if row.enabled and is_wanted(row) then due[#due + 1] = row end
  end
  return due
end)

local on_list = {}

step("put out the list", function()
  local now_is, rows = {}, {}
  local function put(row)
    local key = schedules.key(row)
    if on_list[key] then return end
    on_list[key] = true
    rows[#rows + 1] = { system = row.system, id = row.id, name = row.name, owner = row.owner }
  end
  for _, row in ipairs(due) do now_is[schedules.key(row)] = row end
  for _, row in ipairs(listed) do put(now_is[schedules.key(row)] or row) end
  for _, row in ipairs(due) do put(row) end
  -- Nothing else may be put out: as CSV, a second table would spoil the file.
  output("paused", rows)
end)

local problems, down = step("pause", function()
  if #due == 0 then skip("nothing is enabled") end
  return schedules.switch_all(due, false)
end)
problems, down = problems or {}, down or {}

step("verify", function()
  if #due == 0 then skip("nothing was paused") end
  if dry_run() then skip("nothing is paused yet") end
  local told, is_due = {}, {}
  for _, problem in ipairs(problems) do told[schedules.key(problem.row)] = true end
  for _, row in ipairs(due) do is_due[schedules.key(row)] = true end
  for _, system in ipairs(systems) do
    local rows = down[system] and {} or schedules.read_all(system, others)
    for _, row in ipairs(rows) do
      local key = schedules.key(row)
      if row.enabled and is_wanted(row) and not told[key] then
        problems[#problems + 1] = schedules.problem(row, is_due[key]
          and "it was paused, and is enabled again"
          or "it was enabled while this ran" .. (on_list[key] and "" or ", and is not on the list"))
      end
    end
  end
end)

local STATES = { "Queued", "Initializing", "Running", "Created", "InProgress" }

local function count(counts, list, args)
  for job in iter(list, args) do counts[job.status] = (counts[job.status] or 0) + 1 end
end

step("count the jobs under way", function()
  for _, system in ipairs(systems) do
    local counts, texts = {}, {}
    local ok, problem = pcall(function()
      if system == "alteryx" then
        count(counts, alteryx.list_jobs, {
          all_users = true, statuses = { "Queued", "Initializing", "Running" },
        })
      else
        count(counts, alteryx_cloud.list_job_groups, { run_by = "all", status = "Created" })
        count(counts, alteryx_cloud.list_job_groups, { run_by = "all", status = "InProgress" })
      end
    end)
    for _, state in ipairs(STATES) do
      if counts[state] then texts[#texts + 1] = state .. ": " .. counts[state] end
    end
    if not ok then
      log.warn(system .. ": jobs under way are not touched, and cannot be counted: "
        .. problem.cause)
    elseif #texts > 0 then
      log.warn(system .. ": jobs under way are not touched: " .. table.concat(texts, ", "))
    else
      log.info(system .. ": no job is under way")
    end
  end
end)

schedules.must_be_none(problems, down, "still to be paused",
  "see to them, then run this again with --window and the list that was put out")
if #due == 0 then
  skip("nothing to do: no schedule is enabled that should be paused")
end

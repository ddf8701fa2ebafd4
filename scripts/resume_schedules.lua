--- Ends a maintenance window: enables the schedules that pause_schedules.lua put
--- on its list, and no others.
---
---   runner run resume_schedules.lua --window window.csv
---
--- What is enabled already is left so. A schedule that was deleted meanwhile, or
--- whose id belongs to another name now, is put out as "to do by hand", and the
--- rest goes on. The run fails if something on the list is still not enabled. A
--- list with a mistake is refused before anything is changed.
local schedules = require("lib.schedules")

local p = params {
  window = { "csv", required = true, help = "The list that pause_schedules.lua put out." },
}

local listed = schedules.read_window(p.window)

local due, problems, by_hand = {}, {}, {}

local function problem(row, why) problems[#problems + 1] = schedules.problem(row, why) end

local function person_must(row, to_do)
  by_hand[#by_hand + 1] = { about = schedules.about(row), to_do = to_do }
end

local DELETED = "nothing, if it was deleted on purpose"

step("look at the schedules", function()
  local shown, missing, is_read, is_there = {}, {}, {}, {}
  local found = each(listed, { key = schedules.key }, function(row)
    local ok, is = pcall(schedules.find, row)
    if ok then
      is_read[row.system] = true
      return { row = is }
    end
    if is.kind ~= "denied" and is.kind ~= "invalid" then error(is, 0) end
    return { failure = is }
  end)
  for i, row in ipairs(listed) do
    local is, failure = found[i].row, found[i].failure
    if failure then
      if not is_read[row.system] then fail(failure) end -- it is not about the one schedule
      problem(row, "it cannot be read: " .. failure.cause)
    elseif not is then
      missing[#missing + 1] = row
      person_must(row, DELETED)
    else
      is_there[row.system] = true
      if not schedules.is_called(is.name, row.name) then
        person_must(row, string.format("see whether it is %q now, which is %s", is.name,
          is.enabled and "enabled" or "disabled, and enable that"))
        if not is.enabled then problem(row, string.format("it is called %q now", is.name)) end
      elseif not is.enabled then
        due[#due + 1] = row
        shown[#shown + 1] = { system = row.system, id = row.id, name = is.name, owner = row.owner }
      end
    end
  end
  -- It is likely the list of another Server or workspace.
  for _, row in ipairs(missing) do
    if not is_there[row.system] then problem(row, "not there, nor is any other on the list") end
  end
  if #shown > 0 then output("to be enabled", shown) end
end)

local down, is_gone = {}, {}

step("enable", function()
  if #due == 0 then skip("nothing on the list is disabled") end
  local failed
  failed, down = schedules.switch_all(due, true)
  for _, one in ipairs(failed) do
    -- For a while Analytics Cloud still shows what was deleted.
    if one.failure.kind == "not_found" then
      person_must(one.row, DELETED)
      is_gone[schedules.key(one.row)] = true
    else
      problems[#problems + 1] = one
    end
  end
end)

if #by_hand > 0 then output("to do by hand", by_hand) end

step("verify", function()
  if #due == 0 then skip("nothing was enabled") end
  local told = {}
  for _, one in ipairs(problems) do told[schedules.key(one.row)] = true end
  each(due, { key = schedules.key }, function(row)
    local key = schedules.key(row)
    if told[key] or is_gone[key] or down[row.system] then return end
    local is = schedules.find(row)
    if not is or not is.enabled then
      problem(row, "it was enabled, and is not " .. (is and "any more" or "there any more"))
    end
  end)
end)

schedules.must_be_none(problems, down, "on the list and not enabled",
  "see to them, then run this again with the same list")
if #due == 0 then
  skip("nothing to do: whatever is left of the list is enabled")
end

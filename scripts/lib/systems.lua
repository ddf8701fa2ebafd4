--- What runbooks over several systems have in common.
local systems = {}

--- All of them, in the order in which they are seen to.
systems.ALL = { "alteryx", "alteryx_cloud", "atscale", "incorta", "workato" }

--- The parts of a runbook, in a folder of its name, one for each system.
function systems.parts(runbook, names)
  local parts = {}
  for i, name in ipairs(names or systems.ALL) do parts[i] = require(runbook .. "." .. name) end
  return parts
end

--- Work on several systems: one that fails does not keep the others from being
--- seen to, and is left out from then on. Each item has a part with a title.
---
--- Answers two functions: each(fn) runs fn(item) for every item, in a step;
--- finish(subject) fails if any has failed.
function systems.over(items)
  local failed = {}

  local function each_item(fn)
    for _, x in ipairs(items) do
      if not x.problem then
        local ok, problem = pcall(step, x.part.title, function() fn(x) end)
        if not ok then
          x.problem = problem
          failed[#failed + 1] = x
        end
      end
    end
  end

  local function finish(subject)
    if #failed == 0 then return end
    if #items == 1 then fail(failed[1].problem) end
    local texts = {}
    for i, x in ipairs(failed) do texts[i] = x.part.title .. ": " .. tostring(x.problem) end
    fail {
      kind = failed[1].problem.kind, subject = subject,
      cause = "not done in " .. #failed .. " of " .. #items .. " systems: "
        .. table.concat(texts, "; "),
      hint = "see to what failed, then run this again: the other systems are done",
    }
  end

  return each_item, finish, failed
end

return systems

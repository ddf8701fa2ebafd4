--- Steps in branches in steps. Every second group comes to a conflict, and what it made is taken back,
--- the newest first.
local p = params { items = { "int", required = true, help = "How many groups." } }

local groups = {}
for i = 1, p.items do groups[i] = "n" .. i end

local function make(group, undo)
  local made = parallel {
    left = function()
      local thing = acme.create_thing { name = group .. "l", value = "luck " .. math.random(1000) }
      undo[#undo + 1] = thing.name
      return thing
    end,
    right = function()
      sleep(math.random() / 100)
      local thing = acme.create_thing { name = group .. "r", value = "luck " .. math.random(1000) }
      undo[#undo + 1] = thing.name
      return thing
    end,
  }
  local seat = acme.book_seat { name = group, value = made.left.id .. " " .. made.right.id }
  step("finish", function()
    local kind = tonumber(group:sub(2)) % 2 == 0 and "taken" or "free"
    local last = acme.create_thing { name = group .. kind, value = "last" }
    undo[#undo + 1] = last.name
  end)
  return { group = group, left = made.left.id, right = made.right.id, seat = seat.id, value = made.right.value }
end

local rows = step("all", function()
  return each(groups, { concurrency = 3 }, function(group)
    local undo = {}
    local ok, result = pcall(step, "make", function() return make(group, undo) end)
    if ok then return result end
    if result.kind ~= "conflict" then error(result) end
    local undone = step("take back", function()
      local names = {}
      for i = #undo, 1, -1 do
        acme.delete_thing { name = undo[i] }
        names[#names + 1] = undo[i]
      end
      return names
    end)
    local note = acme.send_note { name = group, value = "undone: " .. table.concat(undone, ", ") }
    return { group = group, undone = undone, note = note.id, kind = result.kind }
  end)
end)

output("rows", rows)

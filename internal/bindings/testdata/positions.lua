-- Where a failure is said to be: the script's own line, wherever it came up.

local helper = require("helper")
local function place(f, ...)
  local ok, e = pcall(f, ...)
  assert(not ok)
  if type(e) == "table" then return e.at end
  return e:match("^(.-:%d+):")
end

assert(place(function()
  desk.get_ticket { id = 9 }
end) == "script.lua:12")
assert(place(function()
  local t = nil
  return t.x
end) == "script.lua:16")
assert(place(function() error("x") end) == "script.lua:18")
assert(place(function() fail("x") end) == "script.lua:19")
assert(place(function() assert(false, "x") end) == "script.lua:20")
assert(place(function() assert(nil) end) == "script.lua:21")
assert(place(function()
  step("a", function()
    each({ 1 }, function()
      pcall(function() end)
      desk.get_ticket { id = 9 }
    end)
  end)
end) == "script.lua:26")
-- A module's own line, if the mistake is in the module; the caller's, if it only passes on.
assert(place(helper.broken, {}) == "helper.lua:5")
assert(place(helper.call, desk.get_ticket, { id = 9 }) == "helper.lua:9")
assert(place(helper.call, function() desk.get_ticket { id = 9 } end) == "script.lua:33")
-- Raised again.
assert(place(function()
  local _, e = pcall(desk.get_ticket, { id = 9 })
  error(e)
end) == "script.lua:36")
assert(place(function()
  local _, e = pcall(error, "x")
  error(e, 0)
end) == "script.lua:40")
-- An operation as a callback has no line of its own.
assert(place(desk.get_ticket, { id = 9 }) == "script.lua:5")
assert(place(table.sort, { 2, 1 }, desk.get_ticket) == "script.lua:5")
assert(place(each, { { id = 9 } }, function(x) desk.get_ticket(x) end) == "script.lua:46")
assert(place(coroutine.wrap(function() local x = coroutine.wrap(function() desk.get_ticket { id = 9 } end)() end)) == "script.lua:47")

local t = nil; t.x = 1 -- want: tried to|attempt
local x = nil .. "x" -- want: tried to join
local x = {} < {} -- want: tried to compare
local x = 1 < "x" -- want: tried to compare a number with a string
local x = nil + 1 -- want: cannot perform
local x = #nil -- want: length
undefined() -- want: nothing is called "undefined"
desk.add_ticket { nme = "x" } -- want: did you mean "name"
each({ 1 }, { concurrency = "x" }, print) -- want: concurrency must be
local f = {} f() -- want: not a function
for i = 1, "x" do end -- want: number|limit
for i in 5 do end -- want: not a function
local function down() return 1 + down() end down() -- want: nested too deep
each({ 1 }, function() error("in a branch") end) -- want: in a branch

-- What scripts cannot reach, and what they cannot change.

-- Texts share their methods, and nobody can change them.
assert(getmetatable("") == false and getmetatable("x") == false)
assert(("x"):upper() == "X" and ("%d"):format(3) == "3")
-- The metatables of what the runner hands out are closed.
for _, v in ipairs { null, desk, string, log, secret("env:X"), desk.list_tickets {} } do
  assert(getmetatable(v) == false)
  assert(not pcall(setmetatable, v, {}))
end
assert(getmetatable(select(2, pcall(desk.get_ticket, { id = 9 }))) == false)
-- Names of others cannot be put in place of ours, in any way.
for _, f in ipairs {
  function() desk.get_ticket = 1 end,
  function() desk["new"] = 1 end,
  function() string.upper = 1 end,
  function() log.info = 1 end,
  function() math.pi = 3 end,
} do
  assert(not pcall(f))
end
assert(type(desk.get_ticket) == "function" and math.pi > 3 and string.dump == nil)
assert(not pcall(table.insert, desk.get_ticket, 1))
table.insert(string, "x") -- a list part of its own does no harm
assert(string.upper("a") == "A")
-- A function of a library is only a value.
local upper = string.upper
assert(upper("a") == "A")
-- A script's own globals are its own.
mine = 1
assert(mine == 1)
mine = nil
local string = { upper = function() return "mine" end }
assert(string.upper() == "mine" and ("x"):upper() == "X")

print = nil -- want: "print" is a word of the runner and cannot be changed
desk = {} -- want: "desk" is a word
math = nil -- want: "math" is a word
function pcall() end -- want: "pcall" is a word
desk.x = 1 -- want: desk cannot be changed .keep your own functions
desk.get_ticket = nil -- want: desk cannot be changed
table.sort = nil -- want: table cannot be changed
log.warn = nil -- want: log cannot be changed
mine.x = 1 -- want: nothing is called "mine"
pritn(1) -- want: nothing is called "pritn" .did you mean "print"
desk.get_tickets { id = 1 } -- want: desk has no operation "get_tickets" .did you mean "get_ticket"
log.warning("x") -- want: no log level "warning"
setmetatable(1, {}) -- want: argument 1 of setmetatable
setmetatable("x", {}) -- want: argument 1 of setmetatable
setmetatable(print, {}) -- want: argument 1 of setmetatable
getmetatable("").__index = nil -- want: of a boolean
io.open("x") -- want: nothing is called "io"
os.execute("x") -- want: nothing is called "os"
debug.getinfo(1) -- want: nothing is called "debug"
load("x") -- want: nothing is called "load"
loadstring("x") -- want: nothing is called "loadstring"
dofile("x") -- want: nothing is called "dofile"
loadfile("x") -- want: nothing is called "loadfile"
rawget({}, 1) -- want: nothing is called "rawget"
rawset({}, 1, 1) -- want: nothing is called "rawset"
rawequal(1, 1) -- want: nothing is called "rawequal"
getfenv(1) -- want: nothing is called "getfenv"
setfenv(1, {}) -- want: nothing is called "setfenv"
module("x") -- want: nothing is called "module"
newproxy(true) -- want: nothing is called "newproxy"
collectgarbage() -- want: nothing is called "collectgarbage"
local g = _G -- want: nothing is called "_G"
local p = package.path -- want: nothing is called "package"
local c = channel.make -- want: nothing is called "channel"
_printregs() -- want: nothing is called "_printregs"
local d = coroutine.dump(print) -- want: not a function
math.randomseed(1) -- want: seed of its own
require("../x") -- want: only files of the project
require("/etc/x") -- want: only files of the project
require("a\\b") -- want: only files of the project
require("C:x") -- want: only files of the project
require("") -- want: only files of the project
null.x = 1 -- want: attempt|tried|cannot
local x = null.y -- want: tried to read field "y" of null
secret("env:X"):upper() -- want: cannot be looked into

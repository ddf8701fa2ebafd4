-- What pcall, xpcall and coroutines catch, and that they leave all else as it is.

-- A vendor's failure is a table.
local ok, e = pcall(desk.get_ticket, { id = 9 })
assert(not ok and e.kind == "not_found" and e.op == "desk.get_ticket" and e.subject == "ticket 9")
assert(e.cause == "there is no such ticket" and e.hint == "look at desk.list_tickets")
assert(e.status == 404 and e.retryable == false and e.request_id == "r1" and e.at == "script.lua:4")
assert(tostring(e) == "desk.get_ticket: ticket 9: there is no such ticket")
assert("it said: " .. e == "it said: desk.get_ticket: ticket 9: there is no such ticket")
local _, later = pcall(desk.fail_ticket, { kind = "limited", status = 429 })
assert(later.retryable == true and later.status == 429)

-- A failure that is caught leaves closures and what they share alone.
local n = 0
local function count() n = n + 1 end
pcall(function() error("x") end)
count()
pcall(desk.get_ticket, { id = 9 })
count()
xpcall(function() error("x") end, function() count() end)
assert(n == 3, n)
local function counter()
  local own = 0
  return function() pcall(error) own = own + 1 return own end, function() return own end
end
local up, look = counter()
up() up()
assert(look() == 2)
local kept
pcall(function()
  local inner = 1
  kept = function() inner = inner + 1 return inner end
  error("after")
end)
assert(kept() == 2 and kept() == 3)

-- Values go in and out.
assert(select("#", pcall(function(...) return ... end, nil, nil)) == 3)
assert(select(2, pcall(function(a, b) return a + b end, 1, 2)) == 3)
assert(select(2, xpcall(function(a, b) return a + b end, function() end, 1, 2)) == 3)
local good, one, two = xpcall(function() return 1, 2 end, function() end)
assert(good and one == 1 and two == 2)
local bad, what = xpcall(function() fail("why") end, function(x) return x.cause end)
assert(not bad and what == "why")
local worse, why = xpcall(function() error("a", 0) end, function() error("b", 0) end)
assert(not worse and why == "b")
assert(not pcall(nil) and not pcall({}) and select(2, pcall(error)) == nil)
local obj = setmetatable({}, { __call = function(_, x) return x * 2 end })
assert(select(2, pcall(obj, 21)) == 42)
local t = {}
assert(select(2, pcall(error, t)) == t)
assert(select(2, pcall(error, "plain", 0)) == "plain")
assert(select(2, pcall(function() error("placed") end)) == "script.lua:53: placed")
assert(select(2, pcall(function() error("placed", 2) end)):match("^script.lua:54: placed$"))

-- What is caught can be raised again, with its place.
local _, first = pcall(function() desk.get_ticket { id = 9 } end)
local _, second = pcall(function() error(first) end)
assert(first == second and second.at == "script.lua:57")

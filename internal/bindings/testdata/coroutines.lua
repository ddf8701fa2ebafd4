-- Coroutines take and give values, nest, end, and are refused where they would go wrong.

local co = coroutine.create(function(a, b)
  local c, d = coroutine.yield(a + b, "sum")
  local e = coroutine.yield(c, d)
  return "end", e
end)
assert(type(co) == "thread" and coroutine.status(co) == "suspended")
local ok, x, y = coroutine.resume(co, 1, 2)
assert(ok and x == 3 and y == "sum")
ok, x, y = coroutine.resume(co, nil, "d")
assert(ok and x == nil and y == "d")
ok, x, y = coroutine.resume(co, 5)
assert(ok and x == "end" and y == 5 and coroutine.status(co) == "dead")
ok, x = coroutine.resume(co)
assert(not ok and x == "cannot resume a coroutine that has ended")

local squares = coroutine.wrap(function(n) for i = 1, n do coroutine.yield(i, i * i) end end)
local sum, first = 0, squares(3)
assert(first == 1)
for _, sq in squares do sum = sum + sq end
assert(sum == 13, sum)

-- A generator as a loop's iterator.
local function range(n) return coroutine.wrap(function() for i = 1, n do coroutine.yield(i) end end) end
local total = 0
for i in range(10) do for j in range(i) do total = total + j end end
assert(total == 220, total)

-- What running and status say.
assert(coroutine.running() == nil)
local outer, inner
outer = coroutine.create(function()
  assert(coroutine.running() == outer and coroutine.status(outer) == "running")
  inner = coroutine.create(function()
    assert(coroutine.status(outer) == "normal" and coroutine.status(inner) == "running")
    local good, why = coroutine.resume(outer)
    assert(not good and why == "cannot resume a coroutine that is running")
    assert(not coroutine.resume(inner))
  end)
  assert(coroutine.resume(inner))
  pcall(function() assert(coroutine.running() == outer and coroutine.status(outer) == "running") end)
  assert(coroutine.status(inner) == "dead")
end)
assert(coroutine.resume(outer))

-- Failures come out of it as they are, with their place.
local broken = coroutine.create(function() desk.get_ticket { id = 9 } end)
local good, e = coroutine.resume(broken)
assert(not good and e.kind == "not_found" and e.at == "script.lua:48", e.at)
local text = coroutine.wrap(function() error("inside") end)
assert(select(2, pcall(text)) == "script.lua:51: inside")
local index = coroutine.wrap(function() local t = nil; return t.x end)
local _, m = pcall(index)
assert(m.kind == "script" and m.at == "script.lua:53" and m.cause == 'tried to read field "x" of nothing (nil)')
local direct = coroutine.wrap(desk.get_ticket)
assert(select(2, pcall(direct, { id = 9 })).at == "script.lua:57")

-- Calls, steps and pcall work inside.
local worker = coroutine.wrap(function()
  desk.add_ticket { name = "a" }
  coroutine.yield(1)
  local _, x = pcall(desk.get_ticket, { id = 9 })
  coroutine.yield(x.kind)
  return (step("inner", function() return desk.get_ticket { id = 1 } end))
end)
assert(worker() == 1 and worker() == "not_found" and worker().name == "a")

-- Closures keep what they share after a coroutine failed.
local n = 0
local function count() n = n + 1 end
pcall(coroutine.wrap(function() count() error("x") end))
count()
assert(n == 2)

coroutine.yield(1) -- want: outside of a coroutine
pcall(coroutine.yield)
step("s", function() coroutine.yield(1) end) -- want: outside of a coroutine
coroutine.wrap(function() step("s", function() coroutine.yield(1) end) end)() -- want: across pcall, step
coroutine.wrap(function() assert(pcall(function() coroutine.yield(1) end)) end)() -- want: across pcall, step
coroutine.wrap(function() table.sort({ 3, 2, 1 }, function() coroutine.yield() end) end)() -- want: a metamethod or a callback
coroutine.wrap(function() ("abc"):gsub(".", function() coroutine.yield() end) end)() -- want: a metamethod or a callback
coroutine.wrap(function() local x = setmetatable({}, { __index = function() local v = coroutine.yield() return v end }).x end)() -- want: a metamethod
coroutine.wrap(function() for _ in function() local v = coroutine.yield() return v end do end end)() -- want: an iterator
coroutine.wrap(function() return coroutine.yield(1) end)() -- want: from a return.*write local x
coroutine.wrap(coroutine.yield)() -- want: cannot yield
coroutine.resume(1) -- want: argument 1 of resume
coroutine.wrap(nil) -- want: argument 1 of wrap
local function deep() return (coroutine.wrap(deep)()) end deep() -- want: nested too deep

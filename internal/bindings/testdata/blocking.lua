-- Calls may be made in every place of a script: what they answer arrives, and so do failures.

local function get() return desk.get_ticket { id = 1 }.name end
local function bad() return desk.get_ticket { id = 9 }.name end
local function fails(f, ...)
  local ok, e = pcall(f, ...)
  return not ok and e.kind == "not_found"
end
desk.add_ticket { name = "a" }

-- Statements, nested functions, tail calls.
local function nested() local function inner() return get() end return inner() end
assert(get() == "a" and nested() == "a" and fails(bad))
assert((function() return desk.get_ticket { id = 1 } end)().name == "a")

-- pcall and xpcall, and the handler.
assert(select(2, pcall(get)) == "a" and select(2, pcall(pcall, get)) == true)
assert(select(2, xpcall(get, error)) == "a" and select(2, xpcall(error, get)) == "a")
assert(select(2, pcall(desk.get_ticket, { id = 1 })).name == "a")
assert(select(3, pcall(pcall, get)) == "a")

-- Metamethods.
local m = {}
for _, event in ipairs { "__add", "__sub", "__mul", "__div", "__mod", "__pow", "__unm", "__concat", "__call", "__index", "__len" } do
  m[event] = get
end
m.__eq, m.__lt, m.__le = function() return get() == "a" end, function() return get() == "a" end, function() return get() == "a" end
local written
m.__newindex = function(_, k, v) written = k .. v .. get() end
local o, o2 = setmetatable({}, m), setmetatable({}, m)
assert(o + o2 == "a" and o - 1 == "a" and 1 * o == "a" and o / o == "a" and o % 2 == "a" and o ^ 2 == "a" and -o == "a")
assert(o .. "x" == "a" and "x" .. o == "a" and o() == "a" and o.field == "a" and #o == "a")
assert(o == o2 and o < o2 and o <= o2 and not (o > o2) == false)
o.k = "v"
assert(written == "kva")
assert(tostring(setmetatable({}, { __tostring = get })) == "a")
assert(string.format("%s!", setmetatable({}, { __tostring = get })) == "a!")
local broken = setmetatable({}, { __index = bad, __tostring = bad, __add = bad })
assert(fails(function() return broken.x end) and fails(tostring, broken) and fails(function() return broken + 1 end))

-- Callbacks of the library.
local list = { 3, 1, 2 }
table.sort(list, function(a, b) return get() == "a" and a < b end)
assert(table.concat(list) == "123" and fails(table.sort, { 2, 1 }, bad))
assert(("xyz"):gsub(".", get) == "aaa" and fails(string.gsub, "x", ".", bad))
assert(("x"):gsub(".", setmetatable({}, { __index = get })) == "a")

-- Iterators: a function, a table that can be called, a generator.
local seen = 0
for name in function() seen = seen + 1 return seen <= 3 and get() or nil end do assert(name == "a") end
assert(seen == 4)
for name in coroutine.wrap(function() coroutine.yield(get()) coroutine.yield(get()) end) do assert(name == "a") end

-- Coroutines.
local co = coroutine.create(function() coroutine.yield(get()) return get() end)
assert(select(2, coroutine.resume(co)) == "a" and select(2, coroutine.resume(co)) == "a")

-- Words with callbacks.
assert(step("s", get) == "a" and fails(step, "s", bad))
assert(each({ 1 }, get)[1] == "a" and parallel { get }[1] == "a")
assert(each({ { n = 1 } }, { key = get }, get)[1] == "a")
assert(wait_until(get) == "a" and fails(wait_until, bad))
assert(select(2, pcall(step, "s", function() return each({ 1, 2 }, function() return step("t", get) end)[2] end)) == "a")

-- Branches do not disturb each other's coroutines.
each({ 1, 2, 3, 4, 5, 6, 7, 8 }, { concurrency = 4 }, function(i)
  local own
  own = coroutine.create(function()
    for _ = 1, 5 do
      desk.wait_ticket { id = i }
      assert(coroutine.running() == own and coroutine.status(own) == "running")
      pcall(function()
        desk.wait_ticket { id = i }
        assert(coroutine.running() == own)
      end)
      coroutine.yield(i)
    end
  end)
  assert(coroutine.running() == nil)
  for _ = 1, 5 do
    assert(select(2, coroutine.resume(own)) == i and coroutine.status(own) == "suspended")
    desk.wait_ticket { id = i }
    assert(coroutine.running() == nil)
  end
end)

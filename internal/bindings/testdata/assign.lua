-- An assignment to several places: all of the right side is read before any of the left side is written. gopher-lua
-- alone made a, b = b, a the same value twice.

local a, b = 1, 2
a, b = b, a
assert(a == 2 and b == 1)

local t, i = {}, 1
i, t[i] = i + 1, 20
assert(i == 2 and t[1] == 20 and t[2] == nil)
t[1], a = a, t[1] + 5
assert(t[1] == 2 and a == 25)

local old = { name = "old" }
local x = old
x, x.name = { name = "new" }, "changed"
assert(x.name == "new" and old.name == "changed")

-- Numbers of values.
local function two() return 7, 8 end
local p, q, r = 0, 0, 0
p, q, r = 1, two()
assert(p == 1 and q == 7 and r == 8)
p, q, r = (two())
assert(p == 7 and q == nil and r == nil)
p, q = 1, 2, two()
assert(p == 1 and q == 2)

-- Within functions, with variable arguments, and of globals.
local function swap(...)
  local c, d
  d, c = ...
  c, d = d, c
  return c, d
end
assert(select("#", swap(1, 2)) == 2 and swap(1, 2) == 1)
first, second = 1, 2
first, second = second, first
assert(first == 2 and second == 1)

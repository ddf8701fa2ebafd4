-- The language itself: what Lua 5.1 says, where its engine might think otherwise.

local function eq(got, want) if got ~= want then error("got " .. tostring(got) .. ", want " .. tostring(want), 2) end end
local function list(...) local t = {} for i = 1, select("#", ...) do t[i] = tostring((select(i, ...))) end return table.concat(t, " ") end

-- Assignments take all values before they give any.
local a, b = 1, 2
a, b = b, a
eq(list(a, b), "2 1")
a, b = b, a + b
eq(list(a, b), "1 3")
local x, y, z = 1, 2, 3
x, y, z = y, z, x
eq(list(x, y, z), "2 3 1")
x, y = -y, y .. "!"
eq(list(x, y), "-3 3!")
local i, t = 1, {}
i, t[i] = i + 1, 20
eq(list(i, t[1], t[2]), "2 20 nil")
local p, q = { v = 1 }, { v = 2 }
p.v, q.v = q.v, p.v
eq(list(p.v, q.v), "2 1")
p, p.v = q, 9
eq(list(p == q, q.v), "true 1")
local function two() return 1, 2 end
x, y, z = two()
eq(list(x, y, z), "1 2 nil")
x, y, z = 0, two()
eq(list(x, y, z), "0 1 2")
x, y, z = two(), 5
eq(list(x, y, z), "1 5 nil")
x, y = (two())
eq(list(x, y), "1 nil")
g1, g2 = 1, 2
g1, g2 = g2, g1
eq(list(g1, g2), "2 1")
local function swap() a, b = b, a return a, b end
eq(list(swap()), "3 1")
do local l1, l2 = 1 eq(list(l1, l2), "1 nil") local l3 = 1, 2 eq(l3, 1) end

-- Loops.
local s = ""
for k in next, { 5, 6 } do s = s .. k end
for k, v in next, { 5, 6 } do s = s .. k .. v end
for k, v in next, { 5 }, nil do s = s .. k .. v end
eq(s, "12152615")
s = ""
for j = 1, 3 do local j = j * 2 s = s .. j end
for j = 3, 1, -1 do s = s .. j end
for j = 1, 0 do s = s .. "never" end
for j = 0.5, 1.5, 0.5 do s = s .. j .. "," end
eq(s, "2463210.5,1,1.5,")
s = 0
for j = 1, 10 do if j % 2 == 0 then goto continue end if j > 7 then break end s = s + j ::continue:: end
eq(s, 16)
local n = 0
repeat local done = n >= 3 n = n + 1 until done
eq(n, 4)
while true do n = n + 1 if n > 10 then break end end
eq(n, 11)
for _, row in ipairs { { 1, 2 }, { 3 } } do for _, v in ipairs(row) do n = n + v end end
eq(n, 17)
s = ""
for k, v in pairs { 10, 20, x = 1, y = 2 } do s = s .. k .. "=" .. v .. ";" end
eq(s, "1=10;2=20;x=1;y=2;")
local del = { a = 1, b = 2, c = 3 }
for k in pairs(del) do del[k] = nil end
eq(next(del), nil)

-- Closures have the variables of their turn, and share them.
local fs = {}
for j = 1, 3 do fs[j] = function() j = j + 10 return j end end
eq(list(fs[1](), fs[1](), fs[2](), fs[3]()), "11 21 12 13")
fs, n = {}, 0
while n < 3 do n = n + 1 local m = n fs[n] = { function() m = m + 10 return m end, function() return m end } end
eq(list(fs[1][1](), fs[1][2](), fs[2][2](), fs[3][1]()), "11 11 2 13")
fs, n = {}, 0
repeat n = n + 1 local m = n fs[n] = function() return m end until m >= 3
eq(list(fs[1](), fs[2](), fs[3]()), "1 2 3")
fs = {}
for _, v in ipairs { "a", "b" } do fs[#fs + 1] = function() return v end if v == "b" then break end end
eq(list(fs[1](), fs[2]()), "a b")
local function counter() local c = 0 return function() c = c + 1 return c end, function(v) c = v end end
local up, set = counter()
up() set(5)
eq(up(), 6)
fs = {}
for j = 1, 3 do local k = j if j == 2 then goto skip end fs[#fs + 1] = function() return k end ::skip:: end
eq(list(fs[1](), fs[2]()), "1 3")
local function outer() local v = 1 local function inner() v = v + 1 return v end inner() return v, inner() end
eq(list(outer()), "2 3")
local function rec(k) if k == 0 then return 0 end return k + rec(k - 1) end
eq(rec(100), 5050)
local function tail(k) if k == 0 then return "end" end return tail(k - 1) end
eq(tail(100000), "end")

-- Values: several, none, and the one in brackets.
local function none() end
local function va(...) return ... end
eq(list(va(1, nil, 3)), "1 nil 3")
eq(list((va(1, 2))), "1")
eq(select("#", va()), 0)
eq(select("#", (va())), 1)
eq(select("#", va(nil, nil)), 2)
eq(list(va(1, 2), va(3, 4)), "1 3 4")
eq(#{ va(1, 2), va(3, 4) }, 3)
eq(#{ va(1, 2), (va(3, 4)) }, 2)
eq(list(none(), 1), "nil 1")
local function count(...) return select("#", ...) end
eq(count(none()), 0)
eq(count(none(), none()), 1)
eq(list(select(2, "a", "b", "c")), "b c")
eq(list(select(-1, "a", "b", "c")), "c")
eq(list(unpack({ 1, 2, 3 }, 2)), "2 3")
eq(list(unpack({ 1, nil, 3 }, 1, 3)), "1 nil 3")
local function ret() return (va(1, 2)) end
eq(count(ret()), 1)
local packed = { va(1, 2), n = 2, va(3, 4) }
eq(list(packed[1], packed[2], packed[3], packed.n), "1 3 4 2")

-- Logic gives one of its values.
eq(list(1 and 2, nil and 2, false or nil, nil or false, false and nil, 1 or error("never")), "2 nil nil false false 1")
eq(list(nil == false, not nil, not 0, 1 == 1.0, "1" == 1, "a" < "b", "a" < "B"), "false true false true false true false")
eq(list(1 < 2 and "yes" or "no", nil and 1 or 2, false == false and nil), "yes 2 nil")
local function cond(c) if c then return "t" elseif c == nil then return "nil" else return "f" end end
eq(list(cond(0), cond(""), cond(nil), cond(false)), "t t nil f")
eq(not (1 > 2) and not (2 < 1), true)

-- Numbers and texts.
eq(list(7 % 3, -7 % 3, 7 % -3, -7 % -3, 5.5 % 2), "1 2 -2 -1 1.5")
eq(list(2 ^ 3 ^ 2, -2 ^ 2, 10 / 4, 2 ^ 0.5 == math.sqrt(2)), "512 -4 2.5 true")
eq(list("10" + 5, "3" * "4", 10 .. 20, 1 .. ""), "15 12 1020 1")
eq(list(0x10, 1e3, .5, 3.), "16 1000 0.5 3")
eq(list(tonumber("0x1f"), tonumber("  12  "), tonumber("1e2"), tonumber("abc"), tonumber("z", 36), tonumber("")), "31 12 100 nil 35 nil")
eq(list(math.floor(-1.5), math.ceil(-1.5), math.huge > 1e300, math.abs(-3), math.max(1, 3, 2)), "-2 -1 true 3 3")
eq(1 / 0 == math.huge and 0 / 0 ~= 0 / 0, true)
eq("a\tb\\\"\65\10" == "a\tb\\\"A\n", true)
eq([[
line]] .. [==[ ]] ]==], "line ]] ")
eq(#"äö", 4)

-- Tables.
eq(#{ 1, 2, nil }, 2)
local grow = {}
for j = 1, 100 do grow[#grow + 1] = j end
eq(#grow, 100)
for j = 100, 51, -1 do grow[j] = nil end
eq(#grow, 50)
table.insert(grow, 1, "first")
eq(list(grow[1], grow[2], #grow, table.remove(grow, 1), table.remove(grow), #grow), "first 1 51 first 50 49")
eq(list(({ 10, 20, 30 })[2], ({ x = 1 }).x, ({ [1.5] = "f" })[1.5], ({ [true] = 1 })[true]), "20 1 f 1")
local keys = { [1] = "one", ["1"] = "text" }
eq(list(keys[1], keys["1"]), "one text")
local words = { "pear", "apple", "fig" }
table.sort(words)
eq(table.concat(words, ","), "apple,fig,pear")
table.sort(words, function(l, r) return #l < #r end)
eq(words[1], "fig")

-- Objects.
local Account = {}
Account.__index = Account
function Account.new(v) return setmetatable({ v = v }, Account) end
function Account:add(v) self.v = self.v + v return self end
Account.__eq = function(l, r) return l.v == r.v end
Account.__lt = function(l, r) return l.v < r.v end
Account.__le = function(l, r) return l.v <= r.v end
Account.__add = function(l, r) return Account.new(l.v + (type(r) == "table" and r.v or r)) end
Account.__concat = function(l, r) return (type(l) == "table" and l.v or l) .. "&" .. (type(r) == "table" and r.v or r) end
Account.__call = function(self, w) return self.v * w end
Account.__unm = function(self) return Account.new(-self.v) end
Account.__tostring = function(self) return "A" .. self.v end
local one, other = Account.new(1), Account.new(1):add(0)
eq(list(one == other, one ~= other, one < other, one <= other, one > other, (one + other).v, (one + 5).v), "true false false true false 2 6")
eq(list(one .. other, one .. "x", "x" .. one, one(7), (-one).v, tostring(one)), "1&1 1&x x&1 7 -1 A1")
local Child = setmetatable({}, { __index = Account })
Child.__index = Child
function Child:twice() return self:add(self.v) end
eq(setmetatable({ v = 2 }, Child):twice().v, 4)
local proxy = setmetatable({}, { __index = function(_, k) return k .. "?" end, __newindex = function(tab, k, v) error(k .. v, 0) end })
eq(proxy.some, "some?")
eq(select(2, pcall(function() proxy.k = "v" end)), "kv")
eq(getmetatable(setmetatable({}, { __metatable = "mine" })), "mine")

-- What gopher-lua gets wrong by itself: conditions that are false in themselves (#540), loops over
-- a bare function (#514), numbers in texts.
local function dead(list)
  local out = {}
  for _, v in ipairs(list) do
    if false then local never = v out[#out + 1] = never end
    if nil then local never = v out[#out + 1] = never elseif v == 2 then local two = v out[#out + 1] = two end
    if not true and v then local never = v out[#out + 1] = never end
    while false do local never = v out[#out + 1] = never end
    out[#out + 1] = v
  end
  return out
end
eq(table.concat(dead { 1, 2, 3 }, " "), "1 2 2 3")
local calls = {}
local function bare(state, control) calls[#calls + 1] = list(state, control) if #calls % 2 == 1 then return "go" end end
for _ in bare do end
for _ in bare do end
eq(table.concat(calls, ";"), "nil nil;nil go;nil nil;nil go")
eq(list("010" + 5, 5 - "010", "0x10" * 1, "1e2" / 1, -"010", "7" % "4", "2" ^ "3"), "15 -5 16 100 -10 3 8")
eq(list(tonumber("010"), tonumber("1_000"), tonumber("inf"), tonumber("nan"), tonumber("-0x10"), tonumber("1e"), tonumber(5), tonumber({})), "10 nil nil nil -16 nil 5 nil")
eq(list(tonumber("ff", 16), tonumber("777", 8), tonumber("10", 2), tonumber("9", 8)), "255 511 2 nil")
eq(list(pcall(function() return "x" + 1 end)), "false cannot perform add operation between string and number")

-- Lists whose last items were set to nil.
local stack = { 3, 1, 2 }
stack[#stack] = nil
eq(list(#stack, table.remove(stack), #stack, table.remove(stack), table.remove(stack), #stack), "2 1 1 3 nil 0")
stack = { 3, 1, 2 }
stack[#stack] = nil
table.sort(stack)
table.insert(stack, 9)
eq(table.concat(stack, " "), "1 3 9")
stack[3] = nil
eq(list(table.remove(stack, 1), #stack, table.remove(stack, 5), table.remove(stack, 0), #stack), "1 1 nil nil 1")
local kept = { 2, 1 }
eq(pcall(table.sort, kept, function() error("x") end), false)
eq(table.concat(kept, " "), "2 1")

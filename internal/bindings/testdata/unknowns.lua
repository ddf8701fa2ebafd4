-- dry run
-- What an unknown of a dry run may do, and where it makes an open point.

local t = desk.add_ticket { name = "ada@example.com" } -- id and state are not known
local u = desk.make_value {}

-- It passes through.
output("all", {
  t.id, t.owner.email, "a" .. t.id, t.id .. "b", "a" .. t.id .. "b" .. u, t.id + 1, 2 * t.id, t.id ^ 2 % 3, -t.id, #t.tags,
  t.name:upper(), u:sub(1, 3), u.deep.down[1], string.format("%s is %d", t.id, 3), tostring(u), tonumber(u), type(u), math.floor(u),
  table.concat({ "a", t.id }, ","), assume(t.state, "open"), u.list[1].name, ("x"):rep(u), math.max(1, u), t.id,
})
desk.remove_ticket { id = t.id }
desk.add_ticket { name = t.owner.email, tags = { t.id, "x" }, owner = t.owner, labels = { a = u }, free = { u }, count = t.id, urgent = u }
assert(t.name == "ada@example.com" and assume(t.state, "open") == "open" and assume(u, nil) == nil and assume(5, 6) == 5)
print(t, t.id, { u })
log("text", u)
-- Several values come where several would.
local a, b, c, d = ("x"):find(u)
local m, n = u:match("(%a)(%a)")
local s, count = u:gsub("a", "b")
local x, y, z = u:byte(1, 3)
desk.send_value { value = { a, b, m, n, s, count, x, y, z } }
local one, two = step("opens", function()
  if u then return 1 end
  return 1, 2
end)
desk.send_value { value = { one, two } }
assert(select("#", step("opens", function() if u then end end)) == 0)
local results = each({ 1, 2 }, function(i) if i == 2 and u then return 1 end return i end)
assert(results[1] == 1)
-- It may be kept, counted in a list, and be an item.
local ids = {}
ids[#ids + 1] = t.id
table.insert(ids, u)
assert(#ids == 2 and select("#", unpack(ids)) == 2 and select("#", u, u) == 2)
for i, id in ipairs(ids) do desk.remove_ticket { id = id } end
for k, id in pairs(ids) do desk.remove_ticket { id = id } end
each({ t, t }, { key = function(x) return x.id end }, function(x) desk.remove_ticket { id = x.id } end)
each({ u, u, t.id }, function(x) desk.remove_ticket { id = x } end)
each({ { id = u } }, { key = "id" }, function(x) end)
each({ u, u }, { key = "id" }, function(x) end)
step("name " .. u, function() end)
assert(confirm(u) == true and confirm("Remove " .. t.id .. "?") == true)
if wait_until({ what = "it" }, function() return false end) then end -- open: it
local r = wait_until(function() return u end)
desk.send_value { value = r }
-- What only raises, raises.
local ok, e = pcall(function() fail(u) end)
assert(not ok and e.kind == "failed" and e.cause == "<answer of make_value for ticket>")
ok, e = pcall(error, "x" .. u)
assert(not ok)
assert(not pcall(fail, { cause = "why " .. u }))
step("skips", function() skip(u) end)
-- An open point ends the innermost step or branch only, and pcall does not see it.
step("outer", function()
  step("inner", function() pcall(function() if u then end end) error("never") end)
  desk.send_value { value = "went on" }
end)
assert(dry_run() and now() + 3600 == (function() sleep(3600) return now() end)())

if u then end -- open: answer of make_value for ticket
if not u then end -- open: answer
if t.id == 5 then end -- open: id of ticket ada@example.com
if t.owner.email ~= nil then end -- open: ^script.lua:\d+ email of owner of ticket ada@example.com$
if t.id .. "x" == "5x" then end -- open: text <id of ticket ada@example.com>x
local v = t.id < 5 -- open: id of ticket
local v = 5 >= t.id -- open: id of ticket
local v = u or 5 -- open: answer
local v = u and 5 -- open: answer
local v = not u -- open: answer
local v = 1 and (u == 1) -- open: answer
while u do end -- open: answer
repeat local done = u until done -- open: answer
for i = 1, #u do end -- open: length of answer
for i = u, 2 do end -- open: answer
for i = 1, 2, u do end -- open: answer
for i in u do end -- open: answer
for k in pairs(u) do end -- open: answer
for k in ipairs(t.tags) do end -- open: tags of ticket
for k in next, u do end -- open: answer
for w in u:gmatch("%a") do end -- open: gmatch of answer
for w in function() return u end do end -- open: answer
for w in coroutine.wrap(function() coroutine.yield(u) end) do end -- open: answer
local v = ({ a = 1 })[u] -- open: answer
local v = { [u] = 1 } -- open: answer
local tab = {} tab[u] = 1 -- open: answer
local tab = {} tab.x, tab[u] = 1, 2 -- open: answer
u.x = 1 -- open: answer
assert(u) -- open: answer
next(u) -- open: answer
unpack(u) -- open: answer
unpack({ 1 }, u) -- open: answer
select(u, 1) -- open: answer
setmetatable(u, {}) -- open: answer
getmetatable(u) -- open: answer
table.insert(u, 1) -- open: answer
table.insert({}, u, 1) -- open: answer
table.remove(u) -- open: answer
table.remove({}, u) -- open: answer
table.sort(u) -- open: answer
table.sort { u, 1 } -- open: answer
table.sort({ 2, 1 }, function() return u end) -- open: answer
table.sort({ { v = u }, { v = 1 } }, function(p, q) return p.v < q.v end) -- open: v|answer
each(u, print) -- open: answer
each({ 1 }, u, print) -- open: answer
each({ 1 }, { concurrency = u }, print) -- open: answer
each({ 1 }, { name = u }, print) -- open: answer
parallel(u) -- open: answer
for x in iter(u) do end -- open: answer
for x in iter(desk.list_tickets, u) do end -- open: answer of list_tickets
sleep(u) -- open: answer
wait_until({ every = u }, print) -- open: answer
wait_until({ timeout = u }, print) -- open: answer
connect("desk", u) -- open: answer
limits(u) -- open: answer
limits(t) -- open: all of ticket
limits { changes = u } -- open: answer
limits { population = #u.list } -- open: length of list of answer
limits { [u] = 1 } -- open: answer
secret(u) -- open: answer
require(u) -- open: answer
math.random(u) -- open: answer
coroutine.resume(u) -- open: answer
u:gsub("a", function() desk.send_value { value = 1 } end) -- open: answer
desk[u] {} -- open: answer
local v = ({ a = 1 })[u.key] == 1 -- open: key of answer
if desk.get_ticket { id = t.id }.state == "open" then end -- open: state of answer of get_ticket for ticket <id of ticket ada@example.com>
each({ 1 }, function() if u then end end) -- open: answer
step("s", function() if u then end end) -- open: answer
pcall(function() if u then end end) -- open: answer
xpcall(function() if u then end end, print) -- open: answer
coroutine.wrap(function() if u then end end)() -- open: answer
tostring(setmetatable({}, { __tostring = function() if u then end end })) -- open: answer
if t.not_in_our_shape then end -- open: not_in_our_shape of ticket ada@example.com
for k in pairs(t) do end -- open: all of ticket ada@example.com
if next(t) then end -- open: all of ticket ada@example.com

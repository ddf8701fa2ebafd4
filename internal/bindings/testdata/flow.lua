-- Steps, branches and waits, and what they answer.

-- A step answers all that its function returns, and its failure is the same one.
local a, b, c = step("one", function() return 1, nil, 3 end)
assert(a == 1 and b == nil and c == 3)
assert(select("#", step("none", function() end)) == 0)
local mine = { kind = "conflict", cause = "taken", extra = { 1 } }
local ok, e = pcall(step, "fails", function() error(mine) end)
assert(not ok and e == mine)
assert(step("outer", function() return step("inner", function() return "deep" end) end) == "deep")
-- skip ends only the step or branch, and passes through pcall.
assert(select("#", step("skipped", function() pcall(function() skip("why") end) error("never") end)) == 0)
local after = step("outer", function() step("inner", function() skip() end) return "went on" end)
assert(after == "went on")

-- fail
local _, f = pcall(fail, "why")
assert(f.kind == "failed" and f.cause == "why" and tostring(f) == "why" and f.retryable == false)
_, f = pcall(fail, { cause = "why", hint = "do it", kind = "conflict", count = 3, status = 409 })
assert(f.kind == "conflict" and f.count == 3 and f.hint == "do it" and f.status == 409 and tostring(f) == "why")
_, f = pcall(fail, { subject = "ticket 7", cause = "why", op = "desk.x" })
assert(tostring(f) == "desk.x: ticket 7: why")
_, f = pcall(fail, { count = 3 })
assert(tostring(f) == "{ count = 3 }" and f.kind == "failed")

-- each: results in order, the item and its place, keys of all kinds.
local r = each({ "x", "y", "z" }, function(item, place) return item .. place end)
assert(table.concat(r, " ") == "x1 y2 z3")
assert(#each({}, function() error("never") end) == 0)
r = each({ { n = "a" }, { n = "b" } }, { key = "n", concurrency = 1, name = "named" }, function(x) return x.n end)
assert(table.concat(r) == "ab")
r = each({ 3, 1, 2 }, { key = function(x) return "k" .. x end }, function(x) return x * 2 end)
assert(table.concat(r, ",") == "6,2,4")
assert(#each({ { id = 1 }, { email = "a@b" }, { name = "n" }, {}, "text", 7 }, function() return true end) == 6)
r = each({ 1, 2, 3 }, function(x) if x == 2 then skip() end return x end)
assert(r[1] == 1 and r[2] == nil and r[3] == 3)
-- What the function does to the list does not matter.
local list = { 1, 2, 3 }
r = each(list, { concurrency = 1 }, function(x) list[1], list[2], list[3] = nil, nil, nil return x end)
assert(table.concat(r) == "123")
-- Nested, with shared state.
local total = 0
each({ 1, 2, 3 }, function(x)
  each({ 10, 20 }, function(y)
    desk.wait_ticket { id = x }
    total = total + x * y
  end)
end)
assert(total == 180, total)
-- The first failure is raised as it is, and no further branch starts.
local started = 0
ok, e = pcall(each, { 1, 2, 3, 4, 5 }, { concurrency = 1 }, function(x)
  started = started + 1
  if x == 2 then error(mine) end
end)
assert(not ok and e == mine and started == 2)

-- parallel
r = parallel { one = function() return 1 end, two = function() return desk.wait_ticket { id = 2 }.id end }
assert(r.one == 1 and r.two == 2)
r = parallel({ function() return "a" end, function() return "b" end }, { concurrency = 1, name = "p" })
assert(r[1] == "a" and r[2] == "b" and next(parallel {}) == nil)
assert(select(2, pcall(parallel, { x = function() error(mine) end })) == mine)

-- wait_until and the clock
local tries = 0
assert(wait_until({ every = 0.001, timeout = 5, what = "it" }, function() tries = tries + 1 return tries == 3 and "seen" end) == "seen")
ok, e = pcall(wait_until, { every = 0.001, timeout = 0.0005, what = "the moon" }, function() end)
assert(not ok and e.kind == "timeout" and e.subject == "the moon" and e.retryable == true)
assert(wait_until(function() return 1 end) == 1)
local before = now()
sleep(0.01)
assert(now() >= before + 0.01 and now() == now() and type(now()) == "number")
assert(dry_run() == false)

-- iter goes page by page.
for i = 1, 5 do desk.add_ticket { name = "n" .. i } end
local names = {}
for t in iter(desk.list_tickets) do names[#names + 1] = t.name end
assert(table.concat(names, " ") == "n1 n2 n3 n4 n5" and #desk.list_tickets() == 5)
for t in iter(desk.list_tickets, {}) do assert(t.name == "n1") break end

-- connect
assert(connect("desk", "other").get_ticket { id = 1 }.name == "n1" and connect("desk", "other") == connect("desk", "other"))
assert(require("desk") == desk)

-- Random numbers are the run's.
local x = math.random()
assert(x >= 0 and x < 1 and math.random(1, 1) == 1 and math.random(3) <= 3)

-- Texts.
assert(tostring({ 1, "a", { b = true } }) == '{ 1, "a", { b = true } }')
assert(tostring(print) == tostring(print) and tostring(print):match("^function #%d+$"))
assert(tostring({ [1.5] = 1, z = 2, a = 3 }) == "{ [1.5] = 1, a = 3, z = 2 }")
assert(tostring(nil) == "nil" and tostring(null) == "null" and tostring(1e15) == "1000000000000000" and tostring(0.1) == "0.1")
local loop = {} loop.self = loop
assert(tostring(loop) == "{ self = {…} }" and tostring(setmetatable({}, { __tostring = function() return "me" end })) == "me")
assert(tostring(coroutine.create(print)):match("^thread #%d+$"))
-- What is made with a secret is one.
assert(type(tostring(secret("env:X"))) == "userdata" and type("a" .. secret("env:X")) == "userdata")
assert(type(string.format("Bearer %s", secret("env:X"))) == "userdata")

step() -- want: step wants a name, got nothing .nil. .write step
step("", print) -- want: step needs a name
step({}, print) -- want: step wants a name, got a table
step("x") -- want: argument 2 of step
each(1, print) -- want: argument 1 of each
each({ 1 }) -- want: argument 2 of each
each({ a = 1 }, print) -- want: each wants a list, got a table with the field "a" .parallel takes
each({ 1 }, { concurency = 2 }, print) -- want: each has no option "concurency" .did you mean "concurrency"
each({ 1 }, { concurrency = 0 }, print) -- want: concurrency must be a whole number from 1 to 10000, got 0
each({ 1 }, { concurrency = 1.5 }, print) -- want: concurrency must be
each({ 1 }, { concurrency = 10001 }, print) -- want: concurrency must be
each({ 1 }, { concurrency = "8" }, print) -- want: got the text "8"
each({ 1 }, { name = 5 }, print) -- want: name wants a text, got 5
each({ { id = 1 }, { id = 2 }, { id = 1 } }, print) -- want: items 1 and 3 have the same key "1"
each({ { a = 1 } }, { key = "id" }, print) -- want: item 1 has no field "id"
each({ 1 }, { key = 5 }, print) -- want: key wants the name of a field or a function
each({ 1 }, { key = function() end }, print) -- want: the key of item 1 must be a text or a number, got nothing
each({ 1 }, { key = function() fail("in key") end }, print) -- want: in key
parallel { 1 } -- want: parallel wants functions with names, got a number for "1"
parallel({}, { concurrency = 1, nme = "x" }) -- want: parallel has no option "nme" .did you mean "name"
wait_until({ timout = 1 }, print) -- want: wait_until has no option "timout" .did you mean "timeout"
wait_until({ every = -1 }, print) -- want: every cannot be -1 seconds
wait_until({ every = "x" }, print) -- want: every wants seconds, got the text "x"
wait_until({ timeout = 0 / 0 }, print) -- want: timeout cannot be
sleep(-1) -- want: sleep wants seconds, got -1
sleep(0 / 0) -- want: sleep wants seconds
sleep("x") -- want: argument 1 of sleep
sleep() -- want: argument 1 of sleep
fail() -- want: fail wants a text or a table, got nothing
fail(true) -- want: fail wants a text or a table, got a boolean
fail("it is over") -- want: .failed. it is over
fail { cause = "over", kind = "conflict", hint = "wait" } -- want: .conflict. over .wait
error { kind = "conflict", cause = "by table", at = "script.lua:135" } -- want: .conflict. by table
error(setmetatable({ at = "script.lua:136" }, { __tostring = function(s) return "I am " .. type(s) end })) -- want: .failed. I am table
error({ at = "script.lua:137", code = 3 }) -- want: code = 3
iter(print) -- want: iter wants an operation that lists, got a function
iter(desk.get_ticket) -- want: iter wants an operation that lists
iter(desk.list_tickets, { nme = 1 }) -- want: there is no such argument
connect("dsk", "x") -- want: no module is called "dsk" .did you mean "desk"
connect("desk") -- want: connect wants the name of a connection
connect("desk", "nowhere") -- want: there is no connection nowhere
output("x") -- want: output wants a name and a value
output(nil, 1) -- want: output wants a name
output("x", print) -- want: argument "value": a function cannot be passed on
output("x", { a = { b = coroutine.create(print) } }) -- want: argument "value.a.b": a thread cannot
assume(1) -- want: assume wants two values
require("helpr") -- want: there is no module "helpr"
local x = string.format("%d", secret("env:X")) -- want: a secret does not fit
local x = secret("env:X") .. {} -- want: join a secret and a table

-- What operations take and answer, and what they say about arguments that do not fit.

local function echo(v) return desk.echo_value { value = v }.value end
-- There and back.
assert(echo(1) == 1 and echo(1.5) == 1.5 and echo("x") == "x" and echo(true) == true and echo(false) == false)
assert(echo(-0.25) == -0.25 and echo(1e300) == 1e300 and echo("") == "" and echo("ü\n\0\"") == "ü\n\0\"")
assert(echo(9007199254740991) == 9007199254740991 and echo(-9007199254740991) == -9007199254740991)
local t = echo { a = { 1, 2, { b = "c" } }, d = {} }
assert(t.a[1] == 1 and t.a[3].b == "c" and next(t.d) == nil)
local list = echo { 1, null, 3 }
assert(list[2] == null and #list == 3 and echo { x = null }.x == nil)
assert(echo(nil) == nil)
-- A ticket, with what it knows and what it does not.
local x = desk.add_ticket { name = "n", tags = { "a" }, owner = { email = "e" }, free = { any = { 1 } }, count = 3, urgent = false, day = "2026-01-31", due = "2026-01-31T09:00:00Z", file = "\0\255", labels = { a = "b" }, nested = { k = { 1, 2.5 } }, share = 1, states = { "open" }, people = {} }
assert(x.id == 1 and x.name == "n" and x.tags[1] == "a" and x.owner.email == "e" and x.free.any[1] == 1 and x.state == "open")
assert(desk.add_ticket { name = "m", count = null, due = null }.id == 2)
desk.add_ticket { name = secret("env:X"), token = "t" .. secret("env:X"), labels = { a = secret("env:X") }, free = { secret("env:X") } }
-- Whole numbers that a double does not hold are texts.
desk.add_ticket { name = "big", count = "9007199254740993" }
desk.add_ticket { name = "big", count = "-9223372036854775808" }
-- A call answers nothing where there is nothing.
assert(desk.remove_ticket { id = 1 } == nil)

desk.add_ticket() -- want: desk.add_ticket: .*argument "name": it is required: What it is called.
desk.add_ticket {} -- want: argument "name": it is required
desk.add_ticket("x") -- want: want a table, got the text "x" .write desk.add_ticket { name = value }
desk.add_ticket({ name = "x" }, 2) -- want: it takes one table of named arguments
desk.add_ticket { "x" } -- want: item 1 has no name .name each argument
desk.add_ticket { [{}] = 1 } -- want: item a table has no name
desk.add_ticket { nam = "x" } -- want: argument "nam": there is no such argument .did you mean "name"
desk.add_ticket { name = 5 } -- want: argument "name": want string, got 5 .put quotes around it: "5"
desk.add_ticket { name = true } -- want: argument "name": want string, got true
desk.add_ticket { name = {} } -- want: argument "name": want string, got a table
desk.add_ticket { name = print } -- want: argument "name": want string, got a function
desk.add_ticket { name = null } -- want: argument "name": null clears a value, and this one cannot be cleared
desk.add_ticket { name = "a\255" } -- want: argument "name": it is not UTF-8 text
desk.add_ticket { name = "x", state = "opne" } -- want: argument "state": "opne" is not one of open, closed .did you mean "open"
desk.add_ticket { name = "x", state = "zzzzzz" } -- want: choose one of open, closed
desk.add_ticket { name = "x", states = { "open", "clsed" } } -- want: argument "states\[2\]": "clsed" is not one of .*did you mean "closed"
desk.add_ticket { name = "x", tags = "a" } -- want: argument "tags": want a list of string, got the text "a" .put braces around it
desk.add_ticket { name = "x", tags = { "a", 5 } } -- want: argument "tags\[2\]": want string, got 5
desk.add_ticket { name = "x", tags = { a = "b" } } -- want: argument "tags": want a list of string, got a table with the field "a"
desk.add_ticket { name = "x", tags = { "a", nil, "c" } } -- want: argument "tags\[2\]": want string, got nothing
desk.add_ticket { name = "x", owner = { email = "e", rle = "x" } } -- want: argument "owner.rle": there is no such argument .did you mean "role"
desk.add_ticket { name = "x", owner = {} } -- want: argument "owner.email": it is required: Who.
desk.add_ticket { name = "x", owner = { email = "e", role = "viewer" } } -- want: argument "owner.role": "viewer" is not one of Viewer, Artisan, Curator .did you mean "Viewer"
desk.add_ticket { name = "x", owner = "e" } -- want: argument "owner": want a table, got the text "e"
desk.add_ticket { name = "x", people = { { email = "e" }, { email = 5 } } } -- want: argument "people\[2\].email": want string, got 5
desk.add_ticket { name = "x", share = "1" } -- want: argument "share": want number, got the text "1" .take the quotes away
desk.add_ticket { name = "x", share = 0 / 0 } -- want: argument "share": want number, got NaN
desk.add_ticket { name = "x", share = 1 / 0 } -- want: argument "share": want number, got .Inf
desk.add_ticket { name = "x", count = 1.5 } -- want: argument "count": want a whole number, got 1.5
desk.add_ticket { name = "x", count = "5" } -- want: argument "count": want int, got the text "5" .take the quotes away
desk.add_ticket { name = "x", count = 9007199254740993 } -- want: argument "count": a number as large as 9007199254740992 loses its last digits .put quotes
desk.add_ticket { name = "x", count = "9223372036854775808" } -- want: want int, got the text
desk.add_ticket { name = "x", count = false } -- want: argument "count": want int, got false
desk.add_ticket { name = "x", urgent = "true" } -- want: argument "urgent": want true or false, got the text "true" .write true or false, without quotes
desk.add_ticket { name = "x", urgent = 1 } -- want: argument "urgent": want true or false, got 1
desk.add_ticket { name = "x", urgent = null } -- want: argument "urgent": null clears a value
desk.add_ticket { name = "x", due = "tomorrow" } -- want: argument "due": "tomorrow" is not a time .write it like "2026-01-31T09:00:00Z"
desk.add_ticket { name = "x", due = 5 } -- want: argument "due": want time, got 5
desk.add_ticket { name = "x", day = "31.01.2026" } -- want: argument "day": "31.01.2026" is not a date .write it like "2026-01-31"
desk.add_ticket { name = "x", file = 5 } -- want: argument "file": want bytes, got 5
desk.add_ticket { name = "x", labels = { a = 1 } } -- want: argument "labels.a": want string, got 1
desk.add_ticket { name = "x", labels = { "a" } } -- want: argument "labels": the number 1 cannot be a name
desk.add_ticket { name = "x", labels = { ["$unknown"] = "a" } } -- want: argument "labels": "\$unknown" cannot be a name
desk.add_ticket { name = "x", labels = 5 } -- want: argument "labels": want a table, got 5
desk.add_ticket { name = "x", nested = { k = { 1, "a" } } } -- want: argument "nested.k\[2\]": want number, got the text "a"
desk.add_ticket { name = "x", free = { ["$x"] = 1 } } -- want: argument "free": "\$x" cannot be a name
desk.add_ticket { name = "x", free = { 1, a = 2 } } -- want: argument "free": it mixes items and the field "a"
desk.add_ticket { name = "x", free = { [5] = "x" } } -- want: argument "free\[1\]": it is missing, and later items are there
desk.add_ticket { name = "x", free = { [0] = "x" } } -- want: argument "free": the number 0 cannot be a name .tostring
desk.add_ticket { name = "x", free = { [true] = "x" } } -- want: argument "free": a boolean cannot be a name
desk.add_ticket { name = "x", free = { [{}] = "x" } } -- want: argument "free": a table cannot be a name
desk.add_ticket { name = "x", free = { a = { b = print } } } -- want: argument "free.a.b": a function cannot be passed on
desk.add_ticket { name = "x", free = "a\255" } -- want: argument "free": it is not UTF-8 text
desk.add_ticket { name = "x", free = 0 / 0 } -- want: argument "free": want number, got NaN
local loop = {} loop.self = loop desk.add_ticket { name = "x", free = loop } -- want: nested too deep, or holds itself
desk.add_ticket { name = "x", share = secret("env:X") } -- want: argument "share": want number, got a secret
desk.add_ticket { name = "x", due = secret("env:X") } -- want: argument "due": want time, got a secret
desk.add_ticket { name = "x", tags = secret("env:X") } -- want: argument "tags": want list of string, got a secret
desk:add_ticket { name = "x" } -- want: it takes one table of named arguments

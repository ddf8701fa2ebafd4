-- The string library, as Lua 5.1 has it.

local function eq(a, b) if a ~= b then error(string.format("got %q, want %q", tostring(a), tostring(b)), 2) end end
local function all(...) local t = { ... } for i = 1, select("#", ...) do t[i] = tostring(t[i]) end return table.concat(t, "|") end

-- find and match
eq(all(("hello world"):find("o w")), "5|7")
eq(all(("hello"):find("l")), "3|3")
eq(all(("hello"):find("l", 4)), "4|4")
eq(all(("hello"):find("l", -2)), "4|4")
eq(all(("hello"):find("xyz")), "nil")
eq(all(("hello"):find("")), "1|0")
eq(all(("hello"):find("", 6)), "6|5")
eq(all(("hello"):find("", 7)), "nil")
eq(all(("a.b"):find(".", 2, true)), "2|2")
eq(all(("a+b"):find("+", 1, true)), "2|2")
eq(all(("key = value"):find("(%w+)%s*=%s*(%w+)")), "1|11|key|value")
eq(all(("hello"):match("x")), "nil")
eq(all(("key = value"):match("(%w+)%s*=%s*(%w+)")), "key|value")
eq(all(("  trim  "):match("^%s*(.-)%s*$")), "trim")
eq(all(("2026-01-31"):match("^(%d+)-(%d+)-(%d+)$")), "2026|01|31")
eq(all(("abc"):match("()b()")), "2|3")
eq(all(("THE (quick) fox"):find("%((%a+)%)")), "5|11|quick")
eq(all(("f(a(b)c)d"):match("%b()")), "(a(b)c)")
eq(all(("THE (quick) fox"):match("%f[%a]%a+", 5)), "quick")
eq(all(('say "hi" now'):match("([\"'])(.-)%1")), '"|hi')
eq(all(("abc"):match("b", 10)), "nil")
eq(all(("a]b"):match("[]]")), "]")
eq(all(("a-b"):match("[a%-]+")), "a-")
eq(all(("x^y"):match("[%^x]+")), "x^")
eq(all(("abc123"):match("^[^%d]+")), "abc")
eq(all(("$5"):match("^$%d")), "$5")
eq(all(("aaa"):match("a-")), "")
eq(all(("aaab"):match("a-b")), "aaab")
eq(all(("ab"):match("ac?b")), "ab")
eq(all(("a\0b"):match("%z")), "\0")
eq(#("x"):rep(1e6):match(".*"), 1e6)

eq(all(("aZ09 _\t\1é"):gsub("%w", "w")), "wwww _\t\1é|4")
eq(all(("aZ09 _\t\1"):gsub("%W", "-")), "aZ09----|4")
eq(all(("aZ09,_\t\1"):gsub("[%c%p]", "-")), "aZ09----|4")
eq(all(("aZ09 _\t"):gsub("%s", "-")), "aZ09-_-|2")
eq(all(("aZ0gF"):gsub("%x", "-")), "-Z-g-|3")
eq(all(("aZ09"):gsub("%u", "-")), "a-09|1")
eq(all(("aZ09"):gsub("%L", "-")), "a---|3")
eq(all(("aZ09"):gsub("[^%d%l]", "-")), "a-09|1")
eq(all(("a.b%c-d"):gsub("[%.%%%-]", "_")), "a_b_c_d|3")
eq(all(("x%f"):find("%%f")), "2|3")
eq(all(("one;two;;four"):gsub(";;", ";nil;")), "one;two;nil;four|1")
eq(all(("abc"):find("b", -1)), "nil")
eq(all(("a,b"):match("^(.-),(.*)$")), "a|b")
eq(all(("hello world from Lua"):gsub("(%w+) (%w+)", "%2 %1")), "world hello Lua from|2")

-- gmatch
local t = {}
for k, v in ("a=1, b=2"):gmatch("(%w+)=(%w+)") do t[#t + 1] = k .. v end
eq(table.concat(t, " "), "a1 b2")
t = {}
for w in ("one two"):gmatch("%a+") do t[#t + 1] = w end
eq(table.concat(t, ","), "one,two")
t = {}
for p in ("abc"):gmatch("()") do t[#t + 1] = p end
eq(table.concat(t, ","), "1,2,3,4")
local nextWord = ("x y"):gmatch("%a")
eq(all(nextWord(), nextWord(), nextWord(), nextWord()), "x|y|nil|nil")

-- gsub
eq(all(("hello"):gsub("l", "L")), "heLLo|2")
eq(all(("hello"):gsub("l", "L", 1)), "heLlo|1")
eq(all(("hello"):gsub("l", "L", 0)), "hello|0")
eq(all(("hello"):gsub("", "-")), "-h-e-l-l-o-|6")
eq(all(("abc"):gsub("%w", "%0%0")), "aabbcc|3")
eq(all(("abc"):gsub("(%w)(%w)", "%2%1")), "bac|1")
eq(all(("abc"):gsub("%w", "%%")), "%%%|3")
eq(all(("hello world"):gsub("(o)", { o = "0" })), "hell0 w0rld|2")
eq(all(("abc"):gsub("%w", { a = 1, b = false })), "1bc|3")
eq(all(("abc"):gsub("%w", function(c) if c == "b" then return "!" end end)), "a!c|3")
eq(all(("abc"):gsub("^a", "x")), "xbc|1")
eq(all(("aaa"):gsub("^a", "x")), "xaa|1")
eq(all(("abc"):gsub("b$", "x")), "abc|0")
eq(all(("x = 1"):gsub("%s+", "")), "x=1|2")
eq(all(("abc"):gsub("b", 5)), "a5c|1")

-- format
eq(string.format("%5d|%-5d|%05d", 42, 42, 42), "   42|42   |00042")
eq(string.format("%.2f %5.1f %g", 3.14159, 2.25, 0.1), "3.14   2.2 0.1")
eq(string.format("%s %s %s %s", 1, 1.5, true, nil), "1 1.5 true nil")
eq(string.format("%5s|%-5s|%.2s", "ab", "ab", "abc"), "   ab|ab   |ab")
eq(string.format("%q", 'a "b"'), '"a \\"b\\""')
eq(string.format("%x %X %o %c %i %u", 255, 255, 8, 65, 7, 7), "ff FF 10 A 7 7")
eq(string.format("100%%"), "100%")
eq(string.format("%d", "10"), "10")
eq(string.format("%s", { a = 1 }), "{ a = 1 }")
eq(string.format("%s", null), "null")
eq(string.format("%d", 3.0), "3")

-- the rest
eq(("x"):rep(3), "xxx")
eq(("x"):rep(0), "")
eq(("x"):rep(-1), "")
eq((""):rep(1e9), "")
eq(("hello"):sub(2, -2), "ell")
eq(("hello"):sub(10), "")
eq(all(("A"):byte(), ("AB"):byte(1, -1)), "65|65|66")
eq(string.char(72, 105), "Hi")
eq(("Hi"):lower() .. ("Hi"):upper() .. ("Hi"):reverse() .. ("Hi"):len(), "hiHIiH2")
eq(table.concat({ 1, "a", 2.5 }, ", "), "1, a, 2.5")
eq(table.concat({ 1, 2, 3 }, "-", 2, 3), "2-3")
eq(table.concat({}, "x"), "")
eq(#table.concat(each({ 1, 2, 3 }, function(i) return i end)), 3)
local many = {}
for i = 1, 20000 do many[i] = "x" end
eq(#table.concat(many, ","), 39999)
eq(select("#", unpack(many)), 20000)

local x = ("x"):rep(1e9) -- want: more than 64 MiB
local x = ("x"):rep(1 / 0) -- want: more than 64 MiB
local x = ("x"):rep(1e300) -- want: more than 64 MiB
local x = ("x"):match("(") -- want: not closed
local x = ("x"):match("%") -- want: ends with %
local x = ("x"):match("[a") -- want: \] is missing
local x = ("x"):match("x)") -- want: bracket closes
local x = ("x"):match("%1") -- want: no capture %1
local x = ("xy"):match(("x-"):rep(300)) -- want: too complex
local x = ("x"):gsub("x", "%2") -- want: no capture %2
local x = ("x"):gsub("x", true) -- want: replacement must be
local x = ("x"):gsub("x", function() return {} end) -- want: replacement must be a text, got a table
local x = string.format("%d", "x") -- want: wants a number, got "x"
local x = string.format("%d", "10abc") -- want: wants a number
local x = string.format("%d") -- want: %d has no value; only 0 were given
local x = string.format("%y", 1) -- want: %y is no format
local x = string.format("%") -- want: is no format
local x = string.format("%100000d", 1) -- want: is no format
local x = string.format("%1.2.3d", 1) -- want: is no format
local x = table.concat({ 1, {} }) -- want: item 2 is a table
local x = table.concat({ 1 }, ",", 1, 3) -- want: item 2 is nothing
local x = math.random(0) -- want: no whole number from 1 to 0
local x = math.random(-1e300, 1e300) -- want: no whole number
local x = math.random(0 / 0) -- want: no whole number

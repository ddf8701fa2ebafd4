-- spell is a module of the library.
local spell = require("spell")
local groups = { "Finance Analysts", "Data Stewards", "Operations" }
assert(spell.hint("finance analyst", groups) == 'did you mean "Finance Analysts"?')
assert(spell.hint("analysts", groups) == 'did you mean "Finance Analysts"?')
assert(spell.hint("Marketing", groups) == nil and spell.hint("", groups) == nil)
assert(spell.hint("adda@example.com", { "omar@example.com", "ada@example.com" }) == 'did you mean "ada@example.com"?')
assert(require("spell") == spell)
spell.hint() -- want: hint

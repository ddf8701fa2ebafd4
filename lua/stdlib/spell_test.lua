--- Tests of spell.
local spell = require("spell")

local groups = { "Finance Analysts", "Finance Viewers", "Data Stewards", "Operations" }

eq(spell.nearest("Operatons", groups), "Operations")
eq(spell.nearest("finance analyst", groups), "Finance Analysts")
eq(spell.nearest("Data Stewrads", groups), "Data Stewards")
eq(spell.nearest("Marketing", groups), nil)
eq(spell.nearest("", groups), nil)
eq(spell.nearest("analysts", groups), "Finance Analysts")
eq(spell.nearest("user_group_id", { "user_id", "group_id" }), "group_id")
eq(spell.nearest("for", { "forename" }), nil)
eq(spell.nearest("100% (of", { "100% (of all)" }), "100% (of all)")
eq(spell.nearest("x", { "y" }), nil)
eq(spell.nearest("adda@example.com", { "omar@example.com", "ada@example.com" }), "ada@example.com")
eq(spell.nearest("Zoe", { "Zoë" }), nil)
eq(spell.nearest("Zoë Lindquist", { "Zoë Lindqvist" }), "Zoë Lindqvist")
eq(spell.hint("Operatons", groups), 'did you mean "Operations"?')
eq(spell.hint("Marketing", groups), nil)
-- Of two that are as near, the first.
eq(spell.nearest("teamC", { "teamA", "teamB" }), "teamA")

-- limits and confirm, and how they may be written.
limits { changes = 50, destructive = "2%", population = 1800 }
limits { ["desk.remove_*"] = 3, ["desk.add_ticket"] = 0, ["*.send_value"] = "0.5%", ["desk.*"] = 1e3 }
limits { destructive = "100%" } -- a population may come later
limits {}
for i = 1, 3 do limits { changes = 10 - i, population = i } end
step("in a step", function() limits { changes = 2 ^ 53 } end)
each({ 1, 2 }, function() limits { changes = 7 } end)
assert(select("#", limits { changes = 1 }) == 0)

limits() -- want: argument 1 of limits: table expected
limits("2%") -- want: argument 1 of limits: table expected
limits({ changes = 1 }, { changes = 2 }) -- want: limits takes one table .write limits
limits { 50 } -- want: limits wants names with numbers, got 50 without a name .write limits
limits { change = 1 } -- want: limits has no option "change" .did you mean "changes"
limits { destructve = 1 } -- want: limits has no option "destructve" .did you mean "destructive"
limits { populaton = 1 } -- want: limits has no option "populaton" .did you mean "population"
limits { remove_ticket = 1 } -- want: limits has no option "remove_ticket" .write limits
limits { ["desk.remov_*"] = 1 } -- want: limit "desk.remov_\*": no operation matches it .did you mean "desk.remove_\*"
limits { ["desc.add_ticket"] = 1 } -- want: limit "desc.add_ticket": no operation matches it .did you mean "desk.add_ticket"
limits { ["desk.list_*"] = 1 } -- want: limit "desk.list_\*": it covers only reads, such as desk.list_tickets
limits { changes = -1 } -- want: limit "changes": "-1" is less than none .write 0
limits { changes = 1.5 } -- want: limit "changes": "1.5" is not a whole number .write a number of calls
limits { changes = 0 / 0 } -- want: limit "changes": "NaN" is neither .*.write a number of calls
limits { changes = 1 / 0 } -- want: limit "changes": ".Inf" is neither
limits { changes = 1e300 } -- want: limit "changes": ".*" is
limits { changes = "50" } -- want: limit "changes": want a whole number or a text such as "2%", got the text "50"
limits { changes = "many" } -- want: limit "changes": want a whole number or a text such as "2%", got the text "many"
limits { changes = "101%" } -- want: limit "changes": "101%" is more than the whole population
limits { changes = "-1%" } -- want: limit "changes": "-1%" is less than none
limits { changes = true } -- want: limit "changes": want a whole number or a text such as "2%", got true
limits { changes = {} } -- want: got a table
limits { changes = null } -- want: got null
limits { changes = secret("env:X") } -- want: got a secret
limits { population = 0 } -- want: population wants a whole number from 1, got 0
limits { population = -3 } -- want: population wants a whole number from 1, got -3
limits { population = 1.5 } -- want: population wants a whole number from 1, got 1.5
limits { population = "10" } -- want: population wants a whole number from 1, got the text "10"
limits { population = "2%" } -- want: population wants a whole number from 1, got the text "2%"
limits = nil -- want: "limits" is a word of the runner

confirm() -- want: confirm wants a text, got nothing .nil. .write confirm
confirm(5) -- want: confirm wants a text, got a number
confirm { "sure?" } -- want: confirm wants a text, got a table
confirm("token " .. secret("env:X")) -- want: confirm wants a text, got a secret
confirm("") -- want: confirm needs a question
confirm(" \n") -- want: confirm needs a question
confirm("Sure?") -- want: \[refused\] "Sure\?": nobody can be asked

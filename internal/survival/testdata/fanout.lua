--- Each item on its own: five calls that follow from one another.
local p = params { items = { "int", required = true, help = "How many." } }

local names = {}
for i = 1, p.items do names[i] = "f" .. i end

local rows = each(names, { concurrency = 8 }, function(name)
  local made = acme.create_thing { name = name, value = "luck " .. math.random(1000) }
  local seat = acme.book_seat { name = name, value = tostring(made.id) }
  local read = acme.get_thing { name = name }
  local set = acme.set_thing { name = name, value = read.value .. ", seat " .. seat.id }
  local note = acme.send_note { name = name, value = set.value }
  return { name = name, id = made.id, read = read.value, seat = seat.id, value = set.value, note = note.id }
end)

local listed = {}
for thing in iter(acme.list_things, { prefix = "f" }) do listed[#listed + 1] = thing.id end

output("rows", rows)
output("listed", listed)

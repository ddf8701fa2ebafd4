--- Branches that take from one table, and put into it what the answers say: who does what depends on
--- the order of the answers.
local p = params { items = { "int", required = true, help = "How many to begin with." } }

local queue, rows = {}, {}
for i = 1, p.items do queue[i] = "q" .. i end

local function work(worker)
  while #queue > 0 do
    local row = { name = table.remove(queue, 1), place = #rows + 1 }
    rows[row.place] = row
    local made = acme.create_thing { name = row.name, value = worker .. " takes " .. row.place .. " at " .. now() }
    row.id = made.id
    if made.id % 3 == 0 and #row.name < 5 then
      queue[#queue + 1] = row.name .. "x"
    else
      row.seat = acme.book_seat { name = row.name, value = "number " .. #rows }.id
    end
    row.value = worker .. " at " .. row.place .. " of " .. #rows .. ", " .. #queue .. " left, luck " .. math.random(1000)
    acme.set_thing { name = row.name, value = row.value }
  end
end

local arms = {}
for _, worker in ipairs { "a", "b", "c", "d" } do
  arms[worker] = function() work(worker) end
end
parallel(arms)

output("rows", rows)

--- Makes folders, and some of them twice.
local p = params { n = { "int", default = 5, help = "How many." } }
local list = {}
for i = 1, p.n do list[i] = "corpus " .. i end

local seen = {}
local queue = { "x", "y", "z" }
step("make", function()
  each(list, { concurrency = 3 }, function(name)
    local f = workato.create_folder { name = name }
    sleep(0.01 * math.random(1, 5))
    local ok, e = pcall(workato.create_folder, { name = name })
    seen[#seen + 1] = { name = name, id = f.id, again = ok and "made" or e.kind, rolled = math.random(1, 1000) }
    while #queue > 0 and math.random() < 0.5 do
      local item = table.remove(queue, 1)
      workato.create_folder { name = name .. item, parent_id = f.id }
    end
  end)
end)
local nothing = nil
if p.n > 4 then print(nothing.id) end
step("read", function()
  parallel {
    folders = function() for f in iter(workato.list_folders, { parent_id = seen[1].id }) do log.debug(f.name) end end,
    recipes = function() log.info(#workato.list_recipes {} .. " recipes") end,
  }
end)
output("seen", seen)
output("clock", now() > 0)

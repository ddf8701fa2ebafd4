--- What onboard.lua does in an Incorta cluster: nothing, as no call makes users
--- or puts them into groups. What is to be done is for a person.
local part = { title = "Incorta" }

function part.look_up() return {} end

function part.give(case)
  local p = case.p
  local groups = p.incorta_groups and table.concat(p.incorta_groups, ", ")
  case.person_must("account of " .. p.email, string.format("no call makes it: make it for %s %s at "
    .. "the identity provider or in Incorta, unless it is there, and open it if it is disabled",
    p.first_name, p.last_name) .. (groups and "; groups: " .. groups or ""))
end

function part.verify() end

return part

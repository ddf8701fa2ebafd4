--- Things that have names.
local spell = require("spell")

local named = {}

--- A finder of things that stand at one place, as "there is none <place>" says.
---
--- Answers a function (list, what, fields, name, required) that answers the one
--- of a list that is called so in a field, or in one of several: exactly, or
--- else without regard to capitals. nil if there is none. It raises `conflict`
--- if several fit, and `not_found`, with the nearest known name, if there is
--- none and `required` is true.
---
---@param place string
---@return function
function named.at(place)
  return function(list, what, fields, name, required)
    if type(fields) == "string" then fields = { fields } end
    local same, alike, names = {}, {}, {}
    for _, x in ipairs(list) do
      local is_same, is_alike = false, false
      for _, field in ipairs(fields) do
        local own = x[field]
        if own ~= nil then
          is_same = is_same or own == name
          is_alike = is_alike or own:lower() == name:lower()
          names[#names + 1] = own
        end
      end
      if is_same then same[#same + 1] = x end
      if is_alike then alike[#alike + 1] = x end
    end
    local found = #same > 0 and same or alike
    local subject = string.format("%s %q", what, name)
    if #found > 1 then
      fail {
        kind = "conflict", subject = subject,
        cause = "there are " .. #found
          .. (#same > 1 and " of this name" or " that differ in capitals only"),
        hint = #same > 1 and "use the operations with the id of the one that is meant"
          or "write it exactly like one of them",
      }
    end
    if #found == 0 and required then
      fail {
        kind = "not_found", subject = subject, cause = "there is none " .. place,
        hint = spell.hint(name, names),
      }
    end
    return found[1]
  end
end

return named

--- The arguments of the helpers: one table with names, as operations take it.
local spell = require("spell")

local arguments = {}

--- What a module's helpers need.
---
--- Answers two functions. The first, (verb, args, required, optional), checks
--- the arguments of a helper: unknown and missing ones are mistakes of the
--- script. A value may be an unknown of a dry run, so none is looked at. The
--- second, (verb, cause, hint), raises another such mistake.
---
---@param module string
---@return function
---@return function
function arguments.of(module)
  local function mistake(verb, cause, hint)
    fail { kind = "script", op = module .. "." .. verb, cause = cause, hint = hint }
  end

  local function check(verb, args, required, optional)
    optional = optional or {}
    if type(args) ~= "table" then
      mistake(verb, "it takes one table of named arguments",
        string.format("write %s.%s { %s = … }", module, verb, required[1] or optional[1]))
    end
    local known, given = {}, {}
    for _, list in ipairs { required, optional } do
      for _, name in ipairs(list) do
        known[#known + 1] = name
        known[name] = true
      end
    end
    for name in pairs(args) do
      if type(name) ~= "string" then
        mistake(verb, "item " .. tostring(name) .. " has no name",
          "name each argument: { name = value }")
      end
      if not known[name] then
        mistake(verb, string.format("argument %q: there is no such argument", name),
          spell.hint(name, known))
      end
      given[name] = true
    end
    for _, name in ipairs(required) do
      if not given[name] then
        mistake(verb, string.format("argument %q: it is required", name))
      end
    end
  end

  return check, mistake
end

return arguments

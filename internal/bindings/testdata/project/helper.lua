-- A module of a project.
local helper = {}

function helper.broken(x)
  return x.y.z
end

function helper.call(f, ...)
  return f(...)
end

return helper

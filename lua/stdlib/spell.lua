--- Finding the name that somebody meant.
local spell = {}

--- How many letters must be inserted, dropped, replaced or swapped with their
--- neighbour to turn one text into the other.
local function distance(a, b)
  local older, old, row = {}, {}, {}
  for j = 0, #b do old[j] = j end
  for i = 1, #a do
    row = { [0] = i }
    for j = 1, #b do
      local d = old[j - 1]
      if a:byte(i) ~= b:byte(j) then d = d + 1 end
      d = math.min(d, old[j] + 1, row[j - 1] + 1)
      if i > 1 and j > 1 and a:byte(i) == b:byte(j - 1) and a:byte(i - 1) == b:byte(j) then
        d = math.min(d, older[j - 2] + 1)
      end
      row[j] = d
    end
    older = old
    old = row
  end
  return old[#b]
end

--- The name that is meant by a mistyped one, without regard to capitals: the
--- nearest one, else one that contains it or is contained in it; nil if none
--- is near.
---
---@param name string
---@param names string[]  In order of preference.
---@return string?
function spell.nearest(name, names)
  local typed = name:lower()
  local best
  local least = math.min(4, math.floor(#typed / 3) + 1) -- anything further is another name
  for _, known in ipairs(names) do
    if math.abs(#known - #typed) < least then
      local d = distance(typed, known:lower())
      if d < least then
        best = known
        least = d
      end
    end
  end
  if best then return best end
  for _, known in ipairs(names) do
    local other = known:lower()
    local inside = #typed < #other and other:find(typed, 1, true) or typed:find(other, 1, true)
    if inside and math.min(#typed, #other) >= 4 then return known end
  end
  return nil
end

--- A hint that names the nearest known name; nil if none is near.
---
---@param name string
---@param names string[]  In order of preference.
---@return string?
function spell.hint(name, names)
  local near = spell.nearest(name, names)
  if near then return string.format("did you mean %q?", near) end
  return nil
end

return spell

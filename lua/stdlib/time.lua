--- Times: seconds since 1970 and the texts that vendors write. All in UTC.
local time = {}

local DAY = 86400

--- Days since 1970 of a date of the Gregorian calendar.
local function days_of(year, month, day)
  -- Years begin in March here, so that the leap day comes last.
  if month <= 2 then year = year - 1 end
  local era = math.floor(year / 400)
  local in_era = year - era * 400
  local in_year = math.floor((153 * ((month + 9) % 12) + 2) / 5) + day - 1
  return era * 146097 + in_era * 365 + math.floor(in_era / 4) - math.floor(in_era / 100)
    + in_year - 719468
end

--- The date that is so many days after 1970-01-01.
local function date_of(days)
  days = days + 719468
  local era = math.floor(days / 146097)
  local in_era = days - era * 146097
  local leaps = math.floor(in_era / 1460) - math.floor(in_era / 36524) + math.floor(in_era / 146096)
  local year = math.floor((in_era - leaps) / 365)
  local in_year = in_era - (365 * year + math.floor(year / 4) - math.floor(year / 100))
  local month = math.floor((5 * in_year + 2) / 153)
  local day = in_year - math.floor((153 * month + 2) / 5) + 1
  month = month < 10 and month + 3 or month - 9
  return year + era * 400 + (month <= 2 and 1 or 0), month, day
end

local function days_in(year, month)
  if month == 12 then return 31 end
  return days_of(year, month + 1, 1) - days_of(year, month, 1)
end

--- The day of a moment, as yyyy-mm-dd in UTC.
---
---@param seconds number  Since 1970, as now() answers.
---@return string
function time.date(seconds)
  return string.format("%04d-%02d-%02d", date_of(math.floor(seconds / DAY)))
end

--- A moment as vendors write it, in UTC: 2026-01-31T09:00:00Z. Parts of a
--- second are dropped.
---
---@param seconds number  Since 1970, as now() answers.
---@return string
function time.rfc3339(seconds)
  local rest = math.floor(seconds) % DAY
  return string.format("%sT%02d:%02d:%02dZ", time.date(seconds),
    math.floor(rest / 3600), math.floor(rest / 60) % 60, rest % 60)
end

--- The moment that a text stands for, in seconds since 1970. The text is a
--- time (2026-01-31T09:00:00Z; parts of a second and offsets like +01:00 are
--- understood, without an offset it is in UTC) or a date, which is its first
--- moment in UTC.
---
--- Raises `invalid` if the text is neither.
---
---@param text string
---@return number
function time.parse(text)
  local function refuse(why)
    fail {
      kind = "invalid", op = "time.parse", cause = string.format("%q %s", tostring(text), why),
      hint = "write it like 2026-01-31 or 2026-01-31T09:00:00Z",
    }
  end
  if type(text) ~= "string" then refuse("is not a text") end
  local year, month, day, rest = text:match("^(%d%d%d%d)%-(%d%d)%-(%d%d)(.*)$")
  if not year then refuse("is neither a time nor a date") end
  year, month, day = tonumber(year), tonumber(month), tonumber(day)
  if month < 1 or month > 12 or day < 1 or day > days_in(year, month) then
    refuse("is no day of the calendar")
  end
  local seconds = days_of(year, month, day) * DAY
  if rest == "" then return seconds end

  local hour, minute, second, fraction, zone =
    rest:match("^[Tt ](%d%d):(%d%d):(%d%d)(%.?%d*)(.*)$")
  if not hour or fraction == "." or (fraction ~= "" and fraction:sub(1, 1) ~= ".") then
    refuse("is not a time")
  end
  hour, minute, second = tonumber(hour), tonumber(minute), tonumber(second)
  if hour > 23 or minute > 59 or second > 60 then refuse("is no time of the day") end
  seconds = seconds + hour * 3600 + minute * 60 + second + (tonumber("0" .. fraction) or 0)
  if zone == "Z" or zone == "z" or zone == "" then return seconds end

  local sign, hours, minutes = zone:match("^([+-])(%d%d):(%d%d)$")
  if not sign or tonumber(hours) > 23 or tonumber(minutes) > 59 then
    refuse("has no offset from UTC that can be understood")
  end
  local offset = tonumber(hours) * 3600 + tonumber(minutes) * 60
  return sign == "+" and seconds - offset or seconds + offset
end

return time

--- Tests of time.
local time = require("time")

eq(time.date(0), "1970-01-01")
eq(time.rfc3339(0), "1970-01-01T00:00:00Z")
eq(time.rfc3339(951782400 - 1), "2000-02-28T23:59:59Z")
eq(time.date(951782400), "2000-02-29")
eq(time.rfc3339(1769850000.75), "2026-01-31T09:00:00Z")
eq(time.date(-1), "1969-12-31")
eq(time.rfc3339(-1), "1969-12-31T23:59:59Z")
eq(time.date(time.parse("1900-03-01")), "1900-03-01")
eq(time.parse("1900-03-01") - time.parse("1900-02-28"), 86400)
eq(time.parse("2100-12-31"), 4133894400)

eq(time.parse("2026-01-31"), 1769817600)
eq(time.parse("2026-01-31T09:00:00Z"), 1769850000)
eq(time.parse("2026-01-31T09:00:00"), 1769850000)
eq(time.parse("2026-01-31T09:00:00.250Z"), 1769850000.25)
eq(time.parse("2026-01-31T10:00:00+01:00"), 1769850000)
eq(time.parse("2026-01-31T03:30:00-05:30"), 1769850000)

-- A day of every week of 400 years and some comes back as it went.
for day = -30000, 120000, 7 do
  local text = time.date(day * 86400)
  if time.parse(text) ~= day * 86400 then eq(text, "day " .. day) end
end

time.parse("yesterday") -- want: "yesterday" is neither a time nor a date
time.parse("2026-02-29") -- want: is no day of the calendar
time.parse("2026-13-01") -- want: no day of the calendar
time.parse("2026-01-31T24:00:00Z") -- want: no time of the day
time.parse("2026-01-31T09:00Z") -- want: is not a time
time.parse("2026-01-31T09:00:00.Z") -- want: is not a time
time.parse("2026-01-31T09:00:00 CET") -- want: no offset from UTC
time.parse(7) -- want: "7" is not a text
time.parse(nil) -- want: "nil" is not a text

package emulator

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// everyKind are the kinds of triggers by time, with what each of them needs beside the minute. The document has
// oneTime as well, which the service refuses.
var everyKind = map[string][]string{
	"hourly":         {"minuteOfHour"},
	"daily":          {"minuteOfHour", "hourOfDay"},
	"weekly":         {"minuteOfHour", "hourOfDay", "daysOfWeek"},
	"monthly":        {"minuteOfHour", "hourOfDay", "daysOfMonth"},
	"monthlyWeekday": {"minuteOfHour", "hourOfDay", "dayOfWeek", "nthWeekDayOfMonth"},
	"cron":           {"expression"},
	"oneTime":        {"utcDateTime"},
}

var weekdays = []string{"MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY"}

// checkTrigger complains about the shape of a trigger.
func (in *input) checkTrigger() {
	switch {
	case in.has("timeBased"):
		in.within("timeBased").checkTimes()
	case in.has("fileWatcher"):
		w := in.within("fileWatcher")
		w.need("path", "interval", "eventType", "storageType")
		w.text("path")
		w.number("interval")
		w.word("eventType", "ONCHANGE")
		w.word("storageType", "TFS", "S3")
	case in.has("tableWatcher"):
		w := in.within("tableWatcher")
		w.need("connectionId", "dataSourceType", "tableName", "operationType")
		w.id("connectionId")
		w.word("dataSourceType", "SNOWFLAKE")
		w.text("tableName")
		w.word("operationType", "ON_CHANGE")
	default:
		in.complain("trigger", "must be timeBased, fileWatcher or tableWatcher")
	}
}

func (in *input) checkTimes() {
	in.need("timezone")
	in.text("timezone")
	found := []string{}
	for _, kind := range sortedKeys(everyKind) {
		if in.has(kind) {
			found = append(found, kind)
		}
	}
	if len(found) != 1 {
		in.complain("timeBased", "must be exactly one of %s", strings.Join(sortedKeys(everyKind), ", "))
		return
	}
	when := in.within(found[0])
	when.need(everyKind[found[0]]...)
	when.between("minuteOfHour", 0, 59)
	when.between("hourOfDay", 0, 23)
	when.between("nthWeekDayOfMonth", 1, 5)
	when.word("dayOfWeek", weekdays...)
	when.flag("onlyWorkingDays")
	when.text("expression")
	if slices.ContainsFunc(when.texts("daysOfWeek"), func(d string) bool { return !slices.Contains(weekdays, d) }) {
		when.complain("daysOfWeek", "must be names of days in capitals")
	}
	if slices.ContainsFunc(when.ids("daysOfMonth"), func(d int64) bool { return d < 1 || d > 31 }) {
		when.complain("daysOfMonth", "must be from 1 to 31")
	}
	for _, name := range []string{"utcStartDateTime", "utcEndDateTime", "utcDateTime"} {
		if _, err := time.Parse(time.RFC3339, when.text(name)); when.has(name) && err != nil {
			when.complain(name, "must be a time")
		}
	}
}

func (in *input) between(name string, least, most int64) {
	if n := in.number(name); in.has(name) && (n < least || n > most) {
		in.complain(name, "must be from %d to %d", least, most)
	}
}

// willFire refuses triggers that are well-formed, but of no use.
func (c *call) willFire(trigger object) error {
	timeBased, _ := trigger["timeBased"].(object)
	for kind, v := range timeBased {
		when, ok := v.(object)
		if !ok {
			continue
		}
		if kind == "oneTime" {
			return refuse("Triggers of the kind oneTime are not supported.")
		}
		if expression, _ := when["expression"].(string); kind == "cron" && !quartz(expression) {
			return badSchedule("INVALID_CRON_EXPRESSION", "The cron expression %q is not valid.", expression)
		}
		end, _ := when["utcEndDateTime"].(string)
		if t, err := time.Parse(time.RFC3339, end); err == nil && !t.After(c.now) {
			return badSchedule("TRIGGER_WILL_NEVER_FIRE", "The trigger ends before it fires.")
		}
	}
	return nil
}

// quartzFields are the fields of a cron expression as Quartz has them: seconds first, the year optional.
var quartzFields = []struct {
	least, most int
	names       string
}{
	{0, 59, ""}, {0, 59, ""}, {0, 23, ""}, {1, 31, ""},
	{1, 12, "JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC"},
	{1, 7, "SUN MON TUE WED THU FRI SAT"}, {1970, 2099, ""},
}

// quartzPart is a part of a field: a value, a range or all of them, perhaps with a step; or one of the forms for days.
var quartzPart = regexp.MustCompile(`^(?:\*|(?:[0-9]{1,4}|[A-Z]{3})(?:-(?:[0-9]{1,4}|[A-Z]{3}))?)(?:/[0-9]{1,4})?$` +
	`|^(?:L|LW|[0-9]{1,2}W|[1-7]L|[1-7]#[1-5]|L-[0-9]{1,2})$`)

// quartz reports whether an expression is one: one of the two days is left open with a question mark.
func quartz(expression string) bool {
	fields := strings.Fields(strings.ToUpper(expression))
	if len(fields) != 6 && len(fields) != 7 || (fields[3] == "?") == (fields[5] == "?") {
		return false
	}
	for i, f := range fields {
		if f == "?" && (i == 3 || i == 5) {
			continue
		}
		for part := range strings.SplitSeq(f, ",") {
			if !quartzPart.MatchString(part) || !inRange(i, part) {
				return false
			}
		}
	}
	return true
}

// inRange looks at the numbers and names in a part of a field; steps are not looked at.
func inRange(field int, part string) bool {
	f := quartzFields[field]
	part, _, _ = strings.Cut(part, "/")
	for word := range strings.FieldsFuncSeq(part, func(r rune) bool { return r == '-' || r == '#' }) {
		n, err := strconv.Atoi(strings.TrimRight(word, "LW"))
		switch {
		case word == "*" || field == 3 && strings.Trim(word, "LW") == "" || field == 5 && word == "L":
		case err == nil && f.least <= n && n <= f.most:
		case err != nil && slices.Contains(strings.Fields(f.names), word):
		default:
			return false
		}
	}
	return true
}

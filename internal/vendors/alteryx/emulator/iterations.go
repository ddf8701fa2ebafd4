package emulator

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// An iteration says when a schedule runs. Its JSON is that of the contract.
type iteration struct {
	Type      string    `json:"iterationType"`
	StartTime time.Time `json:"startTime"`
	EndTime   time.Time `json:"endTime,omitzero"`
	Hourly    *hourly   `json:"hourlyContract,omitempty"`
	Daily     *daily    `json:"dailyContract,omitempty"`
	Weekly    *weekly   `json:"weeklyContract,omitempty"`
	Monthly   *monthly  `json:"monthlyContract,omitempty"`
	Custom    *custom   `json:"customContract,omitempty"`
	Cron      *cron     `json:"cronContract,omitempty"`
}

type hourly struct {
	Hours   int `json:"hours"`
	Minutes int `json:"minutes"`
}

type daily struct {
	OnlyWorkWeek bool `json:"runOnlyWorkWeek"`
}

type weekly struct {
	DaysOfWeek []string `json:"daysOfWeek"`
}

type monthly struct {
	Simple     bool   `json:"simpleDayOfMonth"`
	DayOfMonth int    `json:"dayOfMonth,omitempty"`
	Occurrence int    `json:"occurrence,omitempty"`
	DayOfWeek  string `json:"dayOfWeek,omitempty"`
}

type custom struct {
	DaysOfMonth []int `json:"daysOfMonth"`
	Months      []int `json:"months"`
}

type cron struct {
	Expression string `json:"cronExpression"`
}

func iterationContract() *shape {
	weekday := oneOf("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
	return contract(
		req(oneOf("Once", "Hourly", "Daily", "Weekly", "Monthly", "Custom", "Cron"), "iterationType"),
		req(dateTime, "startTime"), opt(dateTime, "endTime"),
		opt(contract(req(integer, "hours", "minutes")), "hourlyContract"),
		opt(contract(opt(boolean, "runOnlyWorkWeek")), "dailyContract"),
		opt(contract(req(listOf(weekday), "daysOfWeek")), "weeklyContract"),
		opt(contract(req(boolean, "simpleDayOfMonth"), opt(integer, "dayOfMonth", "occurrence"), opt(weekday, "dayOfWeek")),
			"monthlyContract"),
		opt(contract(req(listOf(integer), "daysOfMonth", "months")), "customContract"),
		opt(contract(req(filled(), "cronExpression")), "cronContract"),
	)
}

// check asks for the part that belongs to the type, and for sense in it.
func (it *iteration) check(tooOld bool, bad modelState) {
	ok := true
	part := strings.ToLower(it.Type[:1]) + it.Type[1:] + "Contract"
	switch it.Type {
	case "Hourly":
		ok = it.Hourly != nil && it.every() > 0
	case "Daily":
		ok = it.Daily != nil
	case "Weekly":
		ok = it.Weekly != nil && len(it.Weekly.DaysOfWeek) > 0
	case "Monthly":
		m := it.Monthly
		ok = m != nil && (m.Simple && m.DayOfMonth >= 1 && m.DayOfMonth <= 31 ||
			!m.Simple && m.Occurrence >= 1 && m.Occurrence <= 5 && m.DayOfWeek != "")
	case "Custom":
		ok = it.Custom != nil && len(it.Custom.DaysOfMonth) > 0 && len(it.Custom.Months) > 0
	case "Cron":
		if tooOld {
			bad.add("iteration.iterationType", "The value is not valid for iterationType.")
		}
		ok = it.Cron != nil && len(strings.Fields(it.Cron.Expression)) == 5
	}
	if !ok {
		bad.add("iteration."+part, "The %s is required and must be valid when the IterationType is %s.", part, it.Type)
	}
	if !it.EndTime.IsZero() && it.EndTime.Before(it.StartTime) {
		bad.add("iteration.endTime", "The end time is before the start time.")
	}
}

func (it *iteration) every() time.Duration {
	return time.Duration(it.Hourly.Hours)*time.Hour + time.Duration(it.Hourly.Minutes)*time.Minute
}

// horizon is how far ahead a next run is looked for: one day in a leap year is at most eight years away.
const horizon = 8*366 + 1

// next returns the first run after a moment, if there is one. All but hourly ones run at set times of the days that
// suit, in the schedule's time zone.
func (it *iteration) next(after time.Time, zone *time.Location) (time.Time, bool) {
	if after.Before(it.StartTime) {
		after = it.StartTime.Add(-time.Nanosecond)
	}
	run, ok := time.Time{}, false
	switch it.Type {
	case "Once":
		run, ok = it.StartTime, after.Before(it.StartTime)
		return run, ok
	case "Hourly":
		run, ok = it.StartTime.Add((after.Sub(it.StartTime)/it.every()+1)*it.every()), true
		if after.Before(it.StartTime) {
			run = it.StartTime
		}
	default:
		run, ok = it.nextDay(after.In(zone), it.StartTime.In(zone))
	}
	if !it.EndTime.IsZero() && run.After(it.EndTime) {
		return time.Time{}, false
	}
	return run.UTC(), ok
}

func (it *iteration) nextDay(after, start time.Time) (time.Time, bool) {
	year, month, day := after.Date()
	hours, minutes := []int{start.Hour()}, []int{start.Minute()}
	if it.Type == "Cron" {
		f := strings.Fields(it.Cron.Expression)
		minutes, hours = cronValues(f[0], 0, 59), cronValues(f[1], 0, 23)
	}
	for i := range horizon {
		date := time.Date(year, month, day+i, 0, 0, 0, 0, after.Location())
		if !it.on(date) {
			continue
		}
		for _, h := range hours {
			for _, m := range minutes {
				run := time.Date(year, month, day+i, h, m, 0, 0, after.Location())
				if run.After(after) {
					return run, true
				}
			}
		}
	}
	return time.Time{}, false
}

// on reports whether a day suits.
func (it *iteration) on(date time.Time) bool {
	switch it.Type {
	case "Daily":
		weekend := date.Weekday() == time.Saturday || date.Weekday() == time.Sunday
		return !weekend || !it.Daily.OnlyWorkWeek
	case "Weekly":
		return slices.Contains(it.Weekly.DaysOfWeek, date.Weekday().String())
	case "Monthly":
		if it.Monthly.Simple {
			return date.Day() == it.Monthly.DayOfMonth
		}
		return date.Weekday().String() == it.Monthly.DayOfWeek && (date.Day()+6)/7 == it.Monthly.Occurrence
	case "Custom":
		return slices.Contains(it.Custom.DaysOfMonth, date.Day()) && slices.Contains(it.Custom.Months, int(date.Month()))
	case "Cron":
		f := strings.Fields(it.Cron.Expression)
		week := cronValues(f[4], 0, 7) // both 0 and 7 are Sunday
		return slices.Contains(cronValues(f[2], 1, 31), date.Day()) &&
			slices.Contains(cronValues(f[3], 1, 12), int(date.Month())) &&
			(slices.Contains(week, int(date.Weekday())) || date.Weekday() == time.Sunday && slices.Contains(week, 7))
	}
	return false
}

// cronValues expands a field of numbers, lists, ranges and steps; what it does not understand is no value.
func cronValues(field string, least, most int) []int {
	var out []int
	for part := range strings.SplitSeq(field, ",") {
		span, stepText, stepped := strings.Cut(part, "/")
		step, err := strconv.Atoi(stepText)
		if !stepped {
			step = 1
		} else if err != nil || step < 1 {
			continue
		}
		step = min(step, most+1)
		from, to := least, most
		if span != "*" {
			a, b, isRange := strings.Cut(span, "-")
			if from, err = strconv.Atoi(a); err != nil {
				continue
			}
			if to = from; isRange {
				if to, err = strconv.Atoi(b); err != nil {
					continue
				}
			} else if stepped {
				to = most
			}
		}
		for n := max(from, least); n <= min(to, most); n += step {
			out = append(out, n)
		}
	}
	slices.Sort(out)
	return out
}

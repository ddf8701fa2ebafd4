package emulator

import (
	"encoding/json"
	"reflect"
	"testing"
	"time"
)

func TestNextRuns(t *testing.T) {
	for name, tt := range map[string]struct {
		iteration string
		zone      string
		want      []string // from Monday, 1 June 2026, 08:00 UTC on
	}{
		"once, to come": {`{"iterationType": "Once", "startTime": "2026-06-05T06:30:00Z"}`, "", []string{"2026-06-05T06:30:00Z"}},
		"once, past":    {`{"iterationType": "Once", "startTime": "2026-05-05T06:30:00Z"}`, "", nil},
		"hourly": {`{"iterationType": "Hourly", "startTime": "2026-05-31T23:30:00Z", "hourlyContract": {"hours": 1, "minutes": 30}}`, "",
			[]string{"2026-06-01T08:30:00Z", "2026-06-01T10:00:00Z"}},
		"hourly, to come": {`{"iterationType": "Hourly", "startTime": "2026-06-02T00:00:00Z", "hourlyContract": {"hours": 1}}`, "",
			[]string{"2026-06-02T00:00:00Z", "2026-06-02T01:00:00Z"}},
		"daily": {`{"iterationType": "Daily", "startTime": "2026-06-05T06:30:00Z", "dailyContract": {}}`, "",
			[]string{"2026-06-05T06:30:00Z", "2026-06-06T06:30:00Z"}},
		"daily, workdays until Monday": {`{"iterationType": "Daily", "startTime": "2026-06-05T06:30:00Z", "endTime": "2026-06-08T07:00:00Z",
			"dailyContract": {"runOnlyWorkWeek": true}}`, "", []string{"2026-06-05T06:30:00Z", "2026-06-08T06:30:00Z"}},
		"weekly": {`{"iterationType": "Weekly", "startTime": "2026-01-01T06:30:00Z", "weeklyContract": {"daysOfWeek": ["Monday", "Sunday"]}}`, "",
			[]string{"2026-06-07T06:30:00Z", "2026-06-08T06:30:00Z"}},
		"monthly, on the 31st": {`{"iterationType": "Monthly", "startTime": "2026-01-01T06:30:00Z", "monthlyContract": {"simpleDayOfMonth": true, "dayOfMonth": 31}}`, "",
			[]string{"2026-07-31T06:30:00Z", "2026-08-31T06:30:00Z"}},
		"monthly, third Friday": {`{"iterationType": "Monthly", "startTime": "2026-01-01T06:30:00Z", "monthlyContract": {"occurrence": 3, "dayOfWeek": "Friday"}}`, "",
			[]string{"2026-06-19T06:30:00Z", "2026-07-17T06:30:00Z"}},
		"custom": {`{"iterationType": "Custom", "startTime": "2026-01-01T06:30:00Z", "customContract": {"daysOfMonth": [1, 15], "months": [6, 10]}}`, "",
			[]string{"2026-06-15T06:30:00Z", "2026-10-01T06:30:00Z"}},
		"cron": {`{"iterationType": "Cron", "startTime": "2026-01-01T00:00:00Z", "cronContract": {"cronExpression": "*/20 8-9,22 * * 1-5"}}`, "",
			[]string{"2026-06-01T08:20:00Z", "2026-06-01T08:40:00Z", "2026-06-01T09:00:00Z"}},
		"cron, leap day, Sunday is 7": {`{"iterationType": "Cron", "startTime": "2026-01-01T00:00:00Z", "cronContract": {"cronExpression": "5 4 29 2 2,7"}}`, "",
			[]string{"2028-02-29T04:05:00Z"}},
		"cron, nonsense": {`{"iterationType": "Cron", "startTime": "2026-01-01T00:00:00Z", "cronContract": {"cronExpression": "a b/c */0 1-x -"}}`, "", nil},
		"in New York, over the change of clocks": {`{"iterationType": "Monthly", "startTime": "2026-01-01T14:00:00Z",
			"monthlyContract": {"simpleDayOfMonth": true, "dayOfMonth": 1}}`, "America/New_York",
			[]string{"2026-06-01T13:00:00Z", "2026-07-01T13:00:00Z", "2026-08-01T13:00:00Z", "2026-09-01T13:00:00Z", "2026-10-01T13:00:00Z",
				"2026-11-01T14:00:00Z"}},
	} {
		t.Run(name, func(t *testing.T) {
			zone, err := time.LoadLocation(tt.zone)
			if err != nil {
				t.Skip(err)
			}
			var it iteration
			if err := json.Unmarshal([]byte(tt.iteration), &it); err != nil {
				t.Fatal(err)
			}
			var got []string
			for at := ago(0); len(got) < max(1, len(tt.want)); {
				next, ok := it.next(at, zone)
				if !ok {
					break
				}
				at, got = next, append(got, next.Format(time.RFC3339))
			}
			if !reflect.DeepEqual(got, tt.want) {
				t.Errorf("got %v, want %v", got, tt.want)
			}
		})
	}
}

func TestScheduleWindow(t *testing.T) {
	a := connect(t, Options{})
	var got []any
	for _, s := range a.list("/v3/schedules?ownerId=" + ada + "&runsAfter=2026-06-06T00:00:00Z&runsBefore=2026-06-09T00:00:00Z") {
		got = append(got, s.(object)["id"], s.(object)["runDateTime"])
	}
	want := []any{auditWeekly, "2026-06-08T06:30:00Z", revenueDaily, "2026-06-08T06:30:00Z"}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

package emulator

import (
	"fmt"
	"time"
)

// Ids of schedules of the seed. Those of the API user follow the last, ten of them: a full page.
const (
	MonthEndSchedule  = 1001
	AdaOldSchedule    = 1002 // disabled
	BoardPackSchedule = 1003
	LegacySchedule    = 1004 // of paul, enabled
	ExportSchedule    = 1005 // of paul, enabled
	OpsSchedule       = 1006 // disabled by the system
	FirstRegion       = 1011
)

func daily(hour int) []object {
	return []object{{"timeBased": object{"daily": object{"hourOfDay": hour, "minuteOfHour": 30}, "timezone": "Europe/Berlin"}}}
}

func cron(expression string) []object {
	return []object{{"timeBased": object{"cron": object{"expression": expression}, "timezone": "Europe/Berlin"}}}
}

func runsPlan(id int64) []task { return []task{{"runPlan", idString(id)}} }

func (s *space) seedSchedules() {
	list := []schedule{
		{ID: MonthEndSchedule, Name: "Month end, last day", OwnerID: PersonID("ada"), Enabled: true,
			Triggers: cron("0 0 18 L * ?"), Tasks: runsPlan(MonthEndPlan)},
		{ID: AdaOldSchedule, Name: "Scratch (old)", OwnerID: PersonID("ada"),
			Triggers: daily(6), Tasks: []task{{"runFlow", "3003"}}},
		{ID: BoardPackSchedule, Name: `Board Pack "Q2" / Mondays`, OwnerID: PersonID("lin"), Enabled: true,
			Triggers: cron("0 0 7 ? * MON"), Tasks: runsPlan(BoardPackPlan)},
		{ID: LegacySchedule, Name: "Legacy Ledger, täglich", OwnerID: PersonID("paul"), Enabled: true,
			Triggers: daily(4), Tasks: runsPlan(LegacyPlan)},
		{ID: ExportSchedule, Name: "Nightly export", OwnerID: PersonID("paul"), Enabled: true,
			Triggers: daily(2), Tasks: []task{{"runWorkflow", ExportWorkflow}}},
		{ID: OpsSchedule, Name: "Old shipments", OwnerID: PersonID("omar"), DisableReason: "Too many failed runs",
			Triggers: daily(5), Tasks: runsPlan(DanglingPlan)},
	}
	for i := range usualSchedules {
		list = append(list, schedule{ID: int64(FirstRegion + i), Name: fmt.Sprintf("Region %02d, hourly", i+1),
			OwnerID:  PersonID("api-runner"),
			Enabled:  i != 3 && i != 7, // two are disabled
			Triggers: []object{{"timeBased": object{"hourly": object{"minuteOfHour": 5 * i}, "timezone": "UTC"}}},
			Tasks:    []task{{"runFlow", idString(int64(firstRegionFlow + i))}}})
	}
	for _, sc := range list {
		sc.WorkspaceID, sc.UpdatedBy, sc.times = s.WorkspaceID, sc.OwnerID, made(ago(120))
		s.schedules.put(sc.ID, &sc)
	}
}

// seedJobs makes two full pages of job groups, and runs of plans. All is over but what hangs, even for a clock that
// stands earlier.
func (s *space) seedJobs() {
	for i, f := range s.flows.rows() {
		for turn := range 2 {
			at := ago(2 + i + 30*turn).Add(time.Duration(i) * time.Minute)
			j := &jobGroup{ID: int64(88001 + 2*i + turn), WorkspaceID: s.WorkspaceID, Name: f.Name, FlowID: f.ID,
				RecipeID: f.Recipes[0].ID, OwnerID: f.OwnerID, RanFrom: []string{"schedule", "ui"}[turn], RanFor: "recipe", Profiling: i%5 == 0,
				Jobs: []int64{int64(99001 + 10*i + 2*turn)}, run: run{CreatedAt: at, Fails: f.Fails && turn == 0, past: true}}
			if j.Profiling {
				j.Jobs = append(j.Jobs, j.Jobs[0]+1)
			}
			s.jobGroups.put(j.ID, j)
		}
	}
	for i, r := range []planRun{
		{PlanID: MonthEndPlan, OwnerID: PersonID("ada"), ScheduleID: MonthEndSchedule},
		{PlanID: BrokenPlan, OwnerID: PersonID("paul"), run: run{Fails: true}},
		{PlanID: BrokenPlan, OwnerID: PersonID("paul"), run: run{Fails: true}},
		{PlanID: LegacyPlan, OwnerID: PersonID("paul"), ScheduleID: LegacySchedule},
		{PlanID: HangingPlan, OwnerID: PersonID("priya"), run: run{Hangs: true}},
	} {
		r.ID, r.WorkspaceID, r.RanFrom = int64(55001+i), s.WorkspaceID, "schedule"
		r.CreatedAt, r.past = ago(9-i), true
		if r.ScheduleID == 0 {
			r.RanFrom = "ui"
		}
		s.planRuns.put(r.ID, &r)
	}
}

package alteryx

import "runner/internal/op"

// This file holds how a schedule repeats: one table for each iteration type,
// with names near the wire ("hourlyContract" is hourly).

// Iteration says when a schedule runs. The table named after iteration_type
// must be there too, but for Once.
type Iteration struct {
	IterationType string             `json:"iterationType" lua:"iteration_type,required" enum:"Once Hourly Daily Weekly Monthly Custom Cron" doc:"How it repeats. Cron only on newer Servers."`
	StartTime     op.RFC3339         `json:"startTime" lua:"start_time,required" doc:"First run, in the future. UTC, or the clock of the schedule's time_zone if it has one."`
	EndTime       op.Opt[op.RFC3339] `json:"endTime,omitzero" lua:"end_time" doc:"End of the repetition; without one it repeats for ever. Ignored for Once."`
	Hourly        *HourlyIteration   `json:"hourlyContract,omitzero" lua:"hourly" doc:"For Hourly."`
	Daily         *DailyIteration    `json:"dailyContract,omitzero" lua:"daily" doc:"For Daily; {} for every day."`
	Weekly        *WeeklyIteration   `json:"weeklyContract,omitzero" lua:"weekly" doc:"For Weekly."`
	Monthly       *MonthlyIteration  `json:"monthlyContract,omitzero" lua:"monthly" doc:"For Monthly."`
	Custom        *CustomIteration   `json:"customContract,omitzero" lua:"custom" doc:"For Custom."`
	Cron          *CronIteration     `json:"cronContract,omitzero" lua:"cron" doc:"For Cron."`
}

// HourlyIteration is a time between two runs.
type HourlyIteration struct {
	Hours   int `json:"hours" lua:"hours,required" doc:"Hours between two runs."`
	Minutes int `json:"minutes" lua:"minutes,required" doc:"Minutes between two runs, beside the hours."`
}

// DailyIteration is every day, or every working day.
type DailyIteration struct {
	RunOnlyWorkWeek op.Opt[bool] `json:"runOnlyWorkWeek,omitzero" lua:"run_only_work_week" default:"false" doc:"Only Monday to Friday."`
}

// WeeklyIteration is some days of the week.
type WeeklyIteration struct {
	DaysOfWeek []string `json:"daysOfWeek" lua:"days_of_week,required" doc:"Days in English: Sunday, Monday and so on."`
}

// MonthlyIteration is a day of the month, or the third Tuesday of it.
type MonthlyIteration struct {
	SimpleDayOfMonth bool           `json:"simpleDayOfMonth" lua:"simple_day_of_month,required" doc:"True for day_of_month; false for occurrence and day_of_week."`
	DayOfMonth       op.Opt[int]    `json:"dayOfMonth,omitzero" lua:"day_of_month" doc:"15 is the 15th of each month."`
	Occurrence       op.Opt[int]    `json:"occurrence,omitzero" lua:"occurrence" doc:"3 is the third day_of_week of each month."`
	DayOfWeek        op.Opt[string] `json:"dayOfWeek,omitzero" lua:"day_of_week" enum:"Sunday Monday Tuesday Wednesday Thursday Friday Saturday" doc:"Day of the week."`
}

// CustomIteration is some days of some months.
type CustomIteration struct {
	DaysOfMonth []int `json:"daysOfMonth" lua:"days_of_month,required" doc:"{ 1, 14 } is the 1st and the 14th."`
	Months      []int `json:"months" lua:"months,required" doc:"January is 1, December 12."`
}

// CronIteration is a cron expression.
type CronIteration struct {
	CronExpression string `json:"cronExpression" lua:"cron_expression,required" doc:"Minute, hour, day of month, month and day of week, separated by spaces."`
}

// IterationSpan is what the Server tells of an iteration: how it repeats is
// not among it, so a schedule that was read cannot be written back.
type IterationSpan struct {
	StartTime op.Opt[op.RFC3339] `json:"startTime,omitzero" lua:"start_time" doc:"First run, in UTC."`
	EndTime   op.Opt[op.RFC3339] `json:"endTime,omitzero" lua:"end_time" doc:"End of the repetition, in UTC; absent if there is none."`
	Extra     op.Extra           `json:",embed"`
}

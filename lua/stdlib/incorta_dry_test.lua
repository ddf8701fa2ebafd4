--- Tests of what the library adds to incorta in a dry run: nothing is waited for.
local loads = incorta.load_schemas { schemas = { "Ledger", "Telemetry" } }
eq({ #loads, loads[1].state, loads[2].state }, { 2, "planned", "planned" })
eq(loads[1].previous_load_time, "2026-06-01T02:00:00.000Z")
loads = incorta.load_schemas { schemas = { "Warehouse", "LegacyCRM" }, together = true, source = "staging" }
eq({ loads[1].state, loads[2].state }, { "planned", "planned" })
incorta.load_schemas { schemas = { "Ledgr" } } -- want: not_found: schema "Ledgr".*did you mean "Ledger"
incorta.load_schemas { schemas = { "OpsViews" } } -- want: invalid: schema "OpsViews"

-- What is planned to be loaded will be fresh, and can be loaded once more.
eq(incorta.ensure_schemas_loaded { schemas = { "Ledger" }, max_age = 1 }, {})
loads = incorta.ensure_schemas_loaded { schemas = { "Procurement" }, max_age = 1 }
eq({ loads[1].schema, loads[1].state }, { "Procurement", "planned" })
eq(incorta.load_schemas { schemas = { "Ledger" }, wait = false }[1].state, "planned")

local run = incorta.start_load_plan_and_wait { load_plan_name = "Nightly finance" }
eq(incorta.get_load_plan_execution { execution_id = run.execution_id }.load_plan_name, "Nightly finance")
incorta.restart_load_plan_and_wait {
  load_plan_name = "Weekly operations", group_sequence = 1, recent_execution_id = run.execution_id,
}

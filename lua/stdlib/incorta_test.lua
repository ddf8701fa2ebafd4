--- Tests of what the library adds to incorta, on the emulator's company.
local KPIS = "1c0a7a00-0001-4000-8000-000000000001"

-- find_schema
eq(incorta.find_schema { name = "Ledger" }.schema_type, "PHYSICAL")
eq(incorta.find_schema { name = "FinanceViews" }.schema_type, "BUSINESS")
eq(incorta.find_schema { name = "FinanceViews", schema_type = "PHYSICAL" }, nil)
eq(incorta.find_schema { name = "ledger" }, nil)
incorta.find_schema { name = "ledger", required = true } -- want: not_found: schema "ledger": .*capitals matter.*did you mean "Ledger"
incorta.find_schema { name = "Something else", required = true } -- want: not_found: schema "Something else"
incorta.find_schema { nmae = "Ledger" } -- want: script: incorta.find_schema: argument "nmae".*did you mean "name"
incorta.find_schema {} -- want: script: .*argument "name": it is required
incorta.find_schema { "Ledger" } -- want: script: .*item 1 has no name
incorta.find_schema "Ledger" -- want: script: .*one table of named arguments.*incorta.find_schema { name = … }

-- find_dashboard and find_folder, wherever they are
eq(incorta.find_dashboard { name = "Company KPIs" }.guid, KPIS)
eq(incorta.find_dashboard { name = "company kpis" }.guid, KPIS)
eq(incorta.find_dashboard { name = "Spend / supplier" }.owner, "lin@example.com")
eq(incorta.find_dashboard { name = 'Customer "360" – Zoë\'s view' }.owner, "zoe@example.com")
eq(incorta.find_dashboard { name = "Company" }, nil)
eq(incorta.find_dashboard { name = "Finance" }, nil)
incorta.find_dashboard { name = "Company KPI", required = true } -- want: not_found: dashboard "Company KPI".*did you mean "Company KPIs"
eq(incorta.find_folder { name = "finance" }.id, 11)
eq(incorta.find_folder { name = "Month end" }.id, 15)
eq(incorta.find_folder { name = "Revenue" }, nil)
incorta.find_folder { name = "Archives", required = true } -- want: not_found: folder "Archives"
incorta.find_folder { name = "Archive", owner = "x" } -- want: script: .*argument "owner"

-- list_whole_catalog
local all = incorta.list_whole_catalog {}
local paths, places = {}, {}
for i, item in ipairs(all) do paths[item.path], places[item.path] = item, i end
eq(#all, 215)
eq(paths["/Finance/Month end/Spend / supplier"].owner, "lin@example.com")
eq(places["/Finance"] < places["/Finance/Month end"], true)
eq(places["/Finance/Month end"] < places["/Finance/Month end/Spend / supplier"], true)
local hers = {}
for i, item in ipairs(incorta.list_whole_catalog { owner = "ada@example.com" }) do hers[i] = item.name end
eq(hers, { "Finance", "Cash – prévision", "Revenue" })
eq(#incorta.list_whole_catalog { owner = "nobody@example.com" }, 0)
incorta.list_whole_catalog { ownr = "ada@example.com" } -- want: script: .*did you mean "owner"

-- load_schemas: what is wrong is seen before anything is started.
incorta.load_schemas { schemas = {} } -- want: script: .*schemas is not a list of names
incorta.load_schemas { schemas = "Sandbox" } -- want: script: .*schemas is not a list of names
incorta.load_schemas { schemas = { 7 } } -- want: script: .*holds 7, which is not a name
incorta.load_schemas { schemas = { "Sandbox", "Sandbox" } } -- want: script: .*holds "Sandbox" twice
incorta.load_schemas { schemas = { "Sandbox" }, source = "incremental_" } -- want: script: .*source is incremental_.*did you mean "incremental"
incorta.load_schemas { schemas = { "Sandbox" }, sources = "full" } -- want: script: .*did you mean "source"
incorta.load_schemas { schemas = { "Sandbox", "SandBox" } } -- want: not_found: schema "SandBox".*did you mean "Sandbox"
incorta.load_schemas { schemas = { "Sandbox", "OpsViews" } } -- want: invalid: schema "OpsViews": it is a business schema
eq(incorta.get_schema_status { schema_name = "Sandbox" }.load_state, "unknown")

-- load_schemas: each has its new data.
local function fast(args)
  args.every = args.every or 0.02
  return args
end
local loads = incorta.load_schemas(fast { schemas = { "Sandbox" } })
eq(#loads, 1)
eq({ loads[1].schema, loads[1].state, loads[1].status }, { "Sandbox", "succeeded", "SUCCESS" })
eq(loads[1].previous_load_time, nil)
eq(loads[1].load_end_time >= loads[1].load_time, true)
local before = incorta.get_schema_status { schema_name = "BoardPack" }.load_time
loads = incorta.load_schemas(fast { schemas = { "Sandbox", "BoardPack" }, source = "INCREMENTAL", together = true })
eq({ loads[1].state, loads[2].state, loads[2].previous_load_time }, { "succeeded", "succeeded", before })
eq(loads[2].load_time > before, true)

-- load_schemas: without waiting, too short a time, and one that is being loaded.
loads = incorta.load_schemas { schemas = { "LegacyCRM" }, wait = false }
eq({ loads[1].state, loads[1].load_time }, { "running" })
wait_until({ every = 0.02, timeout = 20 }, function()
  return incorta.get_schema_status { schema_name = "LegacyCRM" }.load_state == "failed"
end)
incorta.load_schemas(fast { schemas = { "Telemetry" }, timeout = 0.1 }) -- want: timeout: load of schema "Telemetry": it has not ended after 0%.1 s: the cluster's word is .*; its data is of 2026.*the loads that have not ended go on
incorta.load_schemas { schemas = { "Sandbox", "Telemetry" } } -- want: conflict: schema "Telemetry": it is being loaded, since

-- load_schemas: an account of what went wrong.
incorta.load_schemas(fast { schemas = { "LegacyCRM", "Warehouse" } }) -- want: failed: loads of 2 schemas: failed: "LegacyCRM" %(it ended with FAILED: INC_05290601: .*no listener.*; the load before went wrong, too, at 2.*; not started: "Warehouse" %(one before it did not succeed; .*stale now: "LegacyCRM", "Warehouse"
eq(incorta.get_schema_status { schema_name = "Warehouse" }.load_time:sub(1, 10), "2026-06-01")
incorta.load_schemas(fast { schemas = { "Customer360" } }) -- want: failed: load of schema "Customer360": it ended with FAILED: .*the schema Customers has no data

-- ensure_schemas_loaded
eq(incorta.ensure_schemas_loaded { schemas = { "Sandbox", "BoardPack" }, max_age = 3600 }, {})
loads = incorta.ensure_schemas_loaded(fast { schemas = { "Sandbox", "Warehouse" }, max_age = 3600 })
eq({ #loads, loads[1].schema, loads[1].state }, { 1, "Warehouse", "succeeded" })
incorta.ensure_schemas_loaded { schemas = { "Warehose" }, max_age = 60 } -- want: not_found: schema "Warehose".*did you mean "Warehouse"
incorta.ensure_schemas_loaded { schemas = { "OpsViews" }, max_age = 60 } -- want: invalid: schema "OpsViews"
incorta.ensure_schemas_loaded { schemas = { "Sandbox" } } -- want: script: .*argument "max_age": it is required

-- start_load_plan_and_wait and restart_load_plan_and_wait
incorta.start_load_plan_and_wait { load_plan_name = "Nightly" } -- want: invalid
incorta.start_load_plan_and_wait { load_plan = "Nightly finance" } -- want: script: .*did you mean "load_plan_name"
incorta.start_load_plan_and_wait(fast { load_plan_name = "Telemetry", timeout = 0.1 }) -- want: timeout: load plan "Telemetry", execution 3: it has not ended after 0%.1 s; the cluster's word is .*execution_id = 3, level = 4
incorta.start_load_plan_and_wait { load_plan_name = "Telemetry" } -- want: conflict
incorta.restart_load_plan_and_wait { load_plan_name = "Weekly operations", group_sequence = 9 } -- want: invalid
incorta.restart_load_plan_and_wait { load_plan_name = "Weekly operations" } -- want: script: .*argument "group_sequence": it is required
local again = fast { load_plan_name = "Weekly operations", group_sequence = 2, recent_execution_id = 2 }
incorta.restart_load_plan_and_wait(again) -- want: failed: load plan "Weekly operations", execution 4: it ended with FAILED; stale now: 2 / LegacyCRM / contacts.*recent_execution_id = 4
local run = incorta.start_load_plan_and_wait(fast { load_plan_name = "Zoë's \"full\" load / Kunden", timeout = 60 })
eq({ run.execution_id, run.state, #run.problems }, { 5, "succeeded", 0 })
eq(incorta.get_schema_status { schema_name = "Customer360" }.load_state, "succeeded")

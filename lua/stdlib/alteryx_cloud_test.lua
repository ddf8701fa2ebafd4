--- Tests of what the library adds to alteryx_cloud, on the emulator's workspace.

-- The workspace of the token.
eq(alteryx_cloud.check_workspace { workspace_id = 4242 }.name, "Example Analytics")
eq(alteryx_cloud.check_workspace { name = "Example Analytics", workspace_id = 4242 }.id, 4242)
alteryx_cloud.check_workspace { workspace_id = 4243 } -- want: conflict: workspace 4243: the token is for workspace 4242, Example Analytics.*a token of the workspace
alteryx_cloud.check_workspace { name = "Example Sandbox" } -- want: conflict
alteryx_cloud.check_workspace { workspace_id = 4242, name = "Example Sandbox" } -- want: conflict
alteryx_cloud.check_workspace {} -- want: script: .*it is not said which one is wanted.*give workspace_id or name
alteryx_cloud.check_workspace { workspace = 4242 } -- want: script: .*argument "workspace".*did you mean "workspace_id"

-- Things by their names.
local ada = alteryx_cloud.find_person { email = "ADA@example.com" }
eq({ ada.name, #ada.authorization_roles }, { "Ada Winter", 2 })
eq(alteryx_cloud.find_person { email = "ad@example.com" }, nil)
alteryx_cloud.find_person { email = "adda@example.com", required = true } -- want: not_found: person "adda@example.com": there is none in this workspace.*did you mean "ada@example.com"
alteryx_cloud.find_person { mail = "ada@example.com" } -- want: script: .*argument "mail".*did you mean "email"
alteryx_cloud.find_person {} -- want: script: .*argument "email": it is required
alteryx_cloud.find_person "ada" -- want: script: .*one table of named arguments.*alteryx_cloud.find_person { email = … }
local viewer = alteryx_cloud.find_role { name = "viewer" }
eq(viewer.policy_id, 8103)
eq(alteryx_cloud.find_role { name = "workspace_admin" }.policy_id, 8101)
alteryx_cloud.find_role { name = "Viewers", required = true } -- want: not_found: role .*did you mean "Viewer"
local analysts = alteryx_cloud.find_group { name = "finance analysts" }
eq({ analysts.name, #analysts.users }, { "Finance Analysts", 3 })
alteryx_cloud.find_group { name = "Finance Analyst", required = true } -- want: not_found: group .*did you mean "Finance Analysts"
eq(alteryx_cloud.find_connection { name = "customer lake" }.vendor, "databricks")
alteryx_cloud.find_connection { name = "Customer Lakes", required = true } -- want: not_found: connection .*did you mean "Customer Lake"
eq(alteryx_cloud.find_flow { name = "month end close" }.id, 3001)
alteryx_cloud.find_flow { name = "Month End Clos", required = true } -- want: not_found: flow .*did you mean "Month End Close"
eq(alteryx_cloud.find_folder { name = "FINANCE" }.name, "Finance")
alteryx_cloud.find_folder { name = "Finances", required = true } -- want: not_found: folder .*did you mean "Finance"
local month_end = alteryx_cloud.find_plan { name = "Month End" }
eq(month_end.id, 2001)
alteryx_cloud.find_plan { name = "Month Ends", required = true } -- want: not_found: plan .*did you mean "Month End"
eq(alteryx_cloud.find_schedule { name = "region 01, hourly" }.enabled, true)
eq(alteryx_cloud.find_schedule { name = "Nightly export" }, nil)
alteryx_cloud.find_schedule { name = "Region 01", required = true } -- want: not_found: schedule "Region 01"
eq(alteryx_cloud.find_workflow { name = "churn / scoring" }.type, "CLOUD")
alteryx_cloud.find_workflow { name = "Churn scoring", required = true } -- want: not_found: workflow .*did you mean "Churn / scoring"
eq(alteryx_cloud.find_environment_parameter { override_key = "load date" }.id, 601)
alteryx_cloud.find_environment_parameter { override_key = "load data", required = true } -- want: not_found: .*did you mean "load date"
eq(alteryx_cloud.find_api_access_token { description = "runner" }.description, "Runner")
alteryx_cloud.find_api_access_token { description = "Runners", required = true } -- want: not_found: .*did you mean "Runner"

-- Two things may have one name.
alteryx_cloud.create_folder { name = "twice" }
local second = alteryx_cloud.create_folder { name = "twice" }
alteryx_cloud.find_folder { name = "twice" } -- want: conflict: folder "twice": there are 2 of this name.*the id of the one
alteryx_cloud.update_folder { folder_id = second.id, name = "Twice" }
eq(alteryx_cloud.find_folder { name = "Twice" }.id, second.id)
alteryx_cloud.find_folder { name = "TWICE" } -- want: conflict: folder "TWICE": there are 2 that differ in capitals

-- What belongs to a person.
local groups = alteryx_cloud.list_groups_of_person { person_id = ada.id }
eq({ #groups, groups[1].name, groups[2].name }, { 2, "Finance Analysts", "Data Stewards" })
eq(#alteryx_cloud.list_groups_of_person { person_id = 51001 }, 0)
local paul = alteryx_cloud.find_person { email = "paul@example.com", required = true }
local schedules = alteryx_cloud.list_schedules_of_person { person_id = paul.id }
eq({ #schedules, schedules[1].id }, { 1, 1004 })
alteryx_cloud.list_schedules_of_person { id = 7 } -- want: script: .*argument "id"

-- ensure_role
eq(alteryx_cloud.ensure_role { person_id = ada.id, role_id = viewer.policy_id }, true)
eq(alteryx_cloud.ensure_role { person_id = ada.id, role_id = viewer.policy_id }, false)
alteryx_cloud.ensure_role { person_id = 7, role_id = viewer.policy_id } -- want: not_found
alteryx_cloud.ensure_role { person_id = ada.id, role_id = 7 } -- want: not_found
alteryx_cloud.ensure_role { person_id = ada.id } -- want: script: .*argument "role_id": it is required

-- ensure_member
local person, invited, given = alteryx_cloud.ensure_member { email = "Ada@Example.com", roles = { 8105, 8103 } }
eq({ person.id, invited, given }, { ada.id, false, { 8105 } })
person, invited, given = alteryx_cloud.ensure_member { email = "ada@example.com", roles = { 8105, 8103 } }
eq({ person.id, invited, #given }, { ada.id, false, 0 })
person, invited, given = alteryx_cloud.ensure_member { email = "new@example.com", roles = { 8103 } }
eq({ person.email, person.authorization_roles[1].policy_id, invited, #given }, { "new@example.com", 8103, true, 0 })
person, invited = alteryx_cloud.ensure_member { email = "new@example.com" }
eq(invited, false)
alteryx_cloud.ensure_member { email = "no address" } -- want: invalid
alteryx_cloud.ensure_member { email = "other@example.com", roles = { 7 } } -- want: invalid
alteryx_cloud.ensure_member { email = "new@example.com", roles = { 7 } } -- want: not_found

-- ensure_group, ensure_group_users
local group, made = alteryx_cloud.ensure_group { name = "NEW starters" }
eq({ group.name, made }, { "New Starters", false })
local auditors
auditors, made = alteryx_cloud.ensure_group { name = "Auditors", members = { tostring(ada.id) }, roles = { 8105 } }
eq({ auditors.name, made }, { "Auditors", true })
eq(#alteryx_cloud.find_group { name = "auditors" }.users, 1)
alteryx_cloud.ensure_group { name = "x", member = {} } -- want: script: .*argument "member".*did you mean "members"
eq(alteryx_cloud.ensure_group_users { group_id = auditors.id, user_ids = { ada.id, paul.id, paul.id } }, { paul.id })
eq(#alteryx_cloud.ensure_group_users { group_id = auditors.id, user_ids = { ada.id, paul.id } }, 0)
alteryx_cloud.ensure_group_users { group_id = 7, user_ids = { ada.id } } -- want: not_found: group 7: there is none
alteryx_cloud.ensure_group_users { group_id = auditors.id, user_ids = { 7 } } -- want: invalid

-- ensure_schedule
eq(alteryx_cloud.ensure_schedule { schedule_id = 1011, enabled = false }, true)
eq(alteryx_cloud.ensure_schedule { schedule_id = 1011, enabled = false }, false)
eq(alteryx_cloud.ensure_schedule { schedule_id = 1011, enabled = true }, true)
alteryx_cloud.ensure_schedule { schedule_id = 7, enabled = true } -- want: not_found
alteryx_cloud.ensure_schedule { schedule_id = 1011 } -- want: script: .*argument "enabled": it is required

-- Runs of plans.
local run = alteryx_cloud.run_plan_and_wait { plan_id = 2001, every = 0.05 }
eq({ run.status, run.plan.id }, { "Complete", 2001 })
alteryx_cloud.run_plan_and_wait { plan_id = 2004, every = 0.05 } -- want: failed: run .* of plan 2004: it failed.*look at the run
alteryx_cloud.run_plan_and_wait { plan_id = 2007, every = 0.05, timeout = 0.5 } -- want: timeout: run .* of plan 2007: it has not ended after.*it is
alteryx_cloud.run_plan_and_wait { plan_id = 2006 } -- want: conflict: .*it was not started: MissingFlowReferences
alteryx_cloud.run_plan_and_wait { plan_id = 7 } -- want: not_found
local hanging = alteryx_cloud.run_plan { plan_id = 2007 }.plan_snapshot_run_id
alteryx_cloud.cancel_plan_run { plan_run_id = hanging }
alteryx_cloud.wait_for_plan_run { plan_run_id = hanging, every = 0.05 } -- want: failed: plan run .*it was cancelled
eq(alteryx_cloud.wait_for_plan_run { plan_run_id = run.id }.status, "Complete")
alteryx_cloud.wait_for_plan_run { plan_run_id = 7 } -- want: not_found

-- Runs of flows.
run = alteryx_cloud.run_flow_and_wait { flow_id = 3001, every = 0.05 }
eq(run.flow.id, 3001)
alteryx_cloud.run_flow_and_wait { flow_id = 3007, every = 0.05 } -- want: failed: run .* of flow 3007: it failed.*job .*wrangle
alteryx_cloud.run_flow_and_wait { flow_id = 3007, every = 0.05, timeout = 0.1 } -- want: timeout: run .* of flow 3007
alteryx_cloud.run_flow_and_wait { flow_id = 3001, wrangled_dataset_ids = { 7 } } -- want: invalid
alteryx_cloud.run_flow_and_wait { flow_id = 3001, wait = true } -- want: script: .*argument "wait"

-- Runs of recipes.
local group_of_jobs = alteryx_cloud.run_recipe_and_wait { recipe_id = 40001, overrides = { profiler = true }, every = 0.05 }
eq({ group_of_jobs.status, group_of_jobs.wrangled_dataset.id, group_of_jobs.profiling_enabled }, { "Complete", 40001, true })
alteryx_cloud.run_recipe_and_wait { recipe_id = 7 } -- want: invalid
alteryx_cloud.run_recipe_and_wait { recipe_id = 40001, test_mode = true } -- want: script: .*argument "test_mode"
eq(alteryx_cloud.wait_for_job_group { job_group_id = group_of_jobs.id }.id, group_of_jobs.id)
alteryx_cloud.wait_for_job_group { job_group_id = 7 } -- want: not_found

-- Runs of workflows.
local scoring = alteryx_cloud.find_workflow { name = "Churn / scoring" }
eq(alteryx_cloud.run_workflow_and_wait { workflow_id = scoring.id, every = 0.05 }.status, "Complete")
local export = alteryx_cloud.find_workflow { name = "Export für Prüfer" }
alteryx_cloud.run_workflow_and_wait { workflow_id = export.id, every = 0.05 } -- want: failed: job group .* of workflow .*it failed
alteryx_cloud.run_workflow_and_wait { workflow_id = "01J" } -- want: not_found

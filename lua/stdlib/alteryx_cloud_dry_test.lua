--- Tests of what the library adds to alteryx_cloud in a dry run: nothing is waited for.
eq(alteryx_cloud.check_workspace { workspace_id = 4242 }.id, 4242)

local person, invited, given = alteryx_cloud.ensure_member { email = "new@example.com", roles = { 8103 } }
eq({ person.email, invited, #given }, { "new@example.com", true, 0 })
person, invited = alteryx_cloud.ensure_member { email = "new@example.com" }
eq({ person.email, invited }, { "new@example.com", false })
eq(alteryx_cloud.ensure_role { person_id = person.id, role_id = 8105 }, true)
eq(alteryx_cloud.ensure_role { person_id = person.id, role_id = 8105 }, false)
person, invited, given = alteryx_cloud.ensure_member { email = "ada@example.com", roles = { 8103 } }
eq({ person.email, invited, given }, { "ada@example.com", false, { 8103 } })

local group, made = alteryx_cloud.ensure_group { name = "Auditors" }
eq({ group.name, made }, { "Auditors", true })
group, made = alteryx_cloud.ensure_group { name = "auditors" }
eq({ group.name, made }, { "Auditors", false })
eq(#alteryx_cloud.ensure_group_users { group_id = group.id, user_ids = { person.id } }, 1)
eq(#alteryx_cloud.ensure_group_users { group_id = group.id, user_ids = { person.id } }, 0)
eq(alteryx_cloud.list_groups_of_person { person_id = person.id }[3].name, "Auditors")

eq(alteryx_cloud.ensure_schedule { schedule_id = 1011, enabled = false }, true)
eq(alteryx_cloud.ensure_schedule { schedule_id = 1011, enabled = false }, false)
eq(alteryx_cloud.find_schedule { name = "Region 01, hourly" }.enabled, false)

eq(alteryx_cloud.run_plan_and_wait { plan_id = 2001 }.plan.id, 2001)
eq(alteryx_cloud.run_flow_and_wait { flow_id = 3001 }.flow.id, 3001)
eq(alteryx_cloud.run_recipe_and_wait { recipe_id = 40001 }.wrangled_dataset.id, 40001)
local workflow = alteryx_cloud.find_workflow { name = "Churn / scoring" }
alteryx_cloud.run_workflow_and_wait { workflow_id = workflow.id }
eq(alteryx_cloud.wait_for_job_group { job_group_id = 88001 }.id, 88001)
eq(alteryx_cloud.wait_for_plan_run { plan_run_id = 55001 }.status, "Complete")

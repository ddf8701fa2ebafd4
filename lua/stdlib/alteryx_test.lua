--- Tests of what the library adds to alteryx, on the emulator's company.
local ADA, LIN, PAUL = "61d57bea3c15317e1a48205b", "61d57bea3c15317e1a48205c", "61d57bea3c15317e1a482060"
local NIA, MARIA = "61d57bea3c15317e1a482061", "61d57bea3c15317e1a482063"

-- find_user
eq(alteryx.find_user { email = "ada@example.com" }.id, ADA)
eq(alteryx.find_user { email = "ADA@Example.com" }.id, ADA)
eq(alteryx.find_user { email = "ada@example.com" }.can_schedule_jobs, true)
eq(alteryx.find_user { email = "da@example.com" }, nil)
eq(alteryx.find_user { email = "a@example.com" }, nil)
alteryx.find_user { email = "adda@example.com", required = true } -- want: not_found: user "adda@example.com".*did you mean "ada@example.com"
alteryx.find_user { email = "somebody.else@example.com", required = true } -- want: not_found: .*nobody on this Server
alteryx.find_user { emial = "ada@example.com" } -- want: script: alteryx.find_user: argument "emial".*did you mean "email"
alteryx.find_user {} -- want: script: .*argument "email": it is required
alteryx.find_user { "ada@example.com" } -- want: script: .*item 1 has no name
alteryx.find_user "ada@example.com" -- want: script: .*one table of named arguments.*alteryx.find_user { email = … }
alteryx.find_user() -- want: script: .*one table of named arguments
alteryx.find_user { email = "ada@example.com", required = true, user_id = ADA } -- want: script: .*argument "user_id"

-- Things by their names.
eq(alteryx.find_user_group { name = "Finance Analysts" }.name, "Finance Analysts")
eq(#alteryx.find_user_group { name = "finance analysts" }.members, 3)
eq(alteryx.find_user_group { name = "Finance" }, nil)
alteryx.find_user_group { name = "Finance Analyst", required = true } -- want: not_found: user group.*did you mean "Finance Analysts"
alteryx.find_user_group { nmae = "Operations" } -- want: script: .*did you mean "name"
eq(#alteryx.find_collection { name = "operations daily" }.workflow_ids, 2)
alteryx.find_collection { name = "Month Ends", required = true } -- want: not_found: collection.*did you mean "Month End"
eq(alteryx.find_credential { username = "example\\SVC-AUDIT" }.user_ids, { ADA })
alteryx.find_credential { username = "svc-audit", required = true } -- want: not_found: credential "svc%-audit"
eq(#alteryx.find_data_connection { name = "Customer Lake" }.user_ids, 2)
alteryx.find_data_connection { name = "Customer Lakes", required = true } -- want: not_found: .*did you mean "Customer Lake"
eq(alteryx.find_subscription { name = "finance studio" }.name, "Finance Studio")
alteryx.find_subscription { name = "Finance Studios", required = true } -- want: not_found: studio.*did you mean "Finance Studio"

-- Names that differ in capitals only: the exact one is meant, or it is a conflict.
alteryx.create_collection { name = "month end" }
eq(alteryx.find_collection { name = "month end" }.name, "month end")
eq(alteryx.find_collection { name = "Month End" }.name, "Month End")
alteryx.find_collection { name = "MONTH END" } -- want: conflict: collection "MONTH END": there are 2

-- Groups and roles of a user
local names = {}
for i, g in ipairs(alteryx.list_groups_of_user { user_id = ADA }) do names[i] = g.name end
eq(names, { "Finance Analysts", "Data Stewards" })
eq(#alteryx.list_groups_of_user { user_id = PAUL }, 0)
eq(alteryx.get_effective_role { user_id = ADA }, "Artisan")
eq(alteryx.get_effective_role { user_id = NIA }, "Artisan")
alteryx.get_effective_role { user_id = "61d57bea3c15317e1a489999" } -- want: not_found
local stranger = alteryx.create_user { email = "s@example.com", first_name = "S", last_name = "T" }
eq(alteryx.get_effective_role { user_id = stranger.id }, nil)

-- ensure_user
local user, changes, created = alteryx.ensure_user {
  email = "sine@example.com", first_name = "Siné", last_name = "O'Brien-Łuk", role = "Viewer",
}
eq({ user.email, user.last_name, user.role, #changes, created }, { "sine@example.com", "O'Brien-Łuk", "Viewer", 0, true })
user, changes, created = alteryx.ensure_user { email = "SINE@example.com", role = "Viewer" }
eq({ user.email, #changes, created }, { "sine@example.com", 0, false })
user, changes, created = alteryx.ensure_user { email = "sine@example.com", role = "Member", can_schedule_jobs = true }
eq(changes, { { field = "role", from = "Viewer", to = "Member" }, { field = "can_schedule_jobs", from = false, to = true } })
eq({ user.role, user.can_schedule_jobs, user.last_name, created }, { "Member", true, "O'Brien-Łuk", false })
user, changes = alteryx.ensure_user { email = "paul@example.com" }
eq(changes, { { field = "is_active", from = false, to = true } })
eq({ user.id, user.is_active }, { PAUL, true })
user, changes = alteryx.ensure_user { email = "paul@example.com", is_active = false }
eq(user.is_active, false)
alteryx.ensure_user { email = "new@example.com" } -- want: script: alteryx.ensure_user: argument "first_name": it is required
alteryx.ensure_user { email = "new@example.com", firstname = "X" } -- want: script: .*did you mean "first_name"
eq(alteryx.find_user { email = "new@example.com" }, nil)

-- Membership and shares: once, and not again.
local operations = alteryx.find_user_group { name = "Operations" }
eq(alteryx.ensure_user_in_group { user_id = LIN, group_id = operations.id }, true)
eq(alteryx.ensure_user_in_group { user_id = LIN, group_id = operations.id }, false)
alteryx.ensure_user_in_group { user_id = "61d57bea3c15317e1a489999", group_id = operations.id } -- want: conflict: user group .*: user 61d57bea3c15317e1a489999 was not added: The user does not exist
alteryx.ensure_user_in_group { user_id = LIN, user_group_id = operations.id } -- want: script: .*"user_group_id".*did you mean "group_id"
local daily = alteryx.find_collection { name = "Operations Daily" }
eq(alteryx.ensure_user_in_collection { user_id = MARIA, collection_id = daily.id }, true)
eq(alteryx.ensure_user_in_collection { user_id = MARIA, collection_id = daily.id, permissions = {} }, false)
local studio = alteryx.find_subscription { name = "Platform Studio" }
eq(alteryx.ensure_user_in_subscription { user_id = MARIA, subscription_id = studio.id }, true)
eq(alteryx.ensure_user_in_subscription { user_id = MARIA, subscription_id = studio.id }, false)
local audit = alteryx.find_credential { username = "EXAMPLE\\svc-audit" }
eq(alteryx.ensure_user_has_credential { user_id = LIN, credential_id = audit.id }, true)
eq(alteryx.ensure_user_has_credential { user_id = LIN, credential_id = audit.id }, false)
local lake = alteryx.find_data_connection { name = "Customer Lake" }
eq(alteryx.ensure_user_has_data_connection { user_id = LIN, data_connection_id = lake.id }, true)
eq(alteryx.ensure_user_has_data_connection { user_id = LIN, data_connection_id = lake.id }, false)
eq(alteryx.ensure_user_in_group { user_id = stranger.id, group_id = operations.id }, true)
eq(alteryx.ensure_user_in_group { user_id = stranger.id, group_id = operations.id }, false)
alteryx.ensure_user_in_group { user_id = LIN, group_id = "62a0c1f73c15317e1a499999" } -- want: not_found
alteryx.ensure_user_in_collection { user_id = LIN, collection_id = daily.id, permission = {} } -- want: script: .*did you mean "permissions"

-- run_workflow_and_wait
local WITHOUT_NEEDS, NEEDS_A_CONNECTION = "66e4053b3c15317e1a4d0004", "66e4053b3c15317e1a4d000b"
local job = alteryx.run_workflow_and_wait { workflow_id = WITHOUT_NEEDS, every = 0.01, timeout = 20 }
eq({ job.status, job.disposition }, { "Completed", "Success" })
alteryx.remove_data_connection_user { data_connection_id = "6806275d3c15317e1a4f0004", user_id = PAUL }
alteryx.run_workflow_and_wait { workflow_id = NEEDS_A_CONNECTION, every = 0.01, timeout = 20 } -- want: failed: job .*it ended with Error
alteryx.run_workflow_and_wait { workflow_id = WITHOUT_NEEDS, interval = 5 } -- want: script: .*argument "interval"

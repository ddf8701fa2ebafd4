--- Tests of what the library adds to atscale, on the emulator's installation of
--- the installer edition.

-- Things by their names.
eq(atscale.find_user { username = "ada" }.email, "ada@example.com")
eq(atscale.find_user { username = "ADA" }.auth_username, "ada")
eq(atscale.find_user { username = "ad" }, nil)
eq(atscale.find_user { email = "Ada@example.com" }.auth_username, "ada")
eq(atscale.find_user { email = "ada" }.email, "ada@example.com") -- names to sign in with may be addresses
eq(atscale.find_user { email = "nobody@example.com" }, nil)
atscale.find_user { email = "adda@example.com", required = true } -- want: not_found: user .*did you mean "ada@example.com"
atscale.find_user { username = "adda", required = true } -- want: not_found: user "adda".*did you mean "ada"
atscale.find_user { usernam = "ada" } -- want: script: .*argument "usernam".*did you mean "username"
atscale.find_user {} -- want: script: .*argument "username": it is required
atscale.find_user "ada" -- want: script: .*one table of named arguments.*atscale.find_user { username = … }
atscale.find_user { "ada" } -- want: script: .*item 1 has no name
eq(atscale.find_organization { name = "example company" }.id, "default")
atscale.find_organization { name = "Exampel Company", required = true } -- want: not_found: .*did you mean "Example Company"
eq(atscale.find_role { title = "query user" }.title, "Query User")
atscale.find_role { title = "Analysts", required = true } -- want: not_found: .*did you mean "Analyst"
eq(atscale.find_group { name = "new starters" }.name, "New Starters")
atscale.find_group { name = "New Starter", required = true } -- want: not_found: .*did you mean "New Starters"
eq(atscale.find_connection_group { name = "finance warehouse" }.connection_id, "finance-warehouse")
atscale.find_connection_group { name = "Finance Warehous", required = true } -- want: not_found: .*did you mean "Finance Warehouse"

-- Projects and cubes: what is published is another project than the draft.
local draft = atscale.find_project { name = "sales insights" }
local published = atscale.find_published_project { name = "Sales Insights" }
eq(draft.engine_id, published.id)
eq(atscale.find_published_project { name = "Sandbox (ada)" }, nil)
eq(atscale.find_project { name = "Sandbox (ada)" }.engine_id, nil)
atscale.find_project { name = "Sales Insight", required = true } -- want: not_found: .*did you mean "Sales Insights"
atscale.find_published_project { name = "month_ends", required = true } -- want: not_found: .*did you mean "month_end"
local cube = atscale.find_cube { project = "Sales Insights", cube = "internet sales" }
eq(cube.project_id, published.id)
eq(atscale.find_cube { project = "Sales Insights", cube = "Sales" }, nil)
eq(atscale.find_cube { project = "Nothing", cube = "Sales" }, nil)
atscale.find_cube { project = "Sales Insights", cube = "Internet Sale", required = true } -- want: not_found: cube .*did you mean "Internet Sales"

-- Two drafts may have one name.
atscale.create_empty_project { name = "twice" }
atscale.create_empty_project { name = "twice" }
atscale.find_project { name = "twice" } -- want: conflict: project "twice": there are 2 of this name.*the id of the one
atscale.create_empty_project { name = "Twice" }
eq(atscale.find_project { name = "Twice" }.name, "Twice")
atscale.find_project { name = "TWICE" } -- want: conflict: project "TWICE": there are 3 that differ in capitals

-- ensure_user
atscale.ensure_user { username = "sine" } -- want: script: .*argument "password": it is required
atscale.ensure_user { username = "sine", password = "x", roles = { "Analysts" } } -- want: not_found: role .*did you mean "Analyst"
local user, changes, new = atscale.ensure_user {
  username = "sine", password = "a-new-password", roles = { "Analyst" }, name = "Siné O'Brien",
}
eq({ user.auth_username, user.name, #changes, new }, { "sine", "Siné O'Brien", 0, true })
eq(user.user_id, atscale.find_user { username = "sine" }.user_id)
user, changes, new = atscale.ensure_user { username = "SINE", email = "sine@example.com" }
eq({ user.email, changes[1].field, changes[1].to, new }, { "sine@example.com", "email", "sine@example.com", false })
atscale.ensure_user { username = "lin", email = "Sine@example.com" }
eq(atscale.find_user { email = "sine@example.com" }.auth_username, "sine")
atscale.find_user { email = "SINE@example.com" } -- want: conflict: user "SINE@example.com": there are 2 that differ in capitals only
atscale.ensure_user { username = "lin", email = "lin@example.com" }
user, changes, new = atscale.ensure_user { username = "sine", email = "sine@example.com" }
eq({ #changes, new }, { 0, false })

-- ensure_group
local group, made = atscale.ensure_group { name = "NEW starters" }
eq({ group.name, made }, { "New Starters", false })
group, made = atscale.ensure_group { name = "Auditors" }
eq({ group.name, made }, { "Auditors", true })

-- ensure_build_schedule
local wanted = {
  project_id = cube.project_id, cube_id = cube.cube_id, time_expression = "0 15 1 ? * *", full_build = true,
}
local schedule
schedule, made = atscale.ensure_build_schedule(wanted)
eq(made, true)
local again
again, made = atscale.ensure_build_schedule(wanted)
eq({ again.job_id, made }, { schedule.job_id, false })
wanted.time_expression = "whenever"
atscale.ensure_build_schedule(wanted) -- want: invalid

-- Builds
local build = atscale.start_cube_build_and_wait {
  project_id = cube.project_id, cube_id = cube.cube_id, is_full_build = true,
}
eq(build.status, "done")
local shipments = atscale.find_cube { project = "operations", cube = "Shipments" }
shipments.is_full_build = true
atscale.start_cube_build_and_wait(shipments) -- want: failed: .*it ended with
shipments.timeout = 10
atscale.start_cube_build_and_wait(shipments) -- want: timeout
atscale.start_cube_build_and_wait(shipments) -- want: conflict: .*runs already

-- What only the container edition has.
atscale.find_catalog { name = "Sales" } -- want: unsupported: .*container edition
atscale.find_model { catalog = "Sales", model = "x" } -- want: unsupported
atscale.find_repository { name = "Sales" } -- want: unsupported
atscale.find_data_warehouse { name = "Sales" } -- want: unsupported
atscale.ensure_repository { name = "x", url = "https://git.example.com/x.git" } -- want: unsupported
atscale.start_model_build_and_wait { catalog_id = "c", model_id = "m", is_full_build = true } -- want: unsupported

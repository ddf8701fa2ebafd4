--- Tests of what the library adds to atscale in a dry run: nothing is waited for.
local user, changes, new = atscale.ensure_user {
  username = "sine", password = "a-new-password", roles = { "Analyst" },
}
eq({ user.auth_username, #changes, new }, { "sine", 0, true })
eq(atscale.find_user { username = "sine" }.auth_username, "sine")
user, changes, new = atscale.ensure_user { username = "ada", name = "Ada M." }
eq({ user.name, changes[1].to, new }, { "Ada M.", "Ada M.", false })
eq(atscale.find_user { username = "ada" }.name, "Ada M.")

local group, made = atscale.ensure_group { name = "Auditors" }
eq({ group.name, made }, { "Auditors", true })
group, made = atscale.ensure_group { name = "auditors" }
eq({ group.name, made }, { "Auditors", false })

local cube = atscale.find_cube { project = "operations", cube = "Shipments" }
cube.is_full_build = true
eq(atscale.start_cube_build_and_wait(cube).project_id, cube.project_id)

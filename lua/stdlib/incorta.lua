--- What scripts often need of Incorta, over its operations.
---
--- A load of a schema has no id. What the cluster says of the last load before a
--- new one is started is kept, and the new one has ended only when the cluster
--- says something newer: an old success is not taken for it.
local arguments = require("arguments")
local spell = require("spell")
local time = require("time")

local incorta = {}

local check, mistake = arguments.of("incorta")

--- Names in quotes, separated by commas.
local function quoted(names)
  local texts = {}
  for i, name in ipairs(names) do texts[i] = string.format("%q", name) end
  return table.concat(texts, ", ")
end

--- Waits until `look` returns a true value, and returns that. It looks less and
--- less often, and once more when the time is over; then it returns nil, or what
--- kept it from looking.
local function patiently(opts, what, look)
  local every = opts.every or 5
  local pause, due = every, now()
  local ok, got = pcall(wait_until, { every = every, timeout = opts.timeout or 3600, what = what },
    function()
      if now() < due then return false end
      local seen = look()
      pause = math.min(pause * 1.5, every * 12)
      due = now() + pause
      return seen
    end)
  if ok then return got end
  if type(got) ~= "table" or got.kind ~= "timeout" or got.op then return nil, got end
  local again, seen = pcall(look)
  if again then return seen or nil end
  return nil, seen
end

local ENDED = { succeeded = true, failed = true, stopped = true }

--- Finds a schema by its name, in exact case.
---
--- Takes `name`; `schema_type`: ALL if omitted; and `required`: false if omitted.
---
--- Answers the schema as list_schemas does; nil if there is none. Only what the
--- connection's user may see is found.
---
--- Raises `not_found`, with the nearest known name, if there is none and
--- `required` is true.
---
---@param args { name: string, schema_type?: string, required?: boolean }
---@return table?
function incorta.find_schema(module, args)
  check("find_schema", args, { "name" }, { "schema_type", "required" })
  local names = {}
  for _, s in ipairs(module.list_schemas { schema_type = args.schema_type }) do
    if s.schema_name == args.name then return s end
    names[#names + 1] = s.schema_name
  end
  if args.required then
    fail {
      kind = "not_found", subject = string.format("schema %q", args.name),
      cause = "there is none that the connection's user may see; capitals matter",
      hint = spell.hint(args.name, names),
    }
  end
  return nil
end

--- The one item of the catalog that is called so: exactly, or else without
--- regard to capitals.
local function in_catalog(module, kind, args)
  local exact, alike, names = {}, {}, {}
  for _, item in ipairs(module.list_catalog_matches { keyword = args.name, type = kind }) do
    if item.type == "" or item.type == kind then
      if item.name == args.name then exact[#exact + 1] = item end
      if item.name:lower() == args.name:lower() then alike[#alike + 1] = item end
      names[#names + 1] = item.name
    end
  end
  local found = #exact > 0 and exact or alike
  local subject = string.format("%s %q", kind:lower(), args.name)
  if #found > 1 then
    fail {
      kind = "conflict", subject = subject, cause = "there are " .. #found .. " called so",
      hint = "find out which one is meant, and use the operations with its id",
    }
  end
  if not found[1] and args.required then
    fail {
      kind = "not_found", subject = subject,
      cause = "there is none that the connection's user may see",
      hint = spell.hint(args.name, names),
    }
  end
  return found[1]
end

--- Finds a dashboard by its whole name, wherever it is in the catalog.
---
--- Takes `name`, and `required`: false if omitted.
---
--- Answers the dashboard as list_catalog_matches does, with its guid; nil if there is
--- none. One whose name is exactly so goes before one that differs in capitals.
---
--- Raises `conflict` if several are called so, and `not_found` if there is none
--- and `required` is true.
---
---@param args { name: string, required?: boolean }
---@return table?
function incorta.find_dashboard(module, args)
  check("find_dashboard", args, { "name" }, { "required" })
  return in_catalog(module, "DASHBOARD", args)
end

--- Finds a folder by its whole name, wherever it is in the catalog.
---
--- Takes `name`, and `required`: false if omitted.
---
--- Answers the folder as list_catalog_matches does, with its id; nil if there is none.
--- One whose name is exactly so goes before one that differs in capitals.
---
--- Raises `conflict` if several are called so, and `not_found` if there is none
--- and `required` is true.
---
---@param args { name: string, required?: boolean }
---@return table?
function incorta.find_folder(module, args)
  check("find_folder", args, { "name" }, { "required" })
  return in_catalog(module, "FOLDER", args)
end

--- Lists all folders and dashboards of the catalog, also those in folders.
---
--- Takes `owner`: only those whose owner is exactly that; all if omitted.
---
--- Answers them as list_catalog does, a folder before what is in it. `path` is
--- made of the names of the folders where the cluster does not say it. It reads
--- folder by folder.
---
---@param args { owner?: string }
---@return table[]
function incorta.list_whole_catalog(module, args)
  check("list_whole_catalog", args, {}, { "owner" })
  local found, seen = {}, {}
  local function add(items, path)
    for _, item in ipairs(items) do
      item.path = item.path or path .. "/" .. item.name
      if not args.owner or item.owner == args.owner then found[#found + 1] = item end
      if item.type == "FOLDER" and item.id and not seen[item.id] then
        seen[item.id] = true
        add(module.list_folder { folder_id = item.id }, path .. "/" .. item.name)
      end
    end
  end
  add(module.list_catalog {}, "")
  return found
end

local SOURCES = { FULL = true, INCREMENTAL = true, STAGING = true }

--- The arguments about what is loaded, checked: names and source.
local function what_to_load(verb, args)
  if type(args.schemas) ~= "table" or #args.schemas == 0 then
    mistake(verb, "schemas is not a list of names", 'write schemas = { "Sales", "HR" }')
  end
  local seen = {}
  for _, name in ipairs(args.schemas) do
    if type(name) ~= "string" then
      mistake(verb, "schemas holds " .. tostring(name) .. ", which is not a name")
    end
    if seen[name] then mistake(verb, string.format("schemas holds %q twice", name)) end
    seen[name] = true
  end
  local source = args.source or "full"
  if type(source) ~= "string" or not SOURCES[source:upper()] then
    mistake(verb, string.format("source is %s", tostring(source)),
      spell.hint(tostring(source), { "full", "incremental", "staging" })
        or "use full, incremental or staging")
  end
  return source:upper()
end

--- A schema as it is, to be loaded. A name that is unknown is answered with the
--- nearest one.
local function to_load(module, name)
  local ok, s = pcall(module.get_schema_status, { schema_name = name })
  local subject = string.format("schema %q", name)
  if not ok then
    if type(s) ~= "table" or (s.kind ~= "not_found" and s.kind ~= "invalid") then error(s, 0) end
    local names = {}
    local listed, schemas = pcall(module.list_schemas, { schema_type = "PHYSICAL" })
    for _, x in ipairs(listed and schemas or {}) do names[#names + 1] = x.schema_name end
    fail {
      kind = "not_found", subject = subject, cause = s.cause, hint = spell.hint(name, names),
    }
  end
  if s.schema_type == "BUSINESS" then
    fail {
      kind = "invalid", subject = subject, cause = "it is a business schema, which has no data",
      hint = "load the physical schemas that its views show",
    }
  end
  return s
end

local function must_not_be_loading(s)
  if assume(s.load_state, "succeeded") == "running" then
    fail {
      kind = "conflict", subject = string.format("schema %q", s.schema_name),
      cause = "it is being loaded" .. (s.load_time and ", since " .. s.load_time or ""),
      hint = "wait until that load has ended",
    }
  end
end

--- Whether a load has ended that is newer than the one before. Moments are texts
--- in UTC of the same length, so that they can be compared.
local function has_ended(one, seen)
  local function newer(field)
    return seen[field] and (not one.before[field] or seen[field] > one.before[field])
  end
  if seen.load_state == "running" then one.began = true end
  if newer("load_time") or newer("load_end_time") then one.began = true end
  if not ENDED[seen.load_state] then return false end
  -- Without any time a failure after a success can only be a new one.
  return one.began or (seen.load_state ~= "succeeded" and seen.load_state ~= one.before.load_state)
end

--- Whether the cluster's word for a load that was just started says that it was
--- not.
local function refusal(answer, name)
  local said = answer.loading_status and answer.loading_status[name]
  if type(said) ~= "string" then return nil end
  local plain = said:lower()
  for _, bad in ipairs { "inc_%d", "fail", "error", "not found", "does not exist", "denied" } do
    if plain:find(bad) then return said end
  end
  return nil
end

--- Starts the load of one schema, and keeps what the cluster said before.
local function start(module, one, source)
  local ok, answer = pcall(function()
    one.before = to_load(module, one.schema)
    must_not_be_loading(one.before)
    one.previous_load_time = one.before.load_time
    return module.start_load { schema_names = { one.schema }, load_source = source }
  end)
  if not ok then
    if type(answer) ~= "table" or answer.kind == "script" then error(answer, 0) end
    one.state, one.cause, one.kind = "not started", answer.cause or tostring(answer), answer.kind
    if answer.kind == "in_doubt" then one.state = "in doubt" end
    return false
  end
  if dry_run() then
    one.state = "planned"
    return true
  end
  local said = refusal(answer, one.schema)
  if said then
    one.state, one.cause = "failed", said
    return false
  end
  one.state = "running"
  return true
end

--- Waits for loads that were started.
local function await(module, args, loads)
  local names = {}
  for _, one in ipairs(loads) do
    if one.state == "running" then names[#names + 1] = one.schema end
  end
  if #names == 0 then return end
  local _, broken = patiently(args, "load of " .. quoted(names), function()
    local all = true
    for _, one in ipairs(loads) do
      if one.state == "running" then
        local seen = module.get_schema_status { schema_name = one.schema }
        one.status, one.seen = seen.load_status, seen.load_state
        if has_ended(one, seen) then
          one.state, one.load_time, one.load_end_time =
            seen.load_state, seen.load_time, seen.load_end_time
          if one.state ~= "succeeded" and seen.load_message then
            one.cause = seen.load_status .. ": " .. seen.load_message
          end
        else
          all = false
        end
      end
    end
    return all
  end)
  for _, one in ipairs(loads) do
    if one.state == "running" then
      one.state, one.kind = "not ended", "timeout"
      if broken then
        one.kind, one.cause = broken.kind, broken.cause or tostring(broken)
      elseif ENDED[one.seen] then
        one.cause = "the cluster still tells of the load before"
      else
        one.cause = "the cluster's word is " .. (one.status or "none")
      end
    end
  end
end

--- What came of a load, for a person.
local function told(args, one)
  local text = one.cause or one.status or "the cluster gave no reason"
  if ENDED[one.state] then
    text = "it ended with " .. text
  elseif one.state == "not ended" then
    text = string.format("it has not ended after %s s: %s", tostring(args.timeout or 3600), text)
  elseif not one.cause then
    text = "one before it did not succeed"
  end
  if one.previous_load_time then
    local well = one.before.load_state == "succeeded"
    text = text .. (well and "; its data is of " or "; the load before went wrong, too, at ")
      .. one.previous_load_time
  end
  return text
end

--- Fails with an account of all loads if one did not succeed.
local function account(args, loads, source)
  local groups, order, stale, kind = {}, {}, {}, nil
  for _, one in ipairs(loads) do
    local text = string.format("%q", one.schema)
    if one.state ~= "succeeded" then
      stale[#stale + 1] = one.schema
      if one.state ~= "not started" or one.kind then kind = kind or one.kind or "failed" end
      if one.cause or one.status or one.previous_load_time then
        text = text .. " (" .. told(args, one) .. ")"
      end
    end
    if not groups[one.state] then
      groups[one.state] = {}
      order[#order + 1] = one.state
    end
    table.insert(groups[one.state], text)
  end
  if #stale == 0 then return end
  local parts = {}
  for _, state in ipairs(order) do
    parts[#parts + 1] = state .. ": " .. table.concat(groups[state], ", ")
  end
  local hint = "stale now: " .. quoted(stale) .. "; see why, and load them again: "
    .. string.format("incorta.load_schemas { schemas = { %s }, source = %q, wait = true }",
      quoted(stale), source:lower())
  if kind == "timeout" then
    hint = "the loads that have not ended go on; look at them with incorta.get_schema_status, "
      .. "and give a longer timeout than " .. (args.timeout or 3600) .. " s. " .. hint
  elseif kind == "in_doubt" then
    hint = "look at the load jobs of the cluster first. " .. hint
  end
  fail {
    kind = kind or "failed",
    subject = #loads == 1 and string.format("load of schema %q", loads[1].schema)
      or string.format("loads of %d schemas", #loads),
    cause = #loads == 1 and told(args, loads[1]) or table.concat(parts, "; "), hint = hint,
  }
end

--- Loads physical schemas, and waits until each has its new data.
---
--- Takes `schemas`: names, in exact case; `source`: full, incremental or staging,
--- full if omitted; `wait`: true if omitted; `together`: false if omitted; and
--- `every` and `timeout`: seconds, 5 and 3600 if omitted. The timeout is for one
--- load, or for all if they run together.
---
--- All names are checked before anything is started. Then the schemas are loaded
--- one after the other, in the order given, and none after one that fails; or,
--- with `together`, all at the same time. It looks at first every `every`
--- seconds, and less and less often. With `wait = false` it starts them all and
--- does not wait. A dry run plans the loads and does not wait.
---
--- Answers a list with an entry for each schema: schema; state, which is
--- succeeded (or running without waiting, or planned); status, the cluster's word;
--- load_time, load_end_time and previous_load_time.
---
--- Raises `not_found`, `invalid` or `conflict` before anything is started, if a
--- schema is unknown, a business schema, or being loaded. Raises `failed`,
--- `timeout`, `in_doubt` or what start_load raises if a schema does not get its
--- new data, with an account of each: what was loaded, what failed, what was not
--- started, and which are stale. Loads that were started go on.
---
---@param args table
---@return table[]
function incorta.load_schemas(module, args)
  check("load_schemas", args, { "schemas" }, { "source", "wait", "together", "every", "timeout" })
  local source = what_to_load("load_schemas", args)
  local loads = {}
  for i, name in ipairs(args.schemas) do
    local now = to_load(module, name)
    must_not_be_loading(now)
    loads[i] = {
      schema = name, state = "not started", before = now, previous_load_time = now.load_time,
    }
  end
  local wait = args.wait ~= false and not dry_run()
  for _, one in ipairs(loads) do
    local ok = start(module, one, source)
    if ok and wait and not args.together then
      await(module, args, { one })
      ok = one.state == "succeeded"
    end
    if not ok then break end
  end
  if wait then await(module, args, loads) end
  local fine = { succeeded = true, planned = true, running = not wait }
  for _, one in ipairs(loads) do
    if not fine[one.state] then account(args, loads, source) end
  end
  for _, one in ipairs(loads) do one.before, one.began, one.seen = nil, nil, nil end
  return loads
end

--- Loads those physical schemas whose data is too old, or whose last load failed.
---
--- Takes `schemas` and `max_age`: how old the last successful load may be, in
--- seconds; and `source`, `together`, `every` and `timeout` as load_schemas does.
--- It may be called again: what is fresh is left alone.
---
--- Answers the list of load_schemas; empty if all are fresh. A load without a
--- time counts as too old.
---
--- Raises what load_schemas raises.
---
---@param args table
---@return table[]
function incorta.ensure_schemas_loaded(module, args)
  check("ensure_schemas_loaded", args, { "schemas", "max_age" },
    { "source", "together", "every", "timeout" })
  what_to_load("ensure_schemas_loaded", args)
  local old = {}
  for _, name in ipairs(args.schemas) do
    local s = to_load(module, name)
    -- After a load that this dry run has planned, the schema will be fresh.
    local state = assume(s.load_state, "planned")
    local fresh = state == "planned"
    if state == "succeeded" and s.load_time then
      local ok, seconds = pcall(time.parse, s.load_time)
      fresh = ok and now() - seconds <= args.max_age
    end
    if not fresh then old[#old + 1] = name end
  end
  if #old == 0 then return {} end
  return module.load_schemas {
    schemas = old, source = args.source, together = args.together, every = args.every,
    timeout = args.timeout,
  }
end

--- Waits for an execution of a load plan.
local function await_execution(module, args, started)
  if dry_run() then return started end
  local id = started.execution_id
  local subject = string.format("load plan %q, execution %s", args.load_plan_name, tostring(id))
  local last
  local run, broken = patiently(args, subject, function()
    last = module.get_load_plan_execution { execution_id = id }
    return ENDED[last.state] and last
  end)
  if not run then
    local word = last and last.status
    fail {
      kind = broken and broken.kind or "timeout", subject = subject,
      cause = broken and (broken.cause or tostring(broken))
        or string.format("it has not ended after %s s; the cluster's word is %s",
          tostring(args.timeout or 3600), word or "none"),
      hint = string.format("it goes on; look at it: incorta.get_load_plan_execution "
        .. "{ execution_id = %s, level = 4 }", tostring(id)),
    }
  end
  if run.state == "succeeded" then return run end
  local parts = {}
  local ok, full = pcall(module.get_load_plan_execution, { execution_id = id, level = 4 })
  for i, p in ipairs(ok and full.problems or {}) do
    if i > 10 then
      parts[i] = string.format("and %d more", #full.problems - 10)
      break
    end
    parts[i] = string.format("%s (%s)", p.name, p.message or p.status)
  end
  fail {
    subject = subject,
    cause = "it ended with " .. (run.status or run.state)
      .. (#parts > 0 and "; stale now: " .. table.concat(parts, ", ") or ""),
    hint = string.format("see why, and do again what failed: incorta.restart_load_plan_and_wait "
      .. "{ load_plan_name = %q, group_sequence = …, recent_execution_id = %s }",
      args.load_plan_name, tostring(id)),
  }
end

--- Starts a load plan and waits until its execution has ended.
---
--- Takes `load_plan_name`, and `every` and `timeout`: seconds, 5 and 3600 if
--- omitted. It looks less and less often.
---
--- Answers the execution as get_load_plan_execution does. A dry run does not wait.
---
--- Raises `failed`, with the objects that failed, if it ended with anything but a
--- success; `timeout` if it has not ended in time, and then it goes on; and what
--- start_load_plan raises: `conflict` if one of the same load plan runs.
---
---@param args { load_plan_name: string, every?: number, timeout?: number }
---@return table
function incorta.start_load_plan_and_wait(module, args)
  check("start_load_plan_and_wait", args, { "load_plan_name" }, { "every", "timeout" })
  return await_execution(module, args,
    module.start_load_plan { load_plan_name = args.load_plan_name })
end

--- Runs a load plan again, and waits until its execution has ended.
---
--- Takes the arguments of restart_load_plan, and `every` and `timeout`: seconds, 5
--- and 3600 if omitted. It looks less and less often.
---
--- Answers the new execution as get_load_plan_execution does. A dry run does not
--- wait.
---
--- Raises `failed`, with the objects that failed, if it ended with anything but a
--- success; `timeout` if it has not ended in time, and then it goes on; and what
--- restart_load_plan raises.
---
---@param args table
---@return table
function incorta.restart_load_plan_and_wait(module, args)
  check("restart_load_plan_and_wait", args, { "load_plan_name", "group_sequence" },
    { "recent_execution_id", "every", "timeout" })
  return await_execution(module, args, module.restart_load_plan {
    load_plan_name = args.load_plan_name, group_sequence = args.group_sequence,
    recent_execution_id = args.recent_execution_id,
  })
end

return incorta

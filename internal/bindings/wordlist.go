package bindings

// A Word is a word of the language, for the manual.
type Word struct {
	Name      string
	Signature string
	Doc       string
}

// Words are the words of the language beside Lua's own and the modules of the
// vendors.
var Words = []Word{
	{"params", `params { name = { "type", required = true, default = …, choices = { … }, help = "…" } }`, "Declares the inputs of the script and returns their values. Each is a flag: new_owner is --new-owner. It comes before any call."},
	{"limits", `limits { destructive = "2%", changes = 50, ["module.delete_*"] = 3, population = 1800 }`, "Sets how many calls the run may make: changes are all that are no reads, destructive those whose effect is destructive, and a pattern those whose name it matches. A percentage is of the population, and rounded down. The call that would be too many is refused. It may come several times, and all limits hold, those of flags and connections too: the strictest counts."},
	{"step", `step("name", { timeout = 600 }, function() … end)`, "Runs a named part of the script, and returns what the function returns. With a timeout, in seconds, what goes on in it after that time raises timeout: a call under way is given up, a sleep ends, and nothing further begins. Of several timeouts around, the first to be over holds."},
	{"each", `each(items, { key = "id", concurrency = 8, timeout = 600 }, function(item, place) … end)`, "Runs the function for every item, concurrency at a time, each in a branch that is known by its key: a field, a function, or else the item itself or its id, email or name. After the first failure no further branch starts; one that is in doubt does not count. Returns what the functions returned, in the order of the items; one that was skipped leaves its place empty. timeout is how long a branch may take, in seconds, as in step."},
	{"parallel", `parallel({ a = function() … end, b = function() … end }, { timeout = 600 })`, "Runs the functions at the same time, each in a branch, and returns a table of what they returned. timeout is how long a branch may take, in seconds, as in step."},
	{"iter", `for x in iter(module.list_things, { … }) do … end`, "Goes through a list item by item, and asks for the next page when it is reached."},
	{"connect", `connect("module", "connection")`, "Returns the module on another connection than its default one."},
	{"wait_until", `wait_until({ every = 5, timeout = 600, what = "…" }, function() … end)`, "Calls the function, which must only read, until it returns a true value, and returns that. What it waits for is told after 5 seconds, and then less and less often. Raises timeout. A dry run looks once."},
	{"sleep", `sleep(seconds)`, "Waits. A dry run puts its clock forward instead."},
	{"now", `now()`, "The time of the run: seconds since 1970, in UTC."},
	{"log", `log("…")  log.debug, log.info, log.warn, log.error`, "Writes a line to the log, which goes to standard error and into the report."},
	{"print", `print(…)`, "Writes to standard output. Tables are shown as Lua writes them."},
	{"fail", `fail("why")  fail { cause = "…", hint = "…" }`, "Ends the script, or the pcall around it, with a failure."},
	{"skip", `skip("why")`, "Ends the step or branch without failing. It passes through pcall."},
	{"confirm", `confirm("Delete 12 users?")`, "Asks a person, and returns true when the answer is yes. Any other answer stops the run, and pcall does not catch that. Raises refused where nobody can be asked. A dry run goes on."},
	{"output", `output("name", value)`, "Records a result of the script. A list of tables is shown as a table, or as CSV or JSON with --format."},
	{"assume", `assume(value, expected)`, "value; in a dry run, if it is unknown, expected."},
	{"secret", `secret("env:NAME")`, "A secret from a reference (env:, file:, keyring:, exec:). It can be passed on, and shows as [secret]."},
	{"null", `null`, "Clears a field where nil would mean that it is not given."},
	{"dry_run", `dry_run()`, "Whether this is a dry run."},
	{"require", `require("name")`, "A module of the library, or a file of the project."},
}

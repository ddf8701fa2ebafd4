package emulator

import (
	"cmp"
	"net/http"
	"slices"
	"time"
)

// A load waits queueTime, then takes as long as its schema takes.
const queueTime = time.Second

// How long a synchronous load is waited for: if the caller does not say, and at most.
const (
	usualWait = 30 * time.Second
	maxWait   = 60 * time.Second
)

// loadSources are the ways to load.
var loadSources = []string{"FULL", "INCREMENTAL", "STAGING"}

func loadRoutes(o Options) []route {
	out := []route{
		{on: "POST /schema/load", both: true, need: loadsSchemas, do: loadSchemas, body: contract{
			req("schemaNames", names), req("loadSource", oneOf(loadSources...)), opt("synchronous", boolean),
			opt("requestedTimeoutInMilliseconds", within(0, 1<<62))}},
		{on: "POST /schema/{schemaName}/load", need: loadsTables, do: loadTables, body: contract{
			opt("tables", names), req("loadSource", oneOf(loadSources...))}},
	}
	if o.NoTableLoads {
		out = out[:1]
	}
	return out
}

// loadSchemas starts loads of several schemas, all or none.
func loadSchemas(c *call) (any, error) {
	wanted := c.in.strs("schemaNames")
	if len(wanted) == 0 {
		return nil, badInput("schemaNames must name a schema.") // (inf)
	}
	status := map[string]string{}
	var found []*schema
	for _, name := range wanted {
		s, err := c.loadable(name)
		switch {
		case err != nil && c.opts.UnknownInStatus && c.schema(name) == nil:
			status[name] = err.Error()
		case err != nil:
			return nil, err
		case !slices.Contains(found, s): // twice the same name is one load (inf)
			found = append(found, s)
		}
	}
	wait := c.wait()
	for _, s := range found {
		c.start(s, load{Source: c.in.str("loadSource"), By: c.by.Email, Asked: c.now}, wait)
	}
	c.settle(c.now)
	for _, s := range found {
		status[s.Name] = c.opts.Words.of(c.lastLoad(s.Name).Status)
	}
	return map[string]any{"loadingStatus": status}, nil
}

// loadTables loads one schema or some of its tables. Its answer is cut off, and like that of loadSchemas here (inf).
func loadTables(c *call) (any, error) {
	s, err := c.schemaOfPath()
	if err != nil {
		return nil, err
	}
	if _, err := c.loadable(s.Name); err != nil {
		return nil, err
	}
	tables := c.in.strs("tables")
	for _, name := range tables {
		if s.relation(name) == nil {
			return nil, unknownInBody("The table %s.%s is not found.", s.Name, name)
		}
	}
	c.start(s, load{Source: c.in.str("loadSource"), Tables: tables, By: c.by.Email, Asked: c.now}, 0)
	return map[string]any{"loadingStatus": map[string]string{s.Name: c.opts.Words.of(c.lastLoad(s.Name).Status)}}, nil
}

// loadable finds a schema that the caller may load now.
func (c *call) loadable(name string) (*schema, error) {
	s := c.schema(name)
	switch {
	case s == nil || !c.sees(s.ownership):
		return nil, unknownInBody("The schema %s is not found.", name)
	case s.Type != physical:
		return nil, refused("The schema %s is a business schema and cannot be loaded.", name)
	case c.accessOf(c.by, s.ownership) < edit:
		return nil, forbidden("The user does not have edit access to the schema %s.", name)
	case c.loading(name): // (inf) the number is that of load plans
		return nil, refuse(http.StatusBadRequest, codeBusy, "A load job of the schema %s is already running.", name)
	}
	return s, nil
}

// wait is how long the call waits for its loads. Too long a wait is cut, not refused.
func (c *call) wait() time.Duration {
	if !c.in.flag("synchronous") {
		return 0
	}
	asked := min(c.in.num("requestedTimeoutInMilliseconds", 0), maxWait.Milliseconds())
	return cmp.Or(time.Duration(asked)*time.Millisecond, usualWait)
}

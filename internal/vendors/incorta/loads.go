package incorta

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"runner/internal/op"
	"runner/internal/rest"
)

var loadOperations = []*op.Operation{
	startLoad, startTableLoad,
}

// StartLoad is the input of incorta.start_load.
type StartLoad struct {
	SchemaNames []string      `json:"schemaNames" lua:"schema_names,required,key" doc:"Physical schemas to load, in exact case."`
	LoadSource  string        `json:"loadSource" lua:"load_source" enum:"FULL INCREMENTAL STAGING" default:"FULL" doc:"What is loaded: everything anew, what is new, or what was extracted before."`
	Synchronous op.Opt[bool]  `json:"synchronous,omitzero" lua:"synchronous" default:"false" doc:"Whether the cluster answers only when the load is over, or the time-out is."`
	TimeoutMS   op.Opt[int64] `json:"requestedTimeoutInMilliseconds,omitzero" lua:"timeout_ms" default:"0" doc:"With synchronous: how long the cluster waits, in milliseconds. 0 means what it is set to, which is 30 seconds by default; more than 60000 is cut to that."`
}

// StartedLoad is the answer to a load.
type StartedLoad struct {
	LoadingStatus map[string]string `json:"loadingStatus" lua:"loading_status" doc:"What the cluster says of each schema, in its own words."`
	Extra         op.Extra          `json:",embed"`
}

// UnmarshalJSONFrom reads the answer to a load. That loadingStatus is a map from
// schema to text is known from one client only.
func (l *StartedLoad) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	v, err := dec.ReadValue()
	if err != nil {
		return err
	}
	o := objectOf(v.Clone())
	l.LoadingStatus = map[string]string{}
	for name, status := range objectOf(o.find("loadingStatus")).members {
		if status.Kind() == '{' {
			if word := objectOf(status).text("status", "state", "message"); word.Given {
				status = nil
				l.LoadingStatus[name] = word.Value
				continue
			}
		}
		l.LoadingStatus[name] = textOf(status)
	}
	l.Extra = o.rest()
	return nil
}

// attemptIsLongEnough refuses a wait that the connection would not sit out: the
// load would be in doubt.
func (in StartLoad) attemptIsLongEnough(c *client) error {
	if !in.Synchronous.Or(false) {
		return nil
	}
	wait := time.Duration(min(in.TimeoutMS.Or(0), 60000)) * time.Millisecond
	if wait <= 0 {
		wait = 30 * time.Second
	}
	if wait < c.attempt {
		return nil
	}
	return &op.Error{
		Kind: op.Invalid, Cause: fmt.Sprintf("the cluster would wait for %v, and the connection gives up after %v", wait, c.attempt),
		Hint: "set timeout_ms lower, or timeout of the connection higher; or do not wait in the call and poll get_schema_status",
	}
}

// The codes are by analogy with the vendor's other pages, and that a schema which
// is being loaded is refused by analogy with load plans.
var startLoad = op.New(op.Operation{
	Name: "incorta.start_load",
	Doc: `Starts a load of physical schemas.

The load has no id: compare load_time of get_schema_status with what it was before. incorta.load_schemas starts loads,
waits for them and tells what came of each. An answer to a synchronous load does not mean that it is over: the cluster
answers after a minute at the latest, and the load goes on.
The connection's user must be a Super User, or have the SuperRole or Schema Manager role and may edit each schema.
Raises invalid if a name is wrong or a schema is none to be loaded, conflict or invalid if one is being loaded, and
denied if the user may not.`,
	Source:  docs + "load-schema-endpoint-v2",
	Example: `incorta.start_load { schema_names = { "Ledger" }, load_source = "INCREMENTAL" }`,
	Effect:  op.Write,
	Object:  "load of schemas",
	Changes: []op.Change{loads("schema_names")},
}, func(ctx context.Context, c *client, in StartLoad) (l StartedLoad, err error) {
	if len(in.SchemaNames) == 0 {
		return l, &op.Error{Kind: op.Invalid, Cause: "schema_names is an empty list"}
	}
	if err := in.attemptIsLongEnough(c); err != nil {
		return l, err
	}
	if in.LoadSource == "" {
		in.LoadSource = "FULL"
	}
	return l, c.read(ctx, rest.Request{Method: http.MethodPost, Path: c.either("schema", "load"), Body: in}, &l)
}, op.Probe(time.Minute, func(ctx context.Context, c *client, in StartLoad, since time.Time) (l StartedLoad, landed bool, err error) {
	l.LoadingStatus = map[string]string{}
	for _, name := range in.SchemaNames {
		s, err := c.schema(ctx, name)
		if err != nil {
			return l, false, err
		}
		began, err := loadedSince(s, since)
		if err != nil {
			return l, false, err
		}
		if began {
			l.LoadingStatus[name] = s.LoadStatus.Value
		}
	}
	if n := len(l.LoadingStatus); n > 0 && n < len(in.SchemaNames) {
		return l, false, inDoubt("schemas", fmt.Sprintf("%d of %d have been loaded since the call was sent", n, len(in.SchemaNames)))
	}
	return l, len(l.LoadingStatus) > 0, nil
}))

// clockSkew is how far the cluster's clock and ours may be apart.
const clockSkew = 2 * time.Minute

// loadedSince tells whether the last load of a schema is one that a call sent at
// since has begun. A load that somebody else began in the same time looks the
// same. Where it cannot be told it is an error, never a no: on a no the call
// would be sent again.
func loadedSince(s SchemaStatus, since time.Time) (bool, error) {
	subject := fmt.Sprintf("schema %q", s.SchemaName)
	if s.LoadState.Value == unknown && !s.LoadTime.Given {
		return false, inDoubt(subject, "the cluster does not tell how its last load went")
	}
	at, ok := timeOf(string(s.LoadTime.Value))
	switch {
	case s.LoadTime.Given && !ok:
		return false, inDoubt(subject, fmt.Sprintf("the cluster says %q where the time of its last load should be", s.LoadTime.Value))
	case ok && !at.Before(since.Truncate(time.Second)):
		return true, nil
	case s.LoadState.Value == running:
		return false, inDoubt(subject, "it is being loaded, and the load seems to have begun before the call was sent")
	case ok && at.After(since.Add(-clockSkew)):
		return false, inDoubt(subject, "its last load began just before the call was sent; it is an earlier load, or the cluster's clock is slow")
	case !ok && s.LoadState.Value != none:
		return false, inDoubt(subject, "the cluster does not tell when it was loaded last")
	}
	return false, nil
}

func inDoubt(subject, cause string) error {
	return &op.Error{Kind: op.InDoubt, Subject: subject, Cause: cause, Hint: "look at the load jobs of the cluster before it is loaded again"}
}

// StartTableLoad is the input of incorta.start_table_load.
type StartTableLoad struct {
	SchemaName string   `json:"-" lua:"schema_name,required,key" doc:"Physical schema, in exact case."`
	Tables     []string `json:"tables,omitzero" lua:"tables" doc:"Its tables to load. The whole schema if omitted."`
	LoadSource string   `json:"loadSource" lua:"load_source" enum:"FULL INCREMENTAL STAGING" default:"FULL" doc:"What is loaded: everything anew, what is new, or what was extracted before."`
}

// The page is cut off before the values of loadSource and the answer: the values
// are taken from the sister endpoint.
var startTableLoad = op.New(op.Operation{
	Name: "incorta.start_table_load",
	Doc: `Starts a load of some tables of a physical schema, or of all.

Only clusters from 8.1.0 (2026.8) have it. The connection's user may edit the schema, and the role Schema User will do.
Raises invalid if tables is an empty list or a name is wrong, conflict or invalid if the schema is being loaded,
denied if the user may not, and not_found if there is no such schema or the cluster is too old.`,
	Source:  docs + "load-schema-tables-endpoint-v2",
	Since:   "2026.8",
	Example: `incorta.start_table_load { schema_name = "Ledger", tables = { "entries" }, load_source = "INCREMENTAL" }`,
	Effect:  op.Write,
	Object:  "load of schema",
	Changes: []op.Change{loads("schema_name")},
}, func(ctx context.Context, c *client, in StartTableLoad) (d Done, err error) {
	path, err := c.v2("schema", in.SchemaName, "load")
	if err != nil {
		return d, err
	}
	if in.Tables != nil && len(in.Tables) == 0 {
		return d, &op.Error{Kind: op.Invalid, Cause: "tables is an empty list", Hint: "leave it out to load the whole schema"}
	}
	if in.LoadSource == "" {
		in.LoadSource = "FULL"
	}
	return c.tell(ctx, rest.Request{Method: http.MethodPost, Path: path, Body: in})
}, op.Probe(time.Minute, func(ctx context.Context, c *client, in StartTableLoad, since time.Time) (d Done, landed bool, err error) {
	s, err := c.schema(ctx, in.SchemaName)
	if err != nil {
		return d, false, err
	}
	landed, err = loadedSince(s, since)
	if err == nil && !landed && len(in.Tables) > 0 {
		// Whether the status of a schema tells of loads of single tables is not
		// documented, so that it tells of none proves nothing.
		err = inDoubt(fmt.Sprintf("schema %q", in.SchemaName), "it has not been loaded since the call was sent, but loads of single tables may not show there")
	}
	return d, landed, err
}))

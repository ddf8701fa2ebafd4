package plan

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"reflect"
	"strings"
	"testing"
	"time"

	"runner/internal/journal"
	"runner/internal/op"
)

// planned is the record of a planned call.
func planned(key, operation, args, answer string, more ...func(*journal.Call)) journal.Record {
	c := journal.Call{Connection: "acme", Effect: "write", Args: raw(args), Answer: raw(answer)}
	for _, f := range more {
		f(&c)
	}
	return record(journal.Planned, key, operation, c)
}

func record(kind journal.Kind, key, operation string, body any) journal.Record {
	r := journal.Record{N: 1, T: time.Date(2027, 3, 1, 9, 0, 0, 0, time.UTC), Kind: kind, Key: key, Op: operation}
	if body != nil {
		r.B, _ = json.Marshal(body)
	}
	return r
}

func raw(text string) json.RawMessage {
	if text == "" {
		return nil
	}
	return json.RawMessage(text)
}

func pointIn(scope string) journal.Record {
	return record(journal.Point, scope, "", journal.OpenPoint{At: "close.lua:3", Label: "id of flow", Why: "if"})
}

// sample is a plan of three calls, one of them a read, and an open point.
func sample() *Plan {
	p := &Plan{Header: Header{
		Schema: Schema, ID: "20270301-090000-aaaa", Tool: "runner 1.0", Made: time.Date(2027, 3, 1, 9, 0, 0, 0, time.UTC),
		Expires: time.Date(2027, 3, 2, 9, 0, 0, 0, time.UTC), Script: Script{"close.lua", "ab12"}, Params: map[string]string{"token": "hunter2"},
		Seed: 7, Limits: []Limit{{What: "write", Most: "10", Source: "--limit"}}, Asks: []string{"Go on?"},
	}, Records: []journal.Record{
		record(journal.Open, "", "", journal.Opening{Format: 1, Run: "x", Script: "close.lua"}),
		planned(":acme.create_flow#1", "acme.create_flow", `{"name":"New"}`, `{"id":{"$unknown":"id of flow New","$new":true}}`),
		planned("/stop:acme.get_flow#1", "acme.get_flow", `{"flow_id":"1"}`, `null`, func(c *journal.Call) { c.Effect = "read" }),
		planned("/stop:acme.stop_flow#1", "acme.stop_flow", `{"flow_id":"1"}`, `null`),
		pointIn("/delete"),
		record(journal.End, "", "", journal.Ending{Code: 0, Reason: "done"}),
	}}
	p.index()
	return p
}

func written(t *testing.T, p *Plan, redact func([]byte) []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := p.Write(&b, redact); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func asIs(b []byte) []byte { return b }

func TestWriteAndRead(t *testing.T) {
	empty := &Plan{Header: Header{Schema: Schema}}
	empty.index()
	for name, p := range map[string]*Plan{"a plan": sample(), "an empty one": empty} {
		t.Run(name, func(t *testing.T) {
			b := written(t, p, asIs)
			got, err := Read(b)
			if err != nil || !reflect.DeepEqual(got, p) {
				t.Errorf("read back it is %+v %v, want %+v", got, err, p)
			}
			if again := written(t, got, asIs); !bytes.Equal(again, b) {
				t.Errorf("written again it is\n%s\nand was\n%s", again, b)
			}
		})
	}
}

func TestWriteRedacts(t *testing.T) {
	b := written(t, sample(), func(line []byte) []byte { return bytes.ReplaceAll(line, []byte("hunter2"), []byte("***")) })
	if bytes.Contains(b, []byte("hunter2")) {
		t.Errorf("it holds the secret:\n%s", b)
	}
	if p, err := Read(b); err != nil || p.Params["token"] != "***" {
		t.Errorf("read back it is %+v, %v", p, err)
	}
}

func TestWriteFails(t *testing.T) {
	full := errors.New("the disk is full")
	if err := sample().Write(refusing{full}, asIs); err != full {
		t.Errorf("Write = %v, want %v", err, full)
	}
}

type refusing struct{ err error }

func (r refusing) Write([]byte) (int, error) { return 0, r.err }

func TestReadRefuses(t *testing.T) {
	whole := string(written(t, sample(), asIs))
	lines := strings.SplitAfter(strings.TrimSuffix(whole, "\n"), "\n")
	swapped := strings.Join(append([]string{lines[0], lines[2], lines[1]}, lines[3:]...), "") + "\n"
	for name, tt := range map[string]struct{ file, want string }{
		"a newer version":         {strings.Replace(whole, "runner.plan/1", "runner.plan/2", 1), "it is of version 2, and this runner reads 1"},
		"what is no plan":         {`{"schema":"runner.report/1"}`, "it is not a plan"},
		"an empty file":           {"", "it is not a plan"},
		"a header that is broken": {`{"schema":"runner.plan/1","id":7}` + "\n", "it is cut off, or was edited"},
		"lines that were swapped": {swapped, "it was edited since it was made: its digest does not fit"},
		"a line that was added":   {lines[0] + lines[1] + strings.Join(lines[1:], "") + "\n", "it was edited since it was made: its digest does not fit"},
		"a line after its end":    {whole + "{}\n", "it is cut off: its last line is missing"},
		"a text after its end":    {whole + " ", "it is cut off"},
	} {
		t.Run(name, func(t *testing.T) {
			p, err := Read([]byte(tt.file))
			var broken *Broken
			if p != nil || !errors.As(err, &broken) || broken.Cause != tt.want || broken.Hint == "" {
				t.Errorf("Read = %v, %+v, want %q", p, err, tt.want)
			}
		})
	}
}

func TestReadRefusesWhatIsCutOff(t *testing.T) {
	b := written(t, sample(), asIs)
	for n := range b {
		if _, err := Read(b[:n]); err == nil {
			t.Errorf("it reads the first %d of %d bytes", n, len(b))
		}
	}
}

func TestReadRefusesWhatWasEdited(t *testing.T) {
	b := written(t, sample(), asIs)
	for n := range b {
		for _, bit := range []byte{0x01, 0x20} {
			edited := bytes.Clone(b)
			edited[n] ^= bit
			if _, err := Read(edited); err == nil {
				t.Errorf("it reads a plan with %q for %q at %d", edited[n], b[n], n)
			}
		}
	}
}

func TestFind(t *testing.T) {
	p := sample()
	var calls []string
	for _, c := range p.Calls() {
		calls = append(calls, c.Key+" "+c.Op)
	}
	if want := []string{":acme.create_flow#1 acme.create_flow", "/stop:acme.stop_flow#1 acme.stop_flow"}; !reflect.DeepEqual(calls, want) {
		t.Errorf("Calls = %q, want %q", calls, want)
	}
	for name, tt := range map[string]struct {
		key  string
		ids  Bindings
		want string // operation
	}{
		"a call":              {"/stop:acme.stop_flow#1", nil, "acme.stop_flow"},
		"another of it":       {"/stop:acme.stop_flow#2", nil, ""},
		"elsewhere":           {":acme.stop_flow#1", nil, ""},
		"a read":              {"/stop:acme.get_flow#1", nil, ""},
		"with ids all around": {"/stop:acme.stop_flow#1", Bindings{"id of flow": "stop"}, "acme.stop_flow"},
	} {
		t.Run(name, func(t *testing.T) {
			got := ""
			if c := p.Find(tt.key, tt.ids); c != nil {
				got = c.Op
			}
			if got != tt.want {
				t.Errorf("Find(%q) = %q, want %q", tt.key, got, tt.want)
			}
		})
	}
}

// A step that is named by a new id is found by the id that it turned out to be.
func TestFindByNewID(t *testing.T) {
	p := &Plan{Records: []journal.Record{planned("/each[<id of flow A∕B>]:acme.stop_flow#1", "acme.stop_flow", `{}`, `null`)}}
	p.index()
	ids := Bindings{"id of flow A/B": "66e4", "id of flow C": json.Number("77e4")}
	if p.Find("/each[66e4]:acme.stop_flow#1", ids) == nil {
		t.Error("it is not found by the id that the flow has by now")
	}
	if c := p.Find("/each[77e4]:acme.stop_flow#1", ids); c != nil {
		t.Errorf("by another id it finds %+v", c)
	}
}

func TestAfter(t *testing.T) {
	for name, tt := range map[string]struct {
		points []string
		key    string
		want   bool
	}{
		"no point":                       {nil, "/a:x#1", false},
		"in its step":                    {[]string{"/a"}, "/a:x#2", true},
		"in a step within":               {[]string{"/a"}, "/a/b:x#1", true},
		"in another step":                {[]string{"/a"}, "/b:x#1", false},
		"in a step that begins alike":    {[]string{"/a"}, "/ab:x#1", false},
		"in the second of that name":     {[]string{"/a"}, "/a#2:x#1", false},
		"in the step around it":          {[]string{"/a/b"}, "/a:x#1", false},
		"in a branch":                    {[]string{"/a[ada]"}, "/a[ada]:x#1", true},
		"in another branch":              {[]string{"/a[ada]"}, "/a[lin]:x#1", false},
		"at the top":                     {[]string{""}, ":x#1", true},
		"anywhere, after one at the top": {[]string{""}, "/a/b:x#1", true},
		"after one of two":               {[]string{"/b", "/a"}, "/a:x#1", true},
		"a step with a colon":            {[]string{"/a: b"}, "/a: b:x#1", true},
		"a path alone":                   {[]string{"/a"}, "/a/b", true},
	} {
		t.Run(name, func(t *testing.T) {
			p := &Plan{}
			for _, scope := range tt.points {
				p.Records = append(p.Records, pointIn(scope))
			}
			p.index()
			at, ok := p.After(tt.key)
			want := journal.OpenPoint{}
			if tt.want {
				want = journal.OpenPoint{At: "close.lua:3", Label: "id of flow", Why: "if"}
			}
			if ok != tt.want || at != want || p.OpenPoints() != len(tt.points) {
				t.Errorf("with points in %q, After(%q) = %+v %t of %d, want %+v %t", tt.points, tt.key, at, ok, p.OpenPoints(), want, tt.want)
			}
		})
	}
}

func TestAsked(t *testing.T) {
	if p := sample(); !p.Asked("Go on?") || p.Asked("Really?") {
		t.Errorf("of %q it was asked: %t, %t", p.Asks, p.Asked("Go on?"), p.Asked("Really?"))
	}
}

func TestForecast(t *testing.T) {
	for want, f := range map[float64]Forecast{0: {Calls: 5}, 2.5: {Calls: 5, PerSecond: 2}} {
		if got := f.Seconds(); got != want {
			t.Errorf("%+v takes %v s, want %v", f, got, want)
		}
	}
}

const newFlow = `{"$unknown":"id of flow New","$new":true}`

func TestLearn(t *testing.T) {
	for name, tt := range map[string]struct {
		planned, answer string
		want            Bindings
	}{
		"an object":         {`{"id":` + newFlow + `,"name":"New"}`, `{"id":"7","name":"New"}`, Bindings{"id of flow New": "7"}},
		"an id alone":       {newFlow, `"7"`, Bindings{"id of flow New": "7"}},
		"at any depth":      {`{"flow":{"id":` + newFlow + `}}`, `{"flow":{"id":7}}`, Bindings{"id of flow New": json.Number("7")}},
		"none came":         {`{"id":` + newFlow + `}`, `{"name":"New"}`, Bindings{}},
		"no answer":         {newFlow, ``, Bindings{}},
		"another unknown":   {`{"id":{"$unknown":"x"}}`, `{"id":"7"}`, Bindings{}},
		"something else":    {`{"id":` + newFlow + `}`, `"7"`, Bindings{}},
		"what was foreseen": {`{"id":"7"}`, `{"id":"8"}`, Bindings{}},
	} {
		t.Run(name, func(t *testing.T) {
			got := Bindings{}
			got.Learn([]byte(tt.planned), []byte(tt.answer))
			if !reflect.DeepEqual(got, tt.want) {
				t.Errorf("from %s it learns %v of %s, want %v", tt.answer, got, tt.planned, tt.want)
			}
		})
	}
}

func TestArguments(t *testing.T) {
	known := Bindings{"id of flow New": "7"}
	for name, tt := range map[string]struct {
		ids           Bindings
		planned, args string
		want          []op.Comparison
	}{
		"the same":                 {nil, `{"a":1,"b":["x","y"]}`, `{"b":["y","x"],"a":1}`, nil},
		"a number that was a text": {nil, `{"a":"1"}`, `{"a":1}`, nil},
		"another":                  {nil, `{"a":1,"b":"x"}`, `{"a":2,"b":"x"}`, []op.Comparison{{Field: "a", Planned: `1`, Wanted: `2`}}},
		"one more":                 {nil, `{}`, `{"a":2}`, []op.Comparison{{Field: "a", Wanted: `2`}}},
		"one less":                 {nil, `{"a":{"b":1}}`, ``, []op.Comparison{{Field: "a", Planned: `{"b":1}`}}},
		"none":                     {nil, ``, `{}`, nil},
		"an unknown":               {nil, `{"a":{"$unknown":"x"}}`, `{"a":2}`, nil},
		"a new id, not known yet":  {Bindings{}, `{"a":` + newFlow + `}`, `{"a":"7"}`, nil},
		"a new id, known":          {known, `{"a":[` + newFlow + `]}`, `{"a":["7"]}`, nil},
		"a new id, and another":    {known, `{"a":` + newFlow + `}`, `{"a":"8"}`, []op.Comparison{{Field: "a", Planned: `"7"`, Wanted: `"8"`}}},
	} {
		t.Run(name, func(t *testing.T) {
			c := &Call{Call: journal.Call{Args: raw(tt.planned)}}
			if got := tt.ids.Arguments(c, []byte(tt.args)); !reflect.DeepEqual(got, tt.want) {
				t.Errorf("%s as planned, %s: %+v, want %+v", tt.planned, tt.args, got, tt.want)
			}
		})
	}
}

func TestBefore(t *testing.T) {
	known := Bindings{"id of flow New": "7"}
	long := strings.Repeat("x", 600)
	for name, tt := range map[string]struct {
		ids    Bindings
		id, in string
		before string
		found  string
		want   []op.Comparison
	}{
		"as it was":                  {nil, `"1"`, "", `{"name":"Close","tags":["a","b"]}`, `{"id":"1","name":"Close","tags":["b","a"]}`, nil},
		"otherwise":                  {nil, `"1"`, "", `{"name":"Close"}`, `{"name":"Day"}`, []op.Comparison{{Field: "name", Planned: `"Close"`, Found: `"Day"`}}},
		"beside what is to be":       {nil, `"1"`, "", `{"name":"Close","running":true}`, `{"name":"Day","running":true}`, []op.Comparison{{Field: "name", Planned: `"Close"`, Found: `"Day"`}, {Field: "running", Planned: `true`, Found: `true`, Wanted: `false`}}},
		"what is to be, already":     {nil, `"1"`, "", `{"running":true}`, `{"running":false}`, []op.Comparison{{Field: "running", Planned: `true`, Found: `false`, Wanted: `false`}}},
		"noise":                      {nil, `"1"`, "", `{"name":"Close"}`, `{"name":"Close","runs":9}`, nil},
		"absent by now":              {nil, `"1"`, "", `{"name":"Close"}`, `{}`, []op.Comparison{{Field: "name", Planned: `"Close"`}}},
		"absent as it was":           {nil, `"1"`, "", `{"name":null}`, `{}`, nil},
		"gone":                       {nil, `"1"`, "", `{"name":"Close"}`, ``, []op.Comparison{{Field: "flow", Planned: `"there"`, Found: `"gone"`}}},
		"in a list":                  {nil, `"2"`, "id", `{"name":"Audit"}`, `[{"id":"1","name":"Close"},{"id":2,"name":"Audit"}]`, nil},
		"gone from a list":           {nil, `"3"`, "id", `{"name":"Audit"}`, `[{"id":"1","name":"Close"}]`, []op.Comparison{{Field: "flow", Planned: `"there"`, Found: `"gone"`}}},
		"a new one in a list":        {known, newFlow, "id", `{"name":"New"}`, `[{"id":"7","name":"New"}]`, nil},
		"of a new id, not known yet": {Bindings{}, `"1"`, "", `{"flows":[` + newFlow + `]}`, `{"flows":["7"]}`, nil},
		"of a new id, known":         {known, `"1"`, "", `{"flows":[` + newFlow + `]}`, `{"flows":["8"]}`, []op.Comparison{{Field: "flows", Planned: `["7"]`, Found: `["8"]`}}},
		"an unknown":                 {nil, `"1"`, "", `{"name":{"$unknown":"x"}}`, `{"name":"Close"}`, nil},
		"long, as it was":            {nil, `"1"`, "", `{"text":"LONG"}`, `{"text":"` + long + `"}`, nil},
		"long, and otherwise":        {nil, `"1"`, "", `{"text":"LONG"}`, `{"text":"` + long + `y"}`, []op.Comparison{{Field: "text", Planned: digestOf(long), Found: digestOf(long + "y")}}},
	} {
		t.Run(name, func(t *testing.T) {
			target := journal.Target{Object: "flow", ID: raw(tt.id), In: tt.in, Before: map[string]json.RawMessage{}, Fields: []journal.FieldChange{
				{Field: "running", From: raw(`true`), To: raw(`false`)},
			}}
			before := strings.Replace(tt.before, `"LONG"`, digestOf(long), 1)
			if err := json.Unmarshal([]byte(before), &target.Before); err != nil {
				t.Fatal(err)
			}
			if got := (&Plan{}).Before(&Call{}, target, []byte(tt.found), tt.ids); !reflect.DeepEqual(got, tt.want) {
				t.Errorf("it was %s, and found is %s: %+v, want %+v", before, tt.found, got, tt.want)
			}
		})
	}
}

// digestOf names a long text.
func digestOf(text string) string {
	return fmt.Sprintf(`{"$bytes":%d,"sha256":"%s"}`, len(text)+2, Digest([]byte(`"`+text+`"`)))
}

func TestArgsOfTargets(t *testing.T) {
	for name, tt := range map[string]struct {
		ids        Bindings
		args, want string
		ok         bool
	}{
		"an id":                   {nil, `{"flow_id":"1"}`, `{"flow_id":"1"}`, true},
		"a new id, known":         {Bindings{"id of flow New": "7"}, `{"flow_id":` + newFlow + `}`, `{"flow_id":"7"}`, true},
		"a new id, not known yet": {Bindings{}, `{"flow_id":` + newFlow + `}`, `{"flow_id":{"$unknown":"id of flow New"}}`, false},
	} {
		t.Run(name, func(t *testing.T) {
			got, ok := tt.ids.Args(journal.Target{Args: raw(tt.args)})
			if string(got) != tt.want || ok != tt.ok {
				t.Errorf("Args(%s) = %s %t, want %s %t", tt.args, got, ok, tt.want, tt.ok)
			}
		})
	}
}

// begun and done are the records of a call that is made.
func begun(key, operation, args string) journal.Record {
	return record(journal.Begin, key, operation, journal.Call{Effect: "write", Args: raw(args)})
}

func done(key, answer string) journal.Record {
	r := record(journal.Done, key, "", nil)
	r.B = raw(answer)
	return r
}

func TestCompare(t *testing.T) {
	const stop, make1, make2 = "/a:acme.stop_flow#1", ":acme.create_flow#1", ":acme.create_flow#2"
	ended := record(journal.End, "", "", journal.Ending{Code: 0})
	stopped := planned(stop, "acme.stop_flow", `{"flow_id":"1"}`, `{"name":"Close","runs":3,"by":{"$unknown":"x"}}`)
	created := planned(make1, "acme.create_flow", `{"name":"New"}`, `{"id":`+newFlow+`,"name":"New"}`)
	for name, tt := range map[string]struct {
		dry, run []journal.Record
		want     map[string]*OperationScore
	}{
		"right": {
			[]journal.Record{stopped},
			[]journal.Record{begun(stop, "acme.stop_flow", `{"flow_id":"1"}`), done(stop, `{"name":"Close","runs":9,"by":"ada"}`), ended},
			map[string]*OperationScore{"acme.stop_flow": {Right: 1, Fields: map[string]*FieldScore{"name": {Right: 1}, "by": {Unknown: 1}}}},
		},
		"answered otherwise": {
			[]journal.Record{stopped},
			[]journal.Record{begun(stop, "acme.stop_flow", `{"flow_id":"1"}`), done(stop, `{"name":"Day","runs":9}`), ended},
			map[string]*OperationScore{"acme.stop_flow": {Wrong: 1, Fields: map[string]*FieldScore{"name": {Wrong: 1}, "by": {Unknown: 1}}}},
		},
		"made otherwise": {
			[]journal.Record{stopped},
			[]journal.Record{begun(stop, "acme.stop_flow", `{"flow_id":"2"}`), done(stop, `{"name":"Close"}`), ended},
			map[string]*OperationScore{"acme.stop_flow": {Wrong: 1, Fields: map[string]*FieldScore{"name": {Right: 1}, "by": {Unknown: 1}}}},
		},
		"failed": {
			[]journal.Record{stopped},
			[]journal.Record{begun(stop, "acme.stop_flow", `{"flow_id":"1"}`), record(journal.Fail, stop, "", nil), ended},
			map[string]*OperationScore{"acme.stop_flow": {Wrong: 1, Fields: map[string]*FieldScore{}}},
		},
		"an answer that is no object": {
			[]journal.Record{planned(stop, "acme.stop_flow", `{}`, `null`)},
			[]journal.Record{begun(stop, "acme.stop_flow", `{}`), done(stop, `null`), ended},
			map[string]*OperationScore{"acme.stop_flow": {Right: 1, Fields: map[string]*FieldScore{"answer": {Right: 1}}}},
		},
		"not made": {
			[]journal.Record{stopped, created}, []journal.Record{ended},
			map[string]*OperationScore{"acme.stop_flow": {NotMade: 1, Fields: map[string]*FieldScore{}}, "acme.create_flow": {NotMade: 1, Fields: map[string]*FieldScore{}}},
		},
		"not made, since the run failed": {
			[]journal.Record{stopped}, []journal.Record{record(journal.End, "", "", journal.Ending{Code: 1})},
			map[string]*OperationScore{},
		},
		"not made, since the run broke off": {[]journal.Record{stopped}, nil, map[string]*OperationScore{}},
		"unforeseen": {
			nil, []journal.Record{begun(stop, "acme.stop_flow", `{}`), done(stop, `null`), ended},
			map[string]*OperationScore{"acme.stop_flow": {Unforeseen: 1, Fields: map[string]*FieldScore{}}},
		},
		"after an open point": {
			[]journal.Record{pointIn("/a")}, []journal.Record{begun(stop, "acme.stop_flow", `{}`), done(stop, `null`), ended},
			map[string]*OperationScore{"acme.stop_flow": {Fields: map[string]*FieldScore{}}},
		},
		"after an open point elsewhere": {
			[]journal.Record{pointIn("/b")}, []journal.Record{begun(stop, "acme.stop_flow", `{}`), done(stop, `null`), ended},
			map[string]*OperationScore{"acme.stop_flow": {Unforeseen: 1, Fields: map[string]*FieldScore{}}},
		},
		"before an open point": {
			[]journal.Record{stopped, pointIn("/a")},
			[]journal.Record{begun(stop, "acme.stop_flow", `{"flow_id":"1"}`), done(stop, `{"name":"Close"}`), ended},
			map[string]*OperationScore{"acme.stop_flow": {Right: 1, Fields: map[string]*FieldScore{"name": {Right: 1}, "by": {Unknown: 1}}}},
		},
		"reads are not counted": {
			nil, []journal.Record{record(journal.Begin, stop, "acme.get_flow", journal.Call{Effect: "read"}), done(stop, `{}`), ended},
			map[string]*OperationScore{},
		},
		"by the id of a new one": {
			[]journal.Record{created, planned(stop, "acme.stop_flow", `{"flow_id":`+newFlow+`}`, `{"id":`+newFlow+`}`)},
			[]journal.Record{
				begun(make1, "acme.create_flow", `{"name":"New"}`), done(make1, `{"id":"7","name":"New"}`),
				begun(stop, "acme.stop_flow", `{"flow_id":"7"}`), done(stop, `{"id":"7"}`), ended,
			},
			map[string]*OperationScore{
				"acme.create_flow": {Right: 1, Fields: map[string]*FieldScore{"id": {Right: 1}, "name": {Right: 1}}},
				"acme.stop_flow":   {Right: 1, Fields: map[string]*FieldScore{"id": {Right: 1}}},
			},
		},
		"by another id than that of the new one": {
			[]journal.Record{created, planned(stop, "acme.stop_flow", `{"flow_id":`+newFlow+`}`, `null`)},
			[]journal.Record{
				begun(make1, "acme.create_flow", `{"name":"New"}`), done(make1, `{"id":"7","name":"New"}`),
				begun(stop, "acme.stop_flow", `{"flow_id":"8"}`), done(stop, `null`), ended,
			},
			map[string]*OperationScore{
				"acme.create_flow": {Right: 1, Fields: map[string]*FieldScore{"id": {Right: 1}, "name": {Right: 1}}},
				"acme.stop_flow":   {Wrong: 1, Fields: map[string]*FieldScore{"answer": {Right: 1}}},
			},
		},
		"two of one operation": {
			[]journal.Record{created},
			[]journal.Record{
				begun(make1, "acme.create_flow", `{"name":"New"}`), done(make1, `{"id":"7","name":"New"}`),
				begun(make2, "acme.create_flow", `{"name":"New"}`), done(make2, `{"id":"8","name":"New"}`), ended,
			},
			map[string]*OperationScore{"acme.create_flow": {Right: 1, Unforeseen: 1, Fields: map[string]*FieldScore{"id": {Right: 1}, "name": {Right: 1}}}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := Compare(all(tt.dry), all(tt.run), func(string) map[string]bool { return map[string]bool{"runs": true} })
			want := &Score{Schema: AccuracySchema, Runs: 1, Operations: tt.want}
			if err != nil || !reflect.DeepEqual(got, want) {
				t.Errorf("the score is %s %v, want %s", show(got), err, show(want))
			}
		})
	}
}

func show(s *Score) []byte { b, _ := json.Marshal(s); return b }

func all(records []journal.Record) iter.Seq2[journal.Record, error] {
	return func(yield func(journal.Record, error) bool) {
		for _, r := range records {
			if !yield(r, nil) {
				return
			}
		}
	}
}

func TestCompareOfWhatCannotBeRead(t *testing.T) {
	damage := errors.New("line 3 is damaged")
	broken := func(yield func(journal.Record, error) bool) { yield(journal.Record{}, damage) }
	if _, err := Compare(broken, all(nil), nil); err != damage {
		t.Errorf("with a dry run that cannot be read: %v", err)
	}
	if _, err := Compare(all(nil), broken, nil); err != damage {
		t.Errorf("with a run that cannot be read: %v", err)
	}
}

func TestScoresAdd(t *testing.T) {
	one := func() *Score {
		return &Score{Schema: AccuracySchema, Runs: 1, Operations: map[string]*OperationScore{
			"acme.a": {Right: 1, Wrong: 2, NotMade: 3, Unforeseen: 4, Fields: map[string]*FieldScore{"f": {Right: 1, Wrong: 2, Unknown: 3}}},
		}}
	}
	s := NewScore()
	s.Add(one())
	s.Add(one())
	want := &Score{Schema: AccuracySchema, Runs: 2, Operations: map[string]*OperationScore{
		"acme.a": {Right: 2, Wrong: 4, NotMade: 6, Unforeseen: 8, Fields: map[string]*FieldScore{"f": {Right: 2, Wrong: 4, Unknown: 6}}},
	}}
	if !reflect.DeepEqual(s, want) || s.Operations["acme.a"].Of() != 20 {
		t.Errorf("twice one is %s of %d, want %s of 20", show(s), s.Operations["acme.a"].Of(), show(want))
	}
}

package engine

import (
	"encoding/json"
	"reflect"
	"testing"
	"time"

	"runner/internal/journal"
	"runner/internal/op"
)

// addFlow tells what it will answer; loadFlow answers nothing.
var (
	addFlow = func() *op.Operation {
		o := *operation("add_flow", op.Write, op.Once)
		o.Predict = echoed
		return &o
	}()
	nightly = []byte(`{"id":"7","name":"Nightly"}`)
	unknown = []byte(`{"id":{"$unknown":"id of flow 7"},"name":"Nightly"}`)
)

// echoed predicts that fields will be as the arguments of the same names say.
func echoed(o *op.Operation, args []byte, label func(field string) string) []byte {
	given, _ := op.Tree(args).(map[string]any)
	out := map[string]any{}
	for _, f := range o.Out().Names() {
		if v, ok := given[f]; ok {
			out[f] = v
		} else {
			out[f] = op.Unknown{Label: label(f)}
		}
	}
	return op.AppendTree(nil, out)
}

func TestPolicies(t *testing.T) {
	const label = `{"$unknown":"answer of create_flow for flow 7"}`
	for name, tt := range map[string]struct {
		policy Policy
		op     *op.Operation
		args   []byte
		answer string
		want   []string
		body   journal.Call
	}{
		"a read": {
			Perform, getFlow, nightly, `{"id":"7","name":"Nightly","token":""}`,
			[]string{"begin :acme.get_flow#1", "done :acme.get_flow#1"},
			journal.Call{Connection: "acme", Effect: "read", Args: nightly, At: "test.lua:1"},
		},
		"a write": {
			Perform, createFlow, nightly, `{"id":"7","name":"Nightly","token":""}`,
			[]string{"begin :acme.create_flow#1", "done :acme.create_flow#1"},
			journal.Call{Connection: "acme", Effect: "write", Args: nightly, At: "test.lua:1", Thing: "flow 7"},
		},
		"a removal": {
			Perform, deleteFlow, nightly, `{"id":"7","name":"Nightly","token":""}`,
			[]string{"begin :acme.delete_flow#1", "done :acme.delete_flow#1"},
			journal.Call{Connection: "acme", Effect: "destructive", Args: nightly, At: "test.lua:1", Thing: "flow 7"},
		},
		"a dry run performs reads": {
			Dry, getFlow, nightly, `{"id":"7","name":"Nightly","token":""}`,
			[]string{"begin :acme.get_flow#1", "done :acme.get_flow#1"},
			journal.Call{Connection: "acme", Effect: "read", Args: nightly, At: "test.lua:1"},
		},
		"it plans writes": {
			Dry, createFlow, nightly, label,
			[]string{"planned :acme.create_flow#1"},
			journal.Call{Connection: "acme", Effect: "write", Args: nightly, At: "test.lua:1", Thing: "flow 7", Answer: []byte(label)},
		},
		"it plans removals": {
			Dry, deleteFlow, nightly, `{"$unknown":"answer of delete_flow for flow 7"}`,
			[]string{"planned :acme.delete_flow#1"},
			journal.Call{Connection: "acme", Effect: "destructive", Args: nightly, At: "test.lua:1", Thing: "flow 7", Answer: []byte(`{"$unknown":"answer of delete_flow for flow 7"}`)},
		},
		"with what can be predicted": {
			Dry, addFlow, nightly, `{"id":"7","name":"Nightly","token":{"$unknown":"token of flow 7"}}`,
			[]string{"planned :acme.add_flow#1"},
			journal.Call{Connection: "acme", Effect: "write", Args: nightly, At: "test.lua:1", Thing: "flow 7", Answer: []byte(`{"id":"7","name":"Nightly","token":{"$unknown":"token of flow 7"}}`)},
		},
		"a read of what is not nightly yet is not performed": {
			Dry, getFlow, unknown, `{"$unknown":"answer of get_flow for flow <id of flow 7>"}`,
			[]string{"planned :acme.get_flow#1"},
			journal.Call{Connection: "acme", Effect: "read", Args: unknown, At: "test.lua:1", Thing: "flow <id of flow 7>", Answer: []byte(`{"$unknown":"answer of get_flow for flow \u003cid of flow 7\u003e"}`)},
		},
	} {
		t.Run(name, func(t *testing.T) {
			m := &memory{}
			start(t, m, tt.policy).Do(func(b *Branch) {
				a, e := b.Call(Call{Op: tt.op, Connection: to(echo), Args: tt.args, At: "test.lua:1"})
				if e != nil || string(a.Result) != tt.answer {
					t.Errorf("got %s, %v; want %s", a.Result, e, tt.answer)
				}
			})
			sameLines(t, m.lines(), tt.want)
			var body journal.Call
			if err := json.Unmarshal(m.records[0].B, &body); err != nil || !reflect.DeepEqual(body, tt.body) {
				t.Errorf("got %s, %v", m.records[0].B, err)
			}
			if r := m.records[0]; r.Op != tt.op.Name || r.H == "" || r.Via != map[journal.Kind]string{journal.Planned: "planned"}[r.Kind] {
				t.Errorf("got %+v", r)
			}
		})
	}
}

// A dry run does not wait: its clock does.
func TestDryRunPutsItsClockForward(t *testing.T) {
	m := &memory{}
	began := time.Now()
	start(t, m, Dry).Do(func(b *Branch) {
		before := b.Now()
		for _, d := range []time.Duration{time.Hour, -time.Hour, time.Minute} {
			if e := b.Sleep(d); e != nil {
				t.Error(e)
			}
		}
		if got := b.Now().Sub(before); got != time.Hour+time.Minute {
			t.Errorf("the clock went forward by %v", got)
		}
	})
	if took := time.Since(began); took > time.Minute || len(m.records) != 0 {
		t.Errorf("took %v, records %q", took, m.lines())
	}
}

// A watchdog that looks at the turns must see that a dry run gets on, also
// where nothing is sent.
func TestPlanningIsATurn(t *testing.T) {
	r := start(t, &memory{}, Dry)
	r.Do(func(b *Branch) {
		before := r.Turns()
		b.Call(Call{Op: deleteFlow, Connection: &Connection{Name: "acme"}, Args: []byte(`{"id":"7"}`)})
		if r.Turns() == before {
			t.Error("planning a call is not seen")
		}
	})
}

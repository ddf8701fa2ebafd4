package engine

import (
	"context"
	"testing"

	"runner/internal/op"
)

var listFlows = op.NewList(op.Operation{Name: "acme.list_flows", Doc: "Lists flows.", Source: "made up", Effect: op.Read, Object: "flow"},
	func(_ context.Context, c client, _ struct{}, cursor string) ([]Flow, string, error) {
		out, err := c(context.Background(), Flow{ID: cursor})
		return []Flow{out}, out.Name, err
	})

func TestPages(t *testing.T) {
	pages := to(func(_ context.Context, in Flow) (Flow, error) {
		return map[string]Flow{"": {ID: "1", Name: "two"}, "two": {ID: "2", Name: "three"}, "three": {ID: "3"}}[in.ID], nil
	})
	one, two, three := `{"id":"1","name":"two","token":""}`, `{"id":"2","name":"three","token":""}`, `{"id":"3","name":"","token":""}`
	for name, tt := range map[string]struct {
		call         Call
		result, next string
	}{
		"all of a list":   {Call{}, "[" + one + "," + two + "," + three + "]", ""},
		"the first page":  {Call{Page: true}, "[" + one + "]", "two"},
		"a page between":  {Call{Page: true, Cursor: "two"}, "[" + two + "]", "three"},
		"the last page":   {Call{Page: true, Cursor: "three"}, "[" + three + "]", ""},
		"beyond the last": {Call{Page: true, Cursor: "four"}, `[{"id":"","name":"","token":""}]`, ""},
	} {
		t.Run(name, func(t *testing.T) {
			m, c := &memory{}, tt.call
			c.Op, c.Connection, c.Args = listFlows, pages, []byte("{}")
			start(t, m, Perform).Do(func(b *Branch) {
				a, e := b.Call(c)
				if e != nil || string(a.Result) != tt.result || a.Next != tt.next {
					t.Errorf("got %s, then %q, %v", a.Result, a.Next, e)
				}
			})
			sameLines(t, m.lines(), []string{"begin :acme.list_flows#1", "done :acme.list_flows#1"})
			if got := string(m.records[1].B); got != tt.result {
				t.Errorf("the record holds %s", got)
			}
		})
	}
}

package overlay

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"runner/internal/op"
)

// This file holds a made-up vendor: flows, and the owners they have.

type flow struct {
	ID      string   `json:"id" lua:"id,key"`
	Name    string   `json:"name" lua:"name"`
	OwnerID string   `json:"ownerId" lua:"owner_id"`
	Running bool     `json:"running" lua:"running"`
	Members []member `json:"members" lua:"members"`
	Runs    int64    `json:"runs" lua:"runs,noise"`
}

type listedFlow struct {
	ID          string `json:"id" lua:"id,key"`
	Name        string `json:"name" lua:"name"`
	OwnerID     string `json:"ownerId" lua:"owner_id"`
	Running     bool   `json:"running" lua:"running"`
	MemberCount int64  `json:"memberCount" lua:"member_count"`
}

type member struct {
	UserID string `json:"userId" lua:"user_id"`
	Role   string `json:"role" lua:"role"`
}

type owner struct {
	ID      string   `json:"id" lua:"id,key"`
	Name    string   `json:"name" lua:"name"`
	FlowIDs []string `json:"flowIds" lua:"flow_ids"`
}

// assets are what an owner has, in an answer that is no object itself.
type assets struct {
	Flows []struct {
		ID   string `json:"id" lua:"id"`
		Name string `json:"name" lua:"name"`
	} `json:"flows" lua:"flows"`
}

// A tag can only be read in the list of all.
type tag struct {
	ID   string `json:"id" lua:"id,key"`
	Text string `json:"text" lua:"text"`
}

type args struct {
	TagID    string   `lua:"tag_id"`
	Text     string   `lua:"text"`
	Briefly  bool     `lua:"briefly"`
	FlowID   string   `lua:"flow_id"`
	OwnerID  string   `lua:"owner_id"`
	Name     string   `lua:"name,key"`
	Running  bool     `lua:"running" default:"false"`
	Contains string   `lua:"contains"`
	Member   string   `lua:"member"`
	AtMost   int64    `lua:"at_most"`
	After    string   `lua:"after"`
	Page     int64    `lua:"page"`
	UserID   string   `lua:"user_id"`
	UserIDs  []string `lua:"user_ids"`
	Role     string   `lua:"role"`
}

var (
	flowEntity = &op.Entity{Name: "flow", Get: "get_flow", Counts: map[string]string{"member_count": "members"}}
	ownerOf    = &op.Entity{Name: "owner", Get: "get_owner", Lists: map[string]op.Listing{
		"flow_ids": {Entity: flowEntity, Where: op.Equal("owner_id")},
	}}
	tagEntity = &op.Entity{Name: "tag", Get: "list_tags"}
	elsewhere = &op.Entity{Name: "runs elsewhere"}
)

func declare[Out any](verb, object string, effect op.Effect, shows *op.View, changes ...op.Change) *op.Operation {
	return op.New(op.Operation{
		Name: "acme." + verb, Doc: "Does it.", Source: "made up", Effect: effect, Object: object, Shows: shows, Changes: changes,
	}, func(context.Context, string, args) (out Out, err error) { return out, nil })
}

var acme = op.NewModule(op.Module{Name: "acme", Operations: []*op.Operation{
	declare[[]listedFlow]("list_flows", "flow", op.Read, op.Many(flowEntity, map[string]op.Match{
		"contains": op.Contains("name"), "member": op.HasWith("members", "user_id"), "at_most": op.AtMost("member_count"),
	}, "page")),
	declare[flow]("get_flow", "flow", op.Read, op.One(flowEntity, "flow_id")),
	declare[flow]("get_late_flow", "flow", op.Read, &op.View{Entity: flowEntity, By: "flow_id", Lingers: true}),
	declare[flow]("find_flow", "flow", op.Read, &op.View{Entity: flowEntity, By: "name", Field: "name"}),
	declare[[]string]("list_runs", "run", op.Read, &op.View{Within: flowEntity, Parent: "flow_id", Blind: []*op.Entity{elsewhere}}),
	declare[owner]("get_owner", "owner", op.Read, op.One(ownerOf, "owner_id")),
	declare[[]owner]("list_owners", "owner", op.Read, &op.View{Entity: ownerOf, Many: true, Free: []string{"briefly"}, Fields: func(a op.Args) []string {
		if a["briefly"] == true {
			return []string{"id", "name"}
		}
		return nil
	}}),
	declare[assets]("list_assets", "assets of owner", op.Read, &op.View{Lists: map[string]op.Listing{
		"flows": {Entity: flowEntity, Where: op.Equal("owner_id"), Arg: "owner_id", If: func(a op.Args) bool { return a["briefly"] != true }},
	}}),
	declare[[]tag]("list_tags", "tag", op.Read, op.Many(tagEntity, nil)),
	declare[string]("export_all", "export", op.Read, op.Blind()),
	declare[op.None]("rename_tag", "tag", op.Write, nil, op.Sets(tagEntity, "tag_id", nil)),

	declare[flow]("create_flow", "flow", op.Write, op.Created(flowEntity), op.Creates(flowEntity, op.With{"members": op.Empty()})),
	declare[flow]("update_flow", "flow", op.Write, op.One(flowEntity, "flow_id"), op.Sets(flowEntity, "flow_id", nil)),
	declare[op.None]("stop_flow", "flow", op.Write, nil, op.Sets(flowEntity, "flow_id", op.With{"running": op.Is(false)})),
	declare[op.None]("delete_flow", "flow", op.Destructive, nil, op.Removes(flowEntity, "flow_id")),
	declare[op.None]("reset_flow", "flow", op.Write, nil, op.Hides(flowEntity, "flow_id")),
	declare[op.None]("add_members", "flow", op.Write, nil,
		op.PutsWith(flowEntity, "flow_id", "members", "user_id", "user_ids", op.With{"role": op.Arg("role")})),
	declare[op.None]("remove_member", "flow", op.Destructive, nil, op.Drops(flowEntity, "flow_id", "members", "user_id", "user_id")),
	declare[op.None]("delete_user", "user", op.Destructive, nil, op.Drops(flowEntity, "", "members", "user_id", "user_id")),
	declare[op.None]("rename_user", "user", op.Write, nil, op.Edits(flowEntity, "members", "user_id", "user_id", op.With{"role": op.Arg("role")})),
	declare[op.None]("give_flow", "flow", op.Write, nil, func(s *op.Scene) {
		if _, known := s.Object(ownerOf, s.Args["owner_id"]); known {
			s.Do(op.Mutation{Entity: flowEntity, ID: s.Args["flow_id"], Act: op.ActSet, Field: "owner_id", Value: s.Args["owner_id"]})
		}
	}),
	declare[op.None]("mix_flows", "flow", op.Write, nil, func(s *op.Scene) {
		s.Do(op.Mutation{Entity: flowEntity, Act: op.ActSet, Field: "owner_id", Value: s.Vague("owner_id")})
	}),
	declare[op.None]("run_elsewhere", "run", op.Write, nil, func(s *op.Scene) {
		s.Do(op.Mutation{Entity: elsewhere, Act: op.ActHide})
	}),
}}, func(op.World, struct{}) (op.Client, error) { return op.Client{}, nil })

func operation(t *testing.T, verb string) *op.Operation {
	t.Helper()
	o, ok := acme.Operation(verb)
	if !ok {
		t.Fatalf("acme has no %s", verb)
	}
	return o
}

// there is what acme has, by the read and what it is asked for.
var there = map[string]string{
	`get_flow {"flow_id":"1"}`:     `{"id":"1","name":"Close","owner_id":"ada","running":true,"members":[{"user_id":"lin","role":"Viewer"}],"runs":3}`,
	`get_flow {"flow_id":"2"}`:     `{"id":"2","name":"Audit","owner_id":"lin","running":false,"members":[],"runs":0}`,
	`get_flow {"flow_id":"3"}`:     `{"id":"3","name":"Sales","owner_id":"ada","running":true,"members":[{"user_id":"lin","role":"Admin"},{"user_id":"omar","role":"Viewer"}],"runs":9}`,
	`list_tags {}`:                 `[{"id":"a","text":"Alpha"},{"id":"b","text":"Beta"}]`,
	`get_flow {"flow_id":"66"}`:    `unreadable`,
	`get_owner {"owner_id":"ada"}`: `{"id":"ada","name":"Ada","flow_ids":["1","3"]}`,
	`get_owner {"owner_id":"lin"}`: `{"id":"lin","name":"Lin","flow_ids":["2"]}`,
}

// A stage is a dry run against acme.
type stage struct {
	t     *testing.T
	o     *Overlay
	asked []string // what had to be read aside
}

func newStage(t *testing.T) *stage { return &stage{t: t, o: New()} }

func (s *stage) know(needs []Need) {
	for _, n := range needs {
		text := n.Get.Verb() + " " + string(n.Args)
		if slices.Contains(s.asked, text) {
			s.t.Fatalf("%s is asked for twice", text)
		}
		s.asked = append(s.asked, text)
		switch answer, ok := there[text]; {
		case answer == "unreadable":
			s.o.Know("it", n, nil, true)
		case ok:
			s.o.Know("it", n, []byte(answer), false)
		default:
			s.o.Know("it", n, nil, false)
		}
	}
}

// plan plans a call: "stop_flow {…}".
func (s *stage) plan(call string) Plan {
	s.t.Helper()
	verb, args, _ := strings.Cut(call, " ")
	for {
		p := s.o.Plan("it", operation(s.t, verb), []byte(args))
		if len(p.Needs) == 0 {
			return p
		}
		s.know(p.Needs)
	}
}

// read makes a read that the vendor answers so; it has no such object, or was
// not asked, if that is empty. The answer is JSON, "gone", or "as it is".
func (s *stage) read(call, answer string, last bool) string {
	s.t.Helper()
	verb, args, _ := strings.Cut(call, " ")
	r := Read{Op: operation(s.t, verb), Args: []byte(args), Last: last}
	if answer != "" {
		r.Result = []byte(answer)
	}
	if s.o.Orphaned("it", r.Op, r.Args) {
		return "gone"
	}
	if s.o.Blind("it", r.Op) {
		return "blind"
	}
	for {
		a := s.o.Read("it", r)
		switch {
		case len(a.Needs) > 0:
			s.know(a.Needs)
			continue
		case a.Gone:
			return "gone"
		case !a.Changed:
			return "as it is"
		}
		return string(op.AppendTree(nil, op.Tree(a.Result))) // in order of the names
	}
}

// text writes targets one below the other.
func text(targets []Target) string {
	var b strings.Builder
	for _, t := range targets {
		fmt.Fprintf(&b, "%s %s", t.Entity.Name, op.AppendTree(nil, t.ID))
		switch {
		case t.Created:
			b.WriteString(" created")
		case t.Removed:
			b.WriteString(" removed")
		}
		if t.Before == nil && !t.Created {
			b.WriteString(" unread")
		}
		for _, f := range t.Differences() {
			fmt.Fprintf(&b, "\n  %s: %s -> %s", f, op.AppendTree(nil, t.Before[f]), op.AppendTree(nil, t.After[f]))
		}
		b.WriteByte('\n')
	}
	return b.String()
}

package op

import (
	"encoding/json"
	"reflect"
	"testing"
)

func TestChanges(t *testing.T) {
	id := Unknown{Label: "id of flow", New: true}
	vague := func(field string) Unknown { return Unknown{Label: field + " of flow 7"} }
	set := func(field string, v any) Mutation {
		return Mutation{Entity: flowEntity, ID: "7", Act: ActSet, Field: field, Value: v}
	}
	created := func(fields map[string]any) []Mutation {
		return []Mutation{{Entity: flowEntity, ID: id, Act: ActCreate, Fields: fields}}
	}
	list := func(act Act, id any, elem string, v any) Mutation {
		return Mutation{Entity: flowEntity, ID: id, Act: act, Field: "tags", Elem: elem, Value: v}
	}
	for name, tt := range map[string]struct {
		change Change
		args   string
		want   []Mutation
	}{
		"creates, with what is given, defaults and the rest unknown": {
			Creates(flowEntity, nil), `{"name":"Close","tags":["x"]}`,
			created(map[string]any{
				"id": id, "name": "Close", "owner_id": Unknown{Label: "owner_id of flow"}, "running": true, "limit": json.Number("10"),
				"tags": []any{"x"}, "runs": []any{}, "changed": Unknown{Label: "changed of flow"},
			}),
		},
		"creates, with other values": {
			Creates(flowEntity, With{
				"name": Arg("owner_id"), "owner_id": Is(nil), "running": Is(false), "limit": Keep(), "tags": Empty(), "changed": Vague(),
			}), `{"name":"Close","owner_id":"ada","limit":3}`,
			created(map[string]any{
				"id": id, "name": "ada", "running": false, "tags": []any{}, "runs": []any{}, "changed": Unknown{Label: "changed of flow"},
			}),
		},
		"creates under an id that is given": {
			Creates(flowEntity, With{"id": Arg("flow_id"), "limit": Keep(), "running": Keep(), "owner_id": Keep(), "tags": Keep(), "changed": Keep()}),
			`{"flow_id":"7","name":"Close"}`,
			[]Mutation{{Entity: flowEntity, ID: "7", Act: ActCreate, Fields: map[string]any{"id": "7", "name": "Close", "runs": []any{}}}},
		},

		"sets what is given, and no defaults": {
			Sets(flowEntity, "flow_id", nil), `{"flow_id":"7","name":"","limit":5}`,
			[]Mutation{set("name", ""), set("limit", json.Number("5"))},
		},
		"sets nothing": {Sets(flowEntity, "flow_id", nil), `{"flow_id":"7"}`, nil},
		"sets on none": {Sets(flowEntity, "flow_id", nil), `{"name":"Close"}`, nil},
		"keeps a field although it is given": {
			Sets(flowEntity, "flow_id", With{"name": Keep()}), `{"flow_id":"7","name":"Close","running":false}`,
			[]Mutation{set("running", false)},
		},
		"sets from elsewhere": {
			Sets(flowEntity, "flow_id", With{"owner_id": Arg("user_id"), "tags": Empty(), "name": Is(nil)}), `{"flow_id":"7","user_id":"ada"}`,
			[]Mutation{set("name", nil), set("owner_id", "ada"), set("tags", []any{})},
		},
		"sets from an argument that is not given": {
			Sets(flowEntity, "flow_id", With{"owner_id": Arg("user_id")}), `{"flow_id":"7","owner_id":"ada"}`, nil,
		},
		"if one is given": {
			Sets(flowEntity, "flow_id", With{"changed": If(Vague(), "user_id", "name")}), `{"flow_id":"7","name":"Close"}`,
			[]Mutation{set("name", "Close"), set("changed", vague("changed"))},
		},
		"what was there before": {
			Sets(flowEntity, "flow_id", With{"changed": Old()}), `{"flow_id":"7"}`,
			[]Mutation{set("changed", Unknown{Label: "changed of flow 7", Old: true})},
		},
		"if none is given": {
			Sets(flowEntity, "flow_id", With{"changed": If(Vague(), "user_id", "name")}), `{"flow_id":"7","limit":5}`,
			[]Mutation{set("limit", json.Number("5"))},
		},
		"the first that there is": {
			Sets(flowEntity, "flow_id", With{"owner_id": First(Arg("owner_id"), Arg("user_id"), Is("nobody"))}), `{"flow_id":"7","user_id":"ada"}`,
			[]Mutation{set("owner_id", "ada")},
		},
		"the first, and there is none": {
			Sets(flowEntity, "flow_id", With{"owner_id": First(Arg("owner_id"), Keep())}), `{"flow_id":"7"}`, nil,
		},
		"sets an id never": {
			Sets(flowEntity, "flow_id", With{"id": Is("8")}), `{"flow_id":"7"}`, nil,
		},

		"puts one": {
			Puts(flowEntity, "flow_id", "tags", "user_id"), `{"flow_id":"7","user_id":"ada"}`,
			[]Mutation{list(ActPut, "7", "", "ada")},
		},
		"puts each of a list": {
			Puts(flowEntity, "flow_id", "tags", "user_ids"), `{"flow_id":"7","user_ids":["ada","lin"]}`,
			[]Mutation{list(ActPut, "7", "", "ada"), list(ActPut, "7", "", "lin")},
		},
		"puts none":    {Puts(flowEntity, "flow_id", "tags", "user_ids"), `{"flow_id":"7","user_ids":[]}`, nil},
		"puts in none": {Puts(flowEntity, "flow_id", "tags", "user_id"), `{"user_id":"ada"}`, nil},
		"puts objects": {
			PutsWith(flowEntity, "flow_id", "tags", "user_id", "user_ids", With{"name": Vague(), "role": Arg("name"), "end": Is(nil)}),
			`{"flow_id":"7","user_ids":["ada","lin"],"name":"Viewer"}`,
			[]Mutation{
				list(ActPut, "7", "user_id", map[string]any{"user_id": "ada", "name": vague("name"), "role": "Viewer"}),
				list(ActPut, "7", "user_id", map[string]any{"user_id": "lin", "name": vague("name"), "role": "Viewer"}),
			},
		},
		"drops one": {
			Drops(flowEntity, "flow_id", "tags", "", "user_id"), `{"flow_id":"7","user_id":"ada"}`,
			[]Mutation{list(ActDrop, "7", "", "ada")},
		},
		"drops each of a list": {
			Drops(flowEntity, "flow_id", "tags", "user_id", "user_ids"), `{"flow_id":"7","user_ids":["ada","lin"]}`,
			[]Mutation{list(ActDrop, "7", "user_id", "ada"), list(ActDrop, "7", "user_id", "lin")},
		},
		"drops everywhere": {
			Drops(flowEntity, "", "tags", "", "user_id"), `{"user_id":"ada"}`,
			[]Mutation{list(ActDrop, nil, "", "ada")},
		},
		"drops from none": {Drops(flowEntity, "flow_id", "tags", "", "user_id"), `{"user_id":"ada"}`, nil},
		"edits elements everywhere": {
			Edits(flowEntity, "tags", "id", "user_id", With{"name": Arg("name"), "end": Arg("limit"), "role": Is(nil)}), `{"user_id":"ada","name":"Ada"}`,
			[]Mutation{{Entity: flowEntity, Act: ActEdit, Field: "tags", Elem: "id", Value: "ada", Fields: map[string]any{"name": "Ada", "role": nil}}},
		},
		"edits nothing": {Edits(flowEntity, "tags", "id", "user_id", With{"name": Arg("name")}), `{"user_id":"ada"}`, nil},

		"removes":          {Removes(flowEntity, "flow_id"), `{"flow_id":"7"}`, []Mutation{{Entity: flowEntity, ID: "7", Act: ActRemove}}},
		"removes none":     {Removes(flowEntity, "flow_id"), `{}`, nil},
		"removes a new id": {Removes(flowEntity, "flow_id"), `{"flow_id":{"$unknown":"x","$new":true}}`, []Mutation{{Entity: flowEntity, ID: Unknown{Label: "x", New: true}, Act: ActRemove}}},
		"hides":            {Hides(flowEntity, "flow_id"), `{"flow_id":"7"}`, []Mutation{{Entity: flowEntity, ID: "7", Act: ActHide}}},
		"hides of none":    {Hides(flowEntity, "flow_id"), `{}`, nil},
		"hides of several": {Hides(flowEntity, "flow_id"), `{"flow_id":["7","8"]}`, []Mutation{{Entity: flowEntity, ID: "7", Act: ActHide}, {Entity: flowEntity, ID: "8", Act: ActHide}}},
		"stirs":            {Stirs(flowEntity, runEntity), `{}`, []Mutation{{Entity: flowEntity, Act: ActHide}, {Entity: runEntity, Act: ActHide}}},
		"sets only": {SetsOnly(flowEntity, "flow_id", With{"running": Is(true), "name": Arg("title")}), `{"flow_id":"7","name":"x"}`,
			[]Mutation{{Entity: flowEntity, ID: "7", Act: ActSet, Field: "running", Value: true}}},
		"sets only, of none": {SetsOnly(flowEntity, "flow_id", With{"running": Is(true)}), `{}`, nil},
		"unsettles none":     {Unsettles(flowEntity, "flow_id", "name"), `{}`, nil},
		"unsettles one":      {Unsettles(flowEntity, "flow_id", "name", "limit"), `{"flow_id":"7"}`, []Mutation{set("name", vague("name")), set("limit", vague("limit"))}},
		"blurs":              {Blurs(flowEntity, "name"), `{"flow_id":"7"}`, []Mutation{{Entity: flowEntity, Act: ActSet, Field: "name", Value: vague("name")}}},
		"when": {
			When(func(a Args) bool { return a["everyone"] == true }, Hides(flowEntity, "flow_id"), Removes(flowEntity, "flow_id")), `{"flow_id":"7","everyone":true}`,
			[]Mutation{{Entity: flowEntity, ID: "7", Act: ActHide}, {Entity: flowEntity, ID: "7", Act: ActRemove}},
		},
		"when not": {When(func(a Args) bool { return a["everyone"] == true }, Hides(flowEntity, "flow_id")), `{"flow_id":"7"}`, nil},
	} {
		t.Run(name, func(t *testing.T) {
			got := changing(tt.change).Planning(ArgsOf([]byte(tt.args)), id, nil)
			if !reflect.DeepEqual(got, tt.want) {
				t.Errorf("with %s it plans\n%+v, want\n%+v", tt.args, got, tt.want)
			}
		})
	}
}

// A change may look at objects as they are before the call.
func TestChangesLook(t *testing.T) {
	o := changing(func(s *Scene) {
		if now, known := s.Object(flowEntity, s.Args["flow_id"]); known {
			s.Do(Mutation{Entity: flowEntity, ID: s.Args["flow_id"], Act: ActSet, Field: "name", Value: "was " + now["name"].(string)})
		}
	})
	look := func(_ *Entity, id any) (map[string]any, bool) {
		return map[string]any{"name": "Close"}, id == "7"
	}
	for id, want := range map[string][]Mutation{
		"7": {{Entity: flowEntity, ID: "7", Act: ActSet, Field: "name", Value: "was Close"}},
		"8": nil,
	} {
		if got := o.Planning(Args{"flow_id": id}, Unknown{}, look); !reflect.DeepEqual(got, want) {
			t.Errorf("of flow %s it plans %+v, want %+v", id, got, want)
		}
	}
}

// What one call is given is nothing that the next one can change.
func TestIsGivesCopies(t *testing.T) {
	source := Is(map[string]any{"a": []any{"b"}})
	first, _ := source(nil, "")
	first.(map[string]any)["a"].([]any)[0] = "changed"
	second, _ := source(nil, "")
	if want := (map[string]any{"a": []any{"b"}}); !reflect.DeepEqual(second, want) {
		t.Errorf("the second is %v, want %v", second, want)
	}
}

func TestShapesOfEntities(t *testing.T) {
	o := changing()
	if got, want := o.FieldsOf(flowEntity), []string{"id", "name", "owner_id", "running", "limit", "tags", "runs", "changed"}; !reflect.DeepEqual(got, want) {
		t.Errorf("FieldsOf = %q, want %q", got, want)
	}
	if got, want := o.Noise(flowEntity), map[string]bool{"changed": true}; !reflect.DeepEqual(got, want) {
		t.Errorf("Noise = %v, want %v", got, want)
	}
	if got := o.FieldsOf(runEntity); got != nil {
		t.Errorf("FieldsOf what no read answers = %q", got)
	}
	if _, ok := o.Sibling("stop_flow"); ok {
		t.Error("it has a sibling that the module does not have")
	}
}

func TestTouched(t *testing.T) {
	a, b := Mutation{Entity: flowEntity, ID: "7", Act: ActSet}, Mutation{Entity: flowEntity, ID: Unknown{Label: "x", New: true}, Act: ActCreate}
	list := []Mutation{
		a, {Entity: flowEntity, Act: ActDrop}, {Entity: flowEntity, ID: json.Number("7"), Act: ActPut}, b,
		{Entity: flowEntity, ID: Unknown{Label: "x", New: true}, Act: ActSet}, {Entity: runEntity, ID: "7", Act: ActHide},
	}
	want := []Mutation{a, b, {Entity: runEntity, ID: "7", Act: ActHide}}
	if got := Touched(list); !reflect.DeepEqual(got, want) {
		t.Errorf("Touched = %+v, want %+v", got, want)
	}
}

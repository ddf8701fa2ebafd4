package op

import (
	"context"
	"reflect"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

type inner struct {
	FirstName string `json:"firstName" lua:"first_name"`
}

type sample struct {
	ID      string            `json:"id" lua:"id,required,key" doc:"Which."`
	Count   int64             `json:"count" lua:"count"`
	Share   float64           `json:"share" lua:"share"`
	Active  Opt[bool]         `json:"isActive,omitzero" lua:"is_active"`
	Clear   Opt[string]       `json:"clear,omitzero" lua:"clear,nullable"`
	People  []inner           `json:"people" lua:"people"`
	Labels  map[string]string `json:"labels,omitzero" lua:"labels"`
	Token   string            `json:"token" lua:"token,secret"`
	Content []byte            `json:"-" lua:"content"`
	Free    Raw               `json:"free,omitzero" lua:"free"`
	Extra   Extra             `json:",embed"`
}

func TestWireToLua(t *testing.T) {
	for name, tt := range map[string]struct{ wire, want string }{
		"known fields in order, unknown ones in snake_case": {
			`{"count":3,"id":"7","people":[{"firstName":"Ada"}],"newThing":{"innerName":[1,{"deepName":null}]},"aFlag":true}`,
			`{"id":"7","count":3,"share":0,"people":[{"first_name":"Ada"}],"labels":{},"token":"","content":"","a_flag":true,"new_thing":{"inner_name":[1,{"deep_name":null}]}}`,
		},
		"integers that a double cannot hold are strings": {
			`{"id":"7","count":9007199254740993}`,
			`{"id":"7","count":"9007199254740993","share":0,"people":[],"labels":{},"token":"","content":""}`,
		},
		"null is absent": {
			`{"id":"7","isActive":null,"later":null,"free":null}`,
			`{"id":"7","count":0,"share":0,"people":[],"labels":{},"token":"","content":""}`,
		},
		"a known field wins over an unknown one of the same name": {
			`{"id":"7","Id":"8","free":{"asIs":1}}`,
			`{"id":"7","count":0,"share":0,"people":[],"labels":{},"token":"","content":"","free":{"asIs":1}}`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			var v sample
			if err := json.Unmarshal([]byte(tt.wire), &v); err != nil {
				t.Fatal(err)
			}
			got, err := Encode(v)
			if err != nil || string(got) != tt.want {
				t.Errorf("Encode(%s)\n got %s %v\nwant %s", tt.wire, got, err, tt.want)
			}
		})
	}
}

func TestLuaToWire(t *testing.T) {
	for name, tt := range map[string]struct{ lua, want string }{
		"what is not given is not sent": {
			`{"id":"7"}`, `{"id":"7","count":0,"share":0,"people":[],"token":""}`,
		},
		"false is given, null clears": {
			`{"id":"7","is_active":false,"clear":null,"count":"9007199254740993"}`,
			`{"id":"7","count":9007199254740993,"share":0,"isActive":false,"clear":null,"people":[],"token":""}`,
		},
		"lists, maps and free values": {
			`{"people":[{"first_name":"Lin"}],"labels":{"a":"b"},"free":[1,"x"]}`,
			`{"id":"","count":0,"share":0,"people":[{"firstName":"Lin"}],"labels":{"a":"b"},"token":"","free":[1,"x"]}`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			v, err := decode[sample]([]byte(tt.lua))
			if err != nil {
				t.Fatal(err)
			}
			got, err := json.Marshal(v)
			if err != nil || string(got) != tt.want {
				t.Errorf("decode(%s)\n got %s %v\nwant %s", tt.lua, got, err, tt.want)
			}
		})
	}
}

func TestDecodeRefuses(t *testing.T) {
	for name, tt := range map[string]struct{ lua, want string }{
		"a wrong type, with its place": {`{"people":[{"first_name":7}]}`, "people[1].first_name: want string"},
		"an unknown name":              {`{"idd":"7"}`, `no argument is called "idd"`},
		"a fraction for an integer":    {`{"count":1.5}`, "count: want int"},
		"bytes that are not base64":    {`{"content":"?"}`, "content: want bytes"},
		"half a value":                 {`{"id":`, ""},
		"not an object":                {`[]`, "want table"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := decode[sample]([]byte(tt.lua))
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("decode(%s) = %v, want %q in it", tt.lua, err, tt.want)
			}
		})
	}
}

func TestSnake(t *testing.T) {
	for in, want := range map[string]string{
		"isApiEnabled": "is_api_enabled", "sourceAppID": "source_app_id", "HTTPServer": "http_server",
		"already_snake": "already_snake", "x-rate-limit": "x_rate_limit", "userID2": "user_id2", "": "",
	} {
		if got := Snake(in); got != want {
			t.Errorf("Snake(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestSecretsFindsSecretFields(t *testing.T) {
	var got []string
	s := shapeOf(reflect.TypeFor[[]sample]())
	Secrets(s, []byte(`[{"id":"7","token":"t1"},{"token":"t2","people":[{"first_name":"x"}]}]`), func(v string) { got = append(got, v) })
	Secrets(NewList(Operation{Name: "acme.list_samples", Doc: "Lists samples.", Source: "https://docs.example", Effect: Read},
		func(context.Context, string, struct{}, string) ([]sample, string, error) { return nil, "", nil }).Out(),
		[]byte(`[{"id":"7","token":"t3"}]`), func(v string) { got = append(got, v) })
	Secrets(s, []byte(`[{"id":"token"}]`), func(v string) { got = append(got, v) })
	if strings.Join(got, ",") != "t1,t2,t3" {
		t.Errorf("Secrets = %q, want t1, t2 and t3", got)
	}
}

func FuzzAppendSnake(f *testing.F) {
	f.Add(`{"aB":[1,{"cD":"x\n"}],"e":{}}`)
	f.Add(`"x"`)
	f.Fuzz(func(t *testing.T, in string) {
		if !jsontext.Value(in).IsValid() {
			return
		}
		out, err := appendSnake(nil, []byte(in))
		if err != nil || !jsontext.Value(out).IsValid() {
			t.Errorf("appendSnake(%q) = %q, %v", in, out, err)
		}
	})
}

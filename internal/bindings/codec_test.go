package bindings

import (
	"encoding/json"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	lua "github.com/yuin/gopher-lua"
)

// randomJSON is a value without null, which a table cannot hold.
func randomJSON(r *rand.Rand, depth int) any {
	texts := []string{"", "a", "ü\n\"\\\x00\u2028", "$ab", strings.Repeat("x", 100), "9007199254740993", "true", "\U0001F600"}
	switch n := r.IntN(8); {
	case n == 0:
		return texts[r.IntN(len(texts))]
	case n == 1:
		return float64(r.IntN(2000) - 1000)
	case n == 2:
		return []float64{0.5, -1e-9, 1e300, 123456789012, 9007199254740991, -9007199254740991, 1.7976931348623157e308}[r.IntN(7)]
	case n == 3 || depth == 0:
		return r.IntN(2) == 0
	case n < 6:
		list := []any{}
		for range r.IntN(5) {
			if r.IntN(6) == 0 {
				list = append(list, nil)
			} else {
				list = append(list, randomJSON(r, depth-1))
			}
		}
		return list
	}
	m := map[string]any{}
	for range r.IntN(5) {
		m[[]string{"a", "b", "first name", "", "1", "ü", "end"}[r.IntN(7)]] = randomJSON(r, depth-1)
	}
	return m
}

// TestJSONThereAndBack: what is read into Lua is written as it was.
func TestJSONThereAndBack(t *testing.T) {
	w := stage{}.open(t).world
	r := rand.New(rand.NewPCG(3, 4))
	for range 3000 {
		want := randomJSON(r, 5)
		b, err := json.Marshal(want)
		if err != nil {
			t.Fatal(err)
		}
		v, err := w.decode(b, nil)
		if err != nil {
			t.Fatalf("decode(%s): %v", b, err)
		}
		out, err := freely{canonical, false, w.listMeta}.encode(nil, v, "value", 0)
		if err != nil {
			t.Fatalf("encode(%s): %v", b, err)
		}
		var got any
		if err := json.Unmarshal(out, &got); err != nil || !reflect.DeepEqual(got, want) {
			t.Fatalf("%s\ncame back as %s (%v)", b, out, err)
		}
	}
}

func TestNumbersKeepTheirDigits(t *testing.T) {
	for text, want := range map[string]lua.LValue{
		"9007199254740991": lua.LNumber(9007199254740991), "9007199254740992": lua.LString("9007199254740992"),
		"9007199254740993": lua.LString("9007199254740993"), "-9007199254740993": lua.LString("-9007199254740993"),
		"12345678901234567890123": lua.LString("12345678901234567890123"), "1e400": lua.LString("1e400"), "1e30": lua.LNumber(1e30), "0": lua.LNumber(0),
	} {
		if got := number(text); got != want {
			t.Errorf("number(%s) = %v, want %v", text, got, want)
		}
	}
}

// TestArgumentsAreWrittenOneWay: the same value, the same bytes, however its
// table was made.
func TestArgumentsAreWrittenOneWay(t *testing.T) {
	p := stage{}.play(t, `
desk.send_value { value = { b = 1, a = { 1, 2 }, c = { z = 1, y = 2 } } }
local v = {}
v.c = { y = 2 } v.c.z = 1 v.x = 1 v.b = 1 v.a = {} v.a[1] = 1 v.a[2] = 2 v.x = nil
desk.send_value { value = v }
desk.add_ticket { tags = {}, name = "x", free = desk.list_tickets() }
desk.add_ticket { name = "x", file = "\0\255", due = "2026-01-31T09:00:00Z", count = "9007199254740993", free = {} }
`).mustWork()
	want := []string{
		`{"value":{"a":[1,2],"b":1,"c":{"y":2,"z":1}}}`, `{"value":{"a":[1,2],"b":1,"c":{"y":2,"z":1}}}`, `{}`,
		`{"name":"x","tags":[],"free":[]}`, `{"name":"x","count":9007199254740993,"due":"2026-01-31T09:00:00Z","file":"AP8=","free":{}}`,
	}
	for i, c := range p.calls() {
		if _, args, _ := strings.Cut(c, " "); args != want[i] {
			t.Errorf("call %d\n got %s\nwant %s", i+1, args, want[i])
		}
	}
}

// TestSecretsAreNotShown: a secret goes where it is meant to go, and is not
// shown by what shows things.
func TestSecretsAreNotShown(t *testing.T) {
	p := stage{}.play(t, `
local s = secret("env:X")
print(s, tostring(s), { s }, "a" .. s, string.format("%s-%s", "b", s), { k = "x" .. s .. "y" })
log(s)
output("o", { s, k = nil })
output("p", { k = s .. "!" })
pcall(fail, { cause = "no", token = s })
print(select(2, pcall(function() return s:upper() end)), select(2, pcall(function() return #s end)), s == s)
fail("the secret is " .. tostring(nil or { s }))
`)
	for _, r := range p.journal.all() {
		if strings.Contains(string(r.B)+string(r.E), "value of env:X") {
			t.Errorf("the journal shows it: %s", r.B)
		}
	}
	if strings.Contains(p.said(), "value of") || !strings.Contains(p.said(), "[secret]") {
		t.Errorf("the failure says %s", p.said())
	}
	p = stage{}.play(t, `local s = secret("env:X") desk.add_ticket { name = "n" .. s, token = string.format("Bearer %s", s), free = { s } }`).mustWork()
	if got, want := p.calls()[0], `:desk.add_ticket#1 {"name":"nvalue of env:X","free":["value of env:X"],"token":"Bearer value of env:X"}`; got != want {
		t.Errorf("sent %s, want %s", got, want)
	}
}

// TestUnknownsInArguments: in a dry run they stand anywhere, and the call says
// what they are.
func TestUnknownsInArguments(t *testing.T) {
	p := stage{dry: true}.play(t, `
local t = desk.add_ticket { name = "ada" }
desk.add_ticket { name = t.id .. "!", tags = { t.id }, owner = { email = t.state }, count = t.id, due = t.due, labels = { k = t.id }, free = { t.id }, people = t.people, share = t.share, file = t.file }
`).mustWork()
	u := func(label string) string {
		b, _ := json.Marshal(map[string]string{"$unknown": label})
		return string(b)
	}
	want := `:desk.add_ticket#2 {"name":` + u("text <id of ticket ada>!") + `,"tags":[` + u("id of ticket ada") + `],"owner":{"email":` + u("state of ticket ada") +
		`},"people":` + u("people of ticket ada") + `,"share":` + u("share of ticket ada") + `,"count":` + u("id of ticket ada") + `,"due":` + u("due of ticket ada") +
		`,"file":` + u("file of ticket ada") + `,"labels":{"k":` + u("id of ticket ada") + `},"free":[` + u("id of ticket ada") + `]}`
	if got := p.calls()[1]; got != want {
		t.Errorf("planned %s\nwant    %s", got, want)
	}
}

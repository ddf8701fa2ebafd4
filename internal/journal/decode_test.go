package journal

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"
)

// full is a record with all fields.
var full = Record{
	N: 12, S: 9, T: noon.Add(time.Nanosecond), Kind: Done, Key: "/a[é]/b#1", Op: "acme.list_users", H: "ab12",
	B: json.RawMessage(`{"a":[1,{"b":"},\"]"}],"c":-1.5e3,"d":null}`), E: json.RawMessage(`"x"`),
	Next: "c2", X: "age1", C: "2026-11-21T11:00:00Z", Via: "sent", ID: "req-7",
}

// variants are texts of records, and of what is nearly one.
func variants() []string {
	text := string(appendFrame(nil, &full))
	text = strings.TrimSuffix(text[sumLen+1:], "\n")
	list := []string{
		text, text + " ", " " + text, text[:len(text)-1], text + "}", "", "{}", "null", "[]",
		strings.Replace(text, `,"key"`, ` , "key"`, 1),
		strings.Replace(text, `"key"`, `"KEY"`, 1),
		strings.Replace(text, `"key":"`, `"key":"\u00e9\"`, 1),
		strings.Replace(text, `"key":"`, "\"key\":\"\xff", 1),
		strings.Replace(text, `"key":"`, "\"key\":\"\x01", 1),
		strings.Replace(text, `"key":"`, `"key":null,"x":"`, 1),
		strings.Replace(text, `,"key"`, `,"new":[1],"key"`, 1),
		strings.Replace(text, `,"op"`, `,"key":"again","op"`, 1),
		strings.Replace(text, "é", "\u2028\x7f", 1),
	}
	for _, n := range []string{"-1", "01", "0", "1.0", "1e2", "9223372036854775807", "9223372036854775808", "999999999999999999", "1000000000000000000", `"1"`, "null", ""} {
		list = append(list, strings.Replace(text, `"n":12`, `"n":`+n, 1))
	}
	for _, at := range []string{"2026-11-21T12:00:00+01:00", "2026-11-21", "2026-11-21T12:00:00,5Z", "2026-11-21T24:00:00Z", "2026-11-21T12:00:00.123456789Z", ""} {
		list = append(list, strings.Replace(text, `"t":"2026-11-21T12:00:00.000000001Z"`, `"t":"`+at+`"`, 1))
	}
	bodies := []string{
		"", "null", "true", "tru", "1", "01", "-", "1e", `"a`, `"a"`, `"\`, `"\x"`, "\"\xff\"", "\"\x01\"", "{", "}", "[1 , 2]", " 1 ", "1\t",
		"[1,]", "[1}", "{]", `{"a":1,"a":2}`, `{"a"}`, `1,"b":2`, `1 2`, `{}{}`, `"a""b"`, `{"key":"x"},"key":"y"`,
		strings.Repeat("[", 9_990) + strings.Repeat("]", 9_990), strings.Repeat("[", 10_010) + strings.Repeat("]", 10_010),
	}
	for _, b := range bodies {
		list = append(list, strings.Replace(text, `"e":"x"`, `"e":`+b, 1), `{"n":1,"s":0,"t":"2026-11-21T12:00:00Z","k":"note","b":`+b+`}`)
	}
	return list
}

// same checks that what is taken apart by hand is what encoding/json makes of it.
func same(t *testing.T, text string) (own bool) {
	t.Helper()
	got, own := decodeOwn([]byte(text))
	if !own {
		return false
	}
	var want Record
	if err := json.Unmarshal([]byte(text), &want); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%.200s is %+v, want %+v, %v", text, got, want, err)
	}
	return true
}

func TestDecodeAsEncodingJSON(t *testing.T) {
	own := 0
	for _, text := range variants() {
		if same(t, text) {
			own++
		}
	}
	if own < 10 {
		t.Errorf("only %d texts were taken apart by hand", own)
	}
}

// What the writer writes is taken apart by hand, unless a text needs an escape.
func TestOwnRecordsAreDecodedByHand(t *testing.T) {
	for name, r := range map[string]Record{"typical": typical, "full": full, "empty": {N: 1, T: noon, Kind: Note}} {
		r.N, r.T = max(1, r.N), noon
		line := appendFrame(nil, &r)
		got, ok := decodeOwn(line[sumLen+1 : len(line)-1])
		if !ok || !reflect.DeepEqual(got, r) {
			t.Errorf("%s: %+v, %v, want %+v", name, got, ok, r)
		}
	}
}

// The text of a line is used again for the next one.
func TestDecodedRecordsAreTheirOwn(t *testing.T) {
	line := appendFrame(nil, &full)
	got, _ := decodeOwn(line[sumLen+1 : len(line)-1])
	clear(line)
	if !reflect.DeepEqual(got, full) {
		t.Errorf("the record became %+v, want %+v", got, full)
	}
}

func FuzzDecode(f *testing.F) {
	for _, text := range variants() {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) { same(t, text) })
}

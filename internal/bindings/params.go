package bindings

import (
	"fmt"
	"net/mail"
	"slices"
	"strconv"
	"strings"
	"time"

	lua "github.com/yuin/gopher-lua"

	"runner/internal/spell"
)

// This file is params: the inputs that a script declares. Each becomes a flag
// of the script, and a value of the table that params returns.

// A Param is a declared input.
type Param struct {
	Name     string
	Type     string
	Help     string
	Required bool
	Choices  []string
	Default  string // as it would be written on the command line
	HasValue bool   // there is a default
}

// ParamTypes are the types a param can have, and what their values look like.
var ParamTypes = [][2]string{
	{"string", "any text"},
	{"int", "a whole number"},
	{"number", "a number"},
	{"bool", "true or false"},
	{"email", "an e-mail address"},
	{"date", "a date, yyyy-mm-dd"},
	{"duration", "a span of time, like 90s, 15m or 2h"},
	{"list", "texts separated by commas"},
	{"file", "the path of a file that is there"},
	{"csv", "the path of a CSV file with a header line"},
	{"secret", "a reference: env:, file:, keyring: or exec:"},
}

func paramTypes() []string {
	var names []string
	for _, t := range ParamTypes {
		names = append(names, t[0])
	}
	return names
}

// A ParamError is a value that a param does not accept.
type ParamError struct{ Cause, Hint string }

func (e *ParamError) Error() string { return e.Cause }

// Files reads files for params, by the path as it was given.
type Files func(path string) ([]byte, error)

// Value reads what was written on the command line.
func (p Param) Value(text string, read Files, secret func(string) (string, error)) (any, error) {
	if len(p.Choices) > 0 && p.Type != "list" && !slices.Contains(p.Choices, text) {
		return nil, &ParamError{fmt.Sprintf("%q is not one of %s", text, strings.Join(p.Choices, ", ")), spell.Suggest(text, p.Choices)}
	}
	bad := func(hint string) (any, error) {
		return nil, &ParamError{fmt.Sprintf("%q is not %s", text, describe(p.Type)), hint}
	}
	switch p.Type {
	case "string":
		return text, nil
	case "int":
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil || n > 1<<53 || n < -1<<53 {
			return bad("")
		}
		return float64(n), nil
	case "number":
		n, err := strconv.ParseFloat(text, 64)
		if err != nil || n != n || n > 1e308 || n < -1e308 {
			return bad("")
		}
		return n, nil
	case "bool":
		v, err := strconv.ParseBool(text)
		if err != nil {
			return bad("write true or false")
		}
		return v, nil
	case "email":
		a, err := mail.ParseAddress(text)
		if err != nil || a.Address != text {
			return bad("write it like ada@example.com")
		}
		return text, nil
	case "date":
		if _, err := time.Parse(time.DateOnly, text); err != nil {
			return bad("write it like 2026-01-31")
		}
		return text, nil
	case "duration":
		d, err := time.ParseDuration(text)
		if err != nil || d < 0 {
			return bad("")
		}
		return d.Seconds(), nil
	case "list":
		return p.list(text)
	case "file":
		b, err := read(text)
		if err != nil {
			return nil, err
		}
		return map[string]any{"path": text, "text": string(b)}, nil
	case "csv":
		b, err := read(text)
		if err != nil {
			return nil, err
		}
		return readRows(text, string(b))
	case "secret":
		v, err := secret(text)
		return SecretText(v), err
	}
	return nil, fmt.Errorf("no such type: %s", p.Type)
}

func describe(name string) string {
	for _, t := range ParamTypes {
		if t[0] == name {
			return t[1]
		}
	}
	return name
}

func (p Param) list(text string) (any, error) {
	items := []string{}
	for item := range strings.SplitSeq(text, ",") {
		item = strings.TrimSpace(item)
		if item == "" {
			continue
		}
		if len(p.Choices) > 0 && !slices.Contains(p.Choices, item) {
			return nil, &ParamError{fmt.Sprintf("%q is not one of %s", item, strings.Join(p.Choices, ", ")), spell.Suggest(item, p.Choices)}
		}
		items = append(items, item)
	}
	return items, nil
}

// params is the word params: it declares the inputs and returns their values.
func (w *World) params(L *lua.LState) int {
	if w.declared {
		w.mistake(L, "declare all of them in one table", "params was called twice")
	}
	w.declared = true
	table := L.CheckTable(1)
	var list []Param
	for k, v := table.Next(lua.LNil); k != lua.LNil; k, v = table.Next(k) {
		list = append(list, w.param(L, k, v))
	}
	values, e := w.o.Params(list)
	if e != nil {
		w.raise(L, e)
	}
	result := L.NewTable()
	for _, p := range list {
		if v, ok := values[p.Name]; ok {
			result.RawSetString(p.Name, w.raw(v))
		}
	}
	meta := L.NewTable()
	meta.RawSetString("__index", w.fn(func(L *lua.LState) int {
		name := L.Get(2).String()
		var names []string
		for _, p := range list {
			if p.Name == name {
				L.Push(lua.LNil) // declared, and not given
				return 1
			}
			names = append(names, p.Name)
		}
		w.mistake(L, spell.Suggest(name, names), "no param is called %q", name)
		return 0
	}))
	meta.RawSetString("__metatable", lua.LFalse)
	result.Metatable = meta
	L.Push(result)
	return 1
}

// param reads one declaration: { "email", required = true, help = "Who." }.
func (w *World) param(L *lua.LState, k, v lua.LValue) Param {
	name, ok := k.(lua.LString)
	if !ok || !identifier(string(name)) {
		w.mistake(L, `write params { name = { "string", help = "…" } }`, "a param needs a name of letters, digits and _, got %s", shown(k))
	}
	p := Param{Name: string(name), Type: "string"}
	t, ok := v.(*lua.LTable)
	if !ok {
		w.mistake(L, fmt.Sprintf(`write %s = { "string", help = "…" }`, p.Name), "param %q wants a table, got %s", p.Name, shown(v))
	}
	for i := 2; i <= t.Len(); i++ {
		w.mistake(L, "", "param %q: what is %s?", p.Name, shown(t.RawGetInt(i)))
	}
	if s := t.RawGetInt(1); s != lua.LNil {
		p.Type = w.plainValue(L, p, "the type", s)
	}
	if types := paramTypes(); !slices.Contains(types, p.Type) {
		w.mistake(L, spell.Suggest(p.Type, types), "param %q: no type is called %q", p.Name, p.Type)
	}
	known := []string{"required", "default", "choices", "help"}
	for k, v := t.Next(lua.LNil); k != lua.LNil; k, v = t.Next(k) {
		if k.Type() == lua.LTNumber {
			continue
		}
		switch keyText(k) {
		case "required":
			required, ok := v.(lua.LBool)
			if !ok {
				w.mistake(L, "write true or false, without quotes", "param %q: required wants true or false, got %s", p.Name, shown(v))
			}
			p.Required = bool(required)
		case "help":
			p.Help = w.plainValue(L, p, "help", v)
		case "choices":
			list, ok := v.(*lua.LTable)
			if !ok || list.Len() == 0 {
				w.mistake(L, "", "param %q: choices wants a list, got %s", p.Name, shown(v))
			}
			p.Choices = w.plainValues(L, p, "choices", list)
		case "default":
			p.HasValue = true
			if list, ok := v.(*lua.LTable); ok && p.Type == "list" {
				p.Default = strings.Join(w.plainValues(L, p, "default", list), ",")
			} else {
				p.Default = w.plainValue(L, p, "default", v)
			}
		default:
			w.mistake(L, spell.Suggest(keyText(k), known), "param %q has no option %q", p.Name, keyText(k))
		}
	}
	if p.Required && p.HasValue {
		w.mistake(L, "take one of them away", "param %q is required and has a default", p.Name)
	}
	if p.HasValue && !slices.Contains([]string{"file", "csv", "secret"}, p.Type) {
		if _, err := p.Value(p.Default, nil, nil); err != nil {
			w.mistake(L, "", "param %q: its default: %v", p.Name, err)
		}
	}
	return p
}

// plainValue is the text of a value in a declaration.
func (w *World) plainValue(L *lua.LState, p Param, option string, v lua.LValue) string {
	switch v.Type() {
	case lua.LTString, lua.LTNumber, lua.LTBool:
		return v.String()
	}
	w.mistake(L, "", "param %q: %s cannot be %s", p.Name, option, typeName(v))
	return ""
}

func (w *World) plainValues(L *lua.LState, p Param, option string, list *lua.LTable) []string {
	var texts []string
	for i := 1; i <= list.Len(); i++ {
		texts = append(texts, w.plainValue(L, p, option, list.RawGetInt(i)))
	}
	return texts
}

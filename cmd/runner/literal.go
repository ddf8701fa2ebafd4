package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"

	"runner/internal/op"
)

// This file writes what stands on the command line as Lua.

func luaValue(f *op.Field, text string, isJSON bool) (string, error) {
	if isJSON {
		var v any
		d := json.NewDecoder(strings.NewReader(text))
		d.UseNumber()
		if err := d.Decode(&v); err != nil || d.More() {
			return "", badArgument(f, "", "it is not JSON: %s", jsonReason(err))
		}
		return luaLiteral(v), nil
	}
	if path, ok := strings.CutPrefix(text, "@"); ok {
		b, err := os.ReadFile(path)
		if err != nil {
			return "", badArgument(f, nearFile(path), "%s: %s", path, reason(err))
		}
		return luaLiteral(string(b)), nil
	}
	if f.Secret {
		return "secret(" + luaLiteral(text) + ")", nil
	}
	if f.Type.Form != op.List {
		return luaScalar(f, f.Type.Form, text)
	}
	items := []string{}
	for item := range strings.SplitSeq(text, ",") {
		if item = strings.TrimSpace(item); item == "" {
			continue
		}
		value, err := luaScalar(f, f.Type.Elem.Form, item)
		if err != nil {
			return "", err
		}
		items = append(items, value)
	}
	return "{ " + strings.Join(items, ", ") + " }", nil
}

func luaScalar(f *op.Field, form op.Form, text string) (string, error) {
	switch form {
	case op.Bool:
		v, err := strconv.ParseBool(text)
		if err != nil {
			return "", badArgument(f, "", "want true or false, got %q", text)
		}
		return strconv.FormatBool(v), nil
	case op.Int:
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return "", badArgument(f, "", "want a whole number, got %q", text)
		}
		return luaLiteral(json.Number(strconv.FormatInt(n, 10))), nil
	case op.Number:
		n, err := strconv.ParseFloat(text, 64)
		if err != nil {
			return "", badArgument(f, "", "want a number, got %q", text)
		}
		return luaLiteral(n), nil
	case op.Object, op.Map:
		return "", badArgument(f, fmt.Sprintf("write %s:='{…}' in JSON", f.Name), "it is a table")
	}
	if err := checkEnum(f, text); err != nil {
		return "", err
	}
	return luaLiteral(text), nil
}

func jsonReason(err error) string {
	if err == nil {
		return "something follows it"
	}
	return err.Error()
}

// luaLiteral writes a value as Lua.
func luaLiteral(v any) string {
	switch v := v.(type) {
	case nil:
		return "null"
	case bool:
		return strconv.FormatBool(v)
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case json.Number:
		// What a double cannot hold is a text in Lua.
		if n, err := v.Int64(); err == nil && (n >= 1<<53 || n <= -1<<53) {
			return luaString(v.String())
		}
		return v.String()
	case string:
		return luaString(v)
	case []any:
		texts := make([]string, len(v))
		for i := range v {
			texts[i] = luaLiteral(v[i])
		}
		return "{ " + strings.Join(texts, ", ") + " }"
	case map[string]any:
		names := slices.Sorted(maps.Keys(v))
		for i, n := range names {
			names[i] = "[" + luaString(n) + "] = " + luaLiteral(v[n])
		}
		return "{ " + strings.Join(names, ", ") + " }"
	}
	return "nil"
}

func luaString(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for i := range len(s) {
		switch c := s[i]; {
		case c == '"' || c == '\\':
			b.WriteByte('\\')
			b.WriteByte(c)
		case c < 0x20 || c == 0x7f:
			fmt.Fprintf(&b, "\\%03d", c)
		default:
			b.WriteByte(c)
		}
	}
	b.WriteByte('"')
	return b.String()
}

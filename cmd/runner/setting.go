package main

import (
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"strconv"

	"runner/internal/op"
	"runner/internal/secret"
)

// setting reads one value. In a file a secret must be a reference; in the
// environment it may stand as it is. Paths are relative to dir.
func (a *app) setting(f *op.Field, v any, dir string, fromEnv bool) (any, *op.Error) {
	text, isText := v.(string)
	bad := func(want string) (any, *op.Error) {
		return nil, configError("", fmt.Sprintf("want %s, got %s", want, describe(v)), "")
	}
	switch {
	case f.Secret:
		if !isText {
			return nil, configError("", "want a reference to a secret, got "+typeName(v), "write env:NAME, file:PATH, keyring:SERVICE/USER or exec:COMMAND")
		}
		if _, err := secret.Parse(text); err != nil && fromEnv {
			a.redactor.Add(text)
			return text, nil
		}
		return a.secretIn(dir, text)
	case f.Type.Form == op.Bytes:
		if !isText {
			return bad("the path of a file")
		}
		if !filepath.IsAbs(text) {
			text = filepath.Join(dir, text)
		}
		b, err := os.ReadFile(text)
		if err != nil {
			return nil, configError("", fmt.Sprintf("%s: %s", a.shown(text), reason(err)), "")
		}
		return base64.StdEncoding.EncodeToString(b), nil
	case f.Type.Form == op.Bool:
		if b, ok := v.(bool); ok {
			return b, nil
		}
		if b, err := strconv.ParseBool(text); fromEnv && err == nil {
			return b, nil
		}
		return bad("true or false")
	case f.Type.Form == op.Int || f.Type.Form == op.Number:
		switch v.(type) {
		case int64, float64:
			return v, nil
		}
		if n, err := strconv.ParseFloat(text, 64); fromEnv && err == nil {
			return n, nil
		}
		return bad("a number")
	}
	if !isText {
		return bad("a text")
	}
	return text, nil
}

// describe shows a value of a file as it is written there.
func describe(v any) string {
	switch v := v.(type) {
	case string:
		return strconv.Quote(v)
	case int64, float64, bool:
		return fmt.Sprint(v)
	}
	return typeName(v)
}

// typeName is what TOML calls a value.
func typeName(v any) string {
	switch v.(type) {
	case string:
		return "a text"
	case int64, float64:
		return "a number"
	case bool:
		return "true or false"
	case map[string]any:
		return "a table"
	case []any, []map[string]any:
		return "a list"
	}
	return "a date"
}

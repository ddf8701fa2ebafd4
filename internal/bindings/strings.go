package bindings

import (
	"fmt"
	"strings"

	lua "github.com/yuin/gopher-lua"
)

// This file is the string library, as far as it is ours. A function of Go
// cannot be interrupted, so none may make a text without bounds.

// maxText is the largest text that one function may make.
const maxText = 64 << 20

func (w *World) openStrings(stock *lua.LTable) *lua.LTable {
	mod := w.state.NewTable()
	for _, name := range []string{"char", "len", "lower", "reverse", "sub", "upper"} {
		mod.RawSetString(name, w.kept("string."+name, stock.RawGetString(name)))
	}
	for name, f := range map[string]lua.LGFunction{
		"byte": w.byte, "rep": w.rep, "format": w.format, "find": w.find, "match": w.match, "gmatch": w.gmatch, "gsub": w.gsub,
	} {
		mod.RawSetString(name, w.fn(f))
	}
	return mod
}

func (w *World) byte(L *lua.LState) int {
	s, from := L.CheckString(1), L.OptInt(2, 1)
	to := L.OptInt(3, from)
	if from < 0 {
		from += len(s) + 1
	}
	if to < 0 {
		to += len(s) + 1
	}
	from, to = max(1, from), min(len(s), to)
	w.bounded(L, "string.byte", from, to)
	for i := from; i <= to; i++ {
		L.Push(lua.LNumber(s[i-1]))
	}
	return max(0, to-from+1)
}

func (w *World) rep(L *lua.LState) int {
	s, n := L.CheckString(1), float64(L.CheckNumber(2))
	if n*float64(len(s)) > maxText {
		w.mistake(L, "", "string.rep would make more than %d MiB", maxText>>20)
	}
	if n < 1 || n != n || s == "" {
		L.Push(lua.LString(""))
		return 1
	}
	L.Push(lua.LString(strings.Repeat(s, int(n))))
	return 1
}

// format is string.format, with our own texts of tables. What is made with a
// secret is one, and what is made with an unknown is unknown.
func (w *World) format(L *lua.LState) int {
	pattern := L.CheckString(1)
	args := make([]any, 0, 4)
	texts := make([]string, 0, 4)
	secret, open := false, false
	for i := 2; i <= L.GetTop(); i++ {
		v := L.Get(i)
		open = open || w.isUnknown(v)
		switch x := v.(type) {
		case lua.LNumber:
			args = append(args, float64(x))
		case lua.LString:
			args = append(args, string(x))
		default:
			if h, ok := hiddenOf(v); ok {
				secret = true
				args = append(args, h.value)
				break
			}
			args = append(args, w.text(L, v))
		}
		texts = append(texts, w.text(L, v))
	}
	if open {
		L.Push(w.unknown("text " + fill(pattern, texts)))
		return 1
	}
	text, bad := sprintf(pattern, args)
	switch {
	case bad != "" && secret: // it would show the value
		w.mistake(L, "", "string.format: a secret does not fit this format")
	case bad != "":
		w.mistake(L, "", "string.format: %s", bad)
	case secret:
		L.Push(w.hidden(text))
	default:
		L.Push(lua.LString(text))
	}
	return 1
}

// directive is one of the formats that C knows and Lua allows.
var directive = lazily(`^%[-+ #0]{0,5}[0-9]{0,2}(?:\.[0-9]{0,2})?[a-zA-Z]`)

// sprintf formats as C does. Go's verbs differ in a few.
func sprintf(pattern string, args []any) (text, bad string) {
	var b strings.Builder
	next := 0
	for i := 0; i < len(pattern); i++ {
		if pattern[i] != '%' {
			b.WriteByte(pattern[i])
			continue
		}
		if strings.HasPrefix(pattern[i:], "%%") {
			b.WriteByte('%')
			i++
			continue
		}
		d := directive().FindString(pattern[i:])
		if d == "" {
			return "", fmt.Sprintf("%q is no format; %%%% writes a percent sign", pattern[i:min(i+8, len(pattern))])
		}
		if next >= len(args) {
			return "", fmt.Sprintf("%s has no value; only %d were given", d, len(args))
		}
		if bad := sprint(&b, d[:len(d)-1], d[len(d)-1], args[next]); bad != "" {
			return "", bad
		}
		next++
		i += len(d) - 1
		if b.Len() > maxText {
			return "", fmt.Sprintf("the text would have more than %d MiB", maxText>>20)
		}
	}
	return b.String(), ""
}

// sprint writes one value; flags begin with the percent sign.
func sprint(b *strings.Builder, flags string, verb byte, arg any) (bad string) {
	n, isNumber := arg.(float64)
	if strings.IndexByte("diucxXoeEfgG", verb) >= 0 {
		if s, ok := arg.(string); ok {
			n, isNumber = numeric(s)
		}
		if !isNumber {
			return fmt.Sprintf("%s%c wants a number, got %q", flags, verb, arg)
		}
	}
	switch verb {
	case 'd', 'i', 'u':
		fmt.Fprintf(b, flags+"d", int64(n))
	case 'c':
		b.WriteByte(byte(n))
	case 'x', 'X', 'o':
		fmt.Fprintf(b, flags+string(verb), int64(n))
	case 'e', 'E', 'f', 'g', 'G':
		fmt.Fprintf(b, flags+string(verb), n)
	case 's':
		if isNumber {
			arg = lua.LNumber(n).String()
		}
		fmt.Fprintf(b, flags+"s", arg)
	case 'q':
		if isNumber {
			arg = lua.LNumber(n).String()
		}
		fmt.Fprintf(b, "%q", arg)
	default:
		return fmt.Sprintf("%s%c is no format", flags, verb)
	}
	return ""
}

// fill shows a pattern with texts in place of its formats, for the label of
// an unknown text.
func fill(pattern string, texts []string) string {
	var b strings.Builder
	for i := 0; i < len(pattern); i++ {
		switch d := directive().FindString(pattern[i:]); {
		case strings.HasPrefix(pattern[i:], "%%"):
			b.WriteByte('%')
			i++
		case d != "" && len(texts) > 0:
			b.WriteString(texts[0])
			texts = texts[1:]
			i += len(d) - 1
		default:
			b.WriteByte(pattern[i])
		}
	}
	return b.String()
}

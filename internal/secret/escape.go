package secret

import (
	"strings"
	"unicode/utf8"
)

// This file reads escapes. Encoders disagree about what they escape and how: .NET writes \u002B
// where Go writes +, PHP writes \/, some write hex digits in capitals, and a body that is logged
// inside a record is escaped twice. So forms of a secret are not listed escaped; instead, text is
// compared with a secret reading by reading. Known are
//
//   - %2B, and %252B if escaped again; + for a space
//   - \n, \", \\, \/, \x2b, \u002b, \U0000002b, with more backslashes if escaped again
//   - &lt;, &#43;, &#x2b;, also behind \u0026
//
// Letters and digits are not escaped by any encoder, and a secret whose first letters a script
// escapes by hand is not found.

const (
	// maxBackslashes is what four rounds of escaping put before a character.
	maxBackslashes = 15
	maxPercents    = 3
	// maxEntity is the length of the longest entity that is read: #1114111;
	maxEntity = 9
)

// reading is one way to take an escape: as which text, and how long the escape is.
type reading struct {
	text [utf8.UTFMax]byte
	n    int
	size int
}

func readByte(b byte, size int) reading {
	return reading{text: [utf8.UTFMax]byte{b}, n: 1, size: size}
}

func readRune(r rune, size int) reading {
	out := reading{size: size}
	out.n = utf8.EncodeRune(out.text[:], r)
	return out
}

// introducers are the bytes that an escape can begin with.
const introducers = `\%&+`

func introduces(b byte) bool { return b == '\\' || b == '%' || b == '&' || b == '+' }

// escapable says whether some encoder may write b as an escape.
func escapable(b byte) bool {
	return (b < '0' || b > '9') && (b < 'A' || b > 'Z') && (b < 'a' || b > 'z')
}

// escapes appends the readings of the escape at the beginning of t, which introduces one. There is
// more than one if it is not certain how often the text was escaped. If t ends within what could
// be an escape, cut is true.
func escapes(dst []reading, t string) (_ []reading, cut bool) {
	switch t[0] {
	case '+':
		return append(dst, readByte(' ', 1)), false
	case '%':
		return percents(dst, t)
	case '&':
		return entity(dst, t, 1)
	default:
		return backslashes(dst, t)
	}
}

func percents(dst []reading, t string) (_ []reading, cut bool) {
	at := 1
	for range maxPercents {
		code, digits := hex(t[at:], 2)
		if digits < 2 {
			return dst, at+digits == len(t)
		}
		dst = append(dst, readByte(byte(code), at+2))
		if code != '%' {
			break
		}
		at += 2
	}
	return dst, false
}

func backslashes(dst []reading, t string) (_ []reading, cut bool) {
	run := 1
	for run < len(t) && run <= maxBackslashes && t[run] == '\\' {
		run++
	}
	for size := 2; size <= run; size *= 2 {
		dst = append(dst, readByte('\\', size))
	}
	switch {
	case run > maxBackslashes:
		return dst, false
	case run == len(t):
		return dst, true
	}
	rest := t[run+1:]
	switch c := t[run]; c {
	case 'n':
		return append(dst, readByte('\n', run+1)), false
	case 'r':
		return append(dst, readByte('\r', run+1)), false
	case 't':
		return append(dst, readByte('\t', run+1)), false
	case 'b':
		return append(dst, readByte('\b', run+1)), false
	case 'f':
		return append(dst, readByte('\f', run+1)), false
	case 'v':
		return append(dst, readByte('\v', run+1)), false
	case 'a':
		return append(dst, readByte('\a', run+1)), false
	case 'x':
		code, digits := hex(rest, 2)
		if digits < 2 {
			return dst, digits == len(rest)
		}
		return append(dst, readByte(byte(code), run+3)), false
	case 'U':
		code, digits := hex(rest, 8)
		if digits < 8 {
			return dst, digits == len(rest)
		}
		return append(dst, readRune(code, run+9)), false
	case 'u':
		return unicodeEscape(dst, t, run)
	default:
		if escapable(c) {
			dst = append(dst, readByte(c, run+1))
		}
		return dst, false
	}
}

// unicodeEscape reads the u and what follows it behind a run of backslashes.
func unicodeEscape(dst []reading, t string, run int) (_ []reading, cut bool) {
	code, digits := hex(t[run+1:], 4)
	end := run + 5
	if digits < 4 {
		return dst, run+1+digits == len(t)
	}
	switch {
	case code == '&':
		dst, cut = entity(dst, t, end)
	case code == '+':
		dst = append(dst, readByte(' ', end))
	case code >= 0xd800 && code < 0xdc00:
		// The second half of a pair has as many backslashes as the first.
		second := t[:run] + "u"
		if rest := t[end:]; len(rest) < len(second) {
			return dst, strings.HasPrefix(second, rest)
		} else if !strings.HasPrefix(rest, second) {
			return dst, false
		}
		end += len(second)
		low, digits := hex(t[end:], 4)
		if digits < 4 {
			return dst, end+digits == len(t)
		}
		code = (code-0xd800)<<10 + (low - 0xdc00) + 0x10000
		end += 4
	}
	return append(dst, readRune(code, end)), cut
}

// entity reads what follows an ampersand that ends at the given place.
func entity(dst []reading, t string, at int) (_ []reading, cut bool) {
	rest := t[at:]
	end := strings.IndexByte(rest[:min(len(rest), maxEntity)], ';')
	if end < 0 {
		return dst, len(rest) < maxEntity && strings.IndexFunc(rest, notInEntity) < 0
	}
	name, size := rest[:end], at+end+1
	switch name {
	case "amp":
		return append(dst, readByte('&', size)), false
	case "lt":
		return append(dst, readByte('<', size)), false
	case "gt":
		return append(dst, readByte('>', size)), false
	case "quot":
		return append(dst, readByte('"', size)), false
	case "apos":
		return append(dst, readByte('\'', size)), false
	}
	if len(name) < 2 || name[0] != '#' {
		return dst, false
	}
	var code rune
	if name[1] == 'x' || name[1] == 'X' {
		var digits int
		if code, digits = hex(name[2:], len(name)-2); digits == 0 || digits < len(name)-2 {
			return dst, false
		}
	} else {
		for _, c := range name[1:] {
			if c < '0' || c > '9' {
				return dst, false
			}
			code = code*10 + c - '0'
		}
	}
	return append(dst, readRune(code, size)), false
}

func notInEntity(r rune) bool {
	return r != '#' && (r < utf8.RuneSelf && escapable(byte(r)) || r >= utf8.RuneSelf)
}

// hex reads up to n hexadecimal digits and says how many there were.
func hex(t string, n int) (code rune, digits int) {
	for digits < min(n, len(t)) {
		c := t[digits]
		switch {
		case c >= '0' && c <= '9':
			c -= '0'
		case c >= 'a' && c <= 'f':
			c -= 'a' - 10
		case c >= 'A' && c <= 'F':
			c -= 'A' - 10
		default:
			return code, digits
		}
		code = code<<4 | rune(c)
		digits++
	}
	return code, digits
}

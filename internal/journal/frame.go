package journal

import (
	"hash/crc32"
	"strconv"
	"time"
)

const (
	digits = "0123456789abcdef"
	sumLen = 8
)

// checksum asks for the table each time: it is made with the first one, which takes longer than
// the rest of the package at start-up, and many a script calls nothing.
func checksum(b []byte) uint32 { return crc32.Checksum(b, crc32.MakeTable(crc32.Castagnoli)) }

// appendFrame appends the line of r. The fields are written by hand because encoding/json of the
// whole struct would read every body again, and every step of a run pays for this twice.
func appendFrame(b []byte, r *Record) []byte {
	start := len(b)
	b = append(b, "00000000 "...)
	json := len(b)
	b = append(b, `{"n":`...)
	b = strconv.AppendInt(b, r.N, 10)
	b = append(b, `,"s":`...)
	b = strconv.AppendInt(b, r.S, 10)
	b = append(b, `,"t":"`...)
	b = r.T.AppendFormat(b, time.RFC3339Nano)
	b = append(b, `","k":`...)
	b = appendString(b, string(r.Kind))
	b = appendText(b, `,"key":`, r.Key)
	b = appendText(b, `,"op":`, r.Op)
	b = appendText(b, `,"h":`, r.H)
	b = appendBody(b, `,"b":`, r.B)
	b = appendBody(b, `,"e":`, r.E)
	b = appendText(b, `,"next":`, r.Next)
	b = appendText(b, `,"x":`, r.X)
	b = appendText(b, `,"c":`, r.C)
	b = appendText(b, `,"via":`, r.Via)
	b = appendText(b, `,"id":`, r.ID)
	b = append(b, '}')
	putSum(b[start:start+sumLen], checksum(b[json:]))
	return append(b, '\n')
}

// putSum writes the only accepted spelling of a checksum. A reader that parsed it as a number
// would let bit flips between upper and lower case pass.
func putSum(to []byte, sum uint32) {
	for i := range to {
		to[i] = digits[sum>>28]
		sum <<= 4
	}
}

func appendText(b []byte, name, s string) []byte {
	if s == "" {
		return b
	}
	return appendString(append(b, name...), s)
}

func appendBody(b []byte, name string, body []byte) []byte {
	if len(body) == 0 {
		return b
	}
	return append(append(b, name...), body...)
}

// appendString appends s, which must be valid UTF-8, as a JSON string.
func appendString(b []byte, s string) []byte {
	b = append(b, '"')
	from := 0
	for i := range len(s) {
		c := s[i]
		if c >= ' ' && c != '"' && c != '\\' {
			continue
		}
		b = append(b, s[from:i]...)
		if c < ' ' {
			b = append(b, '\\', 'u', '0', '0', digits[c>>4], digits[c&0xf])
		} else {
			b = append(b, '\\', c)
		}
		from = i + 1
	}
	b = append(b, s[from:]...)
	return append(b, '"')
}

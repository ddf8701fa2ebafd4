package secret

import (
	"encoding/json"
	"sort"
)

// This file keeps JSON valid. A plain replacement breaks it where a secret stands as a number,
// where it begins within an escape, or where it spans several values. Then the smallest value
// that holds all of the secret is replaced instead, if need be the whole document.

// JSON returns the JSON document b without secrets, and still valid. Like Bytes, it returns b
// itself if there are none in it; and if b is not one valid JSON document, it does what Bytes does.
func (r *Redactor) JSON(b []byte) []byte {
	redacted := r.redact(view(b))
	if redacted == nil {
		return b
	}
	if json.Valid(redacted) || !json.Valid(b) {
		return redacted
	}
	return r.redactValues(b)
}

func (r *Redactor) redactValues(b []byte) []byte {
	m, t := r.matcher(), view(b)
	nodes := nodesOf(t)
	touched := make([]bool, len(nodes))
	for start, end, _ := m.find(t, 0, 0, true); start >= 0; start, end, _ = m.find(t, end, 0, true) {
		touched[smallest(nodes, start, end)] = true
	}
	out, last := make([]byte, 0, len(b)), 0
	for i, n := range nodes {
		// A node that begins before last lies in one that is hidden.
		if touched[i] && n.start >= last {
			out = append(append(out, t[last:n.start]...), r.redactNode(t[n.start:n.end])...)
			last = n.end
		}
	}
	return append(out, t[last:]...)
}

func (r *Redactor) redactNode(t string) []byte {
	if redacted := r.redact(t); t[0] == '"' && redacted != nil && json.Valid(redacted) {
		return redacted
	}
	return []byte(`"` + Mask + `"`)
}

// smallest returns the smallest node that holds the range.
func smallest(nodes []node, start, end int) int {
	i := sort.Search(len(nodes), func(i int) bool { return nodes[i].start > start }) - 1
	for nodes[i].end < end {
		i--
	}
	return i
}

// node is where a value, or the key of a member, stands in a document.
type node struct{ start, end int }

// nodesOf lists the values of a valid document, each before what it contains. White space around
// the document belongs to the first.
func nodesOf(t string) []node {
	nodes := []node{{start: 0, end: len(t)}}
	var open []int
	for i := 0; i < len(t); {
		begin := i
		switch t[i] {
		case ' ', '\t', '\r', '\n', ',', ':':
			i++
			continue
		case '{', '[':
			open = append(open, len(nodes))
			nodes = append(nodes, node{start: begin})
			i++
			continue
		case '}', ']':
			i++
			nodes[open[len(open)-1]].end = i
			open = open[:len(open)-1]
			continue
		case '"':
			for i++; t[i] != '"'; i++ {
				if t[i] == '\\' {
					i++
				}
			}
			i++
			nodes = append(nodes, node{start: begin, end: i})
		default:
			for i < len(t) && !isDelimiter(t[i]) {
				i++
			}
			nodes = append(nodes, node{start: begin, end: i})
		}
	}
	return nodes
}

func isDelimiter(b byte) bool {
	switch b {
	case ' ', '\t', '\r', '\n', ',', ':', ']', '}':
		return true
	}
	return false
}

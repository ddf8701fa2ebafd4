package spell

import "slices"

// maxParts bounds how finely a name is taken apart; names with more parts are compared by their
// letters only.
const maxParts = 8

// parts are the words that a name such as alteryx.list_users is made of.
type parts struct {
	list [maxParts][]rune
	n    int
}

func split(name []rune) parts {
	var p parts
	for len(name) > 0 {
		end := slices.IndexFunc(name, isSeparator)
		if end < 0 {
			end = len(name)
		}
		if end > 0 {
			if p.n == maxParts {
				return parts{}
			}
			p.list[p.n] = name[:end]
			p.n++
		}
		name = name[min(end+1, len(name)):]
	}
	return p
}

// match says whether both names are made of the same words, and at which cost. Each word of p
// takes the cheapest partner that is left.
func (p *parts) match(q *parts) (cost int, same bool) {
	if p.n != q.n || p.n == 0 {
		return 0, false
	}
	var taken [maxParts]bool
	moved := false
	for i := range p.n {
		partner, price := -1, 0
		for k := range q.n {
			// The partner in the same place goes first, so that equal words do not count as moved.
			j := (i + k) % q.n
			if taken[j] {
				continue
			}
			if c, ok := partCost(p.list[i], q.list[j]); ok && (partner < 0 || c < price) {
				partner, price = j, c
			}
		}
		if partner < 0 {
			return 0, false
		}
		taken[partner] = true
		cost += price
		moved = moved || partner != i
	}
	if moved {
		cost += costPerPart
	}
	return cost, true
}

// contradict says whether the names have, in the same place, two verbs that mean different things.
func (p *parts) contradict(q *parts) bool {
	if p.n != q.n {
		return false
	}
	for i := range p.n {
		a, b := meaning(p.list[i]), meaning(q.list[i])
		if a != 0 && b != 0 && a != b {
			return true
		}
	}
	return false
}

func partCost(a, b []rune) (cost int, same bool) {
	if slices.Equal(a, b) {
		return 0, true
	}
	if isPlural(a, b) || isPlural(b, a) {
		return costPerPart, true
	}
	if m := meaning(a); m != 0 && m == meaning(b) {
		return costPerPart, true
	}
	return 0, false
}

// isPlural knows the two regular plurals; others are rare in names of operations.
func isPlural(many, one []rune) bool {
	n := len(one)
	if len(many) == n+1 {
		return n > 1 && many[n] == 's' && slices.Equal(many[:n], one)
	}
	return len(many) == n+2 && n > 1 && one[n-1] == 'y' && slices.Equal(many[:n-1], one[:n-1]) &&
		string(many[n-1:]) == "ies"
}

// meaning tells what a verb does: verbs with the same meaning have the same number, other words
// have 0. A switch rather than a map, because a map would be filled at every start of the program.
func meaning(word []rune) int {
	if len(word) > 12 {
		return 0
	}
	switch string(word) {
	case "delete", "remove", "revoke", "drop", "destroy":
		return 1
	case "deactivate", "disable", "suspend":
		return 2
	case "activate", "enable", "reactivate":
		return 3
	case "get", "fetch", "find", "read", "show", "list", "all":
		return 4
	case "add", "create", "new", "make":
		return 5
	case "set", "change", "update", "edit", "modify", "patch":
		return 6
	case "move", "transfer":
		return 7
	case "import", "upload":
		return 8
	case "export", "download":
		return 9
	case "start", "run", "launch":
		return 10
	case "stop", "cancel", "abort":
		return 11
	case "grant", "assign", "give":
		return 12
	case "lock":
		return 13
	case "unlock":
		return 14
	default:
		return 0
	}
}

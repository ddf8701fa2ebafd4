package guard

import "strings"

// matches reports whether a pattern matches the full name of an operation. A
// * stands for any run of characters, none and dots included.
func matches(pattern, name string) bool {
	before, rest, star := strings.Cut(pattern, "*")
	if !star {
		return pattern == name
	}
	name, ok := strings.CutPrefix(name, before)
	if !ok {
		return false
	}
	for {
		before, after, star := strings.Cut(rest, "*")
		if !star {
			return strings.HasSuffix(name, rest)
		}
		// The first place will do: a later one leaves less for what follows.
		_, name, ok = strings.Cut(name, before)
		if !ok {
			return false
		}
		rest = after
	}
}

// patterns are what people write who mean these operations.
func patterns(names []string) []string {
	var list []string
	for _, name := range names {
		module, verb, _ := strings.Cut(name, ".")
		list = append(list, name, module+".*", "*."+verb)
		if first, noun, ok := strings.Cut(verb, "_"); ok {
			list = append(list, module+"."+first+"_*", "*."+first+"_*", module+".*_"+noun, "*.*_"+noun)
		}
	}
	return list
}

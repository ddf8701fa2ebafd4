package spell

// distance is how many letters must be inserted, dropped, replaced or swapped with their neighbour
// to turn a into b (optimal string alignment: no letter is touched twice). It is limit+1 for
// anything beyond limit.
func distance(a, b []rune, limit int) int {
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(b)-len(a) > limit {
		return limit + 1
	}
	var buf [3][65]int
	older, old, row := buf[0][:], buf[1][:], buf[2][:]
	if len(b) >= len(row) {
		older, old, row = make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	}
	for j := range len(b) + 1 {
		old[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		least := i
		for j := 1; j <= len(b); j++ {
			replaced := old[j-1]
			if a[i-1] != b[j-1] {
				replaced++
			}
			d := min(replaced, old[j]+1, row[j-1]+1)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				d = min(d, older[j-2]+1)
			}
			row[j] = d
			least = min(least, d)
		}
		// No later row comes back below the limit. A swap reaches past this row to the one before,
		// but that is at most one smaller, and the swap costs one.
		if least > limit {
			return limit + 1
		}
		older, old, row = old, row, older
	}
	return min(old[len(b)], limit+1)
}

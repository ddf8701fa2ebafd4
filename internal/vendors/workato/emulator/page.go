package emulator

import "strconv"

// The vendor pages in more than one way. All of them count from 1; what is no number is taken as not given (inf).

const fullPage = 100

type page struct{ number, size int }

// page reads page and per_page.
func (c *call) page() (page, error) { return c.pageOf("page", "per_page", fullPage, fullPage) }

// bracketPage reads page[number] and page[size].
func (c *call) bracketPage() (page, error) {
	return c.pageOf("page[number]", "page[size]", fullPage, fullPage)
}

func (c *call) pageOf(number, size string, usual, most int) (page, error) {
	p := page{1, usual}
	if n, err := strconv.Atoi(c.param(number)); err == nil && n > 0 {
		p.number = n
	}
	if n, err := strconv.Atoi(c.param(size)); err == nil && n > 0 {
		p.size = n
	}
	if p.size > most && c.opts.StrictPages {
		return p, badField(size, "must be at most %d", most)
	}
	p.size = min(p.size, most)
	return p, nil
}

// cut returns the rows of a page.
func cut[T any](p page, rows []T) []T {
	if p.number > len(rows)/p.size+1 {
		return rows[:0]
	}
	from := (p.number - 1) * p.size
	return rows[min(from, len(rows)):min(from+p.size, len(rows))]
}

// bare is a page without an envelope.
func bare(c *call, rows []any) (any, error) {
	p, err := c.page()
	if err != nil {
		return nil, err
	}
	return cut(p, rows), nil
}

// bracketed is a page in the envelope of groups and roles.
func bracketed(c *call, rows []any) (any, error) {
	p, err := c.bracketPage()
	if err != nil {
		return nil, err
	}
	return object{"data": cut(p, rows), "total": len(rows), "page": object{"number": p.number, "size": p.size}}, nil
}

package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"log"
	"os"
	"path/filepath"
	"slices"

	"runner/internal/journal"
	"runner/internal/op"
	"runner/internal/secret"
	"runner/internal/torture"
)

// A finding is what came of one point.
type finding struct {
	recovered
	missed  bool // the moment did not come
	early   bool // the run ended before it came
	differs []string
	folder  string // if it was kept
}

// try disturbs a run at one point, resumes it until it ends, and compares.
func (o *ordeal) try(p torture.Point) (f finding) {
	t, err := o.open(p.Moment.Slow)
	if err != nil {
		return finding{differs: []string{err.Error()}}
	}
	defer func() {
		if o.keep && len(f.differs) > 0 {
			f.folder = t.dir
		}
		t.close(f.folder != "")
	}()
	r := t.run(p)
	came := r.code == -1
	if !p.Moment.Inside {
		came = t.stand.Sprung()
	}
	switch {
	case !came && p.Read && r.code == exitDone:
		f.missed = true // a wait may look once less
		return f
	case !p.Moment.Inside && !came:
		f.early = true
		f.differs = []string{fmt.Sprintf("the moment did not come; the run ended with %d: %s", r.code, last(r.stderr))}
		return f
	case p.Moment.Kills && r.code != -1:
		f.differs = []string{fmt.Sprintf("the process was not killed, and ended with %d: %s", r.code, last(r.stderr))}
		return f
	}
	if p.Moment.Torn() {
		if err := t.tear(); err != nil {
			f.differs = []string{err.Error()}
			return f
		}
	}
	if p.Moment.Then != "" && r.code != exitDone && t.recorded() {
		again := t.victim
		again.Moment, again.Call = p.Moment.Then, p.Call
		f.Resumes++
		r = t.resume(again)
	}
	r = t.recover(r, &f.recovered)
	t.stand.Settle()
	if r.code != exitDone {
		f.differs = append(f.differs, fmt.Sprintf("it ended with %d after %d resumes: %s", r.code, f.Resumes, last(r.stderr)))
	}
	f.differs = append(f.differs, o.want.differs(t.remains(r))...)
	f.differs = append(f.differs, t.leaks()...)
	f.Adopted, f.Again = t.adopted(), t.again()
	return f
}

// tear cuts the last record of the journal in two, as a crash of the machine
// does.
func (t *trial) tear() error {
	path := filepath.Join(t.folder(), journal.FileName)
	b, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	lines := slices.Collect(bytes.Lines(b))
	end := len(b) - len(lines[len(lines)-1])/2
	return os.Truncate(path, int64(end))
}

// recover resumes a run until it ends well, or makes no progress. One that
// left no record has changed nothing, and is started again.
func (t *trial) recover(r result, n *recovered) result {
	for r.code != exitDone && n.Resumes < mostResumes && t.ctx.Err() == nil {
		n.Resumes++
		if !t.recorded() {
			_ = os.RemoveAll(t.folder()) // or there would be two
			r = t.run(torture.Point{})
			continue
		}
		if r.code == exitInDoubt && n.Resumes > 1 {
			for _, key := range t.doubtful() {
				n.InDoubt++
				if s := t.settle(key); s.code != exitDone {
					return s
				}
			}
		}
		r = t.resume(t.victim)
	}
	return r
}

func (t *trial) resume(v victim) result {
	return t.start(v, torture.Point{}, "resume", filepath.Base(t.folder()), "--yes", "--json")
}

// recorded reports whether the run left a record that it can go on from.
func (t *trial) recorded() bool {
	for _, err := range journal.ReadRun(t.folder()) {
		return err == nil
	}
	return false
}

// doubtful are the calls whose outcome the journal does not know.
func (t *trial) doubtful() (keys []string) {
	state := map[string]bool{}
	for rec, err := range journal.ReadRun(t.folder()) {
		if err != nil {
			break
		}
		switch rec.Kind {
		case journal.Begin:
			var c journal.Call
			state[rec.Key] = json.Unmarshal(rec.B, &c) != nil || c.Effect != op.Read.String()
		case journal.Done:
			state[rec.Key] = false
		case journal.Fail:
			var e op.Error
			state[rec.Key] = json.Unmarshal(rec.E, &e) == nil && e.Kind == op.InDoubt
		}
	}
	for key, doubtful := range state {
		if doubtful {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	return keys
}

// settle tells the runner what became of a call, as a person does who looks at
// the vendor when nothing is under way there any more.
func (t *trial) settle(key string) result {
	t.stand.Settle()
	args := []string{"settle", filepath.Base(t.folder()), key, notLanded}
	for _, r := range t.stand.Requests() {
		if r.Call == key && r.Mutates && r.Done {
			args[3] = landed
		}
	}
	if args[3] == landed {
		answer, err := t.answer(key)
		if err != nil {
			return result{code: exitBug, stderr: err.Error()}
		}
		args = append(args, "--result", string(answer))
	}
	return t.start(t.victim, torture.Point{}, args...)
}

// answer is what the undisturbed run was answered.
func (t *trial) answer(key string) ([]byte, error) {
	rec := t.want.answers[key]
	if rec.X == "" {
		return rec.B, nil
	}
	opener, err := secret.NewOpener(t.key)
	if err != nil {
		return nil, err
	}
	return opener.Open(rec.X)
}

// leaks are the files of the run in which a secret stands that it put in its
// place.
func (t *trial) leaks() (lines []string) {
	places, _ := os.ReadDir(t.victim.Secrets) // what is missing differs
	for _, place := range places {
		value, err := os.ReadFile(filepath.Join(t.victim.Secrets, place.Name()))
		if err != nil || len(value) == 0 {
			continue
		}
		_ = filepath.WalkDir(t.folder(), func(path string, d fs.DirEntry, err error) error {
			if b, e := os.ReadFile(path); err == nil && e == nil && bytes.Contains(b, value) {
				lines = append(lines, fmt.Sprintf("the secret of %s stands in %s of the run's folder", place.Name(), d.Name()))
			}
			return nil
		})
	}
	return lines
}

// adopted counts the calls whose outcome a probe found.
func (t *trial) adopted() (n int) {
	for rec, err := range journal.ReadRun(t.folder()) {
		if err == nil && rec.Kind == journal.Done && rec.Via == "probed" {
			n++
		}
	}
	return n
}

// again counts the changes that were asked for more often than undisturbed.
func (t *trial) again() (n int) {
	usual := map[string]int{}
	for _, c := range t.ordeal.calls {
		for _, r := range c.Requests {
			if r.Mutates {
				usual[c.Key]++
			}
		}
	}
	for _, r := range t.stand.Requests() {
		if r.Mutates {
			if usual[r.Call]--; usual[r.Call] < 0 {
				n++
			}
		}
	}
	return n
}

// quiet keeps servers from telling of connections that are closed on purpose.
func quiet() *log.Logger { return log.New(io.Discard, "", 0) }

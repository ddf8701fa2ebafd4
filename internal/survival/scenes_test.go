package survival

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"runner/internal/journal"
	"runner/internal/report"
)

// What random kills do not come to has scenes of its own. Their errors say what
// went wrong, so that they can be played with a guard switched off.
var scenes = map[string]func(t *testing.T, bin string, env ...string) error{
	"a module of the project was changed, and its copy is lost": changedModule,
	"a byte in the middle of the journal was flipped":           flippedByte,
	"a change comes late, but within the settle time":           lateEffect,
}

func TestScenes(t *testing.T) {
	prepare(t)
	for name, play := range scenes {
		t.Run(name, func(t *testing.T) {
			if err := play(t, runner); err != nil {
				t.Error(err)
			}
		})
	}
}

// interrupted starts a run that dies at an event.
func interrupted(x *trial, trap int, args ...string) error {
	code, text, err := x.execute(&life{trap: trap}, 0, args...)
	if err != nil || code != killed {
		return fmt.Errorf("it was not killed: exit %d, %v\n%s", code, err, text)
	}
	x.v.rest()
	if _, err := x.args(); err != nil { // finds the run
		return err
	}
	if x.run == "" {
		return fmt.Errorf("there is no record\n%s", x.story())
	}
	return nil
}

// refused resumes a run that must be refused, and that nothing comes of.
func (x *trial) refused(why string) error {
	path := filepath.Join(x.dir, "runs", x.run, journal.FileName)
	before, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	effects := fmt.Sprint(x.v.effects)
	code, text, err := x.execute(&life{}, 0, "resume", x.run)
	if err != nil || code != 5 && code != 6 || !strings.Contains(text, why) { // 6 if a call is in doubt too
		return fmt.Errorf("it was not refused, and what came is %v after %s: exit %d, %v\n%s", x.v.effects, effects, code, err, text)
	}
	x.v.rest()
	after, err := os.ReadFile(path)
	if err != nil || !bytes.Equal(before, after) || fmt.Sprint(x.v.effects) != effects {
		return fmt.Errorf("it was refused, and something was changed: %v, %v after %s", err, x.v.effects, effects)
	}
	return nil
}

// peopleScript is a script that gets what it works on from a module.
const peopleScript = `local rows = {}
for _, person in ipairs(require("people")) do
  local made = acme.create_thing { name = person.name, value = person.value }
  rows[#rows + 1] = { name = person.name, id = made.id, value = acme.get_thing { name = person.name }.value }
end
output("rows", rows)
`

func people(prefix string) string {
	return fmt.Sprintf(`return { { name = "%[1]s1", value = "1" }, { name = "%[1]s2", value = "2" }, { name = "%[1]s3", value = "3" } }`, prefix)
}

// changedModule has a run come to other arguments than it had. The digests of
// its calls tell.
func changedModule(t *testing.T, bin string, env ...string) error {
	x := newTrial(t, bin, shape{script: "people.lua", judge: judging(func(j *judgement, r report.Report) {
		var rows []row
		j.output(r, "rows", &rows)
		j.same("number of rows", len(rows), 3)
		for i, x := range rows {
			j.effect("create "+x.Name, x.ID)
			j.same(x.Name, thing{x.ID, x.Name, x.Value}, thing{j.thing(x.Name).ID, fmt.Sprint("p", i+1), fmt.Sprint(i + 1)})
		}
	})}, 1)
	x.env = env
	defer func() { _ = x.v.Close() }()
	script, module := filepath.Join(x.dir, "all.lua"), filepath.Join(x.dir, "people.lua")
	write := func(path, text string) error { return os.WriteFile(path, []byte(text), 0o600) }
	if err := errors.Join(write(script, peopleScript), write(module, people("p"))); err != nil {
		return err
	}
	// The fourth request is the read after the second change; each has three events.
	if err := interrupted(x, 10, "run", script); err != nil {
		return err
	}
	copies, _ := filepath.Glob(filepath.Join(x.dir, "runs", x.run, "script", "people-*"))
	if len(copies) != 1 {
		return fmt.Errorf("there are %d copies of the module", len(copies))
	}
	if err := errors.Join(os.Remove(copies[0]), write(module, people("q"))); err != nil {
		return err
	}
	if err := x.refused("error[mismatch]"); err != nil {
		return err
	}
	if err := write(module, people("p")); err != nil {
		return err
	}
	return x.play()
}

// flippedByte damages a record that was on disk. What records after it say of
// it tells.
func flippedByte(t *testing.T, bin string, env ...string) error {
	x := newTrial(t, bin, fanout(12), 1)
	x.env = env
	defer func() { _ = x.v.Close() }()
	args, err := x.args()
	if err != nil {
		return err
	}
	if err := interrupted(x, 60, args...); err != nil {
		return err
	}
	path := filepath.Join(x.dir, "runs", x.run, journal.FileName)
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	at := bytes.Index(text, []byte(`"k":"done"`))
	if at < 0 {
		return fmt.Errorf("no call was answered\n%s", x.story())
	}
	flip := func() error {
		text[at+1] ^= 1
		return os.WriteFile(path, text, 0o600)
	}
	if err := flip(); err != nil {
		return err
	}
	if err := x.refused("is damaged"); err != nil {
		return err
	}
	if err := flip(); err != nil {
		return err
	}
	return x.play()
}

// lateEffect has a vendor act on a request long after its process is gone, or
// as soon as it was asked whether it did and said no. With the settle time the
// question comes late enough.
func lateEffect(t *testing.T, bin string, env ...string) error {
	x := newTrial(t, bin, fanout(1), 1)
	x.env = env
	defer func() { _ = x.v.Close() }()
	x.v.settle = 2 * time.Second
	looked, acted := make(chan struct{}), make(chan struct{})
	var creates, looks atomic.Int32
	x.v.around = func(r *http.Request, act func()) {
		switch {
		case r.Method == http.MethodPost && strings.HasSuffix(r.URL.Path, "/things") && creates.Add(1) == 1:
			select {
			case <-looked:
			case <-time.After(x.v.settle / 2):
			}
			act()
			close(acted)
		case r.URL.Query().Has("name"):
			if act(); looks.Add(1) == 1 {
				close(looked)
			}
		case creates.Load() > 1:
			<-acted
			act()
		default:
			act()
		}
	}
	args, err := x.args()
	if err != nil {
		return err
	}
	if code, text, err := x.execute(&life{trap: 1}, 0, args...); err != nil || code != killed {
		return fmt.Errorf("it was not killed: exit %d, %v\n%s", code, err, text)
	}
	if args, err = x.args(); err != nil {
		return err
	}
	if code, text, err := x.execute(&life{}, 0, args...); err != nil || code != 0 {
		return fmt.Errorf("exit %d, %v\n%s", code, err, text)
	}
	return x.verdict()
}

package survival

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"runner/internal/journal"
	"runner/internal/report"
)

// A trial is a run with all its processes, from its beginning to the verdict.
type trial struct {
	v      *vendor
	bin    string
	dir    string // of the state
	shape  shape
	random *rand.Rand
	env    []string
	wire   *wire // that breaks; nil for one that does not, and then processes are killed

	said  []string // what happened, for a person
	kills int
	run   string // its id, "" before there is a record
}

// A shape is a kind of script, and the judge of its runs.
type shape struct {
	script string
	items  int
	judge  func(*vendor, report.Report) error
}

func newTrial(t *testing.T, bin string, s shape, seed uint64) *trial {
	x := &trial{v: newVendor(t, seed), bin: bin, dir: t.TempDir(), shape: s, random: rand.New(rand.NewPCG(seed, 1))}
	x.said = append(x.said, fmt.Sprintf("seed %d, %s", seed, s.script))
	return x
}

// maxLives bounds the processes of a run; the last ones are let live.
const (
	maxKills = 30
	maxLives = maxKills + 8
)

// play runs the script until it comes to its end, and judges it.
func (x *trial) play() error {
	defer func() { _ = x.v.Close() }()
	if x.wire != nil {
		defer func() { _ = x.wire.l.Close() }()
	}
	last := ""
	for range maxLives {
		code, text, err := x.live()
		if err != nil {
			return err
		}
		last = text
		switch {
		case code == 0:
			return x.verdict()
		case code == killed:
		case code == 6 && !strings.Contains(text, "error["): // then it is "in doubt:"
			if err := x.settleAll(); err != nil {
				return err
			}
		default:
			return fmt.Errorf("exit %d\n%s", code, text)
		}
	}
	return fmt.Errorf("the run did not come to its end in %d processes; the last said\n%s", maxLives, last)
}

// killed is the exit code of a process that was.
const killed = -1

// live runs one process of the run.
func (x *trial) live() (code int, text string, err error) {
	args, err := x.args()
	if err != nil {
		return 0, "", err
	}
	l := &life{}
	fuse := time.Duration(0)
	switch {
	case x.wire != nil || x.kills >= maxKills || x.random.IntN(8) == 0:
	case x.random.IntN(3) == 0:
		fuse = time.Duration(x.random.Int64N(int64(3*start + 2*settle)))
	default:
		l.trap = 1 + x.random.IntN(1+3*x.shape.items)
	}
	code, text, err = x.execute(l, fuse, args...)
	x.tell("%v: exit %d", args, code)
	return code, text, err
}

func (x *trial) tell(format string, args ...any) {
	x.said = append(x.said, fmt.Sprintf(format, args...))
}

// args are those of the next process. A run that left no record is begun
// again, and must not have done anything.
func (x *trial) args() ([]string, error) {
	if x.run == "" {
		runs, _ := filepath.Glob(filepath.Join(x.dir, "runs", "*"))
		for _, dir := range runs {
			if recorded(dir) {
				x.run = filepath.Base(dir)
				continue
			}
			if err := os.RemoveAll(dir); err != nil {
				return nil, err
			}
		}
	}
	if x.run != "" {
		return []string{"resume", x.run}, nil
	}
	x.v.rest()
	if n := len(x.v.effects); n > 0 {
		return nil, fmt.Errorf("lost: %d effects, and no record of the run", n)
	}
	return []string{"run", filepath.Join("testdata", x.shape.script), "--items", strconv.Itoa(x.shape.items), "--yes"}, nil
}

func recorded(dir string) bool {
	for _, err := range journal.ReadRun(dir) {
		return err == nil
	}
	return false
}

// execute starts a process and waits for its end. It is killed when the fuse
// has burnt, unless that is 0, or at the event of its life.
func (x *trial) execute(l *life, fuse time.Duration, args ...string) (code int, text string, err error) {
	c := exec.Command(x.bin, args...)
	var out bytes.Buffer
	c.Stdout, c.Stderr = &out, &out
	path := x.v.born(l)
	address := x.v.url
	if x.wire != nil {
		address = x.wire.address(l)
	}
	c.Env = append([]string{
		"GOGC=off", "HOME=" + x.dir, "PATH=" + os.Getenv("PATH"), "RUNNER_STATE_DIR=" + x.dir,
		"RUNNER_ACME_URL=http://" + address + path, fmt.Sprint("RUNNER_ACME_SETTLE=", x.v.settle.Seconds()),
	}, x.env...)
	x.v.mu.Lock()
	err = c.Start()
	l.kill = func() { _ = c.Process.Kill() }
	x.v.mu.Unlock()
	if err != nil {
		return 0, "", err
	}
	if fuse > 0 {
		burning := time.AfterFunc(fuse, func() { x.v.die(l) })
		defer burning.Stop()
	}
	err = c.Wait()
	x.v.mu.Lock()
	l.kill = nil
	x.v.mu.Unlock()
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
		if code, err = exit.ExitCode(), nil; code == killed {
			x.kills++
		}
	}
	return code, out.String(), err
}

var inDoubt = regexp.MustCompile(`(?m)^(\S+:acme\.send_note#\d+)  note (\S+)  in doubt$`)

// settleAll does what a person would do about notes in doubt: look at the
// vendor, and say so. That process may be killed too.
func (x *trial) settleAll() error {
	x.v.rest()
	_, text, err := x.execute(&life{}, 0, "settle", x.run)
	if err != nil {
		return err
	}
	for _, m := range inDoubt.FindAllStringSubmatch(text, -1) {
		args := []string{"settle", x.run, m[1], "not-landed"}
		if sent := x.v.receipts["note "+m[2]]; len(sent) == 1 {
			args = []string{"settle", x.run, m[1], "landed", "--result", fmt.Sprintf(`{"id":%d}`, sent[0])}
		}
		for code := killed; code != 0; {
			fuse := time.Duration(0)
			if x.wire == nil && x.random.IntN(4) == 0 {
				fuse = time.Duration(1 + x.random.Int64N(int64(2*start)))
			}
			if code, text, err = x.execute(&life{}, fuse, args...); err != nil || code > 0 {
				return fmt.Errorf("%v: exit %d, %v\n%s", args, code, err, text)
			}
		}
		x.tell("%v", args)
	}
	return nil
}

// verdict judges what the run came to.
func (x *trial) verdict() error {
	x.v.rest()
	var r report.Report
	b, err := os.ReadFile(filepath.Join(x.dir, "runs", x.run, "report.json"))
	if x.run == "" { // it was never interrupted
		var all []string
		if all, err = filepath.Glob(filepath.Join(x.dir, "runs", "*", "report.json")); err == nil && len(all) == 1 {
			b, err = os.ReadFile(all[0])
		}
	}
	if err = errors.Join(err, json.Unmarshal(b, &r)); err != nil {
		return fmt.Errorf("no report: %w", err)
	}
	return x.shape.judge(x.v, r)
}

// story is what happened, with the end of the journal.
func (x *trial) story() string {
	var b strings.Builder
	b.WriteString(strings.Join(x.said, "\n"))
	files, _ := filepath.Glob(filepath.Join(x.dir, "runs", "*", journal.FileName))
	for _, path := range files {
		text, _ := os.ReadFile(path)
		lines := strings.Split(string(text), "\n")
		fmt.Fprintf(&b, "\n%s ends with\n%s", path, strings.Join(lines[max(0, len(lines)-40):], "\n"))
	}
	return b.String()
}

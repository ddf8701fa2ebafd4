package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"runner/internal/engine"
	"runner/internal/journal"
	"runner/internal/op"
	"runner/internal/spell"
)

// What a person can say about a call in doubt.
const (
	landed    = "landed"
	notLanded = "not-landed"
)

func (a *app) settleCommand() *cobra.Command {
	result := ""
	c := &cobra.Command{
		Use:   "settle RUN CALL landed|not-landed",
		Short: "Say what came of a call in doubt",
		Long: `Records what came of a call that got no clear answer and cannot be looked up. Look at the vendor first. runner resume then goes on: a call that landed is not sent again, one that did not is.

RUN is the id of a run or the beginning of it, CALL is the name of the call as the report shows it. Without them the calls in doubt are listed.`,
		Example:     "  runner settle 20260301T174802-k3jq\n  runner settle 20260301T174802-k3jq '/offboard:workato.create_client#1' landed",
		Annotations: exits(exitDone, exitUsage, exitGuard),
		ValidArgsFunction: func(_ *cobra.Command, args []string, toComplete string) ([]string, cobra.ShellCompDirective) {
			if len(args) == 2 {
				return []string{landed, notLanded}, cobra.ShellCompDirectiveNoFileComp
			}
			return a.completeRuns(nil, args, toComplete)
		},
		RunE: func(_ *cobra.Command, args []string) error { return a.settle(args, result) },
	}
	c.Flags().StringVar(&result, "result", "", "what a call that landed answered, as `JSON`")
	normalize(c.Flags())
	return c
}

func (a *app) settle(args []string, result string) error {
	if len(args) == 0 {
		return &usage{cause: "no run is named", hint: "runner show tells the latest"}
	}
	if len(args) == 2 || len(args) > 3 {
		return &usage{cause: "settle takes a run, a call, and what came of it", hint: "runner settle RUN CALL landed, or not-landed"}
	}
	dir, err := a.findRun(args[0])
	if err != nil {
		return err
	}
	h := engine.NewHistory()
	if len(args) == 1 {
		for rec, err := range journal.ReadRun(dir) {
			if err != nil {
				break // what is known so far is listed; resume refuses what is damaged
			}
			if err := h.Add(rec); err != nil {
				return err
			}
		}
		return a.listDoubts(filepath.Base(dir), h)
	}
	if said := args[2]; said != landed && said != notLanded {
		return &usage{cause: fmt.Sprintf("%q is neither landed nor not-landed", said), hint: spell.Suggest(said, []string{landed, notLanded})}
	}
	w, err := journal.Reopen(dir, a.journalOptions(), h.Add)
	if held, ok := errors.AsType[*journal.Held](err); ok {
		return &usage{cause: "run " + filepath.Base(dir) + ": " + held.Error(), hint: "wait until it has ended, or stop it"}
	}
	if err != nil {
		return &usage{cause: err.Error()}
	}
	defer func() { _ = w.Close() }()
	rec := journal.Record{Kind: journal.Settle, Key: args[1]}
	s, err := settlement(h, args[1], args[2] == landed, result)
	if err != nil {
		return err
	}
	if rec.X, err = a.sealed(h, rec.Key, s.Result); err != nil {
		return err
	}
	rec.B = marshal(s)
	n, err := w.Append(rec)
	if err == nil {
		err = w.Sync(n)
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(a.stdout, "recorded: %s %s\nnext: runner resume %s\n", args[1], args[2], filepath.Base(dir))
	return nil
}

// sealed is what a person says that a call answered, if there is a secret in it
// and a key to seal it to. The call is in doubt. The record has the answer
// without its secrets.
func (a *app) sealed(h *engine.History, key string, result []byte) (string, error) {
	doubts := h.Doubts()
	i := slices.IndexFunc(doubts, func(d engine.Doubt) bool { return d.Key == key })
	o, err := findOperation(doubts[i].Op)
	if err != nil {
		return "", err
	}
	secrets := false
	op.Secrets(o.Out(), result, func(s string) {
		secrets = true
		a.redactor.Add(s)
	})
	if !secrets {
		return "", nil
	}
	c, e := a.loadConfig(h.Opening.Dir)
	if e != nil {
		return "", &usage{cause: e.Error(), hint: e.Hint}
	}
	keys, e := a.sealing(c)
	if e != nil {
		return "", &usage{cause: e.Error(), hint: e.Hint}
	}
	if !keys.Configured() {
		return "", nil // who needs it then is told
	}
	return keys.Seal(result)
}

// settlement is what a person says about a call.
func settlement(h *engine.History, key string, landed bool, result string) (*journal.Settlement, error) {
	doubts := h.Doubts()
	i := slices.IndexFunc(doubts, func(d engine.Doubt) bool { return d.Key == key })
	if i < 0 {
		var keys []string
		for _, d := range doubts {
			keys = append(keys, d.Key)
		}
		u := &usage{cause: fmt.Sprintf("no call %q is in doubt", key), hint: spell.Suggest(key, keys)}
		if len(keys) > 0 {
			u.want = []string{"in doubt: " + strings.Join(keys, ", ")}
		}
		return nil, u
	}
	s := &journal.Settlement{Landed: landed}
	if !landed {
		if result != "" {
			return nil, &usage{cause: "--result: a call that did not land has answered nothing"}
		}
		return s, nil
	}
	if result != "" {
		if !json.Valid([]byte(result)) {
			return nil, &usage{cause: "--result: it is not JSON"}
		}
		s.Result = []byte(result)
		return s, nil
	}
	o, err := findOperation(doubts[i].Op)
	if err != nil {
		return nil, err
	}
	if s.Result = o.Planned(doubts[i].Args); op.HasUnknown(s.Result) {
		return nil, &usage{
			cause: fmt.Sprintf("%s answers what only the vendor knows", o.Name), want: wantedResult(o),
			hint: "look it up, and give it with --result '{ … }'",
		}
	}
	return s, nil
}

// wantedResult says which fields an answer has.
func wantedResult(o *op.Operation) []string {
	if names := o.Out().Names(); len(names) > 0 {
		return []string{"fields: " + strings.Join(names, ", ")}
	}
	return nil
}

func (a *app) listDoubts(run string, h *engine.History) error {
	list := h.Doubts()
	if len(list) == 0 {
		fmt.Fprintln(a.stdout, "no call is in doubt")
		return nil
	}
	out := newPrinter(a.stdout, &a.redactor, a.styleOf(a.stdout, "auto"))
	for _, d := range list {
		state := "in doubt"
		if d.Settled != nil && d.Settled.Landed {
			state = "settled: landed"
		} else if d.Settled != nil {
			state = "settled: not landed"
		}
		out.line(d.Key + "  " + d.Thing + "  " + state)
	}
	out.line("say what came of each: runner settle " + run + " CALL landed, or not-landed")
	return nil
}

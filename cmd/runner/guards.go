package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"runner/internal/guard"
	"runner/internal/op"
	"runner/internal/spell"
	"runner/internal/vendors"
)

// This file reads what a connection may be used for, and the limits that the
// command line sets.

// reserved are the keys of a connection that are no settings of its module.
var reserved = []string{"vendor", "protected", "limits", "lease"}

// guards are whether a connection is protected, and its limits. All files
// hold: what one of them protects is protected.
func (a *app) guards(c *config, name string) (protected bool, limits []guard.Limit, e *op.Error) {
	for _, conn := range c.connections {
		if conn.name != name {
			continue
		}
		source := fmt.Sprintf("connection %q in %s", name, conn.file)
		if v, ok := conn.settings["protected"]; ok {
			b, isBool := v.(bool)
			if !isBool {
				return false, nil, configError(source, "protected is "+typeName(v), "write protected = true")
			}
			protected = protected || b
		}
		table, ok := conn.settings["limits"]
		if !ok {
			continue
		}
		list, isTable := table.(map[string]any)
		if !isTable {
			return false, nil, configError(source, "limits is "+typeName(table), fmt.Sprintf("write [connections.%s.limits], and below it destructive = 5", name))
		}
		for _, what := range sortedKeys(list) {
			l, e := readLimit(what, fmt.Sprint(list[what]), source)
			if e != nil {
				return false, nil, configError(source, e.Error(), e.Hint)
			}
			l.Connection = name
			limits = append(limits, l)
		}
	}
	variable := variableOf(name, "protected")
	if text, ok := a.env(variable); ok && text != "" {
		b, err := strconv.ParseBool(text)
		if err != nil {
			return false, nil, configError(variable, fmt.Sprintf("%q is not true or false", text), "set it to true, or leave it out")
		}
		protected = protected || b
	}
	return protected, limits, nil
}

// leaseKind is what a lease of a connection keeps out. The environment stands
// above the files, and the project's file above the user's.
func (a *app) leaseKind(c *config, name string) (string, *op.Error) {
	variable := variableOf(name, "lease")
	if text, ok := a.env(variable); ok && text != "" {
		return oneLease(variable, text)
	}
	for _, conn := range c.connections {
		v, given := conn.settings["lease"]
		if conn.name != name || !given {
			continue
		}
		source := fmt.Sprintf("connection %q in %s", name, conn.file)
		if text, ok := v.(string); ok {
			return oneLease(source, text)
		}
		return "", configError(source, "lease is "+typeName(v), `write lease = "connection"`)
	}
	return leaseScript, nil
}

func oneLease(source, text string) (string, *op.Error) {
	if !slices.Contains(leaseKinds, text) {
		return "", configError(source, fmt.Sprintf("lease: %q is not one of %s", text, strings.Join(leaseKinds, ", ")), spell.Suggest(text, leaseKinds))
	}
	return text, nil
}

func readLimit(what, text, source string) (guard.Limit, *op.Error) {
	if kinds := []string{guard.Changes, guard.Destructive}; !strings.Contains(what, ".") && !slices.Contains(kinds, what) {
		return guard.Limit{}, &op.Error{Kind: op.Invalid, Cause: fmt.Sprintf("there is no limit %q", what), Hint: nearOr(what, kinds, "write changes, destructive, or a pattern of operations like alteryx.delete_*")}
	}
	l, e := guard.Parse(what, text, source)
	if e == nil {
		e = l.Check(vendors.Modules())
	}
	return l, e
}

// readLimits reads the limits of the command line.
func (f *flags) readLimits() error {
	f.bounds = nil
	add := func(flag, what, text string) error {
		if text == "" {
			return nil
		}
		l, e := readLimit(what, text, flag)
		if e != nil {
			return &usage{cause: flag + ": " + e.Error(), hint: e.Hint}
		}
		f.bounds = append(f.bounds, l)
		return nil
	}
	if err := add("--max-changes", guard.Changes, f.maxChanges); err != nil {
		return err
	}
	if err := add("--max-destructive", guard.Destructive, f.maxDestructive); err != nil {
		return err
	}
	for _, what := range sortedKeys(f.limitTexts) {
		if err := add("--limit "+what, what, f.limitTexts[what]); err != nil {
			return err
		}
	}
	for what, text := range f.confirmTexts {
		n, err := strconv.Atoi(text)
		if what != guard.Destructive || err != nil || n < 0 {
			return &usage{cause: fmt.Sprintf("--confirm: %s=%s is not what it takes", what, text), want: []string{"destructive=N, the number of destructive calls that --dry-run lists"}, hint: spell.Suggest(what, []string{guard.Destructive})}
		}
		f.confirmed = map[string]int{what: n}
	}
	return nil
}

package main

import (
	"fmt"
	"io"
	"strings"

	"runner/internal/op"
	"runner/internal/report"
)

// This file writes what an operation says of itself.

func operationDocs(w io.Writer, o *op.Operation) {
	fmt.Fprintf(w, "%s\n\n", signature(o))
	for paragraph := range strings.SplitSeq(o.Doc, "\n\n") {
		report.Paragraph(w, "", strings.ReplaceAll(paragraph, "\n", " "))
		fmt.Fprintln(w)
	}
	if len(o.In().Fields) > 0 {
		fmt.Fprintf(w, "Arguments\n")
		fields(w, o.In(), 0)
		fmt.Fprintln(w)
	}
	fmt.Fprintf(w, "Answer: %s\n", o.Out())
	out := o.Out()
	if out.Form == op.List {
		out = out.Elem
	}
	if out.Form == op.Object {
		fields(w, out, 0)
	}
	fmt.Fprintf(w, "\nEffect:   %s\n", effectDoc(o))
	fmt.Fprintf(w, "Again:    %s\n", againDoc(o))
	if o.Since != "" {
		fmt.Fprintf(w, "Since:    %s\n", o.Since)
	}
	if o.Example != "" {
		fmt.Fprintf(w, "Example:  %s\n", o.Example)
	}
	fmt.Fprintf(w, "Source:   %s\n", o.Source)
}

// signature shows the call with its required arguments.
func signature(o *op.Operation) string {
	var names []string
	optional := false
	for _, f := range o.In().Fields {
		if f.Required {
			names = append(names, f.Name+" = "+f.Type.String())
		} else {
			optional = true
		}
	}
	if optional {
		names = append(names, "…")
	}
	if len(names) == 0 {
		return o.Name + " {}"
	}
	return fmt.Sprintf("%s { %s }", o.Name, strings.Join(names, ", "))
}

func fields(w io.Writer, t *op.Type, depth int) {
	for _, f := range t.Fields {
		report.Entry(w, strings.Repeat("  ", depth)+f.Name+" ("+f.Type.String()+")", fieldDoc(f))
		inner := f.Type
		for inner.Elem != nil {
			inner = inner.Elem
		}
		if depth < 3 {
			fields(w, inner, depth+1)
		}
	}
}

func effectDoc(o *op.Operation) string {
	switch o.Effect {
	case op.Read:
		return "read; a dry run performs it"
	case op.Write:
		return "write; a dry run only lists it"
	}
	return "destructive; a dry run only lists it"
}

func againDoc(o *op.Operation) string {
	_, probe := o.CanProbe()
	switch {
	case o.Effect == op.Read:
		return "sent again if no answer comes"
	case o.Idempotency == op.Idempotent:
		return "sent again if no answer comes: a second call leaves the same state"
	case o.Idempotency == op.Keyed:
		return "sent again if no answer comes, with the same idempotency key"
	case probe:
		return "never sent again if no answer comes: in doubt; whether it landed can be looked up"
	}
	return "never sent again if no answer comes: in doubt"
}

// fieldDoc is a field's doc with what its tags say.
func fieldDoc(f op.Field) string {
	text := f.Doc
	if len(f.Enum) > 0 {
		text += " One of " + strings.Join(f.Enum, ", ") + "."
	}
	switch {
	case f.Required:
		text += " Required."
	case f.Default != "":
		text += " Default: " + f.Default + "."
	}
	if f.Secret {
		text += " Secret."
	}
	if f.Nullable {
		text += " null clears it."
	}
	return text
}

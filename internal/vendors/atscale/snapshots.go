package atscale

import (
	"context"
	"net/http"

	"runner/internal/op"
	"runner/internal/rest"
)

var snapshotOperations = []*op.Operation{listSnapshots, getSnapshot, restoreSnapshot}

// Snapshot is a state of a draft project that AtScale keeps. Of its fields none
// is documented.
type Snapshot struct {
	ID    string   `json:"id" lua:"id,key" doc:"Id."`
	Extra op.Extra `json:",embed"`
}

var listSnapshots = op.New(op.Operation{
	Name: "atscale.list_snapshots",
	Doc: `Lists the snapshots of a draft project.

In the vendor's order; there is no paging. Installer edition. Raises not_found if there is no such draft.`,
	Source:      aiLink,
	Example:     `for _, s in ipairs(atscale.list_snapshots { project_id = project.id }) do print(s.id) end`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "snapshots of project",
	Shows:       op.Blind(project, snapshots, publications),
}, installer(func(ctx context.Context, c *client, args GetProject) ([]Snapshot, error) {
	list := under[Snapshot]("snapshots")
	err := c.dc.Get(ctx, c.ofOrg("project", args.ProjectID, "snapshots"), nil, list)
	return list.items, err
}))

// GetSnapshot is the input of atscale.get_snapshot and restore_snapshot.
type GetSnapshot struct {
	ProjectID  string `json:"-" lua:"project_id,required" doc:"Draft project."`
	SnapshotID string `json:"-" lua:"snapshot_id,required,key" doc:"Snapshot of it."`
}

// That the method is GET is unconfirmed.
var getSnapshot = op.New(op.Operation{
	Name: "atscale.get_snapshot",
	Doc: `Reads a snapshot of a draft project.

Installer edition. Raises not_found if there is no such snapshot.`,
	Source:      aiLink,
	Example:     `print(atscale.get_snapshot { project_id = project.id, snapshot_id = snapshot.id })`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "snapshot",
	Shows:       op.Blind(project, snapshots),
}, installer(func(ctx context.Context, c *client, args GetSnapshot) (s Snapshot, err error) {
	return s, c.dc.Get(ctx, c.ofOrg("project", args.ProjectID, "snapshots", args.SnapshotID), nil, in(&s))
}))

// That the method is POST is unconfirmed. Whether a restore leaves a snapshot of
// its own is not known, so it is not taken to be repeatable; nothing tells
// whether one landed.
var restoreSnapshot = op.New(op.Operation{
	Name: "atscale.restore_snapshot",
	Doc: `Puts a draft project back to what it was in a snapshot.

What is published stays as it is. Installer edition. Raises not_found if there is no such snapshot, and unsupported if
this release restores in another way.`,
	Source:  aiLink,
	Example: `atscale.restore_snapshot { project_id = project.id, snapshot_id = snapshot.id }`,
	Effect:  op.Write,
	Object:  "snapshot",
	Changes: []op.Change{
		op.Sets(project, "project_id", op.With{
			"name": op.Vague(), "cubes": op.Vague(), "annotations": op.Vague(), "engine_id": op.Vague(), "environment": op.Vague(),
			"properties": op.Vague(), "attributes": op.Vague(), "calculated_members": op.Vague(), "datasets": op.Vague(), "dimensions": op.Vague(),
		}),
		op.Hides(project, "project_id"),
		op.Stirs(snapshots, folders),
	},
}, installer(func(ctx context.Context, c *client, args GetSnapshot) (op.None, error) {
	path := c.ofOrg("project", args.ProjectID, "snapshots", args.SnapshotID, "restore")
	return op.None{}, c.slowDC.JSON(ctx, rest.Request{Method: http.MethodPost, Path: path}, nil)
}))

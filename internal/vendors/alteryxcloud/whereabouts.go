package alteryxcloud

import (
	"context"
	"fmt"

	"runner/internal/op"
	"runner/internal/rest"
)

// whereabouts is the workspace of a connection: that of the settings, or the
// token's, which is asked for once.
type whereabouts struct {
	given op.Opt[int64]
	lock  chan struct{} // a lock that can be given up waiting for; it guards id
	id    int64
}

func newWhereabouts(given op.Opt[int64]) *whereabouts {
	return &whereabouts{given: given, lock: make(chan struct{}, 1), id: given.Or(0)}
}

// workspace is the number of the connection's workspace.
func (c *client) workspace(ctx context.Context) (int64, error) {
	select {
	case c.here.lock <- struct{}{}:
	case <-ctx.Done():
		return 0, context.Cause(ctx)
	}
	defer func() { <-c.here.lock }()
	if c.here.id == 0 {
		var w Workspace
		if err := c.plain.Get(ctx, rest.Path("v4", "workspaces", "current"), nil, &w); err != nil {
			return 0, err
		}
		if w.ID == 0 {
			return 0, &op.Error{Kind: op.Garbled, RetryAfter: -1, Cause: "the vendor does not say which workspace the token is for", Hint: "set workspace_id on the connection"}
		}
		c.here.id = int64(w.ID)
	}
	return c.here.id, nil
}

// within is a path below the connection's workspace.
func (c *client) within(ctx context.Context, before []any, after ...any) (string, error) {
	id, err := c.workspace(ctx)
	if err != nil {
		return "", err
	}
	return rest.Path(append(append(append([]any{}, before...), "workspaces", id), after...)...), nil
}

// v4 and iam are the two places below which a workspace is.
var v4, iam = []any{"v4"}, []any{"iam", "v1"}

// current is a path below the connection's workspace, for what can be asked of
// the token's as well.
func (c *client) current(after ...any) string {
	id := "current"
	if c.here.given.Given {
		id = fmt.Sprint(c.here.given.Value)
	}
	return rest.Path(append([]any{"v4", "workspaces", id}, after...)...)
}

package alteryx

import (
	"fmt"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"runner/internal/op"
	"runner/internal/rest"
)

// Module is Alteryx Server.
var Module = op.NewModule(op.Module{
	Name:  "alteryx",
	Title: "Alteryx Server",
	Doc:   "Users, groups, collections, credentials, schedules, jobs, workflows, studios and data connections of an Alteryx Server, through its API v3.",
	Limit: limit,
	Operations: slices.Concat(
		userOperations,
		userGroupOperations,
		collectionOperations,
		collectionMemberOperations,
		credentialOperations,
		subscriptionOperations,
		dataConnectionOperations,
		dcmOperations,
		dcmRuleOperations,
		olderOperations,
		scheduleOperations,
		jobOperations,
		workflowOperations,
	),
}, connect)

// The vendor documents no limit. Scripts in the field pause 150 ms between
// calls; a Server on one machine copes with this.
var limit = op.Limit{PerSecond: 10, Burst: 10}

// Settings of a connection.
type Settings struct {
	rest.Settings
	ClientID     string `lua:"client_id,required" doc:"API access key of the user that the runner acts as; on the profile page under Keys."`
	ClientSecret string `lua:"client_secret,required,secret" doc:"API access secret of that user."`
}

// client is what the operations take.
type client struct {
	*rest.Client
}

func connect(w op.World, s Settings) (op.Client, error) {
	c, err := rest.New(s.Settings, w, rest.Options{
		Path:    "/webapi",
		Auth:    rest.ClientCredentials("/oauth2/token", s.ClientID, s.ClientSecret),
		Explain: explain,
	})
	if err != nil {
		return op.Client{}, err
	}
	return op.Client{Vendor: &client{c}, Account: c.Base() + " as " + s.ClientID, Limit: s.Limit(limit), Timeout: s.CallDeadline(), Settle: s.SettleTime()}, nil
}

// explain reads the error answers of the Server. The case of their names is
// not documented, so it does not matter.
func explain(a *rest.Answer) *op.Error {
	var body struct {
		Message    string              `json:"message"`
		ModelState map[string][]string `json:"modelState"`
	}
	_ = json.Unmarshal(a.Body, &body, json.MatchCaseInsensitiveNames(true)) // or it is a bare string
	switch {
	case a.Status == 401:
		// The token was new: a role that is too low is answered like this too.
		return &op.Error{
			Kind: op.Denied,
			Hint: "most operations need a user with the Curator role and API access switched on",
		}
	case a.Status == 404 && strings.HasPrefix(body.Message, "No HTTP resource was found"):
		return tooOld()
	case a.Status == 405:
		return tooOld()
	case a.Status == 400 && len(body.ModelState) > 0:
		return &op.Error{Cause: reasons(body.ModelState)}
	}
	return nil
}

func tooOld() *op.Error {
	return &op.Error{Kind: op.Unsupported, Cause: "this Server does not have the endpoint", Hint: "it is part of newer releases of Alteryx Server"}
}

func reasons(state map[string][]string) string {
	var texts []string
	for field, why := range state {
		texts = append(texts, fmt.Sprintf("%s: %s", field, strings.Join(why, ", ")))
	}
	slices.Sort(texts)
	return strings.Join(texts, "; ")
}

// merge makes the body of a PUT that wants every field: what stands now, with
// the changes laid over it. contract names the fields of the body, each with
// the value that is sent where the object as it stands has none.
func merge(current, changes any, contract map[string]string) (map[string]jsontext.Value, error) {
	now, err := members(current)
	if err != nil {
		return nil, err
	}
	wanted, err := members(changes)
	if err != nil {
		return nil, err
	}
	body := make(map[string]jsontext.Value, len(contract))
	for name, otherwise := range contract {
		switch {
		case wanted[name] != nil:
			body[name] = wanted[name]
		case now[name] != nil && now[name].Kind() != 'n':
			body[name] = now[name]
		case otherwise != "":
			body[name] = jsontext.Value(otherwise)
		}
	}
	return body, nil
}

func members(v any) (map[string]jsontext.Value, error) {
	b, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	var m map[string]jsontext.Value
	return m, json.Unmarshal(b, &m)
}

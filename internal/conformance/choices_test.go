package conformance

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"runner/internal/op"
)

// chosen are random params for the runbooks, by script.
var chosen = map[string]func(rng *rand.Rand, s *site) []string{
	"offboard.lua": func(rng *rand.Rand, s *site) []string {
		emails := s.people()
		args := []string{"--leaver", pick(rng, emails...), "--heir", pick(rng, emails...)}
		if rng.IntN(3) == 0 {
			args = append(args, "--share-access")
		}
		if rng.IntN(3) == 0 {
			args = append(args, "--delete")
		}
		return args
	},
	"onboard.lua": func(rng *rand.Rand, s *site) []string {
		email := "new.starter@example.com"
		if rng.IntN(2) == 0 {
			email = pick(rng, s.people()...)
		}
		args := []string{"--email", email, "--first-name", "Ada", "--last-name", "Winter"}
		some := func(flag, operation, field string) {
			module, verb, _ := strings.Cut(operation, ".")
			if s.worlds[module] == nil {
				return
			}
			names := s.values(module, verb, field)
			if n := rng.IntN(3); n > 0 && len(names) > 0 {
				list := map[string]bool{}
				for range n {
					if name := pick(rng, names...); !strings.Contains(name, ",") {
						list[name] = true
					}
				}
				args = append(args, flag, strings.Join(sortedKeys(list), ","))
			}
		}
		some("--alteryx-cloud-roles", "alteryx_cloud.list_roles", "name")
		some("--alteryx-cloud-groups", "alteryx_cloud.list_groups", "name")
		some("--atscale-roles", "atscale.list_roles", "title")
		some("--workato-groups", "workato.list_user_groups", "name")
		if s.worlds["atscale"] != nil {
			args = append(args, "--atscale-password", "env:NEW_PASSWORD")
		}
		if s.worlds["workato"] != nil && rng.IntN(4) > 0 {
			args = append(args, "--workato-roles", pick(rng, "Development:Analyst", "Test:Operator,Production:Operator", "Development:Member"),
				"--workato-role-model", pick(rng, "environment", "privilege_group"))
		}
		if s.worlds["alteryx"] == nil {
			return args
		}
		some("--alteryx-groups", "alteryx.list_user_groups", "name")
		some("--alteryx-collections", "alteryx.list_collections", "name")
		some("--alteryx-credentials", "alteryx.list_credentials", "username")
		some("--alteryx-data-connections", "alteryx.list_data_connections", "name")
		if names := s.values("alteryx", "list_subscriptions", "name"); rng.IntN(2) == 0 && len(names) > 0 {
			args = append(args, "--alteryx-studio", pick(rng, names...))
		}
		if rng.IntN(2) == 0 {
			args = append(args, "--alteryx-role", pick(rng, "Evaluated", "NoAccess", "Viewer", "Member", "Artisan", "Curator"))
		}
		if rng.IntN(2) == 0 {
			args = append(args, "--alteryx-rights", pick(rng, "schedule", "api", "schedule,api", "dcm"))
		}
		if rng.IntN(3) == 0 {
			args = append(args, "--alteryx-password-mail")
		}
		return args
	},
	"load_schemas.lua":     func(rng *rand.Rand, s *site) []string { return loadSchemas(rng, s) },
	"pause_schedules.lua":  func(rng *rand.Rand, s *site) []string { return pauseSchedules(rng, s) },
	"resume_schedules.lua": func(rng *rand.Rand, s *site) []string { return resumeSchedules(rng, s) },
	"rotate_workato_tokens.lua": func(rng *rand.Rand, s *site) []string {
		// With its own token the runner would lose sight of what comes afterwards.
		args := []string{"--own", "5101", "--leave-own", "--to", fmt.Sprintf("file:tokens/%d/{id}", rng.Uint64())}
		if names := s.values("workato", "list_developer_api_clients", "name"); rng.IntN(2) == 0 {
			args = append(args, "--only", strings.ReplaceAll(pick(rng, names...), ",", "")) // some are not found then
		}
		return args
	},
	"access_review.lua": func(rng *rand.Rand, s *site) []string {
		if rng.IntN(2) == 0 {
			return []string{"--active-only"}
		}
		return nil
	},
}

// addresses are where each vendor shows those of its users.
var addresses = map[string][2]string{
	"alteryx": {"list_users", "email"}, "alteryx_cloud": {"list_members", "email"}, "atscale": {"list_users", "email"},
	"incorta": {"list_schemas", "owner"}, "workato": {"list_members", "email"},
}

// people are the addresses of users, but for that of the connection itself:
// vendors do not let it take its own rights away.
func (s *site) people() (all []string) {
	for _, module := range sortedKeys(s.worlds) {
		all = append(all, s.values(module, addresses[module][0], addresses[module][1])...)
	}
	return slices.DeleteFunc(all, func(e string) bool { return e == "api-runner@example.com" || !strings.Contains(e, "@") })
}

// values are those of a field of all that an operation lists.
func (s *site) values(module, verb, field string) (list []string) {
	w := s.worlds[module]
	o, _ := w.vendor.Module.Operation(verb)
	answer, err := w.do(o, []byte("{}"))
	if err != nil {
		panic(err)
	}
	items, _ := op.Tree(answer).([]any)
	for _, item := range items {
		if text, ok := op.Element(item, field).(string); ok {
			list = append(list, text)
		}
	}
	return list
}

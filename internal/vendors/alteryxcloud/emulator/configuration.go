package emulator

import (
	"maps"
	"slices"
)

// settings are those that a workspace has, with what they are about. The names are made up (inf).
var settings = map[string]object{
	"feature.apiAccessTokens.enabled":        {"type": "boolean", "default": true},
	"feature.apiAccessTokens.neverExpire":    {"type": "boolean", "default": true},
	"feature.scheduling.enabled":             {"type": "boolean", "default": true},
	"feature.sharing.inviteNonMembers":       {"type": "boolean", "default": false},
	"webapp.session.durationInMins":          {"type": "integer", "default": 720},
	"webapp.emailNotifications.failedJobsTo": {"type": "string", "default": "owner"},
}

func configurationRoutes() []route {
	const at = "/workspaces/{workspace}/"
	return []route{
		{on: "GET " + at + "configuration", in: v4 | iam, current: true, do: getConfiguration},
		{on: "PATCH " + at + "configuration", admin: true, current: true, do: changeConfiguration},
		{on: "POST " + at + "delete-configuration", admin: true, current: true, do: resetConfiguration},
		{on: "GET " + at + "configuration-schema", current: true, do: func(*call) (any, error) { return settings, nil }},
	}
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// getConfiguration shows the default as null.
func getConfiguration(c *call) (any, error) {
	out, key := []object{}, c.param("key")
	for _, name := range sortedKeys(settings) {
		if key == "" || key == name {
			out = append(out, object{"key": name, "value": c.info.Settings[name]})
		}
	}
	return out, nil
}

// changeConfiguration refuses names that nobody knows (inf), and answers what there is now (inf).
func changeConfiguration(c *call) (any, error) {
	in, err := c.body()
	if err != nil {
		return nil, err
	}
	in.need("configuration")
	next := maps.Clone(c.info.Settings)
	for _, s := range in.objects("configuration") {
		s.need("key")
		key, value := s.text("key"), s.values["value"]
		if key != "" && settings[key] == nil {
			s.complain("key", "is unknown")
		}
		next[key] = value
		if value == nil {
			delete(next, key)
		}
	}
	if err := in.err(); err != nil {
		return nil, err
	}
	c.info.Settings, c.info.UpdatedAt = next, c.now
	return getConfiguration(c)
}

func resetConfiguration(c *call) (any, error) {
	in, err := c.body()
	if err != nil {
		return nil, err
	}
	in.need("settings")
	names := in.texts("settings")
	if err := in.err(); err != nil {
		return nil, err
	}
	before := len(c.info.Settings)
	maps.DeleteFunc(c.info.Settings, func(name string, _ any) bool { return slices.Contains(names, name) })
	return object{"numberOfRowsDeleted": before - len(c.info.Settings)}, nil
}

package emulator

import "strings"

func documentRoutes() []route {
	return []route{
		{on: "GET /open-api-spec", do: openAPI},
		{on: "GET /my/billing-accounts/current", in: billing, do: billingAccount},
		{on: "GET /usage/export", in: billing, admin: true, do: exportUsage},
	}
}

// openAPI names what there is, and says nothing of the shapes. The services of the api host are not in it (inf).
func openAPI(*call) (any, error) {
	paths := map[string]object{}
	for _, rt := range allRoutes() {
		method, path, _ := strings.Cut(rt.on, " ")
		if rt.in&v4 == 0 {
			continue
		}
		if paths["/v4"+path] == nil {
			paths["/v4"+path] = object{}
		}
		paths["/v4"+path][strings.ToLower(method)] = object{"responses": object{}}
	}
	return object{"openapi": "3.0.1", "info": object{"title": "Alteryx One API", "version": "v2025.23.2"},
		"servers": []object{{"url": "/"}}, "paths": paths}, nil
}

// AccountID is the id of the only account.
const AccountID = "6f000000-0000-4000-8000-00000000acc0"

func billingAccount(c *call) (any, error) {
	spaces := []object{}
	for s := range c.spaces.all() {
		spaces = append(spaces, object{"id": s.info.ID, "gid": s.info.GID, "name": s.info.Name})
	}
	return object{"data": object{"id": AccountID, "name": "Example GmbH", "workspaces": spaces}}, nil
}

// exportUsage has columns of its own (inf).
func exportUsage(c *call) (any, error) {
	var out strings.Builder
	out.WriteString("workspace,jobGroup,person,createdAt\n")
	for j := range c.jobGroups.all() {
		out.WriteString(c.info.Name + "," + idString(j.ID) + "," + idString(j.OwnerID) + "," +
			j.CreatedAt.UTC().Format("2006-01-02T15:04:05Z") + "\n")
	}
	return file{"text/csv; charset=utf-8", []byte(out.String())}, nil
}

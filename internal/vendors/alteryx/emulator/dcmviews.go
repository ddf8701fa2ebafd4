package emulator

// This file is how DCM connections are shown.

// dcmView is the connection as a user sees it. Whom it is shared with is the owner's business (inf).
func (st *state) dcmView(d *dcmConnection, to string) any {
	credentials := map[string]any{}
	for slot, id := range d.CredentialIDs {
		if k := st.dcmCredentials.get(id); k != nil {
			credentials[slot] = k.view()
		}
	}
	view := map[string]any{
		"id": d.ID, "connectionId": d.ConnectionID, "assignedConnectionIds": []string{d.ConnectionID}, "name": d.Name,
		"schemaName": d.SchemaName, "allowInSdks": d.AllowInSDKs, "parameters": d.Parameters, "createdOn": d.CreatedOn,
		"lastChangedOn": d.ChangedOn, "owner": st.dcmUser(d.OwnerID), "dataSource": st.dcmSources.get(d.SourceID),
		"credentials": credentials,
	}
	if d.OwnerID != to {
		view["sharedBy"] = st.dcmUser(d.OwnerID)
	} else {
		view["sharing"] = map[string]any{
			"execution": st.sharingView(d.Execution), "collaboration": st.collaborationView(d),
		}
	}
	return view
}

// view leaves the secrets' texts out.
func (k *dcmCredential) view() dcmCredential {
	shown := *k
	shown.Secrets = map[string]dcmSecret{}
	for name, s := range k.Secrets {
		s.Value = nil
		shown.Secrets[name] = s
	}
	return shown
}

func (st *state) dcmUser(id string) map[string]any {
	email := ""
	if u := st.users.get(id); u != nil {
		email = u.Email
	}
	return map[string]any{"id": id, "email": email}
}

func (st *state) sharingView(s sharing) map[string]any {
	users, groups := []any{}, []named{}
	for _, id := range s.UserIDs {
		users = append(users, st.dcmUser(id))
	}
	for _, id := range s.UserGroupIDs {
		if g := st.groups.get(id); g != nil {
			groups = append(groups, named{g.ID, g.Name})
		}
	}
	return map[string]any{"users": users, "userGroups": groups}
}

func (st *state) collaborationView(d *dcmConnection) map[string]any {
	view := st.sharingView(d.Collaboration.sharing)
	view["sharedCredentials"] = append([]string{}, d.Collaboration.SharedCredentials...)
	view["borrowedCredentials"] = []string{}
	return view
}

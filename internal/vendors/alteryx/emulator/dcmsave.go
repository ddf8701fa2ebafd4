package emulator

import (
	"maps"
	"slices"
)

// This file creates and updates DCM connections. One request carries the connection, its data source and its
// credentials. Each of them is updated if its id is given, else created.

// dcmContract takes any value as a parameter. The swagger says object, but its own example has texts.
func dcmContract(more ...fields) *shape {
	parameters := mapOf(anything)
	wrapped := func(s *shape) *shape { return contract(req(s, "object")) }
	source := contract(opt(text, "id", "drvName", "host"), req(filled(), "name", "schemaName"),
		req(parameters, "parameters"))
	secret := contract(opt(contract(req(text, "text")), "value"), opt(dateTime, "expiresOn"),
		req(parameters, "parameters"))
	credential := contract(opt(text, "id", "userName"), req(filled(), "name", "schemaName"), req(parameters, "parameters"),
		req(mapOf(secret), "secrets"))
	return contract(append(more,
		opt(text, "id"), req(filled(), "name", "schemaName"), opt(boolean, "allowInSdks"), req(parameters, "parameters"),
		req(wrapped(source), "dataSource"), req(mapOf(wrapped(credential)), "credentials"))...)
}

// saveOwnDCM needs the permission of the caller. (inf) A Curator has it.
func saveOwnDCM(c *call) (any, error) {
	if !c.by.CanCreateAndUpdateDCM && !c.curator() {
		return nil, unauthorized()
	}
	if d := c.dcmConnections.get(c.in.str("id")); d != nil && d.OwnerID != c.by.ID {
		return nil, notFound("Connection")
	}
	return c.saveDCM(c.by.ID)
}

func saveDCMFor(c *call) (any, error) {
	owner, err := find(&c.users, c.in.str("ownerId"), "Owner")
	if err != nil {
		return nil, err
	}
	return c.saveDCM(owner.ID)
}

// saveDCM answers 201 for a new connection and 200 for a changed one.
func (c *call) saveDCM(ownerID string) (any, error) {
	d := &dcmConnection{CreatedOn: c.now}
	isNew := c.in.str("id") == ""
	if !isNew {
		var err error
		if d, err = find(&c.dcmConnections, c.in.str("id"), "Connection"); err != nil {
			return nil, err
		}
	}
	if err := c.checkParts(); err != nil {
		return nil, err
	}
	if isNew {
		d.ID, d.ConnectionID = c.newGUID(), c.newGUID()
		c.dcmConnections.put(d.ID, d)
	}
	d.OwnerID, d.Name, d.SchemaName, d.ChangedOn = ownerID, c.in.str("name"), c.in.str("schemaName"), c.now
	d.AllowInSDKs = c.in.flag("allowInSdks")
	d.Parameters, _ = c.in["parameters"].(map[string]any)
	source, err := saveDCMPart(c, &c.dcmSources, c.part("dataSource"), d.SourceID, (*dcmSource).replace)
	if err != nil {
		return nil, err
	}
	d.SourceID = source
	before := d.CredentialIDs
	d.CredentialIDs = map[string]string{} // (inf) a slot that is not sent is emptied
	for slot, in := range c.slots() {
		id, err := saveDCMPart(c, &c.dcmCredentials, in, before[slot], (*dcmCredential).replace)
		if err != nil {
			return nil, err
		}
		d.CredentialIDs[slot] = id
	}
	if isNew {
		return created{c.dcmView(d, ownerID)}, nil
	}
	return c.dcmView(d, ownerID), nil
}

func (c *call) part(name string) input {
	wrapper, _ := c.in[name].(input)
	object, _ := wrapper["object"].(input)
	return object
}

// slots yields the credentials in a fixed order, because new ones get ids.
func (c *call) slots() func(yield func(string, input) bool) {
	return func(yield func(string, input) bool) {
		all, _ := c.in["credentials"].(map[string]any)
		for _, slot := range sortedKeys(all) {
			wrapper, _ := all[slot].(input)
			object, _ := wrapper["object"].(input)
			if !yield(slot, object) {
				return
			}
		}
	}
}

// checkParts refuses ids of parts that do not exist.
func (c *call) checkParts() error {
	if id := c.part("dataSource").str("id"); id != "" && c.dcmSources.get(id) == nil {
		return badField("dataSource.object.id", "The data source does not exist.")
	}
	for slot, in := range c.slots() {
		if id := in.str("id"); id != "" && c.dcmCredentials.get(id) == nil {
			return badField("credentials."+slot+".object.id", "The credential does not exist.")
		}
	}
	return nil
}

// saveDCMPart returns the id of the part. Without an id, the part that is in this place is updated (inf).
func saveDCMPart[T any](
	c *call, t *table[T], in input, current string, replace func(*T, input, string) error,
) (string, error) {
	id := in.str("id")
	if id == "" {
		id = current
	}
	part := t.get(id)
	if part == nil {
		id, part = c.newGUID(), new(T)
		t.put(id, part)
	}
	return id, replace(part, in, id)
}

func (s *dcmSource) replace(in input, id string) error {
	*s = dcmSource{}
	err := in.into(s)
	s.ID = id
	return err
}

// replace drops secrets that were not sent. A secret that was sent without a value keeps the one it has, as in the
// vendor's example (inf).
func (k *dcmCredential) replace(in input, id string) error {
	before := k.Secrets
	*k = dcmCredential{}
	err := in.into(k)
	k.ID = id
	for name, s := range k.Secrets {
		if s.Value == nil {
			s.Value = before[name].Value
			k.Secrets[name] = s
		}
	}
	return err
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

package emulator

// This file shares DCM connections: for execution, or for collaboration.

// sharees reads whom to share with. The lists replace what was before (inf).
func (c *call) sharees() (sharing, error) {
	var s sharing
	bad := modelState{}
	for _, id := range c.in.strs("userIds") {
		if s.UserIDs.add(id); c.users.get(id) == nil {
			bad.add("userIds", "The user does not exist.")
		}
	}
	for _, id := range c.in.strs("userGroupIds") {
		if s.UserGroupIDs.add(id); c.groups.get(id) == nil {
			bad.add("userGroupIds", "The user group does not exist.")
		}
	}
	return s, bad.err()
}

// shareExecution needs the permission of the caller. (inf) A Curator has it.
func shareExecution(c *call) (any, error) {
	if !c.by.CanShareForExecutionDCM && !c.curator() {
		return nil, unauthorized()
	}
	d, err := c.ownDCM()
	if err != nil {
		return nil, err
	}
	s, err := c.sharees()
	if err != nil {
		return nil, err
	}
	d.Execution, d.ChangedOn = s, c.now
	return nil, nil
}

// unshareExecution may be repeated (inf).
func unshareExecution(c *call) (any, error) {
	if !c.by.CanShareForExecutionDCM && !c.curator() {
		return nil, unauthorized()
	}
	d, err := c.ownDCM()
	if err != nil {
		return nil, err
	}
	d.Execution, d.ChangedOn = sharing{}, c.now
	return nil, nil
}

func shareCollaboration(c *call) (any, error) {
	if !c.by.CanShareForCollabDCM && !c.curator() {
		return nil, unauthorized()
	}
	d, err := c.ownDCM()
	if err != nil {
		return nil, err
	}
	s, err := c.sharees()
	if err != nil {
		return nil, err
	}
	ids := c.in.strs("sharedCredentials")
	for _, id := range ids {
		if !d.holds(id) {
			return nil, badField("sharedCredentials", "The credential does not belong to the connection.")
		}
	}
	d.Collaboration, d.ChangedOn = collaboration{ids, s}, c.now
	return c.collaborationView(d), nil
}

func (d *dcmConnection) holds(credentialID string) bool {
	for _, id := range d.CredentialIDs {
		if id == credentialID {
			return true
		}
	}
	return false
}

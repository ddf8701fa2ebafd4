package emulator

import "strings"

// A host is one of the two that the vendor spreads its services over, or both.
type host uint8

const (
	plainHost host = 1 << iota
	apiHost
)

// A service is a set of endpoints below a path of its own.
type service uint8

const (
	v4 service = 1 << iota
	workflowService
	iam
	plansService
	scheduling
	billing
	issuer // of tokens; the vendor has it on a host of its own
)

// services are all of them, with their paths and the hosts that serve them.
var services = []struct {
	service service
	path    string
	on      host
}{
	{v4, "/v4", plainHost},
	{workflowService, "/svc-workflow/api", plainHost},
	{iam, "/iam/v1", apiHost},
	{plansService, "/plans/v1", apiHost},
	{scheduling, "/scheduling/v1", apiHost},
	{billing, "/billing/v1", apiHost},
	{issuer, "/as", plainHost | apiHost},
}

// serviceOf tells whose path it is and where it is served. Any other path is taken for one of v4, on both hosts.
func serviceOf(path string) (service, host) {
	for _, s := range services {
		if strings.HasPrefix(path, s.path+"/") {
			return s.service, s.on
		}
	}
	return v4, plainHost | apiHost
}

// behindGateway reports services of the api host.
func (s service) behindGateway() bool { return s&(iam|plansService|scheduling|billing) != 0 }

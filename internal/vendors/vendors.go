// Package vendors lists the vendors that the runner knows: one line each.
package vendors

import (
	"net/http"
	"time"

	"runner/internal/op"
	"runner/internal/vendors/alteryx"
	alteryxemulator "runner/internal/vendors/alteryx/emulator"
	"runner/internal/vendors/alteryxcloud"
	alteryxcloudemulator "runner/internal/vendors/alteryxcloud/emulator"
	"runner/internal/vendors/atscale"
	atscaleemulator "runner/internal/vendors/atscale/emulator"
	"runner/internal/vendors/incorta"
	incortaemulator "runner/internal/vendors/incorta/emulator"
	"runner/internal/vendors/secrets"
	"runner/internal/vendors/web"
	"runner/internal/vendors/workato"
	workatoemulator "runner/internal/vendors/workato/emulator"
)

// A Vendor is a module and its emulator, if it has one.
type Vendor struct {
	Module *op.Module
	// Emulate makes a server that behaves like the vendor, and the settings
	// that a connection to it needs beside its url. nil if there is none.
	Emulate func(now func() time.Time) (http.Handler, map[string]any)
	// Local says that it has no server: it acts on this machine, and on nothing
	// outside the process where emulators stand in for vendors.
	Local bool
}

// All are the vendors, in the order of the manual.
var All = []Vendor{
	{Module: alteryx.Module, Emulate: func(now func() time.Time) (http.Handler, map[string]any) {
		return alteryxemulator.New(alteryxemulator.Options{Now: now}), map[string]any{
			"client_id": alteryxemulator.ClientID, "client_secret": alteryxemulator.ClientSecret,
		}
	}},
	{Module: alteryxcloud.Module, Emulate: func(now func() time.Time) (http.Handler, map[string]any) {
		return alteryxcloudemulator.New(alteryxcloudemulator.Options{Now: now}), map[string]any{"access_token": alteryxcloudemulator.LegacyToken}
	}},
	{Module: atscale.Module, Emulate: func(now func() time.Time) (http.Handler, map[string]any) {
		return atscaleemulator.New(atscaleemulator.Options{Now: now}), map[string]any{
			"username": atscaleemulator.Username, "password": atscaleemulator.Password,
		}
	}},
	{Module: incorta.Module, Emulate: func(now func() time.Time) (http.Handler, map[string]any) {
		return incortaemulator.New(incortaemulator.Options{Now: now}), map[string]any{
			"tenant": incortaemulator.Tenant, "token": incortaemulator.Token,
		}
	}},
	{Module: workato.Module, Emulate: func(now func() time.Time) (http.Handler, map[string]any) {
		return workatoemulator.New(workatoemulator.Options{Now: now}), map[string]any{"token": workatoemulator.AdminToken}
	}},
	{Module: secrets.Module, Local: true},
	{Module: web.Module},
}

// Modules are the modules of all vendors.
func Modules() []*op.Module {
	modules := make([]*op.Module, len(All))
	for i, v := range All {
		modules[i] = v.Module
	}
	return modules
}

package emulator

import (
	"maps"
	"time"
)

// restartTime is how long the engine is down (inf).
const restartTime = 30 * time.Second

func settingRoutes() []route {
	return []route{
		{on: "GET " + orgPath + "/engineGeneralSettings", need: mayDesign, do: getSettings},
		{on: "PATCH /settings", style: engine, need: mayAdminister, do: changeSettings},
		{on: "GET /version", style: engine, open: true, do: func(*call) (any, error) { return text("2024.2.1.5871"), nil }},
		{on: "GET /license/capabilities", style: engine, do: getLicense},
		{on: "PUT /license", style: engine, need: mayAdminister, do: installLicense},
		{on: "POST " + apiPath + "/referrerOrg/default/support/service-control/engine/restart", open: true, do: restartEngine},
	}
}

func getSettings(c *call) (any, error) { return c.settings, nil }

// changeSettings sets what is given; null takes a setting away (inf).
func changeSettings(c *call) (any, error) {
	f, err := c.fields()
	if err != nil {
		return nil, err
	}
	maps.Copy(c.settings, f.in)
	maps.DeleteFunc(c.settings, func(_ string, v any) bool { return v == nil })
	return c.settings, nil
}

func getLicense(c *call) (any, error) {
	return map[string]any{"content": map[string]any{"features": c.features}}, nil
}

// installLicense takes the features of a licence, if it lists some (inf).
func installLicense(c *call) (any, error) {
	f, err := c.fields()
	if err != nil {
		return nil, err
	}
	given := f.object("features")
	for name := range given {
		if _, ok := given[name].(bool); !ok {
			f.complain("feature %s must be a boolean", name)
		}
	}
	if err := f.err(); err != nil {
		return nil, err
	}
	for name, on := range given {
		c.features[name] = on.(bool)
	}
	return map[string]any{}, nil
}

// restartEngine needs no token, as the one script that calls it sends none. (inf) What is built goes on.
func restartEngine(c *call) (any, error) {
	c.restarts++
	c.engineUp = c.now.Add(restartTime)
	return map[string]any{}, nil
}

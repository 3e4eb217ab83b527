// Package tenancytest is what other tests need of tenancy.
package tenancytest

import "stoa/internal/base/probe"

// Probe is what the module brings to the tests of every operation.
func Probe() probe.Module {
	return probe.Module{
		Bodies: func(probe.Estate) map[string]any {
			return map[string]any{
				"institution-put": map[string]any{
					"name": "Test", "short_name": "T", "tagline": "", "hue": 10, "chroma": 0.05, "locale": "en",
					"time_zone": "UTC", "currency": "INR",
				},
				"second-factor-put": map[string]any{"second_factor": "optional"},
			}
		},
	}
}

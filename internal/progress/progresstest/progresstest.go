// Package progresstest is what other tests need of progress.
package progresstest

import "stoa/internal/base/probe"

// Probe is what the module brings to the tests of every operation.
func Probe() probe.Module {
	return probe.Module{
		Bodies: func(probe.Estate) map[string]any {
			return map[string]any{"progress-put": map[string]any{"position": 1, "read": true}}
		},
		Unrecorded: map[string]string{
			"progress-put": "a learner's position, many times a minute; the progress rows keep when",
		},
	}
}

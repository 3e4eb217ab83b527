// Package audittest is what other tests need of the audit log.
package audittest

import "stoa/internal/base/probe"

// Probe is what the module brings to the tests of every operation.
func Probe() probe.Module {
	return probe.Module{
		Bodies:     func(probe.Estate) map[string]any { return map[string]any{"audit-verify": map[string]any{}} },
		Unrecorded: map[string]string{"audit-verify": "reads"},
	}
}

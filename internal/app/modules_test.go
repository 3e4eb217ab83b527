package app_test

import (
	"maps"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"stoa/internal/app"
	"stoa/internal/apptest"
	"stoa/internal/audit/audittest"
	"stoa/internal/base/probe"
	"stoa/internal/courses/coursestest"
	"stoa/internal/directory/directorytest"
	"stoa/internal/identity/identitytest"
	"stoa/internal/progress/progresstest"
	"stoa/internal/tenancy/tenancytest"
)

// modules are what the modules bring to the tests of every operation. Who needs no service reads them of an empty app.
func modules(a *app.App) []probe.Module {
	return []probe.Module{
		tenancytest.Probe(),
		audittest.Probe(),
		identitytest.Probe(a.Identity, apptest.Nowhere),
		coursestest.Probe(a.Courses),
		progresstest.Probe(),
		directorytest.Probe(a.Directory),
	}
}

// estate is one of every object that an operation can name.
type estate = probe.Estate

// gathered is what all modules together say, by name.
func gathered[T any](of func(probe.Module) map[string]T) map[string]T {
	all := map[string]T{}
	for _, m := range modules(&app.App{}) {
		maps.Copy(all, of(m))
	}
	return all
}

// bodies are valid bodies by operation; ids in them are the estate's.
func bodies(e estate) map[string]any {
	return gathered(func(m probe.Module) map[string]any {
		if m.Bodies == nil {
			return nil
		}
		return m.Bodies(e)
	})
}

var (
	queries    = gathered(func(m probe.Module) map[string]string { return m.Queries })
	named      = gathered(func(m probe.Module) map[string][]string { return m.Named })
	related    = gathered(func(m probe.Module) map[string][]string { return m.Related })
	unrecorded = gathered(func(m probe.Module) map[string]string { return m.Unrecorded })
	deletable  = gathered(func(m probe.Module) map[string]probe.Deletable { return m.Deletable })
	follows    = gathered(func(m probe.Module) map[string]string { return m.Follows })
)

// addressOf is an operation's, of the objects of an estate.
func addressOf(op *huma.Operation, e estate) string {
	path := op.Path
	for name, id := range e {
		path = strings.ReplaceAll(path, "{"+name+"}", id.String())
	}
	if query := queries[op.OperationID]; query != "" {
		path += "?" + query
	}
	return path
}

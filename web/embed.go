// Package web carries the front end's built files.
package web

import "embed"

// Dist is what the build made, or only a note when the front end was not built.
//
//go:embed all:dist
var Dist embed.FS

// Package telemetry is what the program tells about itself: logs, metrics, traces.
package telemetry

import (
	"io"
	"log/slog"
)

// Logger writes JSON in production and text for people elsewhere.
func Logger(w io.Writer, json bool, level slog.Level) *slog.Logger {
	options := &slog.HandlerOptions{Level: level}
	if json {
		return slog.New(slog.NewJSONHandler(w, options))
	}
	return slog.New(slog.NewTextHandler(w, options))
}

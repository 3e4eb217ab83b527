package audit

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/google/uuid"

	"stoa/internal/base/db"
	"stoa/internal/base/viewer"
)

// Formats are how the log can be taken out.
var Formats = map[string]string{"jsonl": "application/jsonl", "csv": "text/csv; charset=utf-8"}

const exportPage = 1000

// Export writes the log of the viewer's institution, newest first, as JSON Lines or as CSV (RFC 4180), without holding
// it in memory. That it was taken out is an entry of its own, written first: NoteExport, which asks for the permission.
func (l *Log) Export(ctx context.Context, n Narrowing, format string, w io.Writer) error {
	encode := jsonLines(w)
	if format == "csv" {
		encode = commas(w)
	}
	for before := newest; ; {
		list, err := l.before(ctx, n, before, exportPage)
		if err != nil {
			return err
		}
		if err := encode(list); err != nil {
			return err
		}
		if len(list) < exportPage {
			return nil
		}
		before = list[len(list)-1].ID
	}
}

// NoteExport writes down that the viewer takes the log out.
func (l *Log) NoteExport(ctx context.Context, n Narrowing, format string) error {
	if _, err := AuditRead.Require(ctx); err != nil {
		return err
	}
	return l.db.Write(ctx, func(tx *db.Tx) error {
		return Record(ctx, tx, Change{
			Verb:  "audit.export",
			Type:  "institution",
			ID:    viewer.From(ctx).Tenant,
			After: map[string]any{"format": format, "whole": n == Narrowing{}},
		})
	})
}

func jsonLines(w io.Writer) func([]Entry) error {
	out := json.NewEncoder(w)
	return func(list []Entry) error {
		for _, e := range list {
			if err := out.Encode(e); err != nil {
				return err
			}
		}
		return nil
	}
}

func commas(w io.Writer) func([]Entry) error {
	out := csv.NewWriter(w)
	out.UseCRLF = true
	_ = out.Write([]string{
		"id", "at", "actor_id", "impersonator_id", "verb", "object_type", "object_id", "before", "after", "request_id",
		"address", "block",
	}) // errors show at Flush
	return func(list []Entry) error {
		for _, e := range list {
			block := ""
			if e.Block != nil {
				block = fmt.Sprint(*e.Block)
			}
			record := []string{
				e.ID.String(), e.At.UTC().Format(time.RFC3339Nano), text(e.Actor), text(e.Impersonator), e.Verb,
				e.Type, e.Object.String(), string(e.Before), string(e.After), e.RequestID, e.Address, block,
			}
			for i := range record {
				record[i] = harmless(record[i])
			}
			_ = out.Write(record)
		}
		out.Flush()
		return out.Error()
	}
}

func text(id *uuid.UUID) string {
	if id == nil {
		return ""
	}
	return id.String()
}

// harmless keeps a spreadsheet from taking a field for a formula (ASVS 1.2.10).
func harmless(field string) string {
	if field != "" && strings.ContainsRune("=+-@\t\r\x00", rune(field[0])) {
		return "'" + field
	}
	return field
}

package pgembed

import "fmt"

const mebibyte = 1 << 20

// Tuned is PostgreSQL's settings for a machine with that much
// memory, of which the server takes about a quarter at most.
func Tuned(memory uint64) map[string]string {
	mb := int(memory / mebibyte)
	return map[string]string{
		"shared_buffers":                      fmt.Sprintf("%dMB", min(max(mb/16, 32), 2048)),
		"effective_cache_size":                fmt.Sprintf("%dMB", max(mb/2, 128)),
		"work_mem":                            fmt.Sprintf("%dMB", min(max(mb/512, 4), 32)),
		"maintenance_work_mem":                fmt.Sprintf("%dMB", min(max(mb/32, 32), 512)),
		"max_connections":                     "60",
		"max_wal_size":                        "1GB",
		"wal_compression":                     "pglz",
		"checkpoint_completion_target":        "0.9",
		"random_page_cost":                    "1.1",
		"jit":                                 "off", // no LLVM in the bundle
		"log_min_messages":                    "warning",
		"log_checkpoints":                     "off",
		"idle_in_transaction_session_timeout": "60s",
		"max_parallel_workers_per_gather":     "0", // many small queries, few cores
		"huge_pages":                          "off",
		"timezone":                            "UTC",
		"track_activity_query_size":           "4096",
	}
}

// unsafeSettings lose data in a crash; tests create theirs anew.
var unsafeSettings = map[string]string{
	"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "autovacuum": "off",
	"shared_buffers": "64MB",
	"wal_level":      "minimal", "max_wal_senders": "0",
	"max_connections": "200",
}

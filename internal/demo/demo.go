// Package demo makes a living institution: deterministic people, batches and courses,
// realistic and skewed. The same size gives the same rows, but for the dates of
// recent study, which follow the day of loading so that the demo never looks asleep.
package demo

import (
	"context"
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"stoa/internal/base/db"
	"stoa/internal/identity"
)

// Size of the demo.
type Size string

const (
	Small Size = "small" // 1,500 alumni, 300 students, 24 courses
	Full  Size = "full"  // 50,000 alumni, 10,000 students, 500 courses
)

// Password of every demo person.
const Password = "stoa-demo-2026"

//go:embed media
var media embed.FS

// Media is the films of the demo's lessons, by name.
var Media, _ = fs.Sub(media, "media")

// SignIns are the people that a demo signs in with one click.
type SignIns struct {
	Password string   `json:"password"`
	People   []SignIn `json:"people"`
}

// SignIn is one of them.
type SignIn struct {
	Email string `json:"email"`
	Name  string `json:"name"`
	Role  string `json:"role"`
}

// SignInsOf an institution of the demo.
func SignInsOf(slug string) *SignIns {
	s := &SignIns{Password: Password}
	for _, c := range casts[slug] {
		s.People = append(s.People, SignIn{c.email, c.name, c.label})
	}
	return s
}

type counts struct{ alumni, students, instructors, courses int }

var sizes = map[Size]counts{
	Small: {alumni: 1_500, students: 300, instructors: 12, courses: 24},
	Full:  {alumni: 50_000, students: 10_000, instructors: 120, courses: 500},
}

// LoadIfEmpty loads the demo into a database that has no institution.
func LoadIfEmpty(ctx context.Context, dsn string, size Size, truth string) error {
	conn, err := connect(ctx, dsn)
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	var exists bool
	if err := conn.QueryRow(ctx, "SELECT EXISTS (SELECT FROM tenancy.institution)").Scan(&exists); err != nil ||
		exists {
		return err
	}
	return load(ctx, conn, size, truth)
}

// Load loads the demo; a database with institutions is refused. truth is the file that tells
// which people were planted as duplicates or as other spellings of a name; empty for none.
func Load(ctx context.Context, dsn string, size Size, truth string) error {
	conn, err := connect(ctx, dsn)
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	var exists bool
	if err := conn.QueryRow(ctx, "SELECT EXISTS (SELECT FROM tenancy.institution)").Scan(&exists); err != nil {
		return err
	}
	if exists {
		return fmt.Errorf("this database has institutions already: demo data goes into an empty one")
	}
	return load(ctx, conn, size, truth)
}

// connect as the owner: COPY does not work under row-level security,
// so the load lifts it from the owner for its transaction.
func connect(ctx context.Context, dsn string) (*pgx.Conn, error) {
	cfg, err := pgx.ParseConfig(dsn)
	if err != nil {
		return nil, err
	}
	cfg.RuntimeParams["role"] = db.RoleOwner
	cfg.RuntimeParams["maintenance_work_mem"] = "256MB"
	return pgx.ConnectConfig(ctx, cfg)
}

// loader holds what the parts of one load share.
type loader struct {
	conn  *pgx.Conn
	tx    pgx.Tx
	rnd   *rand.Rand
	now   time.Time
	made  int
	hash  string
	truth []Pair
}

// Pair is two entries that are one person, or two spellings of one name.
type Pair struct {
	Kind string    `json:"kind"` // duplicate or spelling
	A    uuid.UUID `json:"a"`
	B    uuid.UUID `json:"b"`
	Why  string    `json:"why"`
}

func load(ctx context.Context, conn *pgx.Conn, size Size, truth string) error {
	began := time.Now()
	subjects, err := readSubjects()
	if err != nil {
		return err
	}
	l := &loader{
		conn: conn,
		rnd:  rand.New(rand.NewPCG(2026, 1975)),
		now:  time.Now().UTC(),
		hash: identity.HashPassword(Password),
	}
	err = pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error {
		l.tx = tx
		return l.everything(ctx, sizes[size], subjects)
	})
	if err != nil {
		return fmt.Errorf("load demo data: %w", err)
	}
	if _, err := conn.Exec(ctx, "ANALYZE"); err != nil {
		return err
	}
	slog.Info("demo data loaded", "size", size, "seconds", int(time.Since(began).Seconds()))
	if truth == "" {
		return nil
	}
	raw, err := json.MarshalIndent(l.truth, "", "  ")
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(truth), 0o750); err != nil {
		return err
	}
	return os.WriteFile(truth, append(raw, '\n'), 0o600)
}

func (l *loader) everything(ctx context.Context, n counts, subjects []subject) error {
	tables, err := l.liftSecurity(ctx)
	if err != nil {
		return err
	}
	restore, err := l.dropIndexes(ctx, "directory.profile")
	if err != nil {
		return err
	}
	aldermere, harbour := l.id(), l.id()
	if err := l.institutions(ctx, aldermere, harbour); err != nil {
		return err
	}
	people, err := l.people(ctx, aldermere, "aldermere", n)
	if err != nil {
		return err
	}
	if err := l.learning(ctx, aldermere, people, n, subjects); err != nil {
		return err
	}
	small := sizes[Small]
	small.alumni, small.students, small.courses = 400, 80, 12
	others, err := l.people(ctx, harbour, "harbour", small)
	if err != nil {
		return err
	}
	if err := l.learning(ctx, harbour, others, small, subjects); err != nil {
		return err
	}
	for _, sql := range restore {
		if _, err := l.tx.Exec(ctx, sql); err != nil {
			return err
		}
	}
	for _, table := range tables {
		if _, err := l.tx.Exec(ctx, "ALTER TABLE "+table+" FORCE ROW LEVEL SECURITY"); err != nil {
			return err
		}
	}
	return nil
}

// liftSecurity lets the owner past row-level security until the load ends; the same transaction puts it back.
func (l *loader) liftSecurity(ctx context.Context) ([]string, error) {
	found, err := l.tx.Query(ctx, `SELECT c.oid::regclass::text FROM pg_class c
		JOIN pg_namespace n ON n.oid = c.relnamespace
		WHERE c.relkind IN ('r', 'p') AND c.relforcerowsecurity AND `+db.Ours)
	if err != nil {
		return nil, err
	}
	tables, err := pgx.CollectRows(found, pgx.RowTo[string])
	if err != nil {
		return nil, err
	}
	for _, table := range tables {
		if _, err := l.tx.Exec(ctx, "ALTER TABLE "+table+" NO FORCE ROW LEVEL SECURITY"); err != nil {
			return nil, err
		}
	}
	return tables, nil
}

// dropIndexes takes a table's secondary indexes away and returns the statements that bring them
// back: building them once at the end is several times faster than keeping them up row by row.
func (l *loader) dropIndexes(ctx context.Context, table string) ([]string, error) {
	found, err := l.tx.Query(ctx, `SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) FROM pg_index i
		WHERE i.indrelid = $1::regclass AND NOT i.indisunique`, table)
	if err != nil {
		return nil, err
	}
	var names, restore []string
	var name, definition string
	if _, err := pgx.ForEachRow(found, []any{&name, &definition}, func() error {
		names, restore = append(names, name), append(restore, definition)
		return nil
	}); err != nil {
		return nil, err
	}
	for _, name := range names {
		if _, err := l.tx.Exec(ctx, "DROP INDEX "+name); err != nil {
			return nil, err
		}
	}
	return restore, nil
}

func (l *loader) copy(ctx context.Context, table string, columns []string, rows [][]any) error {
	var schema, name string
	for i := range table {
		if table[i] == '.' {
			schema, name = table[:i], table[i+1:]
		}
	}
	_, err := l.tx.CopyFrom(ctx, pgx.Identifier{schema, name}, columns, pgx.CopyFromRows(rows))
	if err != nil {
		return fmt.Errorf("%s: %w", table, err)
	}
	return nil
}

// id is the next identifier: shaped like a UUIDv7, but the same at every load.
func (l *loader) id() uuid.UUID {
	l.made++
	ms := uint64(1_735_689_600_000 + l.made) // from 2025 on
	var u uuid.UUID
	for i := range 6 {
		u[i] = byte(ms >> (40 - 8*i))
	}
	a, b := l.rnd.Uint64(), l.rnd.Uint64()
	for i := range 8 {
		u[8+i] = byte(a >> (8 * i))
	}
	u[6], u[7] = 0x70|byte(b)&0x0f, byte(b>>8)
	u[8] = 0x80 | u[8]&0x3f
	return u
}

func (l *loader) institutions(ctx context.Context, aldermere, harbour uuid.UUID) error {
	columns := []string{
		"id", "slug", "name", "short_name", "tagline", "hue", "chroma", "locale", "time_zone", "currency",
		"is_default", "is_demo",
	}
	err := l.copy(ctx, "tenancy.institution", columns, [][]any{
		{
			aldermere, "aldermere", "Aldermere Institute of Technology", "Aldermere", "Learn here. Stay for life.",
			int16(255), float32(0.07), "en", "Asia/Kolkata", "INR", true, true,
		},
		{
			harbour, "harbour", "Harbour College", "Harbour", "Arts and sciences by the sea since 1931.",
			int16(165), float32(0.06), "en", "Asia/Kolkata", "INR", false, true,
		},
	})
	if err != nil {
		return err
	}
	return l.copy(ctx, "tenancy.host", []string{"host", "institution_id"},
		[][]any{{"demo.localhost", aldermere}, {"localhost", aldermere}, {"harbour.localhost", harbour}})
}

// zipf picks an index below n; low ones are likelier, by the power s.
func (l *loader) zipf(n int, s float64) int {
	weights := zipfWeights(n, s)
	x := l.rnd.Float64() * weights[n-1]
	lo, hi := 0, n-1
	for lo < hi {
		mid := (lo + hi) / 2
		if weights[mid] < x {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	return lo
}

// chance is true in p of all cases.
func (l *loader) chance(p float64) bool { return l.rnd.Float64() < p }

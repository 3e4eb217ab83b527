package db

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// The roles. They belong to the server, not to a database.
const (
	RoleOwner  = "stoa_owner"  // owns every table; migrations run as it
	RoleApp    = "stoa_app"    // everything at run time; owns nothing, row-level security holds it
	RoleSearch = "stoa_search" // owns the SECURITY DEFINER functions; reads the few tables they need
)

// Extensions that the schema uses; all come with PostgreSQL.
var Extensions = []string{"pg_trgm", "unaccent", "btree_gin", "citext"}

const oldestServer = 150000

// Prepare makes sure of everything that migrations need: the server's version, the
// roles, the extensions. The connection is that of the server's administrator, or
// of a role that may create roles; what is missing is named in one sentence.
func Prepare(ctx context.Context, dsn string) error {
	conn, err := pgx.Connect(ctx, dsn)
	if err != nil {
		return fmt.Errorf("connect to PostgreSQL: %w", err)
	}
	defer conn.Close(ctx)
	if err := checkServer(ctx, conn); err != nil {
		return err
	}
	return pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error {
		// One at a time, over all databases of the server: roles are shared.
		if _, err := tx.Exec(ctx, "SELECT pg_advisory_xact_lock(727021)"); err != nil {
			return err
		}
		if err := createRoles(ctx, tx); err != nil {
			return err
		}
		return createExtensions(ctx, tx)
	})
}

func checkServer(ctx context.Context, conn *pgx.Conn) error {
	var version int
	var name string
	if err := conn.QueryRow(
		ctx, "SELECT current_setting('server_version_num')::int, current_setting('server_version')",
	).Scan(&version, &name); err != nil {
		return err
	}
	if version < oldestServer {
		return fmt.Errorf("this PostgreSQL is version %s, Stoa needs 15 or newer", name)
	}
	return nil
}

func createRoles(ctx context.Context, tx pgx.Tx) error {
	for _, role := range []struct {
		name, login string
	}{{RoleOwner, "NOLOGIN"}, {RoleApp, "LOGIN"}, {RoleSearch, "NOLOGIN"}} {
		var exists bool
		err := tx.QueryRow(ctx, "SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = $1)", role.name).Scan(&exists)
		if err != nil {
			return err
		}
		if exists {
			continue
		}
		if _, err := tx.Exec(
			ctx,
			fmt.Sprintf("CREATE ROLE %s %s NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE", role.name, role.login),
		); err != nil {
			return fmt.Errorf("the role %s does not exist and may not be created by this connection; create it, "+
				"or connect as a role with CREATEROLE: %w", role.name, err)
		}
	}
	var super, member bool
	if err := tx.QueryRow(ctx, `SELECT rolsuper, pg_has_role(current_user, 'stoa_owner', 'MEMBER')
		AND pg_has_role(current_user, 'stoa_app', 'MEMBER')
		FROM pg_roles WHERE rolname = current_user`).Scan(&super, &member); err != nil {
		return err
	}
	statements := []string{"GRANT stoa_search TO stoa_owner"}
	if !super && !member {
		statements = append(statements, "GRANT stoa_owner, stoa_app, stoa_search TO CURRENT_USER")
	}
	statements = append(statements,
		`DO $$ BEGIN EXECUTE format('GRANT CREATE, CONNECT, TEMPORARY ON DATABASE %I TO stoa_owner',
			current_database()); END $$`,
		`DO $$ BEGIN EXECUTE format('GRANT CONNECT ON DATABASE %I TO stoa_app', current_database()); END $$`,
		"GRANT USAGE, CREATE ON SCHEMA public TO stoa_owner",
		"GRANT USAGE ON SCHEMA public TO stoa_app, stoa_search",
	)
	for _, s := range statements {
		if _, err := tx.Exec(ctx, s); err != nil {
			return fmt.Errorf("this connection lacks a privilege that Stoa's set-up needs (%s): %w", s, err)
		}
	}
	return nil
}

func createExtensions(ctx context.Context, tx pgx.Tx) error {
	var missing []string
	for _, name := range Extensions {
		var installed, available bool
		err := tx.QueryRow(ctx, `SELECT EXISTS (SELECT FROM pg_extension WHERE extname = $1), EXISTS (SELECT
			FROM pg_available_extensions WHERE name = $1)`, name).
			Scan(&installed, &available)
		if err != nil {
			return err
		}
		switch {
		case installed:
		case !available:
			missing = append(missing, name)
		default:
			if _, err := tx.Exec(ctx, "CREATE EXTENSION "+name+" SCHEMA public"); err != nil {
				return fmt.Errorf(
					"the extension %s is not installed in this database and may not be created by this connection: %w",
					name, err,
				)
			}
		}
	}
	if len(missing) > 0 {
		return fmt.Errorf("this PostgreSQL lacks the extension %s, which Stoa needs (Debian: postgresql-contrib)",
			strings.Join(missing, ", "))
	}
	return nil
}

// assertRole refuses to serve as a role that could see past row-level security.
func assertRole(ctx context.Context, pool *pgxpool.Pool) error {
	var name string
	var super, bypass, owns bool
	err := pool.QueryRow(ctx, `SELECT rolname, rolsuper, rolbypassrls, EXISTS (SELECT FROM pg_class
		WHERE relowner = r.oid)
		FROM pg_roles r WHERE rolname = current_user`).Scan(&name, &super, &bypass, &owns)
	if err != nil {
		return fmt.Errorf("connect as %s: %w", RoleApp, err)
	}
	if name != RoleApp || super || bypass || owns {
		return errors.New("the runtime role must be stoa_app, own nothing, and be neither superuser nor " +
			"BYPASSRLS: row-level security would not hold it")
	}
	return nil
}

package app

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"stoa/internal/audit"
	"stoa/internal/base/clock"
	"stoa/internal/base/config"
	"stoa/internal/base/db"
	"stoa/internal/base/folder"
	"stoa/internal/base/keyfile"
	"stoa/internal/base/pgembed"
	"stoa/internal/base/viewer"
	"stoa/internal/identity"
)

// installation is what the database remembers of the files beside it.
type installation struct {
	KeysMark  []byte
	AuditKeys []byte
	Films     *uuid.UUID
}

// Within runs a command's work on the modules over a database that is there: the folder's own, or one that another
// process runs.
func Within(ctx context.Context, cfg config.Config, work func(context.Context, *App) error) error {
	return withBase(ctx, cfg, func(ctx context.Context, b *Base) error {
		a, err := b.recognised(ctx, cfg)
		if err != nil {
			return err
		}
		return work(ctx, a)
	})
}

func withBase(ctx context.Context, cfg config.Config, work func(context.Context, *Base) error) error {
	if cfg.DatabaseURL == "" && !pgembed.Exists(cfg.Data) {
		return fmt.Errorf("there is no database in %s: name the data folder with --data, or set DATABASE_URL", cfg.Data)
	}
	b, err := OpenBase(ctx, cfg)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	return errors.Join(work(ctx, b), b.Close())
}

// recognised wires the modules over key files that are those of the database, and refuses others. Files are made only
// where nothing depends on older ones.
func (b *Base) recognised(ctx context.Context, cfg config.Config) (*App, error) {
	known, err := b.installation(ctx)
	if err != nil {
		return nil, err
	}
	if err := b.refuseLost(ctx, cfg, known); err != nil {
		return nil, err
	}
	a, err := New(ctx, cfg, b.DB, clock.System{})
	if err != nil {
		return nil, err
	}
	films, err := filmsID(filepath.Join(cfg.Data, "films"))
	if err != nil {
		return nil, err
	}
	here := installation{KeysMark: a.keys.Mark(), AuditKeys: a.Audit.Public(), Films: &films}
	if known == nil {
		ours, err := b.everywhere(ctx, a.Audit.IsOurs)
		if err != nil {
			return nil, err
		}
		if !ours {
			return nil, foreignAuditKey(cfg)
		}
		if known, err = b.note(ctx, here); err != nil {
			return nil, err
		}
	}
	switch {
	case !bytes.Equal(known.KeysMark, here.KeysMark):
		return nil, fmt.Errorf("%s holds other keys than this database was used with: %s", KeyFile(cfg), keysRemedy)
	case !bytes.Equal(known.AuditKeys, here.AuditKeys):
		return nil, foreignAuditKey(cfg)
	case known.Films == nil || *known.Films != films:
		slog.Warn("films are kept in another folder than before, or than at the other processes: "+
			"what was uploaded there is not found here. Let all processes share one folder",
			"folder", filepath.Join(cfg.Data, "films"))
	}
	return a, nil
}

const (
	keysRemedy = "copy keys.json from the process that runs on it, or from the backup. " +
		"If it is lost for good, type stoa keys new: all sessions end, and authenticator apps, recovery codes and " +
		"secrets of sign-in services must be set up again"
	auditRemedy = "copy audit.key from the process that runs on it, or from the backup. " +
		"If it is lost for good, type stoa audit new-key: what the old one signed can still be checked, and the " +
		"log says that it was replaced"
)

func foreignAuditKey(cfg config.Config) error {
	return fmt.Errorf("%s is another key than this database's log was signed with: %s",
		audit.KeyFile(cfg.Data), auditRemedy)
}

// refuseLost notices a file that is not there although something depends on it, before a new one is made in its place.
func (b *Base) refuseLost(ctx context.Context, cfg config.Config, known *installation) error {
	for _, f := range []struct{ path, remedy, unused string }{
		{KeyFile(cfg), keysRemedy, `SELECT NOT EXISTS (SELECT FROM identity.session WHERE tenant_id = tenancy.here())
			AND NOT EXISTS (SELECT FROM identity.factor WHERE tenant_id = tenancy.here())
			AND NOT EXISTS (SELECT FROM identity.provider WHERE tenant_id = tenancy.here())`},
		{audit.KeyFile(cfg.Data), auditRemedy,
			`SELECT NOT EXISTS (SELECT FROM audit.block WHERE tenant_id = tenancy.here())`},
	} {
		if _, err := os.Stat(f.path); !errors.Is(err, fs.ErrNotExist) {
			continue
		}
		unused, err := b.everywhere(ctx, func(inside context.Context) (yes bool, err error) {
			err = b.DB.Read(inside).QueryRow(inside, f.unused).Scan(&yes)
			return yes, err
		})
		if err != nil {
			return err
		}
		if known != nil || !unused {
			return fmt.Errorf("the key file %s is missing, and this database was used with it: %s", f.path, f.remedy)
		}
	}
	return nil
}

// everywhere asks inside every institution, until one says no.
func (b *Base) everywhere(ctx context.Context, holds func(context.Context) (bool, error)) (bool, error) {
	nowhere := viewer.System(ctx, uuid.Nil)
	found, err := b.DB.Read(nowhere).Query(nowhere, "SELECT id FROM tenancy.institution")
	if err != nil {
		return false, err
	}
	institutions, err := pgx.CollectRows(found, pgx.RowTo[uuid.UUID])
	if err != nil {
		return false, err
	}
	for _, i := range institutions {
		if yes, err := holds(viewer.System(ctx, i)); err != nil || !yes {
			return false, err
		}
	}
	return true, nil
}

// asOwner connects as the role that alone may see the installation's row.
func (b *Base) asOwner(ctx context.Context, f func(*pgx.Conn) error) error {
	cfg, err := pgx.ParseConfig(b.admin)
	if err != nil {
		return err
	}
	cfg.RuntimeParams["role"] = db.RoleOwner
	conn, err := pgx.ConnectConfig(ctx, cfg)
	if err != nil {
		return err
	}
	return errors.Join(f(conn), conn.Close(ctx))
}

// installation is nil in a database that has none yet.
func (b *Base) installation(ctx context.Context) (known *installation, err error) {
	err = b.asOwner(ctx, func(conn *pgx.Conn) error {
		known, err = readInstallation(ctx, conn)
		return err
	})
	return known, err
}

func readInstallation(ctx context.Context, conn *pgx.Conn) (*installation, error) {
	rows, err := conn.Query(ctx, "SELECT keys_mark, audit_keys, films FROM tenancy.installation")
	if err != nil {
		return nil, err
	}
	found, err := pgx.CollectRows(rows, pgx.RowToStructByPos[installation])
	if err != nil || len(found) == 0 {
		return nil, err
	}
	return &found[0], nil
}

// note remembers the files of the first process; of several that start together, one is the first.
func (b *Base) note(ctx context.Context, here installation) (known *installation, err error) {
	err = b.asOwner(ctx, func(conn *pgx.Conn) error {
		const insert = `INSERT INTO tenancy.installation (keys_mark, audit_keys, films) VALUES ($1, $2, $3)
			ON CONFLICT DO NOTHING`
		if _, err := conn.Exec(ctx, insert, here.KeysMark, here.AuditKeys, here.Films); err != nil {
			return err
		}
		known, err = readInstallation(ctx, conn)
		return err
	})
	return known, err
}

// NewKeys makes a new key file where the old one is lost, and has the database accept it.
func NewKeys(ctx context.Context, cfg config.Config) error {
	return withBase(ctx, cfg, func(ctx context.Context, b *Base) error {
		known, err := b.installation(ctx)
		if err != nil {
			return err
		}
		if keys, err := existingKeys(cfg); err == nil && (known == nil || bytes.Equal(known.KeysMark, keys.Mark())) {
			return fmt.Errorf("the key file %s is there, and is the one in use: nothing was changed. "+
				"Type stoa keys rotate to sign with a new key", KeyFile(cfg))
		}
		if err := identity.ReplaceKeys(KeyFile(cfg)); err != nil {
			return err
		}
		keys, err := identity.LoadKeys(KeyFile(cfg))
		if err != nil {
			return err
		}
		return b.accept(
			ctx, "keys.replace", "UPDATE tenancy.installation SET keys_mark = $1, noted_at = now()", keys.Mark(),
		)
	})
}

func existingKeys(cfg config.Config) (*identity.Keys, error) {
	if _, err := os.Stat(KeyFile(cfg)); err != nil {
		return nil, err
	}
	return identity.LoadKeys(KeyFile(cfg))
}

// NewAuditKey makes a new key for the audit log where the old one is lost. The chains go on, and say so.
func NewAuditKey(ctx context.Context, cfg config.Config) error {
	return withBase(ctx, cfg, func(ctx context.Context, b *Base) error {
		known, err := b.installation(ctx)
		if err != nil {
			return err
		}
		if known == nil {
			return errors.New(
				"this database remembers no audit key yet: start stoa serve once with the key that it has",
			)
		}
		if err := audit.ReplaceKey(cfg.Data, known.AuditKeys); err != nil {
			return err
		}
		log, err := audit.Open(b.DB, cfg.Data)
		if err != nil {
			return err
		}
		const update = "UPDATE tenancy.installation SET audit_keys = $1, noted_at = now()"
		return b.accept(ctx, "audit.replace-key", update, log.Public())
	})
}

// accept remembers another file, and writes into every institution's log that it was replaced.
func (b *Base) accept(ctx context.Context, verb, update string, mark []byte) error {
	if err := b.asOwner(ctx, func(conn *pgx.Conn) error {
		_, err := conn.Exec(ctx, update, mark)
		return err
	}); err != nil {
		return err
	}
	_, err := b.everywhere(ctx, func(inside context.Context) (bool, error) {
		return true, b.DB.Write(inside, func(tx *db.Tx) error {
			return audit.Record(inside, tx, audit.Change{
				Verb: verb, Type: "institution", ID: viewer.From(inside).Tenant,
			})
		})
	})
	return err
}

// filmsID is the name of a folder of films: two processes that read the same one share it.
func filmsID(dir string) (uuid.UUID, error) {
	path := filepath.Join(dir, "id")
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		if err := keyfile.Create(path, []byte(uuid.NewString()+"\n")); err != nil {
			return uuid.Nil, folder.Explain("file store", err)
		}
	}
	raw, err := os.ReadFile(path)
	if err != nil {
		return uuid.Nil, folder.Explain("file store", err)
	}
	id, err := uuid.Parse(strings.TrimSpace(string(raw)))
	if err != nil {
		return uuid.Nil, fmt.Errorf("%s, which names the folder of films, is damaged: "+
			"remove it, or restore it from the backup", path)
	}
	return id, nil
}

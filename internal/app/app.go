// Package app wires the modules together and runs them. It is the one importer of all of them.
package app

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/prometheus/client_golang/prometheus"
	"golang.org/x/sync/singleflight"

	"stoa/internal/base/blob"
	"stoa/internal/base/cache"
	"stoa/internal/base/clock"
	"stoa/internal/base/config"
	"stoa/internal/base/db"
	"stoa/internal/base/folder"
	"stoa/internal/base/httpapi"
	"stoa/internal/base/mail"
	"stoa/internal/base/pgembed"
	"stoa/internal/base/telemetry"
	"stoa/internal/base/work"
	"stoa/internal/demo"
	"stoa/internal/identity"
	"stoa/internal/tenancy"
)

// Version of the program, set by the build.
var Version = "dev"

// gcPercent lets the heap grow to five times what is live before it is collected. Little is live
// (about 15 MiB), and at the default of 100 the collector took a third of the processor under load.
const gcPercent = 400

// App is the modules on one database.
type App struct {
	cfg      config.Config
	db       *db.DB
	clock    clock.Clock
	queue    *work.Queue
	mailbox  *mail.Mailbox // nil when mails go to a server
	limiter  *httpapi.Limiter
	pings    singleflight.Group
	registry *prometheus.Registry
	films    *blob.Store
	full     atomic.Bool // the disk is
	keys     *identity.Keys
	Modules
}

// New wires the modules. They work until ctx ends.
func New(ctx context.Context, cfg config.Config, d *db.DB, c clock.Clock) (*App, error) {
	a := &App{cfg: cfg, db: d, clock: c, registry: telemetry.NewRegistry()}
	sender, err := a.sender()
	if err != nil {
		return nil, err
	}
	if a.queue, err = work.New(d, a.registry); err != nil {
		return nil, err
	}
	a.queue.Every(time.Hour, work.Job{Name: "cache-sweep"}, d.SweepAnswered)
	if err := a.ground(ctx, sender); err != nil {
		return nil, err
	}
	a.limiter = httpapi.NewLimiter(httpapi.Limits{
		Person: cfg.RatePerson, Network: cfg.RateNetwork, Institution: cfg.RateInstitution,
	}, a.Tenancy.IsDemo)
	kept, err := cache.New(d, cache.Options{
		Bytes: cfg.CacheMB << 20,
		Redis: cfg.RedisURL,
		Build: Version,
		Key:   a.keys.For("answers in Redis"),
	}, a.registry)
	if err != nil {
		return nil, err
	}
	context.AfterFunc(ctx, kept.Close)
	if a.films, err = blob.Open(filepath.Join(cfg.Data, "films")); err != nil {
		return nil, err
	}
	if err := a.build(ctx, kept); err != nil {
		return nil, err
	}
	for _, m := range having[working](a.Modules) {
		m.Workers(a.queue)
	}
	a.gauges()
	return a, nil
}

func (a *App) sender() (mail.Sender, error) {
	if a.cfg.SMTPHost == "" {
		a.mailbox = &mail.Mailbox{}
		return a.mailbox, nil
	}
	return mail.NewSMTP(a.cfg.SMTPHost, a.cfg.SMTPPort, a.cfg.SMTPUser, a.cfg.SMTPPassword, a.cfg.MailFrom)
}

// publicURL is where an institution's front end lives, from configuration and never from a request's headers.
func (a *App) publicURL(i tenancy.Institution) string {
	host := i.Host()
	if a.cfg.PublicURL != "" {
		return strings.TrimSuffix(strings.ReplaceAll(a.cfg.PublicURL, "%s", host), "/")
	}
	scheme := "http"
	if a.cfg.TLSCert != "" {
		scheme = "https"
	}
	_, port, _ := net.SplitHostPort(a.cfg.Addr)
	return (&url.URL{Scheme: scheme, Host: net.JoinHostPort(host, port)}).String()
}

// warnOfPlain says once, at the start, that nobody stays signed in where an institution is said to live.
func (a *App) warnOfPlain() {
	for _, i := range a.Tenancy.All() {
		u, err := url.Parse(a.publicURL(i))
		if err == nil && u.Scheme == "http" && !httpapi.Local(u.Host) {
			slog.Warn("the public address is plain http, where browsers drop the cookies that keep people "+
				"signed in: serve TLS (--tls-cert, --tls-key) or put a proxy with TLS in front (docs/running.md), "+
				"and say so with --public-url https://%s", "address", u.String())
			return
		}
	}
}

// warnOfNoMail says once, at the start, that people of real institutions get no mail.
func (a *App) warnOfNoMail() {
	real := func(i tenancy.Institution) bool { return !i.Demo }
	if a.mailbox != nil && slices.ContainsFunc(a.Tenancy.All(), real) {
		slog.Warn("no mail server is configured: confirmations and new passwords reach nobody, and mails are lost " +
			"when the process ends; name one with --smtp-host (docs/running.md)")
	}
}

func (a *App) gauges() {
	telemetry.Gauge(a.registry, "stoa_db_connections", "Open database connections.", func() float64 {
		return float64(a.db.Stat().TotalConns())
	})
	telemetry.Gauge(a.registry, "stoa_db_connections_busy", "Database connections in use.", func() float64 {
		return float64(a.db.Stat().AcquiredConns())
	})
	telemetry.Gauge(a.registry, "stoa_db_waits_total", "Requests that had to wait for a database connection.",
		func() float64 { return float64(a.db.Stat().EmptyAcquireCount()) })
}

// Follow keeps what this process remembers at what others change, until ctx ends.
func (a *App) Follow(ctx context.Context) {
	var all sync.WaitGroup
	all.Go(func() { a.db.Watch(ctx) })
	for _, m := range having[following](a.Modules) {
		all.Go(func() { m.Follow(ctx) })
	}
	feeds := []db.Feed{a.db.VersionFeed()}
	for _, m := range having[feeding](a.Modules) {
		feeds = append(feeds, m.Feed())
	}
	all.Go(func() { a.db.Follow(ctx, feeds...) })
	all.Wait()
}

// Mailbox holds the mails when no mail server is configured; else it is nil.
func (a *App) Mailbox() *mail.Mailbox { return a.mailbox }

// StartWork begins with background jobs.
func (a *App) StartWork(ctx context.Context) error { return a.queue.Start(ctx) }

const (
	jobsMayTake = 10 * time.Second
	jobsMustEnd = time.Second
)

// StopWork lets the running jobs end, for a while and as long as
// there is a database; then they are cancelled, and done again later.
func (a *App) StopWork(ctx context.Context) error {
	ctx = context.WithoutCancel(ctx)
	patience := jobsMayTake
	if !a.db.Answers() {
		patience = jobsMustEnd
	}
	soft, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	if err := a.queue.Stop(soft); err == nil {
		return nil
	}
	hard, cancel := context.WithTimeout(ctx, jobsMustEnd)
	defer cancel()
	return a.queue.Cancel(hard)
}

// Serve runs a whole stoa until ctx ends: database, migrations, demo data, modules, HTTP.
func Serve(ctx context.Context, cfg config.Config) (err error) {
	if err := cfg.Validate(); err != nil {
		return err
	}
	slog.Info("stoa starts", "version", Version, "config", cfg)
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(gcPercent)
	}
	limitMemory(cfg.DatabaseURL == "")
	if cfg.OTLPEndpoint != "" {
		stop, err := telemetry.Trace(ctx, cfg.OTLPEndpoint, Version)
		if err != nil {
			return fmt.Errorf("traces: %w", err)
		}
		defer func() { _ = stop(context.WithoutCancel(ctx)) }()
	}
	base, err := ownBase(ctx, cfg)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, base.Close()) }()
	if err := base.prepareDemo(ctx, cfg); err != nil {
		return err
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	base.watch(cancel)
	a, err := base.recognised(ctx, cfg)
	if err != nil {
		return err
	}
	if err := a.films.Sweep(); err != nil {
		return folder.Explain("file store", err)
	}
	base.keepRoom(ctx, a)
	return a.run(ctx)
}

func (a *App) run(ctx context.Context) error {
	for _, i := range a.Tenancy.All() {
		if i.Demo && a.cfg.Production {
			return fmt.Errorf("production refuses demo data: %s was made by stoa demo", i.Name)
		}
	}
	// These end last: what is written while requests and jobs end is
	// sealed as well, and a database that hangs then is given up.
	following, enough := context.WithCancel(context.WithoutCancel(ctx))
	var followers sync.WaitGroup
	defer func() { enough(); followers.Wait() }()
	followers.Go(func() { a.Follow(following) })
	if a.cfg.Has("worker") {
		followers.Go(func() { a.Audit.KeepSealed(following) })
		if err := a.StartWork(following); err != nil {
			return err
		}
		defer func() { _ = a.StopWork(ctx) }()
	}
	a.warnOfPlain()
	a.warnOfNoMail()
	front := newServer(a.cfg.Addr, a.Handler())
	if a.cfg.TrustProxy {
		front.IdleTimeout = proxyIdle
	}
	if a.cfg.TLSCert != "" {
		c, err := openCertificate(a.cfg.TLSCert, a.cfg.TLSKey)
		if err != nil {
			return fmt.Errorf("STOA_TLS_CERT: %w", err)
		}
		front.TLSConfig = &tls.Config{GetCertificate: c.get, MinVersion: tls.VersionTLS12}
	}
	servers := []*http.Server{front}
	if a.cfg.MetricsAddr != "" {
		servers = append(servers, newServer(a.cfg.MetricsAddr, a.metrics()))
	}
	scheme := "http://"
	if front.TLSConfig != nil { // serving writes to it
		scheme = "https://"
	}
	failed := make(chan error, len(servers))
	for _, s := range servers {
		listener, err := listen(s.Addr)
		if err != nil {
			return err
		}
		go func() {
			if s.TLSConfig != nil {
				failed <- s.ServeTLS(listener, "", "")
				return
			}
			failed <- s.Serve(listener)
		}()
	}
	slog.Info("stoa serves", "address", scheme+strings.Replace(a.cfg.Addr, "127.0.0.1", "localhost", 1))
	time.AfterFunc(time.Second, debug.FreeOSMemory) // what only starting needed
	var err error
	select {
	case err = <-failed:
	case <-ctx.Done():
		if cause := context.Cause(ctx); !errors.Is(cause, context.Canceled) {
			err = cause
		}
	}
	drain, cancel := context.WithTimeout(context.WithoutCancel(ctx), 15*time.Second)
	defer cancel()
	for _, s := range servers {
		err = errors.Join(err, s.Shutdown(drain))
	}
	return err
}

// proxyIdle is longer than proxies keep a connection for its next request (cloud balancers up to ten minutes): who
// of both ends it first must be the one that sends requests, or some are sent into a connection that has just ended.
const proxyIdle = 11 * time.Minute

func newServer(addr string, h http.Handler) *http.Server {
	var protocols http.Protocols
	protocols.SetHTTP1(true)
	protocols.SetHTTP2(true)
	protocols.SetUnencryptedHTTP2(true) // of a proxy that knows that it may
	return &http.Server{
		Addr: addr, Handler: h, Protocols: &protocols, ReadHeaderTimeout: 5 * time.Second, IdleTimeout: 2 * time.Minute,
		ReadTimeout:    15 * time.Minute, // a film takes its time
		MaxHeaderBytes: 32 << 10, ErrorLog: slog.NewLogLogger(slog.Default().Handler(), slog.LevelDebug),
	}
}

// Base is the database, embedded or given.
type Base struct {
	DB      *db.DB
	cluster *pgembed.Cluster // nil with DATABASE_URL
	admin   string           // connection string that may migrate
}

// OpenBase starts or finds the database and brings it to the newest schema. Where
// another process runs the embedded one, it works beside that, and leaves it running.
func OpenBase(ctx context.Context, cfg config.Config) (*Base, error) {
	b, err := ownBase(ctx, cfg)
	if !errors.Is(err, pgembed.ErrInUse) {
		return b, err
	}
	cluster, err := pgembed.Attach(ctx, pgembed.Config{Dir: cfg.Data})
	if err != nil {
		return nil, err
	}
	return openBase(ctx, cfg, cluster)
}

// ownBase is OpenBase for whoever serves: it fails where another process does already.
func ownBase(ctx context.Context, cfg config.Config) (*Base, error) {
	if cfg.DatabaseURL != "" {
		return openBase(ctx, cfg, nil)
	}
	began := time.Now()
	cluster, err := pgembed.Start(ctx, pgembed.Config{Dir: cfg.Data, User: cfg.PGUser, Log: slog.Default()})
	if err != nil {
		return nil, err
	}
	slog.Info("PostgreSQL is up", "ms", time.Since(began).Milliseconds(), "initdb_ms", cluster.Init.Milliseconds(),
		"pid", cluster.Pid())
	return openBase(ctx, cfg, cluster)
}

func openBase(ctx context.Context, cfg config.Config, cluster *pgembed.Cluster) (*Base, error) {
	b := &Base{cluster: cluster, admin: cfg.DatabaseURL}
	runtime := cfg.DatabaseURL
	if cluster != nil {
		b.admin, runtime = cluster.DSN(pgembed.Superuser, "postgres"), cluster.DSN(db.RoleApp, "postgres")
	}
	if err := db.Migrate(ctx, b.admin); err != nil {
		return nil, errors.Join(err, b.Close())
	}
	var err error
	b.DB, err = db.Open(ctx, runtime, db.Options{MaxConns: cfg.MaxConns, Trace: cfg.OTLPEndpoint != ""})
	if err != nil {
		return nil, errors.Join(err, b.Close())
	}
	return b, nil
}

// Close ends connections and stops an embedded server.
func (b *Base) Close() error {
	if b.DB != nil {
		b.DB.Close()
	}
	if b.cluster != nil {
		return b.cluster.Stop()
	}
	return nil
}

// watch ends the program when the embedded server ends by itself: whoever supervises us starts both anew.
func (b *Base) watch(cancel context.CancelCauseFunc) {
	if b.cluster == nil {
		return
	}
	go func() {
		<-b.cluster.Exited()
		b.DB.GiveUp()
		cancel(errors.New("the embedded PostgreSQL ended"))
	}()
}

func (b *Base) prepareDemo(ctx context.Context, cfg config.Config) error {
	if cfg.Demo == "" {
		return nil
	}
	return demo.LoadIfEmpty(ctx, b.admin, demo.Size(cfg.Demo), filepath.Join(cfg.Data, "demo-truth.json"))
}

// LoadDemo loads demo data into a database without institutions.
func (b *Base) LoadDemo(ctx context.Context, size demo.Size, truth string) error {
	return demo.Load(ctx, b.admin, size, truth)
}

// KeyFile is where the keys of this installation's tokens are.
func KeyFile(cfg config.Config) string { return filepath.Join(cfg.Data, "keys.json") }

// Contract is the API's description, without a database behind it.
func Contract() *huma.OpenAPI {
	api, _ := (&App{Modules: unbuilt()}).API()
	return api.OpenAPI()
}

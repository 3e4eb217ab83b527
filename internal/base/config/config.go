// Package config is everything an operator can set, from flags and the environment.
package config

import (
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"reflect"
	"slices"
	"strings"
)

// Config of a running stoa.
type Config struct {
	Addr       string   `help:"Address to serve on." default:"127.0.0.1:8080" env:"STOA_ADDR"`
	TLSCert    string   `help:"Certificate chain in PEM: the address is served over TLS then, with HTTP/2, and read again when the file changes. Empty: a proxy in front does it." env:"STOA_TLS_CERT" name:"tls-cert" type:"path"`
	TLSKey     string   `help:"Its private key in PEM." env:"STOA_TLS_KEY" name:"tls-key" type:"path"`
	Data       string   `help:"Folder for everything that is kept: the embedded database, keys, files." default:"./data" env:"STOA_DATA" type:"path"`
	Roles      []string `help:"What this process does: api, worker." default:"api,worker" env:"STOA_ROLES"`
	Demo       string   `help:"Load demo data when there is no institution yet: small or full." default:"" enum:",small,full" env:"STOA_DEMO"`
	Production bool     `help:"Refuse to start with demo data or half a configuration; log JSON." env:"STOA_PRODUCTION"`

	DatabaseURL string `help:"PostgreSQL 15 or newer to use instead of the embedded one." env:"DATABASE_URL" secret:"true"`
	MaxConns    int32  `help:"Database connections at most; 0 is 4 per processor." env:"STOA_MAX_CONNS"`
	PGUser      string `help:"System user that runs the embedded PostgreSQL when stoa runs as root." env:"STOA_PG_USER"`

	PublicURL      string `help:"Address that mails link to, as https://%s with %s for the institution's host. Empty: the serving address." env:"STOA_PUBLIC_URL" name:"public-url"`
	TrustProxy     bool   `help:"Believe what the proxy in front says of clients (X-Forwarded-For, -Host, -Proto, or else Forwarded): set it only behind one that sets them." env:"STOA_TRUST_PROXY"`
	KnownHostsOnly bool   `help:"Answer on the hosts of institutions alone. Otherwise a single institution answers on any name, and the default one on addresses." env:"STOA_KNOWN_HOSTS_ONLY"`

	RatePerson      float64 `help:"Requests per second that one process answers for one person; ten seconds' worth may come at once. 0: no limit. Demo institutions have none." default:"25" env:"STOA_RATE_PERSON"`
	RateNetwork     float64 `help:"The same for all visitors of one network (/24 or /56) who are not signed in." default:"200" env:"STOA_RATE_NETWORK"`
	RateInstitution float64 `help:"The same for a whole institution, where several share an installation." default:"0" env:"STOA_RATE_INSTITUTION"`

	DirectoryInMemory int `help:"Up to how many people an institution's directory is held in memory, about 300 bytes each; larger ones are searched in PostgreSQL. 0: all are." default:"300000" env:"STOA_DIRECTORY_IN_MEMORY"`

	FilmSpaceGB int `help:"Room for the films of one institution, in GB. 0: half of the disk." env:"STOA_FILM_SPACE_GB" name:"film-space-gb"`

	CacheMB  int    `help:"Memory for answers that are kept, in MB. 0: none are." default:"64" env:"STOA_CACHE_MB" name:"cache-mb"`
	RedisURL string `help:"Redis or Valkey that several processes share, as redis://host:6379." env:"STOA_REDIS_URL" name:"redis-url" secret:"true"`

	PrivateProviders bool `help:"Let institutions use sign-in providers on private networks, and over plain http on this machine." env:"STOA_PRIVATE_PROVIDERS"`

	SMTPHost     string `help:"Mail server. Empty: mails stay in memory, where only a demo shows them." env:"STOA_SMTP_HOST"`
	SMTPPort     int    `help:"Mail server's port." default:"587" env:"STOA_SMTP_PORT"`
	SMTPUser     string `help:"User at the mail server." env:"STOA_SMTP_USER"`
	SMTPPassword string `help:"Password at the mail server." env:"STOA_SMTP_PASSWORD" secret:"true"`
	MailFrom     string `help:"Address that mails come from." default:"stoa@localhost" env:"STOA_MAIL_FROM"`

	MetricsAddr  string `help:"Serve /metrics on an address of its own." env:"STOA_METRICS_ADDR"`
	MetricsToken string `help:"Bearer token that opens /metrics on the main address." env:"STOA_METRICS_TOKEN" secret:"true"`
	OTLPEndpoint string `help:"Send traces to this OTLP endpoint." env:"OTEL_EXPORTER_OTLP_ENDPOINT"`
	LogLevel     string `help:"debug, info, warn or error." default:"info" enum:"debug,info,warn,error" env:"STOA_LOG_LEVEL"`
}

var knownRoles = []string{"api", "worker"}

// Validate refuses a configuration that would not work, in one sentence.
func (c Config) Validate() error {
	for _, r := range c.Roles {
		if !slices.Contains(knownRoles, r) {
			return fmt.Errorf("there is no role %q: choose of %v", r, knownRoles)
		}
	}
	if (c.TLSCert == "") != (c.TLSKey == "") {
		return errors.New("TLS needs both: set STOA_TLS_CERT and STOA_TLS_KEY")
	}
	if !c.Production {
		return nil
	}
	u, err := url.Parse(strings.ReplaceAll(c.PublicURL, "%s", "host"))
	switch {
	case c.Demo != "":
		return errors.New("production refuses demo data: leave --demo out")
	case c.SMTPHost == "":
		return errors.New("production needs a mail server: set STOA_SMTP_HOST")
	case err != nil || u.Scheme != "https":
		return errors.New("production needs STOA_PUBLIC_URL with https, as https://%s")
	}
	return nil
}

// Has tells whether this process has a role.
func (c Config) Has(role string) bool { return slices.Contains(c.Roles, role) }

// LogValue is the configuration with secrets blanked.
func (c Config) LogValue() slog.Value {
	var attrs []slog.Attr
	v, t := reflect.ValueOf(c), reflect.TypeOf(c)
	for i := range t.NumField() {
		value := v.Field(i).Interface()
		if t.Field(i).Tag.Get("secret") == "true" && !v.Field(i).IsZero() {
			value = "(set)"
		}
		if !v.Field(i).IsZero() {
			attrs = append(attrs, slog.Any(t.Field(i).Name, value))
		}
	}
	return slog.GroupValue(attrs...)
}

// Package tenancy owns the institutions: their hosts, brands and settings.
package tenancy

import (
	"context"
	"fmt"
	"maps"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"

	"stoa/internal/audit"
	"stoa/internal/base/db"
	"stoa/internal/base/edition"
	"stoa/internal/base/errs"
	"stoa/internal/base/httpapi"
	"stoa/internal/base/viewer"
	rows "stoa/internal/tenancy/internal/db"
	"stoa/web/languages"
)

// refreshEvery is how soon a process sees an institution that another one changed.
const refreshEvery = 10 * time.Second

// Institution is a tenant and its brand. All of it is public.
type Institution struct {
	ID           uuid.UUID `json:"id"`
	Slug         string    `json:"slug"`
	Name         string    `json:"name" example:"Aldermere Institute of Technology"`
	ShortName    string    `json:"short_name" example:"Aldermere"`
	Tagline      string    `json:"tagline"`
	Hue          int       `json:"hue" minimum:"0" maximum:"359" doc:"The brand's hue in OKLCH; lightness is fixed, so contrast holds for every hue"`
	Chroma       float32   `json:"chroma" minimum:"0" maximum:"0.13"`
	Locale       string    `json:"locale" example:"en"`
	TimeZone     string    `json:"time_zone" example:"Asia/Kolkata"`
	Currency     string    `json:"currency" example:"INR"`
	SecondFactor string    `json:"second_factor" enum:"optional,privileged" doc:"Who needs a second factor for their rights: nobody, or staff, admins and operators"`
	Demo         bool      `json:"demo" doc:"Made of demo data: anybody can sign in as anybody"`
	Etag         string    `json:"etag" doc:"Of what an admin may change: send it back with a change"`
	location     *time.Location
	hosts        []string
}

// Location is the institution's time zone.
func (i Institution) Location() *time.Location { return i.location }

// Hosts are the institution's host names, the first of them that of links in mails.
func (i Institution) Hosts() []string { return slices.Clone(i.hosts) }

// Host is the institution's first host name.
func (i Institution) Host() string {
	if len(i.hosts) == 0 {
		return "localhost"
	}
	return i.hosts[0]
}

// languageCookie is what a person chose; scripts set it.
const languageCookie = "stoa-language"

// LocaleOf is the language that whoever sent a request reads: their choice, or the institution's.
func (i Institution) LocaleOf(r *http.Request) string {
	if c, err := r.Cookie(languageCookie); err == nil && slices.Contains(languages.Codes, c.Value) {
		return c.Value
	}
	return i.Locale
}

// Service finds and changes institutions.
type Service struct {
	db    *db.DB
	known atomic.Pointer[register]
	// KnownHostsOnly answers on the hosts of institutions and on this
	// machine's own names alone. To be set before the first request.
	KnownHostsOnly bool
}

type register struct {
	byHost    map[string]Institution
	byID      map[uuid.UUID]Institution
	byDefault Institution
}

// New loads the institutions and keeps following them until ctx ends.
func New(ctx context.Context, d *db.DB) (*Service, error) {
	s := &Service{db: d}
	if err := s.Reload(ctx); err != nil {
		return nil, err
	}
	go func() {
		for tick := time.NewTicker(refreshEvery); ; {
			select {
			case <-ctx.Done():
				tick.Stop()
				return
			case <-tick.C:
				_ = s.Reload(ctx) // the last known register stays; readiness reports the database
			}
		}
	}()
	return s, nil
}

// Reload reads the institutions again.
func (s *Service) Reload(ctx context.Context) error {
	ctx = viewer.System(ctx, uuid.Nil) // institutions are public, and no institution is known yet
	list, err := rows.New().InstitutionList(ctx, s.db.Read(ctx))
	if err != nil {
		return fmt.Errorf("institutions: %w", err)
	}
	r := &register{byHost: map[string]Institution{}, byID: map[uuid.UUID]Institution{}}
	for n, row := range list {
		location, err := time.LoadLocation(row.TimeZone)
		if err != nil {
			location = time.UTC
		}
		i := Institution{
			ID:           row.ID,
			Slug:         row.Slug,
			Name:         row.Name,
			ShortName:    row.ShortName,
			Tagline:      row.Tagline,
			Hue:          row.Hue,
			Chroma:       row.Chroma,
			Locale:       row.Locale,
			TimeZone:     row.TimeZone,
			Currency:     row.Currency,
			SecondFactor: row.SecondFactor,
			Demo:         row.IsDemo,
			location:     location,
			hosts:        row.Hosts,
		}
		i.Etag = edition.Of(i.brand())
		r.byID[i.ID] = i
		for _, host := range row.Hosts {
			r.byHost[host] = i
		}
		if n == 0 {
			r.byDefault = i
		}
	}
	s.known.Store(r)
	return nil
}

// ByHost finds the institution of a request's host name. The machine's own names, and addresses, which are nobody's
// name, lead to the default one; where there is one institution, so does every name, unless only known ones are to.
func (s *Service) ByHost(host string) (Institution, bool) {
	name, _, ok := httpapi.Host(host)
	if !ok {
		return Institution{}, false
	}
	r := s.known.Load()
	if i, ok := r.byHost[name]; ok {
		return i, true
	}
	if name == "localhost" || net.ParseIP(name).IsLoopback() {
		return r.byDefault, r.byDefault.ID != uuid.Nil
	}
	if !s.KnownHostsOnly && (net.ParseIP(name) != nil || len(r.byID) == 1) {
		return r.byDefault, r.byDefault.ID != uuid.Nil
	}
	return Institution{}, false
}

// Get is the viewer's institution.
func (s *Service) Get(ctx context.Context) (Institution, error) {
	i, ok := s.known.Load().byID[viewer.From(ctx).Tenant]
	if !ok {
		return Institution{}, errs.New(errs.NotFound, "There is no such institution.")
	}
	return i, nil
}

// IsDemo tells whether an institution is made of demo data.
func (s *Service) IsDemo(institution uuid.UUID) bool { return s.known.Load().byID[institution].Demo }

// All are the institutions of the installation, by name.
func (s *Service) All() []Institution {
	return slices.SortedFunc(maps.Values(s.known.Load().byID), func(a, b Institution) int {
		return strings.Compare(a.Name, b.Name)
	})
}

// List is All for whoever may see them.
func (s *Service) List(ctx context.Context) ([]Institution, error) {
	if _, err := InstitutionList.Require(ctx); err != nil {
		return nil, err
	}
	return s.All(), nil
}

// Has tells whether any institution lives here.
func (s *Service) Has() bool { return len(s.known.Load().byID) > 0 }

// Resolve puts the institution of the host into the request's viewer, or refuses.
func (s *Service) Resolve(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		i, ok := s.ByHost(r.Host)
		if !ok {
			httpapi.WriteProblem(
				w, r, errs.New(errs.NotFound, "No institution lives at this address.").WithCode("unknown-host"),
			)
			return
		}
		v := viewer.From(r.Context())
		v.Tenant, v.Host, v.Locale = i.ID, r.Host, i.LocaleOf(r)
		viewer.Become(r.Context(), v)
		next.ServeHTTP(w, r)
	})
}

// Brand is what an admin may change of the institution.
type Brand struct {
	Name      string  `json:"name" minLength:"1" maxLength:"120"`
	ShortName string  `json:"short_name" minLength:"1" maxLength:"40"`
	Tagline   string  `json:"tagline" maxLength:"200"`
	Hue       int     `json:"hue" minimum:"0" maximum:"359"`
	Chroma    float32 `json:"chroma" minimum:"0" maximum:"0.13"`
	Locale    string  `json:"locale"`
	TimeZone  string  `json:"time_zone" maxLength:"60"`
	Currency  string  `json:"currency" pattern:"^[A-Z]{3}$" patternDescription:"three capital letters"`
}

// TransformSchema lists the languages in the contract.
func (Brand) TransformSchema(_ huma.Registry, s *huma.Schema) *huma.Schema {
	for _, code := range languages.Codes {
		s.Properties["locale"].Enum = append(s.Properties["locale"].Enum, code)
	}
	return s
}

// brand is what of the institution an admin may change.
func (i Institution) brand() Brand {
	return Brand{
		Name: i.Name, ShortName: i.ShortName, Tagline: i.Tagline, Hue: i.Hue, Chroma: i.Chroma,
		Locale: i.Locale, TimeZone: i.TimeZone, Currency: i.Currency,
	}
}

// Edition is the etag of the brand, for the answer's header.
func (i Institution) Edition() string { return i.Etag }

// FactorForPrivileged asks staff, admins and operators for a second factor.
const FactorForPrivileged = "privileged"

// SetSecondFactor says who needs a second factor.
func (s *Service) SetSecondFactor(ctx context.Context, who string) (Institution, error) {
	if _, err := InstitutionEdit.Require(ctx); err != nil {
		return Institution{}, err
	}
	before, err := s.Get(ctx)
	if err != nil {
		return Institution{}, err
	}
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		if err := rows.New().InstitutionSetSecondFactor(ctx, tx, who); err != nil {
			return err
		}
		return audit.Record(ctx, tx, audit.Change{
			Verb:   "institution.second-factor",
			Type:   "institution",
			ID:     before.ID,
			Before: map[string]string{"second_factor": before.SecondFactor},
			After:  map[string]string{"second_factor": who},
		})
	})
	if err != nil {
		return Institution{}, err
	}
	if err := s.Reload(ctx); err != nil {
		return Institution{}, err
	}
	return s.Get(ctx)
}

// Update changes the viewer's institution.
func (s *Service) Update(ctx context.Context, b Brand, seen edition.Seen) (Institution, error) {
	if _, err := InstitutionEdit.Require(ctx); err != nil {
		return Institution{}, err
	}
	if _, err := time.LoadLocation(b.TimeZone); err != nil || b.TimeZone == "" || b.TimeZone == "Local" {
		return Institution{}, errs.InvalidField("body.time_zone", "is not a time zone of the IANA database")
	}
	before, err := s.Get(ctx)
	if err != nil {
		return Institution{}, err
	}
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		now, err := rows.New().InstitutionLock(ctx, tx)
		if err != nil {
			return db.NotFound(err, "There is no such institution.")
		}
		if err := seen.Check(Brand(now)); err != nil {
			return err
		}
		if _, err := rows.New().InstitutionUpdate(ctx, tx, rows.InstitutionUpdateParams{
			ID: before.ID, Name: b.Name, ShortName: b.ShortName, Tagline: b.Tagline, Hue: b.Hue, Chroma: b.Chroma,
			Locale: b.Locale, TimeZone: b.TimeZone, Currency: b.Currency,
		}); err != nil {
			return err
		}
		return audit.Record(ctx, tx, audit.Change{
			Verb:   "institution.update",
			Type:   "institution",
			ID:     before.ID,
			Before: before,
			After:  b,
		})
	})
	if err != nil {
		return Institution{}, err
	}
	if err := s.Reload(ctx); err != nil {
		return Institution{}, err
	}
	return s.Get(ctx)
}

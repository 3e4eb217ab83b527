package tenancy

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"time"

	"golang.org/x/net/idna"

	"stoa/internal/audit"
	"stoa/internal/base/db"
	"stoa/internal/base/errs"
	"stoa/internal/base/httpapi"
	"stoa/internal/base/id"
	"stoa/internal/base/viewer"
	"stoa/internal/base/visible"
	rows "stoa/internal/tenancy/internal/db"
	"stoa/web/languages"
)

// Founding is what makes an institution.
type Founding struct {
	Slug  string   `json:"slug" pattern:"^[a-z][a-z0-9-]{1,40}$" patternDescription:"small letters, digits and hyphens"`
	Hosts []string `json:"hosts" minItems:"1" maxItems:"20" doc:"Its addresses; links in mails lead to the first"`
	Brand
}

var (
	slugs      = regexp.MustCompile(`^[a-z][a-z0-9-]{1,40}$`)
	currencies = regexp.MustCompile(`^[A-Z]{3}$`)
)

// Found makes an institution with what it begins with, or neither, for the command line: nobody's permission is
// asked, for who can call it has the database. The rules are those of the screens.
func (s *Service) Found(
	ctx context.Context, f Founding, with func(context.Context, *db.Tx) error,
) (Institution, error) {
	f, err := f.checked()
	if err != nil {
		return Institution{}, err
	}
	institution := id.New()
	inside := viewer.System(ctx, institution)
	err = s.db.Write(inside, func(tx *db.Tx) error {
		err := rows.New().InstitutionInsert(inside, tx, rows.InstitutionInsertParams{
			ID: institution, Slug: f.Slug, Name: f.Name, ShortName: f.ShortName, Tagline: f.Tagline, Hue: f.Hue,
			Chroma: f.Chroma, Locale: f.Locale, TimeZone: f.TimeZone, Currency: f.Currency,
		})
		switch {
		case db.Violates(err, "institution_slug_key"):
			return errs.InvalidField("body.slug", "is taken by another institution")
		case db.Violates(err, "institution_default"): // two at once on an empty installation
			return errs.New(errs.Conflict, "Another institution is being made. Try again.")
		case err != nil:
			return err
		}
		err = rows.New().HostInsert(inside, tx, rows.HostInsertParams{InstitutionID: institution, Hosts: f.Hosts})
		if db.Violates(err, "host_pkey") {
			return errs.InvalidField("body.hosts", "are taken by another institution")
		}
		if err != nil {
			return err
		}
		if err := audit.Record(inside, tx, audit.Change{
			Verb: "institution.create", Type: "institution", ID: institution, After: f,
		}); err != nil {
			return err
		}
		return with(inside, tx)
	})
	if err != nil {
		return Institution{}, err
	}
	if err := s.Reload(ctx); err != nil {
		return Institution{}, err
	}
	return s.Get(inside)
}

// checked is a founding by the rules of the contract, for callers that it does not check.
func (f Founding) checked() (Founding, error) {
	if !slugs.MatchString(f.Slug) {
		return f, errs.InvalidField("body.slug", "must be small letters, digits and hyphens")
	}
	for _, text := range []struct {
		field string
		of    *string
		most  int
	}{{"name", &f.Name, 120}, {"short_name", &f.ShortName, 40}} {
		line, why := visible.Line(*text.of)
		if line == "" {
			why = "is needed"
		} else if len([]rune(line)) > text.most {
			why = fmt.Sprintf("may have %d characters at most", text.most)
		}
		if why != "" {
			return f, errs.InvalidField("body."+text.field, why)
		}
		*text.of = line
	}
	if !slices.Contains(languages.Codes, f.Locale) {
		return f, errs.InvalidField("body.locale", fmt.Sprintf("must be one of %v", languages.Codes))
	}
	if _, err := time.LoadLocation(f.TimeZone); err != nil || f.TimeZone == "" || f.TimeZone == "Local" {
		return f, errs.InvalidField("body.time_zone", "is not a time zone of the IANA database")
	}
	if !currencies.MatchString(f.Currency) {
		return f, errs.InvalidField("body.currency", "must be three capital letters")
	}
	hosts := make([]string, 0, len(f.Hosts))
	for _, host := range f.Hosts {
		name, ok := hostName(host)
		if !ok {
			return f, errs.InvalidField("body.hosts", fmt.Sprintf("%q is not a host name, as alumni.example.org", host))
		}
		if !slices.Contains(hosts, name) {
			hosts = append(hosts, name)
		}
	}
	if f.Hosts = hosts; len(hosts) == 0 {
		return f, errs.InvalidField("body.hosts", "are needed")
	}
	return f, nil
}

var (
	domain   = idna.New(idna.MapForLookup(), idna.BidiRule(), idna.VerifyDNSLength(true))
	topLevel = regexp.MustCompile(`(^|\.)[a-z][a-z0-9-]*$`) // a digit begins that of an address
)

// hostName is a host as browsers ask for it. The machine's own name and addresses are
// nobody's: ByHost leads them to the default institution.
func hostName(host string) (string, bool) {
	name, port, ok := httpapi.Host(host)
	if !ok || port != "" {
		return "", false
	}
	name, err := domain.ToASCII(name)
	return name, err == nil && name != "localhost" && topLevel.MatchString(name)
}

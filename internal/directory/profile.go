package directory

import (
	"context"
	"net/url"
	"reflect"
	"strings"
	"time"

	"github.com/google/uuid"

	"stoa/internal/audit"
	"stoa/internal/base/db"
	"stoa/internal/base/edition"
	"stoa/internal/base/errs"
	"stoa/internal/base/viewer"
	rows "stoa/internal/directory/internal/db"
)

// Profile is a person as the viewer may see them. Hidden parts are absent without a trace.
type Profile struct {
	Entry
	About      string      `json:"about,omitempty"`
	Links      []string    `json:"links,omitempty"`
	Languages  []string    `json:"languages,omitempty"`
	UpdatedAt  time.Time   `json:"updated_at"`
	Mine       bool        `json:"mine"`
	Visibility *Visibility `json:"visibility,omitempty" doc:"On one's own profile only"`
	Etag       string      `json:"etag,omitempty" doc:"Of one's own profile: send it back with a change"`
}

// Edition is the etag of what its owner may change, for the answer's header.
func (p Profile) Edition() string { return p.Etag }

// Profile is one person.
func (s *Service) Profile(ctx context.Context, person uuid.UUID) (Profile, error) {
	v, err := DirectoryRead.Require(ctx)
	if err != nil {
		return Profile{}, err
	}
	r, err := q.ProfileGet(ctx, s.db.Read(ctx), person)
	if err != nil {
		return Profile{}, db.NotFound(err, "There is no such person.")
	}
	if !r.Confirmed && person != v.Person && !lensOf(v).keepsRecord() {
		return Profile{}, errs.New(errs.NotFound, "There is no such person.")
	}
	sameBatch := false
	if r.BatchID != nil && person != v.Person {
		me, err := q.ProfileGet(ctx, s.db.Read(ctx), v.Person)
		if err != nil {
			return Profile{}, err
		}
		sameBatch = me.BatchID != nil && *me.BatchID == *r.BatchID
	}
	return profileFrom(r, lensOf(v), sameBatch), nil
}

func profileFrom(r rows.Profile, l lens, sameBatch bool) Profile {
	p := Profile{Entry: Entry{ID: r.ID, Name: r.Name}, UpdatedAt: r.UpdatedAt, Mine: r.ID == l.me}
	if r.Standing != nil {
		p.Standing = viewer.Standing(*r.Standing)
	}
	if r.BatchID != nil {
		p.Batch = &BatchRef{ID: *r.BatchID, Year: r.Year, Programme: r.Programme, Department: r.Department}
	}
	show := func(level int, part func()) {
		if l.sees(level, r.ID, sameBatch) {
			part()
		}
	}
	show(r.SeeHeadline, func() { p.Headline = r.Headline })
	show(r.SeeCompany, func() { p.Company = r.Company })
	show(r.SeeTitle, func() { p.Title = r.Title })
	show(r.SeeIndustry, func() { p.Industry = r.Industry })
	show(r.SeePlace, func() { p.City, p.Country = r.City, r.Country })
	show(r.SeeAbout, func() { p.About = r.About })
	show(r.SeeLinks, func() { p.Links = r.Links })
	show(r.SeeLanguages, func() { p.Languages = r.Languages })
	show(r.SeeOpenTo, func() { p.OpenTo = r.OpenTo })
	show(r.SeePhoto, func() { p.Photo = r.Photo })
	if p.Mine {
		p.Visibility = &Visibility{
			Headline:  audiences[r.SeeHeadline],
			Company:   audiences[r.SeeCompany],
			Title:     audiences[r.SeeTitle],
			Industry:  audiences[r.SeeIndustry],
			Place:     audiences[r.SeePlace],
			About:     audiences[r.SeeAbout],
			Links:     audiences[r.SeeLinks],
			Languages: audiences[r.SeeLanguages],
			OpenTo:    audiences[r.SeeOpenTo],
			Photo:     audiences[r.SeePhoto],
		}
		p.Etag = edition.Of(p.edit())
	}
	return p
}

// Edit is what a person changes of their profile; absent parts stay.
type Edit struct {
	Headline   *string     `json:"headline,omitempty" maxLength:"160"`
	Company    *string     `json:"company,omitempty" maxLength:"120"`
	Title      *string     `json:"title,omitempty" maxLength:"120"`
	Industry   *string     `json:"industry,omitempty" maxLength:"80"`
	City       *string     `json:"city,omitempty" maxLength:"80"`
	Country    *string     `json:"country,omitempty" maxLength:"80"`
	About      *string     `json:"about,omitempty" maxLength:"4000"`
	Links      *[]string   `json:"links,omitempty" maxItems:"8"`
	Languages  *[]string   `json:"languages,omitempty" maxItems:"12"`
	OpenTo     *[]string   `json:"open_to,omitempty" maxItems:"2" enum:"mentoring,hiring"`
	Visibility *Visibility `json:"visibility,omitempty"`
}

// edit is a whole profile as its owner would write it.
func (p Profile) edit() Edit {
	return Edit{
		Headline:   &p.Headline,
		Company:    &p.Company,
		Title:      &p.Title,
		Industry:   &p.Industry,
		City:       &p.City,
		Country:    &p.Country,
		About:      &p.About,
		Links:      &p.Links,
		Languages:  &p.Languages,
		OpenTo:     &p.OpenTo,
		Visibility: p.Visibility,
	}
}

// Update changes the viewer's own profile.
func (s *Service) Update(ctx context.Context, e Edit, seen edition.Seen) (Profile, error) {
	v, err := ProfileEdit.Require(ctx)
	if err != nil {
		return Profile{}, err
	}
	if err := e.check(); err != nil {
		return Profile{}, err
	}
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		r, err := q.ProfileLock(ctx, tx, v.Person)
		if err != nil {
			return db.NotFound(err, "You have no profile here.")
		}
		before := profileFrom(r, lensOf(v), true)
		if err := seen.Check(before.edit()); err != nil {
			return err
		}
		photoSeenBy := r.SeePhoto
		s.apply(&r, e)
		if r.SeePhoto > photoSeenBy {
			if err := movePhoto(ctx, tx, &r); err != nil {
				return err
			}
		}
		err = q.ProfileUpdate(ctx, tx, rows.ProfileUpdateParams{
			ID:           r.ID,
			Headline:     r.Headline,
			Company:      r.Company,
			CompanyKey:   r.CompanyKey,
			Title:        r.Title,
			Industry:     r.Industry,
			City:         r.City,
			CityKey:      r.CityKey,
			Country:      r.Country,
			About:        r.About,
			Links:        r.Links,
			Languages:    r.Languages,
			OpenTo:       r.OpenTo,
			SeeHeadline:  r.SeeHeadline,
			SeeCompany:   r.SeeCompany,
			SeeTitle:     r.SeeTitle,
			SeeIndustry:  r.SeeIndustry,
			SeePlace:     r.SeePlace,
			SeeAbout:     r.SeeAbout,
			SeeLinks:     r.SeeLinks,
			SeeLanguages: r.SeeLanguages,
			SeeOpenTo:    r.SeeOpenTo,
			SeePhoto:     r.SeePhoto,
		})
		if err != nil {
			return err
		}
		s.changed(ctx, tx)
		return audit.Record(ctx, tx, audit.Change{
			Verb: "profile.update", Type: "person", ID: r.ID,
			Before: map[string]any{"visibility": before.Visibility},
			After: map[string]any{
				"changed":    changedParts(before.edit(), profileFrom(r, lensOf(v), true).edit()),
				"visibility": e.Visibility,
			},
		})
	})
	if err != nil {
		return Profile{}, err
	}
	return s.Profile(ctx, v.Person)
}

// changedParts names the parts that differ. What they hold is
// the owner's, and of no concern to whoever reads the audit log.
func changedParts(before, after Edit) []string {
	a, b := reflect.ValueOf(before), reflect.ValueOf(after)
	names := []string{}
	for i := range a.NumField() {
		if !reflect.DeepEqual(a.Field(i).Interface(), b.Field(i).Interface()) {
			name, _, _ := strings.Cut(a.Type().Field(i).Tag.Get("json"), ",")
			names = append(names, name)
		}
	}
	return names
}

func (e Edit) check() error {
	if e.Links != nil {
		for _, link := range *e.Links {
			u, err := url.Parse(link)
			if err != nil || u.Scheme != "https" || u.Host == "" || u.User != nil || strings.Contains(link, " ") ||
				len(link) > 300 {
				return errs.InvalidField("body.links", "must be https addresses")
			}
		}
	}
	if e.Languages != nil {
		for _, language := range *e.Languages {
			if len(language) > 40 || strings.TrimSpace(language) == "" {
				return errs.InvalidField("body.languages", "must be names of languages")
			}
		}
	}
	return nil
}

func (s *Service) apply(r *rows.Profile, e Edit) {
	text := func(part *string, value *string) {
		if value != nil {
			*part = strings.TrimSpace(*value)
		}
	}
	text(&r.Headline, e.Headline)
	text(&r.Company, e.Company)
	text(&r.Title, e.Title)
	text(&r.Industry, e.Industry)
	text(&r.Country, e.Country)
	text(&r.About, e.About)
	r.CompanyKey = fold(r.Company)
	if e.City != nil {
		known := s.place(*e.City)
		r.City, r.CityKey = known.label, known.key
	}
	if e.Links != nil {
		r.Links = *e.Links
	}
	if e.Languages != nil {
		r.Languages = *e.Languages
	}
	if e.OpenTo != nil {
		r.OpenTo = *e.OpenTo
	}
	if v := e.Visibility; v != nil {
		r.SeeHeadline, r.SeeCompany, r.SeeTitle, r.SeeIndustry, r.SeePlace = v.Headline.level(), v.Company.level(),
			v.Title.level(), v.Industry.level(), v.Place.level()
		r.SeeAbout, r.SeeLinks, r.SeeLanguages, r.SeeOpenTo, r.SeePhoto = v.About.level(), v.Links.level(),
			v.Languages.level(), v.OpenTo.level(), v.Photo.level()
	}
}

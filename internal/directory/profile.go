package directory

import (
	"cmp"
	"context"
	"fmt"
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

// Edit is what a person changes of their profile; absent parts stay.
type Edit struct {
	Headline   *string     `json:"headline,omitempty" maxLength:"160"`
	Company    *string     `json:"company,omitempty" maxLength:"120"`
	Title      *string     `json:"title,omitempty" maxLength:"120"`
	Industry   *string     `json:"industry,omitempty" maxLength:"80"`
	City       *string     `json:"city,omitempty" maxLength:"80" part:"Place"`
	Country    *string     `json:"country,omitempty" maxLength:"80" part:"Place"`
	About      *string     `json:"about,omitempty" maxLength:"4000"`
	Links      *[]string   `json:"links,omitempty" maxItems:"8"`
	Languages  *[]string   `json:"languages,omitempty" maxItems:"12"`
	OpenTo     *[]string   `json:"open_to,omitempty" maxItems:"2" enum:"mentoring,hiring"`
	Visibility *Visibility `json:"visibility,omitempty"`
}

// Visibility is who may see each part of a profile. Name, standing
// and batch are the institution's record and always visible.
type Visibility struct {
	Headline  Audience `json:"headline" enum:"everyone,alumni,batch,me"`
	Company   Audience `json:"company" enum:"everyone,alumni,batch,me"`
	Title     Audience `json:"title" enum:"everyone,alumni,batch,me"`
	Industry  Audience `json:"industry" enum:"everyone,alumni,batch,me"`
	Place     Audience `json:"place" enum:"everyone,alumni,batch,me" doc:"City and country"`
	About     Audience `json:"about" enum:"everyone,alumni,batch,me"`
	Links     Audience `json:"links" enum:"everyone,alumni,batch,me"`
	Languages Audience `json:"languages" enum:"everyone,alumni,batch,me"`
	OpenTo    Audience `json:"open_to" enum:"everyone,alumni,batch,me"`
	Photo     Audience `json:"photo" enum:"everyone,alumni,batch,me"`
}

// A field of Edit has the name of a column, and Profile and the row of the database call it as Edit does; a field of
// Visibility has that of a column see_<name>, the row's See<Name>. The tag part says whose audience a field has, if
// not its own. So a new field stands in a migration, in Profile, in Edit and mostly in Visibility, and is read, shown,
// hidden, checked for changes and profileUpdate by these.
type field struct {
	column                string
	edit, row, shown, see []int
}

type level struct {
	column          string
	visibility, row []int
}

var fields, levels = func() (fields []field, levels []level) {
	row, shown := reflect.TypeFor[rows.Profile](), reflect.TypeFor[Profile]()
	named := func(in reflect.Type, name string) []int {
		f, known := in.FieldByName(name)
		if !known {
			panic(in.String() + " has no " + name)
		}
		return f.Index
	}
	column := func(f reflect.StructField) string {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		return name
	}
	for f := range reflect.TypeFor[Edit]().Fields() {
		if f.Type == reflect.TypeFor[*Visibility]() {
			continue
		}
		fields = append(fields, field{
			column: column(f),
			edit:   f.Index,
			row:    named(row, f.Name),
			shown:  named(shown, f.Name),
			see:    named(row, "See"+cmp.Or(f.Tag.Get("part"), f.Name)),
		})
	}
	for f := range reflect.TypeFor[Visibility]().Fields() {
		levels = append(levels, level{"see_" + column(f), f.Index, named(row, "See"+f.Name)})
	}
	return fields, levels
}()

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
	if err := isSeen(r, v); err != nil {
		return Profile{}, err
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

// isSeen refuses to know somebody whose address is not proven yet, but to themselves and to who keeps the record.
func isSeen(r rows.Profile, v viewer.Viewer) error {
	if r.Confirmed || r.ID == v.Person || lensOf(v).keepsRecord() {
		return nil
	}
	return errs.New(errs.NotFound, "There is no such person.")
}

func profileFrom(r rows.Profile, l lens, sameBatch bool) Profile {
	p := Profile{Entry: Entry{ID: r.ID, Name: r.Name}, UpdatedAt: r.UpdatedAt, Mine: r.ID == l.me}
	if r.Standing != nil {
		p.Standing = viewer.Standing(*r.Standing)
	}
	if r.BatchID != nil {
		p.Batch = &BatchRef{ID: *r.BatchID, Year: r.Year, Programme: r.Programme, Department: r.Department}
	}
	row, shown := reflect.ValueOf(&r).Elem(), reflect.ValueOf(&p).Elem()
	for _, f := range fields {
		if l.sees(int(row.FieldByIndex(f.see).Int()), r.ID, sameBatch) {
			shown.FieldByIndex(f.shown).Set(row.FieldByIndex(f.row))
		}
	}
	if l.sees(r.SeePhoto, r.ID, sameBatch) {
		p.Photo = r.Photo
	}
	if p.Mine {
		p.Visibility = &Visibility{}
		visibility := reflect.ValueOf(p.Visibility).Elem()
		for _, see := range levels {
			visibility.FieldByIndex(see.visibility).SetString(string(audiences[row.FieldByIndex(see.row).Int()]))
		}
		p.Etag = edition.Of(p.edit())
	}
	return p
}

// edit is a whole profile as its owner would write it.
func (p Profile) edit() Edit {
	e := Edit{Visibility: p.Visibility}
	edit, shown := reflect.ValueOf(&e).Elem(), reflect.ValueOf(&p).Elem()
	for _, f := range fields {
		edit.FieldByIndex(f.edit).Set(shown.FieldByIndex(f.shown).Addr())
	}
	return e
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
		if err := write(ctx, tx, &r); err != nil {
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

// profileUpdate keeps all that the owner of a profile may change, with the keys of what is compared.
var profileUpdate = func() string {
	columns := []string{"company_key", "city_key"}
	for _, f := range fields {
		columns = append(columns, f.column)
	}
	for _, see := range levels {
		columns = append(columns, see.column)
	}
	for i, column := range columns {
		columns[i] = fmt.Sprintf("%s = $%d", column, i+2)
	}
	return "UPDATE directory.profile SET " + strings.Join(columns, ", ") +
		", updated_at = now() WHERE tenant_id = tenancy.here() AND id = $1"
}()

func write(ctx context.Context, tx *db.Tx, r *rows.Profile) error {
	args := []any{r.ID, r.CompanyKey, r.CityKey}
	row := reflect.ValueOf(r).Elem()
	for _, f := range fields {
		args = append(args, row.FieldByIndex(f.row).Interface())
	}
	for _, see := range levels {
		args = append(args, row.FieldByIndex(see.row).Interface())
	}
	_, err := tx.Exec(ctx, profileUpdate, args...)
	return err
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
	edit, row := reflect.ValueOf(&e).Elem(), reflect.ValueOf(r).Elem()
	for _, f := range fields {
		switch value := edit.FieldByIndex(f.edit).Interface().(type) {
		case *string:
			if value != nil {
				row.FieldByIndex(f.row).SetString(strings.TrimSpace(*value))
			}
		case *[]string:
			if value != nil {
				row.FieldByIndex(f.row).Set(reflect.ValueOf(*value))
			}
		}
	}
	r.CompanyKey = fold(r.Company)
	if e.City != nil {
		known := s.place(*e.City)
		r.City, r.CityKey = known.label, known.key
	}
	if e.Visibility != nil {
		visibility := reflect.ValueOf(e.Visibility).Elem()
		for _, see := range levels {
			audience := visibility.FieldByIndex(see.visibility).Interface().(Audience)
			row.FieldByIndex(see.row).SetInt(int64(audience.level()))
		}
	}
}

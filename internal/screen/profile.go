package screen

import (
	"net/url"
	"strings"

	"github.com/google/uuid"

	"stoa/internal/directory"
)

type profile struct {
	directory.Profile
	OpenWords []string
}

func (p *Painter) profile(v *view, person uuid.UUID) error {
	found, err := p.Directory.Profile(v.ctx, person)
	if err != nil {
		return err
	}
	s := profile{Profile: found}
	for _, one := range found.OpenTo {
		word, err := v.T("open_to." + one)
		if err != nil {
			return err
		}
		s.OpenWords = append(s.OpenWords, word)
	}
	v.keep(found, "/people/"+person.String(), nil)
	v.Title, v.Screen = found.Name, s
	return nil
}

// Work and Place are what is shown in one line.
func (s profile) Work() string  { return joined(", ", s.Title, s.Company) }
func (s profile) Place() string { return joined(", ", s.City, s.Country) }

// Line is both.
func (s profile) Line() string { return joined(" · ", s.Work(), s.Place()) }

// Nothing is shared with the reader.
func (s profile) Nothing() bool {
	return s.Line() == "" && s.About == "" && s.Headline == "" && len(s.Links) == 0
}

// To is the address of everybody with a value, as the front end writes it.
func (profile) To(filter, value string) string {
	if value == "" {
		return "/people"
	}
	return "/people?" +
		url.Values{filter: {`["` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(value) + `"]`}}.Encode()
}

// Bare is a link without what every link has.
func (profile) Bare(link string) string {
	return strings.TrimPrefix(strings.TrimPrefix(link, "https://"), "www.")
}

package identity

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"log/slog"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/google/uuid"
	"golang.org/x/oauth2"

	"stoa/internal/audit"
	"stoa/internal/base/db"
	"stoa/internal/base/errs"
	"stoa/internal/base/id"
	rows "stoa/internal/identity/internal/db"
	"stoa/internal/tenancy"
)

// Provider is a sign-in service of an institution, as visitors see it.
type Provider struct {
	ID   uuid.UUID `json:"id"`
	Name string    `json:"name" example:"Google"`
}

// ProviderSettings is a provider as an admin sees it. The client's secret is not told again.
type ProviderSettings struct {
	Provider
	Key       string    `json:"key" doc:"The end of the callback address"`
	Issuer    string    `json:"issuer"`
	ClientID  string    `json:"client_id"`
	Callback  string    `json:"callback" doc:"Register this address at the provider"`
	UpdatedAt time.Time `json:"updated_at"`
}

// ProviderChange is what can be changed of a provider; an empty secret keeps the one there is.
type ProviderChange struct {
	Name     string `json:"name" minLength:"1" maxLength:"40"`
	ClientID string `json:"client_id" minLength:"1" maxLength:"300" doc:"What the provider calls this institution"`
	Secret   string `json:"client_secret,omitempty" maxLength:"1000"`
}

// NewProvider is a provider to add. Who it is, is decided once: another issuer is another provider.
type NewProvider struct {
	ProviderChange
	Key    string `json:"key" pattern:"^[a-z0-9][a-z0-9-]{0,29}$" patternDescription:"small letters, digits and hyphens"`
	Issuer string `json:"issuer" maxLength:"300" doc:"As https://accounts.google.com"`
}

func (s *Service) providerSettings(ctx context.Context, r rows.Provider) (ProviderSettings, error) {
	callback, err := s.callback(ctx, r.Key)
	return ProviderSettings{
		Provider:  Provider{r.ID, r.Name},
		Key:       r.Key,
		Issuer:    r.Issuer,
		ClientID:  r.ClientID,
		Callback:  callback,
		UpdatedAt: r.UpdatedAt,
	}, err
}

// Providers are the institution's, by name.
func (s *Service) Providers(ctx context.Context) ([]Provider, error) {
	found, err := q.ProviderList(ctx, s.db.Read(ctx))
	if err != nil {
		return nil, err
	}
	list := make([]Provider, len(found))
	for i, r := range found {
		list[i] = Provider{r.ID, r.Name}
	}
	return list, nil
}

// ProviderSettings are the institution's providers with what an admin set.
func (s *Service) ProviderSettings(ctx context.Context) ([]ProviderSettings, error) {
	if _, err := tenancy.InstitutionEdit.Require(ctx); err != nil {
		return nil, err
	}
	found, err := q.ProviderList(ctx, s.db.Read(ctx))
	if err != nil {
		return nil, err
	}
	list := make([]ProviderSettings, len(found))
	for i, r := range found {
		if list[i], err = s.providerSettings(ctx, r); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// AddProvider lets people sign in with another service, once the service was found.
func (s *Service) AddProvider(ctx context.Context, n NewProvider) (ProviderSettings, error) {
	if _, err := tenancy.InstitutionEdit.Require(ctx); err != nil {
		return ProviderSettings{}, err
	}
	if n.Secret == "" {
		return ProviderSettings{}, errs.InvalidField("body.client_secret", "is needed")
	}
	if !s.acceptableURL(n.Issuer) {
		return ProviderSettings{}, errs.InvalidField("body.issuer", "is not an https address")
	}
	if _, err := s.discover(ctx, n.Issuer); err != nil {
		slog.WarnContext(ctx, "sign-in provider not found", "issuer", n.Issuer, "error", err.Error())
		return ProviderSettings{}, errs.InvalidField("body.issuer",
			"no OpenID provider answers there under exactly this name")
	}
	now := s.clock.Now()
	row := rows.Provider{ID: id.New(), Key: n.Key, Name: n.Name, Issuer: n.Issuer, ClientID: n.ClientID, UpdatedAt: now}
	row.Secret = s.keys.seal("provider secret", []byte(n.Secret), row.ID[:])
	settings, err := s.providerSettings(ctx, row)
	if err != nil {
		return ProviderSettings{}, err
	}
	return settings, s.db.Write(ctx, func(tx *db.Tx) error {
		err := q.ProviderInsert(ctx, tx, rows.ProviderInsertParams{
			ID:       row.ID,
			Key:      row.Key,
			Name:     row.Name,
			Issuer:   row.Issuer,
			ClientID: row.ClientID,
			Secret:   row.Secret,
			At:       now,
		})
		if db.Violates(err, "provider_key") {
			return errs.InvalidField("body.key", "is in use already")
		}
		if err != nil {
			return err
		}
		return audit.Record(ctx, tx, audit.Change{Verb: "provider.add", Type: "provider", ID: row.ID, After: settings})
	})
}

// ChangeProvider renames a provider or replaces what it knows the institution by.
func (s *Service) ChangeProvider(ctx context.Context, provider uuid.UUID, c ProviderChange) (ProviderSettings, error) {
	if _, err := tenancy.InstitutionEdit.Require(ctx); err != nil {
		return ProviderSettings{}, err
	}
	var after ProviderSettings
	err := s.db.Write(ctx, func(tx *db.Tx) error {
		row, err := q.ProviderGet(ctx, tx, provider)
		if err != nil {
			return db.NotFound(err, "There is no such provider.")
		}
		before, err := s.providerSettings(ctx, row)
		if err != nil {
			return err
		}
		row.Name, row.ClientID, row.UpdatedAt = c.Name, c.ClientID, s.clock.Now()
		if c.Secret != "" {
			row.Secret = s.keys.seal("provider secret", []byte(c.Secret), row.ID[:])
		}
		if err := q.ProviderUpdate(ctx, tx, rows.ProviderUpdateParams{
			ID:       row.ID,
			Name:     row.Name,
			ClientID: row.ClientID,
			Secret:   row.Secret,
			At:       row.UpdatedAt,
		}); err != nil {
			return err
		}
		if after, err = s.providerSettings(ctx, row); err != nil {
			return err
		}
		return audit.Record(ctx, tx, audit.Change{
			Verb:   "provider.change",
			Type:   "provider",
			ID:     row.ID,
			Before: before,
			After:  after,
		})
	})
	return after, err
}

// RemoveProvider ends signing in with a service. Accounts stay, and what they are connected to, in case it comes back.
func (s *Service) RemoveProvider(ctx context.Context, provider uuid.UUID) error {
	if _, err := tenancy.InstitutionEdit.Require(ctx); err != nil {
		return err
	}
	return s.db.Write(ctx, func(tx *db.Tx) error {
		removed, err := q.ProviderRemove(ctx, tx, rows.ProviderRemoveParams{ID: provider, At: ptr(s.clock.Now())})
		if err != nil {
			return err
		}
		if removed == 0 {
			return errs.New(errs.NotFound, "There is no such provider.")
		}
		return audit.Record(ctx, tx, audit.Change{Verb: "provider.remove", Type: "provider", ID: provider})
	})
}

// BeginAtProvider is the address that a browser goes to, and the browser's secret: new when it had none.
func (s *Service) BeginAtProvider(
	ctx context.Context, provider uuid.UUID, device string,
) (address, secret string, err error) {
	p, err := q.ProviderGet(ctx, s.db.Read(ctx), provider)
	if err != nil {
		return "", "", db.NotFound(err, "There is no such provider.")
	}
	known, err := s.discover(ctx, p.Issuer)
	if err != nil {
		slog.WarnContext(ctx, "sign-in provider not found", "issuer", p.Issuer, "error", err.Error())
		return "", "", errs.New(
			errs.Conflict, p.Name+" does not answer at the moment. Try again, or sign in another way.",
		).WithCode("provider-silent")
	}
	config, err := s.oauth(ctx, p, known)
	if err != nil {
		return "", "", err
	}
	device = deviceSecret(device)
	bound := sha256.Sum256([]byte(device))
	began := atProvider{Provider: p.ID, Nonce: rand.Text(), Verifier: oauth2.GenerateVerifier(), Device: bound[:]}
	state, err := s.challenge(ctx, "provider", nil, began, atProviderLife)
	if err != nil {
		return "", "", err
	}
	return config.AuthCodeURL(state.String(), oidc.Nonce(began.Nonce),
		oauth2.S256ChallengeOption(began.Verifier)), device, nil
}

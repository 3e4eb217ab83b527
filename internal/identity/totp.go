package identity

import (
	"bytes"
	"context"
	"crypto/subtle"
	"encoding/base32"
	"encoding/base64"
	"errors"
	"image/png"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/pquerna/otp"
	"github.com/pquerna/otp/totp"

	"stoa/internal/base/db"
	"stoa/internal/base/errs"
	"stoa/internal/base/id"
	"stoa/internal/base/viewer"
	rows "stoa/internal/identity/internal/db"
)

// One-time passwords by time (RFC 6238) with what every app understands: SHA-1, 6 digits, 30 seconds.
const (
	totpDigits = 6
	totpStep   = 30
)

var noPadding = base32.StdEncoding.WithPadding(base32.NoPadding)

// AppSecret is what an authenticator app needs, shown once.
type AppSecret struct {
	ID      uuid.UUID `json:"id"`
	Secret  string    `json:"secret" doc:"To type, where no picture can be taken"`
	Address string    `json:"address" doc:"otpauth address, for an app on the same device"`
	Picture string    `json:"picture" doc:"QR code of the address, as a data address of a PNG"`
}

// BeginTOTP makes a secret for an app. It counts when its first code has been confirmed.
func (s *Service) BeginTOTP(ctx context.Context, name, password string) (AppSecret, error) {
	p, err := s.proveOneself(ctx, password)
	if err != nil {
		return AppSecret{}, err
	}
	i, err := s.tenants.Get(ctx)
	if err != nil {
		return AppSecret{}, err
	}
	key, err := totp.Generate(totp.GenerateOpts{
		Issuer:      i.ShortName,
		AccountName: p.Email,
		Period:      totpStep,
		SecretSize:  20,
		Secret:      random(20),
		Digits:      otp.DigitsSix,
		Algorithm:   otp.AlgorithmSHA1,
	})
	if err != nil {
		return AppSecret{}, err
	}
	raw, err := noPadding.DecodeString(key.Secret())
	if err != nil {
		return AppSecret{}, err
	}
	picture, err := key.Image(240, 240)
	if err != nil {
		return AppSecret{}, err
	}
	var content bytes.Buffer
	if err := png.Encode(&content, picture); err != nil {
		return AppSecret{}, err
	}
	factor := id.New()
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		return q.FactorInsert(ctx, tx, rows.FactorInsertParams{
			ID:        factor,
			PersonID:  p.ID,
			Kind:      "totp",
			Name:      name,
			Secret:    s.keys.seal("app secret", raw, factor[:]),
			CreatedAt: s.clock.Now(),
		})
	})
	return AppSecret{
		ID:      factor,
		Secret:  key.Secret(),
		Address: key.URL(),
		Picture: "data:image/png;base64," + base64.StdEncoding.EncodeToString(content.Bytes()),
	}, err
}

// Added is a factor that counts from now on.
type Added struct {
	Factor
	RecoveryCodes []string `json:"recovery_codes,omitempty" doc:"With the first factor: write them down, they are not shown again"`
}

// ConfirmTOTP lets an app count once it has shown a right code.
func (s *Service) ConfirmTOTP(ctx context.Context, factor uuid.UUID, code string) (Added, error) {
	p, err := q.PersonGet(ctx, s.db.Read(ctx), viewer.From(ctx).Person) // who proved it when they began
	if err != nil {
		return Added{}, err
	}
	var added Added
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		f, err := q.FactorLock(ctx, tx, rows.FactorLockParams{ID: factor, PersonID: p.ID})
		if errors.Is(err, pgx.ErrNoRows) || err == nil && f.Kind != "totp" {
			return errs.New(errs.NotFound, "There is no app to confirm.")
		}
		if err != nil {
			return err
		}
		now := s.clock.Now()
		if f.ConfirmedAt != nil || now.Sub(f.CreatedAt) > time.Hour {
			return errs.New(errs.Conflict, "This app was confirmed already, or is too old. Begin again.")
		}
		step, right, err := s.matchTOTP(f, code)
		if err != nil {
			return err
		}
		if !right {
			return errs.InvalidField("body.code",
				"is wrong: use the newest code, and check that the phone's clock is right")
		}
		others, err := q.FactorList(ctx, tx, p.ID)
		if err != nil {
			return err
		}
		if err := q.FactorConfirm(ctx, tx, rows.FactorConfirmParams{ID: factor, At: &now, LastStep: step}); err != nil {
			return err
		}
		added.Factor = factorFrom(f)
		added.RecoveryCodes, err = s.adopt(ctx, tx, p, added.Factor, len(others) == 0)
		return err
	})
	if err != nil {
		return Added{}, err
	}
	return added, nil
}

// matchTOTP finds the step whose code this is: now, or one before or after, for clocks that differ.
func (s *Service) matchTOTP(f rows.Factor, code string) (step int, right bool, err error) {
	raw, err := s.keys.unseal("app secret", f.Secret, f.ID[:])
	if err != nil {
		return 0, false, err
	}
	now := s.clock.Now()
	for _, away := range []time.Duration{0, -totpStep * time.Second, totpStep * time.Second} {
		at := now.Add(away)
		want, err := totp.GenerateCode(noPadding.EncodeToString(raw), at)
		if err != nil {
			return 0, false, err
		}
		if subtle.ConstantTimeCompare([]byte(want), []byte(code)) == 1 {
			step, right = int(at.Unix()/totpStep), true
		}
	}
	return step, right, nil
}

// useTOTP takes a code of any of the person's apps, once.
func (s *Service) useTOTP(ctx context.Context, tx *db.Tx, factors []rows.Factor, code string) error {
	wrong := error(errCode)
	for _, f := range factors {
		if f.Kind != "totp" {
			continue
		}
		step, right, err := s.matchTOTP(f, code)
		if errs.KindOf(err) == errs.Conflict { // sealed with other keys: another app may open
			wrong = err
			continue
		}
		if err != nil {
			return err
		}
		if !right {
			continue
		}
		now := s.clock.Now()
		used, err := q.FactorUseStep(ctx, tx, rows.FactorUseStepParams{ID: f.ID, LastStep: step, At: &now})
		if err != nil {
			return err
		}
		if used == 1 {
			return nil
		}
	}
	return wrong
}

package identity

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"

	"stoa/internal/base/errs"
	"stoa/internal/base/httpapi"
	"stoa/internal/base/permit"
)

// Proof is asked with whatever decides who gets in.
type Proof struct {
	Password string `json:"current_password,omitempty" maxLength:"200" doc:"Needed when one signed in more than ten minutes ago"`
}

func (s *Service) factorRoutes(api huma.API) {
	httpapi.Get(api, "factor-list", "/me/factors", "One's passkeys and authenticator apps",
		func(ctx context.Context, _ *httpapi.None) (*httpapi.OK[Factors], error) {
			return httpapi.Answer(s.Factors(ctx))
		}, httpapi.Personal())
	type named struct {
		Body struct {
			Proof
			Name string `json:"name" minLength:"1" maxLength:"60" example:"Phone"`
		}
	}
	httpapi.Post(api, "totp-begin", "/me/factors/apps",
		"Make a secret for an authenticator app; it counts once confirmed",
		func(ctx context.Context, in *named) (*httpapi.OK[AppSecret], error) {
			return httpapi.Answer(s.BeginTOTP(ctx, in.Body.Name, in.Body.Password))
		}, httpapi.Status(http.StatusCreated), httpapi.Secret(), httpapi.Personal())
	type confirmation struct {
		ID   uuid.UUID `path:"factor_id"`
		Body struct {
			Code string `json:"code" pattern:"^[0-9]{6}$" patternDescription:"six digits"`
		}
	}
	httpapi.Put(api, "totp-confirm", "/me/factors/{factor_id}/confirmation", "Confirm an app with its first code",
		func(ctx context.Context, in *confirmation) (*httpapi.OK[Added], error) {
			return httpapi.Answer(s.ConfirmTOTP(ctx, in.ID, in.Body.Code))
		}, httpapi.Secret(), httpapi.Personal(permit.Owns))
	httpapi.Post(api, "passkey-begin", "/me/factors/passkey-challenges", "Begin to make a passkey",
		func(ctx context.Context, in *named) (*httpapi.OK[Ceremony], error) {
			return httpapi.Answer(s.BeginPasskey(ctx, in.Body.Name, in.Body.Password))
		}, httpapi.Status(http.StatusCreated), httpapi.Personal())
	type made struct {
		Body struct {
			Challenge  uuid.UUID      `json:"challenge"`
			Credential map[string]any `json:"credential" doc:"What navigator.credentials.create answered, as JSON"`
		}
	}
	httpapi.Post(api, "passkey-add", "/me/factors/passkeys", "Keep the passkey that was made",
		func(ctx context.Context, in *made) (*httpapi.OK[Added], error) {
			return httpapi.Answer(s.AddPasskey(ctx, in.Body.Challenge, in.Body.Credential))
		}, httpapi.Status(http.StatusCreated), httpapi.Secret(), httpapi.Personal())
	type removal struct {
		ID   uuid.UUID `path:"factor_id"`
		Body Proof
	}
	httpapi.Post(api, "factor-remove", "/me/factors/{factor_id}/removal", "Remove a passkey or an app",
		func(ctx context.Context, in *removal) (*httpapi.None, error) {
			return nil, s.RemoveFactor(ctx, in.ID, in.Body.Password)
		}, httpapi.Status(http.StatusNoContent), httpapi.Personal(permit.Owns))
	type renewal struct{ Body Proof }
	type codes struct {
		Codes []string `json:"codes" doc:"Each works once; they are not shown again"`
	}
	httpapi.Post(api, "recovery-codes-renew", "/me/recovery-codes", "Replace one's recovery codes",
		func(ctx context.Context, in *renewal) (*httpapi.OK[codes], error) {
			list, err := s.RenewRecoveryCodes(ctx, in.Body.Password)
			return httpapi.Answer(codes{list}, err)
		}, httpapi.Status(http.StatusCreated), httpapi.Secret(), httpapi.Personal())
}

func (s *Service) secondFactorRoutes(api huma.API) {
	type second struct {
		Origin
		Device string `cookie:"__Secure-stoa_device" hidden:"true"`
		Body   struct {
			Challenge  uuid.UUID      `json:"challenge" doc:"From the problem second-factor of the sign-in"`
			Code       string         `json:"code,omitempty" maxLength:"40" doc:"Of an authenticator app, or a recovery code"`
			Credential map[string]any `json:"credential,omitempty" doc:"What navigator.credentials.get answered, as JSON"`
		}
	}
	httpapi.Post(api, "second-factor", "/auth/second-factors", "End a sign-in that asked for a second factor",
		func(ctx context.Context, in *second) (*signedInAnswer, error) {
			if err := in.check(ctx); err != nil {
				return nil, err
			}
			if (in.Body.Code == "") == (in.Body.Credential == nil) {
				return nil, errs.InvalidField("body.code", "send either a code or a passkey's answer")
			}
			return s.entered(s.SecondFactor(ctx, in.Body.Challenge, in.Body.Code, in.Body.Credential, in.Device))
		}, httpapi.Public(), httpapi.Status(http.StatusCreated))

	type begin struct{ Origin }
	httpapi.Post(api, "passkey-ask", "/auth/passkey-challenges", "Begin to sign in with a passkey alone",
		func(ctx context.Context, in *begin) (*httpapi.OK[Ceremony], error) {
			if err := in.check(ctx); err != nil {
				return nil, err
			}
			return httpapi.Answer(s.BeginPasskeySignIn(ctx))
		}, httpapi.Public(), httpapi.Cost(10), httpapi.Status(http.StatusCreated))
	type passkey struct {
		Origin
		Device string `cookie:"__Secure-stoa_device" hidden:"true"`
		Body   struct {
			Challenge  uuid.UUID      `json:"challenge"`
			Credential map[string]any `json:"credential" doc:"What navigator.credentials.get answered, as JSON"`
		}
	}
	httpapi.Post(api, "passkey-sign-in", "/auth/passkeys", "Sign in with a passkey alone",
		func(ctx context.Context, in *passkey) (*signedInAnswer, error) {
			if err := in.check(ctx); err != nil {
				return nil, err
			}
			return s.entered(s.SignInWithPasskey(ctx, in.Body.Challenge, in.Body.Credential, in.Device))
		}, httpapi.Public(), httpapi.Status(http.StatusCreated))
}

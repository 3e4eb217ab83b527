package identity

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"

	"stoa/internal/base/httpapi"
	"stoa/internal/base/permit"
	"stoa/internal/base/viewer"
)

// Routes puts the module on the API.
func (s *Service) Routes(api huma.API) {
	s.sessionRoutes(api)
	s.secondFactorRoutes(api)
	s.factorRoutes(api)
	s.providerRoutes(api)
	s.accountRoutes(api)
	s.meRoutes(api)
	s.staffRoutes(api)
	s.providerSettingRoutes(api)
}

func (s *Service) accountRoutes(api huma.API) {
	type registration struct {
		Origin
		Device string `cookie:"__Secure-stoa_device" hidden:"true"`
		Body   struct {
			Email    string `json:"email" maxLength:"254"`
			Name     string `json:"name" minLength:"1" maxLength:"120"`
			Password string `json:"password" maxLength:"200"`
		}
	}
	httpapi.Post(api, "registration-create", "/auth/registrations",
		"Register as an alumnus; a link confirms the address",
		func(ctx context.Context, in *registration) (*cookieAnswer, error) {
			defer evenly(ctx, time.Now())
			if err := in.check(ctx); err != nil {
				return nil, err
			}
			r := Registration{Email: in.Body.Email, Name: in.Body.Name, Password: in.Body.Password}
			if in.browser() {
				r.Device = deviceSecret(in.Device)
			}
			if err := s.Register(ctx, r); err != nil {
				return nil, err
			}
			answer := &cookieAnswer{}
			if r.Device != "" {
				answer.SetCookie = append(answer.SetCookie, s.deviceCookie(r.Device))
			}
			return answer, nil
		}, httpapi.Public(), httpapi.Status(http.StatusAccepted), httpapi.AsTyped("name"))

	type secret struct {
		Origin
		Device string `cookie:"__Secure-stoa_device" hidden:"true"`
		Body   struct {
			Token    string `json:"token" minLength:"1" maxLength:"200"`
			Password string `json:"password,omitempty" maxLength:"200" doc:"The one chosen when registering: needed in another browser than the one that registered"`
		}
	}
	httpapi.Post(api, "email-confirm", "/auth/email-confirmations", "Confirm an e-mail address with the mailed link",
		func(ctx context.Context, in *secret) (*httpapi.None, error) {
			if err := in.check(ctx); err != nil {
				return nil, err
			}
			return nil, s.ConfirmEmail(ctx, Confirmation{
				Token:    in.Body.Token,
				Password: in.Body.Password,
				Device:   in.Device,
				Browser:  in.browser(),
			})
		}, httpapi.Public(), httpapi.Status(http.StatusNoContent))

	type address struct {
		Body struct {
			Email string `json:"email" maxLength:"254"`
		}
	}
	httpapi.Post(api, "password-reset-ask", "/auth/password-resets", "Ask for a link to choose a new password",
		func(ctx context.Context, in *address) (*httpapi.None, error) {
			defer evenly(ctx, time.Now())
			return nil, s.AskPasswordReset(ctx, in.Body.Email)
		}, httpapi.Public(), httpapi.Status(http.StatusAccepted))

	type reset struct {
		Body struct {
			Token         string `json:"token" minLength:"1" maxLength:"200"`
			Password      string `json:"password" maxLength:"200"`
			RemoveFactors bool   `json:"remove_factors,omitempty" doc:"Remove passkeys, apps and recovery codes as well: for who lost them"`
		}
	}
	httpapi.Put(api, "password-reset", "/auth/password", "Choose a new password with the mailed link",
		func(ctx context.Context, in *reset) (*httpapi.None, error) {
			return nil, s.ResetPassword(ctx, Reset{
				Token: in.Body.Token, Password: in.Body.Password, RemoveFactors: in.Body.RemoveFactors,
			})
		}, httpapi.Public(), httpapi.Status(http.StatusNoContent))
}

// Account is the viewer and what they may do.
type Account struct {
	Person
	Permissions  []permit.Name `json:"permissions" nullable:"false" doc:"What this person may do; the API decides again at each request"`
	FactorNeeded bool          `json:"second_factor_needed" doc:"Roles are left out until this person has a second factor and signed in with it"`
}

func accountOf(p Person, factorNeeded bool) Account {
	return Account{p, permit.Names(viewer.Viewer{Person: p.ID, Roles: p.Roles, Standing: p.Standing}), factorNeeded}
}

func (s *Service) meRoutes(api huma.API) {
	httpapi.Get(api, "me-get", "/me", "Oneself and what one may do",
		func(ctx context.Context, _ *httpapi.None) (*httpapi.OK[Account], error) {
			p, err := s.Me(ctx)
			acting := viewer.From(ctx).Roles
			needed := len(acting) < len(p.Roles)
			p.Roles = acting
			return httpapi.Answer(accountOf(p, needed), err)
		}, httpapi.Personal())

	type change struct {
		Body struct {
			Current  string `json:"current_password" maxLength:"200"`
			Password string `json:"password" maxLength:"200"`
		}
	}
	httpapi.Put(api, "password-change", "/me/password", "Change one's password; other sessions end",
		func(ctx context.Context, in *change) (*httpapi.None, error) {
			return nil, s.ChangePassword(ctx, in.Body.Current, in.Body.Password)
		}, httpapi.Status(http.StatusNoContent), httpapi.Personal())

	type latest struct {
		Latest *Verification `json:"latest,omitempty" doc:"Absent when one has never asked"`
	}
	type ask struct {
		Body struct {
			Statement string `json:"statement" minLength:"1" maxLength:"2000" doc:"Programme, year, roll number: what lets the office find the record"`
		}
	}
	httpapi.Post(api, "verification-ask", "/me/verification", "Ask to be verified as an alumnus",
		func(ctx context.Context, in *ask) (*httpapi.OK[Verification], error) {
			return httpapi.Answer(s.AskVerification(ctx, in.Body.Statement))
		}, httpapi.Status(http.StatusCreated), httpapi.Needs(VerificationAsk))
	httpapi.Get(api, "verification-mine", "/me/verification", "One's latest request to be verified",
		func(ctx context.Context, _ *httpapi.None) (*httpapi.OK[latest], error) {
			v, err := s.MyVerification(ctx)
			return httpapi.Answer(latest{v}, err)
		}, httpapi.Personal())
}

func (s *Service) staffRoutes(api huma.API) {
	httpapi.Get(api, "verification-list", "/verifications", "Open requests for verification, oldest first",
		func(ctx context.Context, in *httpapi.Paging) (*httpapi.OK[httpapi.Page[VerificationRequest]], error) {
			return httpapi.Answer(s.VerificationRequests(ctx, *in))
		}, httpapi.Needs(VerificationDecide))
	type decision struct {
		ID   uuid.UUID `path:"verification_id"`
		Body struct {
			Decision string `json:"decision" enum:"verified,rejected"`
			Reason   string `json:"reason,omitempty" maxLength:"1000" doc:"Sent to the person; needed when rejecting"`
		}
	}
	httpapi.Put(api, "verification-decide", "/verifications/{verification_id}/decision", "Verify or reject",
		func(ctx context.Context, in *decision) (*httpapi.OK[Verification], error) {
			return httpapi.Answer(s.DecideVerification(ctx, in.ID, in.Body.Decision == "verified", in.Body.Reason))
		}, httpapi.Needs(VerificationDecide))

	type ban struct {
		Person uuid.UUID `path:"person_id"`
		Body   struct {
			Reason string     `json:"reason" minLength:"1" maxLength:"1000" doc:"The person sees it"`
			Until  *time.Time `json:"until,omitempty" doc:"Absent: until it is lifted"`
		}
	}
	httpapi.Put(api, "ban-put", "/people/{person_id}/ban", "Ban a person: sessions end at once",
		func(ctx context.Context, in *ban) (*httpapi.OK[Ban], error) {
			return httpapi.Answer(s.Ban(ctx, in.Person, in.Body.Reason, in.Body.Until))
		}, httpapi.Needs(PersonBan))
	type person struct {
		Person uuid.UUID `path:"person_id"`
	}
	httpapi.Delete(api, "ban-lift", "/people/{person_id}/ban", "Lift a ban",
		func(ctx context.Context, in *person) (*httpapi.None, error) {
			return nil, s.LiftBan(ctx, in.Person)
		}, httpapi.Needs(PersonBan))
	httpapi.Delete(api, "factor-remove-all", "/people/{person_id}/factors",
		"Remove the passkeys and apps of somebody who lost them; a link for a new password is mailed",
		func(ctx context.Context, in *person) (*httpapi.None, error) {
			return nil, s.RemoveFactorsOf(ctx, in.Person)
		}, httpapi.Needs(PersonHelp))
	type roles struct {
		Person uuid.UUID `path:"person_id"`
		Body   struct {
			Roles []viewer.Role `json:"roles" minItems:"1" maxItems:"6" enum:"student,alumnus,instructor,staff,admin,operator"`
		}
	}
	httpapi.Put(api, "roles-put", "/people/{person_id}/roles", "Replace a person's roles",
		func(ctx context.Context, in *roles) (*httpapi.OK[Person], error) {
			return httpapi.Answer(s.SetRoles(ctx, in.Person, in.Body.Roles))
		}, httpapi.Needs(PersonRoles))
}

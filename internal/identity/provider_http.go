package identity

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"

	"stoa/internal/base/errs"
	"stoa/internal/base/httpapi"
	"stoa/internal/base/permit"
	"stoa/internal/tenancy"
)

// Returned is what a provider's redirect brought to the callback's page.
type Returned struct {
	Key    string    `json:"key" maxLength:"30" doc:"The end of the callback's path"`
	State  uuid.UUID `json:"state"`
	Code   string    `json:"code" minLength:"1" maxLength:"4000"`
	Issuer string    `json:"iss,omitempty" maxLength:"300"`
}

func (r Returned) back() Return { return Return(r) }

func (s *Service) providerRoutes(api huma.API) {
	httpapi.Get(api, "provider-list", "/auth/providers", "Other services to sign in with",
		func(ctx context.Context, _ *httpapi.None) (*httpapi.OK[httpapi.Page[Provider]], error) {
			list, err := s.Providers(ctx)
			return httpapi.Answer(httpapi.Page[Provider]{Items: list}, err)
		}, httpapi.Public())

	type begin struct {
		Origin
		Device string    `cookie:"__Secure-stoa_device" hidden:"true"`
		ID     uuid.UUID `path:"provider_id"`
	}
	type begun struct {
		SetCookie []http.Cookie `header:"Set-Cookie"`
		Body      struct {
			Address string `json:"address" doc:"Send the browser there"`
		}
	}
	httpapi.Post(api, "provider-begin", "/auth/providers/{provider_id}/authorisations",
		"Begin to sign in, or to connect, with another service",
		func(ctx context.Context, in *begin) (*begun, error) {
			if err := in.check(ctx); err != nil {
				return nil, err
			}
			address, device, err := s.BeginAtProvider(ctx, in.ID, in.Device)
			if err != nil {
				return nil, err
			}
			answer := &begun{SetCookie: []http.Cookie{s.deviceCookie(device)}}
			answer.Body.Address = address
			return answer, nil
		}, httpapi.Public(), httpapi.Status(http.StatusCreated), httpapi.Cost(5))

	type back struct {
		Origin
		Device string `cookie:"__Secure-stoa_device" hidden:"true"`
		Body   Returned
	}
	httpapi.Post(api, "provider-sign-in", "/auth/provider-sessions",
		"Sign in with what another service's redirect brought back",
		func(ctx context.Context, in *back) (*signedInAnswer, error) {
			if err := in.check(ctx); err != nil {
				return nil, err
			}
			return s.entered(s.SignInWithProvider(ctx, in.Body.back(), in.Device))
		}, httpapi.Public(), httpapi.Status(http.StatusCreated), httpapi.Cost(5))

	type connect struct {
		Origin
		Device string `cookie:"__Secure-stoa_device" hidden:"true"`
		Body   struct {
			Proof
			Returned  *Returned `json:"returned,omitempty" doc:"After going to the service to connect it"`
			Challenge uuid.UUID `json:"challenge,omitempty" doc:"From the problem connect of a sign-in with the service"`
		}
	}
	httpapi.Post(api, "connection-add", "/auth/connections", "Let another service open one's account",
		func(ctx context.Context, in *connect) (*httpapi.None, error) {
			if err := in.check(ctx); err != nil {
				return nil, err
			}
			switch returned := in.Body.Returned; {
			case (returned == nil) == (in.Body.Challenge == uuid.Nil):
				return nil, errs.InvalidField("body.returned", "send either what came back or a challenge")
			case returned != nil:
				return nil, s.ConnectReturned(ctx, returned.back(), in.Device, in.Body.Password)
			}
			return nil, s.ConnectAsked(ctx, in.Body.Challenge, in.Body.Password)
		}, httpapi.Status(http.StatusNoContent), httpapi.Cost(5), httpapi.Personal())

	httpapi.Get(api, "connection-list", "/me/connections", "Services that open one's account",
		func(ctx context.Context, _ *httpapi.None) (*httpapi.OK[httpapi.Page[Connection]], error) {
			list, err := s.Connections(ctx)
			return httpapi.Answer(httpapi.Page[Connection]{Items: list}, err)
		}, httpapi.Personal())
	type removal struct {
		ID   uuid.UUID `path:"connection_id"`
		Body Proof
	}
	httpapi.Post(api, "connection-remove", "/me/connections/{connection_id}/removal",
		"Take a service's key to one's account away",
		func(ctx context.Context, in *removal) (*httpapi.None, error) {
			return nil, s.Disconnect(ctx, in.ID, in.Body.Password)
		}, httpapi.Status(http.StatusNoContent), httpapi.Personal(permit.Owns))
}

func (s *Service) providerSettingRoutes(api huma.API) {
	httpapi.Get(api, "provider-settings", "/institution/providers",
		"The institution's sign-in services and their settings",
		func(ctx context.Context, _ *httpapi.None) (*httpapi.OK[httpapi.Page[ProviderSettings]], error) {
			list, err := s.ProviderSettings(ctx)
			return httpapi.Answer(httpapi.Page[ProviderSettings]{Items: list}, err)
		}, httpapi.Needs(tenancy.InstitutionEdit))
	type add struct{ Body NewProvider }
	httpapi.Post(api, "provider-add", "/institution/providers", "Offer another sign-in service",
		func(ctx context.Context, in *add) (*httpapi.OK[ProviderSettings], error) {
			return httpapi.Answer(s.AddProvider(ctx, in.Body))
		}, httpapi.Status(http.StatusCreated), httpapi.Cost(5), httpapi.Needs(tenancy.InstitutionEdit))
	type change struct {
		ID   uuid.UUID `path:"provider_id"`
		Body ProviderChange
	}
	httpapi.Put(api, "provider-put", "/institution/providers/{provider_id}",
		"Rename a sign-in service, or change its client",
		func(ctx context.Context, in *change) (*httpapi.OK[ProviderSettings], error) {
			return httpapi.Answer(s.ChangeProvider(ctx, in.ID, in.Body))
		}, httpapi.Needs(tenancy.InstitutionEdit))
	type one struct {
		ID uuid.UUID `path:"provider_id"`
	}
	httpapi.Delete(api, "provider-remove", "/institution/providers/{provider_id}", "Offer a sign-in service no longer",
		func(ctx context.Context, in *one) (*httpapi.None, error) {
			return nil, s.RemoveProvider(ctx, in.ID)
		}, httpapi.Needs(tenancy.InstitutionEdit))
}

package identity

import (
	"net/mail"
	"slices"
	"strings"

	"golang.org/x/net/idna"
	"golang.org/x/text/unicode/norm"

	rows "stoa/internal/identity/internal/db"
)

// normal is how an e-mail address is kept: composed letters, small ones, and the domain
// as the name system knows it, so that one mailbox is one account however it is typed.
func normal(email string) string {
	email = strings.ToLower(norm.NFC.String(strings.TrimSpace(email)))
	at := strings.LastIndexByte(email, '@')
	if at < 0 {
		return email
	}
	if domain, err := idna.Lookup.ToASCII(email[at+1:]); err == nil {
		email = email[:at+1] + domain
	}
	return email
}

// spellings are those under which an address may be kept: the
// normal one, and as it was typed, which earlier versions kept.
func spellings(email string) []string {
	typed := strings.ToLower(strings.TrimSpace(email))
	list := []string{normal(email), typed, norm.NFC.String(typed), norm.NFD.String(typed)}
	if at := strings.LastIndexByte(typed, '@'); at >= 0 {
		domain, err := idna.Lookup.ToUnicode(list[0][at+1:])
		if err == nil && strings.HasPrefix(list[0], typed[:at+1]) {
			list = append(list, typed[:at+1]+domain)
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// byAddress looks for the account of an address.
func byAddress(email string) rows.PersonByEmailParams {
	return rows.PersonByEmailParams{Normal: normal(email), Spellings: spellings(email)}
}

// isAddress tells whether a text is one address and nothing besides (RFC 5322, addr-spec).
func isAddress(email string) bool {
	a, err := mail.ParseAddress(email)
	return err == nil && a.Address == email && len(email) <= 254
}

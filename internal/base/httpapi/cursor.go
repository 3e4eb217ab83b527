package httpapi

import (
	"encoding/base64"
	"encoding/json"

	"stoa/internal/base/errs"
)

// Paging is the parameters of every list.
type Paging struct {
	Limit  int    `query:"limit" default:"20" minimum:"1" maximum:"100" doc:"How many items"`
	Cursor string `query:"cursor" maxLength:"1000" doc:"next_cursor of the page before"`
}

// EncodeCursor packs where a page ended. Clients must not look inside.
func EncodeCursor(place any) string {
	raw, err := json.Marshal(place)
	if err != nil {
		panic(err) // a struct of strings and numbers always encodes
	}
	return base64.RawURLEncoding.EncodeToString(raw)
}

// DecodeCursor unpacks a cursor into place; ok is false for the first page.
func DecodeCursor(cursor string, place any) (ok bool, err error) {
	if cursor == "" {
		return false, nil
	}
	raw, err := base64.RawURLEncoding.DecodeString(cursor)
	if err == nil {
		err = json.Unmarshal(raw, place)
	}
	if err != nil {
		return false, errs.InvalidField("query.cursor", "is not a cursor of this list")
	}
	return true, nil
}

// Counted adds to the first page of a list how many there are on all of them. It
// asks count only where there is another page.
func Counted[T any](page Page[T], asked Paging, count func() (int, error)) (Page[T], error) {
	if asked.Cursor != "" {
		return page, nil
	}
	total := len(page.Items)
	if page.NextCursor != "" {
		var err error
		if total, err = count(); err != nil {
			return page, err
		}
	}
	page.Total = &total
	return page, nil
}

// Paged cuts a list that was read with one row more than the limit, and points to the rest.
func Paged[T any](items []T, limit int, place func(last T) any) Page[T] {
	if len(items) <= limit {
		if items == nil {
			items = []T{}
		}
		return Page[T]{Items: items}
	}
	items = items[:limit]
	return Page[T]{Items: items, NextCursor: EncodeCursor(place(items[limit-1]))}
}

package directory

import (
	"context"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"stoa/internal/audit"
	"stoa/internal/base/db"
	"stoa/internal/base/errs"
	"stoa/internal/base/httpapi"
	"stoa/internal/base/id"
	"stoa/internal/base/viewer"
	rows "stoa/internal/directory/internal/db"
)

// BatchPage is a graduating class and how many of it are here.
type BatchPage struct {
	BatchRef
	Code     string `json:"code" example:"BTECH-CSE-2018"`
	People   int    `json:"people"`
	Verified int    `json:"verified"`
}

// Batch is one class.
func (s *Service) Batch(ctx context.Context, batch uuid.UUID) (BatchPage, error) {
	if _, err := DirectoryRead.Require(ctx); err != nil {
		return BatchPage{}, err
	}
	r, err := q.BatchGet(ctx, s.db.Read(ctx), batch)
	if err != nil {
		return BatchPage{}, db.NotFound(err, "There is no such batch.")
	}
	n, err := q.BatchCounts(ctx, s.db.Read(ctx), &batch)
	return BatchPage{
		BatchRef: BatchRef{ID: r.ID, Year: r.Year, Programme: r.Programme, Department: r.Department},
		Code:     r.Code,
		People:   n.People,
		Verified: n.Verified,
	}, err
}

type batchPosition struct {
	Year int
	Code string
}

// Batches are the classes, the newest first.
func (s *Service) Batches(ctx context.Context, year int, p httpapi.Paging) (httpapi.Page[BatchPage], error) {
	var page httpapi.Page[BatchPage]
	if _, err := DirectoryRead.Require(ctx); err != nil {
		return page, err
	}
	arg := rows.BatchListParams{MaxRows: int32(p.Limit + 1)}
	if year != 0 {
		arg.Year = &year
	}
	var after batchPosition
	more, err := httpapi.DecodeCursor(p.Cursor, &after)
	if err != nil {
		return page, err
	}
	if more {
		arg.AfterYear, arg.AfterCode = &after.Year, &after.Code
	}
	found, err := q.BatchList(ctx, s.db.Read(ctx), arg)
	if err != nil {
		return page, err
	}
	list := make([]BatchPage, len(found))
	for i, r := range found {
		list[i] = BatchPage{
			BatchRef: BatchRef{ID: r.ID, Year: r.Year, Programme: r.Programme, Department: r.Department},
			Code:     r.Code,
			People:   r.People,
			Verified: r.Verified,
		}
	}
	return httpapi.Paged(list, p.Limit, func(last BatchPage) any { return batchPosition{last.Year, last.Code} }), nil
}

func (s *Service) suggestBatches(ctx context.Context, typed string) ([]Suggestion, error) {
	year, err := strconv.ParseInt(strings.TrimSpace(typed), 10, 16)
	if err != nil {
		year = -1
	}
	found, err := q.BatchesLike(ctx, s.db.Read(ctx), rows.BatchesLikeParams{
		Prefix: strings.ToUpper(strings.TrimSpace(typed)), Year: int(year), MaxRows: 4,
	})
	if err != nil {
		return nil, err
	}
	var list []Suggestion
	for _, r := range found {
		list = append(list, Suggestion{
			Kind:  "batch",
			Value: r.ID.String(),
			Label: r.Code,
			Note:  r.Programme + " " + r.Department,
		})
	}
	return list, nil
}

// NewBatch is what makes a class.
type NewBatch struct {
	Code       string `json:"code" pattern:"^[A-Z0-9][A-Z0-9-]{0,39}$" example:"BTECH-CSE-2018"`
	Programme  string `json:"programme" minLength:"1" maxLength:"80"`
	Department string `json:"department" minLength:"1" maxLength:"80"`
	Year       int    `json:"year" minimum:"1850" maximum:"2200"`
}

// CreateBatch adds a class. Its code is unique in the institution.
func (s *Service) CreateBatch(ctx context.Context, n NewBatch) (BatchPage, error) {
	batch := id.New()
	err := s.db.Write(ctx, func(tx *db.Tx) error {
		if err := s.need(ctx, tx, Unit{n.Programme, n.Department}); err != nil {
			return err
		}
		err := q.BatchInsert(ctx, tx, rows.BatchInsertParams{
			ID:         batch,
			Code:       n.Code,
			Programme:  n.Programme,
			Department: n.Department,
			Year:       n.Year,
		})
		if db.Violates(err, "batch_code") {
			return errs.InvalidField("body.code", "is taken by another batch")
		}
		if err != nil {
			return err
		}
		s.changed(ctx, tx)
		return audit.Record(ctx, tx, audit.Change{Verb: "batch.create", Type: "batch", ID: batch, After: n})
	})
	if err != nil {
		return BatchPage{}, err
	}
	return s.Batch(ctx, batch)
}

// Assign puts a person into a batch: staff of both their unit and that in which the person is.
func (s *Service) Assign(ctx context.Context, person, batch uuid.UUID) (Profile, error) {
	err := s.db.Write(ctx, func(tx *db.Tx) error {
		to, err := q.BatchGet(ctx, tx, batch)
		if err != nil {
			return db.NotFound(err, "There is no such batch.")
		}
		if err := s.need(ctx, tx, Unit{to.Programme, to.Department}); err != nil {
			return err
		}
		if err := s.people.MayActUpon(ctx, tx, person, viewer.Staff); err != nil {
			return err
		}
		before, err := q.ProfileLock(ctx, tx, person)
		if err != nil {
			return db.NotFound(err, "There is no such person.")
		}
		if err := isSeen(before, viewer.From(ctx)); err != nil {
			return err
		}
		if before.BatchID != nil {
			from, err := q.BatchGet(ctx, tx, *before.BatchID)
			if err != nil {
				return err
			}
			if err := s.need(ctx, tx, Unit{from.Programme, from.Department}); err != nil {
				return err
			}
		}
		if err := q.ProfileSetBatch(ctx, tx, rows.ProfileSetBatchParams{ID: person, BatchID: batch}); err != nil {
			return err
		}
		s.changed(ctx, tx)
		return audit.Record(ctx, tx, audit.Change{Verb: "profile.assign", Type: "person", ID: person,
			Before: map[string]*uuid.UUID{"batch": before.BatchID}, After: map[string]uuid.UUID{"batch": batch}})
	})
	if err != nil {
		return Profile{}, err
	}
	return s.Profile(ctx, person)
}

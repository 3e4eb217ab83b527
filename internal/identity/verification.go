package identity

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"stoa/internal/base/db"
	"stoa/internal/base/errs"
	"stoa/internal/base/httpapi"
	"stoa/internal/base/id"
	"stoa/internal/base/viewer"
	rows "stoa/internal/identity/internal/db"
)

// Verification is an alumnus's request to be confirmed.
type Verification struct {
	ID        uuid.UUID  `json:"id"`
	Statement string     `json:"statement"`
	AskedAt   time.Time  `json:"asked_at"`
	Decision  *string    `json:"decision" enum:"verified,rejected" doc:"null while it is open"`
	DecidedAt *time.Time `json:"decided_at"`
	Reason    string     `json:"reason" doc:"What the alumni office said with its decision"`
}

func verificationFrom(r rows.Verification) Verification {
	return Verification{
		ID:        r.ID,
		Statement: r.Statement,
		AskedAt:   r.AskedAt,
		Decision:  r.Decision,
		DecidedAt: r.DecidedAt,
		Reason:    r.Reason,
	}
}

// VerificationRequest is an open one, as staff see it.
type VerificationRequest struct {
	ID        uuid.UUID `json:"id"`
	PersonID  uuid.UUID `json:"person_id"`
	Name      string    `json:"name"`
	Email     string    `json:"email"`
	Statement string    `json:"statement"`
	AskedAt   time.Time `json:"asked_at"`
}

// AskVerification asks the institution to confirm the viewer.
func (s *Service) AskVerification(ctx context.Context, statement string) (Verification, error) {
	v, err := VerificationAsk.Require(ctx)
	if err != nil {
		return Verification{}, err
	}
	if v.Standing == viewer.Pending {
		return Verification{}, errs.New(errs.Conflict, "You have asked already. The alumni office will answer by mail.")
	}
	asked := rows.Verification{ID: id.New(), PersonID: v.Person, Statement: statement, AskedAt: s.clock.Now()}
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		err := q.VerificationInsert(ctx, tx, rows.VerificationInsertParams{
			ID:        asked.ID,
			PersonID:  asked.PersonID,
			Statement: statement,
			AskedAt:   asked.AskedAt,
		})
		if db.Violates(err, "verification_open") {
			return errs.New(errs.Conflict, "You have asked already. The alumni office will answer by mail.")
		}
		if err != nil {
			return err
		}
		_, err = s.changeWithin(ctx, tx, v.Person, "verification.ask", setStanding(viewer.Pending))
		return err
	})
	if err != nil {
		return Verification{}, err
	}
	return verificationFrom(asked), nil
}

// MyVerification is the viewer's latest request; a person who never asked has none.
func (s *Service) MyVerification(ctx context.Context) (latest *Verification, err error) {
	row, err := q.VerificationLatest(ctx, s.db.Read(ctx), viewer.From(ctx).Person)
	if errors.Is(err, pgx.ErrNoRows) {
		return latest, nil
	}
	if err != nil {
		return nil, err
	}
	v := verificationFrom(row)
	return &v, nil
}

type verificationPlace struct {
	At time.Time
	ID uuid.UUID
}

// VerificationRequests are the open ones, oldest first.
func (s *Service) VerificationRequests(
	ctx context.Context, p httpapi.Paging,
) (httpapi.Page[VerificationRequest], error) {
	var page httpapi.Page[VerificationRequest]
	if _, err := VerificationDecide.Require(ctx); err != nil {
		return page, err
	}
	var after verificationPlace
	if _, err := httpapi.DecodeCursor(p.Cursor, &after); err != nil {
		return page, err
	}
	found, err := q.VerificationQueue(ctx, s.db.Read(ctx), rows.VerificationQueueParams{
		AfterAt: after.At, AfterID: after.ID, MaxRows: int32(p.Limit + 1),
	})
	if err != nil {
		return page, err
	}
	list := make([]VerificationRequest, len(found))
	for i, r := range found {
		list[i] = VerificationRequest(r)
	}
	page = httpapi.Paged(list, p.Limit, func(last VerificationRequest) any {
		return verificationPlace{last.AskedAt, last.ID}
	})
	return httpapi.Counted(page, p, func() (int, error) { return q.VerificationCount(ctx, s.db.Read(ctx)) })
}

// DecideVerification confirms or rejects a request and tells the person, with the reason.
func (s *Service) DecideVerification(
	ctx context.Context, request uuid.UUID, verified bool, reason string,
) (Verification, error) {
	v, err := VerificationDecide.Require(ctx)
	if err != nil {
		return Verification{}, err
	}
	standing, subject, text := viewer.Verified, "You are verified",
		"Your institution has confirmed you as an alumnus. Everything is open to you now."
	if !verified {
		if reason == "" {
			return Verification{}, errs.InvalidField("body.reason", "is needed when you reject")
		}
		standing, subject, text = viewer.Rejected, "We could not verify you",
			"The alumni office could not confirm you: "+reason+"\n\nYou can ask again with more detail."
	}
	var after rows.Verification
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		after, err = q.VerificationLock(ctx, tx, request)
		if err != nil {
			return db.NotFound(err, "There is no such request.")
		}
		if after.Decision != nil {
			return errs.New(errs.Conflict, "This request has been decided already.")
		}
		if err := s.MayActUpon(ctx, tx, after.PersonID); err != nil {
			return err
		}
		decision := string(standing)
		after.Decision, after.DecidedAt, after.Reason = &decision, ptr(s.clock.Now()), reason
		if err := q.VerificationDecide(ctx, tx, rows.VerificationDecideParams{
			ID:        request,
			Decision:  after.Decision,
			DecidedBy: &v.Person,
			DecidedAt: after.DecidedAt,
			Reason:    reason,
		}); err != nil {
			return err
		}
		var p Person
		if p, err = s.changeWithin(ctx, tx, after.PersonID, "verification.decide", setStanding(standing)); err != nil {
			return err
		}
		return s.send(ctx, tx, p.Email, subject, text)
	})
	if err != nil {
		return Verification{}, err
	}
	return verificationFrom(after), nil
}

func setStanding(standing viewer.Standing) func(*rows.Person) error {
	return func(p *rows.Person) error {
		if p.Standing == nil {
			return errors.New("standing belongs to alumni")
		}
		p.Standing = ptr(string(standing))
		return nil
	}
}

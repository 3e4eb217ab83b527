// Made by `make gen` from what the modules declare (internal/*/place.go).
import type { Place } from "./places";

export const places: Place[] = [
  {"to":"/","label":"nav.today","icon":"house","key":"t","group":"main"},
  {"to":"/courses","label":"nav.courses","icon":"book-open","key":"c","group":"main"},
  {"to":"/people","label":"nav.people","icon":"users","key":"p","group":"main"},
  {"to":"/batches","label":"nav.batches","icon":"graduation-cap","key":"b","group":"main"},
  {"to":"/teach","label":"nav.teach","icon":"pen-line","key":"e","group":"main","needs":"course.create"},
  {"to":"/verifications","label":"nav.verifications","icon":"shield-check","key":"v","group":"main","needs":"verification.decide"},
  {"to":"/profile","label":"nav.profile","group":"own"},
  {"to":"/my-courses","label":"nav.mine","group":"own"},
  {"to":"/security","label":"nav.security","group":"own"},
  {"to":"/branding","label":"nav.branding","group":"own","needs":"institution.edit"},
];

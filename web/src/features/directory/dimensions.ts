/** Made by `make gen` from internal/directory/dimension.go: what people are narrowed by, in the order of the screen;
 * all values, where there are only some. */
export const dimensions = {
  batch: null,
  department: null,
  company: null,
  city: null,
  country: null,
  industry: null,
  programme: null,
  standing: ["unverified", "pending", "verified", "rejected"],
  open_to: ["mentoring", "hiring"],
} as const;

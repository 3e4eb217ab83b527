import type { components } from "@/api/schema";

export type Institution = components["schemas"]["TenancyInstitution"];

type Start = {
  institution: Institution;
  demo?: { password: string; people: { email: string; name: string; role: string }[] };
  nonce: string;
  /** Of a document that was drawn for its reader: their session, and what its screen asks for first, by address. */
  session?: components["schemas"]["IdentitySignedIn"];
  answers?: Record<string, unknown>;
};

/** Only Go writes a script element of this type: no text that somebody wrote can stand in its place. */
const data = document.querySelector('script[type="application/json"]#stoa')?.textContent;

/** What the document already carries: no request is needed to know whose house this is. */
export const start: Start = JSON.parse(data ?? "null") ?? {
  institution: { name: "Stoa", short_name: "Stoa", tagline: "", locale: "en", time_zone: "UTC", currency: "INR", hue: 255, chroma: 0.07 },
  nonce: "",
};

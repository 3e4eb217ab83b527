import type { components } from "./schema";

type Body = components["schemas"]["Problem"];

/** An answer that is no success, or no answer at all. */
export class Problem extends Error {
  readonly type: string;
  readonly status: number;
  readonly fields: Record<string, string>;
  readonly details: Record<string, unknown>;
  readonly requestId?: string;

  constructor(body: Partial<Body>) {
    super(body.detail ?? "");
    this.type = (body.type ?? "/problems/unreachable").replace("/problems/", "");
    this.status = body.status ?? 0;
    this.details = (body.details as Record<string, unknown>) ?? {};
    this.requestId = body.request_id;
    this.fields = {};
    for (const field of body.errors ?? []) this.fields[field.location.replace(/^(body|query)\./, "")] = field.message;
  }
}

export const isProblem = (error: unknown, type: string) => error instanceof Problem && error.type === type;

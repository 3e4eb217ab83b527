import { readFileSync } from "node:fs";
import { join } from "node:path";
import { vi } from "vitest";
import type { components, paths } from "@/api/schema";

// What a server says in tests of screens: answers of the contract's shape. An answer that a test gives is typed by the contract; one
// that it does not give is the contract's example. What the contract does not know fails.

type Schema = {
  $ref?: string;
  type?: string | string[];
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  enum?: unknown[];
  examples?: unknown[];
  default?: unknown;
  format?: string;
  minimum?: number;
};
type Operation = { responses: Record<string, { content?: Record<string, { schema: Schema }> }> };

const document = JSON.parse(readFileSync(join(import.meta.dirname, "../../../api/openapi.json"), "utf8")) as {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Schema> };
};

type Method = "get" | "post" | "put" | "patch" | "delete";
type Names = {
  [P in keyof paths & string]: { [M in Method]: paths[P][M] extends object ? `${Uppercase<M>} ${P}` : never }[Method];
}[keyof paths & string];
type Content<R> = R extends { content: { "application/json": infer Body } } ? Body : undefined;
type Success<O> = O extends { responses: infer R }
  ? { [S in keyof R]: S extends 200 | 201 | 202 | 204 ? Content<R[S]> : never }[keyof R]
  : never;
type AnswerTo<N> = N extends `${infer M} ${infer P}`
  ? P extends keyof paths
    ? Lowercase<M> extends keyof paths[P]
      ? Success<paths[P][Lowercase<M>]>
      : never
    : never
  : never;

export type Sent = { operation: string; query: URLSearchParams; body: unknown };
export type Answers = { [N in Names]?: AnswerTo<N> | Refusal | ((sent: Sent) => AnswerTo<N> | Refusal | Promise<AnswerTo<N> | Refusal>) };

/** An answer that is no success. */
export class Refusal {
  constructor(
    readonly status: number,
    readonly problem: Partial<components["schemas"]["Problem"]> = {},
  ) {}
}

const found = (schema: Schema): Schema =>
  schema.$ref ? found(document.components.schemas[schema.$ref.split("/").pop() ?? ""] ?? {}) : schema;

/** The contract's example of a schema: what must be there, and no more. */
export function example(schema: Schema): unknown {
  const { examples, default: usual, enum: allowed, type, format, properties = {}, required = [], items, minimum } = found(schema);
  const first = examples?.[0] ?? usual ?? allowed?.[0];
  if (first !== undefined) return first;
  const kind = [type].flat().find((one) => one !== "null");
  if (kind === "object") return Object.fromEntries(required.map((name) => [name, example(properties[name] ?? {})]));
  if (kind === "array") return items ? [example(items)] : [];
  if (kind === "integer" || kind === "number") return minimum ?? 1;
  if (kind === "boolean") return false;
  if (format === "date-time") return "2026-11-21T09:00:00Z";
  if (format === "date") return "2026-11-21";
  return "words";
}

/** The example of a named schema. */
export const exampleOf = <N extends keyof components["schemas"]>(name: N) =>
  example({ $ref: `#/components/schemas/${name}` }) as components["schemas"][N];

function operationOf(method: string, path: string): { name: string; operation: Operation } {
  for (const [pattern, operations] of Object.entries(document.paths)) {
    const operation = operations[method.toLowerCase()];
    if (operation && new RegExp(`^${pattern.replace(/\{\w+\}/g, "[^/]+")}$`).test(path)) return { name: `${method} ${pattern}`, operation };
  }
  throw new Error(`the contract knows no ${method} ${path}`);
}

/** Stands in for the server until the test is over; tells what was sent. */
export function serve(answers: Answers = {}): Sent[] {
  const heard: Sent[] = [];
  vi.stubGlobal("fetch", async (request: Request) => {
    const url = new URL(request.url);
    const { name, operation } = operationOf(request.method, url.pathname.replace(/^\/api\/v1/, ""));
    const text = await request.text();
    const sent: Sent = { operation: name, query: url.searchParams, body: text ? JSON.parse(text) : undefined };
    heard.push(sent);
    const given = (answers as Record<string, unknown>)[name];
    const answer = typeof given === "function" ? await given(sent) : given;
    if (answer instanceof Refusal)
      return json(answer.status, {
        title: "Refused",
        detail: "It was refused.",
        type: "/problems/refused",
        ...answer.problem,
        status: answer.status,
      });
    const [status, success] = Object.entries(operation.responses).find(([code]) => code.startsWith("2")) ?? ["200", {}];
    const schema = success.content?.["application/json"]?.schema;
    return json(Number(status), answer ?? (schema && example(schema)));
  });
  return heard;
}

const json = (status: number, body: unknown) => new Response(body === undefined ? null : JSON.stringify(body), { status });

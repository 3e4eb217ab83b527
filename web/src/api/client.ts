import type { Client } from "openapi-fetch";
import { start } from "@/lib/start";
import { Problem } from "./problem";
import type { components, paths } from "./schema";
import { banned, currentSession, renew } from "./session";

export type Schemas = components["schemas"];

/** Adds the access token, renews it when it is about to end or was refused, and sends the request again. */
async function withToken(request: Request): Promise<Response> {
  const again = request.clone();
  if (currentSession().token && currentSession().expires - Date.now() < 20_000) await renew();
  let answer = await fetch(authorised(request));
  if (answer.status === 401 && currentSession().token && (await renew())) answer = await fetch(authorised(again));
  if (answer.status === 403) {
    const problem = new Problem(
      await answer
        .clone()
        .json()
        .catch(() => ({ status: 403 })),
    );
    if (problem.type === "banned") banned(problem);
  }
  return answer;
}

function authorised(request: Request): Request {
  const token = currentSession().token;
  if (token) request.headers.set("Authorization", `Bearer ${token}`);
  return request;
}

type Options = { params?: { path?: Record<string, string>; query?: Record<string, unknown> }; body?: unknown; signal?: AbortSignal };

/** What the document brought along is not asked for again, while it is as fresh as what queries keep. */
let brought = start.answers ?? {};
setTimeout(() => {
  brought = {};
}, 10_000);

const call =
  (method: string) =>
  async (path: string, options: Options = {}) => {
    const query = new URLSearchParams();
    for (const [name, value] of Object.entries(options.params?.query ?? {}))
      for (const one of [value].flat()) if (one !== undefined && one !== "") query.append(name, `${one}`);
    query.sort(); // as the server writes them
    const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(options.params?.path?.[name] ?? ""));
    const address = `${filled}${query.size > 0 ? `?${query}` : ""}`;
    if (method === "GET" && address in brought) {
      const data = brought[address];
      delete brought[address]; // it was fresh once
      return { data, response: new Response() };
    }
    const { body, signal } = options;
    const file = body instanceof Blob; // which brings its own type
    const response = await withToken(
      new Request(`/api/v1${address}`, {
        method,
        signal,
        body: file ? body : JSON.stringify(body), // of undefined: nothing
        headers: {
          ...(!file && body !== undefined && { "Content-Type": "application/json" }),
          ...(method === "POST" && { "Idempotency-Key": `${Date.now()}${Math.random()}` }), // what is sent again after a renewal is not done again
        },
      }),
    );
    const content = response.status === 204 ? undefined : await response.json().catch(() => undefined);
    return response.ok ? { data: content, response } : { error: content ?? { status: response.status }, response };
  };

type Methods = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/** The only way to the API: openapi-fetch's types over the contract, and no more code than they need. */
export const api = Object.fromEntries(
  (["GET", "POST", "PUT", "PATCH", "DELETE"] as const).map((method) => [method, call(method)]),
) as unknown as Pick<Client<paths>, Methods>;

/** The data of an answer, or a Problem thrown. */
export async function take<T>(answer: Promise<{ data?: T; error?: unknown; response: Response }>): Promise<T> {
  let settled: { data?: T; error?: unknown; response: Response };
  try {
    settled = await answer;
  } catch {
    throw new Problem({});
  }
  const { data, error, response } = settled;
  if (!response.ok) throw new Problem((error as Partial<Schemas["Problem"]>) ?? { status: response.status });
  return data as T;
}

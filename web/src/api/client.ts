import createClient from "openapi-fetch";
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

/** The only way to the API. */
export const api = createClient<paths>({ baseUrl: "/api/v1", fetch: withToken });

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

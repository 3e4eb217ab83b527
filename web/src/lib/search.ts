/** The parameters of a screen's address, made safe: what does not fit is as if it were not there. */

/** Reads a value of the address. Only a quoted text and a list are more than they look: true, null and 007 are words to look for. */
export function typed(text: string): unknown {
  const value: unknown = JSON.parse(text);
  if (typeof value === "string" || Array.isArray(value)) return value;
  throw new SyntaxError(text);
}

export const word = (value: unknown): string | undefined =>
  ["string", "number", "boolean"].includes(typeof value) && `${value}`.trim() !== "" ? `${value}` : undefined;

export function texts(value: unknown): string[] | undefined {
  const all = (Array.isArray(value) ? value : [value]).map(word).filter((one): one is string => one !== undefined);
  return all.length > 0 ? all : undefined;
}

export function oneOf<T extends string>(value: unknown, allowed: readonly T[]): T[] | undefined {
  const all = texts(value)?.filter((one): one is T => (allowed as readonly string[]).includes(one));
  return all && all.length > 0 ? all : undefined;
}

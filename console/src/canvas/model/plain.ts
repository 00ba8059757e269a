/** Documents without what only says what is so anyway: the server fills defaults in, and people need not read them. */
import type { JourneyDocument } from "./document";

/** What a field says that is left out, as the server fills it in. */
const DEFAULTS: Record<string, unknown> = {
  at: "publication",
  frequency: "once",
  rejoin: false,
  inside: "enter",
  every: 1,
  reentry: "always",
  method: "POST",
};
const LISTS = new Set([
  "yes",
  "no",
  "cases",
  "other",
  "then",
  "a",
  "b",
  "where",
  "exclude",
  "weekdays",
  "exits",
]);

/** What people name themselves: nothing in it has a default. */
const FREE = new Set(["properties", "body"]);

export function isFree(key: string): boolean {
  return FREE.has(key);
}

/** `at` is the default of a start only, and a value that is null is one: it removes an attribute. */
export function isDefault(key: string, value: unknown): boolean {
  if (value === null || value === undefined) return key !== "value";
  if (DEFAULTS[key] === value) return true;
  return (
    LISTS.has(key) &&
    Array.isArray(value) &&
    (value.length === 0 || (key === "weekdays" && value.length === 7))
  );
}

export function plain(document: JourneyDocument): JourneyDocument {
  return stripped(document) as JourneyDocument;
}

function stripped(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(stripped);
  if (typeof value !== "object" || value === null) return value;
  const kept = Object.entries(value).filter(([key, inside]) => !isDefault(key, inside));
  return Object.fromEntries(kept.map(([key, inside]) => [key, isFree(key) ? inside : stripped(inside)]));
}

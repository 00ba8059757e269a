/** Tests of values, as conditions write them. */
import type { Schemas } from "~/api/client";

export type TestName = Schemas["AttributeTest"]["test"];
export type Value = Schemas["AttributeTest"]["value"];

export const TESTS: readonly TestName[] = [
  "is",
  "is_not",
  "is_one_of",
  "contains",
  "starts_with",
  "ends_with",
  "at_least",
  "at_most",
  "more_than",
  "less_than",
  "between",
  "on",
  "before",
  "after",
  "in_last",
  "in_next",
  "anniversary",
  "is_set",
  "is_not_set",
];

export function takesNoValue(test: TestName): boolean {
  return test === "is_set" || test === "is_not_set";
}

function takesSeveral(test: TestName): boolean {
  return test === "is_one_of" || test === "between";
}

/** What was typed, as a number or truth where it is one; several with commas between. */
export function readValue(typed: string, test: TestName): NonNullable<Value> {
  if (takesSeveral(test)) return typed.split(",").map((part) => readOne(part.trim()));
  return readOne(typed);
}

function readOne(typed: string): string | number | boolean {
  if (typed === "true" || typed === "false") return typed === "true";
  return /^-?(0|[1-9]\d*)(\.\d+)?$/.test(typed) ? Number(typed) : typed;
}

export function writeValue(value: Value): string {
  return value === null || value === undefined ? "" : [value].flat().join(", ");
}

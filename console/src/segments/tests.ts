/** Which tests an attribute of a type has, and the form in which their values are written in a condition. */
import type { Schemas } from "~/api/client";

export type Condition = Schemas["Question"]["condition"];
export type AttributeTest = Schemas["AttributeTest"];
export type AttributeType = Schemas["Declaration"]["type"];
export type TestName = AttributeTest["test"];
export type Value = NonNullable<AttributeTest["value"]>;

const TEXT: TestName[] = [
  "is",
  "is_not",
  "is_one_of",
  "contains",
  "starts_with",
  "ends_with",
  "is_set",
  "is_not_set",
];
const NUMBER: TestName[] = [
  ...(["is", "is_not", "at_least", "at_most", "more_than", "less_than", "between"] as const),
  ...(["is_one_of", "is_set", "is_not_set"] as const),
];
const TIME: TestName[] = [
  ...(["on", "before", "after", "between", "in_last", "in_next", "anniversary"] as const),
  ...(["is_set", "is_not_set"] as const),
];

export const TESTS_OF: Record<AttributeType, TestName[]> = {
  text: TEXT,
  number: NUMBER,
  boolean: ["is", "is_set", "is_not_set"],
  date: TIME,
  datetime: TIME,
  email: TEXT,
  phone: TEXT,
  zone: TEXT,
};

/** What a value of a test is written in. */
export type Form = "nothing" | "duration" | "several" | "range" | "number" | "boolean" | "day" | "text";

export function formOf(type: AttributeType, test: TestName): Form {
  if (test === "is_set" || test === "is_not_set") return "nothing";
  if (test === "in_last" || test === "in_next") return "duration";
  if (test === "anniversary") return "duration";
  if (test === "is_one_of") return "several";
  if (test === "between") return "range";
  if (type === "number" || type === "boolean") return type;
  return type === "date" || type === "datetime" ? "day" : "text";
}

/** What one value of a type is: the parts of a range, and of a list. */
export function partOf(type: AttributeType): Form {
  if (type === "number") return "number";
  return type === "date" || type === "datetime" ? "day" : "text";
}

/** A value to begin with, in the form that the test asks for; undefined where it asks for none. */
export function freshValue(type: AttributeType, test: TestName, day: string): Value | undefined {
  const one = partOf(type) === "number" ? 0 : partOf(type) === "day" ? day : "";
  switch (formOf(type, test)) {
    case "nothing":
      return undefined;
    case "duration":
      return test === "anniversary" ? "0 days" : "7 days";
    case "several":
      return [];
    case "range":
      return [one, one];
    case "boolean":
      return true;
    default:
      return one;
  }
}

/** The test of another name; the value is kept where it has the same form. */
export function withTest(
  given: AttributeTest,
  type: AttributeType,
  test: TestName,
  day: string,
): AttributeTest {
  const { value, ...rest } = given;
  const isKept = value !== undefined && value !== null && formOf(type, test) === formOf(type, given.test);
  const next = isKept ? value : freshValue(type, test, day);
  return next === undefined ? { ...rest, test } : { ...rest, test, value: next };
}

/** A test of an attribute to begin with. */
export function freshTest(attribute: string, type: AttributeType, day: string): AttributeTest {
  const test = TESTS_OF[type][0] as TestName;
  const value = freshValue(type, test, day);
  return value === undefined ? { attribute, test } : { attribute, test, value };
}

export type GroupKey = "all" | "any" | "none";
const GROUPS: GroupKey[] = ["all", "any", "none"];

/** The key and the conditions of a group; undefined for a test. */
export function groupOf(condition: Condition): { key: GroupKey; inside: Condition[] } | undefined {
  const node = condition as Partial<Record<GroupKey, Condition[]>>;
  const key = GROUPS.find((one) => node[one] !== undefined);
  return key && { key, inside: node[key] ?? [] };
}

export function group(key: GroupKey, inside: Condition[]): Condition {
  return { [key]: inside } as Condition;
}

/** The same conditions with a group around them, as the editor shows every condition. */
export function grouped(condition: Condition): { key: GroupKey; inside: Condition[] } {
  return groupOf(condition) ?? { key: "all", inside: [condition] };
}

/** The day that a new test of a date begins with. */
export function today(): string {
  return new Date().toISOString().slice(0, 10);
}

/** Every test of every type begins with a value of its form, and keeps one that fits. */
import { expect, it } from "vitest";
import {
  type AttributeType,
  formOf,
  freshTest,
  freshValue,
  group,
  grouped,
  groupOf,
  TESTS_OF,
  withTest,
} from "./tests";

const TODAY = "2026-12-01";
const ALL = (Object.keys(TESTS_OF) as AttributeType[]).flatMap((type) =>
  TESTS_OF[type].map((test) => [type, test] as const),
);

it.each(ALL)("%s %s has a value of its form", (type, test) => {
  const value = freshValue(type, test, TODAY);
  switch (formOf(type, test)) {
    case "nothing":
      return expect(value).toBeUndefined();
    case "duration":
      return expect(value).toMatch(/^\d+ days$/);
    case "several":
      return expect(value).toEqual([]);
    case "range":
      return expect(value).toHaveLength(2);
    case "number":
    case "boolean":
      return expect(typeof value).toBe(formOf(type, test));
    default:
      return expect(typeof value).toBe("string");
  }
});

it("a value is kept where the form stays the same", () => {
  const given = { ...freshTest("city", "text", TODAY), value: "Oslo" };
  expect(withTest(given, "text", "contains", TODAY)).toEqual({
    attribute: "city",
    test: "contains",
    value: "Oslo",
  });
  expect(withTest(given, "text", "is_set", TODAY)).toEqual({ attribute: "city", test: "is_set" });
  expect(withTest(given, "text", "is_one_of", TODAY)).toMatchObject({ value: [] });
});

it("a test alone is shown as a group of one", () => {
  const test = freshTest("city", "text", TODAY);
  expect(groupOf(test)).toBeUndefined();
  expect(grouped(test)).toEqual({ key: "all", inside: [test] });
  expect(grouped(group("none", [test]))).toEqual({ key: "none", inside: [test] });
});

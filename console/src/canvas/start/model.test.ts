/** Starts keep their times from form to form, and nothing that does not go together is said. */
import { expect, it } from "vitest";
import { BLANK, put, type SegmentStart, withFrequency, withType } from "./model";

const AT = { at: "2026-12-05T09:00", timezone: "Europe/Paris" };

it("another way of starting keeps the times", () => {
  const trigger = withType({ ...BLANK, ...AT, frequency: "newly_added", rejoin: true }, "trigger", "contact");
  expect(trigger).toEqual({ trigger: "", audience: "contact", ...AT });
  expect(withType(trigger, "segment", "contact")).toEqual({ ...BLANK, ...AT });
  expect(withType(trigger, "trigger", "lead")).toBe(trigger);
});

it("a frequency has what goes with it, and nothing else", () => {
  const rejoining: SegmentStart = { segment: "vip", frequency: "newly_added", rejoin: true };
  expect(withFrequency(rejoining, "once")).toEqual({ segment: "vip", frequency: "once" });
  const repeating = withFrequency(rejoining, "repeating");
  expect(repeating).toEqual({ segment: "vip", frequency: "repeating", repeat: { every: 1, unit: "week" } });
  expect(withFrequency({ ...repeating, inside: "skip" }, "once")).toEqual({
    segment: "vip",
    frequency: "once",
  });
});

it("what says nothing is left out", () => {
  expect(put({ a: 1, b: 2 }, "b", undefined)).toEqual({ a: 1 });
  expect(put({ a: 1 }, "a", 2)).toEqual({ a: 2 });
});

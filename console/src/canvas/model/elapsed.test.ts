/** The hint under each step: the earliest time since entry along the path, on the wall clock of the journey's zone. */
import { describe, expect, it } from "vitest";
import { instantOf, wallAt } from "~/kit/wall";
import type { JourneyDocument, Step } from "./document";
import { elapsed } from "./elapsed";

const EMAIL: Step = { id: "email", kind: "email", content: "news", to: "email" };
const END: Step = { id: "end", kind: "goal", name: "bought" };
const wait = (id: string, length: string): Step => ({ id, kind: "wait", for: length });

const until = (at: string): Step => ({ id: "until", kind: "wait_until", at });
const during = (from: string, to: string, weekdays?: "mon"[]): Step => ({
  id: "until",
  kind: "wait_until",
  time: weekdays ? { from, to, weekdays } : { from, to },
});
const asked = (yes: Step[], no: Step[]): Step => ({
  id: "asked",
  kind: "if",
  of: "email",
  event: "opened",
  within: "1 day",
  yes,
  no,
});
const paris = (local: string) => new Date(instantOf(Date.parse(`${local}Z`), "Europe/Paris")).toISOString();

function hint(steps: Step[], start: Partial<JourneyDocument["start"]> = {}, zone = "UTC") {
  const begins = { segment: "all", at: "2026-12-01T09:00", ...start } as JourneyDocument["start"];
  return Object.fromEntries(elapsed({ journey: "Launch", start: begins, steps }, zone));
}

describe("with a start that is known", () => {
  it("counts days from 1 and tells the time", () => {
    expect(hint([EMAIL, wait("pause", "1 day"), wait("more", "90 minutes"), END])).toEqual({
      email: { kind: "clock", day: 1, time: "09:00" },
      pause: { kind: "clock", day: 1, time: "09:00" },
      more: { kind: "clock", day: 2, time: "09:00" },
      end: { kind: "clock", day: 2, time: "10:30" },
    });
  });

  it("days keep the wall clock, hours do not (W11)", () => {
    const start = { at: "2026-03-28T09:00" };
    expect(hint([wait("a", "1 day"), END], start, "Europe/Paris").end).toMatchObject({
      day: 2,
      time: "09:00",
    });
    expect(hint([wait("a", "24 hours"), END], start, "Europe/Paris").end).toMatchObject({ time: "10:00" });
  });

  it("months end on the last day where they have to", () => {
    expect(hint([wait("a", "1 month"), END], { at: "2026-01-31T09:00" }).end).toMatchObject({ day: 29 });
  });

  it("a date that has passed is no wait (W10)", () => {
    expect(hint([until("2026-12-05T18:00"), END]).end).toMatchObject({ day: 5, time: "18:00" });
    expect(hint([until("2026-11-05T18:00"), END]).end).toMatchObject({ day: 1, time: "09:00" });
  });

  it("a part of the day opens, on its days (W12)", () => {
    expect(hint([during("08:00", "10:00"), END]).end).toMatchObject({ day: 1, time: "09:00" });
    expect(hint([during("18:00", "20:00"), END]).end).toMatchObject({ day: 1, time: "18:00" });
    expect(hint([during("22:00", "09:30"), END]).end).toMatchObject({ day: 1, time: "09:00" });
    // 2026-12-01 is a Tuesday
    expect(hint([during("08:00", "10:00", ["mon"]), END]).end).toMatchObject({ day: 7, time: "08:00" });
  });
});

describe("branches", () => {
  it("Yes may come at once, No at the limit, counted from the message (W4)", () => {
    const steps = [EMAIL, wait("a", "2 hours"), asked([wait("y", "1 hour")], [wait("n", "1 hour")]), END];
    expect(hint(steps)).toMatchObject({
      y: { day: 1, time: "11:00" },
      n: { day: 2, time: "09:00" },
      end: { day: 1, time: "12:00" },
    });
  });

  it("who leaves does not come to what follows", () => {
    const found = hint([EMAIL, asked([{ id: "exit", kind: "exit" }], []), END]);
    expect(found.end).toMatchObject({ day: 2, time: "09:00" });
    expect(hint([asked([{ id: "x", kind: "exit" }], [{ id: "y", kind: "exit" }]), END]).end).toBeUndefined();
  });
});

describe("with an entry at any time", () => {
  const sometime = { at: "publication" };

  it("tells how long after it", () => {
    const found = hint([EMAIL, wait("a", "1 week"), wait("b", "90 minutes"), END], sometime);
    expect(found.email).toEqual({ kind: "since", days: 0, minutes: 0 });
    expect(found.end).toEqual({ kind: "since", days: 7, minutes: 90 });
  });

  it("a fixed date is told as it is", () => {
    expect(hint([until("2026-12-05T09:00"), wait("a", "1 day"), END], sometime).end).toEqual({
      kind: "at",
      at: "2026-12-06T09:00",
    });
  });

  it("newly added members enter at any time", () => {
    expect(hint([EMAIL], { frequency: "newly_added" }).email).toMatchObject({ kind: "since" });
  });
});

it("a local time that does not exist is the first that does, one that exists twice the first of both (Z2)", () => {
  expect(paris("2026-03-29T02:30")).toBe("2026-03-29T01:30:00.000Z");
  expect(paris("2026-10-25T02:30")).toBe("2026-10-25T00:30:00.000Z");
  expect(wallAt(Date.parse("2026-10-25T01:30:00Z"), "Europe/Paris")).toBe(Date.parse("2026-10-25T02:30:00Z"));
});

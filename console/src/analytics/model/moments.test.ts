import { describe, expect, it } from "vitest";
import { filled, happened, type Moment, type OverTime } from "./moments";

const moment = (at: string, more: Partial<Moment> = {}): Moment => ({
  at,
  entered: 0,
  left: 0,
  sent: 0,
  opened: 0,
  clicked: 0,
  automated: 0,
  bounced: 0,
  complained: 0,
  unsubscribed: 0,
  ...more,
});
const over = (by: OverTime["by"], zone: string, ...moments: Moment[]): OverTime => ({
  by,
  zone,
  at: "2026-12-01T00:00:00Z",
  moments,
});

describe("N2: what happened over time", () => {
  it("has no gaps", () => {
    const found = filled(
      over("hour", "UTC", moment("2026-12-01T09:00:00Z", { sent: 3 }), moment("2026-12-01T12:00:00Z")),
    );
    expect(found.map((one) => [one.at.slice(11, 13), one.sent])).toEqual([
      ["09", 3],
      ["10", 0],
      ["11", 0],
      ["12", 0],
    ]);
  });

  it("counts days of the wall clock, one of which has 25 hours", () => {
    const found = filled(
      over("day", "Europe/Paris", moment("2026-10-23T22:00:00Z"), moment("2026-10-26T23:00:00Z")),
    );
    expect(found.map((one) => one.at.slice(0, 13))).toEqual([
      "2026-10-23T22",
      "2026-10-24T22",
      "2026-10-25T23",
      "2026-10-26T23",
    ]);
  });

  it("is empty where nothing happened", () => {
    expect(filled(over("day", "UTC"))).toEqual([]);
    expect(happened([moment("2026-12-01T00:00:00Z", { clicked: 1, sent: 2 })])).toEqual(["sent", "clicked"]);
  });
});

import { expect, it } from "vitest";
import { hoursOf, sumOf } from "./hours";

const sent = (hour: string, channel: string, messages: number) => ({ hour, channel, messages });

it("hours in which nothing is sent are there, and channels that send nothing are not", () => {
  const found = hoursOf(
    [
      sent("2026-12-01T12:00:00Z", "text", 2),
      sent("2026-12-01T09:00:00Z", "email", 5),
      sent("2026-12-01T09:00:00Z", "text", 1),
    ],
    "UTC",
  );
  expect(found.by).toBe("hour");
  expect(found.channels).toEqual(["email", "text"]);
  expect(found.buckets.map((one) => [one.at.slice(11, 13), one.email, one.text, sumOf(one)])).toEqual([
    ["09", 5, 1, 6],
    ["10", 0, 0, 0],
    ["11", 0, 0, 0],
    ["12", 0, 2, 2],
  ]);
});

it("months are told by the day of the journey's wall clock, though one of them has 25 hours", () => {
  const found = hoursOf(
    [
      sent("2026-10-20T21:00:00Z", "email", 1),
      sent("2026-10-24T22:00:00Z", "email", 2),
      sent("2026-10-25T22:00:00Z", "email", 3),
      sent("2026-11-25T22:00:00Z", "push", 4),
    ],
    "Europe/Paris",
  );
  expect(found.by).toBe("day");
  expect(found.buckets).toHaveLength(37);
  expect(found.buckets.filter((one) => sumOf(one) > 0).map((one) => [one.at, sumOf(one)])).toEqual([
    ["2026-10-19T22:00:00.000Z", 1],
    ["2026-10-24T22:00:00.000Z", 5],
    ["2026-11-24T23:00:00.000Z", 4],
  ]);
});

it("where nothing is sent there is nothing to show", () => {
  expect(hoursOf([], "UTC")).toEqual({ by: "hour", channels: [], buckets: [] });
});

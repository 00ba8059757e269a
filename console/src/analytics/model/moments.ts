/** What happened over time, without gaps: minutes, hours or days of a wall clock in which nothing happened are zero. */
import type { Schemas } from "~/api/client";
import { DAY, HOUR, instantOf, MINUTE, wallAt } from "~/kit/wall";

export type Moment = Schemas["Moment"];
export type OverTime = Schemas["OverTime"];
export const BUCKETS = ["minute", "hour", "day"] as const;
export const SERIES = [
  "entered",
  "left",
  "sent",
  "opened",
  "clicked",
  "automated",
  "bounced",
  "complained",
  "unsubscribed",
] as const;
export type Series = (typeof SERIES)[number];

const LENGTHS = { minute: MINUTE, hour: HOUR, day: DAY };

/** From the first to the last. */
export function filled({ by, zone, moments }: OverTime): Moment[] {
  return withoutGaps(by, zone, moments, NOTHING);
}

/** Days are those of the wall clock, which are not all as long. */
export function withoutGaps<T extends { at: string }>(
  by: OverTime["by"],
  zone: string,
  moments: readonly T[],
  nothing: Omit<T, "at">,
): T[] {
  const known = new Map(moments.map((one) => [Date.parse(one.at), one]));
  const [first, last] = [moments.at(0), moments.at(-1)];
  if (!first || !last) return [];
  const found: T[] = [];
  for (let at = Date.parse(first.at); at <= Date.parse(last.at); at = next(at, by, zone))
    found.push(known.get(at) ?? ({ ...nothing, at: new Date(at).toISOString() } as T));
  return found;
}

function next(at: number, by: OverTime["by"], zone: string): number {
  return by === "day" ? instantOf(wallAt(at, zone) + DAY, zone) : at + LENGTHS[by];
}

const NOTHING = Object.fromEntries(SERIES.map((name) => [name, 0])) as Record<Series, number>;

/** The series in which anything happened. */
export function happened(moments: readonly Moment[]): Series[] {
  return SERIES.filter((name) => moments.some((one) => one[name] > 0));
}

/** Durations as the document writes them: `1 day`, `90 minutes`. Days and longer keep the wall clock (rule W11). */
import { DAY, HOUR, instantOf, MINUTE, wallAt } from "~/kit/wall";

export const UNITS = ["second", "minute", "hour", "day", "week", "month"] as const;
export type Unit = (typeof UNITS)[number];

export interface Duration {
  number: number;
  unit: Unit;
}

export function readDuration(text: string): Duration | undefined {
  const found = /^(\d{1,6}) (second|minute|hour|day|week|month)s?$/.exec(text.trim());
  return found ? { number: Number(found[1]), unit: found[2] as Unit } : undefined;
}

export function writeDuration({ number, unit }: Duration): string {
  return `${number} ${unit}${number === 1 ? "" : "s"}`;
}

const ELAPSED = { second: 1000, minute: MINUTE, hour: HOUR } as const;

/** What the wall clock of a zone shows so long after it showed this. */
export function later(wall: number, { number, unit }: Duration, zone: string): number {
  if (unit === "day" || unit === "week") return wall + number * DAY * (unit === "week" ? 7 : 1);
  if (unit === "month") return addMonths(wall, number);
  return wallAt(instantOf(wall, zone) + number * ELAPSED[unit], zone);
}

/** The same day of another month, or its last day where it lacks that one. */
function addMonths(wall: number, number: number): number {
  const at = new Date(wall);
  const moved = new Date(wall);
  moved.setUTCDate(1);
  moved.setUTCMonth(at.getUTCMonth() + number);
  const last = new Date(Date.UTC(moved.getUTCFullYear(), moved.getUTCMonth() + 1, 0)).getUTCDate();
  moved.setUTCDate(Math.min(at.getUTCDate(), last));
  return moved.getTime();
}

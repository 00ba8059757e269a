/**
 * Wall clocks (rule Z2): a local time such as `2026-12-05T09:00` is kept as the number of milliseconds that it would be
 * in UTC, so that days can be added to it; the browser's own data say what instant it is in a zone.
 */
export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

const FORMS = new Map<string, Intl.DateTimeFormat>();

/** The wall clock of a zone at an instant. */
export function wallAt(instant: number, zone: string): number {
  const parts: Record<string, number> = {};
  for (const { type, value } of formOf(zone).formatToParts(instant)) parts[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  return Date.UTC(year, month - 1, day, hour, minute, second) + (instant % 1000);
}

/** The first instant at which the wall clock of a zone shows this time, or later when it never does. */
export function instantOf(wall: number, zone: string): number {
  const guesses = [wall - DAY, wall + DAY].map((near) => wall - (wallAt(near, zone) - near));
  const [early = wall, late = wall] = guesses.toSorted((a, b) => a - b);
  return wallAt(early, zone) === wall ? early : late;
}

export function readWall(local: string): number {
  return Date.parse(`${local}Z`);
}

/** Without seconds: `2026-12-05T09:00`. */
export function writeWall(wall: number): string {
  return new Date(wall).toISOString().slice(0, 16);
}

/** Whether the browser knows a zone of this name. */
export function isZone(zone: string): boolean {
  try {
    return Boolean(formOf(zone));
  } catch {
    return false;
  }
}

function formOf(zone: string): Intl.DateTimeFormat {
  let form = FORMS.get(zone);
  if (!form) {
    form = new Intl.DateTimeFormat("en", {
      timeZone: zone,
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    });
    FORMS.set(zone, form);
  }
  return form;
}

/** Nine in the morning of the next day: what a new date begins with. */
export function tomorrow(wall: number): string {
  return `${writeWall(wall + DAY).slice(0, 10)}T09:00`;
}

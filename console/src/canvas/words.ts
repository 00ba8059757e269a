/** How moments and lengths of time are shown. */
import type { Text } from "~/kit/text";
import { readWall } from "~/kit/wall";
import type { Elapsed } from "./model/elapsed";

const FORM = new Intl.DateTimeFormat("en-GB", {
  timeZone: "UTC",
  day: "numeric",
  month: "short",
  year: "numeric",
  hour: "2-digit",
  minute: "2-digit",
});

/** A local time in words: `5 Dec 2026, 09:00`. */
export function shownMoment(local: string): string {
  const wall = readWall(local);
  return Number.isNaN(wall) ? local : FORM.format(wall);
}

/** When somebody comes to a step at the earliest. */
export function shownElapsed(elapsed: Elapsed, text: Text): string {
  if (elapsed.kind === "clock") return text("canvas.onDay", { day: elapsed.day, time: elapsed.time });
  if (elapsed.kind === "at") return text("canvas.notBefore", { at: shownMoment(elapsed.at) });
  const { days, minutes } = elapsed;
  if (days === 0 && minutes === 0) return text("canvas.atEntry");
  const parts = [
    days > 0 && text("canvas.days", { days }),
    minutes >= 60 && text("canvas.hours", { hours: Math.floor(minutes / 60) }),
    minutes % 60 > 0 && text("canvas.minutes", { minutes: minutes % 60 }),
  ];
  return text("canvas.afterEntry", { length: parts.filter(Boolean).join(" ") });
}

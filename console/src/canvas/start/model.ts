/** The start of a journey, from one form to another: pure, so that nothing is said that does not go together. */
import type { JourneyDocument } from "../model/document";

export type Start = JourneyDocument["start"];
export type SegmentStart = Extract<Start, { segment: unknown }>;
export type TriggerStart = Extract<Start, { trigger: unknown }>;
export type Frequency = NonNullable<SegmentStart["frequency"]>;

/** What both ways of starting have. */
export type Timing = Pick<SegmentStart, "at" | "end" | "timezone" | "exclude" | "rate" | "hold_out">;

export const BLANK: SegmentStart = { segment: "", frequency: "once" };

function timingOf({ at, end, timezone, exclude, rate, hold_out }: Start): Timing {
  const told = { at, end, timezone, exclude, rate, hold_out };
  return Object.fromEntries(Object.entries(told).filter(([, value]) => value !== undefined));
}

/** The same times for another way of starting. */
export function withType(start: Start, type: "segment" | "trigger", audience: string): Start {
  if ((type === "trigger") === "trigger" in start) return start;
  return type === "trigger"
    ? { trigger: "", audience, ...timingOf(start) }
    : { ...BLANK, ...timingOf(start) };
}

/** The same start by another frequency, without what does not go with it. */
export function withFrequency(start: SegmentStart, frequency: Frequency): SegmentStart {
  const { rejoin: _rejoin, repeat, inside, ...rest } = start;
  if (frequency !== "repeating") return { ...rest, frequency };
  return { ...rest, frequency, repeat: repeat ?? { every: 1, unit: "week" }, ...(inside ? { inside } : {}) };
}

/** A field that is left out when it says nothing. */
export function put<T extends object, K extends keyof T>(into: T, field: K, value: T[K] | undefined): T {
  const { [field]: _before, ...rest } = into;
  return (value === undefined ? rest : { ...rest, [field]: value }) as T;
}

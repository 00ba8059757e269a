/** The messages of a rehearsal by the hour and channel, without gaps; by the day, when it takes longer than can be seen. */
import { withoutGaps } from "~/analytics/model/moments";
import { DAY, instantOf, wallAt } from "~/kit/wall";
import type { Rehearsal } from "./queries";

export const CHANNELS = ["email", "text", "push", "webhook"] as const;
export type Channel = (typeof CHANNELS)[number];

export type Bucket = { at: string } & Record<Channel, number>;

export interface Hours {
  by: "hour" | "day";
  /** Those that anything is sent by. */
  channels: Channel[];
  buckets: Bucket[];
}

/** Milliseconds after which hours are too many to be told apart. */
const LONG = 10 * DAY;
const NOTHING: Record<Channel, number> = { email: 0, text: 0, push: 0, webhook: 0 };

export function hoursOf(sent: Rehearsal["messages_by_hour"], zone: string): Hours {
  const hours = sent.map((one) => Date.parse(one.hour)).toSorted((one, other) => one - other);
  const by = (hours.at(-1) ?? 0) - (hours[0] ?? 0) > LONG ? "day" : "hour";
  const found = new Map<string, Bucket>();
  for (const { hour, channel, messages } of sent) {
    const at = begins(Date.parse(hour), by, zone);
    const before = found.get(at) ?? { at, ...NOTHING };
    found.set(at, { ...before, [channel]: before[channel as Channel] + messages });
  }
  const inOrder = [...found.values()].toSorted((one, other) => Date.parse(one.at) - Date.parse(other.at));
  return {
    by,
    channels: CHANNELS.filter((channel) => inOrder.some((one) => one[channel] > 0)),
    buckets: withoutGaps(by, zone, inOrder, NOTHING),
  };
}

function begins(instant: number, by: "hour" | "day", zone: string): string {
  if (by === "hour") return new Date(instant).toISOString();
  return new Date(instantOf(Math.floor(wallAt(instant, zone) / DAY) * DAY, zone)).toISOString();
}

export function sumOf(bucket: Bucket): number {
  return CHANNELS.reduce((sum, channel) => sum + bucket[channel], 0);
}

/**
 * When somebody can come to each step at the earliest: the time since they entered along the shortest path, on the wall
 * clock of the journey's zone. A message takes no time here, an awaited event comes at once, and what depends on the
 * person's own data or zone is taken as passed; No comes at its limit, though it comes at once to whom nothing was sent.
 */
import { DAY, MINUTE, readWall, writeWall } from "~/kit/wall";
import { branchesOf, endsHere, type JourneyDocument, type Step, type StepOf, stepsOf } from "./document";
import { later, readDuration } from "./duration";

/** On which day since the entry (from 1) and when; or how long after it, when nobody knows that; or a fixed time. */
export type Elapsed =
  | { kind: "clock"; day: number; time: string }
  | { kind: "since"; days: number; minutes: number }
  | { kind: "at"; at: string };

/** `isFixed`: a time on the wall clock; else `wall` counts from an entry at an unknown moment. */
interface Moment {
  wall: number;
  isFixed: boolean;
}

/** Any midnight: what is unknown is counted from here. */
const SOMETIME = readWall("2001-01-01T00:00");
const WEEK = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"] as const;

export function elapsed(document: JourneyDocument, zone: string): Map<string, Elapsed> {
  const entry = entryOf(document);
  const walk = new Walk(zone);
  walk.list(stepsOf(document), entry ?? { wall: SOMETIME, isFixed: false });
  return new Map([...walk.arrivals].map(([id, moment]) => [id, told(moment, entry)]));
}

/** When people enter, if they all do so at a time that is known. */
function entryOf({ start }: JourneyDocument): Moment | undefined {
  const isTogether = "segment" in start && start.frequency !== "newly_added";
  if (!isTogether || !start.at || start.at === "publication") return undefined;
  const wall = readWall(start.at);
  return Number.isNaN(wall) ? undefined : { wall, isFixed: true };
}

function told({ wall, isFixed }: Moment, entry: Moment | undefined): Elapsed {
  if (entry) {
    const day = Math.floor(wall / DAY) - Math.floor(entry.wall / DAY) + 1;
    return { kind: "clock", day, time: writeWall(wall).slice(11) };
  }
  if (isFixed) return { kind: "at", at: writeWall(wall) };
  const since = wall - SOMETIME;
  return { kind: "since", days: Math.floor(since / DAY), minutes: Math.floor((since % DAY) / MINUTE) };
}

class Walk {
  readonly arrivals = new Map<string, Moment>();

  constructor(private readonly zone: string) {}

  /** When those come to the end of a list who come to its beginning now; undefined when nobody does. */
  list(steps: readonly Step[], now: Moment): Moment | undefined {
    let here: Moment | undefined = now;
    for (const step of steps) {
      if (!here) return undefined;
      this.arrivals.set(step.id, here);
      here = this.step(step, here);
    }
    return here;
  }

  private step(step: Step, now: Moment): Moment | undefined {
    if (endsHere(step)) return undefined;
    const branches = branchesOf(step);
    if (branches.length === 0) return this.waited(step, now);
    const limit = this.limitOf(step, now);
    const ends = branches.map(({ outcome, steps }) => this.list(steps, outcome === "no" ? limit : now));
    return earliest(ends);
  }

  private waited(step: Step, now: Moment): Moment {
    if (step.kind === "wait") return this.after(now, step.for);
    if (step.kind !== "wait_until") return now;
    if (step.at) return latest(now, { wall: readWall(step.at), isFixed: true });
    return step.time && now.isFixed ? { ...now, wall: opens(now.wall, step.time) } : now;
  }

  private limitOf(step: Step, now: Moment): Moment {
    if (step.kind === "wait_for") return this.after(now, step.within);
    if (step.kind !== "if") return now;
    return latest(now, this.after(this.arrivals.get(step.of) ?? now, step.within));
  }

  private after(moment: Moment, duration: string): Moment {
    const read = readDuration(duration);
    return read ? { ...moment, wall: later(moment.wall, read, moment.isFixed ? this.zone : "UTC") } : moment;
  }
}

type Window = NonNullable<StepOf<"wait_until">["time"]>;

/** When a part of the day begins next, or now inside of it. */
function opens(wall: number, window: Window): number {
  const from = readWall(`1970-01-01T${window.from}`);
  const to = readWall(`1970-01-01T${window.to}`);
  const length = to > from ? to - from : to - from + DAY;
  const today = Math.floor(wall / DAY) * DAY;
  for (let day = -1; day <= 7; day += 1) {
    const begins = today + day * DAY + from;
    const weekday = WEEK[new Date(begins).getUTCDay()];
    const isDay = !window.weekdays || window.weekdays.some((one) => one === weekday);
    if (isDay && wall < begins + length) return Math.max(wall, begins);
  }
  return wall;
}

/** A fixed time and one that counts from the entry cannot be compared: what is fixed is later than the entry. */
function latest(one: Moment, other: Moment): Moment {
  if (one.isFixed !== other.isFixed) return one.isFixed ? one : other;
  return one.wall >= other.wall ? one : other;
}

function earliest(moments: readonly (Moment | undefined)[]): Moment | undefined {
  const known = moments.filter((moment) => moment !== undefined);
  const [first, ...rest] = known;
  if (!first) return undefined;
  return rest.reduce((soonest, moment) => (latest(soonest, moment) === soonest ? moment : soonest), first);
}

/** One person's way through a journey as it is played on the canvas: one visit after the other. */
import type { Schemas } from "~/api/client";
import type { Layout } from "~/canvas/model/layout";

export type Visit = Schemas["Visit"];

/** One participation: a person may have gone through several runs or versions. */
export interface Way {
  participant: string;
  version: number;
  run: number;
  visits: Visit[];
}

/** The ways of a person through a journey, the newest first. */
export function waysOf(visits: readonly Visit[], journey: string): Way[] {
  const ways = new Map<string, Way>();
  for (const visit of visits) {
    if (visit.journey !== journey) continue;
    const { participant, version, run } = visit;
    const way = ways.get(participant) ?? { participant, version, run, visits: [] };
    way.visits.push(visit);
    ways.set(participant, way);
  }
  const began = (way: Way) => way.visits[0]?.entered_at ?? "";
  return [...ways.values()].toSorted((one, other) => began(other).localeCompare(began(one)));
}

/** The way that was asked for, or else the newest of the version and run that are looked at, or the newest of all. */
export function chosenWay(
  ways: readonly Way[],
  asked: string | undefined,
  version: number | "all" | undefined,
  run: number | undefined,
): Way | undefined {
  const fits = (way: Way) =>
    (typeof version !== "number" || way.version === version) && (run === undefined || way.run === run);
  return ways.find((way) => way.participant === asked) ?? ways.find(fits) ?? ways[0];
}

export interface Replay {
  at: number;
  isPlaying: boolean;
}

export const BEGINNING: Replay = { at: 0, isPlaying: false };

export type Deed = "play" | "pause" | "next" | "previous" | "tick" | number;

/** What a button, or the passing of time, makes of a replay of so many visits. Whoever plays at the end begins anew. */
export function replayed(replay: Replay, deed: Deed, visits: number): Replay {
  const last = Math.max(visits - 1, 0);
  const to = (at: number) => Math.min(Math.max(at, 0), last);
  if (typeof deed === "number") return { at: to(deed), isPlaying: false };
  switch (deed) {
    case "play":
      return { at: replay.at >= last ? 0 : replay.at, isPlaying: last > 0 };
    case "pause":
      return { ...replay, isPlaying: false };
    case "next":
      return { at: to(replay.at + 1), isPlaying: false };
    case "previous":
      return { at: to(replay.at - 1), isPlaying: false };
    case "tick":
      return replay.isPlaying ? { at: to(replay.at + 1), isPlaying: replay.at + 1 < last } : replay;
  }
}

/** What the canvas shows of a way as far as the replay is. */
export interface ShownWay {
  /** The place of each visited step in the order of the visits, from 1. */
  visited: ReadonlyMap<string, number>;
  current: string | undefined;
}

export function shownAt(way: Way, at: number): ShownWay {
  const seen = way.visits.slice(0, at + 1);
  const visited = new Map(seen.map((visit, index) => [visit.step, index + 1]));
  return { visited, current: seen.at(-1)?.step };
}

/** The connectors between the steps that were visited, the start before them: the ids of what is below each. */
export function taken(drawn: Layout, { visited }: ShownWay): ReadonlySet<string> {
  const steps = ["start", ...visited.keys()];
  const above = new Map<string, string[]>();
  for (const { from, to } of drawn.connections) above.set(to, [...(above.get(to) ?? []), from]);
  const found = new Set<string>();
  for (const [index, step] of steps.entries()) {
    const before = steps[index - 1];
    if (before !== undefined) for (const key of between(before, step, above) ?? []) found.add(key);
  }
  return found;
}

/** From one step up to another, past no third one. */
function between(
  from: string,
  to: string,
  above: ReadonlyMap<string, readonly string[]>,
): string[] | undefined {
  for (const next of above.get(to) ?? []) {
    const here = `${next} ${to}`;
    if (next === from) return [here];
    const rest = next.includes(":") ? between(from, next, above) : undefined;
    if (rest) return [here, ...rest];
  }
  return undefined;
}

/** The way that the address names, and how far its replay is. */
import { useEffect, useMemo, useReducer } from "react";
import type { Journey } from "~/canvas/queries";
import { useTimeline } from "~/people/queries";
import type { TimelineEvent } from "./model/reason";
import {
  BEGINNING,
  chosenWay,
  type Deed,
  type Replay,
  replayed,
  type ShownWay,
  shownAt,
  type Way,
  waysOf,
} from "./model/replay";
import { useWhere } from "./where";

/** Milliseconds between two visits while it plays. */
const PACE = 1_500;

/** Another way begins anew. */
interface Played {
  of: string | undefined;
  replay: Replay;
}

export interface Replaying {
  timeline: ReturnType<typeof useTimeline>;
  ways: readonly Way[];
  way: Way | undefined;
  events: readonly TimelineEvent[];
  replay: Replay;
  act(deed: Deed): void;
  /** What the canvas shows of it; null while it shows nobody's way. */
  shown: ShownWay | null;
}

export function useReplay(journey: Journey): Replaying {
  const { where, go } = useWhere();
  const timeline = useTimeline(where.person ?? "");
  const ways = useMemo(() => waysOf(timeline.data?.visits ?? [], journey.id), [timeline.data, journey.id]);
  const way = where.person ? chosenWay(ways, where.way, where.version, where.run) : undefined;
  const count = way?.visits.length ?? 0;
  const [{ of, replay: played }, change] = useReducer(
    (before: Played, deed: Deed): Played => ({
      of: way?.participant,
      replay: replayed(before.of === way?.participant ? before.replay : BEGINNING, deed, count),
    }),
    { of: undefined, replay: BEGINNING },
  );
  const replay = of === way?.participant ? played : BEGINNING;
  useEffect(() => {
    if (!replay.isPlaying) return undefined;
    const playing = setTimeout(() => change("tick"), PACE);
    return () => clearTimeout(playing);
  }, [replay]);
  const elsewhere = way && way.version !== journey.version ? way.version : undefined;
  useEffect(() => {
    if (elsewhere !== undefined) go({ version: elsewhere, run: undefined }, true);
  }, [elsewhere, go]);
  const shown = useMemo(() => way && shownAt(way, replay.at), [way, replay.at]);
  return {
    timeline,
    ways,
    way,
    events: timeline.data?.events ?? [],
    replay,
    act: change,
    shown: shown ?? null,
  };
}

import { describe, expect, it } from "vitest";
import type { JourneyDocument } from "~/canvas/model/document";
import { layout } from "~/canvas/model/layout";
import { VISIT } from "./made";
import { BEGINNING, chosenWay, replayed, shownAt, taken, type Visit, waysOf } from "./replay";

const visit = (participant: string, step: string, entered_at: string, more: Partial<Visit> = {}): Visit => ({
  ...VISIT,
  participant,
  step,
  entered_at,
  ...more,
});

const VISITS = [
  visit("3-1", "announce", "2026-12-01T09:00:00Z"),
  visit("3-1", "pause", "2026-12-01T09:01:00Z"),
  visit("3-9", "announce", "2026-12-02T09:00:00Z", { run: 2 }),
  visit("3-5", "other", "2026-12-03T09:00:00Z", { journey: "welcome" }),
];

describe("N4: the ways of a person", () => {
  it("are those through this journey, the newest first", () => {
    expect(waysOf(VISITS, "launch").map((way) => [way.run, way.visits.length])).toEqual([
      [2, 1],
      [1, 2],
    ]);
  });

  it("are chosen by name, by run, or else the newest", () => {
    const ways = waysOf(VISITS, "launch");
    expect(chosenWay(ways, "3-1", undefined, undefined)?.run).toBe(1);
    expect(chosenWay(ways, undefined, 1, 1)?.run).toBe(1);
    expect(chosenWay(ways, undefined, "all", undefined)?.run).toBe(2);
    expect(chosenWay(ways, undefined, 7, undefined)?.run).toBe(2);
    expect(chosenWay([], undefined, 1, 1)).toBeUndefined();
  });
});

describe("N4: a replay", () => {
  it("plays to the last visit and stops there", () => {
    const playing = replayed(BEGINNING, "play", 3);
    const seen = [playing, replayed(playing, "tick", 3)];
    seen.push(replayed(seen[1] ?? playing, "tick", 3));
    expect(seen.map(({ at, isPlaying }) => [at, isPlaying])).toEqual([
      [0, true],
      [1, true],
      [2, false],
    ]);
    expect(replayed({ at: 2, isPlaying: false }, "play", 3)).toEqual({ at: 0, isPlaying: true });
  });

  it("goes step by step, and never beyond the way", () => {
    expect(replayed({ at: 2, isPlaying: true }, "next", 3)).toEqual({ at: 2, isPlaying: false });
    expect(replayed({ at: 0, isPlaying: true }, "previous", 3)).toEqual({ at: 0, isPlaying: false });
    expect(replayed({ at: 0, isPlaying: false }, "tick", 3)).toEqual({ at: 0, isPlaying: false });
    expect(replayed({ at: 1, isPlaying: true }, 9, 3)).toEqual({ at: 2, isPlaying: false });
    expect(replayed(BEGINNING, "play", 1)).toEqual(BEGINNING);
  });

  it("numbers the steps in the order in which they were visited", () => {
    const [, first] = waysOf(VISITS, "launch");
    expect(first && [...shownAt(first, 1).visited]).toEqual([
      ["announce", 1],
      ["pause", 2],
    ]);
    expect(first && shownAt(first, 0)).toEqual({ visited: new Map([["announce", 1]]), current: "announce" });
  });
});

const wait = (id: string) => ({ id, kind: "wait", for: "1 day" });

describe("N4: the connectors that were taken", () => {
  const drawn = layout({
    journey: "Launch",
    start: { segment: "vip" },
    steps: [
      {
        id: "asked",
        kind: "wait_for",
        trigger: "paid",
        within: "1 day",
        yes: [wait("thank")],
        no: [wait("remind")],
      },
      wait("end"),
    ],
  } as unknown as JourneyDocument);
  const along = (...steps: string[]) => [
    ...taken(drawn, {
      visited: new Map(steps.map((step, index) => [step, index + 1])),
      current: steps.at(-1),
    }),
  ];

  it("go through one branch, and through where it merges", () => {
    const keys = along("asked", "remind", "end");
    expect(keys).toContain("outcome:asked:no plus:asked:no:0");
    expect(keys).toContain("plus:asked:no:1 merge:asked");
    expect(keys.filter((key) => key.includes("yes") || key.includes("thank"))).toEqual([]);
  });

  it("begin at the start, and end where the replay is", () => {
    expect(along("asked")).toEqual(["plus:::0 asked", "start plus:::0"]);
    expect(along()).toEqual([]);
  });
});

import { describe, expect, it } from "vitest";
import type { JourneyDocument } from "~/canvas/model/document";
import { layout } from "~/canvas/model/layout";
import { byStep, carried, type StepNumbers, widthOf } from "./flow";

const DOCUMENT = {
  journey: "Launch",
  start: { segment: "vip" },
  steps: [
    { id: "announce", kind: "email", content: "news", to: "email" },
    {
      id: "clicked",
      kind: "if",
      of: "announce",
      event: "link_clicked",
      within: "1 day",
      yes: [{ id: "launched", kind: "text", content: "sms", to: "phone" }],
      no: [{ id: "gone", kind: "exit" }],
    },
    { id: "after", kind: "wait", for: "1 day" },
  ],
} as unknown as JourneyDocument;

const counted = (step: string, entered: number, left: Record<string, number>, here = 0): StepNumbers => ({
  step,
  kind: "wait",
  entered,
  here,
  left,
  exited: {},
  message: null,
});

const NUMBERS = byStep([
  counted("start", 100, { entered: 90 }),
  counted("announce", 90, { sent: 70, blocked: 10 }, 10),
  counted("clicked", 80, { yes: 30, no: 50 }),
  counted("launched", 30, { sent: 20 }, 10),
  counted("gone", 50, {}),
  counted("after", 20, { done: 5 }, 15),
]);

function taken(collapsed: string[] = []): Record<string, number> {
  const drawn = layout(DOCUMENT, new Set(collapsed));
  const nodes = new Map(drawn.nodes.map((node) => [node.id, node]));
  return Object.fromEntries(
    drawn.connections.map(({ from, to }) => {
      const [above, below] = [nodes.get(from), nodes.get(to)];
      if (!above || !below) throw new Error(`${from} ${to}`);
      return [`${from}>${to}`, carried(DOCUMENT, above, below, NUMBERS)];
    }),
  );
}

describe("N1: how many people took each connector", () => {
  it("is what the step above let go, by outcome", () => {
    expect(taken()).toMatchObject({
      "start>plus:::0": 90,
      "plus:::0>announce": 90,
      "announce>plus:::1": 80,
      "clicked>outcome:clicked:yes": 30,
      "clicked>outcome:clicked:no": 50,
      "outcome:clicked:yes>plus:clicked:yes:0": 30,
      "launched>plus:clicked:yes:1": 20,
      "plus:clicked:yes:1>merge:clicked": 20,
      "merge:clicked>plus:::2": 20,
      "plus:::2>after": 20,
      "after>plus:::3": 5,
      "plus:::3>end": 5,
    });
  });

  it("is the same below branches that are not shown", () => {
    expect(taken(["clicked"])).toMatchObject({ "plus:::1>clicked": 80, "clicked>plus:::2": 20 });
  });
});

describe("N1: widths", () => {
  it("are in proportion to the people", () => {
    expect(widthOf(50, 100)).toBe(widthOf(100, 100) / 2);
    expect(widthOf(100, 200)).toBe(widthOf(50, 100));
  });

  it("are never so small that a connector disappears", () => {
    for (const [people, most] of [
      [0, 100],
      [1, 1_000_000],
      [0, 0],
    ] as const)
      expect(widthOf(people, most)).toBe(1.5);
  });
});

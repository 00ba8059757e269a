/** Where the arrow keys lead. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { layout } from "./layout";
import { documents } from "./made";
import { type Direction, neighbour } from "./navigate";

const DIRECTIONS: Direction[] = ["up", "down", "left", "right"];

it("leads to steps alone where nothing can be added, and from each step that is reached back up to another", () => {
  fc.assert(
    fc.property(documents, (document) => {
      const drawn = layout(document);
      for (const { id } of drawn.nodes.filter((node) => node.kind === "step")) {
        for (const direction of DIRECTIONS)
          expect(neighbour(drawn, id, direction, true)?.kind ?? "step").toMatch(/^(step|start)$/);
        const above = neighbour(drawn, id, "up", true);
        const isReached = drawn.connections.some(({ to }) => to === id);
        expect(above !== undefined).toBe(isReached);
      }
    }),
    { numRuns: 50 },
  );
});

it("leads to the plus between two steps where something can be added", () => {
  const drawn = layout({
    journey: "Launch",
    start: { segment: "vip" },
    steps: [{ id: "gone", kind: "exit" }],
  });
  expect(neighbour(drawn, "start", "down")?.kind).toBe("plus");
  expect(neighbour(drawn, "start", "down", true)?.id).toBe("gone");
});

/** Every operation keeps a document valid, undo brings back the same one, and nothing overlaps on the canvas. */
import fc from "fast-check";
import { expect, it } from "vitest";
import {
  allSteps,
  findStep,
  type JourneyDocument,
  listAt,
  type Place,
  passedBefore,
  placeOf,
  type Step,
  stepsOf,
} from "./document";
import { change, duplicate, ids, insert, move, removeBelow, removeJoined, removeWhole } from "./edit";
import { advance, begin, redo, undo } from "./history";
import { type LaidOut, layout, TILE } from "./layout";
import { documents } from "./made";

const EMAIL: Step = { id: "email", kind: "email", content: "news", to: "email" };

type Edit = (document: JourneyDocument, id: string, place: Place) => JourneyDocument;
const EDITS: Record<string, Edit> = {
  insert: (document, _, place) => insert(document, place, [EMAIL]),
  removeJoined,
  removeBelow,
  removeWhole,
  duplicate,
  move,
  rename: (document, id) => change(document, id, { ...(findStep(document, id) as Step), id: "renamed" }),
};

/** A document with one of its steps and one of its places. */
const chosen = documents
  .filter((document) => stepsOf(document).length > 0)
  .chain((document) => {
    const known = allSteps(stepsOf(document)).map((step) => step.id);
    const places = layout(document).nodes.flatMap((node) => node.place ?? []);
    return fc.tuple(fc.constant(document), fc.constantFrom(...known), fc.constantFrom(...places));
  });

function expectValid(document: JourneyDocument) {
  const all = allSteps(stepsOf(document));
  expect(ids(document).size).toBe(all.length + 1);
  for (const step of all) expect(listAt(document, placeOf(document, step.id) as Place)).toContain(step);
}

for (const [name, edit] of Object.entries(EDITS)) {
  it(`${name} keeps a document valid, changes no other, and can be undone`, () => {
    fc.assert(
      fc.property(chosen, ([document, id, place]) => {
        const before = structuredClone(document);
        const after = edit(document, id, place);
        expectValid(after);
        expect(document).toEqual(before);
        const history = advance(begin(document), after);
        expect(undo(history).present).toBe(document);
        expect(redo(undo(history)).present).toBe(after);
      }),
    );
  });
}

it("moving loses no step", () => {
  fc.assert(
    fc.property(chosen, ([document, id, place]) => {
      expect(ids(move(document, id, place))).toEqual(ids(document));
    }),
  );
});

it("a new name is told to the steps that refer to it", () => {
  const document: JourneyDocument = {
    journey: "Launch",
    start: { segment: "everybody" },
    steps: [EMAIL, { id: "asked", kind: "if", of: "email", event: "opened", within: "1 day" }],
  };
  const after = change(document, "email", { ...EMAIL, id: "announce" });
  expect(findStep(after, "asked")).toMatchObject({ of: "announce" });
});

it("a pasted message takes what refers to it along", () => {
  const document: JourneyDocument = { journey: "Launch", start: { segment: "everybody" }, steps: [EMAIL] };
  const asked: Step = { id: "asked", kind: "if", of: "email", event: "opened", within: "1 day" };
  const after = insert(document, { parent: null, outcome: "", index: 1 }, [EMAIL, asked]);
  expect(stepsOf(after).map((step) => step.id)).toEqual(["email", "email-2", "asked"]);
  expect(findStep(after, "asked")).toMatchObject({ of: "email-2" });
});

it("a branch knows what everybody has passed before it", () => {
  const inner: Step = { id: "inner", kind: "wait", for: "1 day" };
  const asked: Step = {
    id: "asked",
    kind: "if",
    of: "email",
    event: "opened",
    within: "1 day",
    yes: [inner],
  };
  const document: JourneyDocument = {
    journey: "Launch",
    start: { segment: "everybody" },
    steps: [EMAIL, asked],
  };
  const passed = passedBefore(document, { parent: "asked", outcome: "yes", index: 1 });
  expect(passed.map((step) => step.id)).toEqual(["email", "asked", "inner"]);
});

function overlap(one: LaidOut, other: LaidOut): boolean {
  return Math.abs(one.x - other.x) < TILE.width && Math.abs(one.y - other.y) < TILE.height;
}

it("no two tiles overlap, and every step is drawn once", () => {
  fc.assert(
    fc.property(documents, (document) => {
      const { nodes, connections } = layout(document);
      const tiles = nodes.filter((node) => node.kind === "step");
      expect(tiles.map((tile) => tile.id)).toEqual(allSteps(stepsOf(document)).map((step) => step.id));
      expect(tiles.some((one, index) => tiles.slice(index + 1).some((other) => overlap(one, other)))).toBe(
        false,
      );
      expect(new Set(nodes.map((node) => node.id)).size).toBe(nodes.length);
      const known = new Set(nodes.map((node) => node.id));
      for (const { from, to } of connections) expect(known.has(from) && known.has(to)).toBe(true);
    }),
  );
});

it("Yes is left of No", () => {
  fc.assert(
    fc.property(documents, (document) => {
      const outcomes = layout(document).nodes.filter((node) => node.kind === "outcome");
      for (const no of outcomes.filter((node) => node.outcome === "no"))
        for (const other of outcomes.filter((node) => node.of === no.of && node !== no))
          expect(other.x).toBeLessThan(no.x);
    }),
  );
});

/** Two people edit one document at the same time, by chance: whatever goes together keeps what each of them did. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { merged } from "./difference";
import { allSteps, findStep, type JourneyDocument, placeOf, type Step, stepsOf } from "./document";
import { change, duplicate, insert, move, removeBelow, removeJoined, removeWhole } from "./edit";
import { layout } from "./layout";
import { documents } from "./made";
import { read, write } from "./writing";

/** One edit: which, at which step and at which place, as parts of what there is. */
interface Deed {
  what: number;
  step: number;
  place: number;
}

const deed = fc.record({ what: fc.nat(5), step: fc.nat(99), place: fc.nat(99) });
const deeds = fc.array(deed, { maxLength: 4 });

/** Each side has its own words for what it writes, though not for what it calls it. */
function done(document: JourneyDocument, list: readonly Deed[], who: string): JourneyDocument {
  return list.reduce((now, { what, step, place }, number) => {
    const known = allSteps(stepsOf(now));
    const places = layout(now).nodes.flatMap((node) => node.place ?? []);
    const at = places[place % places.length] as (typeof places)[number];
    const id = known[step % Math.max(known.length, 1)]?.id;
    if (what <= 1 || id === undefined)
      return insert(now, at, [{ id: "goal", kind: "goal", name: `${who}${number}` }]);
    if (what === 2) return move(now, id, at);
    if (what === 3) return change(now, id, noted(findStep(now, id) as Step, `${who}${number}`));
    if (what === 4) return [removeWhole, removeJoined, removeBelow][place % 3]?.(now, id) ?? now;
    return duplicate(now, id);
  }, document);
}

function noted(step: Step, note: string): Step {
  if (step.kind === "email") return { ...step, content: note };
  return step.kind === "if" ? { ...step, within: `${note.length} hours` } : step;
}

const isIn = (document: JourneyDocument) => (id: string) => findStep(document, id) !== undefined;
const idsOf = (document: JourneyDocument) => allSteps(stepsOf(document)).map((step) => step.id);
const goalsOf = (document: JourneyDocument) =>
  allSteps(stepsOf(document)).flatMap((step) => (step.kind === "goal" ? [step.name] : []));

function expectKept(base: JourneyDocument, mine: JourneyDocument, theirs: JourneyDocument) {
  const both = merged(base, mine, theirs);
  if (!both) return;
  const all = idsOf(both);
  expect(new Set(all).size).toBe(all.length);
  expect(read(write(both))).toHaveProperty("document");
  // what was there before is there still, unless one of them took it away
  const survives = (id: string) => isIn(mine)(id) && isIn(theirs)(id);
  expect(idsOf(base).filter(isIn(both))).toEqual(expect.arrayContaining(idsOf(base).filter(survives)));
  expect(
    idsOf(base)
      .filter((id) => !survives(id))
      .filter(isIn(both)),
  ).toEqual([]);
  // what either has added is there once
  const added = (document: JourneyDocument) =>
    goalsOf(document).filter((name) => !goalsOf(base).includes(name));
  expect(added(both).toSorted()).toEqual([...added(mine), ...added(theirs)].toSorted());
  // what they filled in, and where they put it, is as they left it
  for (const id of idsOf(theirs).filter(isIn(both))) {
    const [was, their, now] = [findStep(base, id), findStep(theirs, id), findStep(both, id)];
    if (their?.kind === "email" && was && was !== their) expect(now).toEqual(their);
    const home = placeOf(theirs, id)?.parent;
    if (placeOf(base, id)?.parent !== home) expect(placeOf(both, id)?.parent).toBe(home);
  }
}

it("two people who edit at once lose nothing by keeping both", () => {
  fc.assert(
    fc.property(documents, deeds, deeds, (base, mine, theirs) => {
      expectKept(base, done(base, mine, "m"), done(base, theirs, "t"));
    }),
    { numRuns: 150 },
  );
});

it("whoever goes on where the other stopped gets both", () => {
  fc.assert(
    fc.property(documents, deeds, deeds, (base, first, then) => {
      const mine = done(base, first, "m");
      expect(merged(mine, mine, done(mine, then, "t"))).toEqual(done(mine, then, "t"));
    }),
  );
});

/**
 * Everything that can be done to a journey's document. Each is a pure function from a document to the next one; ids stay
 * unique, and whatever refers to a step by its id still does.
 */
import {
  allSteps,
  branchesOf,
  findStep,
  type JourneyDocument,
  listAt,
  type Place,
  placeOf,
  ROOT,
  type Step,
  stepsOf,
  withBranch,
} from "./document";

/** Characters of an id. */
const LONGEST = 64;

/** Puts steps at a place. Ids that are taken become new ones, within the steps consistently. */
export function insert(document: JourneyDocument, place: Place, steps: readonly Step[]): JourneyDocument {
  const fresh = withFreshIds(document, steps);
  return withList(document, place, (list) => [
    ...list.slice(0, place.index),
    ...fresh,
    ...list.slice(place.index),
  ]);
}

/** Takes a step away. What stood in its first branch that has any steps joins up; its other branches go with it. */
export function removeJoined(document: JourneyDocument, id: string): JourneyDocument {
  const place = placeOf(document, id);
  const step = findStep(document, id);
  if (!place || !step) return document;
  const kept = branchesOf(step).find((branch) => branch.steps.length > 0)?.steps ?? [];
  return withList(document, place, (list) => list.toSpliced(place.index, 1, ...kept));
}

/** Takes a step away with its branches; what stands after it joins up. */
export function removeWhole(document: JourneyDocument, id: string): JourneyDocument {
  const place = placeOf(document, id);
  return place ? withList(document, place, (list) => list.toSpliced(place.index, 1)) : document;
}

/** Takes a step away, and everything below it up to where its list ends. */
export function removeBelow(document: JourneyDocument, id: string): JourneyDocument {
  const place = placeOf(document, id);
  return place ? withList(document, place, (list) => list.slice(0, place.index)) : document;
}

/** Changes a step in its place. A new id is told to whatever refers to the old one; one that is taken is refused. */
export function change(document: JourneyDocument, id: string, to: Step): JourneyDocument {
  const place = placeOf(document, id);
  if (!place || (to.id !== id && ids(document).has(to.id))) return document;
  const changed = withList(document, place, (list) => list.with(place.index, to));
  return to.id === id ? changed : { ...changed, steps: renamed(stepsOf(changed), new Map([[id, to.id]])) };
}

/** Moves a step with its branches to another place, which must not be inside of it. */
export function move(document: JourneyDocument, id: string, place: Place): JourneyDocument {
  const from = placeOf(document, id);
  const step = findStep(document, id);
  if (!from || !step || (place.parent !== null && isInside(step, place.parent))) return document;
  const isSameList = from.parent === place.parent && from.outcome === place.outcome;
  const index = isSameList && from.index < place.index ? place.index - 1 : place.index;
  const without = withList(document, from, (list) => list.toSpliced(from.index, 1));
  return withList(without, place, (list) => list.toSpliced(index, 0, step));
}

/** Puts a copy of a step with its branches right behind it. */
export function duplicate(document: JourneyDocument, id: string): JourneyDocument {
  const place = placeOf(document, id);
  const step = findStep(document, id);
  return place && step ? insert(document, { ...place, index: place.index + 1 }, [step]) : document;
}

/** The id of a new step of a kind: the kind's name, with a number if that is taken. */
export function freshId(taken: ReadonlySet<string>, wanted: string): string {
  if (!taken.has(wanted)) return wanted;
  const stem = wanted.replace(/-\d+$/, "").slice(0, LONGEST - "-99999".length);
  for (let number = 2; ; number += 1) if (!taken.has(`${stem}-${number}`)) return `${stem}-${number}`;
}

export function ids(document: JourneyDocument): Set<string> {
  return new Set(["start", ...allSteps(stepsOf(document)).map((step) => step.id)]);
}

function isInside(step: Step, id: string): boolean {
  return allSteps([step]).some((one) => one.id === id);
}

function withFreshIds(document: JourneyDocument, steps: readonly Step[]): Step[] {
  const taken = ids(document);
  const names = new Map<string, string>();
  for (const step of allSteps(steps)) {
    const id = freshId(taken, step.id);
    taken.add(id);
    if (id !== step.id) names.set(step.id, id);
  }
  return names.size ? renamed(steps, names) : [...steps];
}

/** The same steps by other names, in their own ids and in what refers to them. */
export function renamed(steps: readonly Step[], names: ReadonlyMap<string, string>): Step[] {
  const of = (id: string) => names.get(id) ?? id;
  return steps.map((step) => {
    let next: Step = { ...step, id: of(step.id) };
    if (next.kind === "if") next = { ...next, of: of(next.of) };
    if (next.kind === "ab_test" && next.metric.of)
      next = {
        ...next,
        metric: { ...next.metric, of: { a: of(next.metric.of.a), b: of(next.metric.of.b) } },
      };
    for (const branch of branchesOf(next))
      if (branch.steps.length) next = withBranch(next, branch.outcome, renamed(branch.steps, names));
    return next;
  });
}

/** The document with one of its lists changed; everything that is not on the way there stays the same object. */
function withList(document: JourneyDocument, place: Place, to: (list: Step[]) => Step[]): JourneyDocument {
  const list = to(listAt(document, place));
  if (place.parent === null) return { ...document, steps: list };
  const above = placeOf(document, place.parent);
  const parent = findStep(document, place.parent);
  if (!above || !parent || place.outcome === ROOT) return document;
  return withList(document, above, (steps) =>
    steps.with(above.index, withBranch(parent, place.outcome, list)),
  );
}

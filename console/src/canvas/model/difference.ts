/**
 * What two people did to one document: steps that were added, removed, changed or moved, by their ids; and both together
 * where they did not touch the same.
 */

import { allSteps, branchesOf, type JourneyDocument, ROOT, type Step, stepsOf, withBranch } from "./document";
import { freshId, ids, renamed } from "./edit";
import { isDefault, isFree } from "./plain";

export interface Difference {
  added: string[];
  removed: string[];
  changed: string[];
  /** Fields of the document beside its steps, such as `start`. */
  fields: string[];
}

/** A document taken apart: each step without what is in its branches, and each list as ids. */
interface Parts {
  fields: Map<string, unknown>;
  steps: Map<string, Step>;
  lists: Map<string, string[]>;
}

export function difference(before: JourneyDocument, after: JourneyDocument): Difference {
  const [from, to] = [partsOf(before), partsOf(after)];
  const both = [...to.steps.keys()].filter((id) => from.steps.has(id));
  const moved = new Set(movedIn(from, to));
  return {
    added: [...to.steps.keys()].filter((id) => !from.steps.has(id)),
    removed: [...from.steps.keys()].filter((id) => !to.steps.has(id)),
    changed: both.filter((id) => moved.has(id) || !isSame(from.steps.get(id), to.steps.get(id))),
    fields: [...new Set([...from.fields.keys(), ...to.fields.keys()])].filter(
      (name) => !isSame(from.fields.get(name), to.fields.get(name)),
    ),
  };
}

export function isNothing({ added, removed, changed, fields }: Difference): boolean {
  return added.length + removed.length + changed.length + fields.length === 0;
}

/** What both did together; undefined when they touched the same. Steps of mine that are called as theirs get new names. */
export function merged(
  base: JourneyDocument,
  mine: JourneyDocument,
  theirs: JourneyDocument,
): JourneyDocument | undefined {
  const [from, others] = [partsOf(base), partsOf(theirs)];
  const ours = partsOf(apart(mine, from, others));
  const fields = mergedMap(from.fields, ours.fields, others.fields);
  const steps = mergedMap(from.steps, ours.steps, others.steps);
  const lists = mergedLists(from.lists, ours.lists, others.lists);
  if (!fields || !steps || !lists) return undefined;
  const placed = [...lists.values()].flat();
  const isWhole = placed.length === steps.size && new Set(placed).size === placed.length;
  if (!isWhole || placed.some((id) => !steps.has(id))) return undefined;
  const whole = { ...Object.fromEntries(fields), steps: built(ROOT, { fields, steps, lists }) };
  const result = whole as unknown as JourneyDocument;
  return allSteps(stepsOf(result)).length === steps.size ? result : undefined;
}

function partsOf(document: JourneyDocument): Parts {
  const { steps: _steps, ...fields } = document;
  const parts: Parts = { fields: new Map(said(fields)), steps: new Map(), lists: new Map() };
  const take = (list: readonly Step[], key: string) => {
    parts.lists.set(
      key,
      list.map((step) => step.id),
    );
    for (const step of list) {
      let bare = step;
      for (const { outcome, steps } of branchesOf(step)) {
        bare = withBranch(bare, outcome, []);
        take(steps, `${step.id}/${outcome}`);
      }
      parts.steps.set(step.id, bare);
    }
  };
  take(stepsOf(document), ROOT);
  return parts;
}

/**
 * The document with new names for what both have added by chance under one name. A step that both have put behind the
 * same one and filled in alike is one step: what was sent already, for instance, and has not been answered.
 */
function apart(mine: JourneyDocument, from: Parts, others: Parts): JourneyDocument {
  const ours = partsOf(mine);
  const [here, there] = [placesOf(ours), placesOf(others)];
  const taken = new Set([...ids(mine), ...from.steps.keys(), ...others.steps.keys()]);
  const names = new Map<string, string>();
  for (const { id } of allSteps(stepsOf(mine))) {
    const [my, their] = [here.get(id), there.get(id)];
    if (from.steps.has(id) || !my || !their) continue;
    const isOne = my.list === their.list && my.behind === their.behind && !names.has(my.parent);
    if (isOne && !names.has(my.behind) && isSame(ours.steps.get(id), others.steps.get(id))) continue;
    const fresh = freshId(taken, id);
    taken.add(fresh);
    names.set(id, fresh);
  }
  return names.size ? { ...mine, steps: renamed(stepsOf(mine), names) } : mine;
}

/** For each step the list that it is in, whose list that is, and which step it is behind. */
function placesOf(parts: Parts) {
  return new Map(
    [...parts.lists].flatMap(([list, steps]) =>
      steps.map((id, index) => {
        const [parent = ROOT] = list.split("/");
        return [id, { list, parent, behind: steps[index - 1] ?? ROOT }] as const;
      }),
    ),
  );
}

function built(key: string, parts: Parts): Step[] {
  return (parts.lists.get(key) ?? []).flatMap((id) => {
    const bare = parts.steps.get(id);
    if (!bare) return [];
    return branchesOf(bare).reduce(
      (step, { outcome }) => withBranch(step, outcome, built(`${id}/${outcome}`, parts)),
      bare,
    );
  });
}

/** Each entry as whoever changed it left it; undefined when both did, in different ways. */
function mergedMap<T>(
  base: Map<string, T>,
  mine: Map<string, T>,
  theirs: Map<string, T>,
): Map<string, T> | undefined {
  const result = new Map<string, T>();
  for (const key of new Set([...theirs.keys(), ...mine.keys(), ...base.keys()])) {
    const [was, my, their] = [base.get(key), mine.get(key), theirs.get(key)];
    if (!isSame(my, was) && !isSame(their, was) && !isSame(my, their)) return undefined;
    const value = isSame(my, was) ? their : my;
    if (value !== undefined) result.set(key, value);
  }
  return result;
}

/** Lists in which both took away and added, each new step behind the one that it was put behind. */
function mergedLists(
  base: Map<string, string[]>,
  mine: Map<string, string[]>,
  theirs: Map<string, string[]>,
): Map<string, string[]> | undefined {
  const result = new Map<string, string[]>();
  for (const key of new Set([...mine.keys(), ...theirs.keys()])) {
    const [was, my, their] = [base.get(key) ?? [], mine.get(key), theirs.get(key)];
    // a list that is gone from one side goes with the step that it was of, unless the other side put something in it
    if (!my || !their) {
      const kept = my ?? their ?? [];
      if (!base.has(key) || isSame(kept, was)) {
        if (!base.has(key)) result.set(key, kept);
        continue;
      }
      return undefined;
    }
    const list = isSame(my, was) ? their : isSame(their, was) ? my : mergedList(was, my, their);
    if (!list) return undefined;
    result.set(key, list);
  }
  return result;
}

function mergedList(was: string[], my: string[], their: string[]): string[] | undefined {
  const isReordered = (now: string[]) => !isSame(now.filter(isIn(was)), was.filter(isIn(now)));
  if (isReordered(my) || isReordered(their)) return undefined;
  let list = their.filter((id) => my.includes(id) || !was.includes(id));
  for (const [index, id] of my.entries()) {
    if (was.includes(id) || list.includes(id)) continue;
    const before = my.slice(0, index).findLast((other) => list.includes(other));
    const place = before === undefined ? 0 : list.indexOf(before) + 1;
    // both put something at the same place: nobody can say in which order it belongs
    const next = list[place];
    if (next !== undefined && !was.includes(next) && !my.includes(next)) return undefined;
    list = list.toSpliced(place, 0, id);
  }
  return list;
}

function isIn(list: readonly string[]) {
  return (id: string) => list.includes(id);
}

/** Steps that stand in another list, or in another order. */
function movedIn(from: Parts, to: Parts): string[] {
  const before = new Map([...from.lists].flatMap(([key, list]) => list.map((id) => [id, key] as const)));
  return [...to.lists].flatMap(([key, list]) => {
    const was = (from.lists.get(key) ?? []).filter(isIn(list));
    const kept = list.filter(isIn(was));
    const other = list.filter((id) => before.has(id) && before.get(id) !== key);
    return [...other, ...kept.filter((id, index) => was[index] !== id)];
  });
}

/** Whether two values mean the same; what is left out means what the server fills in. */
function isSame(one: unknown, other: unknown, tell = said): boolean {
  if (Object.is(one, other)) return true;
  if (typeof one !== "object" || typeof other !== "object" || one === null || other === null) return false;
  if (Array.isArray(one) !== Array.isArray(other)) return false;
  const [mine, theirs] = [tell(one), tell(other)];
  if (mine.length !== theirs.length) return false;
  return mine.every(
    ([key, value]) =>
      key in other &&
      isSame(value, (other as Record<string, unknown>)[key], isFree(key) ? Object.entries : tell),
  );
}

function said(value: object): [string, unknown][] {
  return Object.entries(value).filter(([key, inside]) => !isDefault(key, inside));
}

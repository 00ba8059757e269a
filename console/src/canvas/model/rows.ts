/** A journey as the rows of an outline, in reading order: the start, each step, and each branch with its steps below. */
import { branchesOf, type JourneyDocument, type Place, ROOT, type Step, stepsOf } from "./document";

export interface Row {
  /** The same ids as on the canvas: `start`, a step's id, or `outcome:STEP:OUTCOME`. */
  id: string;
  kind: "start" | "step" | "outcome";
  level: number;
  step?: Step;
  outcome?: string;
  /** How many siblings there are, and which of them this is, from 1. */
  size: number;
  position: number;
  isParent: boolean;
  /** Where a step is put that is added here. */
  place: Place;
}

export function rowsOf(document: JourneyDocument, collapsed: ReadonlySet<string>): Row[] {
  const steps = stepsOf(document);
  const start: Row = {
    id: "start",
    kind: "start",
    level: 1,
    size: steps.length + 1,
    position: 1,
    isParent: false,
    place: { parent: null, outcome: ROOT, index: 0 },
  };
  return [start, ...listRows(steps, { parent: null, outcome: ROOT, index: 0 }, 1, 1, collapsed)];
}

function listRows(
  steps: readonly Step[],
  at: Place,
  level: number,
  before: number,
  collapsed: ReadonlySet<string>,
): Row[] {
  return steps.flatMap((step, index) => {
    const branches = branchesOf(step);
    const row: Row = {
      id: step.id,
      kind: "step",
      level,
      step,
      size: steps.length + before,
      position: index + before + 1,
      isParent: branches.length > 0,
      place: { ...at, index: index + 1 },
    };
    if (collapsed.has(step.id)) return [row];
    const inside = branches.flatMap(({ outcome, steps: list }, number): Row[] => {
      const place = { parent: step.id, outcome, index: 0 };
      const head: Row = {
        id: `outcome:${step.id}:${outcome}`,
        kind: "outcome",
        level: level + 1,
        step,
        outcome,
        size: branches.length,
        position: number + 1,
        isParent: false,
        place,
      };
      return [head, ...listRows(list, place, level + 2, 0, collapsed)];
    });
    return [row, ...inside];
  });
}

/** Whether two rows show the same; a step that was not changed is the same object. */
export function isSameRow(one: Row, other: Row): boolean {
  const { place: here, ...mine } = one;
  const { place: there, ...theirs } = other;
  const names = Object.keys(mine) as (keyof typeof mine)[];
  return (
    names.every((name) => mine[name] === theirs[name]) &&
    here.parent === there.parent &&
    here.outcome === there.outcome &&
    here.index === there.index
  );
}

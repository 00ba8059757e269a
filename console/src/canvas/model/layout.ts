/**
 * Where everything of a journey stands on the canvas. A list of steps is a column around an axis; a step with branches is
 * a block: its tile, below it the branches side by side, and a point where they merge again. A block is as wide as its
 * branches together, so nothing overlaps and nobody has to place anything.
 */
import {
  type Branch,
  branchesOf,
  endsHere,
  type JourneyDocument,
  type Place,
  ROOT,
  type Step,
  stepsOf,
} from "./document";

export interface Size {
  width: number;
  height: number;
}

export const TILE: Size = { width: 260, height: 76 };
const GAP = { x: 40, y: 64 };
export const LABEL = 28;

export type NodeKind = "start" | "step" | "outcome" | "plus" | "merge" | "end";

/** One thing on the canvas; `x` and `y` are its middle at the top. */
export interface LaidOut {
  id: string;
  kind: NodeKind;
  x: number;
  y: number;
  step?: Step;
  outcome?: string;
  place?: Place;
  /** Of outcomes: the step that they are of. */
  of?: string;
}

export interface Connection {
  from: string;
  to: string;
}

export interface Layout {
  nodes: LaidOut[];
  connections: Connection[];
  tile: Size;
  width: number;
  height: number;
}

const NOTHING: ReadonlySet<string> = new Set();

/** The layout of a whole journey, the start at the top; the branches of collapsed steps are not drawn. */
export function layout(
  document: JourneyDocument,
  collapsed: ReadonlySet<string> = NOTHING,
  tile: Size = TILE,
): Layout {
  const drawing = new Drawing(collapsed, tile);
  drawing.add({ id: "start", kind: "start", x: 0, y: 0 });
  const last = drawing.list(
    stepsOf(document),
    { parent: null, outcome: ROOT, index: 0 },
    { from: "start", x: 0, y: tile.height },
  );
  if (last.from !== null) {
    drawing.add({ id: "end", kind: "end", x: 0, y: last.y + GAP.y / 2 }, last.from);
  }
  const { nodes, connections } = drawing;
  const width = drawing.widthOf(stepsOf(document));
  return { nodes, connections, tile, width, height: last.y + GAP.y + LABEL };
}

/** Where the next thing is joined on; `from` is null when nobody comes there. */
interface Cursor {
  from: string | null;
  x: number;
  y: number;
}

class Drawing {
  readonly nodes: LaidOut[] = [];
  readonly connections: Connection[] = [];
  private readonly widths = new Map<Step, number>();

  constructor(
    private readonly collapsed: ReadonlySet<string>,
    private readonly tile: Size,
  ) {}

  /** How wide a list is, with everything in its branches. */
  widthOf(steps: readonly Step[]): number {
    let width = this.tile.width;
    for (const step of steps) width = Math.max(width, this.blockWidth(step));
    return width;
  }

  private blockWidth(step: Step): number {
    const known = this.widths.get(step);
    if (known !== undefined) return known;
    const width = Math.max(this.tile.width, this.insideWidth(step));
    this.widths.set(step, width);
    return width;
  }

  private insideWidth(step: Step): number {
    const branches = this.branchesOf(step);
    const widths = branches.reduce((sum, branch) => sum + this.widthOf(branch.steps), 0);
    return widths + GAP.x * Math.max(branches.length - 1, 0);
  }

  private branchesOf(step: Step): Branch[] {
    return this.collapsed.has(step.id) ? [] : branchesOf(step);
  }

  add(node: LaidOut, from: string | null = null): void {
    this.nodes.push(node);
    if (from !== null) this.connections.push({ from, to: node.id });
  }

  /** Draws a list below the cursor, and returns the cursor below it. */
  list(steps: readonly Step[], at: Place, cursor: Cursor): Cursor {
    let here = this.plus(at, cursor);
    for (const [index, step] of steps.entries()) {
      here = this.step(step, here);
      if (here.from !== null || index < steps.length - 1) here = this.plus({ ...at, index: index + 1 }, here);
    }
    return here;
  }

  private plus(place: Place, { from, x, y }: Cursor): Cursor {
    const id = `plus:${place.parent ?? ""}:${place.outcome}:${place.index}`;
    this.add({ id, kind: "plus", x, y: y + GAP.y / 2, place }, from);
    return { from: from === null ? null : id, x, y: y + GAP.y };
  }

  private step(step: Step, { from, x, y }: Cursor): Cursor {
    this.add({ id: step.id, kind: "step", x, y, step }, from);
    const branches = this.branchesOf(step);
    if (branches.length === 0) return { from: endsHere(step) ? null : step.id, x, y: y + this.tile.height };
    const ends: Cursor[] = [];
    const top = y + this.tile.height + GAP.y / 2;
    let left = x - this.insideWidth(step) / 2;
    for (const { outcome, steps } of branches) {
      const width = this.widthOf(steps);
      const middle = left + width / 2;
      const id = `outcome:${step.id}:${outcome}`;
      this.add({ id, kind: "outcome", x: middle, y: top, outcome, of: step.id }, step.id);
      ends.push(
        this.list(steps, { parent: step.id, outcome, index: 0 }, { from: id, x: middle, y: top + LABEL }),
      );
      left += width + GAP.x;
    }
    return this.merge(step, ends, x);
  }

  private merge(step: Step, ends: Cursor[], x: number): Cursor {
    const y = Math.max(...ends.map((end) => end.y)) + GAP.y / 2;
    const open = ends.filter((end) => end.from !== null);
    if (open.length === 0) return { from: null, x, y };
    const id = `merge:${step.id}`;
    this.add({ id, kind: "merge", x, y });
    for (const end of open) this.connections.push({ from: end.from as string, to: id });
    return { from: id, x, y };
  }
}

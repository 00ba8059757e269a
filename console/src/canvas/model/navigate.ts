/** Where the arrow keys lead on the canvas: up and down along the connections, left and right to what stands beside. */
import type { LaidOut, Layout } from "./layout";

export type Direction = "up" | "down" | "left" | "right";

/** What can be stood on; outcomes and merging points are passed, and so is the plus where nothing can be added. */
function canFocus({ kind }: LaidOut, isReadOnly: boolean): boolean {
  return kind === "start" || kind === "step" || (kind === "plus" && !isReadOnly);
}

export function neighbour(
  drawn: Layout,
  from: string,
  direction: Direction,
  isReadOnly = false,
): LaidOut | undefined {
  const nodes = new Map(drawn.nodes.map((node) => [node.id, node]));
  const firm = drawn.nodes.filter((node) => canFocus(node, isReadOnly));
  const here = nodes.get(from);
  if (!here) return firm[0];
  if (direction === "left" || direction === "right") return beside(firm, here, direction);
  return along(drawn, new Map(firm.map((node) => [node.id, node])), here, direction);
}

/** To what can be stood on and is connected next, past everything else. */
function along(
  drawn: Layout,
  firm: ReadonlyMap<string, LaidOut>,
  here: LaidOut,
  direction: "up" | "down",
): LaidOut | undefined {
  const isDown = direction === "down";
  const seen = new Set([here.id]);
  let reached = [here.id];
  while (reached.length) {
    const next = new Set<string>();
    for (const { from, to } of drawn.connections) {
      const [near, far] = isDown ? [from, to] : [to, from];
      if (reached.includes(near) && !seen.has(far)) next.add(far);
    }
    for (const id of next) seen.add(id);
    const found = [...next].flatMap((id) => firm.get(id) ?? []);
    if (found.length) return nearest(found, (node) => Math.abs(node.x - here.x) + node.x / 1e6);
    reached = [...next];
  }
  return undefined;
}

function beside(firm: readonly LaidOut[], here: LaidOut, direction: "left" | "right"): LaidOut | undefined {
  const sign = direction === "right" ? 1 : -1;
  const found = firm.filter((node) => (node.x - here.x) * sign > 0);
  return nearest(found, (node) => Math.abs(node.x - here.x) + 4 * Math.abs(node.y - here.y));
}

function nearest(nodes: readonly LaidOut[], distance: (node: LaidOut) => number): LaidOut | undefined {
  let best: LaidOut | undefined;
  for (const node of nodes) if (!best || distance(node) < distance(best)) best = node;
  return best;
}

/**
 * All lines between things, as one drawing below them. React Flow would measure every node to wire it; here everything
 * that a line needs is known from the layout. Only what is near is drawn. What a line leads to is said by its plus.
 */
import { useStore, ViewportPortal } from "@xyflow/react";
import { memo, useMemo } from "react";
import type { LaidOut, Layout, Size } from "../model/layout";
import { sizeOf } from "./shown";

/** Lines are drawn anew when the sight leaves its field, in the units of the layout. */
const FIELD = 1500;
const BEND = 10;

export const Lines = memo(function Lines({ drawn }: { drawn: Layout }) {
  const near = useNear(drawn);
  const paths = useMemo(
    () => near.map(([above, below]) => pathBetween(above, below, drawn.tile)),
    [near, drawn.tile],
  );
  return (
    <ViewportPortal>
      <svg className="lines" aria-hidden>
        <path d={paths.join("")} />
      </svg>
    </ViewportPortal>
  );
});

/** What is connected near the sight, from above to below. */
export function useNear(drawn: Layout): [LaidOut, LaidOut][] {
  const left = useStore((state) => Math.floor(-state.transform[0] / state.transform[2] / FIELD));
  const top = useStore((state) => Math.floor(-state.transform[1] / state.transform[2] / FIELD));
  const across = useStore((state) => Math.ceil(state.width / state.transform[2] / FIELD) + 1);
  const down = useStore((state) => Math.ceil(state.height / state.transform[2] / FIELD) + 1);
  const nodes = useMemo(() => new Map(drawn.nodes.map((node) => [node.id, node])), [drawn]);
  return useMemo(() => {
    const right = (left + across) * FIELD;
    const bottom = (top + down) * FIELD;
    return drawn.connections.flatMap(({ from, to }): [LaidOut, LaidOut][] => {
      const [above, below] = [nodes.get(from), nodes.get(to)];
      if (!above || !below || below.y < top * FIELD || above.y > bottom) return [];
      const isNear = Math.max(above.x, below.x) >= left * FIELD && Math.min(above.x, below.x) <= right;
      return isNear ? [[above, below]] : [];
    });
  }, [drawn, nodes, left, top, across, down]);
}

/** Down, across, and down again: right below a step, and right above where branches merge. */
export function pathBetween(above: LaidOut, below: LaidOut, tile: Size): string {
  const from =
    above.kind === "plus" || above.kind === "merge" ? above.y : above.y + sizeOf(above, tile).height;
  const to = below.y;
  const way = below.x - above.x;
  if (way === 0) return `M${above.x} ${from}V${to}`;
  const across = below.kind === "merge" ? to - 14 : from + 22;
  const bend = Math.min(BEND, Math.abs(way) / 2);
  const side = Math.sign(way) * bend;
  const first = `V${across - bend}q0 ${bend} ${side} ${bend}`;
  return `M${above.x} ${from}${first}H${below.x - side}q${side} 0 ${side} ${bend}V${to}`;
}

/** The layout in React Flow's words. */
import type { Node } from "@xyflow/react";
import { LABEL, type LaidOut, type Layout, type NodeKind, type Size } from "../model/layout";

export type Drawn = Node<{ item: LaidOut }, NodeKind>;

const SIZES: Record<Exclude<NodeKind, "start" | "step">, Size> = {
  outcome: { width: 180, height: LABEL },
  plus: { width: 24, height: 24 },
  merge: { width: 8, height: 8 },
  end: { width: 200, height: LABEL },
};

export function sizeOf({ kind }: LaidOut, tile: Size): Size {
  return kind === "start" || kind === "step" ? tile : SIZES[kind];
}

/** Makes nodes of layouts: those that did not change stay the same objects, so that only others are drawn anew. */
export function keeper(): (drawn: Layout) => Drawn[] {
  let before: ReadonlyMap<string, Drawn> = new Map();
  return (drawn) => {
    const nodes = drawn.nodes.map((item) => {
      const known = before.get(item.id);
      return known && isSame(known.data.item, item) ? known : asNode(item, drawn.tile);
    });
    before = new Map(nodes.map((node) => [node.id, node]));
    return nodes;
  };
}

function isSame(one: LaidOut, other: LaidOut): boolean {
  return (
    one.x === other.x &&
    one.y === other.y &&
    one.kind === other.kind &&
    one.step === other.step &&
    one.of === other.of &&
    one.place?.index === other.place?.index
  );
}

function asNode(item: LaidOut, tile: Size): Drawn {
  const { width, height } = sizeOf(item, tile);
  const isCentred = item.kind === "plus" || item.kind === "merge";
  const top = isCentred ? item.y - height / 2 : item.y;
  return {
    id: item.id,
    type: item.kind,
    position: { x: item.x - width / 2, y: top },
    width,
    height,
    measured: { width, height },
    data: { item },
  };
}

/** How the canvas shows numbers: on tiles, on outcomes, and as the width of connectors. */
import type { Look } from "~/canvas/flow/Canvas";
import { NumberLines } from "./NumberLines";
import { NUMBER_NODES } from "./NumberTile";

export const NUMBERS: Look = {
  nodes: NUMBER_NODES,
  Lines: NumberLines,
  tile: { width: 260, height: 108 },
  keys: "analytics.keys",
};

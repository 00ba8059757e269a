/** How each kind of thing on the canvas looks. */
import type { NodeProps } from "@xyflow/react";
import { useText } from "~/kit/text";
import { useDocument } from "../editor";
import { findStep } from "../model/document";
import { outcomeName } from "../steps/kind";
import { Plus } from "./Plus";
import type { Drawn } from "./shown";
import { StartTile, StepTile } from "./Tile";

type Props = NodeProps<Drawn>;

function Step({ data: { item } }: Props) {
  return item.step ? <StepTile step={item.step} /> : null;
}

function Outcome({ data: { item } }: Props) {
  const text = useText();
  const document = useDocument();
  const step = findStep(document, item.of ?? "");
  return (
    <div className="outcome" data-outcome={item.outcome}>
      <span>{outcomeName(step, item.outcome ?? "", text)}</span>
    </div>
  );
}

function PlusNode({ data: { item } }: Props) {
  return item.place ? <Plus id={item.id} place={item.place} /> : null;
}

function Merge() {
  return <div className="merge" />;
}

function End() {
  const text = useText();
  return (
    <div className="outcome">
      <span>{text("canvas.end")}</span>
    </div>
  );
}

export const NODES = {
  start: StartTile,
  step: Step,
  outcome: Outcome,
  plus: PlusNode,
  merge: Merge,
  end: End,
};

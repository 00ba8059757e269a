/** A step on the canvas with its numbers; while a way is shown, also its place in it. */
import { VisuallyHidden } from "@mantine/core";
import { IconPlayerPlay } from "@tabler/icons-react";
import type { NodeProps } from "@xyflow/react";
import { useDocument, useEditor } from "~/canvas/editor";
import { useTakenFocus } from "~/canvas/flow/focus";
import type { Drawn } from "~/canvas/flow/shown";
import { START, type Step } from "~/canvas/model/document";
import { startSummary } from "~/canvas/start/summary";
import { labelOf } from "~/canvas/steps/kind";
import { kindOf } from "~/canvas/steps/registry";
import { useText } from "~/kit/text";
import { useNumbers, useShownWay, useVisiting } from "./around";
import { Count } from "./Count";
import { FourNumbers } from "./FourNumbers";
import { outcomeWord } from "./words";

type Props = NodeProps<Drawn>;

function StepNode({ data: { item } }: Props) {
  return item.step ? <StepTile step={item.step} /> : null;
}

function StepTile({ step }: { step: Step }) {
  const text = useText();
  const { icon: Icon, colour } = kindOf(step.kind);
  return (
    <Face id={step.id} label={text(labelOf(step.kind))} title={step.id} colour={colour}>
      <Icon size={20} aria-hidden />
    </Face>
  );
}

function StartNode() {
  const text = useText();
  const { start } = useDocument();
  return (
    <Face id={START} label={text("canvas.start")} title={startSummary(start, text)} colour="green">
      <IconPlayerPlay size={20} aria-hidden />
    </Face>
  );
}

interface FaceProps {
  id: string;
  label: string;
  title: string;
  colour: string;
  children: React.ReactNode;
}

function Face({ id, label, title, colour, children }: FaceProps) {
  const text = useText();
  const here = useTakenFocus<HTMLButtonElement>(id);
  const isSelected = useEditor((state) => state.selected === id);
  const tabIndex = useEditor((state) => state.current === id) ? 0 : -1;
  const select = useEditor((state) => state.select);
  const stand = useEditor((state) => state.stand);
  const way = useShownWay();
  const visit = useVisiting();
  const order = way?.visited.get(id);
  const isCurrent = way?.current === id;
  return (
    <div
      className="number-tile nopan"
      data-selected={isSelected || undefined}
      data-way={way ? (isCurrent && "current") || (order ? "visited" : "other") : undefined}
    >
      <button
        ref={here}
        type="button"
        data-node={id}
        aria-pressed={isSelected}
        aria-current={isCurrent ? "step" : undefined}
        tabIndex={tabIndex}
        onClick={() => visit(id) || select(id)}
        onFocus={() => stand(id)}
      >
        <span className="tile-icon" style={{ color: `var(--mantine-color-${colour}-light-color)` }}>
          {children}
        </span>
        <span className="tile-words">
          <span className="tile-label">{label}</span> <span className="tile-title">{title}</span>
        </span>
        {order && <VisuallyHidden>{text("way.visited", { number: order })}</VisuallyHidden>}
      </button>
      {order && (
        <span className="number-order" aria-hidden>
          {order}
        </span>
      )}
      <FourNumbers step={id} isShort tabIndex={tabIndex} />
    </div>
  );
}

function Outcome({ data: { item } }: Props) {
  const text = useText();
  const document = useDocument();
  const { of: step = "", outcome = "" } = item;
  const count = useNumbers().steps.get(step)?.left[outcome] ?? 0;
  return (
    <div className="outcome" data-outcome={outcome}>
      <span>
        {outcomeWord(document, step, outcome, text)}{" "}
        <Count count={count} number={{ step, flow: "left", outcome }} isShort tabIndex={-1} />
      </span>
    </div>
  );
}

function Merge() {
  return <div className="merge" />;
}

function End() {
  const text = useText();
  const { completed } = useNumbers();
  return (
    <div className="outcome">
      <span>
        {text("canvas.end")} <Count count={completed} number={{ flow: "left" }} isShort tabIndex={-1} />
      </span>
    </div>
  );
}

export const NUMBER_NODES = {
  start: StartNode,
  step: StepNode,
  outcome: Outcome,
  plus: () => null,
  merge: Merge,
  end: End,
};

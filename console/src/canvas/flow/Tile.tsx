/** A step on the canvas, or the start: its icon, what it is, one line of what it does, and what is wrong with it. */
import { ActionIcon, VisuallyHidden } from "@mantine/core";
import { IconAlertTriangle, IconChevronDown, IconChevronUp, IconPlayerPlay } from "@tabler/icons-react";
import { memo } from "react";
import { useText } from "~/kit/text";
import { useDocument, useEditor } from "../editor";
import { type Level, levelOf, useMarks } from "../marks";
import { branchesOf, START, type Step } from "../model/document";
import { countSteps } from "../model/shape";
import { MoreButton } from "../StepMenu";
import { startSummary } from "../start/summary";
import { labelOf } from "../steps/kind";
import { kindOf, summaryOf } from "../steps/registry";
import { shownElapsed } from "../words";
import { useTakenFocus } from "./focus";
import { saidOf } from "./names";

export const StepTile = memo(function StepTile({ step }: { step: Step }) {
  const text = useText();
  const marks = useMarks();
  const problems = marks.problems.get(step.id) ?? [];
  const when = marks.elapsed.get(step.id);
  const { icon: Icon, colour } = kindOf(step.kind);
  return (
    <>
      <Face
        id={step.id}
        said={saidOf(when, problems.length, text)}
        icon={<Icon size={20} aria-hidden />}
        colour={colour}
        label={text(labelOf(step.kind))}
        title={step.id}
        summary={summaryOf(step, text)}
        wrong={levelOf(problems)}
        isDraggable
      />
      <Corner step={step} />
      {when && <div className="elapsed">{shownElapsed(when, text)}</div>}
    </>
  );
});

export const StartTile = memo(function StartTile() {
  const text = useText();
  const { start } = useDocument();
  const problems = useMarks().problems.get(START) ?? [];
  const summary = startSummary(start, text);
  return (
    <Face
      id={START}
      said={saidOf(undefined, problems.length, text)}
      icon={<IconPlayerPlay size={20} aria-hidden />}
      colour="green"
      label={text("canvas.start")}
      title={summary}
      summary=""
      wrong={levelOf(problems)}
    />
  );
});

interface FaceProps {
  id: string;
  /** What is seen beside the tile, for those who hear it. */
  said: string;
  icon: React.ReactNode;
  colour: string;
  label: string;
  title: string;
  summary: string;
  wrong: Level | undefined;
  isDraggable?: boolean;
}

function Face({ id, said, icon, colour, label, title, summary, wrong, isDraggable }: FaceProps) {
  const here = useTakenFocus<HTMLButtonElement>(id);
  const isSelected = useEditor((state) => state.selected === id);
  const isCurrent = useEditor((state) => state.current === id);
  const isReadOnly = useEditor((state) => state.isReadOnly);
  const select = useEditor((state) => state.select);
  const enter = useEditor((state) => state.enter);
  const stand = useEditor((state) => state.stand);
  return (
    <button
      ref={here}
      type="button"
      className="tile nopan"
      data-node={id}
      data-selected={isSelected || undefined}
      data-wrong={wrong}
      aria-pressed={isSelected}
      tabIndex={isCurrent ? 0 : -1}
      draggable={isDraggable && !isReadOnly}
      onDragStart={(event) => event.dataTransfer.setData("text/x-step", id)}
      onClick={({ detail }) => (detail === 0 ? enter(id) : select(id))}
      onFocus={() => stand(id)}
    >
      <span className="tile-icon" style={{ color: `var(--mantine-color-${colour}-light-color)` }}>
        {icon}
      </span>
      <span className="tile-words">
        <span className="tile-label">{label}</span> <span className="tile-title">{title}</span>{" "}
        <span className="tile-summary">{summary}</span>
      </span>{" "}
      <VisuallyHidden>{said}</VisuallyHidden>
      {wrong && <IconAlertTriangle className="tile-wrong" data-wrong={wrong} size={18} aria-hidden />}
    </button>
  );
}

/** What can be done with a step, and whether its branches are shown. */
function Corner({ step }: { step: Step }) {
  const text = useText();
  const isReadOnly = useEditor((state) => state.isReadOnly);
  const isCollapsed = useEditor((state) => state.collapsed.has(step.id));
  const toggle = useEditor((state) => state.toggle);
  const branches = branchesOf(step);
  const hidden = isCollapsed ? branches.reduce((sum, branch) => sum + countSteps(branch.steps), 0) : 0;
  return (
    <div className="tile-corner nopan">
      {branches.length > 0 && (
        <ActionIcon
          variant="subtle"
          color="gray"
          size={24}
          tabIndex={-1}
          aria-expanded={!isCollapsed}
          aria-label={text(isCollapsed ? "canvas.expand" : "canvas.collapse", { id: step.id })}
          onClick={() => toggle(step.id)}
        >
          {isCollapsed ? <IconChevronDown size={16} aria-hidden /> : <IconChevronUp size={16} aria-hidden />}
        </ActionIcon>
      )}
      {!isReadOnly && <MoreButton id={step.id} size={24} />}
      {hidden > 0 && <span className="tile-hidden">{text("canvas.hidden", { count: hidden })}</span>}
    </div>
  );
}

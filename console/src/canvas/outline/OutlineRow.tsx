/**
 * One row of the outline: a step, the start, or a branch. There may be thousands, so a row listens to nothing: the outline
 * tells it what it shows, and it is drawn anew only when that has changed.
 */
import { ActionIcon } from "@mantine/core";
import { IconAlertTriangle, IconChevronDown, IconChevronRight, IconPlus } from "@tabler/icons-react";
import { memo, useEffect, useRef } from "react";
import { type Text, useText } from "~/kit/text";
import { useDocument, useEditorStore } from "../editor";
import { isSameRow, type Row } from "../model/rows";
import { MoreButton } from "../StepMenu";
import { startSummary } from "../start/summary";
import { labelOf, outcomeName } from "../steps/kind";
import { kindOf, summaryOf } from "../steps/registry";
import { add } from "./Outline";

interface OutlineRowProps {
  row: Row;
  /** When somebody comes there at the earliest. */
  when: string;
  problems: number;
  warnings: number;
  isCurrent: boolean;
  isSelected: boolean;
  isCollapsed: boolean;
  /** Whether the keyboard is to come here. */
  isWanted: boolean;
}

export const OutlineRow = memo(function OutlineRow(props: OutlineRowProps) {
  const { row, isCurrent, isSelected, isCollapsed, isWanted } = props;
  const editor = useEditorStore();
  const here = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!isWanted) return;
    here.current?.focus();
    editor.getState().focused();
  }, [isWanted, editor]);
  const isOpening = row.kind !== "outcome";
  return (
    <div
      ref={here}
      role="treeitem"
      className="outline-row"
      data-row={row.id}
      data-kind={row.kind}
      aria-level={row.level}
      aria-setsize={row.size}
      aria-posinset={row.position}
      aria-expanded={row.isParent ? !isCollapsed : undefined}
      aria-selected={isSelected}
      tabIndex={isCurrent ? 0 : -1}
      style={{ paddingInlineStart: 12 + (row.level - 1) * 20 }}
      onFocus={({ target, currentTarget }) => target === currentTarget && editor.getState().stand(row.id)}
      onClick={() => isOpening && editor.getState().select(row.id)}
      onKeyDown={(event) => {
        if (event.target !== event.currentTarget || (event.key !== "Enter" && event.key !== " ")) return;
        event.preventDefault();
        if (isOpening) editor.getState().enter(row.id);
      }}
    >
      <Toggle row={row} isCollapsed={isCollapsed} />
      <Words {...props} />
      <Wrong {...props} />
      <Deeds row={row} />
    </div>
  );
}, isSameProps);

function isSameProps({ row: one, ...before }: OutlineRowProps, { row: other, ...now }: OutlineRowProps) {
  const names = Object.keys(now) as (keyof typeof now)[];
  return isSameRow(one, other) && names.every((name) => before[name] === now[name]);
}

function Toggle({ row, isCollapsed }: { row: Row; isCollapsed: boolean }) {
  const editor = useEditorStore();
  if (!row.isParent) return <span className="outline-toggle" />;
  const Icon = isCollapsed ? IconChevronRight : IconChevronDown;
  return (
    <span
      className="outline-toggle"
      aria-hidden
      onClick={(event) => {
        event.stopPropagation();
        editor.getState().toggle(row.id);
      }}
    >
      <Icon size={16} />
    </span>
  );
}

function Words({ row: { kind, step, outcome }, when }: OutlineRowProps) {
  const text = useText();
  if (kind === "start") return <StartWords />;
  if (!step) return null;
  if (kind === "outcome")
    return <span className="outline-words outline-outcome">{outcomeName(step, outcome ?? "", text)}</span>;
  const Icon = kindOf(step.kind).icon;
  return (
    <span className="outline-words">
      <Icon size={16} aria-hidden /> <span className="outline-quiet">{text(labelOf(step.kind))}</span>{" "}
      <strong>{step.id}</strong> <span className="outline-quiet">{summaryOf(step, text)}</span>{" "}
      {when && <span className="outline-quiet">{when}</span>}
    </span>
  );
}

function StartWords() {
  const text = useText();
  const { start } = useDocument();
  return (
    <span className="outline-words">
      <strong>{text("canvas.start")}</strong>{" "}
      <span className="outline-quiet">{startSummary(start, text)}</span>
    </span>
  );
}

function Wrong({ problems, warnings }: OutlineRowProps) {
  const text = useText();
  if (problems + warnings === 0) return null;
  const said = problems
    ? text("canvas.checked", { count: problems })
    : text("canvas.warned", { count: warnings });
  return (
    <span className="outline-wrong" data-wrong={problems ? "error" : "warning"}>
      <IconAlertTriangle size={16} aria-hidden /> {said}
    </span>
  );
}

/** For the mouse and the finger; the keyboard has its own keys for these. */
function Deeds({ row }: { row: Row }) {
  const text = useText();
  const editor = useEditorStore();
  if (editor.getState().isReadOnly) return null;
  return (
    <span className="outline-deeds">
      <ActionIcon
        variant="subtle"
        color="gray"
        tabIndex={-1}
        aria-label={nameOfAdding(row, text)}
        onClick={(event) => {
          event.stopPropagation();
          add(row, editor.getState());
        }}
      >
        <IconPlus size={16} aria-hidden />
      </ActionIcon>
      {row.kind === "step" && <MoreButton id={row.id} />}
    </span>
  );
}

function nameOfAdding({ step, outcome }: Row, text: Text): string {
  if (!step) return text("canvas.addFirst");
  if (outcome === undefined) return text("canvas.addAfter", { id: step.id });
  return text("canvas.addIn", { outcome: outcomeName(step, outcome, text), id: step.id });
}

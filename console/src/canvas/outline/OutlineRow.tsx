/** One row of the outline: a step, the start, or a branch. */
import { ActionIcon } from "@mantine/core";
import { IconAlertTriangle, IconChevronDown, IconChevronRight, IconPlus } from "@tabler/icons-react";
import { memo } from "react";
import { useText } from "~/kit/text";
import { useDocument, useEditor, useEditorStore } from "../editor";
import { useTakenFocus } from "../flow/focus";
import { nameOfPlace } from "../flow/names";
import { useMarks } from "../marks";
import type { Row } from "../model/rows";
import { MoreButton } from "../StepMenu";
import { startSummary } from "../start/summary";
import { labelOf, outcomeName } from "../steps/kind";
import { kindOf, summaryOf } from "../steps/registry";
import { shownElapsed } from "../words";
import { add } from "./Outline";

interface OutlineRowProps {
  row: Row;
  isCurrent: boolean;
}

export const OutlineRow = memo(function OutlineRow({ row, isCurrent }: OutlineRowProps) {
  const here = useTakenFocus<HTMLDivElement>(row.id);
  const select = useEditor((state) => state.select);
  const stand = useEditor((state) => state.stand);
  const isSelected = useEditor((state) => state.selected === row.id);
  const isCollapsed = useEditor((state) => state.collapsed.has(row.id));
  const problems = useMarks().problems.get(row.id)?.length ?? 0;
  const enter = useEditor((state) => state.enter);
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
      onFocus={({ target, currentTarget }) => target === currentTarget && stand(row.id)}
      onClick={() => isOpening && select(row.id)}
      onKeyDown={(event) => {
        if (event.target !== event.currentTarget || (event.key !== "Enter" && event.key !== " ")) return;
        event.preventDefault();
        if (isOpening) enter(row.id);
      }}
    >
      <Toggle row={row} isCollapsed={isCollapsed} />
      <Words row={row} />
      {problems > 0 && <Wrong count={problems} />}
      <Deeds row={row} />
    </div>
  );
});

function Toggle({ row, isCollapsed }: { row: Row; isCollapsed: boolean }) {
  const toggle = useEditor((state) => state.toggle);
  if (!row.isParent) return <span className="outline-toggle" />;
  const Icon = isCollapsed ? IconChevronRight : IconChevronDown;
  return (
    <span
      className="outline-toggle"
      aria-hidden
      onClick={(event) => {
        event.stopPropagation();
        toggle(row.id);
      }}
    >
      <Icon size={16} />
    </span>
  );
}

function Words({ row: { kind, step, outcome } }: { row: Row }) {
  const text = useText();
  const { start } = useDocument();
  const when = useMarks().elapsed.get(step?.id ?? "");
  if (kind === "start")
    return (
      <span className="outline-words">
        <strong>{text("canvas.start")}</strong>{" "}
        <span className="outline-quiet">{startSummary(start, text)}</span>
      </span>
    );
  if (!step) return null;
  if (kind === "outcome")
    return <span className="outline-words outline-outcome">{outcomeName(step, outcome ?? "", text)}</span>;
  const Icon = kindOf(step.kind).icon;
  return (
    <span className="outline-words">
      <Icon size={16} aria-hidden /> <span className="outline-quiet">{text(labelOf(step.kind))}</span>{" "}
      <strong>{step.id}</strong> <span className="outline-quiet">{summaryOf(step, text)}</span>{" "}
      {when && <span className="outline-quiet">{shownElapsed(when, text)}</span>}
    </span>
  );
}

function Wrong({ count }: { count: number }) {
  const text = useText();
  return (
    <span className="outline-wrong">
      <IconAlertTriangle size={16} aria-hidden /> {text("canvas.checked", { count })}
    </span>
  );
}

/** For the mouse and the finger; the keyboard has its own keys for these. */
function Deeds({ row }: { row: Row }) {
  const text = useText();
  const editor = useEditorStore();
  const document = useDocument();
  if (editor.getState().isReadOnly) return null;
  return (
    <span className="outline-deeds">
      <ActionIcon
        variant="subtle"
        color="gray"
        tabIndex={-1}
        aria-label={nameOfPlace(document, row.place, text)}
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

/** The outline: the same editor as a nested list, for the keyboard, for screen readers and for small screens. */

import { VisuallyHidden } from "@mantine/core";
import { useMemo } from "react";
import { useText } from "~/kit/text";
import { useDocument, useEditor, useEditorStore } from "../editor";
import { type Level, useMarks } from "../marks";
import { START } from "../model/document";
import type { Elapsed } from "../model/elapsed";
import { type Row, rowsOf } from "../model/rows";
import { shownElapsed } from "../words";
import { OutlineRow } from "./OutlineRow";
import "./outline.css";

export function Outline() {
  const text = useText();
  const document = useDocument();
  const editor = useEditorStore();
  const collapsed = useEditor((state) => state.collapsed);
  const current = useEditor((state) => state.current);
  const selected = useEditor((state) => state.selected);
  const focusing = useEditor((state) => state.focusing);
  const marks = useMarks();
  const countOf = (id: string, level: Level) =>
    marks.problems.get(id)?.filter((mark) => mark.level === level).length ?? 0;
  const saidOf = (when: Elapsed | undefined) => (when ? shownElapsed(when, text) : "");
  const rows = useMemo(() => rowsOf(document, collapsed), [document, collapsed]);
  const standing = rows.some((row) => row.id === current) ? current : START;
  return (
    <div className="outline">
      <VisuallyHidden id="outline-keys">{text("outline.keys")}</VisuallyHidden>
      <div
        role="tree"
        tabIndex={-1}
        aria-label={text("outline.label")}
        aria-describedby="outline-keys"
        onKeyDown={(event) => {
          if (event.ctrlKey || event.metaKey || event.altKey) return;
          if (steer(rows, standing, event.key, editor.getState())) event.preventDefault();
        }}
      >
        {rows.map((row) => (
          <OutlineRow
            key={row.id}
            row={row}
            when={saidOf(marks.elapsed.get(row.id))}
            problems={countOf(row.id, "error")}
            warnings={countOf(row.id, "warning")}
            isCurrent={row.id === standing}
            isSelected={row.id === selected}
            isCollapsed={collapsed.has(row.id)}
            isWanted={row.id === focusing}
          />
        ))}
      </div>
    </div>
  );
}

type State = ReturnType<ReturnType<typeof useEditorStore>["getState"]>;

/** Whether the key was one of a tree's. */
function steer(rows: readonly Row[], standing: string, key: string, state: State): boolean {
  const index = rows.findIndex((row) => row.id === standing);
  const row = rows[index];
  if (!row) return false;
  const go = (to: Row | undefined) => {
    if (to) state.focus(to.id);
    return true;
  };
  const above = () => rows.slice(0, index).findLast((other) => other.level < row.level);
  switch (key) {
    case "ArrowDown":
      return go(rows[index + 1]);
    case "ArrowUp":
      return go(rows[index - 1]);
    case "Home":
      return go(rows[0]);
    case "End":
      return go(rows.at(-1));
    case "ArrowRight":
      if (row.isParent && state.collapsed.has(row.id)) state.toggle(row.id);
      else if (row.isParent) go(rows[index + 1]);
      return true;
    case "ArrowLeft":
      if (row.isParent && !state.collapsed.has(row.id)) state.toggle(row.id);
      else go(above());
      return true;
    case "+":
      return add(row, state);
    default:
      return false;
  }
}

/** Opens the menu of steps at the row. */
export function add(row: Row, state: State): boolean {
  if (state.isReadOnly) return false;
  const box = document.querySelector(`[data-row="${CSS.escape(row.id)}"]`)?.getBoundingClientRect();
  state.ask({ what: "insert", place: row.place, x: (box?.left ?? 0) + 160, y: box?.bottom ?? 0 });
  return true;
}

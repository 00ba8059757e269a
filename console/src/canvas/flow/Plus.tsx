/** The plus on a connector: opens the menu of steps, and takes a step that is dropped on it. */
import { IconPlus } from "@tabler/icons-react";
import { memo, useState } from "react";
import { useText } from "~/kit/text";
import { useDocument, useEditor } from "../editor";
import type { Place } from "../model/document";
import { move } from "../model/edit";
import { useTakenFocus } from "./focus";
import { nameOfPlace } from "./names";

export const Plus = memo(function Plus({ id, place }: { id: string; place: Place }) {
  const text = useText();
  const document = useDocument();
  const here = useTakenFocus<HTMLButtonElement>(id);
  const isCurrent = useEditor((state) => state.current === id);
  const isReadOnly = useEditor((state) => state.isReadOnly);
  const ask = useEditor((state) => state.ask);
  const stand = useEditor((state) => state.stand);
  const edit = useEditor((state) => state.edit);
  const [isOver, setIsOver] = useState(false);
  if (isReadOnly) return null;
  return (
    <button
      ref={here}
      type="button"
      className="plus nopan"
      data-over={isOver || undefined}
      data-node={id}
      aria-label={nameOfPlace(document, place, text)}
      aria-haspopup="dialog"
      tabIndex={isCurrent ? 0 : -1}
      onFocus={() => stand(id)}
      onClick={({ currentTarget }) => {
        const { left, bottom } = currentTarget.getBoundingClientRect();
        ask({ what: "insert", place, x: left + 12, y: bottom });
      }}
      onDragOver={(event) => {
        if (!event.dataTransfer.types.includes("text/x-step")) return;
        event.preventDefault();
        setIsOver(true);
      }}
      onDragLeave={() => setIsOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setIsOver(false);
        const step = event.dataTransfer.getData("text/x-step");
        if (step) edit(move(document, step, place), { select: step, focus: step });
      }}
    >
      <IconPlus size={14} aria-hidden />
    </button>
  );
});

/** Finds a step by its name or content, and goes to it. */
import { useFirstFocus } from "~/kit/focus";
import { SearchSelect } from "~/kit/SearchSelect";
import { useText } from "~/kit/text";
import { useDocument, useEditor } from "./editor";
import { allSteps, stepsOf } from "./model/document";
import { summaryOf } from "./steps/registry";

export function FindDialog() {
  const text = useText();
  const document = useDocument();
  const ask = useEditor((state) => state.ask);
  const select = useEditor((state) => state.select);
  const focus = useEditor((state) => state.focus);
  const expandAll = useEditor((state) => state.expandAll);
  const field = useFirstFocus<HTMLInputElement>();
  const data = allSteps(stepsOf(document)).map((step) => ({
    value: step.id,
    label: `${step.id}: ${summaryOf(step, text)}`,
  }));
  return (
    <SearchSelect
      ref={field}
      data-autofocus
      label={text("canvas.findStep")}
      data={data}
      limit={100}
      nothingFoundMessage={text("canvas.nothingFound")}
      onChange={(id) => {
        if (!id) return;
        ask(null);
        expandAll();
        select(id);
        focus(id);
      }}
    />
  );
}

/** Moves a step with its branches to any other place, which is chosen by its name. */
import { useFirstFocus } from "~/kit/focus";
import { SearchSelect } from "~/kit/SearchSelect";
import { useText } from "~/kit/text";
import { useDeeds } from "./deeds";
import { useDocument, useEditor } from "./editor";
import { nameOfPlace } from "./flow/names";
import { allSteps, findStep } from "./model/document";
import { layout } from "./model/layout";

export function MoveDialog({ id }: { id: string }) {
  const text = useText();
  const document = useDocument();
  const deeds = useDeeds();
  const ask = useEditor((state) => state.ask);
  const field = useFirstFocus<HTMLInputElement>();
  const step = findStep(document, id);
  const inside = new Set(step ? allSteps([step]).map((one) => one.id) : []);
  const places = layout(document).nodes.flatMap((node) =>
    node.place && !inside.has(node.place.parent ?? "") ? [{ id: node.id, place: node.place }] : [],
  );
  const data = places.map((one) => ({
    value: one.id,
    label: nameOfPlace(document, one.place, text, "move"),
  }));
  return (
    <SearchSelect
      ref={field}
      data-autofocus
      label={text("canvas.moveTo")}
      description={text("canvas.moveHint")}
      data={data}
      maxDropdownHeight={280}
      limit={200}
      nothingFoundMessage={text("fields.nothing")}
      onChange={(chosen) => {
        const to = places.find((one) => one.id === chosen);
        if (!to) return;
        ask(null);
        deeds.move(id, to.place);
      }}
    />
  );
}

/** What the editor is asking at the moment, if anything. */
import { Button, Group, Modal, Select, Stack, Text } from "@mantine/core";
import { useText } from "~/kit/text";
import { useDeeds } from "./deeds";
import { useDocument, useEditor } from "./editor";
import { nameOfPlace } from "./flow/names";
import { InsertMenu } from "./InsertMenu";
import { allSteps, branchesOf, findStep, stepsOf } from "./model/document";
import { layout } from "./model/layout";
import { summaryOf } from "./steps/registry";

export function Dialogs() {
  const asking = useEditor((state) => state.asking);
  if (asking?.what === "insert") return <InsertMenu asking={asking} />;
  if (asking?.what === "delete") return <DeleteDialog id={asking.step} />;
  if (asking?.what === "move") return <MoveDialog id={asking.step} />;
  return asking?.what === "find" ? <FindDialog /> : null;
}

function DeleteDialog({ id }: { id: string }) {
  const text = useText();
  const document = useDocument();
  const deeds = useDeeds();
  const ask = useEditor((state) => state.ask);
  const step = findStep(document, id);
  const isBranching = step !== undefined && branchesOf(step).some((branch) => branch.steps.length > 0);
  const act = (deed: (id: string) => void) => {
    ask(null);
    deed(id);
  };
  return (
    <Modal
      closeButtonProps={{ "aria-label": text("kit.close") }}
      opened
      onClose={() => ask(null)}
      title={text("canvas.deleteTitle", { id })}
    >
      <Stack>
        <Text size="sm">{text(isBranching ? "canvas.deleteBranching" : "canvas.deleteHint")}</Text>
        <Group justify="flex-end">
          <Button variant="default" onClick={() => ask(null)}>
            {text("kit.cancel")}
          </Button>
          <Button variant="default" color="red" onClick={() => act(deeds.removeBelow)}>
            {text("canvas.deleteBelow")}
          </Button>
          <Button data-autofocus color="red.9" onClick={() => act(deeds.removeJoined)}>
            {text("canvas.deleteJoined")}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

function MoveDialog({ id }: { id: string }) {
  const text = useText();
  const document = useDocument();
  const deeds = useDeeds();
  const ask = useEditor((state) => state.ask);
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
    <Modal
      closeButtonProps={{ "aria-label": text("kit.close") }}
      opened
      onClose={() => ask(null)}
      title={text("canvas.moveTitle", { id })}
    >
      <Select
        data-autofocus
        label={text("canvas.moveTo")}
        description={text("canvas.moveHint")}
        data={data}
        searchable
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
    </Modal>
  );
}

function FindDialog() {
  const text = useText();
  const document = useDocument();
  const ask = useEditor((state) => state.ask);
  const select = useEditor((state) => state.select);
  const focus = useEditor((state) => state.focus);
  const expandAll = useEditor((state) => state.expandAll);
  const data = allSteps(stepsOf(document)).map((step) => ({
    value: step.id,
    label: `${step.id}: ${summaryOf(step, text)}`,
  }));
  return (
    <Modal
      closeButtonProps={{ "aria-label": text("kit.close") }}
      opened
      onClose={() => ask(null)}
      title={text("canvas.find")}
      returnFocus={false}
    >
      <Select
        data-autofocus
        label={text("canvas.findStep")}
        data={data}
        searchable
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
    </Modal>
  );
}

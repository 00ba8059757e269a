/** Somebody else has saved: what they did, what was done here, and three ways on. */
import { Button, Group, List, Modal, Stack, Text } from "@mantine/core";
import { useText } from "~/kit/text";
import { useDocument, useEditor } from "./editor";
import { type Difference, difference, merged } from "./model/difference";
import type { JourneyDocument } from "./model/document";
import type { Journey } from "./queries";
import { type Saver, useSaved } from "./saving";

export function ConflictDialog({ saver }: { saver: Saver }) {
  const state = useSaved(saver, (saved) => saved.state);
  return state.now === "conflict" ? <Conflict saver={saver} theirs={state.theirs} /> : null;
}

function Conflict({ saver, theirs }: { saver: Saver; theirs: Journey }) {
  const text = useText();
  const mine = useDocument();
  const edit = useEditor((state) => state.edit);
  const carry = useEditor((state) => state.carry);
  const base = useSaved(saver, (saved) => saved.document);
  const both = merged(base, mine, theirs.document);
  const goOn = (act: () => void) => {
    saver.accept(theirs);
    act();
    void saver.save();
  };
  const take = (document: JourneyDocument) => goOn(() => edit(document, { select: null }));
  return (
    <Modal
      opened
      onClose={() => undefined}
      withCloseButton={false}
      closeOnEscape={false}
      closeOnClickOutside={false}
      title={text("saving.conflictTitle")}
      size="lg"
    >
      <Stack>
        <Changes title={text("saving.theyDid")} of={difference(base, theirs.document)} />
        <Changes title={text("saving.youDid")} of={difference(base, mine)} />
        <Text size="sm" c="dimmed">
          {text(both ? "saving.canMerge" : "saving.cannotMerge")}
        </Text>
        <Group justify="flex-end">
          <Button variant="default" onClick={() => take(theirs.document)}>
            {text("saving.takeTheirs")}
          </Button>
          <Button variant="default" onClick={() => take({ ...mine })}>
            {text("saving.keepMine")}
          </Button>
          {both && (
            <Button
              data-autofocus
              onClick={() => goOn(() => carry(both, (past) => merged(base, past, theirs.document)))}
            >
              {text("saving.merge")}
            </Button>
          )}
        </Group>
      </Stack>
    </Modal>
  );
}

export function Changes({ title, of }: { title: string; of: Difference }) {
  const text = useText();
  const kinds = (["added", "removed", "changed", "fields"] as const).filter((kind) => of[kind].length > 0);
  return (
    <div>
      <Text fw={600} size="sm">
        {title}
      </Text>
      {kinds.length === 0 && <Text size="sm">{text("saving.nothing")}</Text>}
      <List size="sm">
        {kinds.map((kind) => (
          <List.Item key={kind}>{text(`saving.${kind}`, { names: of[kind].join(", ") })}</List.Item>
        ))}
      </List>
    </div>
  );
}

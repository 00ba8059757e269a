/**
 * What the editor is asking at the moment, if anything. Questions are there at once and take the keyboard before the next
 * key; when they are gone it is where it was, or at the step that something was done to.
 */
import { Button, Group, Modal, Stack, Text } from "@mantine/core";
import { type ReactNode, useEffect, useState } from "react";
import { useFirstFocus } from "~/kit/focus";
import { useText } from "~/kit/text";
import { useDeeds } from "./deeds";
import { useDocument, useEditor, useEditorStore } from "./editor";
import { FindDialog } from "./FindDialog";
import { InsertMenu } from "./InsertMenu";
import { MoveDialog } from "./MoveDialog";
import { branchesOf, findStep } from "./model/document";
import { StepMenu } from "./StepMenu";

export function Dialogs() {
  const text = useText();
  const asking = useEditor((state) => state.asking);
  switch (asking?.what) {
    case "insert":
      return (
        <Asked>
          <InsertMenu asking={asking} />
        </Asked>
      );
    case "menu":
      return (
        <Asked>
          <StepMenu asking={asking} />
        </Asked>
      );
    case "delete":
      return (
        <Dialog title={text("canvas.deleteTitle", { id: asking.step })}>
          <DeleteDialog id={asking.step} />
        </Dialog>
      );
    case "move":
      return (
        <Dialog title={text("canvas.moveTitle", { id: asking.step })}>
          <MoveDialog id={asking.step} />
        </Dialog>
      );
    case "find":
      return (
        <Dialog title={text("canvas.find")}>
          <FindDialog />
        </Dialog>
      );
    default:
      return null;
  }
}

/** Gives the keyboard back. */
function Asked({ children }: { children: ReactNode }) {
  const editor = useEditorStore();
  const [before] = useState(() => document.activeElement);
  useEffect(
    () => () => {
      const { focusing, focus, current } = editor.getState();
      if (focusing !== null) return;
      if (before instanceof HTMLElement && before !== document.body && before.isConnected)
        before.focus({ preventScroll: true });
      else focus(current);
    },
    [editor, before],
  );
  return children;
}

function Dialog({ title, children }: { title: string; children: ReactNode }) {
  const text = useText();
  const ask = useEditor((state) => state.ask);
  return (
    <Asked>
      <Modal
        closeButtonProps={{ "aria-label": text("kit.close") }}
        opened
        onClose={() => ask(null)}
        title={title}
        transitionProps={{ duration: 0 }}
      >
        {children}
      </Modal>
    </Asked>
  );
}

function DeleteDialog({ id }: { id: string }) {
  const text = useText();
  const document = useDocument();
  const deeds = useDeeds();
  const ask = useEditor((state) => state.ask);
  const button = useFirstFocus<HTMLButtonElement>();
  const step = findStep(document, id);
  const isBranching = step !== undefined && branchesOf(step).some((branch) => branch.steps.length > 0);
  const act = (deed: (id: string) => void) => {
    ask(null);
    deed(id);
  };
  return (
    <Stack>
      <Text size="sm">{text(isBranching ? "canvas.deleteBranching" : "canvas.deleteHint")}</Text>
      <Group justify="flex-end">
        <Button variant="default" onClick={() => ask(null)}>
          {text("kit.cancel")}
        </Button>
        <Button variant="default" color="red" onClick={() => act(deeds.removeBelow)}>
          {text("canvas.deleteBelow")}
        </Button>
        <Button ref={button} data-autofocus color="red.9" onClick={() => act(deeds.removeJoined)}>
          {text("canvas.deleteJoined")}
        </Button>
      </Group>
    </Stack>
  );
}

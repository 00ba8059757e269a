/** Whether what is on the screen is safe, said aloud when that changes; and the choice when somebody else has written. */
import { Alert, Button, Group, Loader, Text } from "@mantine/core";
import { IconAlertTriangle, IconCheck } from "@tabler/icons-react";
import { Problems } from "~/kit/Problems";
import { useText } from "~/kit/text";
import type { Draft } from "./useDraft";

const WORDS = { saved: "edit.saved", saving: "edit.saving", unsaved: "edit.unsaved" } as const;

export function SaveStatus({ draft }: { draft: Draft }) {
  const text = useText();
  if (draft.state === "conflict") {
    return (
      <Alert color="red" icon={<IconAlertTriangle aria-hidden />} title={text("edit.conflict")} role="alert">
        <Text size="sm">{text("edit.conflictHint")}</Text>
        <Group mt="xs">
          <Button size="xs" onClick={draft.loadTheirs}>
            {text("edit.theirs")}
          </Button>
          <Button size="xs" variant="default" onClick={() => void draft.keepMine()}>
            {text("edit.mine")}
          </Button>
        </Group>
      </Alert>
    );
  }
  if (draft.state === "failed") {
    return (
      <Alert color="red" icon={<IconAlertTriangle aria-hidden />} title={text("edit.notSaved")} role="alert">
        <Problems of={draft.error} />
        <Button size="xs" mt="xs" variant="default" onClick={() => void draft.save()}>
          {text("edit.again")}
        </Button>
      </Alert>
    );
  }
  return (
    <Group gap={4} role="status">
      {draft.state === "saving" && <Loader size={14} aria-hidden />}
      {draft.state === "saved" && <IconCheck size={14} aria-hidden />}
      <Text size="sm" c="dimmed">
        {text(WORDS[draft.state])}
      </Text>
    </Group>
  );
}

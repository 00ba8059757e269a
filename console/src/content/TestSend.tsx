/** A test send (C6): what is on the screen, to addresses that are typed here, for the person of the preview. */
import { Button, Group, Modal, Stack, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { useSession } from "~/account/queries";
import { Problems } from "~/kit/Problems";
import { useText } from "~/kit/text";
import { nameOf, useChosen } from "./PersonPicker";
import { useTestSend } from "./queries";
import { addressesIn, TestResults } from "./TestResults";
import type { Draft } from "./useDraft";

interface TestSendProps {
  draft: Draft;
  person: string | null;
  onClose: () => void;
}

export function TestSend({ draft, person, onClose }: TestSendProps) {
  const text = useText();
  const { kind, name } = draft.document;
  const me = useSession().data?.name ?? "";
  const [to, setTo] = useState(kind === "email" && me.includes("@") ? me : "");
  const [isSaving, setSaving] = useState(false);
  const test = useTestSend(name);
  const chosen = useChosen(person);
  const send = async () => {
    setSaving(true);
    const isSaved = await draft.save();
    setSaving(false);
    if (isSaved) test.mutate({ to: addressesIn(to), person });
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title={text("test.title")}
      closeButtonProps={{ "aria-label": text("kit.close") }}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void send();
        }}
      >
        <Stack>
          <Text size="sm">{text("test.hint")}</Text>
          <TextInput
            label={text(`test.to${kind}`)}
            description={text("test.toHint")}
            value={to}
            onChange={(event) => setTo(event.currentTarget.value)}
            required
            data-autofocus
          />
          <Text size="sm">
            {text("test.for", {
              person: chosen.data ? nameOf(chosen.data) : text("preview.nobody").toLowerCase(),
            })}
          </Text>
          {test.error && <Problems of={test.error} />}
          {draft.state === "failed" && <Problems of={draft.error} />}
          {test.data && <TestResults results={test.data.results} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {text("kit.close")}
            </Button>
            <Button type="submit" loading={test.isPending || isSaving} disabled={!to.trim()}>
              {text("test.send")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

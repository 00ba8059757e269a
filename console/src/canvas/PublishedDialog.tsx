/** Somebody else has published the draft that is being edited: what was not saved goes on in a new version, or in a copy. */
import { Button, Group, Modal, Stack, Text, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useNavigate } from "react-router";
import { placesOf } from "~/journeys/places";
import { useCreateJourney } from "~/journeys/queries";
import { stateName } from "~/journeys/StateBadge";
import { Problems } from "~/kit/Problems";
import { useText } from "~/kit/text";
import { Changes } from "./ConflictDialog";
import { useDocument, useEditor } from "./editor";
import { difference, isNothing } from "./model/difference";
import { type Journey, nextDraft } from "./queries";
import { type Saver, useSaved } from "./saving";

export function PublishedDialog({ saver }: { saver: Saver }) {
  const state = useSaved(saver, (saved) => saved.state);
  return state.now === "published" ? <Published saver={saver} theirs={state.theirs} /> : null;
}

function Published({ saver, theirs }: { saver: Saver; theirs: Journey }) {
  const text = useText();
  const navigate = useNavigate();
  const mine = useDocument();
  const edit = useEditor((state) => state.edit);
  const base = useSaved(saver, (saved) => saved.document);
  const theyDid = difference(base, theirs.document);
  const isRenamed = mine.journey !== theirs.name;
  const [name, setName] = useState(isRenamed ? mine.journey : text("life.copyOf", { name: theirs.name }));
  const renewal = useMutation({
    mutationFn: () => nextDraft(theirs.id),
    onSuccess: (draft) => {
      if (isRenamed) edit({ ...mine, journey: theirs.name });
      saver.carryInto(draft);
    },
  });
  const copying = useCreateJourney();
  const leaveFor = (place: string) => {
    saver.leave();
    void navigate(place);
  };
  const copy = () =>
    copying.mutate({ ...mine, journey: name }, { onSuccess: (made) => leaveFor(placesOf(made).edit) });
  const isOnce = startsOnce(theirs);
  const canRenew = !isOnce && theirs.state === "Live";
  const hint = canRenew ? "saving.versionHint" : isOnce ? "saving.onceHint" : "saving.stateHint";
  const refusal = renewal.error ?? copying.error;
  return (
    <Modal
      opened
      onClose={() => undefined}
      withCloseButton={false}
      closeOnEscape={false}
      closeOnClickOutside={false}
      title={text("saving.publishedTitle")}
      size="lg"
    >
      <Stack>
        <Text size="sm">{text("saving.publishedHint")}</Text>
        {!isNothing(theyDid) && <Changes title={text("saving.theyDid")} of={theyDid} />}
        <Changes title={text("saving.youDid")} of={difference(base, mine)} />
        <Text size="sm" c="dimmed">
          {text(hint, { state: stateName(text, theirs.state) })}{" "}
          {canRenew && isRenamed && text("saving.keepsName", { name: theirs.name })}
        </Text>
        <Group align="flex-end">
          <TextInput
            flex="1 1 240px"
            label={text("life.copyName")}
            value={name}
            maxLength={200}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <Button
            variant={canRenew ? "default" : "filled"}
            disabled={!name.trim()}
            loading={copying.isPending}
            onClick={copy}
          >
            {text("saving.copy")}
          </Button>
        </Group>
        {refusal && <Problems of={refusal} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={() => leaveFor(placesOf(theirs).main)}>
            {text("saving.leave")}
          </Button>
          {canRenew && (
            <Button data-autofocus loading={renewal.isPending} onClick={() => renewal.mutate()}>
              {text("saving.newVersion")}
            </Button>
          )}
        </Group>
      </Stack>
    </Modal>
  );
}

/** All others keep admitting people, and so have new versions while they are live (rule P4). */
function startsOnce({ document: { start } }: Journey) {
  return "segment" in start && (start.frequency ?? "once") === "once";
}

/** Nobody leaves the editor before what they did is saved; where it cannot be, they are asked. */
import { Button, Group, Modal, Stack, Text } from "@mantine/core";
import { type ReactNode, useEffect } from "react";
import { useBlocker } from "react-router";
import { useText } from "~/kit/text";
import { useEditor, useEditorStore } from "./editor";
import { WhyNotSaved } from "./SavingState";
import { isAsked, type Saver, useSaved } from "./saving";

/** Milliseconds before it is said that a save is under way; most are done by then. */
const PATIENCE = 300;

export function LeaveDialog({ saver }: { saver: Saver }) {
  const text = useText();
  const editor = useEditorStore();
  const state = useSaved(saver, (saved) => saved.state);
  const isUnread = useEditor((now) => now.isUnread);
  const isDone = state.now === "saved" && !isUnread;
  const blocker = useBlocker(({ currentLocation, nextLocation }) => {
    const isAway = currentLocation.pathname !== nextLocation.pathname;
    return isAway && (saver.store.getState().state.now !== "saved" || editor.getState().isUnread);
  });
  const isBlocked = blocker.state === "blocked";
  useEffect(() => {
    if (isBlocked) void saver.save();
  }, [isBlocked, saver]);
  useEffect(() => {
    if (isDone && blocker.state === "blocked") blocker.proceed();
  }, [isDone, blocker]);
  return (
    <Leave
      opened={isBlocked && !isAsked(state)}
      onStay={() => blocker.reset?.()}
      onLeave={() => blocker.proceed?.()}
      after={state.now === "refused" || isUnread ? 0 : PATIENCE}
    >
      {state.now === "refused" ? (
        <WhyNotSaved why={state.why} />
      ) : (
        <Text size="sm">{text(isUnread ? "saving.leaveUnread" : "saving.leaveSaving")}</Text>
      )}
    </Leave>
  );
}

interface LeaveProps {
  opened: boolean;
  onStay(): void;
  onLeave(): void;
  /** Milliseconds. */
  after?: number;
  children: ReactNode;
}

export function Leave({ opened, onStay, onLeave, after = 0, children }: LeaveProps) {
  const text = useText();
  return (
    <Modal
      opened={opened}
      onClose={onStay}
      title={text("saving.leaveTitle")}
      closeButtonProps={{ "aria-label": text("kit.close") }}
      transitionProps={{ enterDelay: after }}
    >
      <Stack>
        {children}
        <Group justify="flex-end">
          <Button variant="default" onClick={onLeave}>
            {text("saving.leave")}
          </Button>
          <Button data-autofocus onClick={onStay}>
            {text("saving.stay")}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

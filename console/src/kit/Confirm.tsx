/** A question before something that cannot be taken back, or that needs a word more: what it does, and what it needs. */
import { Button, Group, Modal, Stack, Text } from "@mantine/core";
import type { ReactNode } from "react";
import { Problems } from "./Problems";
import { useText } from "./text";

interface ConfirmProps {
  title: string;
  /** What will happen, in words. */
  hint: string;
  action: string;
  /** What the other button says, if not that it cancels. */
  dismiss?: string;
  danger?: boolean;
  disabled?: boolean;
  pending: boolean;
  error: unknown;
  onConfirm: () => void;
  onClose: () => void;
  children?: ReactNode;
}

export function Confirm(props: ConfirmProps) {
  const text = useText();
  return (
    <Modal
      opened
      onClose={props.onClose}
      title={props.title}
      closeButtonProps={{ "aria-label": text("kit.close") }}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          props.onConfirm();
        }}
      >
        <Stack>
          <Text size="sm">{props.hint}</Text>
          {props.children}
          {props.error !== null && <Problems of={props.error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={props.onClose}>
              {props.dismiss ?? text("kit.cancel")}
            </Button>
            <Button
              type="submit"
              loading={props.pending}
              disabled={props.disabled ?? false}
              {...(props.danger ? { color: "red.9" } : {})}
            >
              {props.action}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

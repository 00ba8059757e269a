/** The three kinds of content and its two states, by word and sign. */
import { Badge, Group } from "@mantine/core";
import { IconDeviceMobileMessage, IconMail, IconMessage } from "@tabler/icons-react";
import { useText } from "~/kit/text";
import type { Kind } from "./queries";

export const KINDS = ["email", "text", "push"] as const;

const ICONS = { email: IconMail, text: IconMessage, push: IconDeviceMobileMessage };

export function KindName({ kind }: { kind: Kind }) {
  const text = useText();
  const Icon = ICONS[kind];
  return (
    <Group gap={6} wrap="nowrap">
      <Icon size={16} aria-hidden />
      {text(`content.kind${kind}`)}
    </Group>
  );
}

export function ContentState({ state }: { state: string }) {
  const text = useText();
  const isReady = state === "Ready to send";
  return (
    <Badge variant="dot" color={isReady ? "green" : "gray"} tt="none">
      {text(isReady ? "content.stateReady" : "content.stateDraft")}
    </Badge>
  );
}

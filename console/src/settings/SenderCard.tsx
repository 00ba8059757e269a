/** One sender: who it is, which emails have it, and what can be done to it. */
import { ActionIcon, Anchor, Badge, Button, Card, Group, Menu, Stack, Text, Title } from "@mantine/core";
import { IconDots, IconPencil, IconStar, IconTrash } from "@tabler/icons-react";
import { useState } from "react";
import { Link } from "react-router";
import { Confirm } from "~/kit/Confirm";
import { Problems } from "~/kit/Problems";
import { useText } from "~/kit/text";
import { type Sender, useChangeSender, useDeleteSender } from "./queries";
import { SenderForm } from "./SenderForm";
import { SenderTest } from "./SenderTest";

type Asked = "change" | "remove" | "test";

/** So many emails are named; the others are counted. */
const NAMED = 8;

export function SenderCard({ sender }: { sender: Sender }) {
  const text = useText();
  const { name, address, reply_to } = sender;
  const change = useChangeSender(sender.id);
  const [asked, setAsked] = useState<Asked | null>(null);
  const close = () => setAsked(null);
  return (
    <Card withBorder component="section" aria-label={sender.line}>
      <Group justify="space-between" align="flex-start">
        <Stack gap={4}>
          <Group gap="xs">
            <Title order={2} size="h4">
              {name}
            </Title>
            {sender.default && (
              <Badge variant="light" tt="none" fw={500}>
                {text("senders.default")}
              </Badge>
            )}
          </Group>
          <Text>{address}</Text>
          {reply_to && (
            <Text size="sm" c="dimmed">
              {text("senders.answers", { address: reply_to })}
            </Text>
          )}
        </Stack>
        <Group gap="xs">
          <Button variant="default" onClick={() => setAsked("test")}>
            {text("senders.test")}
          </Button>
          <SenderMenu
            sender={sender}
            onAsk={setAsked}
            onDefault={() => change.mutate({ name, address, reply_to, default: true })}
          />
        </Group>
      </Group>
      {change.error && <Problems of={change.error} />}
      <UsedBy names={sender.used_by} />
      {asked === "change" && <SenderForm sender={sender} onClose={close} />}
      {asked === "remove" && <Remove sender={sender} onClose={close} />}
      {asked === "test" && <SenderTest sender={sender} onClose={close} />}
    </Card>
  );
}

interface SenderMenuProps {
  sender: Sender;
  onAsk: (asked: Asked) => void;
  onDefault: () => void;
}

function SenderMenu({ sender, onAsk, onDefault }: SenderMenuProps) {
  const text = useText();
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" aria-label={text("senders.actions", { line: sender.line })}>
          <IconDots size={18} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<IconPencil size={16} aria-hidden />} onClick={() => onAsk("change")}>
          {text("kit.asks", { action: text("senders.change") })}
        </Menu.Item>
        {!sender.default && (
          <Menu.Item leftSection={<IconStar size={16} aria-hidden />} onClick={onDefault}>
            {text("senders.makeDefault")}
          </Menu.Item>
        )}
        <Menu.Item leftSection={<IconTrash size={16} aria-hidden />} onClick={() => onAsk("remove")}>
          {text("kit.asks", { action: text("kit.delete") })}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

function UsedBy({ names }: { names: string[] }) {
  const text = useText();
  return (
    <Group gap="xs" mt="xs">
      <Text size="sm" c="dimmed">
        {text("senders.usedBy", { count: names.length })}
      </Text>
      {names.slice(0, NAMED).map((name) => (
        <Anchor key={name} component={Link} to={`/content/${name}`} size="sm">
          {name}
        </Anchor>
      ))}
      {names.length > NAMED && (
        <Text size="sm" c="dimmed">
          {text("senders.more", { count: names.length - NAMED })}
        </Text>
      )}
    </Group>
  );
}

function Remove({ sender, onClose }: { sender: Sender; onClose: () => void }) {
  const text = useText();
  const remove = useDeleteSender(sender.id);
  return (
    <Confirm
      danger
      title={text("senders.remove", { name: sender.name })}
      hint={text("senders.removeHint", { count: sender.used_by.length })}
      action={text("kit.delete")}
      pending={remove.isPending}
      error={remove.error}
      onConfirm={() => remove.mutate(undefined, { onSuccess: onClose })}
      onClose={onClose}
    >
      {sender.default && <Text size="sm">{text("senders.removeDefault")}</Text>}
    </Confirm>
  );
}

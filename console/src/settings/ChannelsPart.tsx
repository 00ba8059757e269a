/** What carries each kind of message, and a test of its connection. */
import { Alert, Button, Card, Group, Stack, Text, Title } from "@mantine/core";
import { IconAlertTriangle, IconCheck } from "@tabler/icons-react";
import type { MessageId } from "~/app/english";
import { Answer } from "~/kit/Answer";
import { Problems } from "~/kit/Problems";
import { useText } from "~/kit/text";
import { type Channel, useChannels, useProbe } from "./queries";

const KNOWN: Record<string, { name: MessageId; hint: MessageId }> = {
  inbox: { name: "channels.inbox", hint: "channels.inboxHint" },
  smtp: { name: "channels.smtp", hint: "channels.smtpHint" },
  webhook: { name: "channels.called", hint: "channels.webhookHint" },
};

export function ChannelsPart() {
  const text = useText();
  const channels = useChannels();
  return (
    <Stack>
      <Text>{text("channels.hint")}</Text>
      <Answer of={channels}>
        {(found) => found.map((one) => <ChannelCard key={one.kind} channel={one} />)}
      </Answer>
    </Stack>
  );
}

function ChannelCard({ channel }: { channel: Channel }) {
  const text = useText();
  const probe = useProbe(channel.kind);
  const known = KNOWN[channel.name];
  return (
    <Card withBorder component="section" aria-label={text(`channels.${channel.kind}`)}>
      <Group justify="space-between">
        <div>
          <Title order={2} size="h4">
            {text(`channels.${channel.kind}`)}
          </Title>
          <Text>{known ? text(known.name) : channel.name}</Text>
          {known && (
            <Text size="sm" c="dimmed">
              {text(known.hint)}
            </Text>
          )}
        </div>
        <Button variant="default" loading={probe.isPending} onClick={() => probe.mutate()}>
          {text("channels.test")}
        </Button>
      </Group>
      <div aria-live="polite">
        {probe.error && <Problems of={probe.error} />}
        {probe.data && (
          <Alert
            mt="sm"
            color={probe.data.works ? "green" : "red"}
            icon={probe.data.works ? <IconCheck aria-hidden /> : <IconAlertTriangle aria-hidden />}
            title={text(probe.data.works ? "channels.works" : "channels.fails")}
          >
            {probe.data.answer}
          </Alert>
        )}
      </div>
    </Card>
  );
}

/** One address, and what its owner agreed to: consent belongs to the address, not to the person. */
import { Badge, Card, Group, Text, Title } from "@mantine/core";
import { useText } from "~/kit/text";
import { type ContactChannel, useConsents, useSuppression } from "./queries";

interface ContactPointProps {
  channel: ContactChannel;
  address: string;
}

export function ContactPoint({ channel, address }: ContactPointProps) {
  const text = useText();
  const consents = useConsents(channel, address);
  const suppression = useSuppression(channel, address);
  return (
    <Card withBorder component="section" aria-label={address}>
      <Title order={2} size="h5" mb="xs" style={{ overflowWrap: "anywhere" }}>
        {address}
      </Title>
      {consents.data?.length === 0 && !suppression.data && (
        <Text size="sm" c="dimmed">
          {text("person.noConsent")}
        </Text>
      )}
      <Group gap="xs">
        {consents.data?.map(({ purpose, state }) => (
          <Badge key={purpose} variant="dot" tt="none" color={state === "opted_in" ? "green" : "red"}>
            {text(state === "opted_in" ? "person.optedIn" : "person.optedOut", { purpose })}
          </Badge>
        ))}
      </Group>
      {suppression.data && (
        <Text size="sm">{text("person.suppressed", { address, reason: suppression.data.reason })}</Text>
      )}
    </Card>
  );
}

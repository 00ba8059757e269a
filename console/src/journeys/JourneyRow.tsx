/** One journey in the list: where it leads, how it stands, and what can be done to it. */
import { Anchor, Group, Table, Text } from "@mantine/core";
import { FormattedDate, FormattedNumber } from "react-intl";
import { Link } from "react-router";
import type { Schemas } from "~/api/client";
import { useText } from "~/kit/text";
import { LifeMenu } from "./LifeMenu";
import { placesOf } from "./places";
import type { Journey } from "./queries";
import { StateBadge } from "./StateBadge";

interface JourneyRowProps {
  journey: Journey;
  numbers: Schemas["JourneySummary"] | undefined;
}

export function JourneyRow({ journey, numbers }: JourneyRowProps) {
  const text = useText();
  return (
    <Table.Tr>
      <Table.Td>
        <Anchor component={Link} to={placesOf(journey).main} fw={600}>
          {journey.name}
        </Anchor>
        {journey.published_at && journey.draft && (
          <Text size="xs" c="dimmed">
            {text("journeys.draftBeside", { version: journey.draft })}
          </Text>
        )}
      </Table.Td>
      <Table.Td>
        <StateBadge state={journey.state} />
      </Table.Td>
      {(["entered", "inside", "sent"] as const).map((name) => (
        <Table.Td key={name} ta="right" ff="monospace">
          <FormattedNumber value={numbers?.[name] ?? 0} />
        </Table.Td>
      ))}
      <Table.Td>
        {journey.published_at && <FormattedDate value={journey.published_at} dateStyle="medium" />}
      </Table.Td>
      <Table.Td>
        <Group justify="flex-end">
          <LifeMenu journey={journey} />
        </Group>
      </Table.Td>
    </Table.Tr>
  );
}

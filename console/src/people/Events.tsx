/** What happened to a person, the newest first. */
import { Table, Text } from "@mantine/core";
import { FormattedDate } from "react-intl";
import type { Schemas } from "~/api/client";
import { useText } from "~/kit/text";

export function Events({ events }: { events: Schemas["TimelineEvent"][] }) {
  const text = useText();
  if (events.length === 0) return <Text c="dimmed">{text("person.noEvents")}</Text>;
  return (
    <Table.ScrollContainer minWidth={480}>
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{text("person.when")}</Table.Th>
            <Table.Th>{text("person.event")}</Table.Th>
            <Table.Th>{text("person.details")}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {events.map((event) => (
            <Table.Tr key={`${event.id} ${event.at}`}>
              <Table.Td>
                <FormattedDate value={event.at} dateStyle="medium" timeStyle="medium" />
              </Table.Td>
              <Table.Td>{event.name}</Table.Td>
              <Table.Td>
                {[event.link, event.step, event.automated && text("person.automated")]
                  .filter(Boolean)
                  .join(" · ")}
                {Object.keys(event.properties).length > 0 && (
                  <Text size="xs" ff="monospace">
                    {JSON.stringify(event.properties)}
                  </Text>
                )}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

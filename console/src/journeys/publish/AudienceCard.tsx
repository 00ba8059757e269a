/** Who starts if the journey is published now, when the first of them do, and whose messages would be held back. */
import { Card, Stack, Table, Text, Title } from "@mantine/core";
import { FormattedNumber, useIntl } from "react-intl";
import { reasonWord } from "~/analytics/words";
import { useText } from "~/kit/text";
import { instantOf, readWall } from "~/kit/wall";
import type { Journey } from "../queries";
import type { Outlook } from "./queries";
import { useZoneOf } from "./zone";

interface AudienceCardProps {
  journey: Journey;
  audience: Outlook["audience"];
}

export function AudienceCard({ journey, audience }: AudienceCardProps) {
  const text = useText();
  const isTriggered = "trigger" in journey.document.start;
  const notEntering = Object.entries(audience?.not_entering ?? {});
  const held = notEntering.reduce((sum, [, count]) => sum + count, 0);
  return (
    <Card withBorder component="section" aria-label={text("publish.audience")}>
      <Stack gap="xs">
        <Title order={2} size="h4">
          {text("publish.audience")}
        </Title>
        {audience ? (
          <>
            <Text size="xl" fw={700}>
              {text("publish.entering", { count: audience.size - held })}
            </Text>
            <Text size="sm">{text("publish.members", { size: audience.size })}</Text>
            {notEntering.map(([reason, count]) => (
              <Text key={reason} size="sm">
                {text("publish.notEntering", { count, reason: reasonWord(reason, text) })}
              </Text>
            ))}
            <Blocked blocked={audience.blocked} />
          </>
        ) : (
          <Text size="sm">{text(isTriggered ? "publish.trigger" : "publish.unknown")}</Text>
        )}
        <Begins journey={journey} />
      </Stack>
    </Card>
  );
}

function Blocked({ blocked }: { blocked: NonNullable<Outlook["audience"]>["blocked"] }) {
  const text = useText();
  const rows = Object.entries(blocked).flatMap(([step, reasons]) =>
    Object.entries(reasons).map(([reason, count]) => ({ step, reason, count })),
  );
  if (rows.length === 0) return null;
  return (
    <>
      <Title order={3} size="h5" mt="xs">
        {text("publish.blocked")}
      </Title>
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{text("publish.step")}</Table.Th>
            <Table.Th>{text("publish.reason")}</Table.Th>
            <Table.Th ta="right">{text("publish.people")}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map(({ step, reason, count }) => (
            <Table.Tr key={`${step} ${reason}`}>
              <Table.Td>{step}</Table.Td>
              <Table.Td>{reasonWord(reason, text)}</Table.Td>
              <Table.Td ta="right">
                <FormattedNumber value={count} />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </>
  );
}

/** The first start in the journey's zone, and in UTC. */
function Begins({ journey }: { journey: Journey }) {
  const text = useText();
  const intl = useIntl();
  const zone = useZoneOf(journey);
  const at = journey.document.start.at ?? "publication";
  const told = (timeZone: string) =>
    text("publish.inZone", {
      local: intl.formatDate(instantOf(readWall(at), zone), {
        dateStyle: "full",
        timeStyle: "short",
        timeZone,
      }),
      zone: timeZone,
    });
  return (
    <>
      <Title order={3} size="h5" mt="xs">
        {text("publish.begins")}
      </Title>
      {at === "publication" ? (
        <Text size="sm">{text("publish.atPublication")}</Text>
      ) : (
        [...new Set([zone, "UTC"])].map((one) => (
          <Text key={one} size="sm">
            {told(one)}
          </Text>
        ))
      )}
    </>
  );
}

/** A person's way through each journey, visit by visit, and why each was decided as it was. */
import { Anchor, Button, Card, Group, List, Table, Title } from "@mantine/core";
import { useState } from "react";
import { FormattedDate } from "react-intl";
import { Link } from "react-router";
import type { Schemas } from "~/api/client";
import { Answer } from "~/kit/Answer";
import { useText } from "~/kit/text";
import { useExplanation } from "./queries";

type Visit = Schemas["Visit"];

export function Ways({ person, visits }: { person: string; visits: Visit[] }) {
  const journeys = [...new Set(visits.map((visit) => visit.journey))];
  return journeys.map((journey) => (
    <Way
      key={journey}
      person={person}
      journey={journey}
      visits={visits.filter((visit) => visit.journey === journey)}
    />
  ));
}

function Way({ person, journey, visits }: { person: string; journey: string; visits: Visit[] }) {
  const text = useText();
  const [isAsked, setAsked] = useState(false);
  return (
    <Card withBorder component="section" aria-label={visits[0]?.name}>
      <Group justify="space-between" mb="xs">
        <Title order={3} size="h5">
          <Anchor component={Link} to={`/journeys/${journey}/analytics`}>
            {visits[0]?.name}
          </Anchor>
        </Title>
        <Group gap="xs">
          <Button
            component={Link}
            to={`/journeys/${journey}/analytics?person=${person}`}
            variant="default"
            size="compact-sm"
          >
            {text("person.showWay")}
          </Button>
          <Button
            variant="default"
            size="compact-sm"
            aria-expanded={isAsked}
            onClick={() => setAsked(!isAsked)}
          >
            {text("person.why")}
          </Button>
        </Group>
      </Group>
      {isAsked && <Explanation person={person} journey={journey} />}
      <Table.ScrollContainer minWidth={520}>
        <Table>
          <Table.Thead>
            <Table.Tr>
              {(["step", "entered", "left", "outcome"] as const).map((name) => (
                <Table.Th key={name}>{text(`person.${name}`)}</Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {visits.map((visit) => (
              <Table.Tr key={`${visit.participant} ${visit.step}`}>
                <Table.Td>{visit.step}</Table.Td>
                <Table.Td>
                  <FormattedDate value={visit.entered_at} dateStyle="medium" timeStyle="medium" />
                </Table.Td>
                <Table.Td>
                  {visit.left_at ? (
                    <FormattedDate value={visit.left_at} dateStyle="medium" timeStyle="medium" />
                  ) : (
                    text("person.here")
                  )}
                </Table.Td>
                <Table.Td>
                  {[visit.outcome ?? visit.exit_reason, visit.reason].filter(Boolean).join(", ")}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Card>
  );
}

function Explanation({ person, journey }: { person: string; journey: string }) {
  const explanation = useExplanation(journey, person);
  return (
    <Answer of={explanation}>
      {(sentences) => (
        <List type="ordered" size="sm" mb="sm">
          {sentences.map((sentence) => (
            <List.Item key={sentence}>{sentence}</List.Item>
          ))}
        </List>
      )}
    </Answer>
  );
}

/** One person: what is known of them, what their addresses agreed to, where they have been, and what they did. */
import { Button, Card, Grid, Group, Stack, Table, Text, Title } from "@mantine/core";
import { useState } from "react";
import { useIntl } from "react-intl";
import { useNavigate, useParams } from "react-router";
import { Answer } from "~/kit/Answer";
import { Confirm } from "~/kit/Confirm";
import { Page } from "~/kit/Page";
import { useText } from "~/kit/text";
import { useAudiences } from "~/settings/queries";
import { ContactPoint } from "./ContactPoint";
import { Events } from "./Events";
import { Memberships } from "./Memberships";
import { type Person, useDeletePerson, usePerson, useTimeline } from "./queries";
import { shown } from "./value";
import { Ways } from "./Ways";

export function PersonPage() {
  const { person = "" } = useParams();
  const found = usePerson(person);
  return <Answer of={found}>{(one) => <Shown person={one} />}</Answer>;
}

function Shown({ person }: { person: Person }) {
  const text = useText();
  const intl = useIntl();
  const timeline = useTimeline(person.id);
  const date = (at: string) => intl.formatDate(at, { dateStyle: "medium" });
  return (
    <Page title={person.key} actions={<Actions person={person} />}>
      <Text c="dimmed" size="sm" mb="md">
        {text("person.known", { date: date(person.created_at), changed: date(person.changed_at) })}
      </Text>
      <Grid gap="xl">
        <Grid.Col span={{ base: 12, md: 4 }}>
          <Stack>
            <Attributes person={person} />
            <ContactPoints person={person} />
            <Memberships person={person.id} />
          </Stack>
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 8 }}>
          <Answer of={timeline}>
            {({ visits, events }) => (
              <Stack>
                <Title order={2} size="h4">
                  {text("person.journeys")}
                </Title>
                {visits.length === 0 && <Text c="dimmed">{text("person.noJourneys")}</Text>}
                <Ways person={person.id} visits={visits} />
                <Title order={2} size="h4">
                  {text("person.events")}
                </Title>
                <Events events={events} />
              </Stack>
            )}
          </Answer>
        </Grid.Col>
      </Grid>
    </Page>
  );
}

function Attributes({ person }: { person: Person }) {
  const text = useText();
  return (
    <Card withBorder component="section" aria-label={text("person.attributes")}>
      <Title order={2} size="h4" mb="xs">
        {text("person.attributes")}
      </Title>
      <Table layout="fixed">
        <Table.Tbody>
          {Object.entries(person.attributes).map(([name, value]) => (
            <Table.Tr key={name}>
              <Table.Th scope="row" fw={500} w="38%">
                {name}
              </Table.Th>
              <Table.Td style={{ overflowWrap: "anywhere" }}>{shown(value)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Card>
  );
}

function ContactPoints({ person }: { person: Person }) {
  const audiences = useAudiences();
  const attributes = audiences.data?.find((one) => one.name === person.audience)?.attributes ?? {};
  return Object.entries(attributes).map(([name, type]) => {
    const address = person.attributes[name];
    if (typeof address !== "string" || (type !== "email" && type !== "phone")) return null;
    return <ContactPoint key={name} channel={type === "email" ? "email" : "text"} address={address} />;
  });
}

function Actions({ person }: { person: Person }) {
  const text = useText();
  const navigate = useNavigate();
  const remove = useDeletePerson(person.id);
  const [isAsked, setAsked] = useState(false);
  return (
    <Group gap="xs">
      <Button
        component="a"
        variant="default"
        href={`/api/v1/people/${person.id}/export`}
        download={`${person.key}.json`}
      >
        {text("person.export")}
      </Button>
      <Button variant="default" onClick={() => setAsked(true)}>
        {text("kit.delete")}
      </Button>
      {isAsked && (
        <Confirm
          danger
          title={text("person.removeTitle", { name: person.key })}
          hint={text("person.removeHint")}
          action={text("kit.delete")}
          pending={remove.isPending}
          error={remove.error}
          onConfirm={() => remove.mutate(undefined, { onSuccess: () => navigate("/people") })}
          onClose={() => setAsked(false)}
        />
      )}
    </Group>
  );
}

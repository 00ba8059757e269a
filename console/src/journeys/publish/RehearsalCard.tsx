/** A rehearsal: assumed engagement in, what would happen to everybody out. */
import { Button, Card, Input, Slider, Stack, Table, Text, Title } from "@mantine/core";
import { useState } from "react";
import { FormattedDate, FormattedNumber, useIntl } from "react-intl";
import { Problems } from "~/kit/Problems";
import { useText } from "~/kit/text";
import type { Journey } from "../queries";
import { type Rehearsal, useRehearse } from "./queries";

const HOURS = 24; // shown at most; the answer has them all

export function RehearsalCard({ journey }: { journey: Journey }) {
  const text = useText();
  const rehearse = useRehearse(journey.id);
  const [assumed, setAssumed] = useState({ opened: 35, clicked: 5 });
  const [perDay, setPerDay] = useState(100);
  const isTriggered = "trigger" in journey.document.start;
  const start = () =>
    rehearse.mutate({
      messages: { opened: assumed.opened / 100, clicked: assumed.clicked / 100 },
      starts: isTriggered ? { per_day: perDay } : null,
    });
  return (
    <Card withBorder component="section" aria-label={text("publish.rehearse")}>
      <Stack>
        <Title order={2} size="h4">
          {text("publish.rehearse")}
        </Title>
        <Text size="sm">{text("publish.rehearseHint")}</Text>
        {(["opened", "clicked"] as const).map((name) => (
          <Input.Wrapper key={name} label={text(`publish.${name}`)} labelElement="div">
            <Slider
              thumbLabel={text(`publish.${name}`)}
              value={assumed[name]}
              onChange={(value) => setAssumed({ ...assumed, [name]: value })}
              label={(value) => text("publish.percent", { value })}
            />
            <Text size="sm">{text("publish.percent", { value: assumed[name] })}</Text>
          </Input.Wrapper>
        ))}
        {isTriggered && (
          <Input.Wrapper label={text("publish.perDay")} labelElement="div">
            <Slider
              thumbLabel={text("publish.perDay")}
              min={10}
              max={1000}
              step={10}
              value={perDay}
              onChange={setPerDay}
              label={(value) => text("publish.starts", { value })}
            />
            <Text size="sm">{text("publish.starts", { value: perDay })}</Text>
          </Input.Wrapper>
        )}
        <Button w="fit-content" variant="default" loading={rehearse.isPending} onClick={start}>
          {text("publish.start")}
        </Button>
        <div aria-live="polite">
          {rehearse.error && <Problems of={rehearse.error} />}
          {rehearse.data && <Result found={rehearse.data} />}
        </div>
      </Stack>
    </Card>
  );
}

function Result({ found }: { found: Rehearsal }) {
  const text = useText();
  const intl = useIntl();
  const date = intl.formatDate(found.through_at ?? found.ended_at, { dateStyle: "full", timeStyle: "short" });
  const { entered, inside } = found;
  const most = Math.max(0, ...found.messages_per_person.map((one) => one.messages));
  return (
    <Stack gap="sm">
      <Text fw={600}>
        {found.through_at
          ? text("publish.through", { entered, date })
          : text("publish.inside", { entered, inside, date })}
      </Text>
      <Text size="sm">{text("publish.perPerson", { most })}</Text>
      <Steps steps={found.steps} />
      {found.messages_by_hour.length > 0 && <Hours hours={found.messages_by_hour.slice(0, HOURS)} />}
    </Stack>
  );
}

function Steps({ steps }: { steps: Rehearsal["steps"] }) {
  const text = useText();
  return (
    <Table>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{text("publish.step")}</Table.Th>
          <Table.Th ta="right">{text("publish.entered")}</Table.Th>
          <Table.Th>{text("publish.outcomes")}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {steps.map((step) => (
          <Table.Tr key={step.step}>
            <Table.Td>{step.step}</Table.Td>
            <Table.Td ta="right">
              <FormattedNumber value={step.entered} />
            </Table.Td>
            <Table.Td>
              {Object.entries({ ...step.left, ...step.exited, ...step.message?.blocked })
                .map(([outcome, count]) => `${outcome} ${count}`)
                .join(", ")}
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

function Hours({ hours }: { hours: Rehearsal["messages_by_hour"] }) {
  const text = useText();
  return (
    <Table captionSide="top">
      <Table.Caption>{text("publish.byHour")}</Table.Caption>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{text("publish.hour")}</Table.Th>
          <Table.Th ta="right">{text("publish.messages")}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {hours.map(({ hour, channel, messages }) => (
          <Table.Tr key={`${hour} ${channel}`}>
            <Table.Td>
              <FormattedDate value={hour} dateStyle="medium" timeStyle="short" /> · {channel}
            </Table.Td>
            <Table.Td ta="right">
              <FormattedNumber value={messages} />
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

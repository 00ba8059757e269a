/** A rehearsal: assumed engagement in, what would happen to everybody out, in a few words; the rest is drawn below. */
import { Button, Card, Input, Slider, Stack, Text, Title } from "@mantine/core";
import { useState } from "react";
import { useIntl } from "react-intl";
import { reasonWord } from "~/analytics/words";
import { Problems } from "~/kit/Problems";
import { useText } from "~/kit/text";
import type { Journey } from "../queries";
import type { Rehearsal, useRehearse } from "./queries";
import { useZoneOf } from "./zone";

interface RehearsalCardProps {
  journey: Journey;
  rehearse: ReturnType<typeof useRehearse>;
}

export function RehearsalCard({ journey, rehearse }: RehearsalCardProps) {
  const text = useText();
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
          {rehearse.data && <Result journey={journey} found={rehearse.data} />}
        </div>
      </Stack>
    </Card>
  );
}

function Result({ journey, found }: { journey: Journey; found: Rehearsal }) {
  const text = useText();
  const intl = useIntl();
  const timeZone = useZoneOf(journey);
  const date = intl.formatDate(found.through_at ?? found.ended_at, {
    dateStyle: "full",
    timeStyle: "short",
    timeZone,
  });
  const { entered, inside } = found;
  const most = Math.max(0, ...found.messages_per_person.map((one) => one.messages));
  const reasons = Object.entries(found.not_sent).map(
    ([reason, count]) => `${reasonWord(reason, text)} (${intl.formatNumber(count)})`,
  );
  return (
    <Stack gap="xs">
      <Text fw={600}>
        {found.through_at
          ? text("publish.through", { entered, date })
          : text("publish.inside", { entered, inside, date })}
      </Text>
      <Text size="sm">{text("publish.perPerson", { most })}</Text>
      {reasons.length > 0 && (
        <Text size="sm">{text("publish.heldBack", { reasons: intl.formatList(reasons) })}</Text>
      )}
      <Text size="sm">{text("publish.drawnBelow")}</Text>
    </Stack>
  );
}

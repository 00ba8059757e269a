/** How an A/B test stands (rule W13): its state, the tally of both versions, which one won and why; and that of each run. */
import { Group, Stack, Text, Title } from "@mantine/core";
import { IconCircleCheck, IconHourglass, IconPlayerPause, IconPlayerStop } from "@tabler/icons-react";
import { useIntl } from "react-intl";
import { Answer } from "~/kit/Answer";
import { useText } from "~/kit/text";
import { AbTestRuns } from "./AbTestRuns";
import { AbTestTally } from "./AbTestTally";
import { type AbTest, useAbTests } from "./queries";
import { useWhere } from "./where";
import { metricOf, metricValues, versionWord } from "./words";

interface AbTestNumbersProps {
  journey: string;
  step: string;
}

export function AbTestNumbers({ journey, step }: AbTestNumbersProps) {
  const text = useText();
  const { where } = useWhere();
  const found = useAbTests(journey, where, step);
  return (
    <Answer of={found}>
      {({ at, tests }) => {
        const [newest] = tests;
        if (!newest)
          return (
            <Text size="sm" c="dimmed">
              {text("abTest.none")}
            </Text>
          );
        return (
          <>
            <Newest step={step} test={newest} at={at} isOne={tests.length === 1} />
            {tests.length > 1 && <AbTestRuns tests={tests} />}
          </>
        );
      }}
    </Answer>
  );
}

interface NewestProps {
  step: string;
  test: AbTest;
  at: string;
  isOne: boolean;
}

function Newest({ step, test, at, isOne }: NewestProps) {
  const text = useText();
  const intl = useIntl();
  const title = isOne ? text("abTest.title") : text("abTest.titleOfRun", { run: test.run });
  return (
    <Stack gap="xs" component="section" aria-label={title}>
      <Title order={3} size="h6">
        {title}
      </Title>
      <State test={test} />
      <Text size="sm">{text(`abTest.metric_${metricOf(test.metric)}`, metricValues(test.metric))}</Text>
      <AbTestTally step={step} test={test} isOne={isOne} />
      {test.winner ? (
        <Verdict test={test} />
      ) : (
        <Text size="sm" c="dimmed">
          {text("abTest.soFarAt", { at: intl.formatTime(at, { timeZone: test.zone, timeStyle: "medium" }) })}
        </Text>
      )}
    </Stack>
  );
}

const ICONS = {
  running: IconHourglass,
  ended: IconHourglass,
  put_off: IconPlayerPause,
  decided: IconCircleCheck,
  stopped: IconPlayerStop,
};

function State({ test: { state, ends_at, decided_at, zone } }: { test: AbTest }) {
  const text = useText();
  const intl = useIntl();
  const Icon = ICONS[state];
  const local = intl.formatDate(decided_at ?? ends_at, {
    timeZone: zone,
    dateStyle: "medium",
    timeStyle: "short",
  });
  return (
    <Group gap={6} wrap="nowrap" align="flex-start">
      <Icon size={18} aria-hidden className="test-icon" />
      <Text size="sm" fw={600}>
        {text(`abTest.${state}`, { at: text("abTest.at", { at: local, zone }) })}
      </Text>
    </Group>
  );
}

/** Which version won and why, and how far chance alone might explain it. */
function Verdict({ test: { winner, reason, p_value } }: { test: AbTest }) {
  const text = useText();
  const intl = useIntl();
  if (!winner || !reason) return null;
  const byChance = reason === "higher_rate" ? p_value : null;
  return (
    <div>
      <Text size="sm">{text(`abTest.${reason}`, { version: versionWord(winner, text) })}</Text>
      {byChance !== null && (
        <Text size="sm" c="dimmed">
          {text("abTest.chance", {
            share: intl.formatNumber(byChance, { style: "percent", maximumSignificantDigits: 2 }),
          })}
        </Text>
      )}
    </div>
  );
}

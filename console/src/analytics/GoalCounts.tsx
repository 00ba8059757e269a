/** How many have reached the goal: of those who entered, and of those who were held out. */
import { Group, Stack, Text } from "@mantine/core";
import { useIntl } from "react-intl";
import type { MessageId } from "~/app/english";
import { useText } from "~/kit/text";
import { Count } from "./Count";
import type { Numbers } from "./live";
import type { NumberOf } from "./where";

interface GoalCountsProps {
  goal: NonNullable<Numbers["goal"]>;
}

export function GoalCounts({ goal }: GoalCountsProps) {
  const text = useText();
  return (
    <Stack gap={4}>
      <Text fw={600}>{text("analytics.goal", { name: goal.name })}</Text>
      <Reached of={goal} words="analytics.goalRate" number={{ flow: "reached" }} />
      {goal.held_out && (
        <Reached
          of={goal.held_out}
          words="analytics.goalHeldOut"
          number={{ flow: "reached", outcome: "held_out" }}
        />
      )}
    </Stack>
  );
}

interface ReachedProps {
  of: { reached: number; rate: number };
  words: MessageId;
  number: NumberOf;
}

function Reached({ of, words, number }: ReachedProps) {
  const text = useText();
  const intl = useIntl();
  const rate = intl.formatNumber(of.rate, { style: "percent", maximumFractionDigits: 1 });
  return (
    <Group justify="space-between" wrap="nowrap">
      <Text size="sm" c="dimmed">
        {text(words, { rate })}
      </Text>
      <Count count={of.reached} number={number} />
    </Group>
  );
}

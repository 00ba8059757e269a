/** The numbers of the chosen step, or of the whole journey: outcomes, exits with their reasons, what became of a message. */
import { ActionIcon, Group, Stack, Text, Title } from "@mantine/core";
import { IconX } from "@tabler/icons-react";
import { useDocument, useEditor } from "~/canvas/editor";
import { findStep, START } from "~/canvas/model/document";
import { labelOf } from "~/canvas/steps/kind";
import { useText } from "~/kit/text";
import { AbTestNumbers } from "./AbTestNumbers";
import { useStepNumbers } from "./around";
import { FourNumbers } from "./FourNumbers";
import { GoalCounts } from "./GoalCounts";
import { Lines } from "./Lines";
import type { Numbers } from "./live";
import { MessageNumbers } from "./MessageNumbers";
import { sumsOf } from "./model/flow";
import { useWhere } from "./where";
import { outcomesOf, outcomeWord, reasonWord } from "./words";

interface NumbersPanelProps {
  journey: string;
  numbers: Numbers | undefined;
}

export function NumbersPanel({ journey, numbers }: NumbersPanelProps) {
  const text = useText();
  const { where } = useWhere();
  return (
    <section className="step-panel" aria-label={text("analytics.panel")}>
      {where.step === undefined ? (
        <Whole numbers={numbers} />
      ) : (
        <Chosen journey={journey} step={where.step} />
      )}
    </section>
  );
}

function Chosen({ journey, step }: { journey: string; step: string }) {
  const text = useText();
  const document = useDocument();
  const { left, exited, entered, message } = useStepNumbers(step);
  const focus = useEditor((state) => state.focus);
  const { go } = useWhere();
  const kind = findStep(document, step)?.kind;
  const close = () => {
    go({ step: undefined, number: undefined });
    focus(step);
  };
  return (
    <Stack p="md" gap="lg">
      <Group justify="space-between" wrap="nowrap" align="flex-start">
        <div>
          <Title order={2} size="h4">
            {step === START ? text("canvas.start") : step}
          </Title>
          <Text size="sm" c="dimmed">
            {kind && text(labelOf(kind))}
          </Text>
        </div>
        <ActionIcon variant="subtle" color="gray" aria-label={text("analytics.close")} onClick={close}>
          <IconX size={18} aria-hidden />
        </ActionIcon>
      </Group>
      <FourNumbers step={step} />
      {message && <MessageNumbers step={step} kind={kind} message={message} />}
      {kind === "ab_test" && <AbTestNumbers journey={journey} step={step} />}
      <Lines
        title={text("analytics.outcomes")}
        of={entered}
        lines={outcomesOf(document, step, left).map(([outcome, count]) => ({
          label: outcomeWord(document, step, outcome, text),
          count,
          number: { step, flow: "left", outcome },
        }))}
      />
      <Lines
        title={text(step === START ? "analytics.notEntered" : "analytics.exits")}
        of={entered}
        lines={Object.entries(exited).map(([outcome, count]) => ({
          label: reasonWord(outcome, text),
          count,
          number: { step, flow: "exited", outcome },
        }))}
      />
    </Stack>
  );
}

/** In five numbers, and the goal. */
export function Whole({ numbers }: { numbers: Numbers | undefined }) {
  const text = useText();
  if (!numbers) return null;
  const { considered, entered, inside, completed, exited } = sumsOf(numbers.steps);
  const { goal } = numbers;
  return (
    <Stack p="md" gap="lg">
      <div>
        <Title order={2} size="h4">
          {text("analytics.whole")}
        </Title>
        <Text size="sm" c="dimmed">
          {text(considered === 0 ? "analytics.nobody" : "analytics.chooseHint")}
        </Text>
      </div>
      <Lines
        of={considered}
        lines={[
          { label: text("analytics.considered"), count: considered, number: {} },
          { label: text("analytics.entered"), count: entered, number: { step: START, flow: "left" } },
          { label: text("analytics.inside"), count: inside, number: { flow: "here" } },
          { label: text("analytics.completed"), count: completed, number: { flow: "left" } },
          { label: text("analytics.exitedEarly"), count: exited, number: { flow: "exited" } },
        ]}
      />
      {goal && <GoalCounts goal={goal} />}
    </Stack>
  );
}

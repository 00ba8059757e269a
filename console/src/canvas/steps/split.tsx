/** Split people by chance. */
import { Button, Fieldset, Group, NumberInput, Text } from "@mantine/core";
import { IconArrowsSplit, IconPlus } from "@tabler/icons-react";
import { useText } from "~/kit/text";
import { OutcomeNameField } from "../fields/OutcomeNameField";
import type { StepOf } from "../model/document";
import { evenly, freshName, sumOf } from "../model/outcomes";
import type { PanelProps, StepKind } from "./kind";
import { Order } from "./Order";

type Part = StepOf<"split">["parts"][number];

/** The same parts with equal shares. */
function even(list: Part[]): Part[] {
  const shares = evenly(list.length);
  return list.map((part, index) => ({ ...part, percent: shares[index] ?? 0 }));
}

function Panel({ step, change }: PanelProps<"split">) {
  const text = useText();
  const { parts } = step;
  const put = (to: Part[], field?: string) => change({ ...step, parts: to }, field);
  const sum = sumOf(parts.map((part) => part.percent));
  return (
    <>
      {parts.map((part, index) => (
        <Fieldset key={index} legend={text("steps.partNumber", { number: index + 1 })} p="sm">
          <OutcomeNameField
            label={text("steps.partName")}
            value={part.outcome}
            taken={parts.map((other) => other.outcome)}
            onChange={(outcome) => put(parts.with(index, { ...part, outcome }))}
          />
          <NumberInput
            label={text("steps.percent")}
            value={part.percent}
            min={0}
            max={100}
            decimalScale={1}
            suffix=" %"
            onChange={(given) =>
              typeof given === "number" && put(parts.with(index, { ...part, percent: given }), `part${index}`)
            }
          />
          <Order list={parts} index={index} put={put} name={part.outcome} />
        </Fieldset>
      ))}
      <Text size="sm" c={sum === 100 ? "dimmed" : "red"} role="status">
        {text(sum === 100 ? "steps.partsWhole" : "steps.partsNotWhole", { sum })}
      </Text>
      <Group gap="xs">
        <Button
          variant="subtle"
          size="compact-sm"
          leftSection={<IconPlus size={14} aria-hidden />}
          onClick={() => {
            const taken = parts.map((part) => part.outcome);
            put([...parts, { outcome: freshName(taken, `part-${parts.length + 1}`), percent: 0, then: [] }]);
          }}
        >
          {text("steps.addPart")}
        </Button>
        <Button variant="subtle" size="compact-sm" onClick={() => put(even(parts))}>
          {text("steps.evenly")}
        </Button>
      </Group>
    </>
  );
}

export const split: StepKind<"split"> = {
  group: "branches",
  icon: IconArrowsSplit,
  colour: "violet",
  fresh: ({ id }) => ({
    id: id("split"),
    kind: "split",
    parts: [
      { outcome: "part-1", percent: 50, then: [] },
      { outcome: "part-2", percent: 50, then: [] },
    ],
  }),
  summary: ({ parts }) => parts.map((part) => `${part.percent} %`).join(" / "),
  Panel,
};

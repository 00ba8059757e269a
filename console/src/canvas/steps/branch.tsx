/** Branch by what is known of the person: the first condition that holds decides. */
import { Button, Fieldset, Text } from "@mantine/core";
import { IconFilter, IconPlus } from "@tabler/icons-react";
import { useText } from "~/kit/text";
import { ConditionEditor } from "~/segments/ConditionEditor";
import { useAudience } from "../around";
import { useDocument } from "../editor";
import { OutcomeNameField } from "../fields/OutcomeNameField";
import { PropertyTests } from "../fields/PropertyTests";
import type { StepOf } from "../model/document";
import { freshName } from "../model/outcomes";
import type { PanelProps, StepKind } from "./kind";
import { Order } from "./Order";

type Case = StepOf<"branch">["cases"][number];

function Panel({ step, change }: PanelProps<"branch">) {
  const text = useText();
  const put = (cases: Case[], field?: string) => change({ ...step, cases }, field);
  return (
    <>
      <Text size="sm" c="dimmed">
        {text("steps.branchHint")}
      </Text>
      {step.cases.map((_, index) => (
        <CaseFields key={index} cases={step.cases} index={index} put={put} />
      ))}
      <Button
        variant="subtle"
        size="compact-sm"
        leftSection={<IconPlus size={14} aria-hidden />}
        onClick={() => {
          const taken = ["other", ...step.cases.map((one) => one.outcome)];
          put([...step.cases, { outcome: freshName(taken, "branch"), when: { all: [] }, then: [] }]);
        }}
      >
        {text("steps.addBranch")}
      </Button>
    </>
  );
}

interface CaseFieldsProps {
  cases: Case[];
  index: number;
  put(cases: Case[], field?: string): void;
}

function CaseFields({ cases, index, put }: CaseFieldsProps) {
  const text = useText();
  const audience = useAudience();
  const isTriggered = "trigger" in useDocument().start;
  const one = cases[index];
  if (!one) return null;
  const set = (to: Case, field?: string) => put(cases.with(index, to), field && `${field}${index}`);
  return (
    <Fieldset legend={text("steps.branchNumber", { number: index + 1 })} p="sm">
      <OutcomeNameField
        label={text("steps.branchName")}
        value={one.outcome}
        taken={["other", ...cases.map((other) => other.outcome)]}
        onChange={(outcome) => set({ ...one, outcome })}
      />
      {audience ? (
        <ConditionEditor
          value={one.when ?? { all: [] }}
          audience={audience}
          onChange={(when) => set({ ...one, when }, "when")}
        />
      ) : (
        <Text size="sm">{text("fields.noAudience")}</Text>
      )}
      {isTriggered && (
        <PropertyTests value={one.where ?? []} onChange={(where) => set({ ...one, where }, "where")} />
      )}
      <Order list={cases} index={index} put={put} name={one.outcome} />
    </Fieldset>
  );
}

export const branch: StepKind<"branch"> = {
  group: "branches",
  icon: IconFilter,
  colour: "violet",
  fresh: ({ id }) => ({
    id: id("branch"),
    kind: "branch",
    cases: [{ outcome: "branch-1", when: { all: [] }, then: [] }],
  }),
  summary: ({ cases }, text) =>
    text("steps.summaryBranch", { names: cases.map((one) => one.outcome).join(", ") }),
  Panel,
};

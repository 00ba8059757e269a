/** A test of what somebody did or did not do: how often, since when, and with which properties. */
import { Autocomplete, Group, NumberInput, Select, Stack, Switch } from "@mantine/core";
import type { Schemas } from "~/api/client";
import { DurationField } from "~/canvas/fields/DurationField";
import { PropertyTests } from "~/canvas/fields/PropertyTests";
import { useText } from "~/kit/text";
import type { Condition } from "./tests";

type Did = Schemas["Did"];
type DidNot = Schemas["DidNot"];
type Bound = keyof NonNullable<Did["count"]>;

const INTERACTIONS = [
  "email.clicked",
  "email.opened",
  "email.delivered",
  "email.bounced",
  "email.unsubscribed",
];
const BOUNDS: Bound[] = ["at_least", "at_most", "exactly"];

export function isEventTest(condition: Condition): condition is Did | DidNot {
  return "did" in condition || "did_not" in condition;
}

export function freshEvent(key: "did" | "did_not"): Condition {
  return (key === "did" ? { did: "email.clicked" } : { did_not: "email.clicked" }) as Condition;
}

export function EventRow({ value, onChange }: { value: Did | DidNot; onChange(test: Condition): void }) {
  const text = useText();
  const { key, name } =
    "did" in value ? { key: "did", name: value.did } : { key: "did_not", name: value.did_not };
  const put = (to: Partial<Did>) => onChange({ ...value, ...to } as Condition);
  const without = (field: "within" | "where") => {
    const { [field]: _, ...rest } = value;
    onChange(rest as Condition);
  };
  const bound = BOUNDS.find((one) => value.count?.[one] != null) ?? "at_least";
  return (
    <Stack gap="xs" flex={1}>
      <Group gap="xs" align="flex-start">
        <Select
          aria-label={text("condition.did")}
          data={(["did", "did_not"] as const).map((one) => ({
            value: one,
            label: text(one === "did" ? "condition.didWord" : "condition.did_not"),
          }))}
          value={key}
          onChange={(to) => {
            const { did: _, did_not: __, ...rest } = value as Did & DidNot;
            onChange({ ...rest, [to ?? key]: name } as Condition);
          }}
          allowDeselect={false}
          w={120}
        />
        <Autocomplete
          aria-label={text("condition.event")}
          data={INTERACTIONS}
          value={name}
          onChange={(to) => onChange({ ...value, [key]: to } as Condition)}
          w={200}
        />
        <Select
          aria-label={text("condition.howOften")}
          data={BOUNDS.map((one) => ({ value: one, label: text(`condition.${one}`) }))}
          value={bound}
          onChange={(to) => put({ count: { [to ?? bound]: value.count?.[bound] ?? 1 } })}
          allowDeselect={false}
          w={120}
        />
        <NumberInput
          aria-label={text("condition.times")}
          value={value.count?.[bound] ?? 1}
          min={0}
          allowDecimal={false}
          onChange={(to) => put({ count: { [bound]: Number(to) || 0 } })}
          suffix={text("condition.timesSuffix")}
          w={120}
        />
      </Group>
      <Group gap="md" align="center">
        <Switch
          label={text("condition.within")}
          checked={value.within != null}
          onChange={(event) => (event.currentTarget.checked ? put({ within: "30 days" }) : without("within"))}
        />
        {value.within != null && (
          <DurationField
            label={text("condition.last")}
            value={value.within}
            onChange={(within) => put({ within })}
          />
        )}
      </Group>
      <PropertyTests
        value={value.where ?? []}
        onChange={(where) => (where.length ? put({ where }) : without("where"))}
      />
    </Stack>
  );
}

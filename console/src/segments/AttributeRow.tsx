/** A test of one attribute: which one, how, and with what. */
import { Select } from "@mantine/core";
import { useText } from "~/kit/text";
import type { Audience } from "~/settings/queries";
import { type AttributeTest, freshTest, TESTS_OF, type TestName, today, withTest } from "./tests";
import { ValueField } from "./ValueField";

interface AttributeRowProps {
  value: AttributeTest;
  audience: Audience;
  onChange(test: AttributeTest): void;
}

export function AttributeRow({ value, audience, onChange }: AttributeRowProps) {
  const text = useText();
  const type = audience.attributes[value.attribute] ?? "text";
  const names = Object.keys(audience.attributes);
  return (
    <>
      <Select
        aria-label={text("condition.attribute")}
        data={names.includes(value.attribute) ? names : [value.attribute, ...names]}
        value={value.attribute}
        onChange={(to) => to && onChange(freshTest(to, audience.attributes[to] ?? "text", today()))}
        error={!names.includes(value.attribute) && text("condition.unknownAttribute")}
        allowDeselect={false}
        searchable
        w={180}
      />
      <Select
        aria-label={text("condition.test")}
        data={TESTS_OF[type].map((one) => ({ value: one, label: text(`condition.test_${one}`) }))}
        value={value.test}
        onChange={(to) => to && onChange(withTest(value, type, to as TestName, today()))}
        allowDeselect={false}
        w={190}
      />
      <ValueField
        type={type}
        test={value.test}
        value={value.value}
        onChange={(to) => onChange({ ...value, value: to })}
      />
    </>
  );
}

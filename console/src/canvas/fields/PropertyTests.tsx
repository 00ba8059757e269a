/** Tests of an event's properties, all of which have to hold. */
import { ActionIcon, Button, Fieldset, Group, NativeSelect, Stack, TextInput } from "@mantine/core";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import type { Schemas } from "~/api/client";
import { useText } from "~/kit/text";
import { readValue, TESTS, type TestName, takesNoValue, writeValue } from "../model/tests";

type PropertyTest = Schemas["PropertyTest"];

interface PropertyTestsProps {
  value: readonly PropertyTest[];
  onChange(tests: PropertyTest[]): void;
}

export function PropertyTests({ value, onChange }: PropertyTestsProps) {
  const text = useText();
  const change = (index: number, to: Partial<PropertyTest>) =>
    onChange(value.map((one, place) => (place === index ? { ...one, ...to } : one)));
  return (
    <Fieldset legend={text("fields.onlyWhere")} variant="default" p="xs">
      <Stack gap="xs">
        {value.map((one, index) => (
          <Group key={index} gap={6} wrap="wrap" align="flex-end">
            <TextInput
              size="xs"
              label={text("fields.property")}
              value={one.property}
              onChange={(event) => change(index, { property: event.currentTarget.value })}
              flex={1}
              miw={90}
            />
            <NativeSelect
              size="xs"
              label={text("fields.test")}
              value={one.test}
              data={TESTS.map((test) => ({ value: test, label: text(`fields.test_${test}`) }))}
              onChange={(event) => {
                const test = event.currentTarget.value as TestName;
                const { value: kept, ...rest } = one;
                const next = takesNoValue(test) ? { ...rest, test } : { ...rest, test, value: kept ?? "" };
                onChange(value.map((other, place) => (place === index ? next : other)));
              }}
            />
            {!takesNoValue(one.test) && (
              <TextInput
                size="xs"
                label={text("fields.value")}
                value={writeValue(one.value)}
                onChange={(event) => change(index, { value: readValue(event.currentTarget.value, one.test) })}
                flex={1}
                miw={70}
              />
            )}
            <ActionIcon
              variant="subtle"
              color="red"
              aria-label={text("fields.removeTest", { name: one.property })}
              onClick={() => onChange(value.filter((_, place) => place !== index))}
            >
              <IconTrash size={16} aria-hidden />
            </ActionIcon>
          </Group>
        ))}
        <Button
          variant="subtle"
          size="compact-sm"
          leftSection={<IconPlus size={14} aria-hidden />}
          onClick={() => onChange([...value, { property: "", test: "is", value: "" }])}
        >
          {text("fields.addTest")}
        </Button>
      </Stack>
    </Fieldset>
  );
}
